"""The ranker: signals → one score by a weighted sum; weights learned from judged questions, or those set by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kb.search.signals import ALL_COLUMNS, COLUMNS, Matrix

Vector = NDArray[np.float64]

# Set by hand; a column that is absent weighs nothing. What is learned is averaged with these.
WEIGHTS = {
    "bigrams": 0.20, "flat": 0.30, "bare": 0.30, "dense": 0.30,
    "document_best": 0.05, "document_sum": 0.12, "name_asked": 0.10, "asked_name": 0.10, "named": 0.50, "unnamed": -0.35,
    "place_same": 0.18, "place_below": 0.04, "place_above": 0.02, "place_other": -0.30,
    "national": 0.04, "local": -0.05, "year_same": 0.06, "year_next": 0.05, "year_other": -0.05, "invalid": -0.22,
    "label": 0.60, "cover_words": 0.25, "cover_grams": 0.25, "cover_rest": 0.20, "cover_extra": 0.03,
    "document_cover": 0.10, "cues": 0.17, "frame": -0.06, "stub": -0.15,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinearRanker:
    """线性排序: a weighted sum tells for each hit why it stands where it does, and cannot learn single documents by heart."""

    weights: Vector  # one a column of ALL_COLUMNS

    @classmethod
    def by_hand(cls) -> LinearRanker:
        """The weights above."""
        return cls(np.asarray([WEIGHTS.get(c, 0.0) for c in ALL_COLUMNS]))

    def score_first(self, values: Matrix) -> Vector:
        """Scores of shape (n,) by COLUMNS alone; higher is better."""
        return np.asarray(values @ self.weights[: len(COLUMNS)])

    def score_texts(self, values: Matrix) -> Vector:
        """What the TEXT_COLUMNS add to them."""
        return np.asarray(values @ self.weights[len(COLUMNS) :])


@lru_cache(maxsize=1)
def load_ranker() -> LinearRanker:
    """The ranker search uses: the learned weights where they fit the signals, else those set by hand."""
    path = files("kb") / "search" / "ranker.json"
    weights = json.loads(path.read_text(encoding="utf-8"))["weights"] if path.is_file() else {}
    if set(weights) != set(ALL_COLUMNS):
        return LinearRanker.by_hand()
    return LinearRanker(np.asarray([float(weights[c]) for c in ALL_COLUMNS]))
