"""The guard stands before every route; headers stand on every reply; nobody else's page gets in."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kb.access.people import People
from kb.access.tables import open_desk
from kb.errors import UsageError
from kb.web.access import COOKIE, OPEN_PATHS, find_role, is_loopback, read_access
from kb.web.app import create_app
from kb.web.observe import make_log
from kb.web.site import Site, open_site
from kb.workspace import Workspace

ADMIN, READER, EDITOR = "admin-key-0123456789", "reader-key-012345678", "editor-key-012345678"
PASSWORD = "正确的密码123456"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def guarded(space: Workspace, tmp_path_factory: pytest.TempPathFactory, log: io.StringIO) -> Site:
    people = People(open_desk(tmp_path_factory.mktemp("desk")))
    people.add_user("小王", "reader", PASSWORD)
    people.add_key("小王", key=READER)
    people.add_user("小李", "editor")
    people.add_key("小李", key=EDITOR)
    access = read_access("0.0.0.0", {"DINGZE_KEYS": f"主管:{ADMIN}"}, people)
    return open_site(space, access, make_log(log))


@pytest.fixture(scope="module")
def closed(guarded: Site) -> Iterator[TestClient]:
    with TestClient(create_app(guarded), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the application, of the routers included in it and of what is mounted in it."""
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", app)]
    while stack:
        prefix, here = stack.pop()
        for route in here.routes:
            if hasattr(route, "original_router"):
                inner = route.include_context.prefix if hasattr(route.include_context, "prefix") else ""
                stack.append((prefix + inner, route.original_router))
            elif hasattr(getattr(route, "app", None), "routes"):
                stack.append((prefix + route.path, route.app))
            else:
                found += [(method, prefix + route.path) for method in (getattr(route, "methods", None) or {"GET"})]
    return sorted(set(found))


def test_no_route_answers_without_a_user(closed: TestClient) -> None:
    walked = routes(closed.app)  # type: ignore[arg-type]
    paths = {path for _, path in walked}
    assert {
        "/api/ask",
        "/v1/chat/completions",
        "/config",
        "/mcp",
        "/page/{document:path}",
        "/export/{what}.{kind}",
    } <= paths
    assert any(path.endswith("/queue/join") for path in paths)  # Gradio's own among them
    for method, path in walked:
        filled = "".join("x" if c in "{}" else c for c in path) or "/"
        if filled in OPEN_PATHS:
            continue
        reply = closed.request(method, filled)
        assert reply.status_code == 401, f"{method} {filled} answers {reply.status_code}"
        assert len(reply.content) < 400


def test_a_key_opens(closed: TestClient) -> None:
    assert closed.get("/api/documents", headers=bearer(READER)).status_code == 200
    assert closed.get("/", headers=bearer(READER)).status_code == 200
    tools = closed.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        headers={**bearer(READER), "accept": "application/json, text/event-stream"},
    )
    assert {t["name"] for t in tools.json()["result"]["tools"]} == {"search", "ask", "compare", "duties"}


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wrong-key-00000000", f"Basic {READER}", f"bearer {READER}x"])
def test_a_wrong_key_does_not(closed: TestClient, key: str) -> None:
    assert closed.get("/api/documents", headers={"authorization": key}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "reader", "editor", "admin"),
    [
        ("GET", "/admin", 403, 200, 200),
        ("GET", "/admin/health", 403, 200, 200),
        ("GET", "/admin/people", 403, 403, 200),
        ("GET", "/admin/audit", 403, 403, 200),
        ("GET", "/api/manage/jobs", 403, 200, 200),
        ("GET", "/api/manage/audit", 403, 403, 200),
        ("POST", "/api/manage/people/users/nobody/remove", 403, 403, 400),  # the administrator reaches it: no such user
        ("POST", "/api/manage/uploads", 403, 422, 422),  # without a file
        ("POST", "/api/manage/entries", 403, 422, 422),
        ("POST", "/api/manage/entries/remove", 403, 422, 422),
        ("POST", "/api/manage/lineage", 403, 422, 422),
        ("POST", "/api/manage/lineage/99/withdraw", 403, 400, 400),
        ("GET", "/admin/lineage", 403, 200, 200),
        ("POST", "/api/exports", 422, 422, 422),  # a reader's own
        ("POST", "/gradio_api/upload", 403, 403, 400),
    ],
)
def test_roles(closed: TestClient, method: str, path: str, reader: int, editor: int, admin: int) -> None:
    for key, want in ((READER, reader), (EDITOR, editor), (ADMIN, admin)):
        assert closed.request(method, path, headers=bearer(key)).status_code == want


def test_the_longest_beginning_of_a_path_decides_its_role() -> None:
    paths = ("/", "/administer", "/admin", "/admin/people", "/admin/people/x", "/api/ask", "/api/manage/people/groups")
    assert [find_role(p) for p in paths] == ["reader", "reader", "editor", "admin", "admin", "reader", "admin"]


