"""Conflicts in an answer: sides stand once, with rank and date; the same words of two documents are one statement."""

from __future__ import annotations

import pytest

from kb.answer.coverage import KeyTerms
from kb.answer.division import _merge_same, _shares_word, _without_repeats
from kb.answer.draft import Draft, DraftAgency, Evidence, Statement
from kb.answer.naming import flat

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


@pytest.mark.parametrize(
    ("row", "about"),
    [
        ("02-02\t部件类\t污水井盖\t井盖丢失、破损\t市住房和城乡建设局\t4小时", True),  # 同一类的另一种
        ("02-09\t部件类\t道路护栏\t护栏缺失、破损\t市公安局交警支队\t24小时", False),  # 只有“缺失”相近
    ],
)
def test_a_row_is_about_its_own_item(row: str, about: bool) -> None:
    assert _shares_word(KeyTerms({"井盖丢了": 0.9}, {"井盖丢了": ("窨井盖", "缺失")}, "井盖丢了"), row) is about


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        (
            "02-06\t部件类\t路灯\t灯具损坏、\n不亮\t\t24小时",
            "02-06｜部件类｜路灯｜灯具损坏、 不亮｜24小时",
        ),  # 表格的一行
        ("第六条　主管部门\n负责监督。", "第六条 主管部门 负责监督。"),  # 换行的句子
    ],
)
def test_a_quotation_on_one_line(quote: str, line: str) -> None:
    assert flat(quote) == line
