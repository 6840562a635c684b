"""The vectors that are trained: a table of pieces, each with the mean of its characters, moved by lazy Adam."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer

MOMENTUM, SQUARES = 0.9, 0.99  # Adam's decay of the mean gradient and of its square
OWN_START = 0.5  # a word's own part begins this long, its characters' mean with 1
CHARACTER_PACE = 0.2  # characters are moved by far more batches than words


class Table:
    """参数表: rows that only the batches that use them move (lazy Adam: a rare row keeps its own pace)."""

    def __init__(self, rows: torch.Tensor, pace: torch.Tensor) -> None:
        self.rows, self._pace = rows, pace  # pace: each row's share of the rate
        self._mean, self._square = torch.zeros_like(rows), torch.zeros_like(rows)
        self._steps = 0

    def step(self, used: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Moves the rows ``used`` along their gradient."""
        self._steps += 1
        mean = self._mean[used].mul_(MOMENTUM).add_(gradient, alpha=1 - MOMENTUM)
        square = self._square[used].mul_(SQUARES).addcmul_(gradient, gradient, value=1 - SQUARES)
        self._mean[used], self._square[used] = mean, square
        size = self._pace[used] * rate * math.sqrt(1 - SQUARES**self._steps) / (1 - MOMENTUM**self._steps)
        self.rows.index_add_(0, used, mean.div_(square.sqrt_().add_(1e-10)).mul_(size), alpha=-1)


class Vectors:
    """词向量: the vector of every piece, its own part and (composed) the mean of its characters' parts."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        share: NDArray[np.float64],
        dimension: int,
        rarity: float,
        *,
        composed: bool,
        seed: int,
    ) -> None:
        self.size = size = len(share)
        # smooth inverse frequency (Arora et al. 2017): frequent pieces begin short
        self._length = (rarity / (rarity + share)).astype(np.float32)[:, None]
        spelt = spelling(tokenizer)
        self._spelling = sparse.csr_matrix(spelt.multiply(self._length)) if composed else None
        draw = torch.Generator().manual_seed(seed)
        length = torch.from_numpy(self._length)
        start = OWN_START if composed else 1
        self._own = Table(torch.randn(size, dimension, generator=draw) * length * start, length)
        characters = spelt.shape[1]
        pace = torch.full((characters, 1), CHARACTER_PACE)
        self._characters = Table(torch.randn(characters, dimension, generator=draw), pace)

    def find(self, used: NDArray[np.int64]) -> torch.Tensor:
        """The vectors of these pieces."""
        own = self._own.rows[torch.from_numpy(used)]
        if self._spelling is None:
            return own
        return own.add_(torch.from_numpy(self._spelling[used] @ self._characters.rows.numpy()))

    def table(self) -> torch.Tensor:
        """The vectors of all pieces."""
        return self.find(np.arange(len(self._length)))

    def step(self, used: NDArray[np.int64], gradient: torch.Tensor, rate: float) -> None:
        """Moves these pieces along the gradient of their vectors."""
        self._own.step(torch.from_numpy(used), gradient, rate)
        if self._spelling is not None:
            back = self._spelling[used].T.tocsr()
            characters = np.flatnonzero(np.diff(back.indptr))
            moved = torch.from_numpy(back[characters] @ gradient.numpy())
            self._characters.step(torch.from_numpy(characters), moved, rate)


def spelling(tokenizer: Tokenizer) -> sparse.csr_matrix:
    """Pieces × characters: each character's share of a piece."""
    columns: dict[str, int] = {}
    cells: list[tuple[int, int, float]] = []
    for piece, row in sorted(tokenizer.get_vocab().items(), key=lambda x: x[1]):
        if row:
            cells += [(row, columns.setdefault(c, len(columns)), 1 / len(piece)) for c in piece]
    rows, places, values = zip(*cells, strict=True)
    shape = (tokenizer.get_vocab_size(), len(columns))
    return sparse.csr_matrix((np.array(values, np.float32), (rows, places)), shape=shape)
