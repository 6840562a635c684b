"""Works: which texts are editions of one work, which took another's place, and until when each holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Literal

from kb.lineage.dependents import lapse_dependents
from kb.lineage.editions import (
    FILED,
    STATUTES,
    Edition,
    Ending,
    EndKind,
    LostPart,
    drop_contradicted_marks,
    read_edition,
    sort_endings,
    sort_parts,
)
from kb.lineage.names import parse_work_name, plain_number
from kb.records import Act, ActKind, Correction, DocumentInfo, Span, Status

Key = tuple[str, str]  # document, version
StatusAt = Callable[[str, int], Status]  # of what stands at a place of a document's current text
FindPart = Callable[[str, str], Span | None]  # of a version by id, where the part called so stands
Likeness = Callable[[str, str], float]  # of two versions by id: share of sentences in common, 0–1

_SAME_TEXT = 0.995  # likeness from which two files hold one text; a revision of three articles in a law stays below
_SAME_DAY_TEXT = 0.4  # likewise where both begin on one day: other readers, other residue
_UNDATED_TEXT = 0.7  # likewise where one of them does not say when it begins
_KIN = 0.1  # sentences in common that make two texts of one name kin where their rank alone does not
_FORMULA = 0.3  # two notices of one name share a formula or two, not a third of their sentences
_YEAR_BEFORE = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_LISTED_KINDS: Mapping[ActKind, EndKind] = {"repeal": "repealed", "expire": "expired", "replace": "superseded"}


@dataclass(frozen=True, slots=True)
class Link:
    """关联: why two texts belong together, and how sure that is."""

    kind: Literal["edition", "copy", "replaces", "amends", "series"]
    older: Key
    newer: Key
    confidence: float
    reasons: tuple[str, ...]
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """作品: the editions of one text, oldest first."""

    name: str
    editions: tuple[Edition, ...]
    series: bool = False  # reports of one name, year after year: none replaces another


@dataclass(frozen=True, slots=True)
class Lineage:
    """沿革: every text of the library with its work, its links and the days between which it holds."""

    works: tuple[Work, ...]
    links: tuple[Link, ...]
    editions: Mapping[Key, Edition]
    current: Mapping[str, str]  # document → version id
    work_of: Mapping[Key, int]  # index into works
    listed: Mapping[Key, tuple[Act, ...]]  # clean-up notices and decisions that speak of a text

    def edition(self, document: str, version: str | None = None) -> Edition | None:
        """A document's edition, the newest unless a version is named; None for an unknown document."""
        return self.editions.get((document, version or self.current.get(document, "")))

    def status_of(self, document: str, as_of: date, version: str | None = None, at: int | None = None) -> Status:
        """Whether a document's text (``at``: what stands at that place) holds on a day; unknown for an unknown document."""
        edition = self.edition(document, version)
        return edition.status_on(as_of, at) if edition is not None else "unknown"

    def statuses_on(self, as_of: date) -> StatusAt:
        """Asks of many places of current texts on one day: (document, place) → status."""
        whole: dict[str, Status] = {}

        def status(document: str, at: int) -> Status:
            edition = self.edition(document)
            if edition is not None and edition.lost:
                return edition.status_on(as_of, at)
            if document not in whole:
                whole[document] = edition.status_on(as_of) if edition is not None else "unknown"
            return whole[document]

        return status

    def work(self, document: str, version: str | None = None) -> Work | None:
        """The work a document belongs to."""
        at = self.work_of.get((document, version or self.current.get(document, "")))
        return self.works[at] if at is not None else None

    def links_of(self, document: str) -> tuple[Link, ...]:
        """Every link of a document's texts."""
        return tuple(k for k in self.links if document in (k.older[0], k.newer[0]))

    def chain(self, document: str) -> tuple[Edition, ...]:
        """The editions of a document's work and of those it replaced or that replaced it, oldest first."""
        start = self.work_of.get((document, self.current.get(document, "")))
        if start is None:
            return ()
        found, ahead = {start}, [start]
        while ahead:
            at = ahead.pop()
            for link in self.links:
                ends = (self.work_of[link.older], self.work_of[link.newer])
                if link.kind in ("replaces", "edition") and at in ends:
                    more = set(ends) - found
                    found |= more
                    ahead += more
        return tuple(sorted((e for n in found for e in self.works[n].editions), key=_order))


