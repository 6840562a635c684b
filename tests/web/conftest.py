"""One small library of invented documents, read by the real pipeline; the application over it; one real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.pipeline import ingest
from kb.config import read_settings
from kb.web.access import Access
from kb.web.app import create_app
from kb.web.site import Site, open_site
from kb.workspace import Workspace, open_workspace

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
OLD = """# 青禾市市容管理条例

（2018年3月1日青禾市人民代表大会常务委员会通过 自2018年5月1日起施行）

## 第一章 总则

第一条 为了加强市容管理，制定本条例。

第二条 背街小巷的清扫保洁由街道办事处协助。

第三条 责任人不明确的，由区城市管理部门在20日内确定。

第四条 乱张贴小广告的，由城市管理部门责令清除。
"""
NEW = OLD.replace("2018年", "2023年").replace("由街道办事处协助", "由街道办事处负责").replace("20日", "10日")
# A title and a text that would run as a script, and text that looks like a template, if anything forgot to escape.
HOSTILE = """# 关于<script>alert(1)</script>整治的通知

一、工作要求

各单位应当负责清理“<img src=x onerror=alert(2)>”标语，${1+1} {{7*7}} 不得执行。
"""
DOCUMENTS = {"条例(2018).md": OLD, "条例(2023).md": NEW, "通知/整治.md": HOSTILE}


@pytest.fixture(scope="session")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("web")
    for name, text in DOCUMENTS.items():
        path = root / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = read_settings({"DINGZE_ENCODER": "hashing", "DINGZE_WORKERS": "1"}, library=root / "library")
    space = open_workspace(settings, create=True)
    report = ingest([root / "documents"], space.library, settings)
    assert report.failed == []
    return space


@pytest.fixture(scope="session")
def site(space: Workspace) -> Site:
    return open_site(space, Access())


@pytest.fixture(scope="session")
def app(site: Site) -> FastAPI:
    return create_app(site)


@pytest.fixture(scope="session")
def client(space: Workspace) -> Iterator[TestClient]:
    # An application of its own: the server of the browser tests runs the other one's start and stop.
    with TestClient(create_app(open_site(space, Access())), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """The base address of a real server of the same application, on a free port."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()  # the socket already listens in the kernel's queue once bound by uvicorn; clients wait, nothing sleeps
    bound.listen()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("没有 /usr/bin/chromium")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[{}])
def page(browser, address: str, request: pytest.FixtureRequest) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """A fresh page that fails the test on a script error or on any request that leaves the machine."""
    settings = {"viewport": {"width": 1280, "height": 800}, **request.param}
    context = browser.new_context(base_url=address, locale="zh-CN", **settings)
    context.set_default_timeout(60_000)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda e: trouble.append(str(e)))
    page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else trouble.append(r.url))
    yield page
    context.close()
    assert trouble == []
