"""Lines and tables in reading order → paragraphs and tables as text; shared by PDF, OFD and scans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.extract import Block, Cell, Extract, Table
from ingest.marks import find_mark
from ingest.readers.lines import Box, Grid, Line, Margins, find_margins
from ingest.readers.page_furniture import find_page_furniture
from kb.records import Doubt, Place, Span

LOW = 0.8  # confidence of recognition under which a line is reported
_SAME_EDGE = 6.0  # points within which the columns of a table stand again on the next page
_SLACK = 2.2  # characters by which a full line may stay short: no mark may open a line, no word is cut
_INDENT, _DEEPEST = 1.2, 3.5  # characters: a paragraph begins between them
_WIDE = 0.2  # of the width: a centred line with less to spare goes on in the next
_SAME_SIZE = 0.15
_ENDED = re.compile(r"[。；：！？;:!?]$")
_WORD_END, _WORD_START = re.compile(r"[A-Za-z][,.;:)]?$"), re.compile(r"[A-Za-z(]")
_OWN_LINE = re.compile(
    r"[（(].*[）)]|.{2,40}[〔\[（(【](?:19|20)\d\d[〕\])）】]第?\d{1,5}号"
)  # a number, a note below a title
_ORDINAL = re.compile(r"[\d一二三四五六七八九十.、-]{1,8}")


@dataclass(slots=True)
class _Paragraph:
    """Lines that make one paragraph."""

    lines: list[Line]
    centred: bool


@dataclass(slots=True)
class _Rows:
    """A table with its parts from one page after another; heads repeated at the top of a page are kept apart."""

    edges: tuple[float, ...]
    rows: list[list[tuple[str, bool]]]
    at: list[list[tuple[int, Box]]]
    page: int
    confidence: float | None
    heads: list[tuple[str, int, Box]] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    """The text so far, with all that points into it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    furniture: list[Span] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def write(self, words: str) -> int:
        """Append words; gives where they start."""
        start = self.length
        self.parts.append(words)
        self.length += len(words)
        return start


def lay_out(
    items: Sequence[Line | Grid], format: str, sizes: Mapping[int, tuple[float, float]], doubts: Sequence[Doubt] = ()
) -> Extract:
    """Paragraphs and tables, each line's place kept; page heads, feet and numbers are furniture.

    ``items`` stand in reading order; ``sizes`` gives the width and height of each page in points.
    """
    lines = [x for x in items if isinstance(x, Line)]
    furniture = {id(lines[n]) for n in find_page_furniture(lines, sizes)}
    writer = _Writer(doubts=list(doubts))
    for unit in _assemble(items, furniture):
        if isinstance(unit, Line):
            _write_furniture(writer, unit.text.strip(), unit.page, unit.box, unit.confidence)
        elif isinstance(unit, _Paragraph):
            _write_paragraph(writer, unit)
        else:
            _write_table(writer, unit)
    return Extract(
        "".join(writer.parts),
        format,
        tuple(writer.blocks),
        tuple(writer.tables),
        tuple(writer.places),
        tuple(writer.furniture),
        tuple(writer.doubts),
    )


def join(left: str, right: str) -> str:
    """What stands between two lines of one paragraph: a space between words of letters, else nothing."""
    return " " if _WORD_END.search(left) and _WORD_START.match(right) else ""


def _assemble(items: Sequence[Line | Grid], furniture: set[int]) -> Iterator[_Paragraph | _Rows | Line]:
    """Paragraphs and tables in order; furniture inside one that goes over the page follows behind it."""
    margins = find_margins([x for x in items if isinstance(x, Line) and id(x) not in furniture])
    current: _Paragraph | _Rows | None = None
    late: list[Line] = []
    for item in items:
        if isinstance(item, Line) and id(item) in furniture:
            late.append(item)
        elif isinstance(item, Line) and isinstance(current, _Paragraph) and _continues(current, item, margins):
            current.lines.append(item)
        elif isinstance(item, Grid) and isinstance(current, _Rows) and _goes_on(current, item):
            _append_rows(current, item)
        else:
            if current is not None:
                yield current
            yield from late
            late = []
            current = _Paragraph([item], _is_centred(item, margins)) if isinstance(item, Line) else _rows(item)
    if current is not None:
        yield current
    yield from late


