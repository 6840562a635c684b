"""Okapi BM25 over a fixed list of texts, as one sparse product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Cut = Callable[[str], Sequence[str]]


class BM25:
    """词检索: scores every text for questions cut in the same way."""

    def __init__(self, texts: Sequence[str], cut: Cut, k1: float = 1.2, b: float = 0.75) -> None:
        self._places: dict[str, int] = {}
        columns: list[int] = []
        values: list[int] = []
        bounds = [0]
        for text in texts:
            for token, count in Counter(cut(text)).items():
                columns.append(self._places.setdefault(token, len(self._places)))
                values.append(count)
            bounds.append(len(columns))
        shape = (len(texts), len(self._places))
        counts = sparse.csr_matrix((np.array(values, np.float32), columns, bounds), shape=shape)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        seen = np.bincount(counts.indices, minlength=shape[1])
        rarity = np.log(1 + (shape[0] - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        norm = np.repeat(k1 * (1 - b + b * lengths / lengths.mean()), np.diff(counts.indptr)).astype(np.float32)
        counts.data = rarity[counts.indices] * counts.data * (k1 + 1) / (counts.data + norm)
        self._weights = counts.T.tocsr()

    def score(self, questions: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Questions, each as its tokens, × texts; a token counts as often as the question has it."""
        rows = [(i, self._places[t]) for i, q in enumerate(questions) for t in q if t in self._places]
        ones, places = np.ones(len(rows), np.float32), np.array(rows, dtype=np.int64).reshape(-1, 2).T
        asked = sparse.csr_matrix((ones, (places[0], places[1])), shape=(len(questions), len(self._places)))
        return np.asarray((asked @ self._weights).todense(), dtype=np.float32)
