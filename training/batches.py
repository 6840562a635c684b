"""Batches of pairs as piece ids: random stretches of texts, some pieces dropped, and near neighbours put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from training.tokens import Ragged

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """语料: a source's pairs as rows of the texts that all sources share, so that equal texts have equal rows."""

    name: str
    queries: Rows
    passages: Rows

    def __len__(self) -> int:
        return len(self.queries)


def join_sources(sources: Sequence[Source]) -> Source:
    """All pairs of the sources, one source after the other."""
    return Source("", np.concatenate([x.queries for x in sources]), np.concatenate([x.passages for x in sources]))


def crop(texts: Ragged, rows: Rows, limit: int, dropped: float, rng: np.random.Generator) -> Ragged:
    """A random stretch of at most ``limit`` pieces of each text, half of the time its beginning, with gaps."""
    begins, ends = texts.bounds[rows], texts.bounds[rows + 1]
    slack = np.maximum(ends - begins - limit, 0)
    skip = np.where(rng.random(len(rows)) < 0.5, 0, (rng.random(len(rows)) * (slack + 1)).astype(np.int64))
    begins = begins + skip
    lengths = np.minimum(begins + limit, ends) - begins
    bounds = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths, out=bounds[1:])
    places = np.arange(bounds[-1]) - np.repeat(bounds[:-1] - begins, lengths)
    ids = texts.ids[places]
    if not dropped:
        return Ragged(ids, bounds)
    kept = rng.random(len(ids)) >= dropped
    kept[bounds[:-1]] = True  # no text loses everything
    seen = np.zeros(len(ids) + 1, dtype=np.int64)
    np.cumsum(kept, out=seen[1:])
    return Ragged(ids[kept], seen[bounds])


def bag(texts: Ragged, size: int) -> sparse.csr_matrix:
    """Texts × pieces with counts, so that pooling is one sparse product and its gradient another."""
    ones = np.ones(len(texts.ids), np.float32)
    return sparse.csr_matrix((ones, texts.ids, texts.bounds.astype(np.int32)), shape=(len(texts), size))


def join(first: Ragged, second: Ragged) -> Ragged:
    return Ragged(np.concatenate([first.ids, second.ids]), np.r_[first.bounds, second.bounds[1:] + first.bounds[-1]])


def renumber(texts: Ragged, size: int) -> tuple[NDArray[np.int64], Ragged]:
    """The pieces that occur, ascending, and the texts with places in that list instead of ids."""
    seen = np.zeros(size, dtype=bool)
    seen[texts.ids] = True
    used = np.flatnonzero(seen)
    place = np.zeros(size, dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    return used, Ragged(place[texts.ids], texts.bounds)


def same_elsewhere(source: Source, rows: Rows) -> tuple[Rows, Rows]:
    """Places off the diagonal of pairs that share a text and so are no negatives of each other."""
    first: list[Rows] = []
    second: list[Rows] = []
    for side in (source.queries[rows], source.passages[rows]):
        order = np.argsort(side, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(side[order])) + 1):
            if len(group) > 1:
                one, other = np.meshgrid(group, group)
                first.append(one[one != other])
                second.append(other[one != other])
    none = [np.zeros(0, np.int64)]
    return np.concatenate(first or none), np.concatenate(second or none)


class Neighbourhoods:
    """邻域: a source's pairs grouped by which of some random passages is nearest, so that a batch holds hard negatives."""

    def __init__(
        self, source: Source, texts: Ragged, weights: NDArray[np.float32], groups: int, rng: np.random.Generator
    ) -> None:
        unit = np.zeros((len(source), weights.shape[1]), np.float32)
        for start in range(0, len(source), 8192):
            rows = np.arange(start, min(start + 8192, len(source)))
            pooled = bag(crop(texts, source.passages[rows], 128, 0, rng), len(weights)) @ weights
            unit[rows] = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-6)
        seeds = unit[rng.choice(len(source), groups, replace=False)]
        nearest = np.concatenate([(unit[i : i + 8192] @ seeds.T).argmax(axis=1) for i in range(0, len(unit), 8192)])
        order = np.argsort(nearest, kind="stable")
        self._members = np.split(order, np.flatnonzero(np.diff(nearest[order])) + 1)

    def draw(self, size: int, rng: np.random.Generator) -> Rows:
        """Whole groups in random order until the batch is full."""
        picked: list[Rows] = []
        held = 0
        for group in rng.permutation(len(self._members)):
            picked.append(rng.permutation(self._members[group])[: size // 4])
            held += len(picked[-1])
            if held >= size:
                break
        return np.concatenate(picked)[:size]