def build_lineage(
    infos: Sequence[DocumentInfo],
    earlier: Sequence[DocumentInfo],
    acts: Mapping[str, Sequence[Act]],
    corrections: Sequence[Correction],
    likeness: Likeness,
    find_part: FindPart = lambda version, name: None,
) -> Lineage:
    """The lineage of a library: current texts, ``earlier`` ones of the same documents, acts by version id.

    ``find_part`` is asked only for texts of which another document ended a part.
    """
    days = {c.document: c for c in corrections if c.kind == "dates"}
    editions: dict[Key, Edition] = {}
    for current, group in ((False, earlier), (True, infos)):
        for info in group:
            editions[info.document, info.version] = read_edition(
                info, acts.get(info.version, ()), current=current, correction=days.get(info.document)
            )
    drop_contradicted_marks(editions)
    said = _apply_acts(editions, acts, find_part)
    lapse_dependents(editions, acts, frozenset(days))
    replaced = frozenset((k.older, k.newer) for k in said if k.kind == "replaces")
    groups, links = _group(editions, corrections, likeness, replaced)
    links = [*links, *said]
    works = []
    for keys in groups:
        series = len({editions[k].name.year for k in keys}) > 1
        if not series and len(keys) > 1:
            _succeed(editions, keys, links)
        works.append((keys, series))
    built = tuple(
        Work(editions[keys[0]].name.core, tuple(sorted((editions[k] for k in keys), key=_order)), series)
        for keys, series in works
    )
    listed: dict[Key, list[Act]] = defaultdict(list)
    for link_key, act in _mentions(editions, acts):
        listed[link_key].append(act)
    return Lineage(
        built,
        tuple(sorted(links, key=lambda k: (k.older, k.newer, k.kind))),
        editions,
        {i.document: i.version for i in infos},
        {(e.document, e.version): n for n, w in enumerate(built) for e in w.editions},
        {k: tuple(v) for k, v in listed.items()},
    )


def _order(edition: Edition) -> tuple[date, bool, str, str]:
    return edition.begins or date.min, edition.current, edition.document, edition.version


# --- which texts belong together -------------------------------------------------------------------------------


