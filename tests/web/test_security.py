"""The guard stands before every route; headers stand on every reply; nobody else's page gets in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kb.errors import UsageError
from kb.web.app import create_app
from kb.web.security import COOKIE, OPEN_PATHS, Access, is_loopback, read_access
from kb.workspace import Workspace

ADMIN, READER = "admin-key-0123456789", "reader-key-012345678"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    users = tmp_path_factory.mktemp("users") / "users.txt"
    users.write_text(f"# 用户\n小王 {READER}\n", encoding="utf-8")
    return read_access("0.0.0.0", {"DINGZE_KEYS": f"主管:{ADMIN}", "DINGZE_USERS": str(users)})


@pytest.fixture(scope="module")
def closed(space: Workspace, access: Access) -> TestClient:
    return TestClient(create_app(space, access), raise_server_exceptions=False, follow_redirects=False)


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


def test_no_route_answers_without_a_key(closed: TestClient) -> None:
    walked = routes(closed.app)  # type: ignore[arg-type]
    assert {"/api/ask", "/v1/chat/completions", "/config"} <= {path for _, path in walked}
    assert any(path.endswith("/queue/join") for _, path in walked)  # Gradio's own among them
    for method, path in walked:
        filled = "".join("x" if c in "{}" else c for c in path) or "/"
        if filled in OPEN_PATHS:
            continue
        reply = closed.request(method, filled)
        assert reply.status_code == 401, f"{method} {filled} answers {reply.status_code}"


@pytest.mark.parametrize("headers", [{"authorization": f"Bearer {READER}"}, {"cookie": f"{COOKIE}={READER}"}])
def test_a_key_opens(closed: TestClient, headers: dict[str, str]) -> None:
    assert closed.get("/api/documents", headers=headers).status_code == 200
    assert closed.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wrong-key-00000000", f"Basic {READER}", f"bearer {READER}x"])
def test_a_wrong_key_does_not(closed: TestClient, key: str) -> None:
    assert closed.get("/api/documents", headers={"authorization": key}).status_code == 401


def test_readers_do_not_upload(closed: TestClient) -> None:
    files = {"files": ("a.txt", b"x")}
    reader = closed.post("/gradio_api/upload", files=files, headers={"authorization": f"Bearer {READER}"})
    admin = closed.post("/gradio_api/upload", files=files, headers={"authorization": f"Bearer {ADMIN}"})
    assert (reader.status_code, admin.status_code) == (403, 200)


def test_login_sets_a_cookie_and_goes_nowhere_else(closed: TestClient) -> None:
    assert closed.get("/library", headers={"accept": "text/html"}).headers["location"] == "/login?next=/library"
    wrong = closed.post("/login", data={"key": "no", "next": "/"})
    assert (wrong.status_code, COOKIE in wrong.headers.get("set-cookie", "")) == (401, False)
    right = closed.post("/login", data={"key": READER, "next": "//evil.example"})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert all(word in right.headers["set-cookie"] for word in ("HttpOnly", "SameSite=strict"))
    closed.cookies.clear()


@pytest.mark.parametrize(
    "path", ["/", "/library", "/api/documents", "/source/没有", "/health", "/style.css", "/nowhere"]
)
def test_every_reply_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]  # no other origin is allowed
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_other_sites_are_turned_away(space: Workspace) -> None:
    local = TestClient(create_app(space, read_access("127.0.0.1", {})), base_url="http://127.0.0.1:7860")
    assert local.get("/health").status_code == 200
    assert local.get("/health", headers={"host": "evil.example"}).status_code == 421  # DNS rebinding
    sent = local.post("/api/ask", json={"question": "问"}, headers={"origin": "http://evil.example"})
    assert sent.status_code == 403


@pytest.mark.parametrize(
    "path", ["/proxy=http://127.0.0.1/", "/gradio_api/proxy=http://x/", "/monitoring", "/gradio_api/runs"]
)
def test_doors_of_gradio_that_nobody_needs_are_shut(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_gradio_gives_no_file_of_the_machine(client: TestClient, space: Workspace) -> None:
    secret = Path(space.settings.library) / "library.sqlite"
    assert client.get(f"/gradio_api/file={secret}").status_code in (403, 404)


def test_an_open_address_needs_keys() -> None:
    with pytest.raises(UsageError, match="DINGZE_KEYS"):
        read_access("0.0.0.0", {})
    with pytest.raises(UsageError, match="12 个字符"):
        read_access("127.0.0.1", {"DINGZE_KEYS": "小王:short"})
    with pytest.raises(UsageError, match="找不到"):
        read_access("127.0.0.1", {"DINGZE_USERS": "无此文件"})


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("10.0.0.5", False), ("kb.example", False)])  # fmt: skip
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local
