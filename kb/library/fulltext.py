"""Full text: tantivy over words and bigrams that are cut already; a derived store, rebuilt from SQLite at any time."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import tantivy
from numpy.typing import NDArray

Field = Literal["words", "bigrams"]
_HEAP = 128_000_000  # bytes of the index writer; its smallest is 15 MB a thread

_KEPT = 50_000  # frequencies kept at hand: questions ask for the same few thousand tokens, each several times


@dataclass(frozen=True, slots=True)
class Entry:
    """条目: one passage as it is indexed; the fields are tokens joined by spaces."""

    key: int
    version: str
    words: str  # of title and headings too: an article often leaves its topic to them
    bigrams: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """许可: which versions may be found; ``only`` None means all but ``never``. Applied before top-k."""

    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()

    def permits(self, version: str) -> bool:
        """Whether a version may be found."""
        return version not in self.never and (self.only is None or version in self.only)


class FullText:
    """全文索引: BM25 over words and over character bigrams of each passage with its headings."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("key", stored=False, indexed=True, fast=True)
        builder.add_text_field("version", tokenizer_name="raw", index_option="basic")
        for name in ("words", "bigrams"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.config_reader("manual")  # readers move on when reload says so, not in the middle of a question
        self._writer: tantivy.IndexWriter | None = None
        self._frequencies: dict[tuple[Field, str], int] = {}  # of what was asked for since the last reload

    @classmethod
    def create(cls, folder: Path) -> FullText:
        """An empty index in place of whatever is there; open readers keep what they have until they reload."""
        shutil.rmtree(folder, ignore_errors=True)
        return cls(folder)

    def add(self, entries: Iterable[Entry]) -> None:
        """Index passages; visible after commit and reload."""
        writer = self._open_writer()
        for e in entries:
            writer.add_document(tantivy.Document(key=e.key, version=e.version, words=e.words, bigrams=e.bigrams))

    def remove(self, version: str) -> None:
        """Forget every passage of a version; visible after commit and reload."""
        self._open_writer().delete_documents_by_term("version", version)

    def commit(self) -> None:
        """Make what was added and removed durable; visible after reload."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None

    def discard(self) -> None:
        """Drop what was not committed."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer = None

    def reload(self) -> None:
        """See what has been committed, here or in another process."""
        self._index.reload()
        self._frequencies = {}

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def frequencies(self, field: Field, tokens: Sequence[str]) -> list[int]:
        """How many passages hold each token."""
        found = self._frequencies
        missing = [token for token in tokens if (field, token) not in found]
        if missing and len(found) > _KEPT:
            found, missing = {}, list(tokens)
            self._frequencies = found
        if missing:
            searcher = self._index.searcher()
            found.update({(field, token): int(searcher.doc_freq(field, token)) for token in missing})
        return [found[field, token] for token in tokens]

    def search(
        self,
        field: Field,
        weights: Sequence[tuple[str, float]],
        k: int,
        allowed: Allowed | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Keys and BM25 scores of the k best passages for weighted tokens of one field, best first."""
        if not weights or k <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        should = []
        for token, weight in weights:
            query = tantivy.Query.term_query(self._schema, field, token, "freq")
            should.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight) if weight != 1 else query))
        query = tantivy.Query.boolean_query(should)
        if allowed is not None and (allowed.only is not None or allowed.never):
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *self._filters(allowed)])
        searcher = self._index.searcher()
        hits = searcher.search(query, limit=k, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits]) if hits else []
        return np.asarray(keys, dtype=np.int64), np.asarray([score for score, _ in hits], dtype=np.float64)

    def _filters(self, allowed: Allowed) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        filters = []
        if allowed.only is not None:
            inside = tantivy.Query.term_set_query(self._schema, "version", sorted(allowed.only))
            filters.append((tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0)))
        if allowed.never:
            outside = tantivy.Query.term_set_query(self._schema, "version", sorted(allowed.never))
            filters.append((tantivy.Occur.MustNot, outside))
        return filters

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
        return self._writer
