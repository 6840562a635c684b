"""Spreadsheets: each sheet a table, merged cells filled, titles above and header rows found; .csv likewise."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import openpyxl

from ingest.extract import Block, Cell, Extract, Table
from ingest.readers.package import forbid_entities, open_package
from ingest.readers.text import decode
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt, Place

_ROWS = 100_000  # of one sheet
_COLUMNS = 200
_LEADS = 6  # rows above the table that may be its title, number or note
_HEADS = 3  # header rows
_BULK = (
    60 * 1024 * 1024
)  # bytes of one sheet's XML from which the bulk reader takes over: openpyxl needs fifty times that
_PERCENT = re.compile(r"0(?:\.(0+))?%")


@dataclass(slots=True)
class _Sheet:
    """One sheet as words, with the cells that a merged one fills: (row, column) → how it was reached."""

    title: str
    rows: list[list[str]]
    filled: dict[tuple[int, int], str] = field(default_factory=dict)  # "down" or "right"
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    text: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def line(self, words: str, page: int) -> int:
        """Write one line; gives its start."""
        start = self.length
        self.text.append(words + "\n")
        self.length += len(words) + 1
        self.places.append(Place(start, start + len(words), page))
        return start


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """Every visible sheet of a workbook, or one .csv, as tables; UnreadableFile says why not."""
    workbook = data.startswith(b"PK")
    sheets = _read_workbook(name, data, limits) if workbook else [_read_csv(name, data)]
    writer = _Writer()
    named = sum(any(any(r) for r in s.rows) for s in sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        _write_sheet(writer, sheet, number, named)
        if writer.length > limits.text_characters:
            raise UnreadableFile("too-large", f"“{name}”内容过多，请拆分工作表后再读入。")
    if not writer.blocks:
        raise UnreadableFile("no-text", f"“{name}”中没有内容，请检查是否选错了工作表。")
    return Extract(
        "".join(writer.text),
        "xlsx" if workbook else "csv",
        tuple(writer.blocks),
        tuple(writer.tables),
        tuple(writer.places),
        doubts=tuple(d for s in sheets for d in s.doubts),
    )


def _write_sheet(writer: _Writer, sheet: _Sheet, number: int, named: bool) -> None:
    kept = [r for r, row in enumerate(sheet.rows) if any(row)]
    if not kept:
        return
    width = max(c + 1 for r in kept for c, v in enumerate(sheet.rows[r]) if v)
    if named:
        start = writer.line(sheet.title, number)
        writer.blocks.append(Block("heading", start, start + len(sheet.title), 1))
    lead = _lead([sheet.rows[r] for r in kept])
    for r in kept[:lead]:
        for line in filter(None, map(_flat, next(v for v in sheet.rows[r] if v).split("\n"))):
            start = writer.line(line, number)
            writer.blocks.append(Block("paragraph", start, start + len(line), centred=True))
    first, cells = writer.length, []
    for n, r in enumerate(kept[lead:]):
        values = [_flat(v) for v in sheet.rows[r][:width]]
        start = at = writer.line("\t".join(values), number)
        for c, value in enumerate(values):
            cells.append(Cell(n, c, at, at + len(value), (r, c) in sheet.filled))
            at += len(value) + 1
        writer.blocks.append(Block("row", start, at - 1, table=len(writer.tables)))
    if kept[lead:]:
        caption = sheet.title if named else None
        writer.tables.append(Table(first, writer.length - 1, _heads(sheet, kept[lead:]), tuple(cells), caption=caption))


def _flat(value: str) -> str:
    return value.replace("\t", " ").replace("\n", " ").strip()


def _lead(rows: Sequence[list[str]]) -> int:
    """How many rows above the table are lines of its title: words in one cell (or one merged value) only."""
    n = 0
    while n < min(len(rows), _LEADS) and len({v for v in rows[n] if v}) == 1:
        n += 1
    return n if n < len(rows) else 0


def _heads(sheet: _Sheet, kept: Sequence[int]) -> int:
    """Header rows: the first, and those that its merged cells reach down into."""
    n = 1
    while n < min(len(kept) - 1, _HEADS) and any(
        sheet.filled.get((kept[n], c)) == "down" and value and value == sheet.rows[kept[0]][c]
        for c, value in enumerate(sheet.rows[kept[n]])
        if c < len(sheet.rows[kept[0]])
    ):
        n += 1
    return n


def _read_workbook(name: str, data: bytes, limits: Limits) -> list[_Sheet]:
    with open_package(name, data, limits) as package:
        forbid_entities(package, name)
        bulk = max((m.file_size for m in package.infolist() if "worksheets/" in m.filename), default=0) > _BULK
    try:
        if bulk:
            return _read_bulk(data)
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        sheets = [_read_sheet(s) for s in book.worksheets if s.sheet_state == "visible"]
    except Exception as e:  # openpyxl raises many kinds for a broken part
        raise UnreadableFile(
            "damaged", f"“{name}”不能解析（{type(e).__name__}），请用 Excel 或 WPS 打开后另存。"
        ) from e
    hidden = [s.title for s in book.worksheets if s.sheet_state != "visible"]
    if hidden and sheets:
        sheets[0].doubts.append(Doubt("hidden-sheet", f"隐藏的工作表“{'”“'.join(hidden)}”未读入。"))
    return sheets


def _read_sheet(sheet: Any) -> _Sheet:
    rows = [
        [_show(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
        for row in sheet.iter_rows(max_row=min(sheet.max_row, _ROWS), max_col=min(sheet.max_column, _COLUMNS))
    ]
    found = _Sheet(sheet.title, rows)
    if sheet.max_row > _ROWS or sheet.max_column > _COLUMNS:
        message = (
            f"工作表“{sheet.title}”有 {sheet.max_row} 行 {sheet.max_column} 列，只读入前 {_ROWS} 行、{_COLUMNS} 列。"
        )
        found.doubts.append(Doubt("cut", message))
    for merged in sheet.merged_cells.ranges:
        _fill(found, merged.min_row - 1, merged.min_col - 1, merged.max_row - 1, merged.max_col - 1)
    return found


def _fill(sheet: _Sheet, top: int, left: int, bottom: int, right: int) -> None:
    if top >= len(sheet.rows) or left >= len(sheet.rows[top]):
        return
    words = sheet.rows[top][left]
    for r in range(top, min(bottom + 1, len(sheet.rows))):
        for c in range(left, min(right + 1, len(sheet.rows[r]))):
            if (r, c) != (top, left):
                sheet.rows[r][c] = words
                sheet.filled[r, c] = "down" if c == left else "right"


def _read_bulk(data: bytes) -> list[_Sheet]:
    """A very large workbook by the bulk reader, which knows no number formats."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for title in book.sheet_names:
        sheet = book.get_sheet_by_name(title)
        rows = [[_show(v) for v in row[:_COLUMNS]] for row in sheet.to_python(skip_empty_area=False, nrows=_ROWS)]
        found = _Sheet(title, rows)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            _fill(found, top, left, bottom, right)
        found.doubts.append(Doubt("bulk", f"工作表“{title}”很大，按快速方式读入，百分数显示为小数。"))
        sheets.append(found)
    return sheets


