"""The derived stores together (full text, vectors, letters): what they index of a passage, how they catch up, how readers see whole states."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import RLock
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from kb.embedding import Encoder
from kb.errors import LibraryDamaged
from kb.library import tables as t
from kb.library.fulltext import Entry, FullText
from kb.library.keys import Keys
from kb.library.letters import Letters
from kb.library.snapshot import Snapshot
from kb.library.vectors import VectorIndex
from kb.text import normalise
from kb.words import Words, join

_BATCH = 2_000  # passages embedded at once: enough to be fast, small enough for 50 MB of text and vectors

Ranges = Callable[[], Iterable[tuple[str, int, int]]]  # version, first key, count


class Derived:
    """派生索引: full text, vectors and letters of the passages, never the truth; opened when first needed."""

    def __init__(self, folder: Path, encoder: Encoder, words: Words, indexed: Ranges, current: Ranges) -> None:
        """``indexed``: what the stores hold, replaced versions they have not let go of among it; ``current``: the truth."""
        self._stamp = folder / "generation"  # changes with every catching up; tells readers to look again
        self._folder = folder
        self._encoder = encoder
        self._words = words
        self._indexed = indexed
        self._current = current
        self._lock = RLock()
        self._held: Snapshot | None = None

    def view(self) -> Snapshot:
        """The stores as last written by any process; LibraryDamaged where one cannot be read."""
        held = self._held
        stamp = self.read_stamp()
        if held is not None and held.stamp == stamp:
            return held
        with self._lock:
            if self._held is None or self._held.stamp != stamp:
                text = self._held.text if self._held is not None else self._open_text()
                self._held = self._see(stamp, text)
            return self._held

    def forget(self) -> None:
        """Look at the disk again before the next search."""
        self._held = None

    def _see(self, stamp: bytes, text: FullText) -> Snapshot:
        vectors, letters = self._open_vectors(), self._open_letters()
        text.reload()
        if len(vectors) and not len(letters):  # a library made before there were letters
            raise self._damaged("字库", ValueError("缺少文件"))
        return Snapshot(stamp, text, vectors, letters, Keys(self._indexed()))

    def read_stamp(self) -> bytes:
        """Something that differs whenever the stores have caught up since."""
        with suppress(FileNotFoundError):
            seen = self._stamp.stat()  # asked thousands of times a page: twenty times cheaper than reading the file
            return b"%d %d" % (seen.st_ino, seen.st_mtime_ns)
        return b""

    def _open_text(self) -> FullText:
        try:
            return FullText(self._folder / "fulltext")
        except (ValueError, RuntimeError, OSError) as e:
            raise self._damaged("全文索引", e) from e

    def _open_vectors(self, *, writable: bool = False) -> VectorIndex:
        try:
            return VectorIndex(self._folder / "vectors.faiss", self._encoder.dimension, writable=writable)
        except (ValueError, RuntimeError, OSError) as e:
            raise self._damaged("向量索引", e) from e

    def _open_letters(self) -> Letters:
        try:
            return Letters(self._folder)
        except (ValueError, OSError) as e:
            raise self._damaged("字库", e) from e

    def _damaged(self, what: str, error: Exception) -> LibraryDamaged:
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        return LibraryDamaged(
            f"知识库 {self._folder} 的{what}不能读取（{reason}）；正文完好，请运行 kb rebuild 重建索引。"
        )

    def sizes(self) -> dict[str, int]:
        """Passages held by each store."""
        view = self.view()
        return {"全文索引": len(view.text), "向量索引": len(view.vectors), "字库": len(view.letters)}

    # --- writing -----------------------------------------------------------------------------------------------

    def catch_up(self, connection: Connection, touched: frozenset[str]) -> None:
        """Redo everything of the touched versions: first forget, then add what is current; harmless to repeat."""
        with self._lock:
            text = self.view().text
            vectors = self._open_vectors(writable=True)  # copies of our own: searches go on in the old ones
            letters = self._open_letters()
            now = Keys(self._current())
            try:
                for version in sorted(touched):
                    text.remove(version)
                held = vectors.keys()
                # What no current version claims goes too, among it all of versions that were replaced.
                kept = now.versions - touched
                vectors.remove(held[~now.owned(held, kept)])
                lettered = letters.keys()
                letters.remove(lettered[~now.owned(lettered, kept)])
                self._add(connection, sorted(touched & now.versions), _Stores(text, vectors, letters))
                self._publish(_Stores(text, vectors, letters), now)
            finally:
                text.discard()

    def rebuild(self, connection: Connection, progress: Callable[[int, int], None] | None = None) -> None:
        """Index everything anew, beside what is there: searches go on in that until the new stores take its place."""
        side = self._folder / "rebuilding"
        with self._lock:
            shutil.rmtree(side, ignore_errors=True)  # what a kill has left
            side.mkdir()
            text = FullText(side / "fulltext")
            stores = _Stores(text, VectorIndex.create(side / "vectors.faiss", self._encoder.dimension), Letters(side))
            current = self._current()
            total = sum(count for _, _, count in current)
            try:
                self._add(
                    connection, sorted(v for v, _, _ in current), stores, progress and (lambda n: progress(n, total))
                )
                stores.commit()
                self._swap(side)
            finally:
                text.discard()
                shutil.rmtree(side, ignore_errors=True)

    def _swap(self, side: Path) -> None:
        """Put freshly made stores in the place of the old ones, which open readers keep until they look again."""
        shutil.rmtree(self._folder / "fulltext", ignore_errors=True)
        for made in sorted(side.iterdir()):
            made.replace(self._folder / made.name)
        self._touch()
        self._held = None

    def put_vectors(self, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Replace the vectors of passages; KeyError for an id that is not held."""
        with self._lock:
            view = self.view()
            keys = []
            for id in ids:
                key = view.keys.key(id)
                if key is None:
                    raise KeyError(id)
                keys.append(key)
            vectors = self._open_vectors(writable=True)
            vectors.remove(keys)
            vectors.add(keys, rows)
            self._publish(_Stores(view.text, vectors, self._open_letters()), view.keys)

    def _publish(self, stores: _Stores, keys: Keys) -> None:
        stores.commit()
        self._touch()
        stores.text.reload()
        self._held = Snapshot(self.read_stamp(), stores.text, stores.vectors, stores.letters, keys)

    def _touch(self) -> None:
        fresh = self._stamp.with_name(f"{self._stamp.name}.new")
        fresh.write_bytes(uuid4().hex.encode())
        fresh.replace(self._stamp)  # another file each time, however fast two follow each other

    def _add(
        self,
        connection: Connection,
        versions: Sequence[str],
        stores: _Stores,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        done = 0
        rows = _passages(connection, versions)
        while batch := list(islice(rows, _BATCH)):
            self._index(batch, stores)
            done += len(batch)
            if progress is not None:
                progress(done)

    def _index(self, batch: Sequence[_Row], stores: _Stores) -> None:
        seen: dict[str, tuple[str, str, str]] = {}

        def tokens(part: str) -> tuple[str, str, str]:
            folded = normalise(part)
            return folded, join(self._words.cut_normal(folded)), join(self._words.bigrams_normal(folded))

        entries, heads, bodies = [], [], []
        for row in batch:
            if row.context not in seen:  # titles and headings repeat from passage to passage
                seen[row.context] = tokens(row.context)
            (head, *above), (body, *own) = seen[row.context], tokens(row.body)
            words, grams = (f"{a} {o}" for a, o in zip(above, own, strict=True))
            entries.append(Entry(row.key, row.version, words, grams))
            heads.append(head)
            bodies.append(body)
        keys = [row.key for row in batch]
        stores.text.add(entries)
        stores.letters.add(keys, heads, bodies)
        stores.vectors.add(keys, self._encoder.encode([f"{r.context}\n{r.body}" for r in batch]))


@dataclass(frozen=True, slots=True)
class _Stores:
    """The stores while they are written."""

    text: FullText
    vectors: VectorIndex
    letters: Letters

    def commit(self) -> None:
        """Make all three durable."""
        self.text.commit()
        self.vectors.commit()
        self.letters.commit()


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage with the words it is indexed by."""

    key: int
    version: str
    context: str
    body: str


def _passages(connection: Connection, versions: Sequence[str]) -> Iterator[_Row]:
    """Every passage of some versions."""
    v, p = t.versions.c, t.passages.c
    for id in versions:
        text = connection.execute(select(v.text).where(v.id == id)).scalar_one()
        query = select(p.key, p.start, p.end, p.context).where(p.version == id).order_by(p.ordinal)
        for row in connection.execute(query):
            yield _Row(row.key, id, row.context, text[row.start : row.end])
