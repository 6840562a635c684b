"""What the pages show: escaped, anchored, marked, filtered by the address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from ingest.pipeline import ingest
from kb.lineage.editions import Ending, LostPart, read_edition
from kb.records import (
    Act,
    Answer,
    AnswerAgency,
    Basis,
    Citation,
    Clause,
    Conflict,
    DocumentInfo,
    Identity,
    Reference,
    Span,
    Version,
)
from kb.timeline import Timeline
from kb.web.reader import Shown, anchor, find_clause, format_reader
from kb.web.render import format_answer_html, split_text
from kb.web.site import Site
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
    html = format_reader(Shown(version, "unknown", ("v",), start, end))
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


def test_an_address_that_no_page_has_is_told_in_chinese_with_ways_on(client: TestClient) -> None:
    """Gradio is mounted at the root and would refuse it in English JSON."""
    page = client.get("/manage", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "没有这个地址。" in plain(page.text) and 'href="/library"' in page.text
    assert client.get("/manage").json() == {"error": "没有这个地址。"}


def test_library_filters_and_finds(client: TestClient) -> None:
    def listed(query: str) -> int:
        html = client.get(f"/fragment/library{query}").text
        return html[html.find('class="dz-list"') :].count("<li>")

    assert (listed(""), listed("?year=2018")) == (3, 1)
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


def test_what_is_asked_back_can_be_chosen() -> None:
    choices = ("青禾市的小广告由谁清除？", "<b>云泽市的小广告由谁清除？")
    html = format_answer_html(Answer("小广告由谁清除？", "duty", "abstained", "请说明地方。", date(2026, 1, 1), reason="ambiguous", choices=choices))  # fmt: skip
    buttons = re.findall(r'<button type="button" class="dz-example">([^<]*)</button>', html)
    assert buttons == [choices[0], "&lt;b&gt;云泽市的小广告由谁清除？"]


def test_sections_of_a_text() -> None:
    assert split_text("甲。[1]\n\n依据：\n[1] 乙\n\n待核实：\n- 丙\n- 丁") == {
        "结论": "甲。[1]",
        "依据": "[1] 乙",
        "待核实": "- 丙\n- 丁",
    }
    assert split_text("依据：不是标题的一行") == {"结论": "依据：不是标题的一行"}


def test_a_clause_is_found_by_its_path_its_label_or_the_article_of_a_reference() -> None:
    clauses = tuple(
        Clause(path, "article", 1, label, "", path, n, n + 1, n)
        for n, (path, label) in enumerate(
            (("第一章 第九条", "第九条"), ("第二章 第九条", "第九条"), ("二、 （三）", "（三）"))
        )
    )
    version = Version("v", "a.txt", "xyz", "txt", "h", Identity("标题"), clauses)
    wanted = ("第二章 第九条", "第九条", "（三）", "第九条第一款", "第十条")
    found = [c.path if (c := find_clause(version, w)) else None for w in wanted]
    assert found == ["第二章 第九条", "第一章 第九条", "二、 （三）", "第一章 第九条", None]


def test_references_link_to_what_the_reader_may_see() -> None:
    text = "依照《甲条例》第五条和《乙条例》第六条、本办法第一条办理。"
    references = (
        Reference(2, 10, "甲条例", "第五条"),
        Reference(11, 19, "乙条例", "第六条"),  # not in the library, or not for this reader
        Reference(20, 26, None, "第一条", None, "第一条"),
    )
    version = Version("v", "a.txt", text, "txt", "h", Identity("标题"), references=references)
    html = format_reader(Shown(version, "unknown", ("v",), find_document={"甲条例": "甲.md"}.get))
    links = re.findall(r'<a class="dz-ref" href="([^"]+)">([^<]+)</a>', html)
    assert links == [
        ("/source/%E7%94%B2.md?clause=%E7%AC%AC%E4%BA%94%E6%9D%A1#hit", "《甲条例》第五条"),
        ("#第一条", "本办法第一条"),
    ]


def test_an_upload_is_stored_read_reported_replaced_and_removed(client: TestClient, space: Workspace) -> None:
    def upload(name: str, content: bytes) -> dict[str, object]:
        reply = client.post("/api/manage/uploads", files={"file": (name, content)})
        return dict(reply.json())

    def finish(job: str) -> dict[str, object]:
        pause = Event()
        for _ in range(1_200):
            found = client.get(f"/api/manage/jobs/{job}").json()
            if found["ended_at"]:
                return dict(found)
            pause.wait(0.05)  # lets the worker run; a busy machine takes a while to start its parser
        raise AssertionError("the job does not end")

    before = space.library.content_hashes()
    good = "停车管理办法\n第一条 公安机关负责道路停车管理。\n".encode()
    first = upload("../停车<b>办法.txt", good)
    assert first == {"document": "上传/停车_b_办法.txt", "replaced": False}  # no folder, no sign that a system refuses
    bad = upload("坏.docx", b"")
    documents = [first["document"], bad["document"]]
    job = finish(client.post("/api/manage/read", json={"documents": documents}).json()["job"])
    files = job["result"]["files"]  # type: ignore[index]
    assert [(f["document"], f["ok"]) for f in files] == [(documents[0], True), (documents[1], False)]
    assert "空文件" in files[1]["reason"]
    assert upload("停车<b>办法.txt", good + "第二条 补充。\n".encode())["replaced"] is True
    job = finish(client.post("/api/manage/read", json={"documents": documents[:1]}).json()["job"])
    assert job["result"]["updated"] == 1  # type: ignore[index]
    job = finish(client.post("/api/manage/reread", json={"documents": documents[:1]}).json()["job"])
    assert job["result"]["files"][0]["ok"] is True  # type: ignore[index]
    assert client.post("/api/manage/remove", json={"documents": documents}).json() == {"removed": documents[:1]}
    assert space.library.content_hashes() == before


def test_a_dictionary_with_a_bad_line_changes_nothing_and_a_good_one_holds_at_once(client: TestClient) -> None:
    url = "/api/manage/dictionaries/synonyms"
    bad = client.post(url, data={"text": "这一行没有等号"})
    assert (bad.status_code, "第 1 行" in bad.json()["error"]) == (400, True)
    asked = {"question": "扫大道谁负责", "k": 1}
    client.post(url, data={"text": "扫大道 = 清扫保洁\r\n"})
    assert "清扫保洁" in client.post("/api/search", json=asked).json()["hits"][0]["text"]
    assert "扫大道 = 清扫保洁" in client.get("/admin/dictionaries").text
    assert client.post("/api/manage/dictionaries/agencies", data={"text": "不是 TOML ["}).status_code == 400
    client.post(url, data={"text": ""})


def test_the_administrator_keeps_the_door_open(client: TestClient, site: Site) -> None:
    reply = client.post("/api/manage/people/users", json={"name": "local", "role": "reader"})
    assert reply.json() == {"user": "local"}  # a new name is a new user
    assert client.post("/api/manage/people/users", json={"name": "local", "role": "editor"}).status_code == 400
    assert client.post("/api/manage/people/users/local/remove").status_code == 400
    site.people.remove_user("local")  # else the next server over this library asks everybody to sign in


REPORTS = {
    f"报告/青禾市{year}年工作报告.md": f"# 青禾市{year}年环境卫生工作情况报告\n\n（{year}年12月20日）\n\n一、主要成效\n\n{year}年清理小广告{n}万处，群众满意度达到{s}%。\n\n部门之间推诿的问题有所减少。\n"
    for year, n, s in ((2019, "12.6", "76.2"), (2020, "31.2", "85.1"), (2021, "28.7", "88"))
}


def test_reports_over_the_years_are_a_table_a_chart_and_their_wording(
    space: Workspace, client: TestClient, tmp_path: Path
) -> None:
    for name, text in REPORTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    ingest([tmp_path], space.library, space.settings)
    series = "|".join(REPORTS)
    html = client.get("/compare", params={"series": series, "theme": "推诿"}).text
    assert "<svg" in html
    assert all(v in plain(html) for v in ("12.6万处", "31.2万处", "28.7万处"))
    assert html.count("部门之间推诿的问题有所减少") == 3
    assert client.get("/export/series.xlsx", params={"series": series}).content[:2] == b"PK"
    names = list(REPORTS)
    matrix = client.get("/compare", params={"old": names[0], "new": names[1], "more": names[2], "all": "1"}).text
    assert matrix.count("<th ") == 3
    for kind, start in (("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!")):
        reply = client.get(f"/export/compare.{kind}", params={"old": "条例(2018).md", "new": "条例(2023).md"})
        assert reply.content.lower().startswith(start.lower()), kind
        assert reply.headers["content-disposition"].startswith("attachment")
    with space.library.writing():
        for name in REPORTS:
            space.library.remove(name)
        space.library.flush()


def test_the_reader_tells_the_editions_and_links_to_the_comparison(client: TestClient) -> None:
    html = client.get("/source/条例(2023).md").text
    assert "2018-05-01 起 · 已被新版本取代" in html
    assert "与前一版比对" in html
    assert "沿革（2 个文本）" in html


def test_an_entry_is_added_changed_and_removed_by_its_form(client: TestClient, space: Workspace) -> None:
    url = "/api/manage/entries"

    def post(path: str, body: dict[str, object]) -> tuple[int, str]:
        reply = client.post(path, json=body)
        return reply.status_code, str(reply.json().get("error", ""))

    add = {"kind": "synonym", "fields": {"lay": "扫大道", "official": "清扫保洁"}}
    assert post(url, add) == (200, "")
    assert "清扫保洁" in client.post("/api/search", json={"question": "扫大道谁负责", "k": 1}).json()["hits"][0]["text"]
    status, said = post(url, add)
    assert (status, "已有一条" in said) == (400, True)
    concrete = {"generic": "城市管理部门", "place": "青禾市", "name": "青禾市城管局"}
    assert post(url, {"kind": "concrete", "fields": concrete}) == (200, "")
    html = client.get("/admin/dictionaries").text
    assert all(words in html for words in ("<b>扫大道</b> ＝ 清扫保洁", "<b>城市管理部门</b> → 青禾市城管局"))
    body = {"kind": "body", "fields": {"name": "青禾市河道所"}}
    assert post(url, body) == (200, "")
    reform = {"old": "青禾市河道所", "new": "城管局", "on": "2024-01-01"}
    assert post(url, {"kind": "reform", "fields": reform}) == (200, "")
    was = {e["name"]: e for e in _entries(client)}
    status, said = post(f"{url}/remove", {"kind": "body", "was": was["青禾市河道所"]["source"]})
    assert (status, "没有登记的机构" in said) == (400, True)  # a reform speaks of it: nothing is changed
    assert "青禾市河道所" in client.get("/admin/dictionaries").text
    for name in ("synonyms", "agencies"):
        client.post(f"/api/manage/dictionaries/{name}", data={"text": ""})


def _entries(client: TestClient) -> list[dict[str, str]]:
    html = client.get("/admin/dictionaries").text
    found = re.findall(r'<textarea hidden name="was">([^<]*)</textarea>', html)
    return [{"source": unescape(s), "name": m[1]} for s in found if (m := re.search('name = "(.+)"', unescape(s)))]


def test_what_was_concluded_of_a_document_is_corrected_and_taken_back(client: TestClient) -> None:
    page = "/admin/lineage?document=条例(2023).md"
    html = client.get(page).text
    assert all(words in html for words in ("推定的版次", "自 2018-05-01 起施行", "还没有更正"))
    dates = {"kind": "dates", "document": "条例(2023).md", "ends": "2024-06-01", "note": "<b>公报</b>"}
    id = client.post("/api/manage/lineage", json=dates).json()["id"]
    assert "&lt;b&gt;公报" in client.get(page).text
    assert client.get("/api/documents/条例(2023).md").json()["status"] in ("repealed", "expired", "superseded")
    apart = {"kind": "unlink", "document": "条例(2023).md", "other": "条例(2018).md"}
    other = client.post("/api/manage/lineage", json=apart).json()["id"]
    assert "与前一版比对" not in client.get("/source/条例(2023).md").text
    for taken in (id, other):
        assert client.post(f"/api/manage/lineage/{taken}/withdraw").json() == {"withdrawn": taken}
    assert client.post(f"/api/manage/lineage/{id}/withdraw").status_code == 400
    assert client.get("/api/documents/条例(2023).md").json()["status"] == "in-force"
    for body, status, said in (
        ({"kind": "dates", "document": "条例(2023).md"}, 400, "至少填一个日期"),
        ({"kind": "dates", "document": "条例(2023).md", "begins": "2024-02-01", "ends": "2024-01-01"}, 400, "应晚于"),
        ({"kind": "link", "document": "条例(2023).md"}, 400, "另一份文件"),
        ({"kind": "link", "document": "条例(2023).md", "other": "无.md"}, 404, "库中没有“无.md”"),
        ({"kind": "dates", "document": "条例(2023).md", "ends": "2024-13-01"}, 422, "ends"),
    ):
        reply = client.post("/api/manage/lineage", json=body)
        assert (reply.status_code, said in reply.json()["error"]) == (status, True), reply.json()


def test_the_reader_shows_where_each_clause_has_its_words_from(client: TestClient, space: Workspace) -> None:
    html = client.get("/source/条例(2023).md?view=blame").text
    assert "正在逐条比对" in html
    version = space.library.get_version("条例(2023).md").id
    html = client.get("/fragment/blame", params={"document": "条例(2023).md", "version": version}).text
    rows = re.findall(r'<li id="([^"]+)">.*?>(\d{4}-\d\d-\d\d)</a>', html)
    assert dict(rows)[anchor("第一章 第一条")] == "2018-05-01"
    assert dict(rows)[anchor("第一章 第二条")] == "2023-05-01"
    alone = client.get("/fragment/blame", params={"document": "通知/整治.md"}).text
    assert "库中只有这一个文本" in alone
    assert client.get("/fragment/blame", params={"document": "无.md"}).status_code == 404


def test_reader_says_which_part_no_longer_holds() -> None:
    """What ended it is another text, so its words are linked; the part itself is too, escaped."""
    act = Act("repeal", Basis("决定.md", "w", "第二条", 4, 9, "同时废止"), part="第<三>条")
    ending = Ending("repealed", date(2022, 7, 1), "决定.md", act)
    info = DocumentInfo("a.txt", "v", "txt", Identity("办法", effective_on=date(2016, 5, 1)), 20, 1)
    edition = replace(
        read_edition(info, (), current=True, correction=None), lost=(LostPart("第<三>条", 5, 12, ending),)
    )
    version = Version("v", "a.txt", "第一条 略。\n第三条 略。", "txt", "h", info.identity)
    timeline = Timeline("办法", (edition,), (), (), ())
    html = format_reader(Shown(version, "in-force", ("v",), timeline=timeline))
    found = re.search(r'<p class="dz-cut".*?</p>', html, re.DOTALL)
    assert found is not None
    assert plain(found[0]) == "其中“第&lt;三&gt;条”自 2022-07-01 起废止 依据"
    assert re.findall(r'href="([^"]*)"', found[0]) == [
        "/source/a.txt?start=5&amp;end=12#hit",
        "/source/%E5%86%B3%E5%AE%9A.md?start=4&amp;end=9#hit",
    ]
