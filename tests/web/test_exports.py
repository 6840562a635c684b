"""Files made in the background: one's own, over what one may see, fetched when they are there."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.readers.registry import read_bytes
from kb.config import Limits
from kb.web.site import Site
from tests.web.test_groups import KEYS, SECRET, client, site  # noqa: F401 - the library with a document of a group


def bearer(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {KEYS[name]}"}


def export(client: TestClient, name: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:  # noqa: F811
    """The job's id and its last state."""
    job = client.post("/api/exports", json=body, headers=bearer(name)).json()["job"]
    pause = Event()
    for _ in range(600):
        now = client.get(f"/api/exports/{job}", headers=bearer(name)).json()
        if now["state"] not in ("waiting", "running"):
            return job, now
        pause.wait(0.05)
    raise AssertionError("the export does not end")


DUTIES = {"what": "duties", "kind": "docx", "query": {"task": "清扫保洁"}}


@pytest.mark.parametrize(("name", "sees"), [("外人", False), ("组员", True), ("主管", True)])
def test_an_export_holds_what_its_user_may_see(client: TestClient, name: str, sees: bool) -> None:  # noqa: F811
    job, now = export(client, name, DUTIES)
    assert (now["state"], now["name"], now["done"]) == ("done", "职责表 清扫保洁.docx", 2)
    file = client.get(f"/api/exports/{job}/file", headers=bearer(name))
    assert "attachment" in file.headers["content-disposition"]
    assert (SECRET in read_bytes("a.docx", file.content, Limits()).text) is sees


def test_nobody_sees_another_users_export(client: TestClient, site: Site) -> None:  # noqa: F811
    job, _ = export(client, "组员", DUTIES)
    for name in ("外人", "主管"):
        for method, path in (("GET", ""), ("GET", "/file"), ("POST", "/cancel"), ("POST", "/resume")):
            reply = client.request(method, f"/api/exports/{job}{path}", headers=bearer(name))
            assert (reply.status_code, SECRET in reply.text) == (400, False), path
    assert client.get(f"/api/manage/jobs/{job}", headers=bearer("主管")).status_code == 400
    assert all(j["id"] != job for j in client.get("/api/manage/jobs", headers=bearer("主管")).json()["jobs"])
    assert client.get("/api/progress", headers=bearer("外人")).json() == {"running": False}


def test_a_file_that_has_gone_is_said_so(client: TestClient, site: Site) -> None:  # noqa: F811
    job, _ = export(client, "组员", DUTIES)
    for file in (site.spaces.whole.library.folder / "exports").iterdir():
        file.unlink()
    reply = client.get(f"/api/exports/{job}/file", headers=bearer("组员"))
    assert (reply.status_code, "重新导出" in reply.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"what": "duties", "kind": "xlsx", "query": {}}, "请先给出工作或机构"),
        ({"what": "duties", "kind": "html", "query": {"task": "清扫"}}, "没有“duties.html”这种导出"),
        ({"what": "duties", "kind": "xlsx", "query": {"task": "清扫", "as_of": "昨天"}}, "日期“昨天”"),
        ({"what": "compare", "kind": "docx", "query": {"old": "办法.md"}}, "请选择两个以上的版本"),
        ({"what": "compare", "kind": "docx", "query": {"old": "办法.md", "new": "内部/方案.md"}}, "库中没有“内部/方案.md”"),
    ],
)  # fmt: skip
def test_an_export_that_cannot_be_made_says_why(client: TestClient, body: dict[str, Any], said: str) -> None:  # noqa: F811
    _, now = export(client, "外人", body)
    assert (now["state"], said in now["error"]) == ("failed", True)
