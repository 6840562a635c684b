"""Where texts in force disagree: one task given to two bodies, or one body both responsible and only assisting."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.agencies import Agencies
from kb.matching import TaskIndex, fits_deed, fits_scope, likeness, shared_item
from kb.records import Duty
from kb.responsibility.entries import Entry, Region

# Penalties are left out: two laws that punish 伪造 mean two different things forged.
_OWNING = frozenset({"lead", "own", "oversee", "approve"})
_DOING = frozenset({"lead", "own", "duty-holder"})
_ASSISTING = re.compile(r"协助|配合|参与|协同|协办")  # 支持 and 征求意见 are support too, and contradict nothing
# A government leads all its departments; what it must ensure is never taken from one of them. Courts rule on cases.
_NO_RIVAL = re.compile(
    r"(?:政府|国务院|党委|党工委|法院|检察院|企业|公司|[居村]民委员会|[居村]委会|[有相]关(?:行政)?(?:主管)?部门|各部门)$"
)
_BODY = re.compile(r"(?:部门|机关|政府|单位|机构|人员|委员会)$")  # a list of bodies is no task
_VAGUE = re.compile(
    r"下列|以下|前款|本条|本法|本办法|规定|情形|行为$|情节|后果|逾期|拒不|^同意$"
    # how any authority proceeds in a field of its own: 报本级人民政府后施行, 具体办法由X制定, 联席会议, 鉴定费用
    r"|^报|(?:后|施行|办法|费用|手续|随时|代为|会商机制)$|联席会议"
)
# Words that share out work. 应当作出答复, 经X批准 say how any authority proceeds with what is its own already.
_ALLOTS = re.compile(r"负责(?!人)|负总责|牵头|主管(?!部门|机关|人员|单位)|主办|主责|归口|承担|组织实施|\t")
_BY = re.compile(r"由[^，。；]*$")  # 由区人民政府或者X
_BEFORE = 41  # characters from 由 to the body that it is said of
_SAME_OBJECT = 0.6  # likeness of two whole objects from which one duty is given twice
_SAME_SUBJECT = 0.6  # two clashes about as much of the same thing are one


@dataclass(frozen=True, slots=True)
class Clash:
    """冲突: texts in force that disagree, side by side; none is picked unless its rank is higher."""

    kind: Literal["owners", "role"]
    about: str
    entries: tuple[Entry, ...]
    decides: str  # which text prevails, or who rules on it


def find_clashes(
    entries: Sequence[Entry], agencies: Agencies, region: Region, around: Collection[tuple[str, int]] | None = None
) -> tuple[Clash, ...]:
    """Disagreements among the entries that rule, in the order of the texts; likely pairs are found by an index.

    ``around`` names places (document, start): only what disagrees with a duty there is looked for.
    """
    # Two texts disagree only where both are known to hold; one without any date is not.
    ruling = [e for e in entries if e.rules and e.status == "in-force" and _can_clash(e)]
    led = {(e.duty.basis.document, e.duty.basis.start) for e in ruling if e.duty.role == "lead"}
    named = _find_named(ruling, agencies)
    tasks = [e.task for e in ruling]
    sought = [
        n for n, e in enumerate(ruling) if around is None or (e.duty.basis.document, e.duty.basis.start) in around
    ]
    index = TaskIndex(tasks, None if around is None else [tasks[n] for n in sought])
    found: list[Clash] = []
    for n in sought:
        one = ruling[n]
        for at in index.find_near(tasks[n]):
            other = ruling[at]
            if (at <= n and around is None) or one.duty.basis.document == other.duty.basis.document:
                continue
            kind = _find_kind(one, other, agencies, led, named) if fits_deed(tasks[n], tasks[at]) else None
            if kind is None or not region.related(one.place, other.place):
                continue
            about = shared_item(tasks[n], tasks[at])
            whole = likeness("".join(tasks[n].items), "".join(tasks[at].items)) >= _SAME_OBJECT
            if about is not None and fits_scope(tasks[n], tasks[at]) and (whole or kind == "role"):
                found.append(Clash(kind, about, (one, other), find_arbiter(one, other)))
    return _merge(found)


Named = dict[tuple[str, int], frozenset[str]]


def _find_named(entries: Sequence[Entry], agencies: Agencies) -> Named:
    """Which bodies each sentence gives something to do: what two texts give to the same two bodies is no conflict."""
    found: dict[tuple[str, int], set[str]] = {}
    for e in entries:
        found.setdefault((e.duty.basis.document, e.duty.basis.start), set()).add(_key_now(e.duty, agencies))
    return {at: frozenset(keys) for at, keys in found.items()}


def _key_now(duty: Duty, agencies: Agencies) -> str:
    """The body that carries a duty today: 质量技术监督部门 is 市场监督管理部门 since the reform."""
    now = agencies.resolve(duty.agency)
    return now.id if now is not None else agencies.key(duty.agency)


def _allots(duty: Duty) -> bool:
    """Whether a duty shares out work: X负责O, 由X审批O, a row of a table."""
    quote, agency = duty.basis.quote, duty.agency
    if _ALLOTS.search(quote):
        return True
    at = quote.find(agency)
    while at >= 0:  # a pattern of each body's own would be compiled for each
        if _BY.search(quote[max(0, at - _BEFORE) : at]):
            return True
        at = quote.find(agency, at + 1)
    return False


def _can_clash(e: Entry) -> bool:
    """Whether an entry gives a task of its own words to a body that another could dispute it with."""
    d = e.duty
    if d.negative or e.level == "司法解释" or _NO_RIVAL.search(d.agency):
        return False
    fits = _ASSISTING.search(d.role_word) if d.role == "support" else d.role in _OWNING | _DOING and _allots(d)
    # The task last: it is parsed when first asked for, which costs more than all the rest.
    return bool(fits and e.task.items) and not any(_BODY.search(i) or _VAGUE.search(i) for i in e.task.items)


def _find_kind(
    one: Entry, other: Entry, agencies: Agencies, led: set[tuple[str, int]], named: Named
) -> Literal["owners", "role"] | None:
    a, b = one.duty, other.duty
    if _under_lead(a, led) or _under_lead(b, led):
        return None
    if agencies.key(a.agency) == agencies.key(b.agency):
        roles = {a.role, b.role}
        contrary = "support" in roles and roles & _DOING and agencies.same(a.agency, b.agency)
        return "role" if contrary else None
    mine, its = _key_now(a, agencies), _key_now(b, agencies)
    both = mine in named[b.basis.document, b.basis.start] or its in named[a.basis.document, a.basis.start]
    if mine == its or both:
        return None
    same_role = a.role == b.role and a.role in _OWNING
    known = agencies.find_body(a.agency) is not None and agencies.find_body(b.agency) is not None
    same_rank = one.rank == other.rank and one.place == other.place
    if same_role or {a.role, b.role} <= {"own", "oversee"}:
        return "owners" if known and same_rank and one.task.deed == other.task.deed else None
    return None


def _under_lead(duty: Duty, led: set[tuple[str, int]]) -> bool:
    """A 责任单位 beside a 牵头单位 works under it and contradicts nothing."""
    return duty.role == "own" and (duty.basis.document, duty.basis.start) in led


def _merge(clashes: Sequence[Clash]) -> tuple[Clash, ...]:
    """Clashes of one kind about one thing become one, with every text that takes part."""
    merged: list[Clash] = []
    for clash in clashes:
        for n, known in enumerate(merged):
            linked = any(e in known.entries for e in clash.entries)
            alike = linked or likeness(known.about, clash.about) >= _SAME_SUBJECT
            if known.kind == clash.kind and alike and _alike_places(known, clash):
                entries = tuple(dict.fromkeys((*known.entries, *clash.entries)))
                merged[n] = Clash(known.kind, known.about, entries, known.decides)
                break
        else:
            merged.append(clash)
    return tuple(merged)


def _alike_places(one: Clash, other: Clash) -> bool:
    return {e.place for e in one.entries} & {e.place for e in other.entries} != set()


def find_arbiter(one: Entry, other: Entry) -> str:
    """Which text prevails by rank, or who rules on two of one rank, by 立法法 (2023) 第九十九至一百零六条."""
    if one.rank != other.rank:
        higher = one if one.rank < other.rank else other
        return f"《{higher.title}》效力较高，下位文件与其不一致的，以其规定为准；建议由制定机关修改下位文件"
    levels = {one.level, other.level}
    if levels == {"地方性法规"} and one.place == other.place:
        return "同一机关制定的，新的一般规定与旧的特别规定不一致时由制定机关裁决（立法法第一百零六条）"
    if "法律" in levels:
        return "由全国人民代表大会常务委员会裁决（立法法第一百零五条）"
    if "行政法规" in levels:
        return "由国务院裁决（立法法第一百零五条）"
    if levels <= {"部门规章", "地方政府规章"}:
        return "由国务院裁决（立法法第一百零六条）"
    return "部门之间先行协商；协商不成由机构编制管理机关协调，仍不一致的报本级人民政府决定"
