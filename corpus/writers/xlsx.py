"""Workbooks: merged rows above the table, a whole notice in one cell of them; merged cells inside the table."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from corpus.writers.packing import repack
from corpus.writers.source import MERGED, Line, final_text, parse_source


def write_xlsx(source: str, *, title: str, sheet: str) -> bytes:
    """A workbook that is the source from top to bottom."""
    lines = _join_paragraphs(parse_source(source))
    width = max(len(line.rows[0]) for line in lines if line.kind == "table")
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    book.properties.title = title
    book.properties.creator = "合成样例"
    at = 1
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


def _join_paragraphs(lines: tuple[Line, ...]) -> list[Line]:
    """Consecutive paragraphs as one, for a single cell with line breaks, as clerks keep them."""
    joined: list[Line] = []
    for line in lines:
        running = line.kind in ("paragraph", "right")
        if running and joined and joined[-1].kind == "paragraph":
            joined[-1] = Line("paragraph", f"{joined[-1].text}\n{line.text}")
        else:
            joined.append(line)
    return joined


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
