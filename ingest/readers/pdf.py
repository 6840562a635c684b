"""PDF: characters with boxes from the text layer, ruled tables as tables; a page without text is read by OCR."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.extract import Extract
from ingest.readers.layout import join, lay_out
from ingest.readers.lines import Box, Grid, Line
from ingest.readers.ruling import Rule, find_cells, make_grid, rules_of_box
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

if TYPE_CHECKING:
    from ingest.readers.ocr import Recogniser

_DPI = 150  # of a page rendered for recognition: enough for print of 9 pt
_FEW = 8  # characters; a page with fewer has no text layer worth the name
_STAMP = 80  # characters that a scanning program or a page head prints over a picture
_COVERED = 0.6  # of the page
_GAP = 1.0  # characters of empty space that part two pieces of one line
_COLUMN, _COLUMN_LINE = 10, 10  # lines of a column, and characters of such a line, from which a page has two columns
_SHAPES = 4_000  # drawn shapes of a page looked at for rules; a map has more
_UNMAPPED = 0.3  # share of characters without a meaning from which the text layer is useless


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    box: Box
    generated: bool  # a space that stands not in the file but follows from a gap


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """Text of every page in reading order; UnreadableFile says why not."""
    document = _open(name, data)
    sizes: dict[int, tuple[float, float]] = {}
    doubts: list[Doubt] = []
    try:
        if len(document) > limits.pages:
            raise UnreadableFile(
                "too-large", f"“{name}”有 {len(document)} 页，超过 {limits.pages} 页的上限，请拆分后再读入。"
            )
        pages = _read_pages(document, sizes, doubts, limits)
    finally:
        document.close()
    items = [item for page in pages for item in page]
    if not any(_text_of(x) for x in items):
        raise UnreadableFile("no-text", f"“{name}”中没有可读的文字，请确认扫描清晰后再读入。")
    return lay_out(items, "pdf", sizes, doubts)


def _read_pages(
    document: Any, sizes: dict[int, tuple[float, float]], doubts: list[Doubt], limits: Limits
) -> list[list[Line | Grid]]:
    """Lines and tables page by page; scanned pages are recognised side by side while the others are read."""
    pages: list[list[Line | Grid]] = []
    asked: dict[int, Future[list[Line | Grid]]] = {}
    with ExitStack() as stack:
        recogniser: Recogniser | None = None
        for index in range(len(document)):
            page = _page(document, index, doubts)
            pages.append([])
            if page is None:
                continue
            sizes[index + 1] = (page.get_width(), page.get_height())
            pages[-1] = _read_page(page, index + 1)
            if _is_scan(page, sum(len(_text_of(x)) for x in pages[-1])):
                if len(asked) >= limits.ocr_pages:
                    message = f"扫描页超过 {limits.ocr_pages} 页，第 {index + 1} 页起未识别。"
                    doubts.append(Doubt("ocr-limit", message))
                    break
                if recogniser is None:
                    from ingest.readers.ocr import Recogniser

                    recogniser = stack.enter_context(Recogniser())
                image = page.render(scale=_DPI / 72).to_numpy()
                asked[index] = recogniser.ask(image, index + 1, _DPI / 72)
            page.close()
        for index, future in asked.items():
            pages[index] = future.result()
    if asked:
        doubts.append(Doubt("ocr", f"共 {len(asked)} 页是扫描图像，文字由识别得来，引用前请核对原件。"))
    return pages


def _open(name: str, data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as e:
        if "password" in str(e).lower():
            raise UnreadableFile("encrypted", f"“{name}”设有打开密码，请去掉密码后再读入。") from e
        raise UnreadableFile("damaged", f"“{name}”已损坏或不是 PDF，请重新下载或导出。") from e


def _page(document: Any, index: int, doubts: list[Doubt]) -> Any:
    try:
        return document[index]
    except pdfium.PdfiumError:
        doubts.append(Doubt("damaged-page", f"第 {index + 1} 页已损坏，未读入。"))
        return None


def _text_of(item: Line | Grid) -> str:
    return item.text.strip() if isinstance(item, Line) else "".join(w for row in item.rows for w, _ in row)


def _read_page(page: Any, number: int) -> list[Line | Grid]:
    """Lines and ruled tables of the text layer in reading order."""
    place = _Frame.of(page)
    chars = list(_chars(page.get_textpage(), place))
    if sum(c.text in "\ufffd\x00\uffff" or "\ue000" <= c.text <= "\uf8ff" for c in chars) > _UNMAPPED * len(chars):
        return []  # fonts without a map to characters: the page is read as a picture
    items: list[Line | Grid] = []
    for cells in find_cells(_find_rules(page, place)):
        x0, y0 = min(c[0] for c in cells), min(c[1] for c in cells)
        x1, y1 = max(c[2] for c in cells), max(c[3] for c in cells)
        inside = [c for c in chars if x0 <= _x(c) <= x1 and y0 <= _y(c) <= y1]
        if inside:
            items.append(make_grid(number, cells, lambda cell, held=inside: (_words(held, cell), None)))  # type: ignore[misc]
            gone = {id(c) for c in inside}
            chars = [c for c in chars if id(c) not in gone]
    items += _lines(chars, number, page.get_width())
    return items if any(isinstance(x, Line) and x.column for x in items) else sorted(items, key=lambda i: i.box[1])


@dataclass(frozen=True, slots=True)
class _Frame:
    """How points of the file, counted from the bottom left and before rotation, stand on the page as shown."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @classmethod
    def of(cls, page: Any) -> _Frame:
        """The frame of a page."""
        left, bottom, right, top = page.get_cropbox()
        return cls(left, bottom, right, top, page.get_rotation())

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box in points from the top left of the page as shown."""
        if self.turn == 90:
            box = (y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left)
        elif self.turn == 180:
            box = (self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom)
        elif self.turn == 270:
            box = (self.top - y1, self.right - x1, self.top - y0, self.right - x0)
        else:
            box = (x0 - self.left, self.top - y1, x1 - self.left, self.top - y0)
        return box


def _chars(text: Any, frame: _Frame) -> Iterator[_Char]:
    """Every character of the text layer, in the order of the file."""
    rect = raw.FS_RECTF()
    for i in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, i)
        if code in (0, 0x0D, 0x0A, 0x02, 0xFFFE) or not raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(rect)):
            continue
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            continue
        box = frame.box(rect.left, rect.bottom, rect.right, rect.top)
        yield _Char(chr(code), box, code == 0x20 and raw.FPDFText_IsGenerated(text, i) == 1)


def _x(char: _Char) -> float:
    return (char.box[0] + char.box[2]) / 2


def _y(char: _Char) -> float:
    return (char.box[1] + char.box[3]) / 2


def _lines(chars: Sequence[_Char], number: int, width: float = 0.0) -> list[Line]:
    """The lines of a page from the top down; of one in two columns first the left, then the right one."""
    runs = sorted(_runs(chars), key=lambda r: (_y(r[0]), r[0].box[0]))
    gutter = _find_gutter(runs, width)
    if gutter is None:
        return _rows(runs, number, 0)
    lines: list[Line] = []
    band: list[list[_Char]] = []
    for run in [*runs, None]:
        crosses = run is None or run[0].box[0] < gutter < run[-1].box[2]
        if run is not None and not crosses:
            band.append(run)
            continue
        lines += _rows([r for r in band if r[0].box[0] < gutter], number, 1)
        lines += _rows([r for r in band if r[0].box[0] >= gutter], number, 2)
        lines += _rows([run], number, 0) if run is not None else []
        band = []
    return lines


def _find_gutter(runs: Sequence[list[_Char]], width: float) -> float | None:
    """The middle of a page in two columns: long lines on either side, hardly any across."""
    if not width:
        return None
    middle = width / 2
    left = [r for r in runs if r[-1].box[2] <= middle]
    right = [r for r in runs if r[0].box[0] >= middle]
    if min(len(left), len(right)) < _COLUMN or len(left) + len(right) < 0.8 * len(runs):
        return None
    return middle if min(median(map(len, left)), median(map(len, right))) >= _COLUMN_LINE else None


def _rows(runs: Sequence[list[_Char]], number: int, column: int) -> list[Line]:
    """Runs that stand on one height make one line, from left to right."""
    rows: list[list[list[_Char]]] = []
    for run in runs:
        row = rows[-1] if rows else None
        if row is not None and _y(run[0]) < max(r[0].box[3] for r in row) - 0.3 * _tall(run[0]):
            row.append(run)
        else:
            rows.append([run])
    lines = []
    for row in rows:
        row.sort(key=lambda r: r[0].box[0])
        words = _spell([c for run in row for c in run])
        if words.strip():
            box = (
                row[0][0].box[0],
                min(r[0].box[1] for r in row),
                max(c.box[2] for r in row for c in r if not c.text.isspace()),
                max(r[0].box[3] for r in row),
            )
            lines.append(Line(words, number, box, column=column))
    return lines


def _runs(chars: Sequence[_Char]) -> Iterator[list[_Char]]:
    """Stretches that the file writes from left to right on one height, without the blanks around them."""
    run: list[_Char] = []
    for char in [*chars, None]:
        if char is not None and char.text.isspace() and not run:
            continue
        if run and (char is None or not _follows(next(c for c in reversed(run) if not c.generated), char)):
            while run and run[-1].text.isspace():
                run.pop()
            if run:
                yield run
            run = []
        if char is not None and (run or not char.text.isspace()):
            run.append(char)


def _tall(char: _Char) -> float:
    return max(char.box[3] - char.box[1], 1.0)


def _follows(last: _Char, char: _Char) -> bool:
    if char.generated:
        return True
    level = abs(_y(char) - _y(last)) < 0.35 * max(_tall(last), _tall(char))
    return level and -0.5 * _tall(last) < char.box[0] - last.box[2] < _GAP * _tall(last) and _x(char) > last.box[0]


def _spell(chars: Sequence[_Char]) -> str:
    """The characters of a line; what is painted twice for bold stands once, empty space only where it parts words."""
    out: list[_Char] = []
    words = ""
    for n, char in enumerate(chars):
        if char.generated:
            after = next((c.text for c in chars[n + 1 :] if not c.generated), "")
            words += _blank(words, after)
            continue
        if out and any(char.text == c.text and abs(char.box[0] - c.box[0]) < 0.3 * _tall(c) for c in out[-2:]):
            continue
        if out and not char.text.isspace() and not words[-1:].isspace():
            gap = char.box[0] - out[-1].box[2]
            if gap > _GAP * _tall(out[-1]):
                words += "　"
            elif gap > 0.2 * _tall(out[-1]):
                words += _blank(words, char.text)
        out.append(char)
        words += char.text
    return words


def _blank(left: str, right: str) -> str:
    """A space between words and figures of one line; where Chinese meets them print only sets them apart."""
    return " " if left[-1:].isascii() and left[-1:].isalnum() and right[:1].isascii() and right[:1].isalnum() else ""


def _words(chars: Sequence[_Char], cell: Box) -> str:
    """What a cell says, its lines joined."""
    x0, y0, x1, y1 = cell
    words = ""
    for line in _lines([c for c in chars if x0 <= _x(c) <= x1 and y0 <= _y(c) <= y1], 0):
        piece = line.text.strip()
        words += join(words, piece) + piece
    return words.replace("\t", " ")


def _find_rules(page: Any, frame: _Frame) -> list[Rule]:
    """Straight lines and the sides of boxes that a page draws."""
    rules: list[Rule] = []
    for seen, shape in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])):
        if seen > _SHAPES:
            return []
        matrix = shape.get_matrix()
        points: list[tuple[float, float]] = []
        for n in range(min(raw.FPDFPath_CountSegments(shape), 64)):
            segment = raw.FPDFPath_GetPathSegment(shape, n)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.on_point(x.value, y.value)
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
                rules += _trace(points, frame)
                points = []
            points.append(point)
        rules += _trace(points, frame)
    return rules


def _trace(points: Sequence[tuple[float, float]], frame: _Frame) -> list[Rule]:
    """The rules of one open or closed path: thin boxes count as one."""
    if len(points) < 2:
        return []
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    corners = {(round(x, 1), round(y, 1)) for x, y in points}
    if len(points) == 2 or (len(corners) == 4 and len(set(map(round, xs))) <= 2 and len(set(map(round, ys))) <= 2):
        return rules_of_box(frame.box(min(xs), min(ys), max(xs), max(ys)))
    rules = []
    for (ax, ay), (bx, by) in pairwise(points):
        if abs(ax - bx) < 1 or abs(ay - by) < 1:
            rules += rules_of_box(frame.box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
    return rules


def _is_scan(page: Any, characters: int) -> bool:
    """Whether the words of a page stand in a picture: next to no text, or little of it over a picture of page size."""
    if characters < _FEW:
        return next(page.get_objects(max_depth=1), None) is not None
    if characters > _STAMP:
        return False
    whole = page.get_width() * page.get_height()
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        x0, y0, x1, y1 = picture.get_bounds()
        if (x1 - x0) * (y1 - y0) > _COVERED * whole:
            return True
    return False
