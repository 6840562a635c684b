"""Duties that stand in tables, lists, brackets and under headings; one short document for each layout, whole values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.records import Duty, Parsed

TASKS = """# 云泽市公共厕所提升工作方案

| 序号 | 任务名称 | 工作标准 | 牵头单位 | 责任单位 | 配合单位 | 完成时限 |
|---|---|---|---|---|---|---|
| 1 | 公共厕所改造 | 每座配备洗手液 | 市城管局 | 各区人民政府 | 市财政局、市住建局 | 2026年6月底前 |
| 2 | 标识更新 | 标识完好率不低于98% | 市城管局 | 各区人民政府 | / | 2026年9月底前 |
"""
LEDGER = """# 云泽市市容环境问题整改台账

| 序号 | 存在问题 | 整改措施 | 责任单位 | 责任人 | 整改时限 |
|---|---|---|---|---|---|
| 1 | 临河路窨井盖缺失 | 更换井盖并复查 | 区城管局、临河街道办事处 | 张三 | 2026年3月1日 |
"""
HANDBOOK = """# 云泽市数字化城市管理部件事件处置手册

| 小类名称 | 处置单位 | 处置时限 | 结案标准 |
|---|---|---|---|
| 窨井盖破损 | 权属单位 | 24小时 | 更换到位 |
| 无照经营游商 | 区城管局 | 2小时 | 劝离现场 |
"""
DUTY_LIST = """# 云泽市临河街道履行职责事项清单

一、基本履职事项清单

| 序号 | 事项名称 |
|---|---|
| 1 | 开展背街小巷保洁 |

二、配合履职事项清单

| 序号 | 事项名称 | 对应上级部门 | 上级部门职责 | 街道配合职责 |
|---|---|---|---|---|
| 1 | 违法建设拆除 | 区城管局 | 依法拆除违法建设 | 配合做好现场秩序维护 |

三、上级部门收回事项清单

| 序号 | 事项名称 | 承接部门及工作方式 |
|---|---|---|
| 1 | 对占道经营的处罚 | 区城管局：依法查处 |
"""
BRACKETS = """关于加强公共服务的实施意见

一、重点任务

（一）推进厕所革命。新建一批公共厕所。（市城管局、市住建局负责。列第一位者为牵头单位，下同）

（二）整治背街小巷。完善照明设施。（市城管局牵头，各区人民政府配合，2026年底前完成）

（三）规范停车秩序。责任单位：市公安局、市交通局

（四）治理油烟污染。（市生态环境局、市城管局按职责分工负责）

（五）安排专项资金。（市财政局会同市城管局负责）
"""
STRUCTURE = """# 云泽市临河街道办事处职能配置、内设机构和人员编制规定

一、主要职责

（一）协助区市容环境卫生主管部门做好背街小巷清扫保洁工作；

（二）负责辖区内企业安全生产的日常检查；

（三）承办区人民政府交办的其他事项。

二、内设机构

（一）党政综合办公室

负责机关文电、会务工作；承担印章管理。

（二）综合执法队

负责行政执法工作，督办群众投诉。
"""
MINUTES = """云泽市人民政府专题会议纪要

会议原则同意市城管局提出的方案。会议议定：

一、由市城管局牵头，市财政局配合，3月底前完成公共厕所改造。

二、请市住建局负责小区内雨水箅子的清掏。

三、跨区道路保洁责任不清的，由市城管局确定。
"""
PROPOSALS = """# 关于城市窨井盖管理情况的调研报告

一、基本情况

全市窨井盖由住建、水务等部门分别管理。

二、对策建议

