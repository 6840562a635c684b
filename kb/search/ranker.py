"""The ranker: signals → one score by a weighted sum; weights learned from judged questions, or those set by hand.

A question of law (no place, no document, and statutes lead by any weights) is asked of national law in lay words; it has
weights of its own, for there meaning counts for more and names and places for nothing.
"""

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
_NAMES = [COLUMNS.index(c) for c in ("named", "place_same", "place_below", "place_above", "place_other", "place_none")]
_UNRANKED = COLUMNS.index("unranked")
_LEAD = 20  # candidates that tell what a question is about
_STATUTES = 0.7  # share of statutes among them


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


@dataclass(frozen=True, slots=True)
class Ranker:
    """排序器: the weights of questions of law, and those of all others."""

    law: LinearRanker
    others: LinearRanker

    @classmethod
    def by_hand(cls) -> Ranker:
        """The weights above for every question."""
        return cls(LinearRanker.by_hand(), LinearRanker.by_hand())

    def choose(self, values: Matrix) -> LinearRanker:
        """The weights for a question, by the COLUMNS of all its candidates."""
        return self.law if is_of_law(values) else self.others


def is_of_law(values: Matrix) -> bool:
    """Whether a question names no place and no document and the leading candidates, by the weights set by hand, are statutes."""
    if not len(values) or values[:, _NAMES].any():
        return False
    first = LinearRanker.by_hand().score_first(values[:, : len(COLUMNS)])
    lead = np.argsort(-first, kind="stable")[:_LEAD]
    return bool(values[lead, _UNRANKED].mean() < 1 - _STATUTES)


@lru_cache(maxsize=1)
def load_ranker() -> Ranker:
    """The ranker search uses: the learned weights where they fit the signals, else those set by hand."""
    path = files("kb") / "search" / "ranker.json"
    saved = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    sets = [saved.get(name, {}) for name in ("law", "others")]
    if any(set(weights) != set(ALL_COLUMNS) for weights in sets):
        return Ranker.by_hand()
    return Ranker(*(LinearRanker(np.asarray([float(w[c]) for c in ALL_COLUMNS])) for w in sets))
