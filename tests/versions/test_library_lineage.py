"""Lineage inside a library: earlier texts of one document, corrections that last, timelines and blame."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.parse import parse_document
from kb.blame import find_blame
from kb.config import Limits
from kb.embedding import load_encoder
from kb.errors import DocumentMissing, UsageError
from kb.library.library import Library
from kb.records import Correction
from kb.timeline import find_timeline, find_windows
from kb.words import Words

DAY = date(2026, 11, 24)
FIRST = "第一条 为了加强养犬管理，制定本办法。\n\n第二条 街道办事处协助做好犬只登记工作。不得携犬进入公园。\n\n"
OLD = f"# 云泽市养犬办法\n\n{FIRST}第三条 本办法自2018年11月1日起施行。\n"
NEW = (
    "# 云泽市养犬办法\n\n根据2023年3月1日《云泽市人民政府关于修改部分规章的决定》修正\n\n"
    + FIRST.replace("协助做好", "负责")
    + "第三条 养犬应当登记。\n\n第四条 本办法自2018年11月1日起施行。\n"
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library", load_encoder("hashing"), Words.load(), create=True)


def put(library: Library, document: str, text: str) -> str:
    parsed = parse_document(document, text.encode(), Limits())
    library.add(parsed)
    library.flush()
    return parsed.version.id


def test_new_bytes_under_one_path_are_a_new_edition(library: Library) -> None:
    old = put(library, "法规/养犬.md", OLD)
    new = put(library, "法规/养犬.md", NEW)
    assert library.status_of("法规/养犬.md", DAY) == "in-force"
    assert library.status_of("法规/养犬.md", DAY, old) == "superseded"
    assert library.status_of("法规/养犬.md", date(2020, 1, 1), old) == "in-force"
    work = library.lineage().work("法规/养犬.md")
    assert work is not None and [e.version for e in work.editions] == [old, new]


def test_blame_follows_a_sentence_through_the_editions(library: Library) -> None:
    put(library, "旧.md", OLD)
    put(library, "新.md", NEW)
    blame = find_blame(library, "新.md")
    assert [(o.clause.label, o.since, [s.labels[0] for s in o.steps]) for o in blame.origins] == [
        ("第一条", 0, ["第一条", "第一条"]),
        ("第二条", 1, ["第二条", "第二条"]),
        ("第三条", 1, ["第三条"]),
        ("第四条", 0, ["第三条", "第四条"]),
    ]
    [second] = find_blame(library, "新.md", clause="第二条").origins
    assert [(w.text, w.since) for w in second.wording] == [
        ("第二条 街道办事处负责犬只登记工作。", 1),
        ("不得携犬进入公园。", 0),
    ]
    with pytest.raises(UsageError, match="没有“第九条”"):
        find_blame(library, "新.md", clause="第九条")


def test_corrections_last_and_can_be_taken_back(library: Library) -> None:
    put(library, "旧.md", OLD)
    put(library, "新.md", NEW)
    apart = library.correct(Correction("unlink", "旧.md", "新.md", None, None, "两地两法", "王芳", "2026-11-24T09:00"))
    assert library.status_of("旧.md", DAY) == "in-force"
    put(library, "旧.md", OLD + "\n")  # read again: the correction stays
    assert library.status_of("旧.md", DAY) == "in-force"
    library.withdraw_correction(apart.id)
    assert library.status_of("旧.md", DAY) == "superseded"
    with pytest.raises(UsageError, match="没有编号为 9 的更正"):
        library.withdraw_correction(9)
    with pytest.raises(DocumentMissing, match=r"库中没有“不在\.md”"):
        library.correct(Correction("link", "旧.md", "不在.md", None, None, "", "王芳", "2026-11-24T09:00"))


def test_a_later_correction_takes_the_place_of_one_it_contradicts(library: Library) -> None:
    put(library, "旧.md", OLD)
    put(library, "新.md", NEW)
    for kind in ("unlink", "link"):
        library.correct(Correction(kind, "新.md", "旧.md", None, None, "", "王芳", "2026-11-24T09:00"))  # type: ignore[arg-type]
    assert [c.kind for c in library.find_corrections()] == ["link"]


def test_removed_documents_leave_no_trace(library: Library) -> None:
    put(library, "旧.md", OLD)
    put(library, "新.md", NEW)
    library.remove("新.md")
    library.flush()
    assert library.status_of("旧.md", DAY) == "in-force"
    assert find_timeline(library.lineage(), "新.md") is None


def test_a_text_that_holds_all_along_leaves_no_window(library: Library) -> None:
    put(library, "旧.md", OLD)
    put(library, "新.md", NEW)
    timeline = find_timeline(library.lineage(), "旧.md")
    assert timeline is not None
    assert (find_windows(timeline.editions), [e.kind for e in timeline.events]) == (
        (), ["begins", "superseded", "revised"],
    )  # fmt: skip
