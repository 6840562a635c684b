"""Where quotations may begin and end, and which stretch is taken."""

from __future__ import annotations

import numpy as np
import pytest

from kb.answer.reader import Reader, load_reader
from kb.answer.span_candidates import propose
from kb.answer.span_cuts import cut_clauses
from kb.answer.span_layout import LASTING, NUMBER, Window, lay
from kb.answer.span_question import asked_types, read_asked
from kb.answer.span_scorer import choose, design, load_scorer
from kb.answer.spans import FEATURES, find_spans
from kb.embedding import HashingEncoder, load_packaged
from kb.words import Words


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("对个人免征，对企业减半。", ["对个人免征，", "对企业减半。"]),  # 逗号、句号
        ("（一）免租金；（二）降费率。", ["（一）免租金；", "（二）降费率。"]),  # 标号处切开，标号留在条内
        ("二、三级道路由街道清扫", ["二、三级道路由街道清扫"]),  # 顿号不是分句，也不是标号
        ("营业时间9:00至17:30。", ["营业时间9:00至17:30。"]),  # 钟点里的冒号
        ("他说“可以。”随后离开。", ["他说“可以。”", "随后离开。"]),  # 引号跟着句号
        ("第一段\n　　第二段", ["第一段", "第二段"]),  # 换行与全角空格
        ("关于延期缴税的通知 各有关单位： 为支持企业", ["关于延期缴税的通知", "各有关单位：", "为支持企业"]),  # 网页文本以空格分行
        ("于2020 年 2 月 3 日恢复，张 三负责第三十五 条", ["于2020 年 2 月 3 日恢复，", "张 三负责第三十五 条"]),  # 字间空格不是
    ],
)  # fmt: skip
def test_clauses(text: str, clauses: list[str]) -> None:
    cuts = cut_clauses(text)
    assert [text[a:b] for a, b in zip(cuts.starts, cuts.ends, strict=True)] == clauses


@pytest.mark.parametrize(
    ("question", "types"),
    [
        ("最高可贷多少？", ("amount",)),
        ("什么时候恢复营业？", ("time",)),
        ("咨询电话是多少？", ("amount", "phone")),
        ("有哪些支持措施？", ("measures", "list")),
    ],
)
def test_what_the_words_of_asking_want(question: str, types: tuple[str, ...]) -> None:
    assert [t for t in asked_types(question) if t in types] == list(types)


def test_the_gap_of_a_question_parts_its_terms() -> None:
    asked = read_asked("广西扩建哪家医院为定点收治医院？", Words.load(), ["扩建邕武医院为定点收治医院"])
    side = dict(zip(asked.terms, zip(asked.left, asked.right, strict=True), strict=True))
    assert side["扩建"] == (True, False)
    assert side["定点"] == (False, True)


@pytest.mark.parametrize(("question", "kept"), [("最迟多少天内出台办法？", False), ("什么时候出台办法？", True)])
def test_a_day_of_the_calendar_is_no_answer_to_how_long(question: str, kept: bool) -> None:
    text = "各地出台实施办法。\n国务院\n2018年11月16日"
    words = Words.load()
    asked = read_asked(question, words, [text])
    laid = lay(Window("a.txt", 0, text, "", 0, 1.0, 1.0), asked, words, HashingEncoder())
    spans = {text[a:b] for a, b in zip(*propose(laid, asked), strict=True)}
    assert ("2018年11月16日" in spans) is kept


def test_what_a_reader_sees_of_a_window() -> None:
    text = "关于复工的通知 一、防护要求 员工应当佩戴口罩，按照《防护指南》执行。 办公室 2020年2月7日"
    window = Window("a.txt", 0, text, "关于复工的通知", 0, 1.0, 1.0)
    words = Words.load()
    laid = lay(window, read_asked("对员工有哪些防护要求？", words, [text]), words, HashingEncoder())
    lines = [text[a:b] for a, b in zip(laid.opens, laid.shuts, strict=True)]
    at = lines.index("员工应当佩戴口罩，按照《防护指南》执行。")
    assert text[laid.headed[at][0] : laid.headed[at][1]].endswith("防护要求")  # 条目归其标题
    assert not laid.unfinished[at]
    assert laid.unfinished[0]  # 标题没有句号
    inside = text.index("指南")
    assert laid.depth[0, inside] == 1  # 从书名号中间起头的引文是残句
    assert laid.marks[5, -1] > 0  # 落款


@pytest.mark.parametrize(
    ("text", "numbers", "lasting"),
    [
        ("给予最高5万元补助", ["5万元"], []),  # 量词连着单位
        ("男不得早于二十二周岁", ["二十二周岁"], []),  # 周岁与岁同
        ("支付不低于工资的百分之一百五十的报酬", ["百分之一百五十"], []),  # 分数
        ("惠及2447户纳税人，占比12.5%", ["2447户", "12.5%"], []),  # 户、百分号
        ("自2020年2月3日起施行", [], []),  # 日期不是数，也不是时长
        ("延长3个月，15个工作日内办结", [], ["3个月", "15个工作日"]),  # 时长不是数
        ("隔离14天后方可上岗", [], ["14天"]),
        ("2至4小时更换一次", ["一次"], ["2至4小时"]),  # 起止之间的“至”
    ],
)
def test_a_day_is_no_amount(text: str, numbers: list[str], lasting: list[str]) -> None:
    assert [m[0] for m in NUMBER.finditer(text)] == numbers
    assert [m[0] for m in LASTING.finditer(text)] == lasting


TEXT = (
    "为支持企业，市里出台若干措施。对受影响的中小企业，免收三个月房租；对餐饮企业，给予最高5万元补助。"
    "申请企业应当于3月31日前向区商务局提交材料。"
)


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("对餐饮企业最高给予多少补助？", "5万元"),  # 数
        ("申请企业应当在什么时候前提交材料？", "3月31日"),  # 日期
        ("对受影响的中小企业有什么支持？", "免收三个月房租"),  # 措施
    ],
)
@pytest.mark.parametrize("reader", [None, load_reader(load_packaged())], ids=["no reader", "reader"])
def test_the_span_holds_the_answer(question: str, holds: str, reader: Reader | None) -> None:
    window = Window("a.txt", 0, TEXT, "支持企业若干措施", 0, 1.0, 1.0)
    spans = find_spans(question, [window], Words.load(), HashingEncoder(), reader)
    best = choose(spans, load_scorer().score(spans))
    assert holds in TEXT[spans.start[best] : spans.end[best]]


def test_the_weights_fit_the_columns() -> None:
    window = Window("a.txt", 0, TEXT, "", 0, 1.0, 1.0)
    spans = find_spans("免收几个月房租？", [window], Words.load(), HashingEncoder(), None)
    assert spans.features.shape[1] == len(FEATURES)
    assert design(spans.features).shape[1] == len(load_scorer().weights)


def test_nothing_to_choose_from() -> None:
    reader = load_reader(load_packaged())
    for text in ("  \n ", ""):
        window = Window("a.txt", 0, text, "", 0, 1.0, 1.0)
        assert len(find_spans("问什么？", [window], Words.load(), HashingEncoder(), reader).start) == 0


def test_a_question_without_a_word() -> None:
    window = Window("a.txt", 0, TEXT, "", 0, 1.0, 1.0)
    spans = find_spans("", [window], Words.load(), HashingEncoder(), load_reader(load_packaged()))
    assert np.isfinite(load_scorer().score(spans)).all()
