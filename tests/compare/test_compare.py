"""Clauses aligned by content; what counts as a change and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.parse import parse_document
from kb.agencies import Agencies
from kb.compare.comparison import compare_versions
from kb.compare.format import format_comparison
from kb.config import Limits
from kb.evaluate import Runners, evaluate
from kb.records import Span, Version
from kb.words import Words

HEAD = "# 云泽市环境卫生办法\n\n"


def version(*lines: str) -> Version:
    return parse_document("办法.md", (HEAD + "\n\n".join(lines)).encode(), Limits()).version


FIRST = "第一条 为了加强环境卫生管理，制定本办法。"
SWEEP = "第二条 街道办事处协助做好背街小巷的清扫保洁工作。"
FINE = "第三条 乱张贴小广告的，处五十元以上五百元以下罚款。"
LAST = "第四条 本办法自2018年11月1日起施行。"


def rows(old: Version, new: Version) -> list[tuple[list[str], list[str], str]]:
    return [(r["old"], r["new"], r["change"]) for r in format_comparison(compare_versions(old, new))["rows"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FINE, "第三条 乱张贴小广告的，处50元以上500元以下罚款。"),  # 数字写法
        (SWEEP, "第二条　街道办事处协助做好背街小巷的清扫保洁工作。"),  # 空白
        (SWEEP, "第二条 街道办事处协助做好背街小巷的\u200b清扫保洁工作。"),  # 零宽字符
    ],
)
def test_style_is_no_change(old: str, new: str) -> None:
    assert [r[2] for r in rows(version(FIRST, old), version(FIRST, new))] == ["unchanged", "unchanged"]


def test_inserted_clause_renumbers_those_behind_it() -> None:
    new = version(
        FIRST,
        "第二条 市城市管理局主管全市环境卫生工作。",
        SWEEP.replace("第二条", "第三条"),
        FINE.replace("第三条", "第四条"),
    )
    assert rows(version(FIRST, SWEEP, FINE), new) == [
        (["第一条"], ["第一条"], "unchanged"),
        ([], ["第二条"], "added"),
        (["第二条"], ["第三条"], "renumbered"),
        (["第三条"], ["第四条"], "renumbered"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (SWEEP, "第二条 街道办事处负责背街小巷的清扫保洁工作。", "role"),  # 协助 → 负责
        (FINE, "第三条 乱张贴小广告的，处一百元以上一千元以下罚款。", "penalty"),  # 罚则翻倍
        (
            "第二条 物业服务企业可以委托专业单位清扫住宅小区。",
            "第二条 物业服务企业应当委托专业单位清扫住宅小区。",
            "modality",
        ),  # 可以 → 应当
        (
            "第二条 责任人应当在二十日内完成住宅小区整改。",
            "第二条 责任人应当在十日内完成住宅小区整改。",
            "deadline",
        ),  # 期限
    ],
)
def test_flags(old: str, new: str, kind: str) -> None:
    result = format_comparison(compare_versions(version(FIRST, old), version(FIRST, new)))
    row = result["rows"][1]
    assert row["change"] == "reworded"
    assert kind in [f["kind"] for f in row["flags"]]
    assert all(f["old"] in row["old_text"] and f["new"] in row["new_text"] for f in row["flags"])


def test_two_clauses_become_one() -> None:
    merged = "第二条 街道办事处协助做好背街小巷的清扫保洁工作。乱张贴小广告的，处五十元以上五百元以下罚款。"
    assert rows(version(FIRST, SWEEP, FINE), version(FIRST, merged)) == [
        (["第一条"], ["第一条"], "unchanged"),
        (["第二条", "第三条"], ["第二条"], "merged"),
    ]


def test_a_text_against_itself_has_no_change() -> None:
    text = version(FIRST, SWEEP, FINE, LAST)
    assert {r[2] for r in rows(text, text)} == {"unchanged"}


@pytest.mark.shared
def test_floors_on_real_pairs(shared_data: Path) -> None:
    def refuse(*_: Any) -> Any:
        raise NotImplementedError

    def compare(old: str, new: str) -> Any:
        sides = (parse_document(d, (shared_data / "documents" / d).read_bytes(), Limits()).version for d in (old, new))
        return format_comparison(compare_versions(*sides))

    suite = shared_data / "benchmarks" / "governance" / "compare.jsonl"
    scores = evaluate(suite, Runners(ask=refuse, search=refuse, outline=refuse, compare=compare))["scores"]
    floors = {"row F1": 0.99, "label": 0.99, "facts": 0.98}  # they may rise, never fall
    assert {name: scores[name]["mean"] >= floor for name, floor in floors.items()} == dict.fromkeys(floors, True)


@pytest.mark.shared
def test_one_report_in_two_formats_has_no_change(shared_data: Path) -> None:
    reports = shared_data / "documents" / "reports"
    for docx in sorted((reports / "docx").glob("*.docx"))[::6]:
        place = docx.stem.removeprefix("2025年").removesuffix("政府工作报告")
        [text] = reports.glob(f"province_{place}*_2025.txt")
        sides = (parse_document(p.name, p.read_bytes(), Limits()).version for p in (docx, text))
        assert {r.change for r in compare_versions(*sides).rows} == {"unchanged"}, place


SECOND = "第二条 街道办事处负责背街小巷的清扫保洁工作。"
THIRD = "第三条 违反本办法第二条规定的，由区城市管理局责令改正。"


def test_shifted_references_are_no_flag() -> None:
    new = version(
        FIRST,
        "第二条 本办法适用于本市。",
        SECOND.replace("二", "三", 1),
        "第四条 违反本办法第三条规定的，由区城市管理局责令改正。",
    )
    found = compare_versions(version(FIRST, SECOND, THIRD), new)
    assert [(r.change, [f.note for f in r.flags]) for r in found.rows] == [
        ("unchanged", []), ("added", ["新增：本办法适用于本市。"]), ("renumbered", []), ("reworded", []),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "flags"),
    [
        # 指标失去门槛
        ("积水面积每处不超过0.5平方米。", "无明显积水。", [("number", "取消定量：0.5平方米")]),
        # 主体变更
        ("由区市容环境卫生主管部门组织清除小广告。", "由街道办事处组织清除小广告。", [("role", "机构变更：区市容环境卫生主管部门→街道办事处")]),
        # 名录里的同一机构换了名字
        ("由市城管局查处无照经营。", "由市城市管理局查处无照经营。", [("agency-rename", "市城管局→市城市管理局")]),
        # 三个月与九十日不是一回事，二十日与20日是
        ("应当提前三个月告知业主。", "应当提前九十日告知业主。", [("deadline", "3个月→90日")]),
        ("应当在二十日内办结。", "应当在20日内办结。", []),
        # 部门名里的“监督”“主管”不是角色
        ("由动物卫生监督机构出具证明。", "由动物疫病预防控制机构出具证明。", [("role", "机构变更：动物卫生监督机构→动物疫病预防控制机构")]),
        # 标点、书名号、空白
        ("依照《城市绿化条例》、《城市供水条例》执行。", "依照《城市绿化条例》《城市供水条例》执行。", []),
    ],
)  # fmt: skip
def test_what_a_change_is_called(old: str, new: str, flags: list[tuple[str, str]]) -> None:
    found = compare_versions(version(FIRST, f"第二条 {old}"), version(FIRST, f"第二条 {new}"), Agencies.load(None))
    assert [(f.kind, f.note) for f in found.rows[1].flags if f.kind != "scope"] == flags


def test_edits_give_both_texts_again() -> None:
    [_, row] = compare_versions(version(FIRST, SWEEP), version(FIRST, SECOND)).rows
    runs = row.edits(Words.load())
    assert "".join(r.old for r in runs) == row.old_text and "".join(r.new for r in runs) == row.new_text
    assert [(r.kind, r.old or r.new) for r in runs if r.kind != "equal"] == [("delete", "协助做好"), ("insert", "负责")]


def test_page_furniture_is_no_rewording() -> None:
    """A page number in the middle of a clause, listed as furniture, and the line break around it."""
    one = version(FIRST, SECOND)
    at = one.text.index("清扫保洁")
    text = one.text[:at] + "\n— 8 —\n" + one.text[at:]
    shifted = tuple(replace(c, end=c.end + 7) if c.end > at else c for c in one.clauses)
    paged = replace(one, text=text, clauses=shifted, furniture=(Span(at + 1, at + 6),), format="pdf")
    assert {r.change for r in compare_versions(one, paged).rows} == {"unchanged"}


@pytest.mark.parametrize("text", ["", "没有条款的一行字。", "一\t二\n三\t四\n五\t六\n"])
def test_texts_without_clauses_are_compared_too(text: str) -> None:
    """Nothing, one line, a table alone: beside an article, and beside themselves."""
    bare = replace(version(FIRST, SECOND), text=text, clauses=())
    assert {r.change for r in compare_versions(bare, bare).rows} <= {"unchanged"}
    both = compare_versions(version(FIRST, SECOND), bare)
    assert [r.change for r in both.rows].count("deleted") == 2
