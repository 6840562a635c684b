"""The responsibility map: who does what, where two texts of one rank disagree, and tasks nobody is named for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb.agencies import Agencies
from kb.records import DocumentInfo, Duty, Role, Status
from kb.validity import status_of

# 立法法第九十九至一百零二条: a lower number is a higher rank; 部门规章 and 地方政府规章 are equals.
RANKS: Mapping[str, int] = {
    "法律": 1, "行政法规": 2, "地方性法规": 3, "部门规章": 4, "地方政府规章": 4, "司法解释": 2, "规范性文件": 5, "参考资料": 9,
}  # fmt: skip
_EVIDENCE_ONLY = 9  # reports and drafts never allocate work
_OWNERS: tuple[Role, ...] = ("lead", "own", "duty-holder", "enforce", "approve")
_RESIDUAL = re.compile(r"按照各自职责|有关工作|相关工作")
_SAME_ACTION = 0.6  # share of common bigrams of two actions and objects that count as one task


@dataclass(frozen=True, slots=True)
class Entry:
    """责任条目: a duty with the rank and status of its document on the day asked."""

    duty: Duty
    title: str
    level: str | None
    rank: int
    status: Status
    place: str | None
    effective_on: date | None


@dataclass(frozen=True, slots=True)
class Clash:
    """冲突: texts of one rank that give one task to different bodies; neither is picked."""

    about: str
    entries: tuple[Entry, ...]
    decides: str  # who rules on it


@dataclass(frozen=True, slots=True)
class Gap:
    """缺口: a task for which the texts name support or supervision but no owner; ``default`` is the clause that says who decides."""

    task: str
    entries: tuple[Entry, ...]
    default: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponsibilityMap:
    """责任图."""

    entries: tuple[Entry, ...]
    conflicts: tuple[Clash, ...] = ()
    gaps: tuple[Gap, ...] = ()


def find_responsibility(
    duties: Iterable[Duty],
    documents: Sequence[DocumentInfo],
    agencies: Agencies,
    *,
    as_of: date,
    agency: str | None = None,
    task: str | None = None,
    place: str | None = None,
) -> ResponsibilityMap:
    """Entries that fit agency, task and place, highest rank first; conflicts and gaps among those in force."""
    infos = {i.document: i for i in documents}
    entries = [
        _entry(d, infos[d.basis.document], as_of)
        for d in duties
        if d.basis.document in infos and _fits(d, infos[d.basis.document], agencies, agency, task, place)
    ]
    entries.sort(key=lambda e: (e.rank, e.duty.basis.document, e.duty.basis.start, e.duty.agency))
    ruling = [e for e in entries if _rules(e)]
    return ResponsibilityMap(
        tuple(entries), tuple(find_clashes(ruling, agencies.same)), tuple(find_gaps(ruling, agencies.same))
    )


def _entry(duty: Duty, info: DocumentInfo, as_of: date) -> Entry:
    i = info.identity
    return Entry(duty, i.title, i.level, RANKS.get(i.level or "", 6), status_of(i, as_of), i.place, i.effective_on)


def _fits(
    duty: Duty, info: DocumentInfo, agencies: Agencies, agency: str | None, task: str | None, place: str | None
) -> bool:
    if agency and agency not in duty.agency and not agencies.same(agency, duty.agency):
        return False
    if place and info.identity.place not in (place, "全国"):
        return False
    return not task or all(t in f"{duty.action}{duty.object}{duty.basis.quote}" for t in task.split())


def _rules(entry: Entry) -> bool:
    """Whether an entry allocates work today: a norm of a document in force, not a report and not a residual phrase."""
    return (
        entry.duty.modality == "norm"
        and not entry.duty.negative
        and entry.rank < _EVIDENCE_ONLY
        and entry.status in ("in-force", "unknown")
        and not _RESIDUAL.search(entry.duty.action)
    )


def find_clashes(entries: Sequence[Entry], same: Callable[[str, str], bool]) -> list[Clash]:
    """Pairs of one rank and place that give the same action and scope to different owners."""
    by_object: dict[tuple[int, str | None, str], list[Entry]] = defaultdict(list)
    for e in entries:
        if e.duty.role in ("lead", "own") and _task(e.duty):
            by_object[(e.rank, e.place, _task(e.duty)[:4])].append(e)
    clashes = []
    for group in by_object.values():
        for n, one in enumerate(group):
            for other in group[n + 1 :]:
                a, b = one.duty, other.duty
                if a.basis.document == b.basis.document or a.role != b.role or a.scope != b.scope:
                    continue
                if same(a.agency, b.agency) or _likeness(_task(a), _task(b)) < _SAME_ACTION:
                    continue
                clashes.append(Clash(_task(a), (one, other), find_arbiter(one, other)))
    return clashes


def find_arbiter(one: Entry, other: Entry) -> str:
    """Who rules on two texts of one rank that disagree, by 立法法 (2023) 第一百零五、一百零六条."""
    levels = {one.level, other.level}
    if levels == {"地方性法规"} and one.place == other.place:
        return "同一机关制定的，新的一般规定与旧的特别规定不一致时由制定机关裁决（立法法第一百零六条）"
    if "法律" in levels:
        return "由全国人民代表大会常务委员会裁决（立法法第一百零五条）"
    if "行政法规" in levels:
        return "由国务院裁决（立法法第一百零五条）"
    if levels <= {"部门规章", "地方政府规章"}:
        return "由国务院裁决（立法法第一百零六条）"
    return "由共同的上一级机关或者制定机关决定；部门之间有异议的先协商，协商不成由机构编制管理机关提出意见报本级人民政府决定"


def find_gaps(entries: Sequence[Entry], same: Callable[[str, str], bool]) -> list[Gap]:
    """Tasks with someone to support or supervise and no owner in the same document; the default clause is looked for first."""
    by_document: dict[str, list[Entry]] = defaultdict(list)
    for e in entries:
        by_document[e.duty.basis.document].append(e)
    gaps = []
    for group in by_document.values():
        default = tuple(e for e in group if e.duty.role == "decide")
        owned = [e for e in group if e.duty.role in _OWNERS]
        for e in group:
            if e.duty.role != "support" or not _task(e.duty):
                continue
            named = e.duty.counterpart is not None and any(same(e.duty.counterpart, o.duty.agency) for o in owned)
            if named or any(_likeness(_task(e.duty), _task(o.duty)) >= 0.3 for o in owned):
                continue
            gaps.append(Gap(_task(e.duty), (e,), default))
    return gaps


def _task(duty: Duty) -> str:
    return duty.object or duty.action


def _likeness(one: str, other: str) -> float:
    a = {one[i : i + 2] for i in range(len(one) - 1)}
    b = {other[i : i + 2] for i in range(len(other) - 1)}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
