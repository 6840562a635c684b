"""How alike two texts are is worked out once: a file keeps it, and losing the file costs only time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest

from ingest.pipeline import ingest
from kb.config import Settings
from kb.library.likeness import Likenesses
from kb.library.texts import Texts
from kb.workspace import open_workspace

TEXTS = {
    "a1": "第一条 为了加强市容管理制定本办法。第二条 城管部门负责清扫保洁工作。",
    "b2": "第一条 为了加强市容管理制定本办法。第二条 街道办事处负责清扫保洁工作。",
}


class Counting:
    """Texts that count how often they are read."""

    def __init__(self) -> None:
        self.read = 0

    def get(self, versions: Iterable[str]) -> dict[str, str]:
        self.read += 1
        return {v: TEXTS[v] for v in versions if v in TEXTS}


def open_at(path: Path) -> tuple[Likenesses, Counting]:
    texts = Counting()
    return Likenesses(path, cast(Texts, texts)), texts


def test_a_pair_is_compared_once_and_then_read(tmp_path: Path) -> None:
    path = tmp_path / "likeness.json"
    first, texts = open_at(path)
    assert first.get("a1", "b2") == 1 / 3  # one sentence of three in common
    first.keep()
    assert (texts.read, json.loads(path.read_text())) == (2, {"a1 b2": 1 / 3})
    again, texts = open_at(path)
    assert (again.get("a1", "b2"), texts.read) == (1 / 3, 0)


def test_what_is_no_longer_asked_for_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "likeness.json"
    one, _ = open_at(path)
    one.get("a1", "b2")
    one.keep()
    one.get("a1", "a1")
    one.keep()
    one.keep()  # nothing was asked for: nothing is changed
    assert json.loads(path.read_text()) == {"a1 a1": 1.0}


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a1 b2": "0.5"}', "文"])
def test_a_spoilt_file_counts_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "likeness.json"
    path.write_text(content, encoding="utf-8")
    assert open_at(path)[0].get("a1", "b2") == 1 / 3


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    one, _ = open_at(tmp_path / "absent" / "likeness.json")
    assert one.get("a1", "b2") == 1 / 3
    one.keep()
    assert one.get("a1", "b2") == 1 / 3


def test_reading_files_in_compares_them(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for year in (2016, 2022):
        text = f"# 云泽市养犬管理办法\n\n第一条 养犬应当登记。\n\n第二条 本办法自{year}年5月1日起施行。\n"
        (files / f"养犬管理办法({year}).md").write_text(text, encoding="utf-8")
    settings = Settings(tmp_path / "library", workers=1, encoder="hashing")
    space = open_workspace(settings, create=True)
    ingest([files], space.library, settings)
    assert len(json.loads((tmp_path / "library" / "likeness.json").read_text())) == 1
