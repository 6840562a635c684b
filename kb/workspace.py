"""Opens everything a face needs from Settings, once: library, encoder, words, agencies, search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from time import perf_counter

from kb.agencies import Agencies
from kb.answer.llm import LanguageModel, open_model
from kb.answer.record import AnswerRecord, Verification, get_record, give_feedback, make_record, verify_record
from kb.answer.stream import AnswerEvent, ask_stream, never
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

    @cached_property
    def model(self) -> LanguageModel | None:
        """The language model of the settings; None for answers by quotation alone."""
        return open_model(self.settings.model)

    def ask(self, question: str, *, as_of: date | None = None, history: Sequence[str] = ()) -> Answer:
        """The answer to one question, as of today unless a date is given."""
        *_, last = self.ask_stream(question, as_of=as_of, history=history)
        assert last.answer is not None
        return last.answer

    def ask_stream(
        self,
        question: str,
        *,
        as_of: date | None = None,
        history: Sequence[str] = (),
        cancelled: Callable[[], bool] = never,
    ) -> Iterator[AnswerEvent]:
        """The same as it comes about; the last event has the answer."""
        return ask_stream(
            self.searcher,
            question,
            as_of=as_of or date.today(),
            history=history,
            agencies=self.agencies,
            model=self.model,
            cancelled=cancelled,
        )

    def record(self, answer: Answer, by: str = "") -> Answer:
        """Keep an answer as it was given; the same answer with the id of its record, without one if it cannot be kept."""
        record = make_record(self.library, answer, datetime.now(), by)
        kept = self.library.answers.save(record.id, record.body["asked_at"], answer.question, record.body)
        return replace(answer, id=record.id if kept else None)

    def get_record(self, id: str) -> AnswerRecord:
        """A kept answer by the beginning of its id; UsageError for an unknown one."""
        return get_record(self.library, id)

    def verify_record(self, id: str) -> Verification:
        """Whether a kept answer's quotations still stand in the library."""
        return verify_record(self.library, get_record(self.library, id), date.today())

    def give_feedback(self, id: str, verdict: str, why: str = "", by: str = "") -> None:
        """Keep what someone said of an answer: right, partial or wrong, and why."""
        give_feedback(self.library, id, verdict, why, datetime.now(), by)

    def search(self, question: str, *, k: int = 10, as_of: date | None = None) -> tuple[tuple[Hit, ...], float]:
        """The passages found and the milliseconds it took."""
        began = perf_counter()
        hits = self.searcher.search(question, k=k, as_of=as_of)
        return hits, (perf_counter() - began) * 1000


def own_file(settings: Settings, name: str) -> Path:
    """Where a library keeps its users' own ``synonyms`` or ``agencies``, unless the settings name another file."""
    return settings.library / {"synonyms": "synonyms.txt", "agencies": "agencies.toml"}[name]


def _with_own_files(settings: Settings) -> Settings:
    """The settings, with the library's own dictionaries where none are set."""
    synonyms, agencies = (p if (p := own_file(settings, n)).is_file() else None for n in ("synonyms", "agencies"))
    return replace(settings, dictionary=settings.dictionary or synonyms, agencies=settings.agencies or agencies)


def open_workspace(settings: Settings, *, create: bool = False, adopt: bool = False) -> Workspace:
    """Open (or with ``create`` make) the library of ``settings``; raises LibraryMissing, LibraryDamaged, EncoderMismatch.

    ``adopt`` accepts another encoder than the library's own, for a rebuild with it.
    """
    settings = _with_own_files(settings)
    encoder = load_encoder(settings.encoder)
    words = Words.load(settings.dictionary)
    library = Library.open(settings.library, encoder, words, create=create, adopt=adopt)
    return Workspace(settings, library, encoder, words)
