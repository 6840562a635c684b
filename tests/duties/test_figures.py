"""Figures of a report: what is measured, value, unit, period; a lost number is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.records import Parsed

Parse = Callable[[str, str], Parsed]


def read_figures(parse: Parse, sentence: str) -> list[str]:
    """指标｜数值｜单位｜时期, then qualifier, 累计 and 目标."""
    out = []
    for f in parse("2026.txt", f"2026年云泽市政府工作报告\n\n一、2025年工作回顾\n\n{sentence}\n").figures:
        more = (f.qualifier and f"限定 {f.qualifier}", f.cumulative and "累计", f.target and "目标")
        value = "缺失" if f.missing else str(f.value)
        out.append("｜".join([f.indicator, value, f.unit or "", f.period or "—", *(w for w in more if w)]))
    return out


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # value, change and qualifier
        ("全市地区生产总值约1200.5亿元，同比增长5.2%。", ["地区生产总值｜1200.5｜亿元｜2025｜限定 约", "地区生产总值增长｜5.2｜%｜2025"]),
        # town and country
        ("城乡居民人均可支配收入分别增长4.1%和6.3%。", ["城镇居民人均可支配收入增长｜4.1｜%｜2025", "农村居民人均可支配收入增长｜6.3｜%｜2025"]),
        # 分别 of the indicators named before
        ("接待游客120万人次，旅游收入8.5亿元，分别增长14%和21%。", ["接待游客｜120｜万人次｜2025", "旅游收入｜8.5｜亿元｜2025", "接待游客增长｜14｜%｜2025", "旅游收入增长｜21｜%｜2025"]),
        # from last year's to this
        ("常住人口由上年80万人增加到82万人。", ["常住人口｜80｜万人｜2024", "常住人口｜82｜万人｜2025"]),
        # years before
        ("单位生产总值能耗由前三年分别上升4.9%、5.5%、0.2%，转为下降1.2%。", ["单位生产总值能耗上升｜4.9｜%｜2022", "单位生产总值能耗上升｜5.5｜%｜2023", "单位生产总值能耗上升｜0.2｜%｜2024", "单位生产总值能耗下降｜1.2｜%｜2025"]),
        # the thing counted stands behind the number
        ("建成300个停车场，完成15处水利项目。", ["建成停车场｜300｜个｜2025", "水利项目｜15｜处｜2025"]),
        # a bare verb takes the thing before
        ("新增改造农贸市场5座，累计改造14座。", ["新增改造农贸市场｜5｜座｜2025", "改造农贸市场｜14｜座｜2025｜累计"]),
        # a part of a year
        ("近三个月市中心城区共清理牛皮癣3.2万处。", ["清理牛皮癣｜3.2｜万处｜2025年近三个月"]),
        # 累计 is cumulative
        ("全市累计植树1200万株。", ["植树｜1200｜万株｜2025｜累计"]),
        # more than
        ("新增就业超过1.2万人，城镇登记失业率控制在3%以内。", ["新增就业｜1.2｜万人｜2025｜限定 超过", "城镇登记失业率｜3｜%｜2025｜限定 以内"]),
        # a lost number is missing, not guessed
        ("清理卫生死角万平方米。", ["清理卫生死角｜缺失｜万平方米｜—"]),
        # a blank is missing
        ("拆除违法建设XX万平方米。", ["拆除违法建设｜缺失｜万平方米｜—"]),
        # only the counter is left
        ("座垃圾转运站整体改造。", ["垃圾转运站整体改造｜缺失｜座｜—"]),
        # a milestone is no value
        ("生产总值迈上千亿元台阶，达到1020亿元。", ["生产总值｜1020｜亿元｜2025"]),
        # percent points
        ("失业率下降0.3个百分点。", ["失业率下降｜0.3｜个百分点｜2025"]),
        # ranges
        ("预计粮食产量增长5%-6%。", ["粮食产量增长｜5-6｜%｜2025｜限定 预计"]),
        # 占比 belongs to the name
        ("高技术制造业增加值占比达33.2%。", ["高技术制造业增加值占比｜33.2｜%｜2025"]),
        # what the things counted are worth is part of the name
        ("新开工10亿元以上制造业项目248个。", ["新开工10亿元以上制造业项目｜248｜个｜2025"]),
        # a list inside 用于L的支出
        ("中央财政用于科技、教育和文化事业的支出分别为774亿元、536亿元和123亿元。", ["中央财政用于科技的支出｜774｜亿元｜2025", "中央财政用于教育的支出｜536｜亿元｜2025", "中央财政用于文化的支出｜123｜亿元｜2025"]),
        # an amount before its thing
        ("发展4万亩林下经济。", ["发展林下经济｜4｜万亩｜2025"]),
        # two things counted in a row
        ("19所高校115个学科进入世界高水平行列。", ["高校｜19｜所｜2025", "学科｜115｜个｜2025"]),
        # 24小时 and 个方面 are no figures
        ("推动公园24小时开放，从6个方面发力。", []),
        # a body that did something so many times is no indicator
        ("省政府16次调度重大项目。", []),
        # money before its thing
        ("用好1800亿元引导基金。", ["用好引导基金｜1800｜亿元｜2025"]),
        # 提高到 gives the level, not the change
        ("优良天数比例提高到87.2%，进口税目比例由21%提升至74%。", ["优良天数比例｜87.2｜%｜2025", "进口税目比例｜21｜%｜起点", "进口税目比例｜74｜%｜2025"]),
        # 首批 is no thing counted
        ("首批17个“一件事”全部落地。", ["“一件事”｜17｜个｜2025"]),
        # verbs alone take the thing behind
        ("新建和改造提升112万亩高标准农田。", ["新建和改造高标准农田｜112｜万亩｜2025"]),
        # a change against a period
        ("五年累计实际利用外资2894亿美元，比“八五”时期增长79.6%。", ["实际利用外资｜2894｜亿美元｜2025｜累计", "实际利用外资增长｜79.6｜%｜2025"]),
        # a share of something else
        ("新增公园127座，89.4%的公园开放。", ["新增公园｜127｜座｜2025"]),
        # 15分钟生活圈 is no figure
        ("打造城市15分钟生活服务圈。", []),
        # continuing words do not belong to the name
        ("粮食产量继续保持500亿斤以上。", ["粮食产量｜500｜亿斤｜2025｜限定 以上"]),
        # a year of its own
        ("2023年，粮食产量45万吨。", ["粮食产量｜45｜万吨｜2023"]),
    ],
)  # fmt: skip
def test_figures_of_a_sentence(parse: Parse, sentence: str, found: list[str]) -> None:
    assert read_figures(parse, sentence) == found