def test_sign_in_gives_a_session_and_goes_nowhere_else(closed: TestClient) -> None:
    away = closed.get("/library?q=甲", headers={"accept": "text/html"}).headers["location"]
    assert away == "/login?next=/library%3Fq%3D%25E7%2594%25B2"
    page = closed.get(away)
    assert (page.status_code, "<style>" in page.text) == (200, True)
    wrong = closed.post("/login", data={"name": "小王", "password": "不是这个", "next": "/"})
    assert (wrong.status_code, COOKIE in wrong.headers.get("set-cookie", "")) == (401, False)
    right = closed.post("/login", data={"name": "小王", "password": PASSWORD, "next": "//evil.example"})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert all(word in right.headers["set-cookie"] for word in ("HttpOnly", "SameSite=strict"))
    assert closed.get("/api/documents").status_code == 200
    # With the session alone a change needs the sign of our own page: another site's form has neither.
    asked = {"question": "小广告"}
    assert closed.post("/api/search", json=asked).status_code == 403
    assert closed.post("/api/search", json=asked, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert closed.post("/api/search", json=asked, headers={"origin": "http://evil.example"}).status_code == 403
    assert closed.post("/api/search", json=asked, headers={"origin": "http://testserver"}).status_code == 200
    assert closed.post("/logout", headers={"origin": "http://testserver"}).headers["location"] == "/login"
    assert closed.get("/api/documents").status_code == 401
    closed.cookies.clear()


def test_questions_reads_and_changes_are_in_the_audit_log(closed: TestClient, guarded: Site) -> None:
    headers = {**bearer(READER), "x-request-id": "abc-123"}
    closed.post("/api/ask", json={"question": "责任人不明确的由谁确定？"}, headers=headers)
    closed.get("/source/条例(2018).md", headers=headers)
    closed.get("/admin/people", headers=headers)
    newest = [(e.user, e.action, e.what, e.request) for e in guarded.audit.find(user="小王", limit=3)]
    assert newest == [
        ("小王", "refused", "403 /admin/people", "abc-123"),
        ("小王", "read", "条例(2018).md", "abc-123"),
        ("小王", "ask", "责任人不明确的由谁确定？", "abc-123"),
    ]


def test_the_log_is_one_json_object_a_line_without_what_was_asked(closed: TestClient, log: io.StringIO) -> None:
    log.truncate(0)
    log.seek(0)
    closed.post("/api/search", json={"question": "机密问题"}, headers={**bearer(READER), "x-request-id": "r-1"})
    line = json.loads(log.getvalue().strip())
    assert {k: line[k] for k in ("request", "user", "method", "path", "status", "event")} == {
        "request": "r-1", "user": "小王", "method": "POST", "path": "/api/search", "status": 200, "event": "request",
    }  # fmt: skip
    assert "机密" not in log.getvalue()


def test_a_user_asks_only_so_often(space: Workspace, tmp_path: Path) -> None:
    access = read_access("0.0.0.0", {"DINGZE_KEYS": f"主管:{ADMIN}", "DINGZE_RATE": "3"}, People(open_desk(tmp_path)))
    client = TestClient(create_app(open_site(space, access)), raise_server_exceptions=False)
    replies = [client.post("/api/search", json={"question": "小广告"}, headers=bearer(ADMIN)) for _ in range(5)]
    assert [r.status_code for r in replies] == [200, 200, 200, 429, 429]
    assert "retry-after" in replies[-1].headers
    assert client.get("/api/documents", headers=bearer(ADMIN)).status_code == 200  # reading a list is not counted
    tries = [client.post("/login", data={"name": "x", "password": "y"}).status_code for _ in range(11)]
    assert tries == [401] * 10 + [429]


@pytest.mark.parametrize(
    "path", ["/", "/library", "/api/documents", "/source/没有", "/healthz", "/style.css", "/nowhere"]
)
def test_every_reply_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]  # no other origin is allowed
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["x-request-id"]
    assert ("'unsafe-eval'" in headers["content-security-policy"]) is (path == "/")  # Gradio's page alone needs it


def test_other_sites_are_turned_away(space: Workspace) -> None:
    local = TestClient(create_app(open_site(space, read_access("127.0.0.1", {}))), base_url="http://127.0.0.1:7860")
    assert local.get("/healthz").status_code == 200
    assert local.get("/healthz", headers={"host": "evil.example"}).status_code == 421  # DNS rebinding
    sent = local.post("/api/ask", json={"question": "问"}, headers={"origin": "http://evil.example"})
    assert sent.status_code == 403


@pytest.mark.parametrize(
    "path", ["/proxy=http://127.0.0.1/", "/gradio_api/proxy=http://x/", "/monitoring", "/gradio_api/runs"]
)
def test_doors_of_gradio_that_nobody_needs_are_shut(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_gradio_keeps_no_questions_in_the_browser(client: TestClient) -> None:
    assert client.get("/config").json()["run_history"] is False


def test_gradio_gives_no_file_of_the_machine(client: TestClient, space: Workspace) -> None:
    for name in ("library.sqlite", "desk.sqlite"):
        assert client.get(f"/gradio_api/file={Path(space.settings.library) / name}").status_code in (403, 404)


def test_an_open_address_needs_people(tmp_path: Path) -> None:
    people = People(open_desk(tmp_path))
    with pytest.raises(UsageError, match="kb users add"):
        read_access("0.0.0.0", {}, people)
    with pytest.raises(UsageError, match="12 个字符"):
        read_access("127.0.0.1", {"DINGZE_KEYS": "小王:short"})
    with pytest.raises(UsageError, match="DINGZE_RATE"):
        read_access("127.0.0.1", {"DINGZE_RATE": "often"})
    assert read_access("127.0.0.1", {}, people).required is False
    people.add_user("主管", "admin", PASSWORD)
    assert read_access("127.0.0.1", {}, people).required is True  # also on this machine, once there are users


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("10.0.0.5", False), ("kb.example", False)])  # fmt: skip
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local
