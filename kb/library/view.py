"""The library without what a reader may not see: every face asks through a view, so nothing hidden is ever found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.errors import DocumentMissing, UsageError
from kb.library.check import Problem
from kb.library.library import Library
from kb.library.snapshot import Snapshot
from kb.lineage.masking import mask_lineage
from kb.lineage.works import Lineage
from kb.records import Correction, DocumentInfo, Duty, Figure, Parsed, Passage, Requirement, Status, Version

_R = TypeVar("_R", Duty, Requirement, Figure)
Permits = Callable[[DocumentInfo], bool]


class LibraryView(Library):
    """视图: a library of which only the permitted documents exist; it reads, and never writes.

    It has none of the library's own state, so a method that is not written here fails rather than shows something.
    """

    def __init__(self, whole: Library, permits: Permits, *, narrowed: bool = False) -> None:
        """``narrowed``: what is left out may be known but was not asked for, so its acts still end other texts."""
        self.folder = whole.folder
        self.answers = whole.answers  # who may see which record is for the faces to say: it names who asked
        self._whole = whole
        self._permits = permits
        self._narrowed = narrowed
        self._traced: tuple[Lineage, Lineage] | None = None
        # What was permitted of which list, in one tuple: threads that replace it never mix two states.
        self._state: tuple[
            tuple[DocumentInfo, ...] | None, tuple[DocumentInfo, ...], frozenset[str], frozenset[str]
        ] = (
            None,
            (),
            frozenset(),
            frozenset(),
        )

    def _seen(self) -> tuple[tuple[DocumentInfo, ...], frozenset[str], frozenset[str]]:
        """The permitted documents, their names, and their versions."""
        infos = self._whole.find_documents()
        state = self._state
        if state[0] is not infos:
            kept = tuple(i for i in infos if self._permits(i))
            state = (infos, kept, frozenset(i.document for i in kept), frozenset(i.version for i in kept))
            self._state = state
        return state[1], state[2], state[3]

    def find_documents(self) -> tuple[DocumentInfo, ...]:
        """The permitted documents, sorted by document; the same tuple until the library changes."""
        return self._seen()[0]

    def get_version(self, document: str, version: str | None = None) -> Version:
        """A version of a permitted document; DocumentMissing for a hidden one, in the words for one that is not there."""
        if document not in self._seen()[1]:
            raise DocumentMissing(f"库中没有“{document}”{'的版本 ' + version if version else ''}，请核对名称。")
        return self._whole.get_version(document, version)

    def find_versions(self, document: str) -> tuple[str, ...]:
        """Ids of a permitted document's versions."""
        return self._whole.find_versions(document) if document in self._seen()[1] else ()

    def get_passages(self, ids: Sequence[str]) -> list[tuple[Passage, str]]:
        """Passages with their text; DocumentMissing for a hidden one."""
        found = self._whole.get_passages(ids)
        seen = self._seen()[1]
        for passage, _ in found:
            if passage.document not in seen:
                raise DocumentMissing(f"段落 {passage.id} 已不在库中，请重新检索。")
        return found

    def find_duties(
        self, *, agency: str | None = None, task: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Duty, ...]:
        """Duty records of permitted documents."""
        return self._kept(self._whole.find_duties(agency=agency, task=task, documents=documents))

    def find_requirements(
        self, *, item: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Requirement, ...]:
        """Requirement records of permitted documents."""
        return self._kept(self._whole.find_requirements(item=item, documents=documents))

    def find_figures(
        self, *, indicator: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Figure, ...]:
        """Figure records of permitted documents."""
        return self._kept(self._whole.find_figures(indicator=indicator, documents=documents))

    def _kept(self, records: tuple[_R, ...]) -> tuple[_R, ...]:
        seen = self._seen()[1]
        return tuple(r for r in records if r.basis.document in seen)

    def snapshot(self) -> Snapshot:
        """The stores, of which only the permitted versions exist."""
        return self._whole.snapshot().narrow(self._seen()[2])

    # These look at the snapshot alone, in which what is hidden does not exist.
    search_text = Library.search_text
    search_vectors = Library.search_vectors
    frequencies = Library.frequencies

    def lineage(self) -> Lineage:
        """The works of the permitted documents; what a hidden text ended stays ended, without saying by which words."""
        whole = self._whole.lineage()  # another one after each change and each correction
        if self._narrowed:
            return whole
        traced = self._traced
        if traced is None or traced[0] is not whole:
            traced = self._traced = (whole, mask_lineage(whole, self._seen()[1]))
        return traced[1]

    def status_of(self, document: str, as_of: date, version: str | None = None, at: int | None = None) -> Status:
        """Whether a permitted text holds on a day, hidden repeals counted; unknown for a hidden one."""
        return self.lineage().status_of(document, as_of, version, at)

    def find_corrections(self) -> tuple[Correction, ...]:
        """What users said of permitted documents."""
        seen = self._seen()[1]
        found = self._whole.find_corrections()
        return tuple(c for c in found if c.document in seen and (not c.other or c.other in seen))

    def sources(self) -> dict[str, dict[str, Any]]:
        """Where the files of permitted documents came from."""
        seen = self._seen()[1]
        return {d: s for d, s in self._whole.sources().items() if d in seen}

    def get_source(self, document: str) -> dict[str, Any] | None:
        """Where a permitted document's file came from."""
        return self._whole.get_source(document) if document in self._seen()[1] else None

    def content_hashes(self) -> dict[str, str]:
        """Hashes of permitted documents."""
        seen = self._seen()[1]
        return {d: h for d, h in self._whole.content_hashes().items() if d in seen}

    def count(self, what: Literal["passages", "duties", "requirements", "figures"]) -> int:
        """How many permitted records of one kind there are."""
        if what == "passages":
            return sum(i.passages for i in self._seen()[0])
        return len(getattr(self, f"find_{what}")())

    def check(self) -> tuple[Problem, ...]:
        """The problems of the library's files, which name no document."""
        return self._whole.check()

    def refresh(self) -> None:
        """Nothing of its own to refresh."""
        self._whole.refresh()

    # --- a view never writes -------------------------------------------------------------------------------------

    def writing(self) -> AbstractContextManager[None]:
        """Refused."""
        raise _refused()

    def add(
        self, parsed: Parsed, *, source: Mapping[str, Any] | None = None, again: bool = False
    ) -> Literal["added", "updated", "unchanged"]:
        """Refused."""
        raise _refused()

    def remove(self, document: str) -> None:
        """Refused."""
        raise _refused()

    def touch(self, document: str, source: Mapping[str, Any]) -> None:
        """Refused."""
        raise _refused()

    def flush(self) -> None:
        """Refused."""
        raise _refused()

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Refused."""
        raise _refused()

    def correct(self, correction: Correction) -> Correction:
        """Refused."""
        raise _refused()

    def withdraw_correction(self, id: int) -> None:
        """Refused."""
        raise _refused()

    def put_vectors(self, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Refused."""
        raise _refused()

    def close(self) -> None:
        """The whole library is closed by whoever opened it."""


def _refused() -> UsageError:
    return UsageError("受限的视图不能写入知识库，请由管理任务写入。")
