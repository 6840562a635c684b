"""Ingest: incremental by content, one transaction a version, and no file can end the run."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import IngestReport, ingest
from kb.config import Limits, Settings
from kb.embedding import HashingEncoder
from kb.errors import DocumentMissing, UsageError
from kb.library.library import Library
from kb.words import Words

FAKE = "tests.fake_parse:parse"
WORDS = Words.load()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "lib", HashingEncoder(64), WORDS, create=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    write(folder, {"a.md": "街道办事处负责清扫保洁。", "办法/b.md": "物业服务企业负责住宅小区。\n违者处二百元罚款。"})
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def run(library: Library, *paths: Path, limits: Limits | None = None, **options: Any) -> IngestReport:
    settings = replace(Settings(library.folder), limits=limits or Limits(), workers=2)
    return ingest(paths, library, settings, **{"parse": FAKE, **options})


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return report.documents, report.added, report.updated, report.unchanged, report.removed


def test_the_report_has_the_fields_of_the_interface(library: Library, folder: Path) -> None:
    report = run(library, folder).to_json()
    assert report.pop("seconds") >= 0
    assert report == {
        "documents": 2, "added": 2, "updated": 0, "unchanged": 0, "removed": 0, "failed": [], "passages": 3, "duties": 0,
    }  # fmt: skip
    assert [i.document for i in library.find_documents()] == ["a.md", "办法/b.md"]
    assert library.check() == ()


def test_unchanged_costs_nothing_changed_replaces(library: Library, folder: Path) -> None:
    run(library, folder)
    assert counts(run(library, folder)) == (2, 0, 0, 2, 0)
    os.utime(folder / "a.md", (1, 1))  # touched, the same bytes
    assert counts(run(library, folder)) == (2, 0, 0, 2, 0)
    write(folder, {"a.md": "街道办事处配合清扫保洁。"})
    assert counts(run(library, folder)) == (2, 0, 1, 1, 0)
    assert library.get_version("a.md").text == "街道办事处配合清扫保洁。"
    assert library.check() == ()


def test_prune_removes_only_what_is_gone_from_its_own_root(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "其他"
    write(other, {"c.md": "城市管理部门负责执法。"})
    run(library, folder, other)
    (folder / "a.md").unlink()
    assert counts(run(library, folder)) == (3, 0, 0, 1, 0)  # without --prune it stays
    assert counts(run(library, folder, prune=True)) == (2, 0, 0, 1, 1)
    with pytest.raises(DocumentMissing):
        library.get_version("a.md")
    # A single file is no root: its neighbours are not gone because they were not named.
    assert counts(run(library, folder / "办法" / "b.md", prune=True))[4] == 0
    # A folder that has vanished (an unmounted disk) is a failure, never a reason to remove everything.
    report = run(library, tmp_path / "没有", prune=True)
    assert ([f["error"] for f in report.failed], report.removed) == (["missing"], 0)


def test_a_single_file_goes_by_its_name(library: Library, folder: Path) -> None:
    run(library, folder / "办法" / "b.md")
    assert [i.document for i in library.find_documents()] == ["b.md"]


def test_no_file_ends_the_run(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "坏文件"
    write(folder, {
        "1.md": "!hang", "2.md": "!kill", "3.md": "!memory", "4.md": "!bug", "5.md": "", "6.md": "!print\n好文件。",
        "7.md": "好文件。", ".DS_Store": "隐藏文件不报",
    })  # fmt: skip
    report = run(library, folder, limits=Limits(seconds=1.0))
    assert [(f["document"], f["error"]) for f in report.failed] == [
        ("1.md", "timeout"),
        ("2.md", "crashed"),  # a native parser that segfaults
        ("3.md", "too-large"),
        ("4.md", "damaged"),  # a fault of ours: named, with the exception
        ("5.md", "empty"),
    ]
    assert "KeyError" in report.failed[3]["reason"]
    assert [i.document for i in library.find_documents()] == ["6.md", "7.md"]


def test_a_changed_file_that_cannot_be_read_keeps_its_last_good_text(library: Library, folder: Path) -> None:
    run(library, folder)
    write(folder, {"a.md": "!bug"})
    assert [f["document"] for f in run(library, folder, prune=True).failed] == ["a.md"]
    assert library.get_version("a.md").text == "街道办事处负责清扫保洁。"
    write(folder, {"a.md": "街道办事处负责清扫保洁。"})
    assert counts(run(library, folder)) == (2, 0, 0, 2, 0)


def test_one_name_in_two_folders_is_reported_not_overwritten(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "其他"
    write(other, {"a.md": "另一份同名文件。"})
    report = run(library, folder, other)
    assert [(f["document"], f["error"]) for f in report.failed] == [("a.md", "duplicate")]
    assert library.get_version("a.md").text == "街道办事处负责清扫保洁。"
    assert run(library, folder, folder).failed == []  # the same folder named twice is no clash


def test_order_of_the_sources_whoever_finishes_first(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "多"
    write(folder, {f"{n:02}.md": "段落。\n" * (400 if n % 2 else 1) for n in range(20)})
    seen: list[str] = []
    run(library, folder, progress=lambda done, total, document: seen.append(f"{done}/{total} {document}"))
    assert seen == [f"{n + 1}/20 {n:02}.md" for n in range(20)]


def test_a_second_writer_is_turned_away(library: Library, folder: Path) -> None:
    again = Library.open(library.folder, HashingEncoder(64), WORDS)
    with again.writing(), pytest.raises(UsageError, match="正在被另一个进程写入"):
        run(library, folder)


def test_a_file_read_again_loses_nothing_that_was_stored(library: Library, folder: Path) -> None:
    """After an upgrade of the readers: here one that writes out what the first one read as it stood."""
    run(library, folder)
    first = library.get_version("a.md").id
    write(folder, {"a.md": "街道办事处协助清扫保洁。"})
    run(library, folder)
    second = library.get_version("a.md").id
    same = run(library, folder, again=["a.md"])  # the readers see what they saw
    assert (counts(same), library.get_version("a.md").id) == ((2, 0, 1, 1, 0), second)
    upgraded = run(library, folder, again=["a.md"], parse="tests.fake_parse:parse_better")
    now = library.get_version("a.md")
    assert (counts(upgraded), now.text) == ((2, 0, 1, 1, 0), "街道办事处协助清扫保洁。（已校）")
    assert library.find_versions("a.md") == (now.id, second, first)
    assert library.get_version("a.md", second).text == "街道办事处协助清扫保洁。"  # a version's text never changes
    assert [e.version for e in library.lineage().works[0].editions] == [first, now.id]  # one file, one edition
    assert [t for _, t in library.get_passages([f"{now.id}:0"])] == ["街道办事处协助清扫保洁。（已校）"]
    assert library.check() == ()
    again = run(library, folder, again=["a.md"], parse="tests.fake_parse:parse_better")
    assert (counts(again), library.get_version("a.md").id) == ((2, 0, 1, 1, 0), now.id)
    assert counts(run(library, folder)) == (2, 0, 0, 2, 0)


def test_a_file_that_can_no_longer_be_read_keeps_what_was_read_of_it(library: Library, folder: Path) -> None:
    run(library, folder)
    report = run(library, folder, again=["a.md"], parse="tests.fake_parse:parse_nothing")
    assert [f["document"] for f in report.failed] == ["a.md"]
    assert library.get_version("a.md").text == "街道办事处负责清扫保洁。"
