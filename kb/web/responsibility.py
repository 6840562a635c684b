"""The responsibility map as pages, API and MCP ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kb.responsibility.map import ResponsibilityMap, Sources, Wanted, find_responsibility
from kb.workspace import Workspace

_WORD = 100  # characters of a filter


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
    """Duties for a task, of an agency, or both, as of a day, with their conflicts, gaps and changes."""
    day = asked.as_of or date.today()
    wanted = Wanted(
        day,
        agency=asked.agency or None,
        task=asked.task or None,
        place=asked.place or None,
        conflicts=True,
        gaps=True,
        between=(asked.since, day) if asked.since is not None and asked.since < day else None,
    )
    sources = Sources(space.library, space.searcher.catalogue(), space.agencies, space.words)
    return find_responsibility(sources, wanted)
