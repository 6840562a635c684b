"""The corpus's own mark-up: ``#`` title, ``##`` heading, ``=`` centred, ``>`` right, ``|`` table row, else a paragraph.

A cell ``^`` is merged with the one above. ``{+…+}`` and ``{-…-}`` are a tracked insertion and deletion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["title", "heading", "centred", "right", "paragraph", "table"]
MERGED = "^"

_MARKS: tuple[tuple[str, Kind], ...] = (("## ", "heading"), ("# ", "title"), ("= ", "centred"), ("> ", "right"))
_RULE = re.compile(r"\|(?:-{3}\|)+")
_TRACKED = re.compile(r"\{([+-])(.*?)[+-]\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or one whole table; ``rows`` keep ``^`` for cells merged with the one above."""

    kind: Kind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a paragraph: plain, tracked as inserted, or tracked as deleted."""

    text: str
    change: Literal["", "inserted", "deleted"] = ""


def parse_source(source: str) -> tuple[Line, ...]:
    """Paragraphs and tables in order."""
    lines: list[Line] = []
    rows: list[tuple[str, ...]] = []
    for raw in [*source.split("\n"), ""]:
        if raw.startswith("|"):
            if not _RULE.fullmatch(raw):
                rows.append(tuple(cell.strip() for cell in raw.strip("|").split("|")))
            continue
        if rows:
            lines.append(Line("table", rows=tuple(rows)))
            rows = []
        if raw.strip():
            mark, kind = next(((m, k) for m, k in _MARKS if raw.startswith(m)), ("", "paragraph"))
            lines.append(Line(kind, raw[len(mark) :]))
    return tuple(lines)


def parse_runs(text: str) -> tuple[Run, ...]:
    """A paragraph cut at its tracked changes."""
    runs: list[Run] = []
    at = 0
    for m in _TRACKED.finditer(text):
        if m.start() > at:
            runs.append(Run(text[at : m.start()]))
        runs.append(Run(m[2], "inserted" if m[1] == "+" else "deleted"))
        at = m.end()
    if at < len(text):
        runs.append(Run(text[at:]))
    return tuple(runs)


def final_text(text: str) -> str:
    """The paragraph with its insertions taken and its deletions gone."""
    return "".join(run.text for run in parse_runs(text) if run.change != "deleted")


def fill_rows(rows: tuple[tuple[str, ...], ...]) -> list[list[str]]:
    """A table's rows with merged cells filled down."""
    filled: list[list[str]] = []
    for row in rows:
        filled.append([filled[-1][c] if cell == MERGED else cell for c, cell in enumerate(row)])
    return filled


def format_plain(source: str) -> str:
    """What a reader of the built file should see: one line a paragraph or table row, cells joined by a tab."""
    out: list[str] = []
    for line in parse_source(source):
        out += ["\t".join(r) for r in fill_rows(line.rows)] if line.kind == "table" else [final_text(line.text)]
    return "\n".join(out) + "\n"
