"""Opens everything a face needs from Settings, once: library, encoder, words, agencies, search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from time import perf_counter

from kb.agencies import Agencies
from kb.answer.ask import answer_question
from kb.config import Settings
from kb.embedding import Encoder, load_encoder
from kb.library.library import Library
from kb.records import Answer, Hit
from kb.search.search import Searcher
from kb.words import Words


@dataclass(frozen=True)
class Workspace:
    """工作区: one opened library with what is needed to question it."""

    settings: Settings
    library: Library
    encoder: Encoder
    words: Words

    @cached_property
    def searcher(self) -> Searcher:
        """The search over this library."""
        return Searcher(self.library, self.encoder, self.words)

    @cached_property
    def agencies(self) -> Agencies:
        """The agency registry, with the user's file where one is set."""
        return Agencies.load(self.settings.agencies)

    def ask(self, question: str, *, as_of: date | None = None, history: Sequence[str] = ()) -> Answer:
        """The answer to one question, as of today unless a date is given."""
        return answer_question(
            self.searcher, question, as_of=as_of or date.today(), history=history, agencies=self.agencies
        )

    def search(self, question: str, *, k: int = 10, as_of: date | None = None) -> tuple[tuple[Hit, ...], float]:
        """The passages found and the milliseconds it took."""
        began = perf_counter()
        hits = self.searcher.search(question, k=k, as_of=as_of)
        return hits, (perf_counter() - began) * 1000


def open_workspace(settings: Settings, *, create: bool = False, adopt: bool = False) -> Workspace:
    """Open (or with ``create`` make) the library of ``settings``; raises LibraryMissing, LibraryDamaged, EncoderMismatch.

    ``adopt`` accepts another encoder than the library's own, for a rebuild with it.
    """
    encoder = load_encoder(settings.encoder)
    words = Words.load(settings.dictionary)
    library = Library.open(settings.library, encoder, words, create=create, adopt=adopt)
    return Workspace(settings, library, encoder, words)
