"""What a question about figures wants: places, years, unit, level or change, result or target."""

from __future__ import annotations

from datetime import date

import pytest

from kb.answer.draft import Question
from kb.answer.figure_question import fit_indicator, fold_indicator, plain_indicator, read_figure_question
from kb.records import DocumentInfo, Identity
from kb.search.catalogue import Catalogue

CATALOGUE = Catalogue.build(
    (DocumentInfo("a.md", "a", "md", Identity("2025年济南市政府工作报告", place="济南市"), 1, 1),)
)


def read(text: str) -> str:
    """地区｜年份｜单位, then 增速, 数值, 变化, 目标, 实绩与目标 and the years of the reports."""
    a = read_figure_question(Question(text, text, "figure", date(2026, 11, 25)), CATALOGUE)
    more = (
        a.growth and "增速",
        a.level and "数值",
        a.change and "变化",
        {(True,): "目标", (True, False): "目标与实绩"}.get(a.targets),
        a.report_years and f"报告 {'、'.join(map(str, a.report_years))}",
    )
    return "｜".join(["、".join(a.places), "、".join(map(str, a.years)), a.unit or "—", *(m for m in more if m)])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        # ranges of years in several writings
        ("济南市2021-2023年财政收入逐年是多少？", "济南市｜2021、2022、2023｜—｜数值"),
        ("济南市2021—2022年税收总量？", "济南市｜2021、2022｜—｜数值"),
        ("济南市2021年至2022年税收总量？", "济南市｜2021、2022｜—｜数值"),
        ("济南市2021年到2022年税收总量？", "济南市｜2021、2022｜—｜数值"),
        # the years of the reports are not those of the figures
        ("按2023、2024年各年政府工作报告，济南市财政收入达到多少？", "济南市｜2022、2023｜—｜数值｜报告 2023、2024"),
        ("按2023年济南市政府工作报告，财政收入目标是多少亿元？", "济南市｜2023｜亿元｜数值｜目标｜报告 2023"),
        # the nation
        ("2023年我国粮食产量多少亿斤？", "全国｜2023｜亿斤｜数值"),
        ("2023年全国新增就业多少万人？", "全国｜2023｜万人｜数值"),
        ("2023年国务院报告的发电量多少亿千瓦时？", "全国｜2023｜亿千瓦时｜数值"),
        ("2023年国内生产总值增速？", "全国｜2023｜—｜增速"),
        ("2023年中央财政收入多少万亿元？", "全国｜2023｜万亿元｜数值"),
        # units
        ("济南市2023年进出口多少亿美元？", "济南市｜2023｜亿美元｜数值"),
        ("济南市2023年粮食多少万吨？", "济南市｜2023｜万吨｜数值"),
        ("济南市2023年改造多少户？", "济南市｜2023｜户｜数值"),
        ("济南市2023年耕地多少万亩？", "济南市｜2023｜万亩｜数值"),
        ("济南市2023年供水多少亿立方米？", "济南市｜2023｜亿立方米｜数值"),
        ("济南市2023年人均住房多少平方米？", "济南市｜2023｜平方米｜数值"),
        ("济南市2023年失业率降了多少个百分点？", "济南市｜2023｜个百分点｜增速"),
        ("济南市2023年税收，统一用亿元？", "济南市｜2023｜亿元｜数值"),
        # rates
        ("济南市2023年税收增长多少？", "济南市｜2023｜—｜增速"),
        ("济南市2023年税收增幅？", "济南市｜2023｜—｜增速"),
        ("济南市2023年税收增加了百分之几？", "济南市｜2023｜—｜增速"),
        ("济南市2023年物价涨幅？", "济南市｜2023｜—｜增速"),
        ("济南市2023年出口降幅？", "济南市｜2023｜—｜增速"),
        ("济南市2023年税收的增长目标？", "济南市｜2023｜—｜增速｜目标"),
        ("济南市2023年税收增长的预期？", "济南市｜2023｜—｜增速｜目标"),
        ("济南市2021-2023年税收由低到高？", "济南市｜2021、2022、2023｜—｜增速"),
        ("济南市2023年能耗下降了多少？", "济南市｜2023｜—｜增速"),
        ("济南市2023年税收保持增长吗？", "济南市｜2023｜—｜增速"),
        # levels
        ("济南市2023年税收是多少亿？", "济南市｜2023｜—｜数值"),
        ("济南市2023年投资完成多少？", "济南市｜2023｜—｜数值"),
        ("济南市2023年税收增加了多少亿？", "济南市｜2023｜—｜数值｜变化"),
        # targets and results
        ("济南市2023年税收预期？", "济南市｜2023｜—｜目标"),
        ("济南市2023年计划新增就业？", "济南市｜2023｜—｜目标"),
        ("济南市2023年安排的投资？", "济南市｜2023｜—｜目标"),
        ("济南市2023年税收目标和实际？", "济南市｜2023｜—｜目标与实绩"),
        ("济南市2023年税收目标的完成情况？", "济南市｜2023｜—｜目标与实绩"),
        ("济南市2023年税收目标完成了吗？", "济南市｜2023｜—｜目标与实绩"),
        ("济南市2023年税收目标是否完成？", "济南市｜2023｜—｜目标与实绩"),
        ("济南市2023年税收目标与实绩？", "济南市｜2023｜—｜目标与实绩"),
        ("济南市2023年税收目标实现了吗？", "济南市｜2023｜—｜目标与实绩"),
        ("济南市2023年税收目标完成多少？", "济南市｜2023｜—｜数值｜目标与实绩"),
        ("济南市2023年税收目标完成得怎样？", "济南市｜2023｜—｜目标与实绩"),
        # change between two
        ("济南市2022年、2023年税收的变化？", "济南市｜2022、2023｜—｜变化"),
        ("济南市2022年、2023年税收相差？", "济南市｜2022、2023｜—｜变化"),
        ("济南市2023年税收比2022年高？", "济南市｜2022、2023｜—｜变化"),
        ("济南市2023年税收较上年多多少？", "济南市｜2023｜—｜变化"),
        ("济南市2023年失业率提高了还是降了？", "济南市｜2023｜—｜变化"),
        ("济南市2022年、2023年税收怎么变？", "济南市｜2022、2023｜—｜变化"),
        ("济南市2023年均价高多少？", "济南市｜2023｜—｜变化"),
    ],
)  # fmt: skip
def test_what_a_question_wants(question: str, wanted: str) -> None:
    assert read(question) == wanted