def _continues(paragraph: _Paragraph, line: Line, margins: Margins) -> bool:
    """Whether a line goes on with the paragraph: the one before is full, and this one begins at the margin."""
    last = paragraph.lines[-1]
    if _is_centred(line, margins):
        return _completes(paragraph, line, margins)
    if paragraph.centred or margins.indent(paragraph.lines[0]) > _DEEPEST:
        return False  # a title; a signature set to the right
    if margins.indented:
        if abs(margins.indent(line)) > _INDENT:
            return False
        return margins.is_full(last, _SLACK)
    if find_mark(line.text.strip(), 0) is not None or margins.indent(line) > _INDENT:
        return False
    return margins.is_full(last, 1.5) and not (_ENDED.search(last.text.strip()) and not margins.is_full(last, 0.6))


def _completes(paragraph: _Paragraph, line: Line, margins: Margins) -> bool:
    """The last line of a centred title: the one before fills the width evenly, in print of the same size."""
    last = paragraph.lines[-1]
    before, after = last.box[0] - margins.left(last), margins.right(last) - last.box[2]
    even = abs(before - after) < 2 * margins.em and before + after < _WIDE * (margins.right(last) - margins.left(last))
    size = (last.box[3] - last.box[1]) / max(line.box[3] - line.box[1], 1.0)
    alike = abs(size - 1) < (_SAME_SIZE if line.confidence is None else 2 * _SAME_SIZE)  # boxes of scans are rough
    if (
        _OWN_LINE.fullmatch(line.text.strip())
        or not (even and alike)
        or last.page != line.page
        or _ENDED.search(last.text.strip())
    ):
        return False
    first = paragraph.lines[0]
    if abs(margins.indent(first)) > _INDENT and not paragraph.centred:
        return False  # a paragraph's short last line that happens to stand in the middle is met below
    paragraph.centred = True
    return True


def _is_centred(line: Line, margins: Margins) -> bool:
    """Set in from both sides alike, more than a paragraph's indent; a sentence's last line that looks so is not."""
    before, after = line.box[0] - margins.left(line), margins.right(line) - line.box[2]
    even = abs(before - after) < max(1.2 * margins.em, 0.2 * before)
    inset = _DEEPEST if margins.indented else 2.6
    return before > inset * margins.em and even and not _ENDED.search(line.text.strip())


def _rows(grid: Grid) -> _Rows:
    at = [[(grid.page, b)] for b in grid.row_boxes]
    return _Rows(grid.edges, [list(r) for r in grid.rows], at, grid.page, grid.confidence)


def _goes_on(table: _Rows, grid: Grid) -> bool:
    """Whether a table at the top of the next page has the columns of the one before."""
    return (
        table.page + 1 == grid.page
        and len(table.edges) == len(grid.edges)
        and all(abs(a - b) <= _SAME_EDGE for a, b in zip(table.edges, grid.edges, strict=True))
    )


def _append_rows(table: _Rows, grid: Grid) -> None:
    """The rows of the next page: a repeated head is furniture, a merged or broken row goes on from the one above."""
    table.page = grid.page
    if grid.confidence is not None:
        table.confidence = min(grid.confidence, 1.0 if table.confidence is None else table.confidence)
    rows = list(zip(grid.rows, grid.row_boxes, strict=True))
    first = [w for w, _ in table.rows[0]] if table.rows else []
    if rows and len(table.rows) > 1 and [w for w, _ in rows[0][0]] == first:
        table.heads.append(("\t".join(first), grid.page, rows[0][1]))
        rows = rows[1:]
    for n, (row, box) in enumerate(rows):
        above = table.rows[-1] if table.rows else None
        if n == 0 and above is not None and _is_broken(table.rows, row):
            table.rows[-1] = [(_joined(a, b), f) for (a, f), (b, _) in zip(above, row, strict=True)]
            table.at[-1].append((grid.page, box))
        else:
            table.rows.append(_filled(table.rows, list(row)))
            table.at.append([(grid.page, box)])


