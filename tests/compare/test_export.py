"""A comparison as a file: accepting every tracked change gives the new text, rejecting every one the old."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from ingest.parse import parse_document
from kb.compare.matrix import build_matrix
from kb.config import Limits
from kb.errors import UsageError
from kb.export_comparison import format_html, write_comparison
from kb.records import Version
from kb.words import Words

OLD = """# 云泽市环境卫生办法

第一条 为了加强环境卫生管理，制定本办法。

第二条 街道办事处协助做好背街小巷的清扫保洁工作。

第三条 乱张贴小广告的，处五十元以上五百元以下罚款。

第四条 违反规定养犬的，由公安机关处理。
"""
NEW = """# 云泽市环境卫生办法

第一条 为了加强环境卫生管理，制定本办法。

第二条 街道办事处负责背街小巷的清扫保洁工作。

第三条 门前三包责任人应当保持门前整洁。

不得在门前堆放杂物。

第四条 乱张贴小广告的，处一百元以上一千元以下罚款。
"""


def version(name: str, text: str) -> Version:
    return parse_document(name, text.encode(), Limits()).version


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load()


def test_tracked_changes(tmp_path: Path, words: Words) -> None:
    path = tmp_path / "对照.docx"
    write_comparison(path, build_matrix([version("旧.md", OLD), version("新.md", NEW)], None, words), words)
    read = parse_document("对照.docx", path.read_bytes(), Limits()).version.text  # our reader accepts all changes
    assert "第二条 街道办事处负责背街小巷的清扫保洁工作。" in read
    assert "第四条 乱张贴小广告的，处一百元以上一千元以下罚款。" in read
    assert "违反规定养犬的" not in read.split("条文（")[1]
    xml = ZipFile(path).read("word/document.xml").decode("utf-8")
    assert "<w:delText" in xml and 'w:author="定责比对"' in xml
    kept = xml.split("条文（")[1]
    rejected = "".join(_texts(kept, deleted=True))
    assert "第二条 街道办事处协助做好背街小巷的清扫保洁工作。" in rejected
    assert "门前三包责任人" not in rejected


def _texts(xml: str, *, deleted: bool) -> list[str]:
    """Runs of text that stand when every change is rejected."""
    import re

    without = re.sub(r"<w:ins [^>]*>.*?</w:ins>", "", xml) if deleted else xml
    return re.findall(r"<w:(?:t|delText)[^>]*>([^<]*)<", without)


def test_workbook(tmp_path: Path, words: Words) -> None:
    path = tmp_path / "对照.xlsx"
    write_comparison(path, build_matrix([version("旧.md", OLD), version("新.md", NEW)], None, words), words)
    book = load_workbook(path)
    rows = [list(row[:4]) for row in book["对照"].iter_rows(values_only=True)]
    assert rows == [
        ["旧条款", "新条款", "变化", "要点"],
        ["第一条", "第一条", "未变", None],
        ["第二条", "第二条", "改写", "［职责主体与角色］协助→负责"],
        [None, "第三条", "新增", "［新增职责］新增：门前三包责任人应当保持门前整洁。"],
        ["第三条", "第四条", "改写", "［罚则］50元以上、500元以下→100元以上、1000元以下"],
        ["第四条", None, "删除", "［范围］删去：违反规定养犬的，由公安机关处理。"],
    ]
    assert book["要点"].max_row == 5


def test_matrix_of_three_versions(tmp_path: Path, words: Words) -> None:
    middle = OLD.replace("协助做好", "负责")
    path = tmp_path / "矩阵.xlsx"
    texts = [version("1.md", OLD), version("2.md", middle), version("3.md", NEW)]
    write_comparison(path, build_matrix(texts, None, words), words)
    rows = list(load_workbook(path)["条款矩阵"].iter_rows(values_only=True))
    assert rows[0] == ("1.md", "2.md", "3.md")
    assert ("第三条", "第三条（未变）", "第四条（改写）") in rows
    assert ("第四条", "第四条（未变）", "—") in rows
    assert ("—", "—", "第三条（新增）") in rows


def test_page_escapes_what_it_shows(words: Words) -> None:
    evil = NEW.replace("门前整洁", "<script>alert(1)</script>")
    page = format_html(build_matrix([version("旧.md", OLD), version("新.md", evil)], None, words), words)
    assert "<script>alert" not in page
    assert "<del>协助做好</del>" in page and "<ins>负责</ins>" in page


def test_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"请用 \.docx、\.xlsx 或 \.html"):
        write_comparison(tmp_path / "对照.pdf", build_matrix([version("旧.md", OLD), version("新.md", NEW)]))
