"""Chooses among candidate spans by weights learned to make the expected overlap with the right answer largest.

The score is a sum over the features of :mod:`kb.answer.spans`, the same relative to the best candidate of the question
and a few products of what is asked with how long a span is, and of a small layer of units over the same columns.
``benchmarks/train_spans.py`` fits it and prints what it reaches on questions over documents it has not seen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from importlib.resources import files

import numpy as np

from kb.answer.reader import COLUMNS
from kb.answer.span_question import TYPES, Table
from kb.answer.spans import FEATURES, Spans

_RELATIVE = (
    "in", "before_12", "before_40", "before_100", "sentence", "previous", "cosine", "cosine_sentence", "cosine_before",
    "after_60", "density", "cover_20", "cover_6", "focus_in", "focus_sentence", "focus_before", "focus_previous",
    "left_before", "right_after", "near_before", "near_after", "near_sentence", "heading", "heading_focus", "alike_in",
    "alike_before", "alike_sentence", "alike_previous", "run_in", "run_before", "run_sentence",
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
    "head_after",
    "bylines",
    "torn",
    "from_peak",
    "numbers",
    "lasting",
    "asking",
)
# What is asked → what a span that answers it has.
_FITTING = (
    ("type_amount", "amounts"), ("type_time", "dates"), ("type_who", "bodies"), ("type_phone", "phones"),
    ("type_amount", "numbers"), ("type_amount", "dates"), ("type_time", "lasting"), ("type_time", "numbers"),
)  # fmt: skip
WIDEST = 5.0  # standard deviations; a feature beyond says no more
_BEHIND = 1.0  # taken from candidates of each document behind the one found first
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
    read = table[:, [_AT[n] for n in COLUMNS]]
    plain = table.copy()
    plain[:, counts] = np.sign(plain[:, counts]) * np.log1p(np.abs(plain[:, counts]))
    return np.hstack(
        [
            plain,
            relative - best,
            relative / np.where(best <= 1e-6, 1, best),
            *crossed,
            length**2,
            *fitting,
            read - read.max(axis=0),
        ]
    )


@dataclass(frozen=True, slots=True)
class SpanScorer:
    """跨度评分: one weight a column of :func:`design`, with the scale the columns were seen in, and the units' weights."""

    mean: Table
    deviation: Table
    weights: Table
    units: Table  # (columns, units)
    offsets: Table
    outputs: Table

    def score(self, spans: Spans) -> Table:
        """How likely each candidate is the answer, as a logit."""
        scaled = np.clip((design(spans.features) - self.mean) / self.deviation, -WIDEST, WIDEST)
        scaled = np.nan_to_num(scaled)  # what is missing weighs as the mean
        raw = scaled @ self.weights + np.tanh(scaled @ self.units + self.offsets) @ self.outputs
        return np.asarray(raw - _BEHIND * spans.features[:, _AT["rank"]])


def load_scorer() -> SpanScorer:
    """The packaged weights."""
    body = json.loads((files("kb") / "answer" / "span_weights.json").read_text(encoding="utf-8"))
    return SpanScorer(*(np.asarray(body[field.name]) for field in fields(SpanScorer)))


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
