"""Workbooks: a few title lines in merged rows above the table; a whole notice gets a sheet of its own."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from corpus.writers.packing import repack
from corpus.writers.source import MERGED, Line, final_text, parse_source

NOTICE_SHEET, TABLE_SHEET = "通知", "任务分解表"
_TITLE_LINES = 6  # more text than this above a table is a notice, which nobody keeps in merged rows


def write_xlsx(source: str, *, title: str, sheet: str) -> bytes:
    """A workbook that is the source from top to bottom."""
    lines = parse_source(source)
    width = max(len(line.rows[0]) for line in lines if line.kind == "table")
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    book.properties.title = title
    book.properties.creator = "合成样例"
    at = 1
    above = [line for line in lines if line.kind != "table"]
    if len(above) > _TITLE_LINES:
        page.column_dimensions["A"].width = 90
        for r, line in enumerate(above, 1):
            page.cell(r, 1, final_text(line.text)).alignment = Alignment(wrap_text=True)
        page.title, page = NOTICE_SHEET, book.create_sheet(TABLE_SHEET)
        lines = tuple(line for line in lines if line.kind == "table")
    for line in lines:
        if line.kind == "table":
            at = _add_table(page, line, at)
            continue
        page.cell(at, 1, final_text(line.text)).alignment = Alignment(
            wrap_text=True, horizontal="center" if line.kind in ("title", "centred") else "left"
        )
        if line.kind == "title":
            page.cell(at, 1).font = Font(bold=True, size=16)
        page.merge_cells(start_row=at, start_column=1, end_row=at, end_column=width)
        at += 1
    buffer = BytesIO()
    book.save(buffer)
    return repack(buffer.getvalue())


def _add_table(page: Worksheet, line: Line, at: int) -> int:
    for r, row in enumerate(line.rows):
        for c, cell in enumerate(row):
            if cell == MERGED:
                continue
            value: str | int = int(cell) if cell.isdecimal() else cell
            page.cell(at + r, c + 1, value).alignment = Alignment(wrap_text=True, vertical="center")
    for c in range(len(line.rows[0])):
        r = 0
        while r < len(line.rows):
            end = r
            while end + 1 < len(line.rows) and line.rows[end + 1][c] == MERGED:
                end += 1
            if end > r:
                page.merge_cells(start_row=at + r, start_column=c + 1, end_row=at + end, end_column=c + 1)
            r = end + 1
    for c in range(1, len(line.rows[0]) + 1):
        page.cell(at, c).font = Font(bold=True)
        page.column_dimensions[get_column_letter(c)].width = 16
    return at + len(line.rows)
