"""Question → hits: words, bigrams, titles, headings and vectors, fused; validity and scope applied before top-k."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kb.embedding import Encoder
from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.records import Hit
from kb.text import normalise
from kb.validity import status_of
from kb.words import Words

_POOL = 60  # candidates of each signal
# Weights of the signals after each is divided by its best score of the question; set by hand, then checked on dev.
_WEIGHTS = {"words": 0.34, "bigrams": 0.3, "dense": 0.2, "title": 0.1, "path": 0.06}
_SYNONYM = 0.4  # weight of an official wording that the question did not use itself
_NOT_IN_FORCE = 0.85  # factor for a repealed or expired text: findable, but behind one that holds


@dataclass(frozen=True, slots=True)
class SearchScope:
    """检索范围: None places no restriction."""

    places: tuple[str, ...] | None = None
    genres: tuple[str, ...] | None = None
    levels: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None


class Searcher:
    """检索: finds passages of one library for a question."""

    def __init__(self, library: Library, encoder: Encoder, words: Words) -> None:
        self.library = library
        self.encoder = encoder
        self.words = words

    def search(
        self, question: str, *, k: int = 10, as_of: date | None = None, scope: SearchScope | None = None
    ) -> tuple[Hit, ...]:
        """The k passages that bear most on a question, best first; equal scores in order of passage id."""
        allowed = self._allowed(scope, as_of)
        signals = self._signals(question, allowed)
        scores: dict[str, dict[str, float]] = {}
        for name, found in signals.items():
            best = max((s for _, s in found), default=0.0)
            for id, score in found:
                if best > 0:
                    scores.setdefault(id, {})[name] = score / best
        status = self._factors(as_of or date.today())
        total = {
            id: sum(_WEIGHTS[n] * s for n, s in by.items()) * status.get(id.rpartition(":")[0], 1.0)
            for id, by in scores.items()
        }
        order = sorted(total, key=lambda id: (-total[id], id))[:k]
        titles = {i.document: i.identity.title for i in self.library.find_documents()}
        return tuple(
            Hit(passage, titles[passage.document], text, total[passage.id], scores[passage.id])
            for passage, text in self.library.get_passages(order)
        )

    def _signals(self, question: str, allowed: Allowed | None) -> dict[str, list[tuple[str, float]]]:
        plain = normalise(question)
        words = [(w, 1.0) for w in self.words.topic(plain)]
        words += [(w, _SYNONYM) for e in self.words.expand(plain) for w in self.words.cut(e)]
        grams = [(g, 1.0) for g in dict.fromkeys(self.words.bigrams(plain))]
        grams += [(g, _SYNONYM) for e in self.words.expand(plain) for g in self.words.bigrams(e)]
        words, grams = list(dict(reversed(words)).items()), list(dict(reversed(grams)).items())
        found = {
            "words": self.library.search_text("words", words, _POOL, allowed),
            "bigrams": self.library.search_text("bigrams", grams, _POOL, allowed),
            "title": self.library.search_text("title", words + grams, _POOL, allowed),
            "path": self.library.search_text("path", words + grams, _POOL, allowed),
        }
        vector = self.encoder.encode([question])[0]
        if np.any(vector):
            found["dense"] = self.library.search_vectors(vector, _POOL, allowed)
        return found

    def _allowed(self, scope: SearchScope | None, as_of: date | None) -> Allowed | None:
        """Versions outside the scope, and those that did not exist yet on the as-of date, cannot be found."""
        if scope is None and as_of is None:
            return None
        only = frozenset(
            i.version
            for i in self.library.find_documents()
            if scope is None
            or (
                (scope.documents is None or i.document in scope.documents)
                and (scope.places is None or i.identity.place in scope.places)
                and (scope.genres is None or i.identity.genre in scope.genres)
                and (scope.levels is None or i.identity.level in scope.levels)
            )
        )
        never = frozenset(
            i.version
            for i in self.library.find_documents()
            if as_of is not None
            and (begins := i.identity.issued_on or i.identity.adopted_on) is not None
            and begins > as_of
        )
        return Allowed(only if scope is not None else None, never)

    def _factors(self, as_of: date) -> dict[str, float]:
        return {
            i.version: _NOT_IN_FORCE
            for i in self.library.find_documents()
            if status_of(i.identity, as_of) in ("repealed", "expired", "superseded", "not-yet", "proposed")
        }
