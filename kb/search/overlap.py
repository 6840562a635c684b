"""Overlap: which of a question's bigrams and words each candidate has, counted over arrays of letters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.library.letters import Block

Vector = NDArray[np.float64]
_LETTERS = 1 << 16
_MOST = 250  # different letters of a question told apart; two of them make one number of 16 bits
K1 = 1.2  # BM25's usual saturation, the full-text index's too


@dataclass(frozen=True, slots=True)
class Found:
    """重合: counts of each token in each candidate, the headings apart from the body; shape (candidates, tokens)."""

    head: NDArray[np.int64]
    body: NDArray[np.int64]

    @property
    def both(self) -> NDArray[np.int64]:
        """Counts in headings and body together."""
        return self.head + self.body

    def split(self, at: int) -> tuple[Found, Found]:
        """The tokens before a place, and those from it on."""
        return Found(self.head[:, :at], self.body[:, :at]), Found(self.head[:, at:], self.body[:, at:])


class Overlap:
    """字面比对: one question's letters against a block of candidates."""

    def __init__(self, block: Block, tokens: Sequence[str]) -> None:
        letters = list(dict.fromkeys("".join(tokens)))[:_MOST]
        self._ids = {c: n for n, c in enumerate(letters, 1)}
        table = np.zeros(_LETTERS, dtype=np.uint16)
        for letter, n in self._ids.items():
            table[min(ord(letter), _LETTERS - 1)] = n
        self._codes = table.take(block.codes)
        self._starts = block.starts[:-1]
        self._bodies = self._starts + block.heads
        self._count = len(self._starts)

    def count(self, tokens: Sequence[str]) -> Found:
        """How often each token occurs as a run of letters; words inside longer words count too."""
        shape = (self._count, len(tokens))
        head, body = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        known = dict.fromkeys(t for t in tokens if len(t) == 2 and all(c in self._ids for c in t))
        pairs = {token: n for n, token in enumerate(known)}
        if pairs:
            at = [n for n, token in enumerate(tokens) if token in pairs]
            column = [pairs[tokens[n]] for n in at]
            heads, bodies = self._count_pairs(list(pairs))
            head[:, at], body[:, at] = heads[:, column], bodies[:, column]
        for n, token in enumerate(tokens):
            if token not in pairs:
                rows, inside = self._split(self._places(token))
                body[:, n] = np.bincount(rows[inside], minlength=self._count)
                head[:, n] = np.bincount(rows[~inside], minlength=self._count)
        return Found(head, body)

    def _count_pairs(self, pairs: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All pairs in one pass: two letters' numbers make one number, looked up in a small table."""
        width = len(self._ids) + 1
        names = np.zeros(width * width, dtype=np.int16)
        for n, token in enumerate(pairs, 1):
            names[self._ids[token[0]] * width + self._ids[token[1]]] = n
        # In 16 bits, which hold the square of the letters told apart: this walks every letter of every candidate.
        named = names.take(self._codes[:-1] * np.uint16(width) + self._codes[1:])
        at = np.flatnonzero(named)
        rows, inside = self._split(at)
        cells = rows * len(pairs) + named[at] - 1
        shape, size = (self._count, len(pairs)), self._count * len(pairs)
        head = np.bincount(cells[~inside], minlength=size).reshape(shape)
        return head, np.bincount(cells[inside], minlength=size).reshape(shape)

    def _split(self, at: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Of some places the candidate each is in, and whether in its body."""
        rows = np.searchsorted(self._starts, at, side="right") - 1
        return rows, at >= self._bodies[rows]

    def _places(self, token: str) -> NDArray[np.intp]:
        """Where a token of any length begins."""
        wanted = [self._ids.get(c, 0) for c in token]
        if not token or not all(wanted) or len(self._codes) < len(token):
            return np.zeros(0, dtype=np.intp)
        at = np.flatnonzero(self._codes[: len(self._codes) - len(token) + 1] == wanted[0])
        for n, code in enumerate(wanted[1:], 1):
            at = at[self._codes[at + n] == code]
        return at


def bm25(counts: NDArray[np.int64], weights: Vector, lengths: Vector, b: float) -> Vector:
    """BM25 of each candidate: ``weights`` hold idf, ``lengths`` are shares of the mean length, ``b`` how much they count."""
    saturation = K1 * (1 - b + b * lengths)
    return np.asarray((counts * (K1 + 1) / (counts + saturation[:, None])) @ weights)


def idf(frequencies: Sequence[int], total: int) -> Vector:
    """Inverse document frequency as BM25 takes it."""
    held = np.asarray(frequencies, dtype=np.float64)
    return np.asarray(np.log(1 + (total - held + 0.5) / (held + 0.5)))
