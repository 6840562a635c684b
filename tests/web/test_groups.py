"""A document of a group is nowhere for who is not in it: pages, API, MCP, downloads, page pictures, exports, conversation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from reportlab.pdfgen import canvas

from ingest.pipeline import ingest
from kb.access.people import People, User
from kb.access.tables import open_desk
from kb.config import read_settings
from kb.web.access import read_access
from kb.web.app import create_app
from kb.web.pages.ask import answer_turn, open_conversation
from kb.web.site import Chosen, Site, open_site
from kb.workspace import open_workspace

SECRET = "玄武项目"
PUBLIC = "# 环境卫生办法\n\n（2023年1月1日起施行）\n\n第一条 街道办事处负责背街小巷清扫保洁。\n"
HIDDEN = f"# 清扫保洁内部方案\n\n（2024年1月1日起施行）\n\n第一条 市城市管理局负责背街小巷清扫保洁的{SECRET}。\n\n第二条 {SECRET}投入320万元。\n"
KEYS = {"外人": "outsider-key-0123456", "组员": "member-key-012345678", "主管": "admin-key-0123456789"}
QUESTION = "背街小巷清扫保洁由谁负责？"
ADDRESSES = (
    "/library", "/library?q=清扫保洁", f"/library?q={SECRET}", "/fragment/library?q=清扫保洁", "/fragment/scope",
    "/duties?task=清扫保洁", "/duties?agency=市城市管理局", "/fragment/duties?task=清扫保洁", "/compare", "/fragment/compare",
    "/compare?old=内部/方案.md&new=办法.md", "/source/内部/方案.md", "/source/内部/方案.md?part=panel&start=0&end=90",
    "/source/内部/附图.pdf?view=page", "/page/内部/附图.pdf?n=1", "/original/内部/附图.pdf", "/original/内部/方案.md", "/fragment/follow?id=2",
    "/api/documents", "/api/documents/内部/方案.md", "/api/duties?task=清扫保洁", "/export/duties.docx?task=清扫保洁",
    "/export/duties.xlsx?task=清扫保洁", "/api/conversations", "/openapi.json", "/docs", "/metrics", "/api/progress", "/config", "/",
)  # fmt: skip
BODIES = (
    ("/api/ask", {"question": QUESTION}), ("/api/ask", {"question": f"{SECRET}投入多少？"}),
    ("/api/search", {"question": f"{SECRET} 清扫保洁", "k": 100}),
    ("/api/compare", {"old": "内部/方案.md", "new": "办法.md"}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": f"{SECRET}由谁负责？"}]}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}], "stream": True}),
)  # fmt: skip
TOOLS = (
    ("search", {"query": f"{SECRET} 清扫保洁", "k": 50}), ("ask", {"question": QUESTION}),
    ("compare", {"old": "内部/方案.md", "new": "办法.md"}), ("duties", {"task": "清扫保洁"}), ("duties", {"agency": "市城市管理局"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("groups")
    (root / "d" / "内部").mkdir(parents=True)
    (root / "d" / "办法.md").write_text(PUBLIC, encoding="utf-8")
    (root / "d" / "内部" / "方案.md").write_text(HIDDEN, encoding="utf-8")
    drawing = canvas.Canvas(str(root / "d" / "内部" / "附图.pdf"))
    drawing.drawString(72, 720, "Project XUANWU drawing number 1 of the street plan")
    drawing.save()
    settings = read_settings({"DINGZE_ENCODER": "hashing", "DINGZE_WORKERS": "1"}, library=root / "library")
    space = open_workspace(settings, create=True)
    assert ingest([root / "d"], space.library, settings).failed == []
    people = People(open_desk(root / "library"))
    for name, role in (("外人", "reader"), ("组员", "reader"), ("主管", "admin")):
        people.add_user(name, role)  # type: ignore[arg-type]
        people.add_key(name, key=KEYS[name])
    people.set_group("内部", ["内部/"], ["组员"])
    return open_site(space, read_access("0.0.0.0", {}, people))


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(site), raise_server_exceptions=False) as client:
        yield client


def everything(client: TestClient, name: str) -> dict[str, str]:
    """What every address and every call gives to a user."""
    headers = {"authorization": f"Bearer {KEYS[name]}"}
    found = {a: client.get(a, headers=headers).content.decode("utf-8", "ignore") for a in ADDRESSES}
    for path, body in BODIES:
        found[f"{path} {body}"] = client.post(path, json=body, headers=headers).text
    for tool, arguments in TOOLS:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        accept = {"accept": "application/json, text/event-stream"}
        found[f"mcp {tool} {arguments}"] = client.post("/mcp", json=call, headers={**headers, **accept}).text
    return found


def told(text: str) -> bool:
    """Whether a reply tells of the hidden documents more than its own question did."""
    answer = text.replace(f"{SECRET}投入多少", "").replace(f"{SECRET} 清扫保洁", "").replace(f"{SECRET}由谁负责", "")
    answer = answer.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
    return (
        SECRET in answer or "清扫保洁内部方案" in answer or "320万" in answer or "XUANWU" in answer or "附图" in answer
    )


def test_an_outsider_finds_nothing_by_any_way(client: TestClient) -> None:
    names = "“内部/附图.pdf”"  # an address that is refused is named as it was asked
    leaks = [a for a, text in everything(client, "外人").items() if told(text.replace(names, ""))]
    assert leaks == []


@pytest.mark.parametrize("name", ["组员", "主管"])
def test_members_and_administrators_find_it_by_every_way_that_shows_documents(client: TestClient, name: str) -> None:
    found = everything(client, name)
    blind = [a for a, text in found.items() if not told(text)]
    expected_blind = {
        "/openapi.json", "/docs", "/metrics", "/api/progress", "/config", "/", "/api/conversations", "/fragment/scope",
    }  # fmt: skip
    # Pictures and packed files do not hold the words as such; that they come at all is looked at below.
    packed = {
        a
        for a in ADDRESSES
        if a.startswith(("/page/", "/original/内部/附图", "/export/", "/fragment/follow", "/source/内部/附图"))
    }
    assert set(blind) - packed <= expected_blind | {a for a in blind if "320万" not in found[a] and "follow" in a}


@pytest.mark.parametrize(
    "path", ["/page/内部/附图.pdf?n=1", "/original/内部/附图.pdf", "/source/内部/附图.pdf?view=page"]
)
def test_pictures_and_files_by_user(client: TestClient, path: str) -> None:
    status = {n: client.get(path, headers={"authorization": f"Bearer {k}"}).status_code for n, k in KEYS.items()}
    assert status == {"外人": 404, "组员": 200, "主管": 200}


def test_a_conversation_of_who_has_left_the_group_shows_it_no_more(site: Site) -> None:
    member = site.people.get_user("组员")
    assert member is not None
    last = list(answer_turn(site, member, {"question": f"{SECRET}由谁负责？"}, {}, ""))[-1]
    assert "内部方案" in last[1]
    id = last[3]["conversation"]
    assert SECRET in open_conversation(site, member, id)[0]
    site.people.set_group("内部", ["内部/"], [])
    left = site.people.get_user("组员")
    assert left is not None
    assert "内部方案" not in open_conversation(site, left, id)[0]
    site.people.set_group("内部", ["内部/"], ["组员"])


def test_a_question_narrowed_to_a_kind_of_document_stays_within_it(site: Site) -> None:
    space = site.spaces.of(User("主管", "admin"), Chosen(agency="内部方案"))
    assert {i.document for i in space.library.find_documents()} == {"内部/方案.md"}
    answer = space.ask(QUESTION, as_of=date(2025, 1, 1))
    assert {c.document for c in answer.citations} <= {"内部/方案.md"}
    assert site.spaces.of(User("主管", "admin"), Chosen(agency="内部方案")) is space  # kept: its catalogue costs time


def test_the_original_is_given_as_it_is_and_never_runs(client: TestClient, site: Site) -> None:
    headers = {"authorization": f"Bearer {KEYS['主管']}"}
    reply = client.get("/original/办法.md", headers=headers)
    assert (reply.text, reply.headers["content-type"]) == (PUBLIC, "application/octet-stream")
    assert reply.headers["content-disposition"].startswith("attachment;")
    seen = site.spaces.whole.library.get_source("办法.md")
    assert seen is not None
    path = Path(seen["root"]) / "办法.md"
    path.write_text(PUBLIC + "\n第二条 添加。\n", encoding="utf-8")
    changed = client.get("/original/办法.md", headers=headers)
    assert (changed.status_code, "有改动" in changed.json()["error"]) == (404, True)
    path.write_text(PUBLIC, encoding="utf-8")
