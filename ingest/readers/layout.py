"""Lines with boxes → paragraphs: wrapped lines joined, page furniture marked; shared by PDF, OFD and scans."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract import Block, Extract
from ingest.marks import find_mark
from kb.records import Doubt, Place, Span

Box = tuple[float, float, float, float]
_PAGE_NUMBER = re.compile(r"^[\s—–\-－·]*(第\s*)?\d{1,4}(\s*页)?([\s/／]*(共\s*)?\d{1,4}\s*页)?[\s—–\-－·]*$")
_FULL = 0.9  # a line reaching this share of the text width is wrapped, a shorter one ends its paragraph
_LOW = 0.8  # confidence of OCR under which a line is reported


@dataclass(frozen=True, slots=True)
class Line:
    """行: one line as it stands on its page."""

    text: str
    page: int
    box: Box
    confidence: float | None = None


def lay_out(lines: Sequence[Line], format: str, doubts: Sequence[Doubt] = ()) -> Extract:
    """Paragraphs in reading order, each line's place kept; repeated heads and page numbers are furniture."""
    furniture = _find_furniture(lines)
    left = _common(round(line.box[0]) for line in lines)
    right = max((line.box[2] for line in lines), default=0.0)
    parts: list[str] = []
    length = 0
    blocks: list[Block] = []
    places: list[Place] = []
    hidden: list[Span] = []
    found = list(doubts)
    last: Line | None = None
    for n, line in enumerate(lines):
        words = line.text.strip()
        if not words:
            continue
        if n in furniture:
            parts.append(words + "\n")
            blocks.append(Block("furniture", length, length + len(words)))
            hidden.append(Span(length, length + len(words)))
            length += len(words) + 1
            continue
        joins = (
            last is not None and bool(blocks) and blocks[-1].kind == "paragraph" and _continues(last, line, left, right)
        )
        if joins and parts:
            parts[-1] = parts[-1].rstrip("\n")
            length -= 1
        start = length
        parts.append(words + "\n")
        length += len(words) + 1
        centred = line.box[0] - left > 30 and abs((line.box[0] - left) - (right - line.box[2])) < 40
        if joins:
            blocks[-1] = Block("paragraph", blocks[-1].start, start + len(words), centred=blocks[-1].centred)
        else:
            blocks.append(Block("paragraph", start, start + len(words), centred=centred))
        places.append(Place(start, start + len(words), line.page, line.box, confidence=line.confidence))
        if line.confidence is not None and line.confidence < _LOW:
            found.append(
                Doubt(
                    "ocr-low-confidence",
                    f"第 {line.page} 页“{words[:20]}”识别把握较低，请核对原件。",
                    start,
                    start + len(words),
                )
            )
        last = line
    return Extract("".join(parts), format, tuple(blocks), (), tuple(places), tuple(hidden), tuple(found))


def _continues(last: Line, line: Line, left: float, right: float) -> bool:
    """Whether a line goes on with the paragraph of the one before."""
    if find_mark(line.text.strip(), 0) is not None:
        return False
    width = right - left
    wrapped = last.box[2] >= left + _FULL * width
    indented = line.box[0] - left > 12  # two characters of indent begin a paragraph
    return wrapped and not indented and not (last.text.rstrip().endswith("。") and line.page != last.page)


def _find_furniture(lines: Sequence[Line]) -> set[int]:
    """Lines at the edge of pages that are page numbers, or the same on three pages and more."""
    edges: dict[int, list[int]] = {}
    for n, line in enumerate(lines):
        edges.setdefault(line.page, []).append(n)
    ends = {n for numbers in edges.values() for n in (*numbers[:1], *numbers[-1:])}
    repeated = Counter(re.sub(r"\d+", "#", lines[n].text.strip()) for n in ends)
    return {
        n
        for n in ends
        if _PAGE_NUMBER.match(lines[n].text)
        or (len(edges) >= 3 and repeated[re.sub(r"\d+", "#", lines[n].text.strip())] >= 3)
    }


def _common(values: object) -> float:
    """The left edge of the text: the smallest that many lines share."""
    counts = Counter(values)  # type: ignore[call-overload]
    often = [v for v, n in counts.items() if n >= max(2, max(counts.values()) // 4)]
    return float(min(often)) if often else float(min(counts, default=0))
