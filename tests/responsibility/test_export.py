"""The map as files and JSON: every row with its quotation, a cell never runs as a formula."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from kb.errors import UsageError
from kb.export import COLUMNS, _plain_cell, format_lines, format_map, write_file
from kb.responsibility.map import Sources, Wanted, find_responsibility

pytestmark = pytest.mark.slow
DAY = date(2020, 6, 1)


def test_a_workbook_with_a_sheet_for_each_thing_asked(sources: Sources, tmp_path: Path) -> None:
    found = find_responsibility(sources, Wanted(DAY, task="背街小巷", conflicts=True, gaps=True))
    path = tmp_path / "map.xlsx"
    write_file(found, sources.agencies, path)
    book = load_workbook(path)
    assert book.sheetnames == ["职责", "冲突", "缺口"]
    rows = list(book["职责"].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert len(rows) == 1 + len(found.entries)
    quotes = COLUMNS.index("原文")
    assert all("背街小巷" in r[quotes] for r in rows[1:])


def test_a_document_names_source_and_quotation(sources: Sources, tmp_path: Path) -> None:
    found = find_responsibility(sources, Wanted(DAY, task="物业小区", conflicts=True))
    path = tmp_path / "map.docx"
    write_file(found, sources.agencies, path)
    text = "\n".join(p.text for p in Document(str(path)).paragraphs)
    assert "物业小区环境卫生的监督管理" in text
    cells = [c.text for row in Document(str(path)).tables[0].rows for c in row.cells]
    assert any("云泽市住房和城乡建设局职能配置" in c for c in cells)


def test_quotes_in_json_are_literal(sources: Sources) -> None:
    found = format_map(find_responsibility(sources, Wanted(DAY, task="小广告", gaps=True)), sources.agencies)
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found
    for row in found["duties"]:
        text = sources.library.get_version(row["document"]).text
        assert text[row["start"] : row["end"]] == row["quote"]


def test_nothing_found_is_never_nobody_responsible(sources: Sources) -> None:
    lines = format_lines(find_responsibility(sources, Wanted(DAY, task="充电桩补贴")))
    assert lines == ["资料中未见符合条件的职责。"]


def test_another_ending_is_refused(sources: Sources, tmp_path: Path) -> None:
    found = find_responsibility(sources, Wanted(DAY, task="充电桩补贴"))
    with pytest.raises(UsageError, match=r"\.xlsx 或 \.docx"):
        write_file(found, sources.agencies, tmp_path / "map.csv")


@pytest.mark.parametrize(("text", "cell"), [("=1+1", "'=1+1"), ("-5", "'-5"), ("正常\x00文字", "正常文字")])
def test_a_cell_is_plain_text(text: str, cell: str) -> None:
    assert _plain_cell(text) == cell
