"""Version → passages: an article, a group of items, a few paragraphs, a table row; never across a heading."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract import Table
from kb.records import Clause, Passage, Version

TARGET = 420  # characters; about what one screen shows and one article holds
LONGEST = 600  # an article up to this stays whole
STEM = 80  # a heading's own words up to this stay with the items they introduce
_LISTED = ("item", "subitem")
# Where a long stretch may be cut, the best place first.
_CUTS = (re.compile(r"\n"), re.compile(r"[。！？]"), re.compile(r"[；;]"), re.compile(r"[，,、\s]"))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text under one clause; ``header`` is a table row's column names."""

    start: int
    end: int
    clause: Clause | None
    header: str | None = None  # None for running text


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    header: str
    shown: bool  # a header row stands in the context of the rows below it


def find_passages(version: Version, tables: Sequence[Table] = ()) -> tuple[Passage, ...]:
    """Every stretch of substance of a version, in order; furniture and headings that only hold others are left out.

    A heading left out stands in the ``context`` of each passage below it.
    """
    known = {c.id: c for c in version.clauses}
    passages: list[Passage] = []
    for piece in _pieces(version, tables, known):
        span = _trim(version.text, piece.start, piece.end)
        if span is None:
            continue
        context = " ".join(filter(None, (version.identity.title, *_headings(piece.clause, known), piece.header or "")))
        passages.append(
            Passage(
                id=f"{version.id}:{len(passages)}",
                version=version.id,
                document=version.document,
                ordinal=len(passages),
                clause=piece.clause.id if piece.clause else "",
                path=piece.clause.path if piece.clause else "",
                start=span[0],
                end=span[1],
                context=context,
            )
        )
    return tuple(passages)


def _pieces(version: Version, tables: Sequence[Table], known: dict[str, Clause]) -> Iterator[_Piece]:
    """Stretches between the starts of units, split where long; table rows on their own."""
    text = version.text
    units = _units(version.clauses)
    parents = {c.parent for c in units}
    holes = _holes(version, tables)
    starts = [h[0] for h in holes]
    cuts: list[tuple[int, Clause | None]] = [(0, None), *((c.start, c) for c in units)]
    if version.clauses:  # notes behind the last clause are no part of it
        cuts.append((max(c.end for c in version.clauses), None))
    group: list[_Piece] = []
    for n, (start, clause) in enumerate(cuts):
        end = _line_start(text, cuts[n + 1][0]) if n + 1 < len(cuts) else len(text)
        for piece in _between(start, end, clause, holes, starts):
            if clause is not None and clause.id in parents and piece.end <= clause.heading_end:
                continue
            if _is_bare(text, clause, piece, parents):
                continue
            if piece.header is not None or not _joins(group, piece):
                yield from _flush(text, group, known)
                group = []
            if piece.header is not None:
                yield piece
            else:
                group.append(piece)
    yield from _flush(text, group, known)


def _line_start(text: str, at: int) -> int:
    """Where the Markdown marks and spaces before a unit begin; they belong to no passage."""
    start = text.rfind("\n", 0, at) + 1
    return start if not text[start:at].strip(" \t\u3000#*") else at


