"""The derived stores together: what they index of a passage, how they catch up, how passage ids map to keys."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from kb.embedding import Encoder
from kb.errors import LibraryDamaged
from kb.library import tables as t
from kb.library.fulltext import Allowed, Entry, Field, FullText
from kb.library.vectors import VectorIndex
from kb.text import normalise
from kb.words import Words, join

_BATCH = 2_000  # passages embedded at once: enough to be fast, small enough for 50 MB of text and vectors
ALL = Allowed()


class Derived:
    """派生索引: full text and vectors of the passages, never the truth."""

    def __init__(self, folder: Path, encoder: Encoder, words: Words) -> None:
        self._folder = folder
        self._encoder = encoder
        self._words = words
        self._ranges: list[tuple[int, int, str]] = []  # first key, count, version; keys of a version are contiguous
        self._first: dict[str, int] = {}

    def open(self, ranges: Callable[[], list[tuple[str, int, int]]]) -> None:
        """Open both stores; LibraryDamaged where one cannot be read."""
        self._load_ranges = ranges
        try:
            self.text = FullText(self._folder / "fulltext")
            self.vectors = VectorIndex(self._folder / "vectors.faiss", self._encoder.dimension)
        except (ValueError, RuntimeError, OSError) as e:
            raise LibraryDamaged(
                f"知识库 {self._folder} 的索引不能读取（{e}）；正文完好，请删去其中的 fulltext 文件夹和 vectors.faiss 后运行 kb rebuild。"
            ) from e
        self._map()

    def reload(self) -> None:
        """See what another process has written."""
        self.text.reload()
        self.vectors = VectorIndex(self.vectors.path, self._encoder.dimension)
        self._map()

    def sizes(self) -> dict[str, int]:
        """Passages held by each store."""
        return {"全文索引": len(self.text), "向量索引": len(self.vectors)}

    def catch_up(self, connection: Connection) -> int:
        """Do the pending work; the key of the last item done, 0 for none."""
        rows = list(connection.execute(select(t.pending).order_by(t.pending.c.key)))
        if not rows:
            return 0
        touched = {r.version for r in rows}
        current = set(
            connection.execute(
                select(t.versions.c.id).where(t.versions.c.current, t.versions.c.id.in_(touched))
                if len(touched) < 500
                else select(t.versions.c.id).where(t.versions.c.current)
            ).scalars()
        )
        for version in sorted(touched):
            self.text.remove(version)
        gone = self._stale_keys(touched)
        self.vectors.remove(gone)
        self._add(connection, touched & current)
        self.text.commit()
        self.vectors.commit()
        self._map()
        return int(rows[-1].key)

    def rebuild(self, connection: Connection) -> None:
        """Index everything anew."""
        self.text.clear()
        self.vectors.clear()
        self._add(connection, None)
        self.text.commit()
        self.vectors.commit()
        self._map()

    def _stale_keys(self, versions: set[str]) -> NDArray[np.int64]:
        """Vector keys of versions to redo: those known by range, and those no passage claims any more."""
        held = self.vectors.keys()
        owners = [self._owner(int(k)) for k in held] if len(held) else []
        known = {r[2] for r in self._load_all()}
        return np.asarray(
            [k for k, o in zip(held, owners, strict=True) if o is None or o in versions or o not in known],
            dtype=np.int64,
        )

    def _load_all(self) -> list[tuple[int, int, str]]:
        return sorted((first, count, version) for version, first, count in self._load_ranges())

    def _add(self, connection: Connection, versions: set[str] | None) -> None:
        batch: list[tuple[int, str, str, str, str]] = []
        for row in _passages(connection, versions):
            batch.append(row)
            if len(batch) >= _BATCH:
                self._index(batch)
                batch = []
        if batch:
            self._index(batch)

    def _index(self, batch: Sequence[tuple[int, str, str, str, str]]) -> None:
        words = self._words
        titles: dict[str, str] = {}
        entries = []
        for key, version, title, context, body in batch:
            plain = normalise(body)
            if title not in titles:
                folded = normalise(title)
                titles[title] = join(words.cut_normal(folded) + words.bigrams_normal(folded))
            head = normalise(context)
            entries.append(
                Entry(
                    key,
                    version,
                    join(words.cut_normal(plain)),
                    join(words.bigrams_normal(plain)),
                    titles[title],
                    join(words.cut_normal(head) + words.bigrams_normal(head)),
                )
            )
        self.text.add(entries)
        rows = self._encoder.encode([f"{context}\n{body}" for _, _, _, context, body in batch])
        self.vectors.add([key for key, *_ in batch], rows)

    def _map(self) -> None:
        self._ranges = self._load_all()
        self._starts = [first for first, _, _ in self._ranges]
        self._first = {version: first for first, _, version in self._ranges}
        self._end = self._ranges[-1][0] + self._ranges[-1][1] if self._ranges else 0

    def _owner(self, key: int) -> str | None:
        at = bisect_right(self._starts, key) - 1
        if at < 0:
            return None
        first, count, version = self._ranges[at]
        return version if key < first + count else None

    def key(self, id: str) -> int:
        """The key of a passage id."""
        version, _, ordinal = id.rpartition(":")
        return self._first[version] + int(ordinal)

    def _ids(self, found: list[tuple[int, float]]) -> Iterator[tuple[str, float]]:
        for key, score in found:
            owner = self._owner(key)
            if owner is not None:
                yield f"{owner}:{key - self._first[owner]}", score

    def search_text(
        self, field: Field, weights: Sequence[tuple[str, float]], k: int, allowed: Allowed | None
    ) -> list[tuple[str, float]]:
        """(passage id, BM25), best first."""
        return list(self._ids(self.text.search(field, weights, k, allowed or ALL)))

    def search_vectors(self, vector: NDArray[np.float32], k: int, allowed: Allowed | None) -> list[tuple[str, float]]:
        """(passage id, cosine), best first."""
        permitted = None
        if allowed is not None and (allowed.only is not None or allowed.never):
            permitted = np.zeros(self._end, dtype=np.bool_)
            for first, count, version in self._ranges:
                if allowed.permits(version):
                    permitted[first : first + count] = True
        return list(self._ids(self.vectors.search(vector, k, permitted)))


def _passages(connection: Connection, versions: set[str] | None) -> Iterator[tuple[int, str, str, str, str]]:
    """(key, version, title, context, text) of every passage of some versions, or of all current ones."""
    v, p = t.versions.c, t.passages.c
    ids = (
        sorted(versions) if versions is not None else list(connection.execute(select(v.id).where(v.current)).scalars())
    )
    title = func.json_extract(v.identity, "$.title")
    for id in ids:
        head = connection.execute(select(v.text, title).where(v.id == id)).first()
        if head is None:
            continue
        query = select(p.key, p.start, p.end, p.context).where(p.version == id).order_by(p.ordinal)
        for row in connection.execute(query):
            yield row.key, id, head[1], row.context, head[0][row.start : row.end]
