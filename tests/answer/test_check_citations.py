"""The independent count of citations finds what it is there to find."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.check_citations import check_answer, split_numbers

TEXTS = {"a.md": "第五条 由街道办事处负责清扫，处二百元罚款。总收入９５９３３亿元。"}


def answer(**changes: Any) -> dict[str, Any]:
    quote = "由街道办事处负责清扫，处二百元罚款"
    citation = {"n": 1, "document": "a.md", "title": "办法", "number": None, "clause": "第五条", "quote": quote,
                "start": 4, "end": 4 + len(quote), "level": None, "effective_on": None, "status": "in-force"}  # fmt: skip
    whole = {
        "status": "answered",
        "text": "由街道办事处负责清扫。[1]",
        "citations": [citation],
        "agencies": [],
        "figures": [],
        "conflicts": [],
    }
    return whole | changes


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"text": "由街道负责。[2]"}, ["[2] 没有引证", "[1] 未被引用"]),
        ({"citations": [{**answer()["citations"][0], "quote": "由街道办事处配合清扫"}]}, ["[1] 引文不是原文"]),
        ({"citations": [{**answer()["citations"][0], "document": "b.md"}]}, ["[1] 库中没有 b.md"]),
        ({"agencies": [{"name": "街道办事处", "citation": 3}]}, ["机构 街道办事处 没有引证"]),
        ({"figures": [{"value": "500", "citation": 1}]}, ["数据 500 不在引文中"]),
        ({"text": "由街道负责。", "citations": []}, ["作答而没有引证"]),
    ],
)
def test_faults(changes: dict[str, Any], faults: list[str]) -> None:
    assert check_answer(answer(**changes), TEXTS)[0] == faults


def test_numbers_that_no_quotation_has_are_listed_apart() -> None:
    assert check_answer(answer(text="处500元罚款。[1]"), TEXTS) == ([], ["500：处500元罚款。"])
    assert split_numbers("２０２４年增长5.3%") == ["2024", "5.3"]
