"""LlamaIndex's vector-store interface over the library's vectors: add, delete, and filters before top-k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)
from pydantic import PrivateAttr

from kb.errors import UsageError
from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.records import DocumentInfo


class PassageVectorStore(BasePydanticVectorStore):
    """段落向量库: the same FAISS store the product searches, as other LlamaIndex programs expect it.

    A node's id is its passage id. Filters on ``document``, ``version``, ``place``, ``level``, ``genre`` and
    ``format`` (==, !=, in, nin; and, or, not) decide which versions may be found before the nearest are taken.
    """

    stores_text: bool = True
    is_embedding_query: bool = True
    _library: Library = PrivateAttr()

    def __init__(self, library: Library) -> None:
        super().__init__(stores_text=True)
        self._library = library

    @property
    def client(self) -> Any:
        """The library behind the store."""
        return self._library

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Put embedded nodes in place of the vectors of their passages; DocumentMissing for an unknown passage."""
        ids = [node.node_id for node in nodes]
        if ids:
            self._library.put_vectors(ids, np.asarray([node.get_embedding() for node in nodes], dtype=np.float32))
        return ids

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Remove a document with everything derived from it."""
        with self._library.writing():
            self._library.remove(ref_doc_id)
            self._library.flush()

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nearest passages as TextNodes, best first; UsageError for a mode or filter it does not know."""
        if query.mode != VectorStoreQueryMode.DEFAULT or query.query_embedding is None:
            raise UsageError(f"段落向量库只支持以向量检索（mode=default），现为“{query.mode.value}”。")
        vector = np.asarray(query.query_embedding, dtype=np.float32)
        found = self._library.search_vectors(
            vector, query.similarity_top_k, self._allowed(query.filters, query.doc_ids), among=query.node_ids
        )
        passages = self._library.get_passages([id for id, _ in found])
        nodes = [
            TextNode(
                id_=p.id,
                text=text,
                metadata={"document": p.document, "clause": p.path, "start": p.start, "end": p.end},
            )
            for p, text in passages
        ]
        return VectorStoreQueryResult(nodes=nodes, similarities=[s for _, s in found], ids=[id for id, _ in found])

    def _allowed(self, filters: MetadataFilters | None, documents: list[str] | None) -> Allowed | None:
        if filters is None and documents is None:
            return None
        only = frozenset(
            info.version
            for info in self._library.find_documents()
            if (documents is None or info.document in documents) and _passes(filters, _values(info))
        )
        return Allowed(only=only)


def _values(info: DocumentInfo) -> dict[str, str | None]:
    identity = info.identity
    return {
        "document": info.document, "version": info.version, "format": info.format,
        "place": identity.place, "level": identity.level, "genre": identity.genre,
    }  # fmt: skip


def _passes(filters: MetadataFilters | None, values: dict[str, str | None]) -> bool:
    if filters is None:
        return True
    results = [_passes(f, values) if isinstance(f, MetadataFilters) else _matches(f, values) for f in filters.filters]
    match filters.condition:
        case FilterCondition.OR:
            return any(results)
        case FilterCondition.NOT:
            return not any(results)
        case _:
            return all(results)


def _matches(one: MetadataFilter, values: dict[str, str | None]) -> bool:
    if one.key not in values:
        raise UsageError(f"不能按“{one.key}”筛选；可用：{'、'.join(values)}。")
    value = values[one.key]
    several = one.value if isinstance(one.value, list) else [one.value]
    match one.operator:
        case FilterOperator.EQ:
            return value == one.value
        case FilterOperator.NE:
            return value != one.value
        case FilterOperator.IN:
            return value in several
        case FilterOperator.NIN:
            return value not in several
        case _:
            raise UsageError(f"不支持筛选方式“{one.operator.value}”；可用：==、!=、in、nin。")