def test_an_indicator_without_its_change() -> None:
    changes = "增长 下降 提高 降低 增加 减少 上升 回落 涨幅 增幅 增速 总水平"
    assert {plain_indicator(f"税收收入{c}") for c in changes.split()} == {"税收收入"}


@pytest.mark.parametrize(
    "question",
    [
        # where one thing asked ends and another begins: nothing hangs on to the indicator
        *(f"税收收入{w}" for w in ("，是多少", "多少", "百分之几", "增长", "增速", "增幅", "涨幅", "下降", "降低", "提高", "增加", "目标", "预期", "计划", "达到", "完成", "实际", "占财政", "总量", "逐年", "分别", "控制", "依次", "由低到高", "最高", "报告")),
        *(f"{w}税收收入" for w in ("全年", "年初", "上年", "比", "省", "市", "前三", "各", "按", "从", "到", "至", "新增", "年")),
    ],
)  # fmt: skip
def test_an_indicator_stands_alone_between_such_words(question: str) -> None:
    assert fit_indicator("税收收入", fold_indicator(question)) == 1.0


@pytest.mark.parametrize("question", ["农村税收收入", "税收收入能耗"])
def test_a_word_that_hangs_on_means_another_indicator(question: str) -> None:
    assert fit_indicator("税收收入", fold_indicator(question)) < 1.0
