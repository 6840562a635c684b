"""Passage ids ↔ keys of the derived stores: the keys of one version are contiguous and never used again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from kb.library.fulltext import Allowed

Ints = NDArray[np.int64]
_MOST = 1 << 32  # passages of one version, at the very most


class Keys:
    """键表: which version owns which keys, as of one moment; never changed after it is made."""

    def __init__(self, ranges: Iterable[tuple[str, int, int]]) -> None:
        """``ranges``: version, its first key, how many."""
        ordered = sorted(ranges, key=lambda r: r[1])
        self.owners = tuple(r[0] for r in ordered)  # in order of their keys
        self._starts = np.asarray([r[1] for r in ordered], dtype=np.int64)
        self._counts = np.asarray([r[2] for r in ordered], dtype=np.int64)
        self._place = {version: n for n, version in enumerate(self.owners)}
        self._ranks = np.empty(len(ordered), dtype=np.int64)  # of each owner among them by name
        self._ranks[sorted(range(len(ordered)), key=self.owners.__getitem__)] = np.arange(len(ordered))
        self.versions = frozenset(self.owners)

    def __len__(self) -> int:
        return int(self._counts.sum())

    def key(self, id: str) -> int | None:
        """The key of a passage id; None for one that is not held."""
        version, _, ordinal = id.rpartition(":")
        n = self._place.get(version)
        return None if n is None or int(ordinal) >= self._counts[n] else int(self._starts[n]) + int(ordinal)

    def range(self, version: str, first: int, end: int) -> range:
        """Keys of a version's passages from one ordinal up to another, as far as it has them."""
        n = self._place.get(version)
        if n is None:
            return range(0)
        start, count = int(self._starts[n]), int(self._counts[n])
        return range(start + max(0, first), start + min(end, count))

    def owner(self, keys: Ints) -> Ints:
        """For each key the number of its version in ``owners``; -1 before the first."""
        return np.asarray(np.searchsorted(self._starts, keys, side="right") - 1, dtype=np.int64)

    def held(self, keys: Ints) -> NDArray[np.bool_]:
        """For each key whether a version owns it."""
        if not len(self._starts):
            return np.zeros(len(keys), dtype=np.bool_)
        at = self.owner(keys)
        return np.asarray((at >= 0) & (keys < self._starts[at] + self._counts[at]), dtype=np.bool_)

    def owned(self, keys: Ints, versions: frozenset[str]) -> NDArray[np.bool_]:
        """For each key whether one of ``versions`` owns it."""
        if not len(self._starts):
            return np.zeros(len(keys), dtype=np.bool_)
        wanted = np.asarray([v in versions for v in self.owners], dtype=np.bool_)
        return np.asarray(self.held(keys) & wanted[self.owner(keys)], dtype=np.bool_)

    def ids(self, keys: Ints) -> list[str]:
        """Passage ids of keys that are held."""
        at = self.owner(keys)
        ordinals = keys - self._starts[at]
        return [f"{self.owners[n]}:{ordinal}" for n, ordinal in zip(at.tolist(), ordinals.tolist(), strict=True)]

    def places(self, keys: Ints) -> Ints:
        """Numbers that put keys that are held in order of version and place, whatever the order of arrival."""
        if not len(keys):
            return np.zeros(0, dtype=np.int64)
        at = self.owner(keys)
        return np.asarray(self._ranks[at] * _MOST + keys - self._starts[at], dtype=np.int64)

    def shorten(self, allowed: Allowed | None) -> Allowed | None:
        """The same permission by whichever list is shorter, those in or those out; None where all are permitted."""
        if allowed is None or (allowed.only is None and not allowed.never):
            return None
        inside = (self.versions if allowed.only is None else self.versions & allowed.only) - allowed.never
        outside = self.versions - inside
        if not outside:
            return None
        return Allowed(only=inside) if len(inside) <= len(outside) else Allowed(never=outside)

    def permitted(self, allowed: Allowed) -> NDArray[np.bool_]:
        """``permitted[key]`` for a shortened permission."""
        end = int(self._starts[-1] + self._counts[-1]) if len(self._starts) else 0
        bits = np.full(end, allowed.only is None, dtype=np.bool_)
        for version in allowed.never if allowed.only is None else allowed.only:
            n = self._place[version]
            bits[self._starts[n] : self._starts[n] + self._counts[n]] = allowed.only is not None
        return bits
