"""Near-duplicates take one place; places take turns where the question names none."""

from __future__ import annotations

import pytest

from kb.search.grouping import put_repeats_last, spread_places

CLAUSE = "第十五条 街道办事处应当统筹协调区级职能部门;协调不成的,应当及时向区人民政府报告。"
OTHER = "第十五条 街道办事处负责背街小巷的清扫保洁;未实行物业管理的居住区也由其负责。"


@pytest.mark.parametrize(
    ("texts", "k", "order"),
    [
        ([CLAUSE, OTHER], 2, [0, 1]),
        ([CLAUSE, CLAUSE.replace("第十五条", "第十六条"), OTHER], 2, [0, 2, 1]),  # 修订后只改了条号
        ([CLAUSE, CLAUSE, OTHER], 3, [0, 2, 1]),  # 同一文件收了两份
        ([CLAUSE, CLAUSE.replace("区人民政府", "市人民政府"), OTHER], 2, [0, 1, 2]),  # 改了一句就不是重复
        (["第一条 略", "第一条 略"], 2, [0, 1]),  # 太短，不足以判断
        ([OTHER, CLAUSE, CLAUSE], 1, [0, 1, 2]),  # 只看前 k 位
    ],
)
def test_repeats_come_after_the_kth(texts: list[str], k: int, order: list[int]) -> None:
    assert put_repeats_last(texts, k) == order


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ([None, "甲市", "甲市", "乙市"], [0, 1, 3, 2]),  # 乙市的第一条在甲市的第二条之前
        (["甲市", None, "甲市", None], [0, 1, 2, 3]),  # 全国性文件不动
        (["甲市", "乙市", "甲市", "乙市"], [0, 1, 2, 3]),
        ([], []),
    ],
)
def test_places_take_turns(places: list[str | None], order: list[int]) -> None:
    assert spread_places(range(len(places)), places) == order
