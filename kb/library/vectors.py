"""Vectors: FAISS by inner product over rows of length 1; a derived store, rebuilt from SQLite at any time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Keys = NDArray[np.int64]
# Above this many rows they are kept as 8-bit codes: a quarter of the memory, half the time, the same top 10 in 99%.
COMPACT_FROM = 60_000


class VectorIndex:
    """向量索引: add, remove and search rows by passage key; filters are applied inside the scan, before top-k."""

    def __init__(self, path: Path, dimension: int) -> None:
        self.path = path
        self.dimension = dimension
        self._index: Any = self._read() if path.exists() else _empty(dimension)
        self._dirty = False

    @classmethod
    def create(cls, path: Path, dimension: int) -> VectorIndex:
        """An empty index in place of whatever is there."""
        path.unlink(missing_ok=True)
        fresh = cls(path, dimension)
        fresh._dirty = True
        return fresh

    def _read(self) -> Any:
        index = faiss.read_index(str(self.path))
        if index.d != self.dimension:
            raise ValueError(f"{self.path.name}: {index.d} dimensions, expected {self.dimension}")
        return index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: Sequence[int] | Keys, rows: Matrix) -> None:
        """Rows of shape (n, dimension) under their keys; durable after commit."""
        if len(keys):
            self._index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), np.asarray(keys, dtype=np.int64))
            self._dirty = True

    def remove(self, keys: Sequence[int] | Keys) -> None:
        """Forget rows; unknown keys are ignored."""
        if len(keys) and len(self):
            self._index.remove_ids(np.asarray(keys, dtype=np.int64))
            self._dirty = True

    def commit(self) -> None:
        """Write to disk in one step, so that a kill leaves the old file or the new one."""
        if not self._dirty:
            return
        if len(self) >= COMPACT_FROM and isinstance(faiss.downcast_index(self._index.index), faiss.IndexFlat):
            self._index = _compact(self._index)
        fresh = self.path.with_suffix(".tmp")
        faiss.write_index(self._index, str(fresh))
        fresh.replace(self.path)
        self._dirty = False

    def keys(self) -> Keys:
        """Every key held, in index order."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def search(
        self, vector: NDArray[np.float32], k: int, permitted: NDArray[np.bool_] | None
    ) -> list[tuple[int, float]]:
        """The k nearest rows as (key, cosine), best first; ``permitted[key]`` says which keys may be found."""
        k = min(k, len(self))
        if k <= 0:
            return []
        faiss.omp_set_num_threads(1)  # one query: threads cost more than they give
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if permitted is None:
            scores, keys = self._index.search(query, k)
        else:
            bits = np.packbits(permitted, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(permitted), faiss.swig_ptr(bits))
            narrowed = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            scores, keys = self._index.search(query, k, params=narrowed)
        found = [(int(key), float(score)) for key, score in zip(keys[0], scores[0], strict=True) if key >= 0]
        return sorted(found, key=lambda h: (-h[1], h[0]))


def _empty(dimension: int) -> Any:
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def _compact(index: Any) -> Any:
    keys = faiss.vector_to_array(index.id_map)
    flat = faiss.downcast_index(index.index)
    rows = flat.reconstruct_n(0, flat.ntotal)
    coded = faiss.IndexScalarQuantizer(flat.d, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    coded.train(rows)
    smaller = faiss.IndexIDMap2(coded)
    smaller.add_with_ids(rows, keys)
    coded.this.disown()  # type: ignore[attr-defined]  # IndexIDMap2 frees it
    smaller.own_fields = True
    return smaller
