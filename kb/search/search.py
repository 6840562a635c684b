"""Question → hits: analyse, gather candidates, measure, rank, group near-duplicates; filters are applied before top-k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Encoder
from kb.library.fulltext import Allowed
from kb.library.keys import Keys
from kb.library.library import Library
from kb.library.snapshot import Ints, Snapshot
from kb.lineage.works import Lineage
from kb.records import DocumentInfo, Hit, Passage, Status
from kb.search.candidates import find_candidates
from kb.search.catalogue import Catalogue
from kb.search.grouping import put_repeats_last, spread_places
from kb.search.overlap import idf
from kb.search.question import Asked, read_question
from kb.search.ranker import Ranker, load_ranker
from kb.search.rerank import READ, Reranker
from kb.search.scope import SearchScope
from kb.search.signals import COLUMNS, Matrix, Weights, measure, measure_texts
from kb.words import Words

__all__ = ["SearchScope", "Searcher"]
_READ = 120  # leading candidates read as text; beyond them nothing came into the first ten on the development sets
# A repeat stands below this many different hits: lower down it may be the very copy that was asked for (put after the
# tenth, copies of notices cost 2.5 points of hit@10).
_DISTINCT = 3
_SHOWN = (
    "bigrams",
    "flat",
    "bare",
    "dense",
    "cover_words",
    "named",
    "place_same",
    "place_other",
    "national",
    "invalid",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """效力: what holds on one day."""

    rows: tuple[Status, ...]  # of each row of the catalogue
    lost: tuple[str, ...]  # ids of the passages in parts of texts that had ended by then


@dataclass(frozen=True, slots=True)
class Gathered:
    """已量候选: the leading candidates, best first by the first look, with all their signals."""

    ids: tuple[str, ...]
    rows: tuple[int, ...]  # of their documents in the catalogue
    values: Matrix  # ALL_COLUMNS
    scores: NDArray[np.float64]
    bodies: tuple[str, ...]  # normalised


class Searcher:
    """检索: finds passages of one library for a question."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        words: Words,
        *,
        reranker: Reranker | None = None,
        ranker: Ranker | None = None,
    ) -> None:
        self.library = library
        self._reranker = reranker
        self.encoder = encoder
        self.words = words
        self._ranker = ranker or load_ranker()
        self._catalogue: Catalogue | None = None
        self._lineage: Lineage | None = None
        self._placed: tuple[Keys, Catalogue, Ints] | None = None
        self._standing: tuple[date, Standing] | None = None
        self._later: tuple[Sequence[DocumentInfo], date, tuple[bool, ...]] | None = None

    def search(
        self, question: str, *, k: int = 10, as_of: date | None = None, scope: SearchScope | None = None
    ) -> tuple[Hit, ...]:
        """The k passages that bear most on the question, best first; equal scores in order of passage id."""
        catalogue = self.catalogue()
        standing = self.standing(as_of or date.today())
        asked = read_question(question, catalogue, self.words)
        allowed = self._allowed(catalogue, standing.rows, as_of, scope)
        found = self.gather(asked, catalogue, standing, allowed, max(_READ, k))
        scores = found.scores
        order = sorted(range(len(found.ids)), key=lambda n: (-scores[n], found.ids[n]))
        if self._reranker is not None:
            order = self._rerank(self._reranker, question, order, found)
        if not asked.places and not asked.named:
            order = spread_places(order, [catalogue.statute_place(found.rows[n]) for n in order])
        order = [order[n] for n in put_repeats_last([found.bodies[n] for n in order], min(k, _DISTINCT))]
        lead = order[:k]
        passages = self.library.get_passages([found.ids[n] for n in lead])
        return tuple(
            _hit(catalogue, passage, found.values[n], float(scores[n]))
            for n, passage in zip(lead, passages, strict=True)
        )

    def gather(
        self,
        asked: Asked,
        catalogue: Catalogue,
        standing: Standing,
        allowed: Allowed | None,
        depth: int = _READ,
    ) -> Gathered:
        """The leading candidates with all their signals, one row each."""
        vector = self.encoder.encode([asked.text])[0]
        look = self.library.snapshot()
        of = self._rows(look.keys, catalogue)
        keys = find_candidates(look, of, asked, vector, catalogue, allowed)
        rows = of[look.keys.owner(keys)]
        evidence = look.read_evidence(keys)
        values = measure(asked, rows, evidence, vector, _weigh(look, asked), catalogue, standing.rows)
        if standing.lost:
            lost = [key for key in map(look.keys.key, standing.lost) if key is not None]
            wanted = values[:, COLUMNS.index("year_same")] > 0  # a text of the year asked about is wanted as it was
            values[np.isin(keys, lost) & ~wanted, COLUMNS.index("invalid")] = 1.0
        ranker = self._ranker.choose(values)
        first = ranker.score_first(values)
        lead = np.lexsort((look.keys.places(keys), -first))[:depth]
        bodies = tuple(evidence.block.bodies(lead))
        heads = evidence.block.titles(lead) if asked.labels else [""] * len(lead)
        texts = measure_texts(asked, heads, bodies)
        return Gathered(
            tuple(look.keys.ids(keys[lead])),
            tuple(rows[lead].tolist()),
            np.hstack([values[lead], texts]),
            first[lead] + ranker.score_texts(texts),
            bodies,
        )

    def _rows(self, keys: Keys, catalogue: Catalogue) -> Ints:
        """Of each owner of keys the row in the catalogue, -1 for one that is not there."""
        kept = self._placed
        if kept is None or kept[0] is not keys or kept[1] is not catalogue:
            rows = np.asarray([catalogue.rows.get(version, -1) for version in keys.owners], dtype=np.int64)
            kept = self._placed = (keys, catalogue, rows)
        return kept[2]

    def catalogue(self) -> Catalogue:
        """The documents in memory; made anew when the library has changed."""
        infos = self.library.find_documents()
        if self._catalogue is None or self._catalogue.infos is not infos:
            self._catalogue = Catalogue.build(infos)
            self._standing = None
        return self._catalogue

    def standing(self, as_of: date) -> Standing:
        """The status of every row of the catalogue as of a day, and what of them had ended by then; kept for one day."""
        catalogue = self.catalogue()
        kept = self._standing
        if kept is None or kept[0] != as_of or self._lineage is not self.library.lineage():
            lineage = self._lineage = self.library.lineage()
            rows = tuple(lineage.status_of(i.document, as_of) for i in catalogue.infos)
            lost = tuple(id for info in catalogue.infos for id in self._find_lost(lineage, info, as_of))
            kept = self._standing = (as_of, Standing(rows, lost))
        return kept[1]

    def _find_lost(self, lineage: Lineage, info: DocumentInfo, as_of: date) -> list[str]:
        """The passages of a text that stand in a part of it which had ended by a day."""
        edition = lineage.edition(info.document, info.version)
        if edition is None or not edition.lost:
            return []
        whole = edition.status_on(as_of)
        passages = self.library.get_passages([f"{info.version}:{n}" for n in range(info.passages)])
        return [p.id for p, _ in passages if edition.status_on(as_of, p.start) != whole]

    def _allowed(
        self, catalogue: Catalogue, statuses: Sequence[Status], as_of: date | None, scope: SearchScope | None
    ) -> Allowed | None:
        """What the scope leaves, without what did not exist yet on the as-of date; None for everything."""
        infos = catalogue.infos
        later = self._find_later(infos, as_of) if as_of is not None else ()
        if scope is None and not any(later):
            return None
        inside = scope.holds(infos, catalogue.places, statuses) if scope is not None else [True] * len(infos)
        kept = [s and not x for s, x in zip(inside, later or [False] * len(infos), strict=True)]
        if all(kept):
            return None
        out = frozenset(i.version for i, k in zip(infos, kept, strict=True) if not k)
        if len(out) <= len(infos) // 2:  # the shorter list costs less to search with
            return Allowed(never=out)
        return Allowed(only=frozenset(i.version for i in infos) - out)

    def _find_later(self, infos: Sequence[DocumentInfo], as_of: date) -> tuple[bool, ...]:
        """Of each document whether it did not exist yet on a day; kept for one day, since questions come with the same."""
        kept = self._later
        if kept is None or kept[0] is not infos or kept[1] != as_of:
            kept = self._later = (infos, as_of, tuple(_is_later(i, as_of) for i in infos))
        return kept[2]

    def _rerank(self, reranker: Reranker, question: str, order: list[int], found: Gathered) -> list[int]:
        """The leading hits in the order of the cross-encoder, the rest as they were."""
        lead = order[:READ]
        passages = self.library.get_passages([found.ids[n] for n in lead])
        scores = reranker.score(question, [f"{p.context}\n{text}" for p, text in passages])
        again = sorted(range(len(lead)), key=lambda i: (-scores[i], i))
        return [lead[i] for i in again] + order[READ:]


def _weigh(look: Snapshot, asked: Asked) -> Weights:
    full, bare = dict(asked.bigrams), dict(asked.bare_bigrams)
    grams = tuple(dict.fromkeys([*full, *bare]))
    rarity = idf(*look.frequencies("bigrams", grams))

    def times(weights: dict[str, float]) -> NDArray[np.float64]:
        return rarity * [weights.get(g, 0.0) for g in grams]

    return Weights(grams, times(full), times(bare))


def _is_later(info: DocumentInfo, as_of: date) -> bool:
    made = info.identity.issued_on or info.identity.adopted_on
    return made is not None and made > as_of


def _hit(catalogue: Catalogue, found: tuple[Passage, str], values: NDArray[np.float64], score: float) -> Hit:
    passage, text = found
    info = catalogue.infos[catalogue.rows[passage.version]]
    shown = {name: float(values[COLUMNS.index(name)]) for name in _SHOWN}
    return Hit(passage, info.identity.title, text, score, {n: v for n, v in shown.items() if v})
