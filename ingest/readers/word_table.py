"""Word's tables: rows with merged cells filled down and to the right, rows that were deleted left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from ingest.extract import Cell, Table
from ingest.readers.numbering import Numbering
from ingest.readers.word_styles import W, integer, value
from ingest.readers.word_text import text_of

_WIDEST = 200  # columns
_DEEPEST = 3  # header rows


@dataclass(frozen=True, slots=True)
class Row:
    """行: cells as (words, filled from a merged one, filled from above)."""

    element: etree._Element
    cells: list[tuple[str, bool, bool]]
    header: bool


def is_layout(table: etree._Element) -> bool:
    """A table of one column is a frame around text."""
    return all(len(list(_cells(row))) <= 1 for row in _own_rows(table))


def rows_of(table: etree._Element, numbering: Numbering) -> list[Row]:
    """The rows of a table; words of a merged cell stand again in each row and column that it covers."""
    rows: list[Row] = []
    held: dict[int, str] = {}
    for element in _own_rows(table):
        properties = element.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            continue
        before = integer(value(properties.find(f"{W}gridBefore")), 0) if properties is not None else 0
        cells: list[tuple[str, bool, bool]] = [("", False, False)] * min(before, _WIDEST)
        for cell in _cells(element):
            words = _cell_text(cell, numbering)
            own = cell.find(f"{W}tcPr")
            below = own.find(f"{W}vMerge") if own is not None else None
            beside = own.find(f"{W}hMerge") if own is not None else None
            down = below is not None and below.get(f"{W}val", "continue") == "continue" and len(cells) in held
            right = beside is not None and beside.get(f"{W}val", "continue") == "continue" and bool(cells)
            words = held[len(cells)] if down else cells[-1][0] if right else words
            span = integer(value(own.find(f"{W}gridSpan")), 1) if own is not None else 1
            for n in range(max(1, min(span, _WIDEST - len(cells)))):
                held[len(cells)] = words
                cells.append((words, down or right or n > 0, down))
        marked = properties is not None and properties.find(f"{W}tblHeader") is not None
        if any(w for w, _, _ in cells):
            rows.append(Row(element, cells, marked))
    return rows


def make_table(rows: Sequence[Row], start: int) -> Table:
    """The table whose rows are written one a line from ``start`` on."""
    cells: list[Cell] = []
    at = start
    for r, row in enumerate(rows):
        for c, (words, filled, _) in enumerate(row.cells):
            cells.append(Cell(r, c, at, at + len(words), filled))
            at += len(words) + 1
    return Table(start, at - 1, _header_rows(rows), tuple(cells))


def _header_rows(rows: Sequence[Row]) -> int:
    """Rows marked to be repeated on each page; else the first, and those that its cells reach down into."""
    marked = 0
    while marked < min(len(rows) - 1, _DEEPEST) and rows[marked].header:
        marked += 1
    if marked:
        return marked
    n = 1
    while n < min(len(rows) - 1, _DEEPEST) and any(
        down and w == rows[0].cells[c][0] for c, (w, _, down) in _in(rows, n)
    ):
        n += 1
    return n


def _in(rows: Sequence[Row], n: int) -> Iterator[tuple[int, tuple[str, bool, bool]]]:
    """Cells of the n-th row that stand under one of the first."""
    return ((c, cell) for c, cell in enumerate(rows[n].cells) if c < len(rows[0].cells))


def _own_rows(table: etree._Element) -> list[etree._Element]:
    return [r for r in table.iter(f"{W}tr") if next(r.iterancestors(f"{W}tbl")) is table]


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (c for c in row.iter(f"{W}tc") if next(c.iterancestors(f"{W}tr")) is row)


def _cell_text(cell: etree._Element, numbering: Numbering) -> str:
    """The words of a cell in one line, tables inside it included; a number that Word counts may be all of them."""
    lines = []
    for p in cell.iter(f"{W}p"):
        words = text_of(p).replace("\n", " ").replace("\t", " ").strip()
        label = numbering.label(p.find(f"{W}pPr"))
        if words or label:
            lines.append(label + words)
    return " ".join(lines)