（一）由区人民政府负责无主窨井盖的处置。
"""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        # rows of tasks: the standard is the condition, an empty cell names nobody
        ("方案.md", TASKS, [
            "市城管局｜lead｜公共厕所改造｜公共厕所改造｜时间 2026年6月底前｜条件 每座配备洗手液",
            "各区人民政府｜own｜公共厕所改造｜公共厕所改造｜时间 2026年6月底前｜条件 每座配备洗手液",
            "市财政局｜support｜公共厕所改造｜公共厕所改造｜时间 2026年6月底前｜条件 每座配备洗手液",
            "市住建局｜support｜公共厕所改造｜公共厕所改造｜时间 2026年6月底前｜条件 每座配备洗手液",
            "市城管局｜lead｜标识更新｜标识更新｜时间 2026年9月底前｜条件 标识完好率不低于98%",
            "各区人民政府｜own｜标识更新｜标识更新｜时间 2026年9月底前｜条件 标识完好率不低于98%",
        ]),
        # rows of a ledger: the problem is the object, a person is no body
        ("台账.md", LEDGER, [
            "区城管局｜own｜更换井盖并复查｜临河路窨井盖缺失｜时间 2026年3月1日",
            "临河街道办事处｜own｜更换井盖并复查｜临河路窨井盖缺失｜时间 2026年3月1日",
        ]),
        # a handbook: who deals with each kind of thing
        ("手册.md", HANDBOOK, [
            "权属单位｜duty-holder｜窨井盖破损｜窨井盖破损｜时间 24小时｜条件 更换到位",
            "区城管局｜own｜无照经营游商｜无照经营游商｜时间 2小时｜条件 劝离现场",
        ]),
        # lists of duties: its own, those it helps with, those taken back
        ("清单.md", DUTY_LIST, [
            "云泽市临河街道｜own｜开展背街小巷保洁｜开展背街小巷保洁｜道路 背街小巷",
            "区城管局｜own｜依法拆除违法建设｜违法建设拆除",
            "云泽市临河街道｜support｜配合做好现场秩序维护｜违法建设拆除",
            "区城管局｜enforce｜依法查处｜对占道经营的处罚",
            "云泽市临河街道｜enforce｜区城管局：依法查处｜对占道经营的处罚｜否定",
        ]),
        # brackets behind a task; the first body leads where the text says so
        ("意见.txt", BRACKETS, [
            "市城管局｜lead｜推进厕所革命。新建一批公共厕所｜推进厕所革命。新建一批公共厕所",
            "市住建局｜own｜推进厕所革命。新建一批公共厕所｜推进厕所革命。新建一批公共厕所",
            "市城管局｜lead｜整治背街小巷。完善照明设施｜整治背街小巷。完善照明设施｜道路 背街小巷｜时间 2026年底前完成",
            "各区人民政府｜support｜整治背街小巷。完善照明设施｜整治背街小巷。完善照明设施｜道路 背街小巷｜时间 2026年底前完成",
            "市公安局｜lead｜规范停车秩序｜规范停车秩序",
            "市交通局｜own｜规范停车秩序｜规范停车秩序",
            "市生态环境局｜lead｜治理油烟污染｜治理油烟污染",
            "市城管局｜own｜治理油烟污染｜治理油烟污染",
            "市财政局｜lead｜安排专项资金｜安排专项资金",
            "市城管局｜joint｜安排专项资金｜安排专项资金",
        ]),
        # main duties of the body in the title, then offices under headings
        ("规定.md", STRUCTURE, [
            "云泽市临河街道办事处｜support｜协助区市容环境卫生主管部门做好背街小巷清扫保洁工作｜—",
            "区市容环境卫生主管部门｜own｜做好背街小巷清扫保洁工作｜—｜相对方 云泽市临河街道办事处",
            "云泽市临河街道办事处｜oversee｜负责辖区内企业安全生产的日常检查｜辖区内企业安全生产",
            "云泽市临河街道办事处｜own｜承办区人民政府交办的其他事项｜—",
            "党政综合办公室｜own｜负责机关文电、会务工作｜—",
            "党政综合办公室｜own｜承担印章管理｜—",
            "综合执法队｜enforce｜负责行政执法工作｜—",
            "综合执法队｜oversee｜督办群众投诉｜—",
        ]),
        # what a meeting decided
        ("纪要.txt", MINUTES, [
            "市城管局｜lead｜牵头｜3月底前完成公共厕所改造",
            "市财政局｜support｜配合｜3月底前完成公共厕所改造",
            "市住建局｜own｜负责小区内雨水箅子的清掏｜小区内雨水箅子",
            "市城管局｜decide｜确定｜跨区道路保洁责任不清的",
        ]),
        # under a heading of proposals nothing is in force
        ("报告.md", PROPOSALS, [
            "区人民政府｜own｜负责无主窨井盖的处置｜—｜proposal",
        ]),
    ],
)  # fmt: skip
def test_duties_of_a_layout(
    parse: Callable[[str, str], Parsed], describe: Callable[[Duty], str], name: str, text: str, found: list[str]
) -> None:
    parsed = parse(name, text)
    assert [describe(d) for d in parsed.duties] == found
    for d in parsed.duties:
        assert parsed.version.text[d.basis.start : d.basis.end] == d.basis.quote


def test_a_body_taken_from_the_title_says_so(parse: Callable[[str, str], Parsed]) -> None:
    found = {d.role_word: d.inference for d in parse("清单.md", DUTY_LIST).duties}
    assert found["履职"] == found["配合"] == found["收回"] == ("主体取自文件标题",)
    assert found["责任单位"] == found["承接"] == ()


def test_the_first_of_a_bracket_leads_by_the_rule_the_text_states(parse: Callable[[str, str], Parsed]) -> None:
    found = {d.agency: d.inference for d in parse("意见.txt", BRACKETS).duties if "厕所" in d.object}
    assert found == {"市城管局": ("列第一位者为牵头单位",), "市住建局": ()}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        # the opening mark belongs to the words that it marks
        ("第一条 “门前三包”的责任区域由街道办事处确定。", "“门前三包”的责任区域由街道办事处确定。"),
        # a mark that is closed later in another sentence does not
        ("“街道办事处负责清扫保洁。居委会协助。”", "街道办事处负责清扫保洁。"),
    ],
)
def test_quote_begins_with_its_opening_mark(parse: Callable[[str, str], Parsed], text: str, quote: str) -> None:
    assert parse("办法.md", f"# 办法\n\n{text}\n").duties[0].basis.quote == quote
