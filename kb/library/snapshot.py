"""A snapshot: one state of the derived stores, searched by passage key; ids are made only for what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.library.fulltext import Allowed, Field, FullText
from kb.library.keys import Keys
from kb.library.letters import Block, Letters
from kb.library.vectors import VectorIndex

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_TIES = 16  # asked for beyond k, so that equal scores at the edge are settled by id, whatever the order of arrival
_FEW = 800  # permitted passages up to which each is compared, which is faster than to look for them in the lists


@dataclass(frozen=True, slots=True)
class Evidence:
    """证据: what ranking reads of some passages; ``mean_length`` is that of all passages."""

    block: Block
    vectors: NDArray[np.float32]
    mean_length: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """快照: what readers search, swapped as a whole when the stores have caught up."""

    stamp: bytes
    text: FullText
    vectors: VectorIndex
    letters: Letters
    keys: Keys
    only: frozenset[str] | None = None  # versions that may be found at all

    def narrow(self, only: frozenset[str]) -> Snapshot:
        """The same state, of which only some versions exist."""
        return replace(self, only=only if self.only is None else self.only & only)

    def search_text(
        self,
        field: Field,
        weights: Sequence[tuple[str, float]],
        k: int,
        allowed: Allowed | None = None,
    ) -> tuple[Ints, Floats]:
        """Keys and BM25 scores of the k best passages, best first, equal scores by id."""
        if k <= 0:
            return _NOTHING
        return self._best(self.text.search(field, weights, k + _TIES, self._shorten(allowed)), k)

    def search_vectors(
        self,
        vector: NDArray[np.float32],
        k: int,
        allowed: Allowed | None = None,
        *,
        among: Sequence[int] | Ints | None = None,
    ) -> tuple[Ints, Floats]:
        """Keys and cosines of the k nearest passages, likewise; ``among``: only these passages."""
        if k <= 0:
            return _NOTHING
        narrowed = self._shorten(allowed)
        permitted = None if narrowed is None else self.keys.permitted(narrowed)
        if among is not None:
            chosen = self.keys.permitted(Allowed(only=frozenset()))
            chosen[np.asarray(among, dtype=np.int64)] = True
            permitted = chosen if permitted is None else permitted & chosen
        if permitted is not None and len(few := np.flatnonzero(permitted)) <= _FEW:
            held = few[self.keys.held(few)]
            return self._best((held, (self.vectors.rows(held) @ vector).astype(np.float64)), k)
        return self._best(self.vectors.search(vector, k + _TIES, permitted), k)

    def frequencies(self, field: Field, tokens: Sequence[str]) -> tuple[list[int], int]:
        """How many passages hold each token, and how many there are.

        Counted over the whole library, as in every ranking by the full-text index; no text is named.
        """
        return self.text.frequencies(field, tokens), len(self.text)

    def read_evidence(self, keys: Ints) -> Evidence:
        """Letters and vectors of passages, in the order asked; nothing for one that is not held or may not be found."""
        held = self.keys.held(keys)
        if self.only is not None:
            held &= self.keys.owned(keys, self.only)
        rows = np.zeros((len(keys), self.vectors.dimension), dtype=np.float32)
        rows[held] = self.vectors.rows(keys[held])
        return Evidence(self.letters.read(np.where(held, keys, -1)), rows, self.letters.mean_length)

    def _shorten(self, allowed: Allowed | None) -> Allowed | None:
        if self.only is not None:
            given = allowed or Allowed()
            only = self.only if given.only is None else self.only & given.only
            allowed = Allowed(only, given.never)
        return self.keys.shorten(allowed)

    def _best(self, found: tuple[Ints, Floats], k: int) -> tuple[Ints, Floats]:
        keys, scores = found
        held = self.keys.held(keys)
        keys, scores = keys[held], scores[held]
        order = np.lexsort((self.keys.places(keys), -scores))[:k]
        return keys[order], scores[order]


_NOTHING: tuple[Ints, Floats] = (np.zeros(0, dtype=np.int64), np.zeros(0))
