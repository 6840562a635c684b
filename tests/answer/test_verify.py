"""A sentence may only say what its evidence says."""

from __future__ import annotations

from datetime import date

import pytest

from kb.answer.verify import Fault, find_faults, find_unsupported
from kb.records import Answer, Citation

TEXT = "第五条 街道办事处负责背街小巷的清扫保洁。\n第六条 违反规定的，处五十元以上五百元以下罚款。"


def cite(n: int, quote: str, start: int) -> Citation:
    return Citation(n, "a.md", "某办法", None, "第五条", quote, start, start + len(quote), None, None, "unknown")


def answer(text: str, *citations: Citation) -> Answer:
    return Answer("问", "duty", "answered", text, date(2026, 11, 24), citations=citations)


def test_a_literal_quote_has_no_fault() -> None:
    good = cite(1, "街道办事处负责背街小巷的清扫保洁", 4)
    assert find_faults(answer("街道办事处负责[1]", good), lambda _: TEXT) == ()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        # 引文改了一个字
        (answer("由区负责[1]", cite(1, "街道办事处配合背街小巷的清扫保洁", 4)), Fault("街道办事处配合背街小巷的清扫保洁", "[1]", "引文与原文不符")),
        # 引用了没有的编号
        (answer("由街道负责[2]"), Fault("", "[2]", "正文引用了不存在的引证")),
        # 引证列出却没有用
        (answer("由街道负责", cite(1, "街道办事处", 4)), Fault("", "[1]", "引证未被正文引用")),
    ],
)  # fmt: skip
def test_faults(given: Answer, fault: Fault) -> None:
    assert find_faults(given, lambda _: TEXT) == (fault,)


@pytest.mark.parametrize(
    ("sentence", "unsupported"),
    [
        ("处五十元以上五百元以下罚款", ()),  # 原样
        ("处50元以上500元以下罚款", ()),  # 数字写法不同，意思相同
        ("处五十元以上八百元以下罚款", ("八百元",)),  # 数额改了
        ("依据云政发〔2020〕3号，处五百元以下罚款", ("依据云政发〔2020〕3号",)),  # 文号没有出处
        ("由街道办事处负责", ()),  # 没有数字
    ],
)
def test_numbers_need_evidence(sentence: str, unsupported: tuple[str, ...]) -> None:
    assert find_unsupported(sentence, [TEXT]) == unsupported
