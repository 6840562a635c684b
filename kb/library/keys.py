"""Passage ids ↔ keys of the derived stores: the keys of one version are contiguous and never used again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from kb.library.fulltext import Allowed


class Keys:
    """键表: which version owns which keys, as of one moment; never changed after it is made."""

    def __init__(self, ranges: Iterable[tuple[str, int, int]]) -> None:
        """``ranges``: version, its first key, how many."""
        ordered = sorted(ranges, key=lambda r: r[1])
        self._versions = [r[0] for r in ordered]
        self._starts = np.asarray([r[1] for r in ordered], dtype=np.int64)
        self._counts = np.asarray([r[2] for r in ordered], dtype=np.int64)
        self._place = {version: n for n, version in enumerate(self._versions)}
        self.versions = frozenset(self._versions)

    def __len__(self) -> int:
        return int(self._counts.sum())

    def key(self, id: str) -> int | None:
        """The key of a passage id; None for one that is not held."""
        version, _, ordinal = id.rpartition(":")
        n = self._place.get(version)
        return None if n is None or int(ordinal) >= self._counts[n] else int(self._starts[n]) + int(ordinal)

    def owned(self, keys: NDArray[np.int64], versions: frozenset[str]) -> NDArray[np.bool_]:
        """For each key whether one of ``versions`` owns it."""
        if not len(self._starts):
            return np.zeros(len(keys), dtype=np.bool_)
        wanted = np.asarray([v in versions for v in self._versions], dtype=np.bool_)
        at = np.searchsorted(self._starts, keys, side="right") - 1
        inside = (at >= 0) & (keys < self._starts[at] + self._counts[at])
        return np.asarray(inside & wanted[at], dtype=np.bool_)

    def ids(self, found: Iterable[tuple[int, float]]) -> Iterator[tuple[str, float]]:
        """(passage id, score) of each (key, score); keys that nothing owns any more are passed over."""
        pairs = list(found)
        if not pairs or not len(self._starts):
            return
        keys = np.asarray([key for key, _ in pairs], dtype=np.int64)
        at = np.searchsorted(self._starts, keys, side="right") - 1
        ordinals = keys - self._starts[at]
        owned = (at >= 0) & (ordinals < self._counts[at])
        for n, ordinal, held, (_, score) in zip(at.tolist(), ordinals.tolist(), owned.tolist(), pairs, strict=True):
            if held:
                yield f"{self._versions[n]}:{ordinal}", score

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
