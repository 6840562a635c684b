"""The HTTP API gives the objects of the interface, and bad input never more than a Chinese 4xx."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from fastapi.testclient import TestClient

from kb.access.people import LOCAL
from kb.formats import format_answer, format_search
from kb.web.pages.ask import answer_turn
from kb.web.site import Site
from kb.workspace import Workspace

QUESTION = "背街小巷的清扫保洁由谁负责？"


def test_ask_gives_the_answer_of_the_command_line(client: TestClient, space: Workspace) -> None:
    reply = client.post("/api/ask", json={"question": QUESTION, "as_of": "2024-01-01", "id": "q1"}).json()
    want = format_answer(space.ask(QUESTION, as_of=date(2024, 1, 1)), "q1")
    assert {**reply, "elapsed_ms": 0} == {**want, "elapsed_ms": 0}
    for c in reply["citations"]:
        text = client.get(f"/api/documents/{c['document']}").json()["text"]
        assert text[c["start"] : c["end"]] == c["quote"]


def test_search_gives_hits(client: TestClient, space: Workspace) -> None:
    reply = client.post("/api/search", json={"question": "小广告", "k": 2}).json()
    want = format_search("小广告", space.search("小广告", k=2)[0], 0)
    assert {**reply, "elapsed_ms": 0} == {**want, "elapsed_ms": 0}
    assert len(reply["hits"]) == 2


def test_compare_finds_the_changed_role_and_number(client: TestClient) -> None:
    reply = client.post("/api/compare", json={"old": "条例(2018).md", "new": "条例(2023).md"}).json()
    assert set(reply) >= {"old", "new", "rows", "summary"}
    changed = [r["new"] for r in reply["rows"] if r["change"] == "reworded"]
    assert any("第二条" in label for labels in changed for label in labels)


def test_documents_are_listed_and_shown(client: TestClient) -> None:
    listed = client.get("/api/documents", params={"q": "条例", "limit": 1}).json()
    assert (listed["total"], [d["document"] for d in listed["documents"]]) == (2, ["条例(2018).md"])
    shown = client.get("/api/documents/通知/整治.md").json()
    assert shown["text"].startswith("# 关于<script>")  # JSON carries the text as it stands


@pytest.mark.parametrize("stream", [False, True])
def test_openai_clients_get_the_same_text_and_references(client: TestClient, stream: bool) -> None:
    asked = {"model": "any", "temperature": 0.3, "stream": stream, "messages": [{"role": "user", "content": QUESTION}]}
    want = client.post("/api/ask", json={"question": QUESTION}).json()
    reply = client.post("/v1/chat/completions", json=asked)
    if not stream:
        assert reply.json()["choices"][0]["message"]["content"] == want["text"]
        assert reply.json()["references"] == want["citations"]
        return
    lines = [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line and not line.startswith(":")]
    assert lines.pop() == "[DONE]"
    events = [json.loads(line) for line in lines]
    assert "".join(e["choices"][0]["delta"].get("content", "") for e in events) == want["text"]
    assert (events[-1]["references"], events[-1]["choices"][0]["finish_reason"]) == (want["citations"], "stop")


BAD: tuple[tuple[str, str, object, int], ...] = (
    ("POST", "/api/ask", {"question": ""}, 422),  # nothing asked
    ("POST", "/api/ask", {"question": "　 \n"}, 422),  # white space only, full-width too
    ("POST", "/api/ask", {"question": "长" * 2001}, 422),  # over the limit by one
    ("POST", "/api/ask", {"question": "问", "as_of": "2024-02-30"}, 422),  # no such day
    ("POST", "/api/ask", {"question": "问", "history": ["前"] * 21}, 422),
    ("POST", "/api/ask", {"question": 7}, 422),
    ("POST", "/api/ask", [1], 422),
    ("POST", "/api/ask", b"{not json", 422),
    ("POST", "/api/ask", b"\xff\xfe\x00", 400),  # not UTF-8
    ("POST", "/api/ask", b'{"question": "' + b"a" * 600_000 + b'"}', 413),
    ("POST", "/api/search", {"question": "问", "k": 0}, 422),
    ("POST", "/api/search", {"question": "问", "k": 10**9}, 422),
    ("POST", "/api/compare", {"old": "无.md", "new": "条例(2023).md"}, 404),
    ("POST", "/api/compare", {"old": "条例(2018).md@ffffffff", "new": "条例(2023).md"}, 404),
    ("GET", "/api/documents/没有.md", None, 404),
    ("GET", "/api/documents/..%2f..%2fetc%2fpasswd", None, 404),
    ("GET", "/api/documents?limit=-1", None, 422),
    ("GET", "/source/没有.md", None, 404),
    ("GET", "/source/条例(2018).md?start=-5", None, 422),
    ("GET", "/fragment/secret", None, 404),
    ("GET", "/api/ask", None, 404),
    ("PUT", "/api/documents/条例(2018).md", {}, 404),
    ("GET", "/v1/nowhere", None, 404),
    ("POST", "/v1/chat/completions", {"messages": []}, 422),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "assistant", "content": "答"}]}, 400),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": None}]}, 400),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "长" * 2001}]}, 400),
)


@pytest.mark.parametrize(("method", "path", "body", "status"), BAD, ids=lambda v: str(v)[:40])
def test_bad_input_is_a_chinese_4xx(client: TestClient, method: str, path: str, body: object, status: int) -> None:
    sent = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    reply = client.request(method, path, headers={"content-type": "application/json"}, **sent)  # type: ignore[arg-type]
    assert reply.status_code == status
    error = reply.json()["error"]
    message = error["message"] if isinstance(error, dict) else error
    assert any("\u4e00" <= c <= "\u9fff" for c in message)


@pytest.mark.parametrize(
    "question", ["<script>alert(1)</script>", "${1+1}", "' OR 1=1 --", "\u0000", "😀" * 50, "[1][2]", '"']
)
def test_odd_questions_get_an_answer(client: TestClient, question: str) -> None:
    assert client.post("/api/ask", json={"question": question}).status_code == 200
    assert client.post("/api/search", json={"question": question}).status_code == 200


def test_probes_and_definition(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    definition = client.get("/openapi.json").json()
    assert definition["components"]["schemas"]["AskRequest"]["examples"]
    assert "小广告" not in client.get("/docs").text  # the definition tells nothing of the documents
    metrics = client.get("/metrics").text
    assert "dingze_documents 3.0" in metrics
    assert 'dingze_requests_total{area="api"' in metrics


def test_an_answer_of_the_page_is_kept_exported_and_judged(client: TestClient, site: Site) -> None:
    turns = list(answer_turn(site, LOCAL, {"question": QUESTION, "as_of": "2024-01-01"}, {}, ""))
    id = re.findall(r'data-answer="([^"]+)"', turns[-1][1])[0]
    word = client.get("/export/answer.docx", params={"id": id})
    assert (word.status_code, word.content[:2]) == (200, b"PK")
    given = client.post("/api/feedback", json={"answer": id, "verdict": "wrong", "reason": "已经失效", "note": "<b>"})
    assert given.json() == {"answer": id, "verdict": "wrong"}
    page = client.get("/admin/feedback").text
    assert "已经失效：&lt;b&gt;" in page
    assert client.post("/api/feedback", json={"answer": "无", "verdict": "wrong"}).status_code == 400
    assert client.get("/export/answer.docx", params={"id": "无"}).status_code == 400


def test_the_responsibility_table_is_exported(client: TestClient) -> None:
    assert client.get("/export/duties.xlsx?agency=街道办事处").content[:2] == b"PK"
    assert client.get("/export/duties.docx?agency=街道办事处").content[:2] == b"PK"
    assert client.get("/export/duties.xlsx").status_code == 400
    assert client.get("/export/duties.pdf?agency=街道办事处").status_code == 422
    shown = client.get("/api/duties?agency=街道办事处").json()
    assert shown["total"] == len(shown["duties"]) > 0


def test_tools_for_other_models(client: TestClient) -> None:
    def call(name: str, **arguments: object) -> dict[str, object]:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        reply = client.post("/mcp", json=body, headers={"accept": "application/json, text/event-stream"})
        return dict(reply.json()["result"])

    answer = json.loads(call("ask", question=QUESTION, as_of="2024-01-01")["content"][0]["text"])  # type: ignore[index]
    want = client.post("/api/ask", json={"question": QUESTION, "as_of": "2024-01-01"}).json()
    assert answer["citations"] == want["citations"]
    hits = json.loads(call("search", query="小广告", k=1)["content"][0]["text"])["hits"]  # type: ignore[index]
    assert len(hits) == 1
    rows = json.loads(call("compare", old="条例(2018).md", new="条例(2023).md")["content"][0]["text"])["rows"]  # type: ignore[index]
    assert any(r["change"] == "reworded" for r in rows)
    assert json.loads(call("duties", agency="街道办事处")["content"][0]["text"])["duties"]  # type: ignore[index]
    bad = call("ask", question=" ")
    assert (bad["isError"], "不能为空" in bad["content"][0]["text"]) == (True, True)  # type: ignore[index]


@pytest.mark.parametrize(
    ("scope", "documents"),
    [
        ({"place": "青禾市"}, {"条例(2018).md", "条例(2023).md"}),
        ({"place": "云泽市"}, set()),
        ({"agency": "青禾市"}, {"条例(2018).md", "条例(2023).md"}),
        ({"genre": "条例"}, {"条例(2018).md", "条例(2023).md"}),
        ({"genre": "报告"}, set()),
    ],
)
def test_a_question_is_narrowed_by_place_agency_and_genre(
    client: TestClient, scope: dict[str, str], documents: set[str]
) -> None:
    hits = client.post("/api/search", json={"question": "小广告", "as_of": "2024-01-01", "k": 50, **scope}).json()[
        "hits"
    ]
    assert {h["document"] for h in hits if h["document"].startswith("条例")} == documents
    answer = client.post("/api/ask", json={"question": "小广告由谁清除？", "as_of": "2024-01-01", **scope}).json()
    assert {c["document"] for c in answer["citations"]} <= documents | {"通知/整治.md"}
