"""The facts planted in the demo corpus are found, and nothing else (docs/demo-corpus.md)."""

from __future__ import annotations

from datetime import date

import pytest

from kb.responsibility.map import Sources, Wanted, find_responsibility

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("day", [date(2020, 6, 1), date(2026, 11, 25)])
def test_the_two_bureaus_that_both_supervise_estates(sources: Sources, day: date) -> None:
    found = find_responsibility(sources, Wanted(day, conflicts=True)).conflicts
    owners = [c for c in found if c.kind == "owners"]
    assert [{e.duty.basis.document.split("/")[1] for e in c.entries} for c in owners] == [
        {"云泽市住房和城乡建设局三定规定(2019).pdf", "云泽市城市管理局三定规定(2019).html"}
    ]
    assert {e.duty.agency for e in owners[0].entries} == {
        "云泽市住房和城乡建设局", "市住房和城乡建设局", "所在地街道办事处",
    }  # fmt: skip
    assert "协商" in owners[0].decides


@pytest.mark.parametrize("day", [date(2020, 6, 1), date(2026, 11, 25)])
def test_true_gaps(sources: Sources, day: date) -> None:
    found = find_responsibility(sources, Wanted(day, gaps=True)).gaps
    assert [g.task for g in found if g.task not in ("插花地", "飞地")] == ["空中飞线", "商业广场停车管理"]
    assert all(g.default == () for g in found if g.task in ("空中飞线", "商业广场停车管理"))


@pytest.mark.parametrize(
    ("day", "clause", "agency"),
    [
        (date(2020, 6, 1), "第二章 第十条", "所在地的区市容环境卫生主管部门"),
        (date(2026, 11, 25), "第二章 第十二条", "所在地的区城市管理局"),  # the revision of 2023
    ],
)
def test_the_apparent_gap_has_a_default_clause(sources: Sources, day: date, clause: str, agency: str) -> None:
    found = find_responsibility(sources, Wanted(day, gaps=True)).gaps
    enclave = next(g for g in found if g.task == "插花地")
    assert (clause, agency) in [(e.duty.basis.clause, e.duty.agency) for e in enclave.default]


def test_the_plan_of_2015_only_assists_where_the_regulation_makes_the_street_responsible(sources: Sources) -> None:
    found = find_responsibility(sources, Wanted(date(2020, 6, 1), conflicts=True)).conflicts
    roles = [c for c in found if c.kind == "role"]
    assert [c.about for c in roles] == ["背街小巷"]
    assert {(e.duty.agency, e.duty.role, e.level) for e in roles[0].entries} == {
        ("街道办事处", "own", "地方性法规"),
        ("临河街道办事处", "support", "规范性文件"),
    }
    assert roles[0].decides.startswith("《云泽市市容和环境卫生管理条例》效力较高")


def test_the_plan_of_2021_ends_that_conflict(sources: Sources) -> None:
    found = find_responsibility(sources, Wanted(date(2022, 1, 1), conflicts=True)).conflicts
    assert [c.about for c in found if c.kind == "role"] == []


def test_assisting_became_responsibility(sources: Sources) -> None:
    wanted = Wanted(date(2022, 1, 1), agency="临河街道办事处", between=(date(2020, 6, 1), date(2022, 1, 1)))
    changes = find_responsibility(sources, wanted).changes
    pairs = {
        (c.about, b.duty.role, a.duty.role) for c in changes if c.kind == "role" for b in c.before for a in c.after
    }
    assert {
        ("背街小巷", "support", "own"),
        ("居住小区环境卫生", "support", "own"),
        ("乱张贴小广告", "support", "own"),
        ("爱国卫生运动、病媒生物防制", "support", "own"),
    } <= pairs


@pytest.mark.parametrize(
    ("about", "kind", "old", "new"),
    [
        ("乱张贴小广告", "agency", "区市容环境卫生主管部门", "街道办事处"),  # 条例 2018 第二十条 → 2023 第二十三条
        ("农贸市场", "agency", "市城市管理局所属市农贸市场管理中心", "市商务局"),  # 9 → 10
    ],
)
def test_who_took_a_task_over(sources: Sources, about: str, kind: str, old: str, new: str) -> None:
    wanted = Wanted(date(2026, 1, 1), between=(date(2021, 1, 1), date(2025, 1, 1)))
    changes = find_responsibility(sources, wanted).changes
    pairs = {
        (c.kind, b.duty.agency, a.duty.agency) for c in changes if about in c.about for b in c.before for a in c.after
    }
    assert (kind, old, new) in pairs


def test_changed_leads_of_the_task_table(sources: Sources) -> None:
    wanted = Wanted(date(2020, 6, 1), task="公共厕所改造")
    leads = {e.duty.agency for e in find_responsibility(sources, wanted).entries if e.duty.role == "lead"}
    assert leads == {"市住建局", "市城管局"}


def test_an_agency_is_found_under_its_other_names(sources: Sources) -> None:
    found = find_responsibility(sources, Wanted(date(2026, 11, 25), agency="市城管局")).entries
    names = {e.duty.agency for e in found}
    assert {"市城管局", "市城市管理局", "云泽市城市管理局"} <= names
    assert "区城市管理局" not in names


def test_a_campaign_ends_with_its_deadline(sources: Sources) -> None:
    found = find_responsibility(sources, Wanted(date(2026, 11, 25), task="灭鼠")).entries
    assert [e for e in found if e.rules and e.duty.role_word == "牵头单位"] == []


def test_a_proposal_is_not_a_duty(sources: Sources) -> None:
    found = find_responsibility(sources, Wanted(date(2026, 11, 25), task="商业广场")).entries
    assert [e for e in found if e.rules] == []