def _is_broken(rows: Sequence[Sequence[tuple[str, bool]]], row: Sequence[tuple[str, bool]]) -> bool:
    """A row cut by the page break: the cell that numbers every other row is empty."""
    numbered = [r[0][0] for r in rows[1:]]
    return not row[0][0] and len(numbered) > 0 and all(_ORDINAL.fullmatch(w) for w in numbered)


def _joined(above: str, below: str) -> str:
    return above + join(above, below) + below


def _filled(rows: Sequence[Sequence[tuple[str, bool]]], row: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """An empty cell under a merged one of the page before stands for its words."""
    if not rows:
        return row
    merged = {c for r in rows for c, (w, f) in enumerate(r) if f and w}
    above = rows[-1]
    out = list(row)
    for c in range(len(row)):
        if not row[c][0] and c in merged and above[c][0] and all(r[c][0] for r in rows):
            out[c] = (above[c][0], True)
    return out


def _write_furniture(writer: _Writer, words: str, page: int, box: Box, confidence: float | None) -> None:
    start = writer.write(words + "\n")
    writer.blocks.append(Block("furniture", start, start + len(words)))
    writer.furniture.append(Span(start, start + len(words)))
    writer.places.append(Place(start, start + len(words), page, box, confidence=confidence))


def _write_paragraph(writer: _Writer, paragraph: _Paragraph) -> None:
    first = writer.length
    before = ""
    for line in paragraph.lines:
        words = line.text.strip()
        writer.write(join(before, words))
        start = writer.write(words)
        end = start + len(words)
        writer.places.append(Place(start, end, line.page, line.box, confidence=line.confidence))
        _doubt(writer, words, line.page, line.confidence, start, end)
        before = words
    writer.blocks.append(Block("paragraph", first, writer.length, centred=paragraph.centred))
    writer.write("\n")


def _write_table(writer: _Writer, table: _Rows) -> None:
    first, cells = writer.length, []
    for r, row in enumerate(table.rows):
        start = at = writer.length
        for c, (words, filled) in enumerate(row):
            cells.append(Cell(r, c, at, at + len(words), filled))
            at += len(words) + 1
        words = "\t".join(w for w, _ in row)
        writer.write(words + "\n")
        writer.blocks.append(Block("row", start, start + len(words), table=len(writer.tables)))
        for page, box in table.at[r][:1]:
            writer.places.append(Place(start, start + len(words), page, box, confidence=table.confidence))
    if table.rows:
        writer.tables.append(Table(first, writer.length - 1, _header_rows(table.rows), tuple(cells)))
        _doubt(writer, "表格", table.page, table.confidence, first, writer.length - 1)
    for words, page, box in table.heads:
        _write_furniture(writer, words, page, box, table.confidence)


def _header_rows(rows: Sequence[Sequence[tuple[str, bool]]]) -> int:
    """One, and one more for each row that a cell of the first reaches down into."""
    n = 1
    while n < min(len(rows) - 1, 3) and any(f and w and w == rows[0][c][0] for c, (w, f) in enumerate(rows[n])):
        n += 1
    return n


def _doubt(writer: _Writer, words: str, page: int, confidence: float | None, start: int, end: int) -> None:
    if confidence is not None and confidence < LOW:
        message = f"第 {page} 页“{words[:20]}”识别把握较低（{confidence:.2f}），请核对原件。"
        writer.doubts.append(Doubt("ocr-low-confidence", message, start, end))
