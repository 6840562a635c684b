"""What changed between two days: who took a task over, whose role became another, what began and what ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.agencies import Agencies
from kb.matching import Task, TaskIndex, fits_deed, fits_scope, is_doing, shared_item
from kb.responsibility.entries import Entry, Region

_DOING = frozenset({"lead", "own", "duty-holder"})


@dataclass(frozen=True, slots=True)
class Change:
    """变化: one task before and after; the side that is empty says that it began or ended."""

    kind: Literal["role", "agency", "begun", "ended"]
    about: str
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]


def find_changes(
    before: Sequence[Entry], after: Sequence[Entry], agencies: Agencies, region: Region
) -> tuple[Change, ...]:
    """Entries that rule on one day only, paired by their task; what another text merely restates is no change."""
    old = [e for e in before if e.rules and e.task.items]
    new = [e for e in after if e.rules and e.task.items]
    known_old, known_new = {_key(e) for e in old}, {_key(e) for e in new}
    gone, come = [e for e in old if _key(e) not in known_new], [e for e in new if _key(e) not in known_old]
    later, earlier = TaskIndex([n.task for n in new]), TaskIndex([o.task for o in old])
    changes = [_pair(e, _near(e, later, new, agencies, region), agencies) for e in gone]
    paired = {_key(x) for c in changes for x in c.after}
    begun = [
        Change("begun", _about(e.task), (), (e,))
        for e in come
        if _key(e) not in paired and not _restates(e, _near(e, earlier, old, agencies, region), agencies)
    ]
    changed = [c for c in changes if c.kind != "ended" and c.after]
    return (*changed, *begun, *(c for c in changes if c.kind == "ended"))


def _key(e: Entry) -> tuple[str, int, str, str, str]:
    d = e.duty
    return (d.basis.document, d.basis.start, d.agency, d.role, d.action)


def _near(e: Entry, index: TaskIndex, among: Sequence[Entry], agencies: Agencies, region: Region) -> list[Entry]:
    task = e.task
    return [
        among[n]
        for n in index.find_near(task)
        if region.related(e.place, among[n].place)
        and _fits_deed(e, task, among[n], index.tasks[n], agencies)
        and fits_scope(task, index.tasks[n])
        and shared_item(task, index.tasks[n]) is not None
    ]


def _fits_deed(e: Entry, task: Task, other: Entry, its: Task, agencies: Agencies) -> bool:
    """Whether the same is done; a body that 维护 a thing before and 巡查 it after does its work on that thing."""
    if fits_deed(task, its):
        return True
    return is_doing(task) and is_doing(its) and agencies.same(e.duty.agency, other.duty.agency)


def _same_role(a: Entry, b: Entry) -> bool:
    one, other = a.duty.role, b.duty.role
    return (one == other or {one, other} <= _DOING) and a.duty.negative == b.duty.negative


def _restates(e: Entry, near: Sequence[Entry], agencies: Agencies) -> bool:
    return any(_same_role(e, o) and agencies.same(e.duty.agency, o.duty.agency) for o in near)


def _pair(e: Entry, near: Sequence[Entry], agencies: Agencies) -> Change:
    about = _about(e.task)
    if _restates(e, near, agencies):
        return Change("role", about, (e,), ())
    own = [o for o in near if agencies.same(e.duty.agency, o.duty.agency)]
    held, lost = [o for o in own if not o.duty.negative], [o for o in own if o.duty.negative]
    others = [o for o in near if o.duty.role == e.duty.role and not o.duty.negative]
    if held:
        return Change("role", shared_item(e.task, held[0].task) or about, (e,), tuple(held))
    if others:
        return Change("agency", shared_item(e.task, others[0].task) or about, (e,), (*others, *lost))
    if lost:
        return Change("role", about, (e,), tuple(lost))
    return Change("ended", about, (e,), ())


def _about(task: Task) -> str:
    return "、".join(task.items[:3])
