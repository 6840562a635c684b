"""One row of the responsibility map: a duty with the rank and status of its text on the day asked, and the region it holds in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.agencies import Agencies
from kb.library.library import Library
from kb.lineage.works import StatusAt
from kb.matching import Task, parse_task
from kb.records import Duty, Status
from kb.search.catalogue import Catalogue
from kb.search.places import NATION

# 立法法第九十九至一百零二条: a lower number is a higher rank; 部门规章 and 地方政府规章 are equals.
RANKS: Mapping[str, int] = {
    "法律": 1, "行政法规": 2, "司法解释": 2, "地方性法规": 3, "部门规章": 4, "地方政府规章": 4, "规范性文件": 5, "参考资料": 9,
}  # fmt: skip
_UNSTATED = 6  # minutes, lists and handbooks that do not say what they are
EVIDENCE_ONLY = 9  # reports and drafts never allocate work
_TOLD = frozenset({"报告", "总结", "讲话", "纪要"})  # minutes bind those who met, and are no basis for others
_RESIDUAL = re.compile(r"按照(?:各自)?职责|(?:有关|相关)工作$|交办的|其他(?:任务|工作|职责|事项)$")
_NOBODY = re.compile(r"^(?:有关|相关|各有关|其他)?(?:部门|单位|个人|责任人|责任单位|主管部门|机关|组织|当事人)$")
_BEFORE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?底?(?:前|之前|以前)")
_DISTRICT = ("区", "县", "旗", "镇", "乡", "街道")
_READ = 40  # passages that name a district, from which its city is learned
_UNTIL = re.compile(r"[前底末]")
_DAY = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?|底|年底)?")


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
    ended: bool = False  # the duty's own time is over: 2020年9月30日前完成

    @property
    def task(self) -> Task:
        """What the duty is about."""
        return parse_task(self.duty)

    @property
    def rules(self) -> bool:
        """Whether it allocates work on the day: a norm in force that names a body, no report, no residual phrase."""
        duty = self.duty
        return (
            duty.modality == "norm"
            and not self.ended
            and self.rank < EVIDENCE_ONLY
            and self.status in ("in-force", "unknown")
            and not _RESIDUAL.search(duty.action)
            and not _NOBODY.match(duty.agency)
        )


@dataclass(frozen=True, slots=True)
class Region:
    """地域: which places belong together, by the gazetteer, and for a district it does not know by who writes of it."""

    library: Library
    catalogue: Catalogue
    learned: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)

    def related(self, one: str | None, other: str | None) -> bool:
        """Whether a text of one place can hold in the other: the same, or one inside the other."""
        if one is None or other is None or NATION in (one, other) or one == other:
            return True
        return one in self.holders(other) or other in self.holders(one)

    def holders(self, place: str) -> tuple[str, ...]:
        """What holds a place, innermost first; an unknown district lies where the city's texts name it."""
        plain = place.removeprefix("中共")
        known = self.catalogue.gazetteer.holders(plain)
        if known or not plain.endswith(_DISTRICT):
            return known
        if plain not in self.learned:
            self.learned[plain] = self._find_city(plain)
        city = self.learned[plain]
        return (city, *self.catalogue.gazetteer.holders(city)) if city else ()

    def _find_city(self, district: str) -> str | None:
        """The one city or province most of whose texts among those that name the district it is; None in doubt."""
        weights = [(district[i : i + 2], 1.0) for i in range(len(district) - 1)]
        ids = [id for id, _ in self.library.search_text("bigrams", weights, _READ)]
        rows = {info.version: row for row, info in enumerate(self.catalogue.infos)}
        counts: Counter[str] = Counter()
        for passage, text in self.library.get_passages(ids):
            place = self.catalogue.places[rows[passage.version]] if passage.version in rows else None
            if district in text and place and place not in (NATION, district) and not place.endswith(_DISTRICT):
                counts[place] += 1
        best = counts.most_common(1)
        return best[0][0] if best and best[0][1] * 2 > sum(counts.values()) else None

    def applies(self, place: str | None, asked: str) -> bool:
        """Whether a text of a place holds where asked: it is of that place, above it, or inside it."""
        found = self.catalogue.gazetteer.find(asked)
        return self.related(place, found[0] if found else asked)


def find_entries(
    duties: Iterable[Duty],
    region: Region,
    agencies: Agencies,
    status_at: StatusAt,
    *,
    as_of: date,
    agency: str | None = None,
    task: str | None = None,
    place: str | None = None,
) -> tuple[Entry, ...]:
    """The duties that fit agency, task and place as they stand on a day, highest rank first.

    ``status_at`` says of a place in a document whether what stands there holds on that day.
    """
    catalogue = region.catalogue
    rows = {info.document: row for row, info in enumerate(catalogue.infos)}
    found = []
    for duty in duties:
        row = rows.get(duty.basis.document)
        if row is None or catalogue.infos[row].version != duty.basis.version:
            continue
        if not _fits(duty, agencies, agency, task) or (place and not region.applies(catalogue.places[row], place)):
            continue
        identity = catalogue.infos[row].identity
        rank = EVIDENCE_ONLY if identity.genre in _TOLD else RANKS.get(identity.level or "", _UNSTATED)
        ended = _is_over(duty, as_of)
        status = status_at(duty.basis.document, duty.basis.start)
        entry = Entry(
            duty, identity.title, identity.level, rank, status, catalogue.places[row], identity.effective_on, ended
        )
        found.append(entry)
    return tuple(sorted(found, key=lambda e: (e.rank, e.duty.basis.document, e.duty.basis.start, e.duty.agency)))


def _fits(duty: Duty, agencies: Agencies, agency: str | None, task: str | None) -> bool:
    if agency and agency not in duty.agency and not agencies.same(agency, duty.agency):
        return False
    if not task:
        return True
    text = f"{duty.action}{duty.object}{duty.scope.condition or ''}{duty.basis.quote}"
    return all(t in text for t in task.split())


def find_deadline(duty: Duty) -> str | None:
    """The time by which a duty is to be done, as written; None where none is set. A day from which on is none."""
    time = duty.scope.time or ""
    if _DAY.search(time) and (_UNTIL.search(time) or _closes(duty.basis.quote, time)):
        return time.lstrip("在于")
    before = _BEFORE.search(duty.action)
    return before.group() if before is not None else None


def _closes(quote: str, time: str) -> bool:
    """Whether a time stands by itself, as in the column of a table or at the end of a bracket: not 2019年8月20日之后."""
    at = quote.find(time)
    return at >= 0 and not quote[at + len(time) :][:1].strip(" \t\n|｜）)。；")


def _is_over(duty: Duty, as_of: date) -> bool:
    """Whether a duty was only until a day that has passed; a deadline ends the task that it closes."""
    m = _DAY.search(find_deadline(duty) or "")
    if m is None:
        return False
    try:
        return date(int(m[1]), int(m[2] or 12), int(m[3] or 28)) < as_of
    except ValueError:
        return False


def order_by_role(entries: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Entries by role, in the order in which an official asks: who leads, owns, supports, oversees, enforces."""
    order = ("lead", "own", "duty-holder", "joint", "support", "oversee", "coordinate", "approve", "enforce", "decide")
    return {role: found for role in order if (found := tuple(e for e in entries if e.duty.role == role))}