def _group(
    editions: Mapping[Key, Edition],
    corrections: Sequence[Correction],
    likeness: Likeness,
    replaced: frozenset[tuple[Key, Key]],
) -> tuple[list[list[Key]], list[Link]]:
    """Texts grouped into works, with the links between them and their reasons."""
    parent = {key: key for key in editions}

    def find(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    apart = {frozenset((c.document, c.other)) for c in corrections if c.kind == "unlink"}
    links = []
    for one, other, link in _candidates(editions, likeness, replaced):
        if frozenset((one[0], other[0])) in apart:
            continue
        links.append(link)
        parent[find(other)] = find(one)
    latest = {e.document: k for k, e in editions.items() if e.current}
    for c in corrections:
        if c.kind == "link" and c.document in latest and c.other in latest:
            one, other = sorted((latest[c.document], latest[c.other]), key=lambda k: _order(editions[k]))
            links.append(Link("edition", one, other, 1.0, (f"{c.made_by}更正" + (f"：{c.note}" if c.note else ""),)))
            parent[find(other)] = find(one)
    groups: dict[Key, list[Key]] = defaultdict(list)
    for key in sorted(editions, key=lambda k: _order(editions[k])):
        groups[find(key)].append(key)
    return list(groups.values()), links


def _candidates(
    editions: Mapping[Key, Edition], likeness: Likeness, replaced: frozenset[tuple[Key, Key]]
) -> Iterable[tuple[Key, Key, Link]]:
    """Pairs of texts that are editions or copies of one work: one document's own, and those of one name."""
    by_name: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(editions, key=lambda k: _order(editions[k])):
        if editions[key].name.core:
            by_name[editions[key].name.core].append(key)
    by_document: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(editions, key=lambda k: _order(editions[k])):
        by_document[key[0]].append(key)
    for keys in by_document.values():
        for one, other in pairwise(keys):
            yield one, other, Link("edition", one, other, 1.0, ("同一文件先后入库的文本",))
    for keys in by_name.values():
        for one, other in combinations(keys, 2):
            if one[0] == other[0] or not _same_authority(editions[one], editions[other]):
                continue
            link = _judge(editions[one], editions[other], likeness, (one, other) in replaced)
            if link is not None:
                yield one, other, link


def _same_authority(a: Edition, b: Edition) -> bool:
    """Texts of two places or two ranks are two works, whatever they are called."""
    near = a.place is None or b.place is None or a.place in b.place or b.place in a.place
    return near and (a.level == b.level or a.level is None or b.level is None)


def _judge(older: Edition, newer: Edition, likeness: Likeness, replaced: bool) -> Link | None:
    """Whether two texts of one name are the same text, two editions, or two in a series."""
    one, other = (older.document, older.version), (newer.document, newer.version)
    if older.name.year != newer.name.year:
        return Link("series", one, other, 0.9, ("名称相同，年份不同",))
    alike = likeness(older.version, newer.version)
    share = f"文句{alike:.0%}相同"
    undated = older.begins is None or newer.begins is None
    least = _UNDATED_TEXT if undated else _SAME_DAY_TEXT if older.begins == newer.begins else _SAME_TEXT
    if alike >= least:
        return Link("copy", one, other, 0.99, ("名称相同", share))
    if replaced:
        return Link("edition", one, other, 0.99, ("名称相同", "明文废止"))
    if older.name.once or newer.name.once:
        return Link("edition", one, other, 0.7, ("名称相同", share)) if alike >= _FORMULA else None
    made_alike = older.revised == newer.revised and older.made_on == newer.made_on is not None
    if alike < _KIN and made_alike and FILED not in (older.begins_reason, newer.begins_reason):
        return None  # made on one day and neither revised: the parts of one code, each in a file
    statute = older.level in STATUTES and newer.level == older.level
    if alike < _KIN and not statute:
        return None
    confidence = 0.97 if statute and alike >= _KIN else 0.9
    reasons = ["名称相同", share]
    if older.name.trial != newer.name.trial:
        reasons[0], confidence = "名称相同，试行（暂行）有别", confidence - 0.05
    return Link("edition", one, other, round(confidence, 2), tuple(reasons))


# --- until when each holds -------------------------------------------------------------------------------------


def _succeed(editions: dict[Key, Edition], keys: Sequence[Key], links: Sequence[Link]) -> None:
    """Within one work each text ends where the next begins; copies of one text share its days."""
    copies = {frozenset((k.older, k.newer)) for k in links if k.kind == "copy"}
    for one, other in combinations(keys, 2):
        if frozenset((one, other)) in copies:
            _share(editions, one, other)
    known = sorted(
        (k for k in keys if editions[k].begins and not editions[k].proposed), key=lambda k: _order(editions[k])
    )
    confidence = {frozenset((k.older, k.newer)): k.confidence for k in links if k.kind == "edition"}
    for n, key in enumerate(known):
        edition = editions[key]
        following = next(
            (k for k in known[n + 1 :] if _later(editions[k], edition) and frozenset((k, key)) not in copies), None
        )
        if following is None:
            continue
        sure = confidence.get(frozenset((key, following)), 0.9)
        ending = Ending("superseded", editions[following].begins, following[0], editions[following].begins_by, sure)
        editions[key] = replace(edition, endings=sort_endings([*edition.endings, ending]))


def _later(newer: Edition, older: Edition) -> bool:
    return newer.begins is not None and older.begins is not None and newer.begins > older.begins


def _share(editions: dict[Key, Edition], one: Key, other: Key) -> None:
    """Two files of one text: the day that a text itself gives counts for both."""
    a, b = editions[one], editions[other]
    better = max((a, b), key=lambda e: (e.begins_by is not None, e.exact, e.begins is not None))
    for key in (one, other):
        editions[key] = replace(
            editions[key], begins=better.begins, begins_by=better.begins_by,
            begins_reason=better.begins_reason, exact=better.exact,
        )  # fmt: skip


class _Targets:
    """Documents by number and by name, for the acts that speak of them."""

    def __init__(self, editions: Mapping[Key, Edition]) -> None:
        self._editions = editions
        self._numbers: dict[str, list[Key]] = defaultdict(list)
        self._names: dict[str, list[Key]] = defaultdict(list)
        for key in sorted(editions, key=lambda k: _order(editions[k])):
            edition = editions[key]
            if edition.number:
                self._numbers[plain_number(edition.number)].append(key)
            if edition.name.core:
                self._names[edition.name.core].append(key)

    def find(self, act: Act, by: Edition, before: date | None) -> list[Key]:
        """The texts an act means: by number, else the latest of that name which began before the act."""
        numbered = self._numbers.get(plain_number(act.number), []) if act.number else []
        if numbered:
            return [k for k in numbered if k[0] != by.document]
        name = parse_work_name(act.title or "").core
        found = [k for k in self._names.get(name, ()) if self._may_mean(k, act, by, before)]
        if not found:
            return []
        last = max(self._editions[k].begins or date.min for k in found)
        return [k for k in found if (self._editions[k].begins or date.min) == last]

    def _may_mean(self, key: Key, act: Act, by: Edition, before: date | None) -> bool:
        target = self._editions[key]
        if target.document == by.document or (act.number and target.number):  # another number is another document
            return False
        if target.name.year or target.name.once:
            return bool(act.number is None and target.title.strip("《》") == (act.title or ""))
        if not _made_by(target, act):
            return False
        return target.begins is None or before is None or target.begins < before


def _made_by(target: Edition, act: Act) -> bool:
    """Whether a text is old enough to be the one meant by 1997年3月8日国务院发布的《…》."""
    title = act.basis.quote.find(f"《{act.title}》")
    years = _YEAR_BEFORE.findall(act.basis.quote[max(0, title - 90) : title]) if title > 0 else []
    return not years or target.made_on is None or target.made_on.year <= int(years[-1]) + 1


def _said_on(act: Act, by: Edition) -> date | None:
    """The day an act takes effect: the one it names, else that of the text that says it."""
    if act.on is not None:
        return act.on
    return by.begins if act.listed or act.kind == "amend" else by.closing


def _apply_acts(editions: dict[Key, Edition], acts: Mapping[str, Sequence[Act]], find_part: FindPart) -> list[Link]:
    """Endings and links from what texts say of others."""
    targets = _Targets(dict(editions))
    links: list[Link] = []
    for by in [e for e in editions.values() if e.current and not e.proposed]:  # a draft ends nothing
        for act in acts.get(by.version, ()):
            if act.title is None:
                continue
            on = _said_on(act, by)
            for key in targets.find(act, by, on):
                link = _link(act, by, key)
                if link is not None and (act.part is None or not _is_linked(links, link)):
                    links.append(link)
                kind = _LISTED_KINDS.get(act.kind)
                if kind and on is not None:
                    # 期满失效 names the last day on which it held; a repeal the first on which it no longer does.
                    first = on + timedelta(days=1) if kind == "expired" and act.on is not None else on
                    ending = Ending(kind, first, by.document, act, 0.95 if act.number else 0.9)
                    if act.part is None:
                        editions[key] = replace(editions[key], endings=sort_endings([*editions[key].endings, ending]))
                    elif (span := find_part(key[1], act.part)) is not None:
                        lost = (*editions[key].lost, LostPart(act.part, span.start, span.end, ending))
                        editions[key] = replace(editions[key], lost=sort_parts(lost))
    return links


def _is_linked(links: Sequence[Link], link: Link) -> bool:
    """Whether a link of that kind between the two texts is there already: what ends a part may amend another."""
    return any((k.kind, k.older, k.newer) == (link.kind, link.older, link.newer) for k in links)


def _link(act: Act, by: Edition, target: Key) -> Link | None:
    here = (by.document, by.version)
    sure = 0.98 if act.number else 0.93
    if act.kind == "amend":
        return Link("amends", target, here, sure, ("修改决定",), act)
    if act.part is not None:
        return Link("amends", target, here, sure, (f"所称“{act.part}”不再执行",), act)
    if act.listed or act.kind == "valid":
        return None
    words = "明文废止" if act.kind == "repeal" else "明文称其失效，并规定了此后如何办理"
    return Link("replaces", target, here, sure, (words,), act)


def _mentions(editions: Mapping[Key, Edition], acts: Mapping[str, Sequence[Act]]) -> Iterable[tuple[Key, Act]]:
    """(text, act) for every list and decision that speaks of a text in the library."""
    targets = _Targets(editions)
    for by in editions.values():
        if by.current and not by.proposed:
            for act in acts.get(by.version, ()):
                if act.title is not None:
                    for key in targets.find(act, by, _said_on(act, by)):
                        yield key, act
