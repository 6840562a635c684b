"""Old Office files: several converted in one run, each again on its own where that fails."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.build import DOCUMENTS, read_manifest
from ingest.pipeline import ingest
from ingest.readers import office
from ingest.readers.registry import read_bytes
from kb.config import Limits, Settings
from kb.embedding import HashingEncoder
from kb.errors import UnreadableFile
from kb.library.library import Library
from kb.words import Words

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="旧格式要借助 LibreOffice")


def demo(n: int) -> bytes:
    return (DOCUMENTS / read_manifest()[n - 1]["file"]).read_bytes()


def test_what_is_converted_ahead_is_not_converted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [("甲.doc", demo(7)), ("乙.wps", demo(9)), ("丙.md", "第一条 甲。".encode())]
    assert office.convert_ahead(files, tmp_path, Limits()) == 2
    monkeypatch.setattr(shutil, "which", lambda name: None)  # no LibreOffice from here on
    limits = replace(Limits(), converted=tmp_path)
    assert "责任区" in read_bytes("甲.doc", demo(7), limits).text
    assert read_bytes("乙.wps", demo(9), limits).format == "wps"
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("丁.doc", demo(7) + b"\0", limits)
    assert caught.value.error == "missing-tool"


def test_one_broken_file_does_not_spoil_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "旧文件"
    folder.mkdir()
    (folder / "好.doc").write_bytes(demo(7))
    (folder / "坏.doc").write_bytes(demo(7)[:3000] + b"\0" * 2000)
    (folder / "也好.wps").write_bytes(demo(9))
    library = Library.open(tmp_path / "lib", HashingEncoder(16), Words.load(), create=True)
    report = ingest([folder], library, Settings(library.folder, workers=1))
    assert {i.document for i in library.find_documents()} >= {"好.doc", "也好.wps"}
    assert {f["document"] for f in report.failed} <= {"坏.doc"}
