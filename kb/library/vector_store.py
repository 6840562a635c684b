"""LlamaIndex's vector-store interface over the library's vectors: add, delete, and filters before top-k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryResult,
)
from pydantic import PrivateAttr

from kb.library.fulltext import Allowed
from kb.library.library import Library


class PassageVectorStore(BasePydanticVectorStore):
    """段落向量库: the same FAISS store the product searches, as other LlamaIndex programs expect it.

    Filters on ``document``, ``version``, ``place``, ``level`` and ``genre`` (==, !=, in, nin) decide which
    versions may be found before the nearest are taken. Documents are written by ingest only, so ``add`` refuses.
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
        """Add embedded nodes for passages the library holds already; returns their ids."""
        ids = [node.node_id for node in nodes]
        self._library.put_vectors(ids, np.asarray([node.get_embedding() for node in nodes], dtype=np.float32))
        return ids

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Remove a document with everything derived from it."""
        self._library.remove(ref_doc_id)
        self._library.flush()

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nearest passages as TextNodes, best first."""
        vector = np.asarray(query.query_embedding, dtype=np.float32)
        allowed = self._allowed(query.filters, query.doc_ids)
        found = self._library.search_vectors(vector, query.similarity_top_k, allowed)
        passages = self._library.get_passages([id for id, _ in found])
        nodes = [
            TextNode(
                id_=p.id, text=text, metadata={"document": p.document, "clause": p.path, "start": p.start, "end": p.end}
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
            if (documents is None or info.document in documents)
            and _passes(filters, {
                "document": info.document, "version": info.version, "place": info.identity.place,
                "level": info.identity.level, "genre": info.identity.genre,
            })
        )  # fmt: skip
        return Allowed(only=only)


def _passes(filters: MetadataFilters | None, values: dict[str, str | None]) -> bool:
    if filters is None:
        return True
    results = [_passes(f, values) if isinstance(f, MetadataFilters) else _matches(f, values) for f in filters.filters]
    return any(results) if filters.condition == "or" else all(results)


def _matches(one: MetadataFilter, values: dict[str, str | None]) -> bool:
    if one.key not in values:
        raise ValueError(f"不能按“{one.key}”筛选；可用：{'、'.join(values)}")
    value = values[one.key]
    match one.operator:
        case FilterOperator.EQ:
            return value == one.value
        case FilterOperator.NE:
            return value != one.value
        case FilterOperator.IN:
            return value in (one.value if isinstance(one.value, list) else [one.value])
        case FilterOperator.NIN:
            return value not in (one.value if isinstance(one.value, list) else [one.value])
        case _:
            raise ValueError(f"不支持筛选方式“{one.operator.value}”；可用：==、!=、in、nin")
