"""Passages: an article whole, long ones in windows, items together, rows alone; nothing of substance is lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from structure_samples import extract_of, version_of

from ingest.parse import parse_document
from ingest.passages import LONGEST, TARGET, find_passages
from ingest.report import describe_report, format_outline, format_report
from kb.config import Limits
from kb.records import Parsed, Passage, Span, Version

STATUTE = """# 云泽市供水管理办法

## 第一章 总则

第一条 为了规范供水，制定本办法。

第二条 供水单位应当：

（一）保证水压；

（二）公布电话。

## 第二章 附则

第三条 本办法自2024年5月1日起施行。
"""


def shown(version: Version) -> list[tuple[str, str, str]]:
    return [(p.path, version.text[p.start : p.end], p.context) for p in find_passages(version)]


def test_one_passage_an_article_with_its_items_and_the_headings_above() -> None:
    assert shown(version_of(STATUTE)) == [
        ("", "# 云泽市供水管理办法", "云泽市供水管理办法"),
        ("第一章 第一条", "第一条 为了规范供水，制定本办法。", "云泽市供水管理办法 总则"),
        (
            "第一章 第二条",
            "第二条 供水单位应当：\n\n（一）保证水压；\n\n（二）公布电话。",
            "云泽市供水管理办法 总则",
        ),
        ("第二章 第三条", "第三条 本办法自2024年5月1日起施行。", "云泽市供水管理办法 附则"),
    ]


def test_a_long_article_is_cut_at_its_lines_and_keeps_its_path() -> None:
    items = "\n".join(f"（{n}）{'对违反规定的行为依法予以处理并告知当事人' * 5}；" for n in "一二三四五六七八九")
    version = version_of(f"第一条 有下列情形之一的：\n{items}\n第二条 本办法自公布之日起施行。\n")
    cut = [p for p in find_passages(version) if p.path == "第一条"]
    assert len(cut) > 1
    assert all(version.text[p.end - 1] == "；" and p.end - p.start <= LONGEST for p in cut)


def test_a_text_without_full_stops_is_cut_at_lesser_marks() -> None:
    body = "，".join(["各级各部门奋力推动环境面貌发生较大变化"] * 60)
    version = version_of(f"情况报告\n一、主要成效\n{body}\n")
    passages = [p for p in find_passages(version) if p.path == "一、"]
    assert all(p.end - p.start <= TARGET * 1.5 for p in passages)
    assert all(version.text[p.end - 1] == "，" for p in passages[:-1])


def test_short_items_stand_together_under_what_holds_them() -> None:
    text = "关于检查的通知\n一、检查内容\n下列事项：\n1.台账是否齐全；\n2.人员是否到位；\n二、时间安排\n五月开始。\n"
    assert [(p, t) for p, t, _ in shown(version_of(text))][1:] == [
        ("一、", "一、检查内容\n下列事项：\n1.台账是否齐全；\n2.人员是否到位；"),
        ("二、", "二、时间安排\n五月开始。"),
    ]


def test_a_heading_over_headings_stands_in_their_context() -> None:
    text = "方案\n一、工作任务\n（一）摸底排查\n各街道登记造册。\n（二）集中整治\n城管局牵头清理。\n"
    assert shown(version_of(text))[1:] == [
        ("一、 （一）", "（一）摸底排查\n各街道登记造册。", "方案 一、工作任务 （一）摸底排查"),
        ("一、 （二）", "（二）集中整治\n城管局牵头清理。", "方案 一、工作任务 （二）集中整治"),
    ]


def test_a_table_row_is_a_passage_with_the_header_in_its_context() -> None:
    text = "任务分解表\n\n| 任务 | 牵头单位 |\n| --- | --- |\n| 清理小广告 | 城管局 |\n| 检查市场 | 市场监管局 |\n"
    extract = extract_of(text)
    passages = find_passages(version_of(text), extract.tables)
    assert [(text[p.start : p.end], p.context) for p in passages] == [
        ("任务分解表", "任务分解表"),
        ("| 清理小广告 | 城管局 |", "任务分解表 任务 牵头单位"),
        ("| 检查市场 | 市场监管局 |", "任务分解表 任务 牵头单位"),
    ]


def uncovered(parsed: Parsed) -> Iterator[str]:
    """Words that are in no passage, no furniture, no contents page, no table header and no heading that holds others."""
    version = parsed.version
    covered = bytearray(len(version.text))
    spans = [Span(p.start, p.end) for p in parsed.passages] + list(version.furniture)
    spans += [Span(d.start, d.end) for d in version.doubts if d.kind == "toc"]
    holding = {c.parent for c in version.clauses}
    spans += [Span(c.start, c.heading_end) for c in version.clauses if c.id in holding and c.kind != "article"]
    for s in spans:
        covered[s.start : s.end] = b"\1" * (s.end - s.start)
    at = 0
    for line in version.text.split("\n"):
        words = "".join(c for i, c in enumerate(line, at) if c.isalnum() and not covered[i])
        at += len(line) + 1
        if words and not any("".join(filter(str.isalnum, p.context)).endswith(words) for p in parsed.passages):
            yield words


def check(parsed: Parsed) -> None:
    """What holds for every document."""
    passages, text = parsed.passages, parsed.version.text
    known = {c.id: c for c in parsed.version.clauses}
    assert list(uncovered(parsed)) == []
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    assert all(a.end <= b.start for a, b in pairwise(passages))
    for p in passages:
        assert text[p.start : p.end].strip() == text[p.start : p.end] != ""
        assert p.context.startswith(parsed.version.identity.title)
        if p.clause:
            assert known[p.clause].path == p.path
            assert holds(known[p.clause].start, known[p.clause].end, p)


def holds(start: int, end: int, passage: Passage) -> bool:
    return start <= passage.end - 1 and passage.end <= end + 1


@pytest.mark.parametrize(
    "text", [STATUTE, "# 标题\n\n一段话。\n", "只有一行", "目录\n第一章 甲\n第一章 甲\n第一条 乙。\n"]
)
def test_nothing_of_substance_is_lost(text: str) -> None:
    check(parse_document("示例.md", text.encode(), Limits()))


@pytest.mark.shared
def test_nothing_of_substance_is_lost_in_real_documents(shared_data: Path) -> None:
    documents = shared_data / "documents"
    files = [
        *sorted((documents / "laws").rglob("*.md"))[::60],
        *sorted((documents / "policies").rglob("*.*"))[::6],
        *sorted((documents / "reports").glob("*.txt"))[::12],
        *sorted((documents / "seed").glob("*")),
        *sorted((documents / "sanding").glob("*")),
    ]
    for file in files:
        check(parse_document(file.relative_to(documents).as_posix(), file.read_bytes(), Limits()))


def test_the_outline_excludes_articles_and_items() -> None:
    text = "关于印发办法的通知\n各单位：\n现将《供水管理办法》印发。\n市水务局\n2024年3月1日\n供水管理办法\n第一章 总则\n第一条 甲：\n（一）乙。\n第二条 丙。\n"
    outline = format_outline(parse_document("a.txt", text.encode(), Limits()))
    assert [(h["level"], h["label"], h["title"]) for h in outline["headings"]] == [
        (0, "", "供水管理办法"),
        (1, "第一章", "总则"),
    ]
    assert (outline["articles"], outline["adopted_on"], list(outline)) == (
        2,
        "2024-03-01",
        [
            "title", "doc_number", "issuer", "adopted_on", "effective_on", "repealed_on", "genre", "headings",
            "articles", "warnings",
        ],
    )  # fmt: skip


def test_the_report_says_what_was_read_doubted_and_left_out() -> None:
    text = "情况报告\n来源：云泽日报\n一、成效\n清理卫生死角万平方米。\n"
    report = format_report(parse_document("a.txt", text.encode(), Limits()))
    assert report["doubts"]["counts"] == {"lost-figure": 1}
    assert report["doubts"]["list"][0]["quote"] == "万平方米"
    assert report["left_out"] == {
        "parts": [],
        "characters": 7,
        "stretches": [{"start": 5, "end": 12, "text": "来源：云泽日报"}],
    }
    assert (report["read"]["clauses"], report["read"]["passages"]) == ({"heading": 1}, 2)
    assert report["identity"] == {"体裁": "报告", "效力级别": "参考资料"}
    assert {"文号", "发文机关", "成文日期", "施行日期", "适用地域"} <= set(report["not_stated"])


def test_a_person_reads_the_report_in_plain_words() -> None:
    text = "# 云泽市市容管理办法\n云政发〔2023〕1号\n第一条 清理卫生死角万平方米，前款另有规定的除外。\n还剩5页未读,继续阅读\n"
    words = describe_report(format_report(parse_document("a.md", text.encode(), Limits())))
    for said in (
        "《云泽市市容管理办法》（a.md，md）", "条 1", "文号：云政发〔2023〕1号", "文中未见：", "存疑（", "前的数字脱漏",
        "略去（11 字）", "还剩5页未读",
    ):  # fmt: skip
        assert said in words
