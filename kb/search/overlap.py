"""Overlap: which of a question's bigrams and words each candidate has, counted over arrays of letters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.library.letters import Block

Vector = NDArray[np.float64]
_LETTERS = 1 << 16
_MOST = 250  # different letters of a question told apart; one byte each
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


class Overlap:
    """字面比对: one question's letters against a block of candidates."""

    def __init__(self, block: Block, tokens: Sequence[str]) -> None:
        letters = list(dict.fromkeys("".join(tokens)))[:_MOST]
        self._ids = {c: n for n, c in enumerate(letters, 1)}
        table = np.zeros(_LETTERS, dtype=np.uint8)
        for letter, n in self._ids.items():
            table[min(ord(letter), _LETTERS - 1)] = n
        self._codes = table[block.codes]
        sizes = np.diff(block.starts)
        self._rows = np.repeat(np.arange(len(sizes)), sizes)
        within = np.arange(len(self._codes)) - np.repeat(block.starts[:-1], sizes)
        self._in_body = within >= np.repeat(block.heads, sizes)
        self._count = len(sizes)

    def count(self, tokens: Sequence[str]) -> Found:
        """How often each token occurs as a run of letters; words inside longer words count too."""
        shape = (self._count, len(tokens))
        head, body = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        pairs = {t: n for n, t in enumerate(tokens) if len(t) == 2 and all(c in self._ids for c in t)}
        if pairs:
            self._count_pairs(pairs, head, body)
        for n, token in enumerate(tokens):
            if token not in pairs:
                at = self._places(token)
                inside = self._in_body[at]
                body[:, n] = np.bincount(self._rows[at[inside]], minlength=self._count)
                head[:, n] = np.bincount(self._rows[at[~inside]], minlength=self._count)
        return Found(head, body)

    def _count_pairs(self, pairs: dict[str, int], head: NDArray[np.int64], body: NDArray[np.int64]) -> None:
        """All pairs in one pass: two letters' numbers make one number, looked up in a small table."""
        width = len(self._ids) + 1
        names = np.zeros(width * width, dtype=np.int16)
        for token, n in pairs.items():
            names[self._ids[token[0]] * width + self._ids[token[1]]] = n + 1
        codes = self._codes.astype(np.int32)
        named = names[codes[:-1] * width + codes[1:]]
        at = np.flatnonzero(named)
        cell = self._rows[at] * head.shape[1] + named[at] - 1
        inside = self._in_body[at]
        body += np.bincount(cell[inside], minlength=body.size).reshape(body.shape)
        head += np.bincount(cell[~inside], minlength=head.size).reshape(head.shape)

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
