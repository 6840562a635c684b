"""What was answered is kept, can be checked against the library later, exported, and judged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from ingest.pipeline import ingest
from kb.answer.record import export_feedback
from kb.cli import main
from kb.config import Settings
from kb.errors import UsageError
from kb.export_answer import export_answer
from kb.formats import format_answer
from kb.records import Answer
from kb.workspace import Workspace, open_workspace

RULES = """云泽市犬只管理办法

第一条 为了规范犬只管理，制定本办法。
第二条 犬只登记由市公安局负责，街道办事处协助做好登记宣传。
第三条 携犬外出不束牵引带的，由公安机关责令改正，可以处五十元以上二百元以下罚款。
第四条 本办法自2024年5月1日起施行。
"""


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "办法.md").write_text(RULES, encoding="utf-8")
    settings = Settings(tmp_path / "library", encoder="hashing", workers=1)
    space = open_workspace(settings, create=True)
    ingest([tmp_path / "files"], space.library, settings)
    return space


def ask(space: Workspace) -> Answer:
    return space.record(space.ask("犬只登记由谁负责？", as_of=date(2026, 11, 24)))


def test_a_record_holds_the_question_the_day_the_library_and_the_words(space: Workspace) -> None:
    answer = ask(space)
    assert answer.id is not None
    body = space.get_record(answer.id[:14]).body
    assert (body["question"], body["as_of"], body["answer"]) == (
        "犬只登记由谁负责？",
        "2026-11-24",
        format_answer(answer),
    )
    assert [(e["document"], e["start"], e["end"]) for e in body["evidence"]] == [
        (c.document, c.start, c.end) for c in answer.citations
    ]
    assert space.verify_record(answer.id).ok


def test_a_changed_text_is_told_and_the_old_words_still_hold(space: Workspace, tmp_path: Path) -> None:
    answer = ask(space)
    (tmp_path / "files" / "办法.md").write_text(RULES.replace("市公安局", "市农业农村局"), encoding="utf-8")
    ingest([tmp_path / "files"], space.library, space.settings)
    checked = space.verify_record(answer.id or "")
    assert checked.ok
    assert checked.changes[0] == "[1] 办法.md：库中已有更新的文本"


def test_a_touched_record_is_found_out(space: Workspace) -> None:
    answer = ask(space)
    body = json.loads(json.dumps(space.get_record(answer.id or "").body))
    body["answer"]["text"] = body["answer"]["text"].replace("市公安局", "市农业局")
    body["id"] = "20200101-forged"
    space.library.answers.save(body["id"], body["asked_at"], body["question"], body)
    assert space.verify_record("20200101-forged").faults == ("记录内容与入库时的校验值不符，可能被改动",)


def test_a_removed_document_cannot_be_checked(space: Workspace) -> None:
    answer = ask(space)
    space.library.remove("办法.md")
    space.library.flush()
    space.library.flush()
    assert space.verify_record(answer.id or "").faults[0] == "[1] 办法.md：所据版本已不在库中，无法核对"


def test_the_word_file_has_a_footnote_for_every_mark(space: Workspace) -> None:
    answer = format_answer(ask(space))
    content = export_answer(answer)
    with ZipFile(BytesIO(content)) as parts:
        notes = parts.read("word/footnotes.xml").decode()
        body = parts.read("word/document.xml").decode()
    assert (
        notes.count("<w:footnoteRef/>")
        == body.count("footnoteReference")
        == answer["text"].count("[") + len(answer["agencies"])
    )
    assert "《云泽市犬只管理办法》第二条" in notes
    assert "“" + answer["citations"][0]["quote"] + "”" in notes
    assert Document(BytesIO(content)).paragraphs[0].text == "犬只登记由谁负责？"


def test_feedback_becomes_questions(space: Workspace) -> None:
    right, wrong = ask(space), space.record(space.ask("明天气温多少？", as_of=date(2026, 11, 24)))
    space.give_feedback(right.id or "", "wrong", "先点错了")
    space.give_feedback(right.id or "", "right", "条款正确", "张")
    space.give_feedback(wrong.id or "", "right")
    exported = export_feedback(space.library)
    assert exported[0] | {"id": "", "as_of": ""} == {
        "id": "", "question": "犬只登记由谁负责？", "as_of": "", "verdict": "right", "note": "条款正确",
        "documents": ["办法.md"], "quote": right.citations[0].quote, "more_quotes": [c.quote for c in right.citations[1:]],
        "must_contain": [right.citations[0].quote],
    }  # fmt: skip
    assert exported[1]["reason"] == "out-of-scope"
    with pytest.raises(UsageError, match="right"):
        space.give_feedback(right.id or "", "fine")
    with pytest.raises(UsageError, match="没有编号"):
        space.give_feedback("1999", "right")


def test_the_commands(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DINGZE_ENCODER", "hashing")
    library = ["--library", str(space.settings.library)]
    assert main(["ask", "犬只登记由谁负责？", *library]) == 0
    id = capsys.readouterr().out.rpartition("记录编号：")[2].strip()
    assert main(["feedback", id, "right", "--why", "对", *library]) == 0
    assert main(["verify", *library]) == 0
    assert main(["records", id, "--docx", str(tmp_path / "a.docx"), *library]) == 0
    assert main(["feedback", "--export", str(tmp_path / "f.jsonl"), *library]) == 0
    assert (tmp_path / "a.docx").stat().st_size > 10_000
    assert json.loads((tmp_path / "f.jsonl").read_text(encoding="utf-8"))["verdict"] == "right"
    assert "复核 1 条，不符 0 条。" in capsys.readouterr().out
    assert main(["feedback", id, *library]) == 2


def test_an_answer_is_kept_once(space: Workspace) -> None:
    answer = replace(ask(space), id=None)
    assert space.library.answers.count() == 1
    assert answer.citations
