"""Conflicts in an answer: sides stand once, with rank and date; the same words of two documents are one statement."""

from __future__ import annotations

from kb.answer.division import _merge_same, _without_repeats
from kb.answer.draft import Draft, DraftAgency, Evidence, Statement

SIDE = Evidence("住建局三定.pdf", "v1", "第四条", 10, 30)
INSIDE = Evidence("住建局三定.pdf", "v1", "第四条 （四）", 12, 30)
OTHER = Evidence("条例.pdf", "v2", "第十一条", 5, 25)


def test_a_quotation_that_a_side_repeats_goes() -> None:
    side = Statement("《住建局三定》（规范性文件）：负责物业小区环境卫生。", (SIDE,), "分歧")
    beside = Statement("《住建局三定》：负责物业小区环境卫生", (INSIDE,), "依据")
    first = Statement("物业服务企业（责任人）：由物业服务企业负责", (OTHER,))
    assert _without_repeats(Draft("duty"), [first, beside, side]) == [first, side]


def test_a_quotation_that_a_body_rests_on_stays() -> None:
    side = Statement("《住建局三定》（规范性文件）：负责物业小区环境卫生。", (SIDE,), "分歧")
    named = Statement("市住建局（监督）：负责物业小区环境卫生", (INSIDE,))
    draft = Draft("duty", agencies=(DraftAgency("市住建局", "oversee", "监督管理", INSIDE),))
    assert _without_repeats(draft, [named, side]) == [named, side]


def test_the_same_words_of_two_documents_are_one_statement() -> None:
    words = "争议的解决：协商不一致的，报市人民政府决定。"
    assert _merge_same([Statement(words, (SIDE,)), Statement(words, (OTHER,))]) == [Statement(words, (SIDE, OTHER))]
