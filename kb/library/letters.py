"""Letters: the normalised characters of every passage, memory-mapped, so that ranking reads hundreds without SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16]
Ints = NDArray[np.int64]
BREAK = 10  # a line feed ends every head and body, so that no pair of characters reaches from one into the next
_ODD = 0xFFFD  # stands for a character beyond 16 bits; none is ever asked for
_ABSENT = -1
_FIELDS = 3  # of the table: start, length of the head, length of the body


@dataclass(frozen=True)
class Block:
    """字块: head and body of some passages one after another; passage i is codes[starts[i] : starts[i+1]]."""

    codes: Codes
    starts: Ints  # one more than passages
    heads: Ints  # length of each head with its break

    def bodies(self, passages: Sequence[int] | Ints) -> list[str]:
        """The bodies of some passages as text."""
        chosen = np.asarray(passages, dtype=np.int64)
        begins = self.starts[chosen] + self.heads[chosen]
        return self._cut(begins, self.starts[chosen + 1] - 1)

    def titles(self, passages: Sequence[int] | Ints) -> list[str]:
        """Title and headings above some passages as text."""
        chosen = np.asarray(passages, dtype=np.int64)
        begins = self.starts[chosen]
        return self._cut(begins, begins + self.heads[chosen] - 1)

    @cached_property
    def _text(self) -> str:
        """All characters at once, for to decode passage by passage took five times as long.

        In wide codes each keeps its one place, whatever stands in the file.
        """
        return str(self.codes.astype("<u4").tobytes().decode("utf-32-le", "replace"))

    def _cut(self, begins: Ints, ends: Ints) -> list[str]:
        return [self._text[b : max(b, e)] for b, e in zip(begins.tolist(), ends.tolist(), strict=True)]


class Letters:
    """字库: an append-only file of characters and a table of where each key's stand; rewritten only by a rebuild."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "letters.bin"
        self._table_path = folder / "letters.npy"
        self._table: Ints = self._read_table()
        self._codes: Codes = np.zeros(0, dtype=np.uint16)
        if self._path.exists() and self._path.stat().st_size:
            self._codes = _map(self._path)
        if len(self._codes) < self._end():
            raise ValueError(f"{self._path.name}: {len(self._codes)} characters, expected {self._end()}")
        self._fresh: list[bytes] = []
        self._at = self._end()
        self.mean_length = self._measure()  # characters of an average passage, head and body together

    @classmethod
    def create(cls, folder: Path) -> Letters:
        """An empty store in place of whatever is there; open readers keep the old files until they look again."""
        for name in ("letters.npy", "letters.bin"):
            (folder / name).unlink(missing_ok=True)
        return cls(folder)

    def _read_table(self) -> Ints:
        if not self._table_path.exists():
            return np.zeros((0, _FIELDS), dtype=np.int64)
        table = np.load(self._table_path)
        if table.ndim != 2 or table.shape[1] != _FIELDS:
            raise ValueError(f"{self._table_path.name}: shape {table.shape}")
        return np.asarray(table, dtype=np.int64)

    def _end(self) -> int:
        return int((self._table[:, 0] + self._table[:, 1] + self._table[:, 2]).max(initial=0))

    def __len__(self) -> int:
        return int(np.count_nonzero(self._table[:, 2] > 0))

    def _measure(self) -> float:
        held = self._table[self._table[:, 2] > 0]
        return float((held[:, 1] + held[:, 2]).mean()) if len(held) else 1.0

    def add(self, keys: Sequence[int], heads: Sequence[str], bodies: Sequence[str]) -> None:
        """Characters of passages under their keys; durable after commit."""
        if not keys:
            return
        missing = max(keys) + 1 - len(self._table)
        if missing > 0:
            empty = np.full((missing, _FIELDS), [0, 0, _ABSENT], dtype=np.int64)
            self._table = np.vstack([self._table, empty])
        for key, head, body in zip(keys, heads, bodies, strict=True):
            parts = _encode(head), _encode(body)
            sizes = [len(p) // 2 for p in parts]
            self._table[key] = (self._at, *sizes)
            self._at += sum(sizes)
            self._fresh += parts

    def remove(self, keys: Sequence[int] | Ints) -> None:
        """Forget passages; their characters stay in the file until the next rebuild."""
        known = np.asarray(keys, dtype=np.int64)
        self._table[known[known < len(self._table)]] = (0, 0, _ABSENT)

    def keys(self) -> Ints:
        """Every key held."""
        return np.flatnonzero(self._table[:, 2] > 0)

    def commit(self) -> None:
        """Characters first, then the table in one step: after a kill the old table never points at new characters."""
        size = (self._at - sum(len(p) for p in self._fresh) // 2) * 2
        with self._path.open("ab") as file:
            file.truncate(size)  # what a killed run appended without its table
            file.writelines(self._fresh)
        self._fresh = []
        fresh = self._table_path.with_suffix(".tmp")
        with fresh.open("wb") as file:
            np.save(file, self._table)
        fresh.replace(self._table_path)
        if self._at:
            self._codes = _map(self._path)
        self.mean_length = self._measure()

    def read(self, keys: Sequence[int] | Ints) -> Block:
        """The characters of some passages in the order asked; a key that is not held gives an empty stretch."""
        asked = np.asarray(keys, dtype=np.int64)
        rows = np.zeros((len(asked), _FIELDS), dtype=np.int64)
        inside = (asked >= 0) & (asked < len(self._table))
        rows[inside] = self._table[asked[inside]]
        rows[rows[:, 2] < 0] = 0
        sizes = rows[:, 1] + rows[:, 2]
        parts = [self._codes[s : s + n] for s, n in zip(rows[:, 0].tolist(), sizes.tolist(), strict=True)]
        codes = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint16)
        return Block(codes, np.concatenate([[0], np.cumsum(sizes)]), rows[:, 1])


def _map(path: Path) -> Codes:
    """The file as an array; as a plain one, for slices of a memmap object cost several times as much."""
    return np.asarray(np.memmap(path, dtype="<u2", mode="r"))


def _encode(text: str) -> bytes:
    """16-bit codes and a break; characters beyond 16 bits keep their one place."""
    if text and max(text) > "\uffff":
        text = "".join(c if c <= "\uffff" else chr(_ODD) for c in text)
    return text.encode("utf-16-le", "surrogatepass") + BREAK.to_bytes(2, "little")
