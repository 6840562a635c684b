"""The responsibility map of a library: for a task or an agency, who does what, where texts disagree, what is missing, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kb.agencies import Agencies
from kb.library.library import Library
from kb.records import DocumentInfo, Duty
from kb.responsibility.changes import Change, find_changes
from kb.responsibility.clashes import Clash, find_clashes
from kb.responsibility.entries import Entry, Region, find_entries
from kb.responsibility.gaps import Gap, Problem, find_gaps, find_problems
from kb.search.catalogue import Catalogue
from kb.words import Words

# Genres and levels in which problems are told rather than rules given.
TELLING_GENRES = frozenset({"报告", "总结", "讲话", "台账", "纪要"})
TELLING_LEVELS = frozenset({"参考资料"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """所求: what of the map is asked for."""

    as_of: date
    agency: str | None = None
    task: str | None = None
    place: str | None = None
    conflicts: bool = False
    gaps: bool = False
    between: tuple[date, date] | None = None  # changes from the first day to the second


@dataclass(frozen=True, slots=True)
class ResponsibilityMap:
    """责任图."""

    wanted: Wanted
    entries: tuple[Entry, ...]
    conflicts: tuple[Clash, ...] = ()
    gaps: tuple[Gap, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """来源: what the map is drawn from; ``catalogue`` is the one the search uses."""

    library: Library
    catalogue: Catalogue
    agencies: Agencies
    words: Words


def find_responsibility(sources: Sources, wanted: Wanted) -> ResponsibilityMap:
    """The map as asked: entries that fit, highest rank first, and what of conflicts, gaps and changes was wanted."""
    duties = _find_duties(sources, wanted)
    region = Region(sources.library, sources.catalogue)
    entries = _entries(sources, region, duties, wanted, wanted.as_of)
    # The other side of a conflict, and an owner that fills a gap, may not be among the entries that fit.
    beside = entries
    if (wanted.conflicts or wanted.gaps) and (wanted.agency or wanted.task):
        everything = Wanted(wanted.as_of, place=wanted.place)
        beside = _entries(sources, region, sources.library.find_duties(), everything, wanted.as_of)
    clashes = find_clashes(beside, sources.agencies, region) if wanted.conflicts else ()
    chosen = {(e.duty.basis.document, e.duty.basis.start) for e in entries}
    clashes = tuple(c for c in clashes if any((e.duty.basis.document, e.duty.basis.start) in chosen for e in c.entries))
    gaps: tuple[Gap, ...] = ()
    if wanted.gaps:
        places = {i.document: p for i, p in zip(sources.catalogue.infos, sources.catalogue.places, strict=True)}
        problems = [p for p in find_open_problems(sources) if not wanted.task or wanted.task in p.basis.quote]
        gaps = find_gaps(problems, beside, sources.words, region, places)
    changes: tuple[Change, ...] = ()
    if wanted.between is not None:
        before, after = (_entries(sources, region, duties, wanted, day) for day in wanted.between)
        changes = find_changes(before, after, sources.agencies, region)
    return ResponsibilityMap(wanted, entries, clashes, gaps, changes)


def _find_duties(sources: Sources, wanted: Wanted) -> tuple[Duty, ...]:
    """The records that can fit, by the spellings of the body or the words of the task; all of them where neither is given."""
    library, agencies = sources.library, sources.agencies
    if wanted.agency:
        body = agencies.find_body(wanted.agency)
        stem = agencies.parse(wanted.agency).stem
        spellings = {stem, *((agencies.parse(a).stem for a in (body.name, *body.aliases)) if body else ())}
        shortest = [s for s in spellings if not any(o != s and o in s for o in spellings)]
        found = {d: None for s in sorted(shortest) for d in library.find_duties(agency=s)}
        return tuple(found)
    return library.find_duties(task=wanted.task.split()[0] if wanted.task else None)


def _entries(sources: Sources, region: Region, duties: Sequence[Duty], wanted: Wanted, day: date) -> tuple[Entry, ...]:
    status_at = sources.library.lineage().statuses_on(day)
    return find_entries(
        duties, region, sources.agencies, status_at,
        as_of=day, agency=wanted.agency, task=wanted.task, place=wanted.place,
    )  # fmt: skip


def find_open_problems(sources: Sources) -> tuple[Problem, ...]:
    """What the library's reports, ledgers and minutes call unsettled."""
    found: list[Problem] = []
    for info in sources.catalogue.infos:
        if _tells(info):
            found += find_problems(sources.library.get_version(info.document))
    return tuple(found)


def _tells(info: DocumentInfo) -> bool:
    return info.identity.genre in TELLING_GENRES or info.identity.level in TELLING_LEVELS
