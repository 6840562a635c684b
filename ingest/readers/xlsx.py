"""Spreadsheets: each sheet a table, merged cells filled, header rows found; .csv likewise."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from ingest.extract import Block, Cell, Extract, Table
from ingest.readers.package import open_package
from ingest.readers.text import decode
from kb.config import Limits
from kb.errors import UnreadableFile

_ROWS = 100_000  # of one sheet
_COLUMNS = 200


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """Every sheet of a workbook, or one .csv, as tables; UnreadableFile says why not."""
    sheets = _read_csv(name, data) if name.lower().endswith(".csv") else _read_workbook(name, data, limits)
    text = ""
    blocks: list[Block] = []
    tables: list[Table] = []
    for title, rows, filled in sheets:
        rows = [r for r in rows if any(r)]
        if not rows:
            continue
        lead, body = _lead(rows)
        for line in [title] if len(sheets) > 1 else []:
            blocks.append(Block("heading", len(text), len(text) + len(line), 1))
            text += line + "\n"
        for row in lead:
            line = next(v for v in row if v).replace("\n", " ")
            blocks.append(Block("paragraph", len(text), len(text) + len(line), centred=True))
            text += line + "\n"
        first = len(text)
        cells: list[Cell] = []
        lines: list[str] = []
        at = first
        for r, row in enumerate(body):
            values = [v.replace("\t", " ").replace("\n", " ").strip() for v in row]
            start = at
            for c, value in enumerate(values):
                cells.append(Cell(r, c, at, at + len(value), (r + len(lead), c) in filled))
                at += len(value) + 1
            blocks.append(Block("row", start, at - 1, table=len(tables)))
            lines.append("\t".join(values))
        if lines:
            text += "\n".join(lines) + "\n"
            tables.append(Table(first, len(text) - 1, 1, tuple(cells), caption=title))
        if len(text) > limits.text_characters:
            raise UnreadableFile("too-large", f"“{name}”内容过多，请拆分工作表后再读入。")
    if not text.strip():
        raise UnreadableFile("no-text", f"“{name}”中没有内容，请检查是否选错了工作表。")
    return Extract(text, "csv" if name.lower().endswith(".csv") else "xlsx", tuple(blocks), tuple(tables))


def _lead(rows: Sequence[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Title lines above the table: rows with words in one cell (or one merged value) only."""
    n = 0
    while n < min(len(rows), 6) and len({v for v in rows[n] if v}) == 1:
        n += 1
    return ([*rows[:n]], [*rows[n:]]) if n < len(rows) else ([], [*rows])


def _read_workbook(name: str, data: bytes, limits: Limits) -> list[tuple[str, list[list[str]], set[tuple[int, int]]]]:
    open_package(name, data, limits).close()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as e:  # openpyxl raises many kinds for a broken part
        raise UnreadableFile(
            "damaged", f"“{name}”不能解析（{type(e).__name__}），请用 Excel 或 WPS 打开后另存。"
        ) from e
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = [
            [_show(v) for v in row[:_COLUMNS]]
            for row in sheet.iter_rows(max_row=min(sheet.max_row, _ROWS), values_only=True)
        ]
        filled: set[tuple[int, int]] = set()
        for merged in sheet.merged_cells.ranges:
            words = rows[merged.min_row - 1][merged.min_col - 1] if merged.min_row <= len(rows) else ""
            for r in range(merged.min_row - 1, min(merged.max_row, len(rows))):
                for c in range(merged.min_col - 1, min(merged.max_col, len(rows[r]))):
                    if (r, c) != (merged.min_row - 1, merged.min_col - 1):
                        rows[r][c] = words
                        filled.add((r, c))
        sheets.append((sheet.title, rows, filled))
    return sheets


def _read_csv(name: str, data: bytes) -> list[tuple[str, list[list[str]], set[tuple[int, int]]]]:
    text, _ = decode(name, data)
    try:
        return [(name, [row[:_COLUMNS] for row in csv.reader(io.StringIO(text))][:_ROWS], set())]
    except csv.Error as e:
        raise UnreadableFile("damaged", f"“{name}”不是规范的 CSV（{e}），请另存为 .xlsx 后再读入。") from e


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
