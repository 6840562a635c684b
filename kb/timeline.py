"""Timelines: what held when, over the editions of a work and over the works of a topic; windows without a valid text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from kb.lineage.editions import END_WORDS, Edition
from kb.lineage.names import parse_work_name
from kb.lineage.works import Lineage
from kb.records import Act, Basis, DocumentInfo

EventKind = Literal["issued", "begins", "revised", "expired", "repealed", "superseded", "amended", "listed"]
_TOPIC_WORKS = 12  # works of a topic that one looks at side by side

EVENT_WORDS: dict[EventKind, str] = {
    "issued": "成文", "begins": "施行", "revised": "修改后施行", "expired": "有效期届满", "repealed": "废止", "superseded": "被新版本取代",
    "amended": "被修改", "listed": "列入清理结果",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """事件: something that happened to one text on a day."""

    on: date | None
    kind: EventKind
    edition: Edition
    by: str | None  # the document that did it, where another one did
    basis: Basis | None  # the words that say so
    note: str


@dataclass(frozen=True, slots=True)
class Window:
    """空窗: days on which none of a work's texts held."""

    first: date
    last: date | None  # None: to this day nothing followed
    before: Edition
    after: Edition | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """隐藏的届满: a list calls a text valid, but its own term runs out (or ran out) all the same."""

    edition: Edition
    expires_after: date  # the last day on which it holds
    listed: Act
    term: Basis | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """沿革: the editions of one line of works with their events, windows and hidden expiries."""

    name: str
    editions: tuple[Edition, ...]
    events: tuple[Event, ...]
    windows: tuple[Window, ...]
    hidden: tuple[Hidden, ...]

    def holding(self, as_of: date) -> tuple[Edition, ...]:
        """What held on a day."""
        return tuple(e for e in self.editions if e.status_on(as_of) == "in-force")


def find_timeline(lineage: Lineage, document: str) -> Timeline | None:
    """The timeline of the work a document belongs to, predecessors and successors of other names included."""
    editions = lineage.chain(document)
    if not editions:
        return None
    work = lineage.work(document)
    return _timeline(work.name if work is not None else document, editions, lineage)


def find_topic_timelines(lineage: Lineage, documents: Iterable[str]) -> tuple[Timeline, ...]:
    """The timelines of the works that some documents (found for a topic) belong to, each once, in that order."""
    found: list[Timeline] = []
    seen: set[tuple[str, str]] = set()
    for document in documents:
        edition = lineage.edition(document)
        if edition is None or (edition.document, edition.version) in seen or len(found) == _TOPIC_WORKS:
            continue
        timeline = find_timeline(lineage, document)
        if timeline is not None:
            seen |= {(e.document, e.version) for e in timeline.editions}
            found.append(timeline)
    return tuple(found)


def find_named(infos: Sequence[DocumentInfo], name: str) -> list[str]:
    """Documents called by a path, a number or a title, without remarks of edition."""
    exact = [i.document for i in infos if name in (i.document, i.identity.doc_number, i.identity.title)]
    core = parse_work_name(name).core
    return exact or [i.document for i in infos if core and parse_work_name(i.identity.title).core == core]


def _timeline(name: str, editions: Sequence[Edition], lineage: Lineage) -> Timeline:
    events = sorted(
        (e for edition in editions for e in _events(edition, lineage)),
        key=lambda e: (e.on or date.max, e.edition.begins or date.min, e.kind, e.by or ""),
    )
    return Timeline(name, tuple(editions), tuple(events), find_windows(editions), _find_hidden(editions, lineage))


def _events(edition: Edition, lineage: Lineage) -> Iterable[Event]:
    by = edition.begins_by
    if edition.begins is not None:
        stated = by is not None or edition.level is not None
        kind: EventKind = "revised" if by is not None and by.kind == "revise" else "begins" if stated else "issued"
        note = "" if edition.exact else "确切施行日期不详，按修改或公布日期计"
        yield Event(edition.begins, kind, edition, None, by.basis if by else None, note or edition.begins_reason)
    yield from _ends(edition)
    for lost in edition.lost:
        act, note = lost.ending.act, f"其中“{lost.name}”{END_WORDS[lost.ending.kind]}"
        yield Event(lost.ending.on, "amended", edition, lost.ending.by, act.basis if act else None, note)
    ended = {lost.ending.by for lost in edition.lost}
    for link in lineage.links:
        if link.kind == "amends" and link.older == (edition.document, edition.version) and link.newer[0] not in ended:
            newer = lineage.editions[link.newer]
            yield Event(newer.begins, "amended", edition, newer.document, link.act.basis if link.act else None, "")
    for act in lineage.listed.get((edition.document, edition.version), ()):
        if act.listed:
            notice = lineage.editions.get((act.basis.document, act.basis.version))
            note = {"valid": "列为继续有效", "repeal": "列为废止", "expire": "列为失效"}.get(act.kind, "")
            yield Event(notice.begins if notice else None, "listed", edition, act.basis.document, act.basis, note)


