"""What the reader sees of a question and of a window: pieces and punctuation, with what stands out about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.span_layout import Ints, Laid, Window
from kb.answer.span_question import TYPES, Asked, find_gap
from kb.embedding import StaticEncoder
from kb.words import STOP

Rows = NDArray[np.float32]

COMMON = 2000  # the most frequent pieces, the first of the vocabulary, have a row of their own
# Marks by what they do to a sentence; the last two groups are white space and everything else.
_GROUPS = ("，,", "。", "；;", "：:", "、", "！!", "？?", "（(", "）)", "《", "》", '“"', "”", "-—－~～", "/／", "%％")
_BREAK, _SPACE, _OTHER = len(_GROUPS), len(_GROUPS) + 1, len(_GROUPS) + 2
MARKS = len(_GROUPS) + 3
_GROUP = {character: n for n, group in enumerate(_GROUPS) for character in group}
_NO_MARK = -1

_WINDOW_FEATURES = 22  # of a token, beside the marks of the layout and the kind of a punctuation mark
_LAYOUT_MARKS, _PAIRS = 9, 4
TOKEN_FEATURES = _WINDOW_FEATURES + _LAYOUT_MARKS + _PAIRS + MARKS
QUESTION_FEATURES = 7 + len(TYPES)


@dataclass(frozen=True, slots=True)
class Tokens:
    """词元: pieces of the packaged vocabulary and marks between them; ``ids`` is 0 where there is no vector."""

    ids: Ints
    starts: Ints  # in the text
    ends: Ints
    marks: Ints  # group of a punctuation mark, -1 for a piece


@dataclass(frozen=True, slots=True)
class Seen:
    """所见: tokens with their vectors of length 1 and their features."""

    tokens: Tokens
    vectors: Rows  # (tokens, dimension)
    features: Rows


def cut_tokens(text: str, encoder: StaticEncoder) -> Tokens:
    """Every piece of a text, every character that belongs to none, and every run of white space."""
    ids, starts, ends = encoder.cut(text)
    free = np.ones(len(text) + 1, dtype=bool)
    for a, b in zip(starts.tolist(), ends.tolist(), strict=True):
        free[a:b] = False
    marks: list[tuple[int, int, int]] = []
    for at in np.flatnonzero(free[:-1]).tolist():
        letter = text[at]
        if not letter.isspace():
            marks.append((at, at + 1, _GROUP.get(letter, _OTHER)))
        elif marks and marks[-1][1] == at and marks[-1][2] in (_BREAK, _SPACE):
            marks[-1] = (marks[-1][0], at + 1, _BREAK if letter == "\n" else marks[-1][2])
        else:
            marks.append((at, at + 1, _BREAK if letter == "\n" else _SPACE))
    between = np.asarray(marks, dtype=np.int64).reshape(-1, 3)
    start = np.concatenate([starts, between[:, 0]])
    order = np.argsort(start, kind="stable")
    return Tokens(
        np.concatenate([ids, np.zeros(len(marks), dtype=np.int64)])[order],
        start[order],
        np.concatenate([ends, between[:, 1]])[order],
        np.concatenate([np.full(len(ids), _NO_MARK), between[:, 2]])[order],
    )


def see_question(asked: Asked, context: str, encoder: StaticEncoder) -> Seen:
    """The question's tokens; ``context``: titles of the windows, folded."""
    text = asked.plain
    tokens = cut_tokens(text, encoder)
    vectors, lengths = encoder.unit_vectors(tokens.ids)
    gap = find_gap(text)
    wanted = [gap is not None and a < gap[1] and b > gap[0] for a, b in _spans(tokens)]
    said = [text[a:b] for a, b in _spans(tokens)]
    place = (tokens.starts / max(1, len(text))).tolist()
    columns = [
        [word in context for word in said],
        wanted,
        (tokens.marks != _NO_MARK).tolist(),
        place,
        [len(word) / 4 for word in said],
        [word in STOP for word in said],
        lengths.tolist(),
        *([name in asked.types] * len(said) for name in TYPES),
    ]
    return Seen(tokens, vectors, np.asarray(columns, dtype=np.float32).T.reshape(-1, QUESTION_FEATURES))


