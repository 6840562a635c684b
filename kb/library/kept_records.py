"""Records of documents kept at hand: one question reads the duties of the same dozen documents several times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine, select

_RECORDS = 20_000  # about 20 MB of duties
_R = TypeVar("_R")


class KeptRecords:
    """记录缓存: the records of a document by table, the longest unused dropped first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._size = 0
        self._lock = Lock()

    def get(self, table: Any, load: Callable[[Any], _R], documents: Sequence[str]) -> tuple[_R, ...]:
        """The records of some documents in order of document and place."""
        wanted = sorted(set(documents))
        with self._lock:
            found = {d: self._kept.pop((table.name, d)) for d in wanted if (table.name, d) in self._kept}
            self._kept.update(((table.name, d), records) for d, records in found.items())
        missing = [d for d in wanted if d not in found]
        if missing:
            read: dict[str, list[_R]] = {d: [] for d in missing}
            query = select(table).where(table.c.document.in_(missing)).order_by(table.c.document, table.c.key)
            with self._engine.connect() as connection:
                for row in connection.execute(query):
                    read[row.document].append(load(row))
            made = {d: tuple(records) for d, records in read.items()}
            self._keep(table.name, made)
            found |= made
        return tuple(r for d in wanted for r in found[d])

    def clear(self) -> None:
        """Forget everything: the library has changed."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _keep(self, table: str, made: dict[str, tuple[Any, ...]]) -> None:
        with self._lock:
            for document, records in made.items():
                if (table, document) not in self._kept:
                    self._kept[table, document] = records
                    self._size += len(records)
            while self._size > _RECORDS and self._kept:
                self._size -= len(self._kept.pop(next(iter(self._kept))))