def _ends(edition: Edition) -> Iterable[Event]:
    """The ends of a text, one a day: what was repealed by name that day was not also superseded."""
    told: set[date | None] = set()
    for ending in edition.endings:
        listed = ending.act is not None and ending.act.listed
        if not listed and ending.on not in told:
            told.add(ending.on)
            basis = ending.act.basis if ending.act is not None else None
            yield Event(ending.on, ending.kind, edition, ending.by, basis, ending.reason)


def find_windows(editions: Sequence[Edition]) -> tuple[Window, ...]:
    """Days between the end of what held and the beginning of what held next; the last one may be open."""
    known = sorted((e for e in editions if e.begins is not None and not e.proposed), key=lambda e: e.begins or date.min)
    windows: list[Window] = []
    holder: Edition | None = None
    until: date | None = None  # the first day on which nothing held so far holds any more; None: no end known
    for edition in known:
        begins = edition.begins
        assert begins is not None
        if holder is not None and until is not None and until < begins:
            windows.append(Window(until, begins - timedelta(days=1), holder, edition))
        if holder is None or until is not None:
            ends = edition.ends
            if until is None or ends is None or ends >= until:
                holder, until = edition, ends
    if holder is not None and until is not None:
        windows.append(Window(until, None, holder, None))
    return tuple(windows)


def _find_hidden(editions: Sequence[Edition], lineage: Lineage) -> tuple[Hidden, ...]:
    found = []
    for edition in editions:
        listed = [a for a in lineage.listed.get((edition.document, edition.version), ()) if a.kind == "valid"]
        term = next((e for e in edition.endings if e.kind == "expired" and e.on is not None and e.by is None), None)
        if listed and term is not None and term.on is not None:
            last = term.on - timedelta(days=1)
            found.append(Hidden(edition, last, listed[-1], term.act.basis if term.act else None))
    return tuple(found)


def format_timeline(timeline: Timeline, as_of: date) -> dict[str, Any]:
    """The JSON of ``kb timeline``."""
    return {
        "work": timeline.name,
        "as_of": as_of.isoformat(),
        "holding": [e.document for e in timeline.holding(as_of)],
        "editions": [
            {
                "document": e.document, "version": e.version, "title": e.title, "number": e.number,
                "begins": _day(e.begins), "exact": e.exact, "ends": _day(e.ends), "status": e.status_on(as_of),
            }
            for e in timeline.editions
        ],
        "events": [
            {
                "on": _day(e.on), "kind": e.kind, "document": e.edition.document, "by": e.by, "note": e.note,
                "basis": _basis(e.basis),
            }
            for e in timeline.events
        ],
        "windows": [
            {
                "first": _day(w.first), "last": _day(w.last), "before": w.before.document,
                "after": w.after.document if w.after else None,
            }
            for w in timeline.windows
        ],
        "hidden_expiry": [
            {
                "document": h.edition.document, "expires_after": _day(h.expires_after),
                "listed": _basis(h.listed.basis), "term": _basis(h.term),
            }
            for h in timeline.hidden
        ],
    }  # fmt: skip


def describe_timeline(timeline: Timeline, as_of: date) -> str:
    """For people: events in order, then windows and hidden expiries, then what holds."""
    lines = [f"{timeline.name}"]
    for e in timeline.events:
        words = f"“{e.basis.quote}”" if e.basis is not None else ""
        tail = " ".join(w for w in (e.note, f"见 {e.by}" if e.by else "", words) if w)
        lines.append(f"  {_day(e.on) or '日期不详'}  {EVENT_WORDS[e.kind]}  {e.edition.document}  {tail}".rstrip())
    for w in timeline.windows:
        until = f"至 {w.last}" if w.last else "起，至今未见后续文件"
        lines.append(f"  空窗：{w.first} {until}，没有有效文本")
    for h in timeline.hidden:
        lines.append(
            f"  隐藏的届满：{h.edition.document} 被 {h.listed.basis.document} 列为继续有效，"
            f"但按其自身规定有效期至 {h.expires_after}"
        )
    held = "、".join(e.document for e in timeline.holding(as_of)) or "无"
    return "\n".join([*lines, f"  {as_of} 有效的文本：{held}"])


def _basis(basis: Basis | None) -> dict[str, Any] | None:
    if basis is None:
        return None
    return {
        "document": basis.document, "clause": basis.clause, "quote": basis.quote, "start": basis.start,
        "end": basis.end,
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