def see_window(window: Window, laid: Laid, asked: Asked, question: Seen, encoder: StaticEncoder) -> Seen:
    """A window's tokens with the question laid over them."""
    tokens = cut_tokens(window.text, encoder)
    vectors, lengths = encoder.unit_vectors(tokens.ids)
    s, e, n = tokens.starts, tokens.ends, len(laid.text)
    width = np.maximum(1, e - s).astype(float)
    known = set(question.tokens.ids.tolist()) - {0}
    exact = np.asarray([i in known for i in tokens.ids.tolist()], dtype=float)
    title = (laid.title[e] - laid.title[s]) / width
    nearness = vectors @ question.vectors.T if len(question.vectors) else np.zeros((len(s), 1))
    weight = question.features[:, 6] if len(question.vectors) else np.zeros(1)
    _, index, count = np.unique(tokens.ids, return_inverse=True, return_counts=True)
    top = float(np.max(asked.weights)) if len(asked.weights) else 1.0
    features = np.zeros((len(s), TOKEN_FEATURES), dtype=np.float32)
    for column, values in enumerate(
        (
            exact,
            exact * (title < 0.5),
            *(_share(asked.plain, laid.text, size, s, e) for size in (1, 2, 3)),
            title,
            (laid.matched[e] - laid.matched[s]) / width / top,
            np.log1p(laid.run[e]) / 2,
            nearness.max(axis=1),
            (nearness * weight).max(axis=1),
            lengths,
            tokens.marks != _NO_MARK,
            np.where(tokens.ids > 0, np.log(count[index]), 0) / 2,
            np.full(len(s), window.rank),
            np.full(len(s), window.score),
            np.full(len(s), window.lead),
            s / max(1, n),
            np.log1p(window.start + s) / 8,
            np.log1p(np.maximum(0, max(window.size, window.start + n) - window.start - e)) / 8,
            laid.heads[e] - laid.heads[s],
            laid.labels[np.minimum(n, s + 1)] - laid.labels[s],
            laid.unfinished[np.clip(np.searchsorted(laid.opens, s, side="right") - 1, 0, None)]
            if len(laid.opens)
            else 0.0,
        )
    ):
        features[:, column] = values
    at = _WINDOW_FEATURES
    features[:, at : at + _LAYOUT_MARKS] = (laid.marks[:, e] - laid.marks[:, s]).T > 0
    at += _LAYOUT_MARKS
    features[:, at : at + _PAIRS] = np.clip(laid.depth[:, s].T, -1, 1)
    at += _PAIRS
    marked = np.flatnonzero(tokens.marks != _NO_MARK)
    features[marked, at + tokens.marks[marked]] = 1
    return Seen(tokens, vectors, features)


def _spans(tokens: Tokens) -> Sequence[tuple[int, int]]:
    return list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))


def _share(asked: str, text: str, size: int, s: Ints, e: Ints) -> NDArray[np.float64]:
    """Share of each token's characters that stand in a run of so many characters of the question."""
    runs = _runs(text, size)
    covered = np.zeros(len(text) + 1)
    for at in np.flatnonzero(np.isin(runs, _runs(asked, size))).tolist():
        covered[at : at + size] = 1
    sums = np.concatenate([[0.0], np.cumsum(covered[: len(text)])])
    return np.asarray((sums[e] - sums[s]) / np.maximum(1, e - s))


def _runs(text: str, size: int) -> NDArray[np.uint64]:
    """One number for every run of ``size`` ≤ 3 characters."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    count = len(points) - size + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    code = points[:count].copy()
    for place in range(1, size):
        code = code << np.uint64(21) | points[place : place + count]
    return code
