"""The commands other programs call: shapes, exit codes, and citations that are literal."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from kb.cli import main

RULES = """# 云泽市背街小巷管理办法

云泽政发〔2021〕7号

第一章 总则

第一条 为了加强背街小巷管理，制定本办法。

第二条 背街小巷的清扫保洁由街道办事处负责，市城市管理局负责监督检查。

第二章 罚则

第三条 在背街小巷乱张贴小广告的，由区城市管理局责令改正，处一百元以上一千元以下罚款。

第四条 本办法自2021年7月1日起施行。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cli")
    (root / "docs" / "规章").mkdir(parents=True)
    (root / "docs" / "规章" / "办法.md").write_text(RULES, encoding="utf-8")
    (root / "docs" / "通知.txt").write_bytes(
        "云泽市通知\n各街道办事处：\n请于2022年6月30日前完成农贸市场整治。\n".encode("gb18030")
    )
    return root


@pytest.fixture(scope="module")
def library(folder: Path) -> str:
    return str(folder / "library")


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any]:
    code = main([*argv, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out.strip() else None


def test_ingest_reports_and_an_unchanged_file_costs_nothing(
    folder: Path, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = run(capsys, "ingest", str(folder / "docs"), "--library", library)
    seconds = report.pop("seconds")
    assert code == 0 and isinstance(seconds, float)
    assert {k: report[k] for k in ("documents", "added", "updated", "unchanged", "removed", "failed")} == {
        "documents": 2, "added": 2, "updated": 0, "unchanged": 0, "removed": 0, "failed": [],
    }  # fmt: skip
    assert set(report) == {"documents", "added", "updated", "unchanged", "removed", "failed", "passages", "duties"}
    _, again = run(capsys, "ingest", str(folder / "docs"), "--library", library)
    assert (again["added"], again["unchanged"]) == (0, 2)


def test_a_bad_file_is_reported_and_the_run_goes_on(
    folder: Path, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = folder / "extra"
    extra.mkdir()
    (extra / "空.md").write_bytes(b"")
    (extra / "好.md").write_text("# 好文件\n\n第一条 内容。\n", encoding="utf-8")
    code, report = run(capsys, "ingest", str(extra), "--library", library)
    assert code == 1
    assert report["added"] == 1
    assert report["failed"] == [
        {"document": "空.md", "error": "empty", "reason": "“空.md”是空文件（0 字节），请重新导出后再上传。"}
    ]
    (extra / "好.md").unlink()
    (extra / "空.md").unlink()
    _, report = run(capsys, "ingest", str(extra), "--library", library, "--prune")
    assert report["removed"] == 1 and report["documents"] == 2


def test_search_gives_the_clause_and_its_place(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run(capsys, "search", "背街小巷谁清扫", "-k", "2", "--library", library)
    assert code == 0
    assert set(found) == {"id", "question", "hits", "elapsed_ms"}
    first = found["hits"][0]
    assert (first["document"], first["clause"]) == ("规章/办法.md", "第一章 第二条")
    assert RULES[first["start"] : first["end"]] == first["text"]


def test_ask_quotes_literally_and_marks_every_citation(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = run(capsys, "ask", "背街小巷的清扫保洁由谁负责？", "--as-of", "2026-11-24", "--library", library)
    assert code == 0
    assert answer["status"] == "answered" and answer["as_of"] == "2026-11-24"
    assert [c["n"] for c in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    for c in answer["citations"]:
        assert RULES[c["start"] : c["end"]] == c["quote"]
        assert f"[{c['n']}]" in answer["text"]
    first = answer["citations"][0]
    assert (first["clause"], first["effective_on"], first["status"]) == ("第一章 第二条", "2021-07-01", "in-force")


def test_a_question_about_a_document_that_is_not_there_is_refused(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, answer = run(capsys, "ask", "《临海市渔港管理条例》规定谁管渔港？", "--library", library)
    assert (answer["status"], answer["reason"], answer["citations"]) == ("abstained", "no-evidence", [])
    assert "《临海市渔港管理条例》" in answer["text"]


def test_batch_answers_in_order(folder: Path, library: str, capsys: pytest.CaptureFixture[str]) -> None:
    questions, out = folder / "q.jsonl", folder / "a.jsonl"
    rows = [
        {"id": "b", "question": "乱张贴罚多少？"},
        {"id": "a", "question": "谁清扫背街小巷？", "as_of": "2022-01-01"},
    ]
    questions.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    assert main(["ask", "--batch", str(questions), "--out", str(out), "--library", library]) == 0
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(a["id"], a["question"]) for a in answers] == [("b", "乱张贴罚多少？"), ("a", "谁清扫背街小巷？")]
    assert answers[1]["as_of"] == "2022-01-01"
    capsys.readouterr()


def test_show_gives_the_text_that_offsets_refer_to(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run(capsys, "show", "规章/办法.md", "--library", library)
    assert code == 0
    assert shown["text"] == RULES
    assert shown["number"] == "云泽政发〔2021〕7号"
    assert [c["path"] for c in shown["outline"]] == [
        "第一章", "第一章 第一条", "第一章 第二条", "第二章", "第二章 第三条", "第二章 第四条",
    ]  # fmt: skip
    assert shown["status"] == "in-force"


def test_doctor_finds_a_sound_library_sound(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run(capsys, "doctor", "--library", library)
    assert code == 0
    assert [p for p in found["problems"] if p["severity"] == "error"] == []


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["ask", "问", "--library", "{none}"], 3, "请先运行 kb ingest"),  # 没有库
        (["ask", "--library", "{lib}"], 2, "请写出问题"),  # 没有问题
        (["show", "没有.md", "--library", "{lib}"], 1, "库中没有“没有.md”"),  # 没有这份文件
        (["ask", "--batch", "没有.jsonl", "--library", "{lib}"], 2, "找不到问题文件"),
    ],
)
def test_exit_codes(
    argv: list[str], code: int, message: str, folder: Path, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [a.format(none=folder / "none", lib=library) for a in argv]
    assert main(filled) == code
    assert message in capsys.readouterr().err


def test_users_are_made_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "库"
    folder.mkdir()
    args = ["--library", str(folder)]
    assert main(["users", *args]) == 3  # no library
    (folder / "library.sqlite").touch()
    monkeypatch.setattr("sys.stdin", io.StringIO("一个够长的密码123\n"))
    assert main(["users", "add", "小王", "--role", "editor", *args]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("短\n"))
    assert main(["users", "add", "小李", *args]) == 2
    assert main(["users", "key", "小王", *args]) == 0
    key = capsys.readouterr().out.strip().splitlines()[-1]
    assert len(key) == 43
    assert main(["users", "list", "--json", *args]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "users": [{"name": "小王", "role": "editor", "groups": [], "disabled": False}]
    }
    assert main(["users", "remove", "小王", *args]) == 0
    assert main(["users", "role", "小王", "--role", "admin", *args]) == 2
