"""A part of a text ends while the rest goes on: an annexed table that a later notice replaces, a single article."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from kb.blame import describe_validity, format_edition
from kb.export import describe_state
from kb.lineage.masking import mask_lineage
from kb.responsibility.map import Sources, Wanted, find_responsibility
from kb.timeline import find_timeline
from kb.workspace import Workspace

DAY = date(2026, 11, 24)
BEFORE, AFTER = date(2019, 8, 1), date(2020, 4, 10)  # the last day on which the first table held is the day before
TABLE = (
    "\n| 序号 | 工作任务 | 工作标准 | 牵头单位 | 责任单位 | 完成时限 |\n| --- | --- | --- | --- | --- | --- |\n"
    "| 1 | 背街小巷清扫保洁 | 每日清扫不少于{times}次 | {lead} | 各街道 | {year}年9月30日 |\n"
    "| 2 | 公共厕所改造 | 新建公共厕所{seats}座 | {lead} | 各区人民政府 | {year}年10月31日 |\n"
)
PLAN, NOTICE, RULE, DECISION = "方案.md", "调整通知.md", "办法.md", "决定.md"
DOCUMENTS = {
    PLAN: (
        "云泽市人民政府关于印发云泽市创建卫生城市工作方案的通知\n云泽政发〔2019〕11号\n各区人民政府：\n现将方案印发给你们。\n"
        "云泽市人民政府\n2019年4月1日\n云泽市创建卫生城市工作方案\n一、组织领导\n市爱卫办负责督促检查创建工作。\n"
        "附件：云泽市创建卫生城市任务分解表\n" + TABLE.format(times="一", lead="市住建局", seats=40, year=2019)
    ),
    NOTICE: (
        "云泽市人民政府办公室关于调整创建卫生城市任务分解表的通知\n云泽政办发〔2020〕12号\n各区人民政府：\n"
        "决定对《云泽市创建卫生城市工作方案》（云泽政发〔2019〕11号）所附任务分解表作如下调整：\n"
        "一、“公共厕所改造”的牵头单位由市住建局调整为市城管局。\n二、自本通知印发之日起执行，原任务分解表不再执行。\n"
        "云泽市人民政府办公室\n2020年4月10日\n附件：云泽市创建卫生城市任务分解表（2020年调整）\n"
        + TABLE.format(times="两", lead="市城管局", seats=60, year=2020)
    ),
    RULE: (
        "云泽市养犬管理办法\n（2016年3月1日云泽市人民政府令第9号公布）\n第一条 为了加强养犬管理，制定本办法。\n"
        "第二条 公安机关负责犬只登记。\n第三条 街道办事处负责收取犬只登记费。\n第四条 本办法自2016年5月1日起施行。\n"
    ),
    DECISION: (
        "云泽市人民政府关于停止收取犬只登记费的决定\n（2022年6月1日云泽市人民政府令第30号公布）\n"
        "第一条 自2022年7月1日起不再收取犬只登记费。\n第二条 本决定自2022年7月1日起施行。《云泽市养犬管理办法》第三条同时废止。\n"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space({n: re.sub(r"(?<!\|)\n(?!\|)", "\n\n", text) for n, text in DOCUMENTS.items()})


@pytest.mark.parametrize(
    ("document", "words", "statuses"),
    [
        (PLAN, "市爱卫办负责督促检查", ["in-force", "in-force", "in-force"]),  # 方案本身照旧
        (PLAN, "背街小巷清扫保洁", ["in-force", "superseded", "superseded"]),  # 附表自通知印发之日起不再执行
        (NOTICE, "背街小巷清扫保洁", ["not-yet", "in-force", "in-force"]),
        (RULE, "公安机关负责犬只登记", ["in-force", "in-force", "in-force"]),
        (RULE, "街道办事处负责收取", ["in-force", "in-force", "repealed"]),  # 只有第三条废止
    ],
)
def test_status_of_a_place(space: Workspace, document: str, words: str, statuses: list[str]) -> None:
    at = space.library.get_version(document).text.index(words)
    assert [space.library.status_of(document, day, at=at) for day in (BEFORE, AFTER, DAY)] == statuses


@pytest.mark.parametrize(
    ("question", "day", "lead", "cited", "status"),
    [
        ("公共厕所改造由谁牵头？", DAY, "市城管局", NOTICE, "in-force"),  # 现在依调整后的表
        ("公共厕所改造由谁牵头？", BEFORE, "市住建局", PLAN, "in-force"),  # 当时依原表
    ],
)
def test_duty_answer_follows_the_table_in_force(
    space: Workspace, question: str, day: date, lead: str, cited: str, status: str
) -> None:
    answer = space.ask(question, as_of=day)
    assert answer.agencies[0].name == lead
    assert {(c.document, c.status) for c in answer.citations} == {(cited, status)}


def test_a_task_whose_time_is_over_says_so(space: Workspace) -> None:
    note = "为“背街小巷清扫保洁”定的完成时限（2020年9月30日）已过，是否仍在执行请核对。"
    answers = [space.ask("背街小巷清扫保洁由谁牵头？", as_of=day) for day in (date(2020, 9, 30), DAY)]
    assert [note in a.text for a in answers] == [False, True]


def test_requirement_answer_follows_the_table_in_force(space: Workspace) -> None:
    answer = space.ask("背街小巷每日清扫不少于几次？", as_of=DAY)
    assert answer.text.startswith("两次[1]") and {c.document for c in answer.citations} == {NOTICE}


def test_search_puts_the_replaced_row_back(space: Workspace) -> None:
    found = {d: space.searcher.search("背街小巷清扫保洁", as_of=d, k=4) for d in (BEFORE, DAY)}
    first = {d: next(h.passage.document for h in hits if "背街小巷" in h.text) for d, hits in found.items()}
    assert first == {BEFORE: PLAN, DAY: NOTICE}
    invalid = {h.passage.document: h.scores.get("invalid", 0.0) for h in found[DAY] if "背街小巷" in h.text}
    assert invalid == {PLAN: 1.0, NOTICE: 0.0}
    # Who asks for the year of the replaced table wants it as it was.
    asked = space.searcher.search("2019年背街小巷清扫保洁任务分解表", as_of=DAY, k=4)
    assert {h.scores.get("invalid", 0.0) for h in asked if h.passage.document == PLAN} == {0.0}


def test_map_shows_the_replaced_row_as_replaced(space: Workspace) -> None:
    sources = Sources(space.library, space.searcher.catalogue(), space.agencies, space.words)
    entries = find_responsibility(sources, Wanted(DAY, task="公共厕所改造")).entries
    assert {
        (e.duty.agency, e.duty.basis.document, e.status)
        for e in entries
        if e.duty.role == "lead" and not e.duty.negative
    } == {
        ("市住建局", PLAN, "superseded"),
        ("市城管局", NOTICE, "in-force"),
    }
    # That the text was replaced says more than that the time is over.
    states = {e.duty.basis.document: describe_state(e) for e in entries if e.duty.object and e.ended}
    assert states == {PLAN: "已被新版本取代", NOTICE: "期限已过"}


def test_lineage_tells_the_part_and_by_what(space: Workspace) -> None:
    lineage = space.library.lineage()
    plan, rule = lineage.edition(PLAN), lineage.edition(RULE)
    assert plan is not None and rule is not None
    assert describe_validity(plan) == (
        "自 2019-04-01 起施行；其中“任务分解表”2020-04-10 被新版本取代（“二、自本通知印发之日起执行，原任务分解表不再执行”）"
    )
    [lost] = format_edition(rule)["lost"]
    text = space.library.get_version(RULE).text
    assert text[lost.pop("start") : lost.pop("end")].strip() == "第三条 街道办事处负责收取犬只登记费。"
    assert lost == {
        "part": "第三条", "kind": "repealed", "on": "2022-07-01", "by": DECISION,
        "quote": "《云泽市养犬管理办法》第三条同时废止",
    }  # fmt: skip
    assert [(k.kind, k.older[0], k.newer[0]) for k in lineage.links_of(RULE)] == [("amends", RULE, DECISION)]
    timeline = find_timeline(lineage, PLAN)
    assert timeline is not None
    assert [(e.on, e.kind, e.by, e.note) for e in timeline.events if e.kind == "amended"] == [
        (AFTER, "amended", NOTICE, "其中“任务分解表”被新版本取代")
    ]


def test_whether_it_holds_is_answered_without_the_part(space: Workspace) -> None:
    name = "《云泽市人民政府关于印发云泽市创建卫生城市工作方案的通知》（云泽政发〔2019〕11号）"
    asked = [space.ask("云泽市创建卫生城市工作方案还有效吗？", as_of=day).text.splitlines()[0] for day in (BEFORE, DAY)]
    assert [re.sub(r"\[\d+\]", "", line) for line in asked] == [
        f"2019-08-01现行的是{name}。",
        f"2026-11-24现行的是{name}，其中“任务分解表”除外。",
    ]
    answer = space.ask("云泽市创建卫生城市工作方案还有效吗？", as_of=DAY)
    assert f"{name}中的“任务分解表”：自2020-04-10起被新版本取代。" in answer.text
    assert "二、自本通知印发之日起执行，原任务分解表不再执行" in [c.quote for c in answer.citations]


def test_who_may_not_read_the_notice_still_learns_that_the_table_ended(space: Workspace) -> None:
    lineage = mask_lineage(space.library.lineage(), {PLAN})
    plan = lineage.edition(PLAN)
    assert plan is not None
    assert [(p.ending.kind, p.ending.on, p.ending.by, p.ending.act) for p in plan.lost] == [
        ("superseded", AFTER, None, None)
    ]
