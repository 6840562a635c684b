"""Vectors: FAISS by inner product over rows of length 1; the kind of index follows the size; derived, never the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Keys = NDArray[np.int64]
Kind = Literal["flat", "codes", "lists"]
# Full rows are exact and, up to here, as fast as anything: 20,000 × 256 take 1 ms and 20 MB.
CODES_FROM = 20_000
# 8-bit codes: a quarter of the memory, half the time, the same top 10 in 99%. Beyond here only the lists near the
# question are read (IVF): 0.6 ms instead of 8 ms at 167,000 rows, 97% of the true top 80.
LISTS_FROM = 60_000
# Lists are read from the file through the page cache instead of held: slower by 1 ms, no memory of our own.
MAPPED_FROM = 500_000
_PROBED = 1 / 16  # share of the lists read for a question
_TRAINED_ON = 40  # rows a list is trained with; more changes nothing
_GROWN = 4  # lists are laid out anew when there are this many times the rows they were laid out for
_LOOKED_AT = 5_000  # permitted rows met before the lists near the question are enough, where a filter leaves few


class VectorIndex:
    """向量索引: add, remove and search rows by passage key; filters are applied inside the scan, before top-k."""

    def __init__(self, path: Path, dimension: int, *, writable: bool = False) -> None:
        self.path = path
        self.dimension = dimension
        self._index: Any = self._read(writable) if path.exists() else _empty("flat", dimension)
        self._dirty = False

    @classmethod
    def create(cls, path: Path, dimension: int) -> VectorIndex:
        """An empty index in place of whatever is there."""
        path.unlink(missing_ok=True)
        fresh = cls(path, dimension, writable=True)
        fresh._dirty = True
        return fresh

    def _read(self, writable: bool) -> Any:
        large = self.path.stat().st_size > MAPPED_FROM * self.dimension
        flags = faiss.IO_FLAG_MMAP if large and not writable else 0
        index = faiss.read_index(str(self.path), flags)
        if index.d != self.dimension:
            raise ValueError(f"{self.path.name}: {index.d} dimensions, expected {self.dimension}")
        return index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def kind(self) -> Kind:
        """flat rows, 8-bit codes, or 8-bit codes in lists."""
        if isinstance(self._index, faiss.IndexIVF):
            return "lists"
        inner = faiss.downcast_index(self._index.index)
        return "flat" if isinstance(inner, faiss.IndexFlat) else "codes"

    def add(self, keys: Sequence[int] | Keys, rows: Matrix) -> None:
        """Rows of shape (n, dimension) under their keys; durable after commit."""
        if len(keys):
            self._index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), np.asarray(keys, dtype=np.int64))
            self._dirty = True

    def remove(self, keys: Sequence[int] | Keys) -> None:
        """Forget rows; unknown keys are ignored."""
        wanted = np.asarray(keys, dtype=np.int64)
        if len(wanted) and len(self):
            if self.kind == "lists":  # their table of places takes an array, and keys it knows
                wanted = np.intersect1d(wanted, self.keys())
                self._index.remove_ids(faiss.IDSelectorArray(len(wanted), faiss.swig_ptr(wanted)))
            else:
                self._index.remove_ids(wanted)
            self._dirty = True

    def commit(self) -> None:
        """Write to disk in one step, so that a kill leaves the old file or the new one."""
        if not self._dirty:
            return
        self._fit()
        fresh = self.path.with_suffix(".tmp")
        faiss.write_index(self._index, str(fresh))
        fresh.replace(self.path)
        self._dirty = False

    def _fit(self) -> None:
        """Change to the kind of index that the size asks for; growing only, so that deletions cost nothing."""
        count, kind = len(self), self.kind
        if count >= LISTS_FROM and (kind != "lists" or self._index.nlist * _GROWN < _count_lists(count)):
            self._index = _convert(self._index, self.keys(), "lists")
        elif count >= CODES_FROM and kind == "flat":
            self._index = _convert(self._index, self.keys(), "codes")

    def keys(self) -> Keys:
        """Every key held, in index order."""
        if self.kind != "lists":
            return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
        lists = self._index.invlists
        found = [
            faiss.rev_swig_ptr(lists.get_ids(n), size).copy()
            for n in range(self._index.nlist)
            if (size := lists.list_size(n))
        ]
        return np.concatenate(found).astype(np.int64) if found else np.zeros(0, dtype=np.int64)

    def rows(self, keys: Sequence[int] | Keys) -> Matrix:
        """The rows of some keys that are held, in the order asked; RuntimeError for one that is not."""
        wanted = np.asarray(keys, dtype=np.int64)
        if not len(wanted):
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(wanted), dtype=np.float32)

    def search(
        self, vector: NDArray[np.float32], k: int, permitted: NDArray[np.bool_] | None
    ) -> tuple[Keys, NDArray[np.float64]]:
        """Keys and cosines of the k nearest rows, best first; ``permitted[key]`` says which keys may be found."""
        k = min(k, len(self))
        if k <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        faiss.omp_set_num_threads(1)  # one query: threads cost more than they give
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        bits = None if permitted is None else np.packbits(permitted, bitorder="little")  # must outlive the search
        chosen = (
            None if bits is None or permitted is None else faiss.IDSelectorBitmap(8 * len(bits), faiss.swig_ptr(bits))
        )
        params: Any = faiss.SearchParametersIVF() if self.kind == "lists" else faiss.SearchParameters()
        if chosen is not None:
            params.sel = chosen
        if self.kind == "lists":
            left = len(self) if permitted is None else max(1, int(np.count_nonzero(permitted)))
            params.nprobe = max(1, round(self._index.nlist * min(1.0, max(_PROBED, _LOOKED_AT / left))))
        scores, keys = self._index.search(query, k, params=params)
        found = keys[0] >= 0
        return keys[0][found], scores[0][found].astype(np.float64)


def _count_lists(rows: int) -> int:
    """A power of two near the square root of the number of rows."""
    return 1 << int(np.round(np.log2(np.sqrt(rows))))


def _empty(kind: Kind, dimension: int, lists: int = 0) -> Any:
    """An index without rows; ``lists``: how many, for that kind."""
    if kind == "flat":
        return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    bits = faiss.ScalarQuantizer.QT_8bit
    if kind == "codes":
        coded = faiss.IndexScalarQuantizer(dimension, bits, faiss.METRIC_INNER_PRODUCT)
        index: Any = faiss.IndexIDMap2(coded)
        coded.this.disown()  # type: ignore[attr-defined]  # IndexIDMap2 frees it
        index.own_fields = True
        return index
    centres = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(centres, dimension, lists, bits, faiss.METRIC_INNER_PRODUCT)
    centres.this.disown()  # type: ignore[attr-defined]
    index.own_fields = True
    index.cp.niter = 8  # rounds of k-means; more moves no result
    index.cp.seed = 1
    return index


def _convert(index: Any, keys: Keys, kind: Kind) -> Any:
    """The same rows in an index of another kind, in order of key."""
    keys = np.sort(keys)
    rows = np.asarray(index.reconstruct_batch(keys), dtype=np.float32)
    fresh = _empty(kind, rows.shape[1], _count_lists(len(keys)))
    if kind == "lists":
        sample = np.random.default_rng(1).permutation(len(keys))[: _TRAINED_ON * fresh.nlist]
        fresh.train(rows[np.sort(sample)])
        fresh.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
    else:
        fresh.index.train(rows)
        fresh.is_trained = True
    fresh.add_with_ids(rows, keys)
    return fresh
