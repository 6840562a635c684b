"""What a search may find at all: filters on place, genre, level, document and status, applied before top-k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.records import DocumentInfo, Status


@dataclass(frozen=True, slots=True)
class SearchScope:
    """检索范围: None sets no limit; ``withheld`` documents are never shown, whatever else holds."""

    documents: frozenset[str] | None = None  # only these; what a user or group may read
    withheld: frozenset[str] = frozenset()
    places: frozenset[str] | None = None  # full names; texts for the whole nation are kept with them
    genres: frozenset[str] | None = None
    levels: frozenset[str] | None = None
    statuses: frozenset[Status] | None = None

    def holds(
        self, infos: Sequence[DocumentInfo], places: Sequence[str | None], statuses: Sequence[Status]
    ) -> list[bool]:
        """Whether each document may be found; the three sequences run side by side."""
        return [self._holds(*row) for row in zip(infos, places, statuses, strict=True)]

    def _holds(self, info: DocumentInfo, place: str | None, status: Status) -> bool:
        return (
            info.document not in self.withheld
            and (self.documents is None or info.document in self.documents)
            and (self.places is None or place in self.places or place in (None, "全国"))
            and (self.genres is None or info.identity.genre in self.genres)
            and (self.levels is None or info.identity.level in self.levels)
            and (self.statuses is None or status in self.statuses)
        )
