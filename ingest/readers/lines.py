"""What a page holds: lines and ruled tables with their boxes, and the margins the lines keep to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Box = tuple[float, float, float, float]  # points from the top left corner: left, top, right, bottom
_ENOUGH = 6  # lines from which a page's own margins are taken; a shorter one keeps to the document's
_INDENT = 1.2  # characters; a Chinese paragraph begins two in
_DEEPEST = 3.2
_OUTLIERS = 0.1  # share of lines that may stand outside the margins: notes, page heads


@dataclass(frozen=True, slots=True)
class Line:
    """行: one line as it stands on its page."""

    text: str
    page: int
    box: Box
    confidence: float | None = None
    column: int = 0  # of a page set in two columns


@dataclass(frozen=True, slots=True)
class Grid:
    """有框的表: rows of (words, filled from a merged cell), with the box of each row and the left edges of the columns."""

    page: int
    box: Box
    rows: tuple[tuple[tuple[str, bool], ...], ...]
    row_boxes: tuple[Box, ...]
    edges: tuple[float, ...]
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Margins:
    """版心: left and right edge of the text and the size of a character, by page and column."""

    edges: dict[tuple[int, int], tuple[float, float]]
    em: float
    indented: bool  # paragraphs of this document begin with an indent

    def left(self, line: Line) -> float:
        """Left edge of the text where the line stands."""
        return self.edges[line.page, line.column][0]

    def right(self, line: Line) -> float:
        """Right edge of the text where the line stands."""
        return self.edges[line.page, line.column][1]

    def indent(self, line: Line) -> float:
        """How many characters in from the margin a line begins."""
        return (line.box[0] - self.left(line)) / self.em

    def is_full(self, line: Line, slack: float) -> bool:
        """Whether a line reaches the right margin but for ``slack`` characters."""
        return line.box[2] >= self.right(line) - slack * self.em


def find_margins(lines: Sequence[Line]) -> Margins:
    """The margins of every page and column; a page of few lines keeps to those of the document."""
    em = _character(lines)
    groups: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.page, line.column].append(line)
    whole: dict[int, tuple[float, float]] = {}
    for column in {c for _, c in groups}:
        whole[column] = _edges([x for (_, c), g in groups.items() if c == column for x in g], em)
    edges = {key: _edges(group, em) if len(group) >= _ENOUGH else whole[key[1]] for key, group in groups.items()}
    # A last page of a few short lines must not pull its own right margin in.
    edges = {
        k: (left, max(right, whole[k[1]][1]) if abs(left - whole[k[1]][0]) < 2 * em else right)
        for k, (left, right) in edges.items()
    }
    draft = Margins(edges, em, indented=False)
    body = [draft.indent(x) for x in lines if len(x.text) > 4]
    begun = sum(_INDENT <= i <= _DEEPEST for i in body)
    flush = sum(abs(i) < _INDENT for i in body)
    return Margins(edges, em, indented=begun >= 2 and begun >= 0.12 * (begun + flush))


def _character(lines: Sequence[Line]) -> float:
    """Width of one Chinese character: the median over the longer lines."""
    sizes = [(x.box[2] - x.box[0]) / _units(x.text) for x in lines if len(x.text) >= 8]
    return max(median(sizes), 1.0) if sizes else 12.0


def _units(text: str) -> float:
    return sum(1.0 if ord(c) > 0x2E7F or c in "“”‘’—…·" else 0.5 for c in text)


def _edges(lines: Sequence[Line], em: float) -> tuple[float, float]:
    """The left edge that many lines share, and the right edge the long ones reach."""
    lefts = sorted(x.box[0] for x in lines)
    rights = sorted(x.box[2] for x in lines)
    needed = max(2, len(lefts) // 5)
    often = (v for v in lefts if bisect_right(lefts, v + em / 2) - bisect_left(lefts, v - em / 2) >= needed)
    return next(often, lefts[0]), rights[-1 - int(len(rights) * _OUTLIERS / 2)]
