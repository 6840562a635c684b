"""Ruled lines → the cells of a table; the geometry is pdfplumber's, the lines come from any reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.readers.lines import Box, Grid

_SNAP = 3.0  # points: ends of rules that are meant to meet
_RULES = 600  # a page with more is a drawing
_THICK = 3.0  # a filled box thinner than this is a rule


@dataclass(frozen=True, slots=True)
class Rule:
    """框线: one straight line, horizontal or vertical, in points from the top left."""

    x0: float
    y0: float
    x1: float
    y1: float


def rules_of_box(box: Box) -> list[Rule]:
    """A drawn box as rules: one where it is thin, else its four sides."""
    x0, y0, x1, y1 = box
    if y1 - y0 <= _THICK:
        return [Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)] if x1 - x0 > _THICK else []
    if x1 - x0 <= _THICK:
        return [Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)]
    return [Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1)]


def find_cells(rules: Sequence[Rule]) -> list[list[Box]]:
    """The cells of every table that the rules of a page enclose; a single box is no table."""
    flat = [r for r in rules if abs(r.y1 - r.y0) <= 1.0]
    upright = [r for r in rules if abs(r.x1 - r.x0) <= 1.0]
    if len(flat) < 2 or len(upright) < 2 or len(flat) + len(upright) > _RULES:
        return []
    from pdfplumber import table

    edges = [_edge(r, "h") for r in flat] + [_edge(r, "v") for r in upright]
    merged = table.merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    cells = table.intersections_to_cells(table.edges_to_intersections(merged, _SNAP, _SNAP))
    return [t for t in table.cells_to_tables(cells) if len(t) > 1 and _columns(t) > 1]


def make_grid(page: int, cells: Sequence[Box], words_in: Callable[[Box], tuple[str, float | None]]) -> Grid:
    """The table of some cells: words of a merged cell stand again in each row and column that it covers."""
    xs = _levels([c[0] for c in cells] + [c[2] for c in cells])
    ys = _levels([c[1] for c in cells] + [c[3] for c in cells])
    rows: list[list[tuple[str, bool]]] = [[("", False)] * (len(xs) - 1) for _ in ys[1:]]
    sure: list[float] = []
    for x0, y0, x1, y1 in cells:
        words, confidence = words_in((x0, y0, x1, y1))
        if confidence is not None and words:
            sure.append(confidence)
        first_row, first_column = _nearest(ys, y0), _nearest(xs, x0)
        for r in range(first_row, max(_nearest(ys, y1), first_row + 1)):
            for c in range(first_column, max(_nearest(xs, x1), first_column + 1)):
                if r < len(rows) and c < len(xs) - 1:
                    rows[r][c] = (words, (r, c) != (first_row, first_column))
    kept = [n for n, row in enumerate(rows) if any(w for w, _ in row)]
    return Grid(
        page,
        (xs[0], ys[0], xs[-1], ys[-1]),
        tuple(tuple(rows[n]) for n in kept),
        tuple((xs[0], ys[n], xs[-1], ys[n + 1]) for n in kept),
        tuple(xs),
        min(sure, default=None),
    )


def _edge(rule: Rule, way: str) -> dict[str, Any]:
    x0, x1 = sorted((rule.x0, rule.x1))
    top, bottom = sorted((rule.y0, rule.y1))
    if way == "h":
        bottom = top
    else:
        x1 = x0
    return {
        "orientation": way, "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top,
        "object_type": "line",
    }  # fmt: skip


def _columns(cells: Sequence[Box]) -> int:
    return len(_levels([c[0] for c in cells]))


def _levels(values: Sequence[float]) -> list[float]:
    levels: list[float] = []
    for v in sorted(values):
        if not levels or v - levels[-1] > _SNAP:
            levels.append(v)
    return levels


def _nearest(levels: Sequence[float], value: float) -> int:
    return min(range(len(levels)), key=lambda n: abs(levels[n] - value))
