"""PDF: text with boxes from its text layer; a page without one is read by OCR."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium

from ingest.extract import Extract
from ingest.readers.layout import Line, lay_out
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

_SCALE = 200 / 72  # scans are rendered at 200 dpi for OCR
_FEW = 8  # characters; a page with fewer has no text layer worth the name


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """Text of every page in reading order; UnreadableFile says why not."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as e:
        if "password" in str(e).lower():
            raise UnreadableFile("encrypted", f"“{name}”设有打开密码，请去掉密码后再读入。") from e
        raise UnreadableFile("damaged", f"“{name}”已损坏或不是 PDF，请重新下载或导出。") from e
    lines: list[Line] = []
    doubts: list[Doubt] = []
    scanned = 0
    try:
        if len(document) > limits.pages:
            raise UnreadableFile(
                "too-large", f"“{name}”有 {len(document)} 页，超过 {limits.pages} 页的上限，请拆分后再读入。"
            )
        for index in range(len(document)):
            page = document[index]
            found = _read_page(page, index + 1)
            if sum(len(line.text.strip()) for line in found) < _FEW:
                scanned += 1
                if scanned > limits.ocr_pages:
                    doubts.append(Doubt("ocr-limit", f"扫描页超过 {limits.ocr_pages} 页，第 {index + 1} 页起未识别。"))
                    break
                found = _recognise(page, index + 1)
            lines += found
    finally:
        document.close()
    if not any(line.text.strip() for line in lines):
        raise UnreadableFile("no-text", f"“{name}”中没有可读的文字，请确认扫描清晰后再读入。")
    return lay_out(lines, "pdf", doubts)


def _read_page(page: Any, number: int) -> list[Line]:
    """Lines of the text layer from the top down; pieces on one height make one line."""
    text = page.get_textpage()
    height = page.get_height()
    pieces: list[tuple[float, float, float, float, str]] = []
    for i in range(text.count_rects()):
        x0, y0, x1, y1 = text.get_rect(i)
        words = text.get_text_bounded(x0, y0, x1, y1).replace("\r", "").replace("\n", "")
        if words.strip():
            pieces.append((height - y1, x0, height - y0, x1, words))
    pieces.sort(key=lambda p: (p[0], p[1]))
    lines: list[Line] = []
    row: list[tuple[float, float, float, float, str]] = []
    for piece in [*pieces, None]:
        if piece is None or (row and (piece[0] + piece[2]) / 2 > max(r[2] for r in row)):
            if row:
                row.sort(key=lambda r: r[1])
                box = (row[0][1], min(r[0] for r in row), max(r[3] for r in row), max(r[2] for r in row))
                lines.append(Line("".join(r[4] for r in row), number, box))
            row = []
        if piece is not None:
            row.append(piece)
    return lines


def _recognise(page: Any, number: int) -> list[Line]:
    from ingest.readers.ocr import find_lines

    image = page.render(scale=_SCALE).to_numpy()
    return [
        Line(text, number, (box[0] / _SCALE, box[1] / _SCALE, box[2] / _SCALE, box[3] / _SCALE), confidence)
        for text, box, confidence in find_lines(image)
    ]
