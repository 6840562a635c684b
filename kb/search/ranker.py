"""The ranker: signals → one score; weights set by hand, or trees learned from judged questions, evaluated with numpy alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.search.signals import ALL_COLUMNS, COLUMNS, Matrix

Vector = NDArray[np.float64]

# Set by hand and calibrated on the development sets; a column that is absent weighs nothing.
WEIGHTS = {
    "words": 0.15, "bigrams": 0.20, "words_bare": 0.15, "bigrams_bare": 0.18, "dense": 0.30, "title": 0.08, "path": 0.06,
    "document_best": 0.05, "document_sum": 0.12, "name_asked": 0.10, "asked_name": 0.10,
    "named": 0.50, "unnamed": -0.35,
    "place_same": 0.18, "place_below": 0.04, "place_above": 0.02, "place_other": -0.30,
    "national": 0.04, "local": -0.05, "year_same": 0.06, "year_next": 0.05, "year_other": -0.05, "invalid": -0.22,
    "label": 0.60, "cover_words": 0.25, "cover_grams": 0.15, "cover_sentence": 0.10, "cover_rest": 0.20, "cues": 0.06, "frame": -0.06, "cover_extra": 0.03,
    "document_cover": 0.10,
}  # fmt: skip


class Ranker(Protocol):
    """排序器: scores of shape (n,) for signals of shape (n, columns)."""

    def score(self, values: Matrix) -> Vector:
        """Higher is better."""
        ...


@dataclass(frozen=True, slots=True)
class LinearRanker:
    """线性排序."""

    weights: Vector

    @classmethod
    def by_hand(cls, columns: tuple[str, ...] = ALL_COLUMNS) -> LinearRanker:
        """The weights above."""
        return cls(np.asarray([WEIGHTS.get(c, 0.0) for c in columns]))

    def score(self, values: Matrix) -> Vector:
        """Weighted sums."""
        return np.asarray(values @ self.weights)


FIRST = LinearRanker.by_hand(COLUMNS)  # chooses the candidates whose text is looked at


@lru_cache(maxsize=1)
def load_ranker() -> Ranker:
    """The ranker search uses: the learned weights where they fit the signals, else those set by hand."""
    path = files("kb") / "search" / "ranker.json"
    weights = json.loads(path.read_text(encoding="utf-8"))["weights"] if path.is_file() else {}
    if set(weights) != set(ALL_COLUMNS):
        return LinearRanker.by_hand()
    return LinearRanker(np.asarray([float(weights[c]) for c in ALL_COLUMNS]))
