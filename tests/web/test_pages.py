"""What the pages show: escaped, anchored, marked, filtered by the address."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kb.records import Answer, AnswerAgency, Citation, Clause, Conflict, Identity, Span, Version
from kb.web.pages.admin import find_uploads, remove_uploads, store_uploads
from kb.web.reader import anchor, format_reader
from kb.web.render import format_answer_html, split_text
from kb.workspace import Workspace

TAG = re.compile(r"<[^>]+>")


def plain(html: str) -> str:
    return TAG.sub("", html)


@pytest.mark.parametrize(
    ("start", "end", "marked"),
    [
        (0, 3, "第一条"),  # exactly the heading
        (1, 7, "一条 街道&lt;"),  # from inside the heading into the text, over a character that must be escaped
        (4, 11, "街道&lt;b&gt;负责"),  # beside the heading
        (10, 99, "责清扫。\n页脚 1"),  # past the end: cut to the text; over page furniture
        (5, 5, None),  # nothing to mark
    ],
)
def test_the_cited_span_is_marked_whatever_it_crosses(start: int, end: int, marked: str | None) -> None:
    text = "第一条 街道<b>负责清扫。\n页脚 1"
    clause = Clause("第一条", "article", 1, "第一条", "", "第一条", 0, 14, 3)
    version = Version("v", "a.txt", text, "txt", "h", Identity("标题"), (clause,), furniture=(Span(15, 19),))
    html = format_reader(version, "unknown", ("v",), start, end)
    found = re.search(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    assert (plain(found[1]) if found else None) == marked
    body = html[html.index('<div class="dz-text">') :]
    assert plain(body) == text.replace("<", "&lt;").replace(">", "&gt;")  # every character once, in order


def test_reader_has_outline_anchors_and_badge(client: TestClient) -> None:
    html = client.get("/source/条例(2023).md").text
    assert f'id="{anchor("第一章 第二条")}"' in html
    assert f'href="#{anchor("第一章 第二条")}"' in html
    assert "现行有效" in html


@pytest.mark.parametrize(
    "path",
    ["/source/通知/整治.md", "/fragment/library", "/fragment/library?q=<script>alert(1)</script>", "/fragment/library?q=标语",
     "/fragment/duties?task=<script>alert(1)</script>", "/fragment/duties?task=标语&agency=单位",
     "/fragment/compare?old=<script>alert(1)</script>&new=x", "/fragment/compare?old=通知/整治.md&new=条例(2018).md",
     "/source/<script>alert(1)</script>", "/login?next=\"><script>alert(1)</script>"],
)  # fmt: skip
def test_no_page_lets_a_text_become_markup(client: TestClient, path: str) -> None:
    html = client.get(path, headers={"accept": "text/html"}).text
    assert "<script>alert" not in html
    assert "<img" not in html


def test_library_filters_and_finds(client: TestClient) -> None:
    every = client.get("/fragment/library").text
    assert every.count("<li>") == 3
    assert client.get("/fragment/library?year=2018").text.count("<li>") == 1
    assert "没有符合条件的文件" in client.get("/fragment/library?genre=不存在").text
    assert "/source/%E6%9D%A1%E4%BE%8B%282018%29.md?start=" in client.get("/fragment/library?q=小广告").text
    assert client.get("/fragment/library?page=99999999999999999999").status_code == 200


def test_duties_show_roles_by_clause(client: TestClient) -> None:
    html = client.get("/fragment/duties?agency=街道办事处").text
    assert "第二条" in html
    assert "街道办事处" in plain(html[html.index("<tbody>") :])
    assert "现有资料未见规定" in client.get("/fragment/duties?agency=海事法院").text


def test_compare_marks_what_changed(client: TestClient) -> None:
    html = client.get("/fragment/compare?old=条例(2018).md&new=条例(2023).md").text
    assert "<del>协助</del>" in html
    assert "<ins>负责</ins>" in html
    assert "无法比对" in client.get("/fragment/compare?old=条例(2018).md&new=无").text
    inline = client.get("/fragment/compare?old=条例(2018).md&new=条例(2023).md&view=inline").text
    assert "<del>协助</del><ins>负责</ins>" in inline


def test_an_answer_is_structured_and_escaped() -> None:
    citation = Citation(
        1, "a<b>.md", "某<i>办法", None, "第一条", "街道<script>负责", 0, 5, "地方性法规", date(2020, 1, 1), "repealed"
    )
    answer = Answer(
        "谁<b>?", "duty", "answered", "由街道负责[1]，另见[9]。\n\n依据：\n[1] …\n\n待核实：\n- 核对<u>现行规定[1]。", date(2026, 1, 1),
        agencies=(AnswerAgency("街道<b>", "own", "清扫", None, True, 1),), conflicts=(Conflict("两处<b>不一", (1,)),), citations=(citation,),
    )  # fmt: skip
    html = format_answer_html(answer)
    for tag in ("<b>?", "<i>", "<u>", "<script", "街道<b>", "两处<b>"):
        assert tag not in html
    assert all(word in html for word in ("推断", "已废止", "2020-01-01 起施行", "负责", "分歧", "待核实", "[9]"))
    assert 'href="/source/a%3Cb%3E.md?start=0&amp;end=5"' in html


def test_sections_of_a_text() -> None:
    assert split_text("甲。[1]\n\n依据：\n[1] 乙\n\n待核实：\n- 丙\n- 丁") == {
        "结论": "甲。[1]",
        "依据": "[1] 乙",
        "待核实": "- 丙\n- 丁",
    }
    assert split_text("依据：不是标题的一行") == {"结论": "依据：不是标题的一行"}


def test_uploads_are_read_reported_and_removed(space: Workspace, tmp_path: Path) -> None:
    good, bad = tmp_path / "停车<b>办法.txt", tmp_path / "坏.docx"
    good.write_text("停车管理办法\n第一条 公安机关负责道路停车管理。\n", encoding="utf-8")
    bad.write_bytes(b"")  # an empty file is refused by every reader
    before = space.library.content_hashes()
    said = store_uploads(space, [good, bad])
    assert "已读入" in said
    assert "未读入" in said
    assert "<b>" not in said
    assert find_uploads(space) == ["上传/停车<b>办法.txt"]
    assert "已移除 1 份文件" in remove_uploads(
        space, ["上传/停车<b>办法.txt", "条例(2018).md"]
    )  # only what was uploaded
    assert space.library.content_hashes() == before