def _read_csv(name: str, data: bytes) -> _Sheet:
    text, _ = decode(name, data)
    first = text[:4096].split("\n", 1)[0]
    mark = max(",\t;", key=first.count) if any(m in first for m in ",\t;") else ","
    try:
        rows = [row[:_COLUMNS] for row in csv.reader(io.StringIO(text.replace("\0", "")), delimiter=mark)]
    except csv.Error as e:
        raise UnreadableFile("damaged", f"“{name}”不是规范的 CSV（{e}），请另存为 .xlsx 后再读入。") from e
    found = _Sheet(name, rows[:_ROWS])
    if len(rows) > _ROWS:
        found.doubts.append(Doubt("cut", f"“{name}”有 {len(rows)} 行，只读入前 {_ROWS} 行。"))
    return found


def _show(value: Any, format: str = "") -> str:
    """A value as the sheet shows it, where that matters for its meaning: dates, and shares as per cent."""
    if value is None:
        return ""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    if isinstance(value, (date, time)):
        return value.isoformat()
    percent = _PERCENT.search(format) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if percent:
        return f"{value * 100:.{len(percent[1] or '')}f}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format_float(value)
    return str(value).strip()


def format_float(value: float) -> str:
    """A number without the noise of binary fractions: 0.1 + 0.2 is shown as 0.3.

    >>> format_float(0.1 + 0.2)
    '0.3'
    """
    return repr(round(value, 10)).rstrip("0").rstrip(".") if abs(value) < 1e5 else repr(value)
