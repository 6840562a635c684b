"""The lines an outline is read from: furniture and table rows left out, glued marks cut, the contents page found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract import Extract
from ingest.marks import Mark, find_glued, find_mark
from kb.records import Span
from kb.text import ZERO_WIDTH

_MARGIN = f" \t\r\n\u3000\u2003\u00a0*{ZERO_WIDTH}"
_CONTENTS = re.compile(r"[\s　#*]*目\s*[录次][\s　*]*")
_PAGE_DOTS = re.compile(r"[\s　.．·…⋯—\-]*\d{0,4}[\s　]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """行: one line of one block, with the mark that opens it."""

    start: int
    end: int
    mark: Mark | None
    level: int | None = None  # the heading level the source gives
    centred: bool = False


def find_lines(extract: Extract, furniture: Sequence[Span]) -> list[Line]:
    """Lines that carry words, in order, each with its mark."""
    text = extract.text
    hidden = [(s.start, s.end) for s in furniture]
    lines: list[Line] = []
    h = 0
    for block in extract.blocks:
        if block.kind not in ("paragraph", "heading", "textbox"):
            continue
        while h < len(hidden) and hidden[h][1] <= block.start:
            h += 1
        at = block.start
        for words in text[block.start : block.end].split("\n"):
            start, at = at, at + len(words) + 1
            inside = h < len(hidden) and hidden[h][0] <= start and start + len(words) <= hidden[h][1]
            if inside or not words.strip(_MARGIN):
                continue
            lines += _cut(words, start, block.level if block.kind == "heading" else None, block.centred)
    return lines


def _cut(words: str, start: int, level: int | None, centred: bool) -> list[Line]:
    """The line, and one more for every glued mark inside it."""
    opening = find_mark(words, start)
    lines = [Line(start, start + len(words), opening, level, centred)]
    for mark in find_glued(words, start, opening.after if opening else start + 1):
        last = lines.pop()
        lines += [Line(last.start, mark.start, last.mark, last.level, last.centred)]
        lines += [Line(mark.start, start + len(words), mark)]
    return lines


def find_contents(text: str, lines: Sequence[Line]) -> Span | None:
    """The table of contents: a compact run of chapter lines that all come again further down."""
    units = ("part", "subpart", "chapter", "section", "cn", "cn-paren", "decimal")
    marked = [x for x in lines if x.mark and (x.mark.kind in units or x.mark.kind == "article")]
    names: list[str] = []
    seen: set[str] = set()
    for x in marked:
        name = _name(text, x)
        if (x.mark and x.mark.kind == "article") or name in seen:
            break
        names.append(name)
        seen.add(name)
    run = len(names)
    if run < 2 or run >= len(marked) or _name(text, marked[run]) != names[0]:
        return None
    again = {_name(text, x) for x in marked[run:]}
    if sum(n in again for n in names) < 0.7 * run:
        return None
    first, last = marked[0], marked[run - 1]
    before = next((x for x in reversed(lines) if x.end <= first.start), None)
    named = before is not None and _CONTENTS.fullmatch(text[before.start : before.end])
    if not named and last.start - first.start > 80 * run:  # not a compact list: real chapters that repeat
        return None
    return Span(before.start if before is not None and named else first.start, last.end)


def _name(text: str, line: Line) -> str:
    if line.mark is None:
        return ""
    words = _PAGE_DOTS.sub("", text[line.mark.after : line.end])
    return line.mark.label + re.sub(r"[\s　#*]", "", words)
