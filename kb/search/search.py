"""Question → hits: analyse, gather candidates, measure, rank, group near-duplicates; filters are applied before top-k."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from kb.embedding import Encoder
from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.lineage.works import Lineage
from kb.records import DocumentInfo, Hit, Passage, Status
from kb.search.candidates import find_candidates
from kb.search.catalogue import Catalogue
from kb.search.grouping import put_repeats_last
from kb.search.question import Asked, read_question
from kb.search.ranker import FIRST, load_ranker
from kb.search.rerank import READ, Reranker
from kb.search.scope import SearchScope
from kb.search.signals import ALL_COLUMNS, Matrix, measure, measure_texts
from kb.words import Words

__all__ = ["SearchScope", "Searcher"]
_READ = 48  # leading candidates whose text is looked at; the gold clause is beyond them in under 2% of questions
_SHOWN = ("words", "bigrams", "dense", "title", "path", "named", "place_same", "place_other", "invalid")


class Searcher:
    """检索: finds passages of one library for a question."""

    def __init__(self, library: Library, encoder: Encoder, words: Words, *, reranker: Reranker | None = None) -> None:
        self.library = library
        self._reranker = reranker
        self.encoder = encoder
        self.words = words
        self._ranker = load_ranker()
        self._catalogue: Catalogue | None = None
        self._lineage: Lineage | None = None
        self._statuses: dict[date, tuple[Status, ...]] = {}

    def search(
        self, question: str, *, k: int = 10, as_of: date | None = None, scope: SearchScope | None = None
    ) -> tuple[Hit, ...]:
        """The k passages that bear most on the question, best first; equal scores in order of passage id."""
        catalogue = self.catalogue()
        statuses = self._status(catalogue, as_of or date.today())
        asked = read_question(question, catalogue, self.words)
        passages, values = self.gather(asked, catalogue, statuses, self._allowed(catalogue, statuses, as_of, scope), k)
        scores = self._ranker.score(values)
        order = sorted(range(len(passages)), key=lambda n: (-scores[n], passages[n][0].id))
        if self._reranker is not None:
            order = _rerank(self._reranker, question, order, passages)
        order = [order[n] for n in put_repeats_last([passages[n][1] for n in order], k)]
        return tuple(_hit(catalogue, passages[n], values[n], float(scores[n])) for n in order[:k])

    def gather(
        self, asked: Asked, catalogue: Catalogue, statuses: Sequence[Status], allowed: Allowed | None, k: int = 0
    ) -> tuple[list[tuple[Passage, str]], Matrix]:
        """The leading candidates with their text, and all their signals, one row each."""
        found = find_candidates(self.library, self.encoder, asked, catalogue, allowed)
        table = measure(asked, found, catalogue, statuses)
        first = FIRST.score(table.values)
        lead = sorted(range(len(table.ids)), key=lambda n: (-first[n], table.ids[n]))[: max(_READ, k)]
        passages = self.library.get_passages([table.ids[n] for n in lead])
        texts = measure_texts(asked, [table.rows[n] for n in lead], passages, catalogue)
        return passages, np.hstack([table.values[lead], texts])

    def catalogue(self) -> Catalogue:
        """The documents in memory; made anew when the library has changed."""
        infos = self.library.find_documents()
        if self._catalogue is None or self._catalogue.infos is not infos:
            self._catalogue = Catalogue.build(infos)
            self._statuses.clear()
        return self._catalogue

    def _status(self, catalogue: Catalogue, as_of: date) -> tuple[Status, ...]:
        if as_of not in self._statuses or self._lineage is not self.library.lineage():
            lineage = self._lineage = self.library.lineage()
            self._statuses = {as_of: tuple(lineage.status_of(i.document, as_of) for i in catalogue.infos)}
        return self._statuses[as_of]

    @staticmethod
    def _allowed(
        catalogue: Catalogue, statuses: Sequence[Status], as_of: date | None, scope: SearchScope | None
    ) -> Allowed | None:
        """What the scope leaves, without what did not exist yet on the as-of date; None for everything."""
        infos = catalogue.infos
        kept = [as_of is None or not _is_later(i, as_of) for i in infos]
        if scope is not None:
            inside = scope.holds(infos, catalogue.places, statuses)
            kept = [k and s for k, s in zip(kept, inside, strict=True)]
        if all(kept):
            return None
        out = frozenset(i.version for i, k in zip(infos, kept, strict=True) if not k)
        if len(out) <= len(infos) // 2:  # the shorter list costs less to search with
            return Allowed(never=out)
        return Allowed(only=frozenset(i.version for i in infos) - out)


def _is_later(info: DocumentInfo, as_of: date) -> bool:
    made = info.identity.issued_on or info.identity.adopted_on
    return made is not None and made > as_of


def _rerank(reranker: Reranker, question: str, order: list[int], passages: Sequence[tuple[Passage, str]]) -> list[int]:
    """The leading hits in the order of the cross-encoder, the rest as they were."""
    lead = order[:READ]
    scores = reranker.score(question, [f"{passages[n][0].context}\n{passages[n][1]}" for n in lead])
    again = sorted(range(len(lead)), key=lambda i: (-scores[i], i))
    return [lead[i] for i in again] + order[READ:]


def _hit(catalogue: Catalogue, found: tuple[Passage, str], values: Matrix, score: float) -> Hit:
    passage, text = found
    info = catalogue.infos[catalogue.rows[passage.version]]
    shown = {name: float(values[ALL_COLUMNS.index(name)]) for name in _SHOWN}
    return Hit(passage, info.identity.title, text, score, {n: v for n, v in shown.items() if v})
