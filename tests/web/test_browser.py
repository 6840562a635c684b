"""The main paths in a real browser: asking, sources, following up, finding, comparing, uploading; narrow, keyboard, offline."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.pipeline import ingest
from kb.web.site import Site

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser
QUESTION = "责任人不明确的由谁确定？"
PAGES = (
    "/", f"/?q={QUESTION}", "/library", "/library?q=小广告", "/duties?agency=街道办事处", "/compare",
    "/compare?old=条例(2018).md&new=条例(2023).md", "/admin", "/admin/dictionaries", "/admin/health", "/admin/people",
    "/admin/audit", "/admin/feedback", "/admin/lineage?document=条例(2023).md", "/source/条例(2018).md?clause=第一章 第三条",
    "/source/条例(2023).md?view=blame", "/docs",
)  # fmt: skip
READY = ".dz-judge, .dz-example, .dz-list, .dz-matrix, .dz-form, .dz-outline, .dz-page"


def visit(page, path: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(path)
    page.wait_for_selector(".dz-judge" if path.startswith("/?q") else READY)


def test_a_question_is_answered_and_its_source_opens_at_the_quote(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/")
    page.wait_for_selector(".dz-example")
    page.fill("#dz-question", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".dz-judge")
    assert parse_qs(urlsplit(page.url).query)["q"] == [QUESTION]  # the address can be sent
    page.click(".dz-conclusion .dz-cite >> nth=0")
    mark = page.wait_for_selector("#dz-panel mark")
    assert mark.inner_text().strip() in page.inner_text(".dz-quotes blockquote >> nth=0") + "\n"
    box, panel = mark.bounding_box(), page.locator("#dz-panel").bounding_box()
    assert panel["y"] <= box["y"] < panel["y"] + panel["height"]  # scrolled into view
    page.keyboard.press("Escape")
    page.wait_for_selector("#dz-panel .dz-blank")
    assert page.evaluate("document.activeElement.className").startswith("dz-cite")  # focus goes back


def test_an_address_with_a_question_answers_it_and_a_follow_up_joins(page) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"/?q={QUESTION}&as_of=2024-01-01")
    page.wait_for_selector(".dz-judge")
    assert "以 2024-01-01 为准" in page.inner_text(".dz-line")
    assert page.input_value("#dz-day") == "2024-01-01"
    page.set_viewport_size({"width": 1280, "height": 500})  # the first answer fills it
    page.fill("#dz-question", "小广告呢？")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.dz-judge').length === 2")
    assert page.locator(".dz-asked").all_inner_texts() == [QUESTION, "小广告呢？"]
    asked, composer = (page.locator(s).bounding_box() for s in ("#dz-live .dz-asked", "#dz-composer"))
    assert 0 <= asked["y"] < composer["y"]  # the page has moved to what was asked last
    page.click("#dz-history a >> nth=0")  # the conversation is kept, and comes back whole
    page.wait_for_function("document.querySelectorAll('#dz-log .dz-judge').length === 2")
    kept = page.url
    assert parse_qs(urlsplit(kept).query).keys() == {"c"}
    page.goto(kept)
    page.wait_for_function("document.querySelectorAll('#dz-log .dz-judge').length === 2")
    page.click("#dz-fresh")
    page.wait_for_selector(".dz-welcome")


def test_a_question_can_be_narrowed_to_a_kind_of_document(page, site: Site) -> None:  # type: ignore[no-untyped-def]
    page.goto("/")
    page.wait_for_selector("#dz-scope select[name=genre]")
    genre = next(i.identity.genre for i in site.spaces.whole.library.find_documents() if i.document == "通知/整治.md")
    page.select_option("#dz-scope select[name=genre]", genre)
    page.fill("#dz-question", "标语由谁负责清理？")
    page.keyboard.press("Enter")
    page.wait_for_selector("#dz-live .dz-answer")
    assert parse_qs(urlsplit(page.url).query)["genre"] == [genre]
    titles = page.locator("#dz-live .dz-where > a").all_inner_texts()
    assert all("整治" in t for t in titles)


def test_a_hostile_question_and_a_bad_date_do_no_harm(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/?q=<img src=x onerror=alert(1)>${1%2B1}{{7*7}}&as_of=2024-02-30")
    page.wait_for_selector(".dz-notice.dz-error")
    assert page.inner_text(".dz-asked") == "<img src=x onerror=alert(1)>${1+1}{{7*7}}"


def test_library_narrows_without_reloading_and_goes_back(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/library")
    page.wait_for_selector(".dz-list")
    page.click(".dz-facets a:has-text('2018')")
    playwright.expect(page.locator(".dz-list > li")).to_have_count(1)
    assert parse_qs(urlsplit(page.url).query) == {"year": ["2018"]}
    page.click(".dz-list a >> nth=0")
    page.wait_for_selector(".dz-outline")
    page.go_back()
    playwright.expect(page.locator(".dz-list > li")).to_have_count(1)


def test_compare_and_duties_open_from_an_address_and_narrow(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/compare?old=条例(2018).md&new=条例(2023).md")
    page.wait_for_selector(".dz-row ins")
    every = page.locator(".dz-row").count()
    page.click("a.dz-flag >> nth=0")
    page.wait_for_selector("a.dz-flag[aria-current]")
    assert page.locator(".dz-row").count() < every
    assert "flag" in parse_qs(urlsplit(page.url).query)
    page.click(".dz-row a.dz-open >> nth=0")
    page.wait_for_selector("#hit")
    page.goto("/duties?agency=街道办事处")
    page.wait_for_selector(".dz-matrix tbody tr")


def test_a_file_is_uploaded_reported_and_removed(page, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "河道办法.txt"
    file.write_text("河道管理办法\n第一条 水利部门负责河道保洁。\n", encoding="utf-8")
    page.on("dialog", lambda d: d.accept())
    page.goto("/admin")
    page.set_input_files("#dz-files", [str(file)])
    page.wait_for_selector("#dz-uploads :text('已读入')")
    page.goto("/admin?q=河道办法")
    page.check(".dz-checks input")
    page.click("text=移除所选")
    page.wait_for_selector(".dz-notice :text('没有文件')")


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_nothing_is_wider_than_a_phone(page) -> None:  # type: ignore[no-untyped-def]
    for path in PAGES:
        visit(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_on_a_phone_the_source_covers_the_page_and_closes(page) -> None:  # type: ignore[no-untyped-def]
    visit(page, f"/?q={QUESTION}")
    page.click(".dz-cite >> nth=0")
    page.wait_for_selector("#dz-panel mark")
    assert page.locator("#dz-panel").bounding_box()["width"] == 390
    page.click(".dz-close")
    page.wait_for_selector("#dz-panel", state="hidden")


def test_everything_is_reached_by_keyboard(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/source/条例(2018).md")
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
    assert (names[0], names[2:]) == ("跳到正文", ["问答", "职责", "文库"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".dz-list")
    visit(page, f"/?q={QUESTION}")
    page.focus(".dz-cite >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#dz-panel mark")
    assert page.evaluate("document.activeElement.id") == "dz-panel"


@pytest.mark.parametrize(
    "page", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}], indirect=True, ids=["light", "dark-narrow"]
)  # fmt: skip
def test_axe_finds_nothing_serious(page) -> None:  # type: ignore[no-untyped-def]
    found = []
    for path in PAGES:
        visit(page, path)
        for v in axe.Axe().run(page).response["violations"]:
            if v["impact"] in ("serious", "critical"):
                found.append((path, v["id"], [n["html"][:160] for n in v["nodes"]][:3]))
    assert found == []


def test_a_scan_or_pdf_shows_the_quote_on_its_page(page, site: Site, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    drawing = canvas.Canvas(str(tmp_path / "plan.pdf"))
    drawing.drawString(72, 720, "Article 1 The sub-district office sweeps the lanes every morning.")
    drawing.showPage()
    drawing.drawString(72, 400, "Article 2 The district bureau supervises the work of the offices.")
    drawing.save()
    space = site.spaces.whole
    ingest([tmp_path], space.library, space.settings)
    text = space.library.get_version("plan.pdf").text
    start = text.index("Article 2")
    page.goto(f"/source/plan.pdf?start={start}&end={start + 40}&view=page")
    page.wait_for_load_state("networkidle")
    mark, sheet = page.locator("#hit").bounding_box(), page.locator("#page-2 .dz-paper").bounding_box()
    # The line stands at 400 of 842 points from the bottom: its mark lies there on the second page, in view.
    assert abs((mark["y"] - sheet["y"]) / sheet["height"] - (842 - 410) / 842) < 0.02
    assert 0 < mark["y"] < 800
    page.click("a.dz-view:has-text('正文')")
    assert page.wait_for_selector("mark#hit").inner_text().startswith("Article 2")
    with space.library.writing():
        space.library.remove("plan.pdf")
        space.library.flush()
