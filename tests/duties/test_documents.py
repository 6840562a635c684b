"""Whole short documents → duties, requirements and figures; every quote is a literal span."""

from __future__ import annotations

from collections.abc import Callable

from kb.records import Parsed

Parse = Callable[[str, str], Parsed]

RULES = """# 云泽市市容管理条例

第一条 为了加强市容管理，制定本条例。

第二条 街道办事处履行下列职责：

（一）组织清扫背街小巷；

（二）配合城市管理部门开展执法检查。

第三条 违反本条例规定，有下列行为之一的，由城市管理部门责令改正，处五百元以上二千元以下罚款：

（一）在树木上刻画的；

（二）占道堆放物品的。

第四条 责任人不明确的，由所在地街道办事处确定；跨街道的，报区人民政府确定。

第五条 道路作业单位应当提前三日告知周边居民，噪声不得超过五十五分贝。
"""

PLAN = """关于促进就业的意见

一、稳定岗位

（一）返还失业保险费。对不裁员企业返还失业保险费。（人力资源社会保障局、财政局负责。列第一位者为牵头单位，下同）

（二）发放补贴。给予一次性补贴，并简化手续。（财政局负责）落实培训计划。（教育局牵头，工会配合，年底前完成）
"""

REPORT = """2026年云泽市政府工作报告

一、2025年工作回顾

过去一年，地区生产总值1200.5亿元、增长5.2%，城乡居民人均可支配收入分别增长4.1%和6.3%。常住人口由上年80万人增加到82万人。清理卫生死角万平方米。

二、2026年工作安排

今年主要预期目标是：地区生产总值增长5.5%左右，城镇新增就业1.2万人以上。
"""


def check_quotes(parsed: Parsed) -> None:
    text = parsed.version.text
    for record in (*parsed.duties, *parsed.requirements, *parsed.figures):
        assert text[record.basis.start : record.basis.end] == record.basis.quote


def test_items_take_the_subject_of_their_stem(parse: Parse) -> None:
    found = [
        (d.agency, d.role, d.action, d.basis.clause) for d in parse("a.md", RULES).duties if "第二条" in d.basis.clause
    ]
    assert ("街道办事处", "own", "组织清扫背街小巷", "第二条") in found
    assert ("街道办事处", "support", "配合城市管理部门开展执法检查", "第二条") in found


def test_a_penalty_stem_is_applied_to_each_item(parse: Parse) -> None:
    parsed = parse("a.md", RULES)
    acts = {d.object: (d.agency, d.role) for d in parsed.duties if d.basis.clause == "第三条"}
    assert acts["在树木上刻画的"] == acts["占道堆放物品的"] == ("城市管理部门", "enforce")
    check_quotes(parsed)


def test_a_yearly_aim_in_a_report_is_still_to_be_done(parse: Parse) -> None:
    text = "2026年云泽市政府工作报告\n\n一、2025年工作回顾\n\n市容大为改观。\n\n附件\n2026年10件惠民实事\n一、改善厕所\n年度目标：新建公厕三十座。\n主办单位：市城管局，各区人民政府\n"
    found = [(d.agency, d.role, d.object, d.modality) for d in parse("a.md", text).duties]
    assert found == [
        ("市城管局", "lead", "年度目标：新建公厕三十座", "target"),
        ("各区人民政府", "lead", "年度目标：新建公厕三十座", "target"),
    ]


def test_what_a_report_asks_for_is_still_to_be_done_and_a_heading_is_no_duty(parse: Parse) -> None:
    report = "2026年云泽市政府工作报告\n\n一、改进作风\n\n各部门都要配合审计机关履行职责。市住建局必须配合检查。区城管局应当负责清理。街道办事处负责了清扫。\n"
    assert [(d.agency, d.modality) for d in parse("a.md", report).duties] == [
        ("各部门", "target"),
        ("市住建局", "target"),
        ("区城管局", "target"),
        ("街道办事处", "description"),
    ]
    rules = "云泽市科普条例\n\n## 第二章 组织管理\n\n第九条 区科协负责科普工作。\n"
    assert [d.agency for d in parse("b.md", rules).duties] == ["区科协"]


def test_several_bodies_go_on_in_the_next_sentence(parse: Parse) -> None:
    text = "云泽市药品管理条例\n\n第一条 药品生产企业、医疗机构应当经常考察药品质量。发现不良反应的，应当向市卫生健康局报告。\n"
    found = [(d.agency, d.role, d.action) for d in parse("a.md", text).duties]
    assert found == [
        ("药品生产企业", "duty-holder", "经常考察药品质量"),
        ("医疗机构", "duty-holder", "经常考察药品质量"),
        ("市卫生健康局", "coordinate", "应当向市卫生健康局报告"),
        ("药品生产企业", "duty-holder", "向市卫生健康局报告"),
        ("医疗机构", "duty-holder", "向市卫生健康局报告"),
    ]


def test_unclear_responsibility_carries_over_to_the_next_sentence(parse: Parse) -> None:
    found = [(d.agency, d.role) for d in parse("a.md", RULES).duties if d.basis.clause == "第四条"]
    assert found == [("所在地街道办事处", "decide"), ("区人民政府", "decide")]


def test_brackets_own_the_words_since_the_last_one_and_the_first_body_leads(parse: Parse) -> None:
    parsed = parse("plan.txt", PLAN)
    found = [(d.agency, d.role, d.scope.time) for d in parsed.duties]
    assert ("人力资源社会保障局", "lead", None) in found
    assert ("财政局", "own", None) in found
    assert ("教育局", "lead", "年底前完成") in found and ("工会", "support", "年底前完成") in found
    training = next(d for d in parsed.duties if d.agency == "教育局")
    assert training.object == "落实培训计划"  # not the subsidy before the bracket above
    check_quotes(parsed)


def test_requirements_have_value_operator_and_who_enforces(parse: Parse) -> None:
    found = [(r.kind, r.value, r.operator, r.responsible) for r in parse("a.md", RULES).requirements]
    assert ("penalty", "五百元以上二千元以下", "range", "城市管理部门") in found
    assert ("deadline", "提前三日", None, "道路作业单位") in found
    assert ("threshold", "五十五分贝", "≤", "道路作业单位") in found


def test_figures_have_period_kind_and_qualifier_and_a_lost_number_is_missing(parse: Parse) -> None:
    parsed = parse("2026.txt", REPORT)
    found = [(f.indicator, f.value, f.unit, f.period, f.target, f.qualifier) for f in parsed.figures if not f.missing]
    assert found == [
        ("地区生产总值", "1200.5", "亿元", "2025", False, None),
        ("地区生产总值增长", "5.2", "%", "2025", False, None),
        ("城镇居民人均可支配收入增长", "4.1", "%", "2025", False, None),  # 城乡…分别: town first
        ("农村居民人均可支配收入增长", "6.3", "%", "2025", False, None),
        ("常住人口", "80", "万人", "2024", False, None),  # 由上年: the year before
        ("常住人口", "82", "万人", "2025", False, None),
        ("地区生产总值增长", "5.5", "%", "2026", True, "左右"),
        ("城镇新增就业", "1.2", "万人", "2026", True, "以上"),
    ]
    lost = [f for f in parsed.figures if f.missing]
    assert [(f.indicator, f.value, f.unit) for f in lost] == [("清理卫生死角", None, "万平方米")]
    check_quotes(parsed)