def _units(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses a passage may begin at: items inside an article stay with it."""
    inside = {c.id for c in clauses if c.kind == "article"}
    kept = []
    for c in clauses:
        if c.parent in inside:
            inside.add(c.id)
        else:
            kept.append(c)
    return kept


def _is_bare(text: str, clause: Clause | None, piece: _Piece, parents: set[str | None]) -> bool:
    """A heading without words of its own above other units: they carry it in their context."""
    if clause is None or clause.id not in parents or piece.start > clause.heading_end or piece.header is not None:
        return False
    own = text[clause.heading_end : piece.end] if clause.heading_end > clause.start else text[piece.start : piece.end]
    return not any(c.isalnum() for c in own)


def _holes(version: Version, tables: Sequence[Table]) -> list[tuple[int, int, _Row | None]]:
    """Furniture, contents pages and table rows, in order: what running text is interrupted by."""
    holes: list[tuple[int, int, _Row | None]] = [(s.start, s.end, None) for s in version.furniture]
    holes += [(d.start, d.end, None) for d in version.doubts if d.kind == "toc"]
    for table in tables:
        holes += [(r.start, r.end, r) for r in _rows(version.text, table)]
    return sorted(holes, key=lambda h: (h[0], h[1]))


def _rows(text: str, table: Table) -> Iterator[_Row]:
    """One line of text a row; the words of the header rows go with every row below them."""
    spans: dict[int, tuple[int, int]] = {}
    for c in table.cells:
        if c.filled:
            continue
        start = text.rfind("\n", 0, c.start) + 1
        end = text.find("\n", max(c.end, c.start))
        spans.setdefault(c.row, (start, len(text) if end < 0 else end))
    head = [c for c in table.cells if c.row < table.header_rows and not c.filled]
    header = " ".join(filter(None, (table.caption, *(text[c.start : c.end] for c in head))))
    body = any(row >= table.header_rows for row in spans)
    seen = set()
    for row, (start, end) in sorted(spans.items(), key=lambda s: s[1]):
        if start not in seen:
            seen.add(start)
            yield _Row(start, end, header, shown=row >= table.header_rows or not body)


def _between(
    start: int, end: int, clause: Clause | None, holes: Sequence[tuple[int, int, _Row | None]], starts: Sequence[int]
) -> Iterator[_Piece]:
    at = start
    first = max(0, bisect_left(starts, start) - 1)
    for s, e, row in holes[first : bisect_right(starts, end)]:
        if e <= at or s >= end:
            continue
        if s > at:
            yield _Piece(at, s, clause)
        if row is not None and row.shown and s >= at:
            yield _Piece(s, e, clause, row.header)
        at = max(at, e)
    if at < end:
        yield _Piece(at, end, clause)


def _joins(group: Sequence[_Piece], piece: _Piece) -> bool:
    """Short items go together, with the few words that introduce them; nothing else does."""
    if not group or piece.clause is None or group[-1].clause is None or piece.clause.kind not in _LISTED:
        return False
    last, size = group[-1].clause, piece.end - group[0].start
    if size > TARGET:
        return False
    if last.kind in _LISTED:
        return piece.clause.parent in (last.parent, last.id, group[0].clause.id if group[0].clause else None)
    return piece.clause.parent == last.id and last.kind == "heading" and group[-1].end - group[0].start <= STEM


def _flush(text: str, group: Sequence[_Piece], known: dict[str, Clause]) -> Iterator[_Piece]:
    if not group:
        return
    start, end, clause = group[0].start, group[-1].end, group[0].clause
    if clause is not None and clause.kind in _LISTED and any(p.end > clause.end for p in group):
        clause = known.get(clause.parent or "")  # several items side by side: what holds them all
    limit = LONGEST if clause is not None and clause.kind == "article" else TARGET
    for s, e in _windows(text, start, end, limit):
        yield _Piece(s, e, clause)


def _windows(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Windows of nearly one size, cut at lines, else sentences, else clauses, else anywhere."""
    left = start
    while end - left > limit:
        count = -(-(end - left) // TARGET)
        goal = left + (end - left) // count
        cut = next((c for c in (_cut(text, p, left, goal) for p in _CUTS) if c), goal)
        yield left, cut
        left = cut
    yield left, end


def _cut(text: str, pattern: re.Pattern[str], left: int, goal: int) -> int | None:
    """The end of the match nearest to the goal, within half a window of it."""
    reach = (goal - left) // 2
    places = [m.end() for m in pattern.finditer(text, goal - reach, goal + reach // 2)]
    return min(places, key=lambda p: (abs(p - goal), p), default=None)


def _headings(clause: Clause | None, known: dict[str, Clause]) -> list[str]:
    chain: list[str] = []
    at: Clause | None = clause
    while at is not None:
        if at.title:
            chain.append(at.title if at.kind in ("chapter", "part", "section", "subpart") else f"{at.label}{at.title}")
        at = known.get(at.parent) if at.parent else None
    return chain[::-1]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    body = text[start:end]
    if not any(c.isalnum() for c in body):
        return None
    lead = len(body) - len(body.lstrip())
    return start + lead, start + len(body.rstrip())
