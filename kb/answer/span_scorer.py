"""Chooses among candidate spans by weights learned to make the expected overlap with the right answer largest.

The scorer is linear over the features of :mod:`kb.answer.spans`, the same relative to the best candidate of the
question, and a few products of what is asked with how long a span is. ``benchmarks/train_spans.py`` fits it and prints
what it reaches on questions over documents it has not seen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from kb.answer.spans import FEATURES, TYPES, Spans, Table

_RELATIVE = (
    "in", "before_12", "before_40", "before_100", "sentence", "previous", "cosine", "cosine_sentence", "cosine_before",
    "after_60", "density", "cover_20", "cover_6",
)  # fmt: skip
_COUNTS = (
    "amounts",
    "dates",
    "phones",
    "bodies",
    "quoted",
    "labels",
    "clauses",
    "sentences",
    "semicolons",
    "lines",
    "head_in",
    "from_peak",
)
# What is asked → what a span that answers it has.
_FITTING = (("type_amount", "amounts"), ("type_time", "dates"), ("type_who", "bodies"), ("type_phone", "phones"))
_WIDEST = 5.0  # standard deviations; a feature beyond says no more
_AT = {name: n for n, name in enumerate(FEATURES)}


def design(table: Table) -> Table:
    """The columns the scorer sees, one row a candidate of one question; not yet scaled."""
    relative = table[:, [_AT[n] for n in _RELATIVE]]
    best = relative.max(axis=0)
    length = table[:, [_AT["log_length"]]]
    crossed = [table[:, [_AT[f"type_{t}"]]] * length for t in TYPES]
    crossed += [c * length for c in crossed]
    fitting = [table[:, [_AT[a]]] * np.minimum(table[:, [_AT[b]]], 2) for a, b in _FITTING]
    counts = [_AT[n] for n in _COUNTS]
    plain = table.copy()
    plain[:, counts] = np.sign(plain[:, counts]) * np.log1p(np.abs(plain[:, counts]))
    return np.hstack(
        [plain, relative - best, relative / np.where(best <= 1e-6, 1, best), *crossed, length**2, *fitting]
    )


@dataclass(frozen=True, slots=True)
class SpanScorer:
    """跨度评分: one weight a column of :func:`design`, with the scale the columns were seen in."""

    mean: Table
    deviation: Table
    weights: Table

    def score(self, spans: Spans) -> Table:
        """How likely each candidate is the answer, as a logit."""
        scaled = (design(spans.features) - self.mean) / self.deviation
        return np.asarray(np.clip(scaled, -_WIDEST, _WIDEST) @ self.weights)


def load_scorer() -> SpanScorer:
    """The packaged weights."""
    body = json.loads((files("kb") / "answer" / "span_weights.json").read_text(encoding="utf-8"))
    return SpanScorer(*(np.asarray(body[name]) for name in ("mean", "deviation", "weights")))


def probabilities(scores: Table) -> Table:
    """Softmax over the candidates of one question."""
    shifted = np.exp(scores - scores.max())
    return np.asarray(shifted / shifted.sum())


_CONSIDERED = 160  # leading candidates between which the expected overlap is reckoned


def choose(spans: Spans, scores: Table) -> int:
    """The candidate whose expected overlap (F of characters) with the right answer is largest, given the scores."""
    lead = np.argsort(-scores, kind="stable")[:_CONSIDERED]
    weight = probabilities(scores[lead])
    window, start, end = spans.window[lead], spans.start[lead], spans.end[lead]
    common = np.minimum(end[:, None], end[None, :]) - np.maximum(start[:, None], start[None, :])
    common = np.where(window[:, None] == window[None, :], np.maximum(common, 0), 0)
    lengths = (end - start).astype(float)
    overlap = 2 * common / (lengths[:, None] + lengths[None, :])
    return int(lead[int(np.argmax(overlap @ weight))])
