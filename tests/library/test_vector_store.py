"""LlamaIndex programs see the very store the product searches, with filters before top-k."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from kb.embedding import HashingEncoder
from kb.errors import DocumentMissing, UsageError
from kb.library.library import Library
from kb.library.vector_store import PassageVectorStore
from kb.records import Identity, Parsed, Passage, Version
from kb.words import Words

ENCODER = HashingEncoder(64)
LINES = {  # document -> place, level, its one line
    "a.md": ("云泽市", "地方性法规", "街道办事处负责背街小巷的清扫保洁。"),
    "b.md": ("云泽市", "规范性文件", "物业服务企业负责住宅小区的清扫保洁。"),
    "c.md": ("全国", "行政法规", "城市人民政府市容环境卫生主管部门负责监督管理。"),
}


@pytest.fixture
def store(tmp_path: Path) -> PassageVectorStore:
    library = Library.open(tmp_path / "lib", ENCODER, Words(), create=True)
    for document, (place, level, line) in LINES.items():
        id = f"{document[0]}" * 16
        version = Version(id, document, line, "md", id, Identity(document, place=place, level=level))
        library.add(Parsed(version, (Passage(f"{id}:0", id, document, 0, "", "", 0, len(line), ""),)))
    library.flush()
    return PassageVectorStore(library)


def ask(store: PassageVectorStore, k: int = 3, **options: object) -> list[str]:
    vector = ENCODER.encode([LINES["a.md"][2]])[0].tolist()
    result = store.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=k, **options))  # type: ignore[arg-type]
    assert [n.node_id for n in result.nodes or []] == result.ids
    return [id[0] for id in result.ids or []]


def where(
    *filters: MetadataFilter | MetadataFilters, condition: FilterCondition = FilterCondition.AND
) -> MetadataFilters:
    return MetadataFilters(filters=list(filters), condition=condition)


PLACE = MetadataFilter(key="place", value="云泽市")
LEVELS = MetadataFilter(key="level", value=["地方性法规", "行政法规"], operator=FilterOperator.IN)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["a", "b", "c"]),  # best first
        ({"doc_ids": ["b.md", "c.md"]}, ["b", "c"]),
        ({"node_ids": ["c" * 16 + ":0", "b" * 16 + ":0"]}, ["b", "c"]),
        ({"node_ids": ["c" * 16 + ":7"]}, []),  # no such passage
        ({"filters": where(PLACE)}, ["a", "b"]),
        ({"filters": where(PLACE, LEVELS)}, ["a"]),
        ({"filters": where(PLACE, LEVELS, condition=FilterCondition.OR)}, ["a", "b", "c"]),
        ({"filters": where(PLACE, condition=FilterCondition.NOT)}, ["c"]),
        ({"filters": where(MetadataFilter(key="document", value="a.md", operator=FilterOperator.NE))}, ["b", "c"]),
        ({"filters": where(MetadataFilter(key="genre", value=["通知"], operator=FilterOperator.IN))}, []),
        ({"filters": where(PLACE), "node_ids": ["c" * 16 + ":0", "b" * 16 + ":0"]}, ["b"]),  # both must hold
    ],
)
def test_filters(store: PassageVectorStore, options: dict[str, object], found: list[str]) -> None:
    assert ask(store, **options) == found
    assert ask(store, k=1, **options) == found[:1]  # the filter comes first, then the nearest


def test_a_node_carries_its_citation(store: PassageVectorStore) -> None:
    vector = ENCODER.encode([LINES["b.md"][2]])[0].tolist()
    result = store.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=1))
    assert result.nodes is not None
    assert result.nodes[0].get_content() == LINES["b.md"][2]
    assert result.nodes[0].metadata == {"document": "b.md", "clause": "", "start": 0, "end": 18}
    assert result.similarities == pytest.approx([1.0])


def test_add_replaces_the_vector_of_a_passage(store: PassageVectorStore) -> None:
    vector = -ENCODER.encode([LINES["a.md"][2]])[0]
    assert store.add([TextNode(id_="a" * 16 + ":0", text="", embedding=vector.tolist())]) == ["a" * 16 + ":0"]
    assert ask(store) == ["b", "c", "a"]
    with pytest.raises(DocumentMissing, match="kb ingest"):
        store.add([TextNode(id_="x:0", text="", embedding=np.zeros(64).tolist())])


def test_delete_takes_the_document_out_of_the_library(store: PassageVectorStore) -> None:
    store.delete("a.md")
    assert ask(store) == ["b", "c"]
    assert [i.document for i in store.client.find_documents()] == ["b.md", "c.md"]
    assert store.client.check() == ()


def test_what_it_cannot_do_it_says(store: PassageVectorStore) -> None:
    with pytest.raises(UsageError, match="mode=default"):
        ask(store, mode=VectorStoreQueryMode.HYBRID)
    with pytest.raises(UsageError, match="不能按“颜色”筛选"):
        ask(store, filters=where(MetadataFilter(key="颜色", value="红")))
    with pytest.raises(UsageError, match="不支持筛选方式“>”"):
        ask(store, filters=where(MetadataFilter(key="place", value="云", operator=FilterOperator.GT)))
