"""The main paths in a real browser: asking, sources, following up, finding, comparing, uploading; narrow, keyboard, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="没有 /usr/bin/chromium"),
]
QUESTION = "责任人不明确的由谁确定？"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, address: str) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """A fresh page that fails the test on a script error or on any request that leaves the machine."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda e: trouble.append(str(e)))
    page.on("dialog", lambda d: (trouble.append(f"dialog {d.message}"), d.dismiss()))
    page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else trouble.append(r.url))
    yield page
    context.close()
    assert trouble == []


def test_a_question_is_answered_and_its_source_opens_at_the_quote(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/")
    page.fill("#dz-question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".dz-answer")
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
    page.wait_for_selector(".dz-answer")
    assert "以 2024-01-01 为准" in page.inner_text(".dz-line")
    page.fill("#dz-question textarea", "小广告呢？")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.dz-answer').length === 2")
    assert page.locator(".dz-asked").all_inner_texts() == [QUESTION, "小广告呢？"]


def test_a_hostile_question_and_a_bad_date_do_no_harm(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/?q=<img src=x onerror=alert(1)>${1%2B1}{{7*7}}&as_of=2024-02-30")
    page.wait_for_selector(".dz-notice.dz-error")
    assert page.inner_text(".dz-asked") == "<img src=x onerror=alert(1)>${1+1}{{7*7}}"


def test_library_narrows_without_reloading_and_goes_back(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/library")
    page.wait_for_selector(".dz-list")
    page.select_option("select[name=year]", "2018")
    page.wait_for_function("document.querySelectorAll('.dz-list li').length === 1")
    assert parse_qs(urlsplit(page.url).query) == {"year": ["2018"]}
    page.click(".dz-list a >> nth=0")
    page.wait_for_selector(".dz-outline")
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.dz-list li').length === 1")


def test_compare_and_duties_open_from_an_address(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/compare?old=条例(2018).md&new=条例(2023).md")
    page.wait_for_selector(".dz-row ins")
    page.goto("/duties?agency=街道办事处")
    page.wait_for_selector(".dz-matrix tbody tr")


def test_a_file_is_uploaded_reported_and_removed(page, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "河道办法.txt"
    file.write_text("河道管理办法\n第一条 水利部门负责河道保洁。\n", encoding="utf-8")
    page.goto("/admin")
    page.wait_for_selector("#dz-health dl")
    page.set_input_files("#dz-files input[type=file]", str(file))
    page.wait_for_selector("#dz-files :text('河道办法')")
    page.click("#dz-send")
    page.wait_for_selector("#dz-report table :text('已读入')")
    page.click("#dz-gone input")
    page.click("[role=option]:has-text('河道办法')")
    page.keyboard.press("Escape")
    page.click("button:text-is('移除')")
    page.wait_for_selector("#dz-report :text('已移除 1 份文件')")


@pytest.mark.parametrize(
    "path", ["/", "/library", "/duties", "/compare", "/admin", "/source/条例(2018).md?start=60&end=80"]
)
def test_nothing_is_wider_than_a_phone(page, path: str) -> None:  # type: ignore[no-untyped-def]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    page.wait_for_selector(".dz-example, .dz-list, .dz-form, #dz-health dl, .dz-outline")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_the_source_opens_below_the_answer(page) -> None:  # type: ignore[no-untyped-def]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/?q={QUESTION}")
    page.wait_for_selector(".dz-answer")
    page.click(".dz-cite >> nth=0")
    page.wait_for_selector("#dz-panel mark")
    assert page.locator("#dz-panel").bounding_box()["y"] > page.locator(".dz-answer").bounding_box()["y"]


def test_pages_are_reached_by_keyboard(page) -> None:  # type: ignore[no-untyped-def]
    page.goto("/source/条例(2018).md")
    names = []
    for _ in range(4):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
    assert names[1:] == ["问答", "职责", "文库"]
    page.keyboard.press("Enter")
    page.wait_for_selector(".dz-list")
