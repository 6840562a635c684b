"""The responsibility map as pages, API and MCP ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kb.records import DocumentInfo
from kb.responsibility.clashes import find_clashes
from kb.responsibility.entries import Region
from kb.responsibility.gaps import Gap, find_gaps, find_problems
from kb.responsibility.map import (
    TELLING_GENRES,
    TELLING_LEVELS,
    ResponsibilityMap,
    Sources,
    Wanted,
    find_responsibility,
)
from kb.workspace import Workspace

_WORD = 100  # characters of a filter
_LARGE = 10_000  # passages; the whole of such a library is compared in some seconds
_COMPARED = 1_000  # entries compared with each other in a larger one
_HITS = 60  # passages in which reports of problems are looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """所问: the filters in an address; "" sets no limit."""

    task: str = ""
    agency: str = ""
    place: str = ""
    as_of: date | None = None
    since: date | None = None  # changes from this day on

    @classmethod
    def read(cls, query: Mapping[str, str], as_of: date | None = None, since: date | None = None) -> Asked:
        """From an address or a form."""
        task, agency, place = (str(query.get(n) or "").strip()[:_WORD] for n in ("task", "agency", "place"))
        return cls(task, agency, place, as_of, since)

    def __bool__(self) -> bool:
        return bool(self.task or self.agency)


def find_map(space: Workspace, asked: Asked) -> ResponsibilityMap:
    """Duties for a task, of an agency, or both, as of a day, with their conflicts, gaps and changes.

    In a large library conflicts and gaps are looked for among the entries that fit, not in the whole, which would take
    minutes; ``is_large`` lets a page say so.
    """
    day = asked.as_of or date.today()
    small = not is_large(space)
    wanted = Wanted(
        day,
        agency=asked.agency or None,
        task=asked.task or None,
        place=asked.place or None,
        conflicts=small,
        gaps=small,
        between=(asked.since, day) if asked.since is not None and asked.since < day else None,
    )
    sources = Sources(space.library, space.searcher.catalogue(), space.agencies, space.words)
    found = find_responsibility(sources, wanted)
    return found if small else _look_within(space, sources, asked, found)


def is_large(space: Workspace) -> bool:
    """Whether comparing every duty with every other would keep a reader waiting."""
    return sum(i.passages for i in space.library.find_documents()) > _LARGE


def _look_within(space: Workspace, sources: Sources, asked: Asked, found: ResponsibilityMap) -> ResponsibilityMap:
    """Conflicts among the entries that fit, and gaps that the reports found for the task tell of."""
    region = Region(sources.library, sources.catalogue)
    entries = found.entries[:_COMPARED]
    gaps: tuple[Gap, ...] = ()
    if asked.task:
        infos = {i.document: i for i in sources.catalogue.infos}
        hits, _ = space.search(asked.task, k=_HITS)
        documents = dict.fromkeys(h.passage.document for h in hits)
        telling = [d for d in documents if d in infos and _tells(infos[d])]
        problems = [
            p for d in telling for p in find_problems(sources.library.get_version(d)) if asked.task in p.basis.quote
        ]
        places = {i.document: p for i, p in zip(sources.catalogue.infos, sources.catalogue.places, strict=True)}
        gaps = find_gaps(problems, entries, sources.words, region, places)
    wanted = replace(found.wanted, conflicts=True, gaps=bool(asked.task))
    return replace(found, wanted=wanted, conflicts=find_clashes(entries, sources.agencies, region), gaps=gaps)


def _tells(info: DocumentInfo) -> bool:
    return info.identity.genre in TELLING_GENRES or info.identity.level in TELLING_LEVELS
