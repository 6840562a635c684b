"""Texts of versions kept at hand: passages are slices of them, and SQLite would count characters from the start."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from sqlalchemy import Engine, bindparam, select

from kb.library import tables as t

_QUERY = select(t.versions.c.id, t.versions.c.text).where(t.versions.c.id.in_(bindparam("versions", expanding=True)))
_CHARACTERS = 16_000_000  # Python keeps Chinese in two bytes: 32 MB


class Texts:
    """文本缓存: text by version id, the longest unused dropped first; a version's text never changes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, str] = {}
        self._size = 0
        self._lock = Lock()

    def get(self, versions: Iterable[str]) -> dict[str, str]:
        """version → text; versions that are gone are left out."""
        wanted = sorted(versions)
        with self._lock:
            found = {v: self._kept.pop(v) for v in wanted if v in self._kept}
            self._kept.update(found)  # the most recently used stand last
        missing = [v for v in wanted if v not in found]
        if missing:
            with self._engine.connect() as connection:
                read = {row.id: row.text for row in connection.execute(_QUERY, {"versions": missing})}
            self._keep(read)
            found |= read
        return found

    def _keep(self, texts: dict[str, str]) -> None:
        with self._lock:
            for version, text in texts.items():
                if version not in self._kept:
                    self._kept[version] = text
                    self._size += len(text)
            while self._size > _CHARACTERS and self._kept:
                self._size -= len(self._kept.pop(next(iter(self._kept))))
