"""What people do with answers, duties, versions and the library's upkeep, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.pipeline import ingest
from kb.web.site import Site

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "documents"
QUESTION = "责任人不明确的由谁确定？"
PDF = (
    "第一条 为了加强河道管理，制定本办法。",
    "第二条 河道保洁由水务站负责，每日不少于一次。",
    "第三条 本办法自2024年1月1日起施行。",
)


def ask(page, question: str = QUESTION) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"/?q={question}")
    page.wait_for_selector(".dz-judge")


def test_a_citation_of_a_pdf_is_marked_in_its_text_and_on_its_page(page, site: Site, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    registerFont(UnicodeCIDFont("STSong-Light"))
    drawing = canvas.Canvas(str(tmp_path / "河道办法.pdf"))
    for n, line in enumerate(("青禾市河道保洁办法", *PDF)):
        drawing.setFont("STSong-Light", 12)
        drawing.drawString(72, 760 - 40 * n, line)
    drawing.save()
    space = site.spaces.whole
    assert ingest([tmp_path], space.library, space.settings).failed == []
    ask(page, "水务站负责哪些工作？")
    page.click(".dz-quotes li:has-text('水务站') .dz-cite")
    assert "水务站负责" in page.wait_for_selector("#dz-panel mark#hit").inner_text()
    page.click("#dz-panel a.dz-view:has-text('原版页面')")
    page.wait_for_selector("#dz-panel .dz-sheet img")
    page.wait_for_function("(i => i.complete && i.naturalWidth)(document.querySelector('#dz-panel .dz-sheet img'))")
    mark, sheet = page.locator("#hit").bounding_box(), page.locator("#page-1 .dz-paper").bounding_box()
    assert abs((mark["y"] - sheet["y"]) / sheet["height"] - (842 - 690) / 842) < 0.03  # the third line, at 680 points
    with space.library.writing():
        space.library.remove("河道办法.pdf")
        space.library.flush()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "标准/云泽市市容环境卫生质量评价标准(2022).ofd",
            "一级道路果皮",
        ),  # drawn by ourselves from the places of its words
        ("三定/临河街道办事处三定规定(2015)扫描件.pdf", "协助"),  # places found by recognition
    ],
)
def test_a_quote_stands_on_the_picture_of_an_ofd_or_scanned_page(  # type: ignore[no-untyped-def]
    page, site: Site, tmp_path: Path, name: str, words: str
) -> None:
    shutil.copy(CORPUS / name, tmp_path)
    space = site.spaces.whole
    assert ingest([tmp_path], space.library, space.settings).failed == []
    document = Path(name).name
    version = space.library.get_version(document)
    start = version.text.index(words)
    place = next(p for p in version.places if p.box is not None and p.start <= start < p.end)
    page.goto(f"/source/{document}?start={start}&end={start + len(words)}&view=page")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.querySelector('figure:has(#hit) img').naturalWidth") > 0
    mark, sheet = page.locator("#hit").bounding_box(), page.locator("figure:has(#hit) .dz-paper").bounding_box()
    assert page.locator("figure:has(#hit)").get_attribute("id") == f"page-{place.page}"
    assert 0 < mark["y"] < 800  # in view
    assert sheet["x"] < mark["x"] < sheet["x"] + sheet["width"]
    assert mark["height"] < sheet["height"] / 10  # a line, not the page
    with space.library.writing():
        space.library.remove(document)
        space.library.flush()


def test_an_answer_is_copied_with_its_sources_exported_and_judged_with_a_reason(page) -> None:  # type: ignore[no-untyped-def]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)
    page.click(".dz-copy >> nth=0")
    playwright.expect(page.locator(".dz-copy >> nth=0")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert all(words in copied for words in ("[1]", "《青禾市市容管理条例》", "第三条"))
    with page.expect_download() as download:
        page.click("a.dz-export:has-text('.docx')")
    assert download.value.suggested_filename.endswith(".docx")
    page.click(".dz-judge button:has-text('有误')")
    page.select_option(".dz-why select", "依据不对")
    page.fill(".dz-why input", "应引新条例")
    page.click(".dz-why button")
    page.wait_for_selector(":text('已记下')")
    page.goto("/admin/feedback")
    row = page.inner_text("tbody tr >> nth=0")
    assert all(words in row for words in ("依据不对", "应引新条例", QUESTION))


def test_what_is_offered_to_ask_next_has_an_answer(page) -> None:  # type: ignore[no-untyped-def]
    ask(page)
    page.click(".dz-follow .dz-example >> nth=0")
    page.wait_for_function("document.querySelectorAll('.dz-judge').length === 2")
    assert page.locator("#dz-live .dz-answer:not(.dz-abstained) .dz-quotes li").count() > 0


def test_duties_have_roles_as_columns_a_map_and_a_file_to_take_away(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/duties")
    page.fill("input[name=agency]", "城市管理部门")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dz-matrix tbody tr")
    assert parse_qs(urlsplit(page.url).query) == {"agency": ["城市管理部门"]}
    heads = page.locator(".dz-matrix thead th").all_inner_texts()
    assert (heads[0], heads[-1], "裁定" in heads) == ("事项", "依据", True)
    assert page.locator("#conflicts").count() == page.locator("#gaps").count() == 1
    assert "城市管理部门" in page.get_attribute(".dz-broad", "aria-label")
    with page.expect_download() as download:
        page.click("a.dz-export")
    assert download.value.suggested_filename == "职责表 城市管理部门.xlsx"
    page.wait_for_selector(".dz-toast:has-text('已导出')")
    page.goto("/duties?agency=城市管理部门")
    page.evaluate("document.querySelector('a.dz-export').href = '/export/duties.xlsx'")
    page.click("a.dz-export")
    page.wait_for_selector(".dz-toast.dz-error:has-text('请先给出工作或机构')")


def test_the_reader_switches_versions_tells_origins_and_hands_out_the_original(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/source/条例(2023).md")
    page.select_option(".dz-version select", label="2018-05-01 起 · 已被新版本取代")
    page.wait_for_url("**/source/*2018*")
    page.goto("/source/条例(2023).md")
    page.click("a.dz-view:has-text('逐条溯源')")
    page.wait_for_selector(".dz-origins li")
    rows = page.locator(".dz-origins > li").all_inner_texts()
    assert any(r.startswith("2018-05-01") and "制定本条例" in r for r in rows)
    assert any(r.startswith("2023-05-01") and "街道办事处负责" in r for r in rows)
    with page.expect_download() as download:
        page.click("a:has-text('下载原件')")
    assert download.value.suggested_filename == "条例(2023).md"
    page.click("a:has-text('与前一版比对')")
    page.wait_for_selector(".dz-row ins")


def test_a_term_is_added_with_a_mistake_mended_changed_and_removed(page) -> None:  # type: ignore[no-untyped-def]
    page.on("dialog", lambda d: d.accept())
    page.goto("/admin/dictionaries")
    words = page.locator(".dz-entries >> nth=0")
    words.locator("summary:has-text('添加一条')").click()
    words.locator("input[name='fields.lay']").fill("扫大道=")
    words.locator("input[name='fields.official']").fill("清扫保洁")
    page.keyboard.press("Enter")
    playwright.expect(words.locator(".dz-said")).to_have_text("“扫大道=”里不能有 = 和 #，请去掉。")
    assert words.locator("input[name='fields.official']").input_value() == "清扫保洁"  # nothing typed is lost
    words.locator("input[name='fields.lay']").fill("扫大道")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dz-entry:has-text('扫大道')")
    page.click("summary:has-text('修改') >> nth=0")
    page.fill("details[open] input[name='fields.official']", "道路清扫")
    page.click("details[open] button:has-text('保存')")
    page.wait_for_selector(".dz-entry:has-text('道路清扫')")
    page.click(".dz-entry button:has-text('删除')")
    page.wait_for_selector(".dz-entry", state="detached")


def test_the_days_of_a_document_are_corrected_and_the_correction_is_taken_back(page) -> None:  # type: ignore[no-untyped-def]
    page.on("dialog", lambda d: d.accept())
    page.goto("/source/条例(2023).md")
    page.click("a:has-text('更正沿革')")
    form = page.locator("form[data-json] >> nth=0")
    form.locator("button").click()
    playwright.expect(form.locator(".dz-said")).to_have_text("请至少填一个日期。")
    form.locator("input[name=ends]").fill("2024-06-01")
    form.locator("input[name=note]").fill("见公报")
    form.locator("button").click()
    page.wait_for_selector("td:has-text('自 2024-06-01 起不再有效')")
    assert "现行有效" not in page.inner_text(".dz-sub >> nth=0")
    page.click("button:has-text('撤回')")
    page.wait_for_selector(":text('还没有更正')")
    assert "现行有效" in page.inner_text(".dz-sub >> nth=0")


def test_many_files_are_dropped_and_each_is_reported(page, site: Site) -> None:  # type: ignore[no-untyped-def]
    page.goto("/admin")
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["路灯办法\\n第一条 路灯所负责路灯维护。\\n"], "路灯办法.txt"));
      data.items.add(new File([""], "空.docx"));
      document.querySelector("#dz-drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    page.wait_for_selector("#dz-uploads li:has-text('已读入'):has-text('路灯办法')")
    assert "空文件" in page.inner_text("#dz-uploads li:has-text('未读入')")
    page.on("dialog", lambda d: d.accept())
    page.goto("/admin?q=路灯办法")
    page.check(".dz-checks input")
    page.click("text=重新读入所选")
    playwright.expect(page.locator("#dz-jobs, .dz-checks")).not_to_have_count(0)
    page.goto("/admin/health")
    page.wait_for_selector(".dz-job:has-text('重新读入'):has-text('完成')")
    page.goto("/admin?q=路灯办法")
    page.check(".dz-checks input")
    page.click("text=移除所选")
    page.wait_for_selector(".dz-notice :text('没有文件')")


def test_an_index_is_rebuilt_in_sight(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/admin/health")
    page.click("button:has-text('重建索引')")
    page.wait_for_selector(".dz-job:has-text('重建全文与向量索引'):has-text('完成')")


def test_a_user_gets_a_key_is_stopped_and_removed(page, site: Site) -> None:  # type: ignore[no-untyped-def]
    keys: list[str] = []
    page.on("dialog", lambda d: (keys.append(d.default_value), d.accept()))
    page.goto("/admin/people")
    page.fill("form[data-json] input[name=name] >> nth=0", "小赵")
    page.fill("input[type=password]", "一个很长的密码1234")
    page.click("button:has-text('建立或修改')")
    page.wait_for_selector("th:has-text('小赵')")
    page.click("button:has-text('发密钥')")
    page.wait_for_selector("li:has-text('小赵')")
    assert len(keys[0]) > 20
    page.click("button:has-text('停用')")
    page.wait_for_selector("th:has-text('已停用')")
    page.click("tr:has-text('小赵') button:has-text('删除')")
    page.wait_for_selector("th:has-text('小赵')", state="detached")


def test_what_takes_long_says_so(page) -> None:  # type: ignore[no-untyped-def]
    held: list[object] = []
    page.route("**/fragment/duties*", lambda r: held.append(r))  # answered when the test says so
    page.goto("/duties")
    page.fill("input[name=task]", "小广告")
    page.keyboard.press("Enter")
    page.wait_for_selector("#dz-busy:has-text('正在处理')")
    held[0].continue_()  # type: ignore[attr-defined]
    page.wait_for_selector(".dz-matrix")
    page.wait_for_selector("#dz-busy", state="hidden")


@pytest.mark.parametrize(
    ("path", "field", "words", "found"),
    [
        ("/", "#dz-question", QUESTION, ".dz-judge"),
        ("/duties", "input[name=task]", "小广告", ".dz-matrix"),
        ("/library", "input[name=q]", "小广告", ".dz-hits"),
        ("/compare?old=条例(2018).md", "input[name=new]", "条例(2023).md", ".dz-row"),
        ("/admin", "input[name=q]", "条例", ".dz-checks"),
        ("/admin/lineage", "input[name=document]", "条例(2023).md", "form[data-json]"),
        ("/admin/audit", "input[name=q]", "小广告", "tbody tr"),
    ],
)  # fmt: skip
def test_every_page_is_used_without_a_mouse(page, path: str, field: str, words: str, found: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(path)
    page.wait_for_selector(field)
    if path == "/":  # the question's field stands before the page listens to it
        page.wait_for_selector(".dz-example")
    for _ in range(40):  # Tab reaches the field, and shows where it is
        if page.evaluate("s => document.activeElement.matches(s)", field):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("s => document.activeElement.matches(s)", field)
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_selector(found)
