"""Version → passages: an article, a group of items, a few paragraphs, a table row; never across a heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract import Table
from kb.records import Clause, Passage, Version

TARGET = 420  # characters; about what one screen shows and one article holds
LONGEST = 700  # an article up to this stays whole
_HEADED = ("part", "subpart", "chapter", "section")
_STATUTE = ("part", "subpart", "chapter", "section", "article", "annex", "document")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    clause: Clause | None
    row: int | None = None


def find_passages(version: Version, tables: Sequence[Table] = ()) -> tuple[Passage, ...]:
    """Every stretch of substance of a version, in order, each in one passage; furniture is left out."""
    passages: list[Passage] = []
    title = version.identity.title
    headers = _headers(version.text, tables)
    known = {c.id: c for c in version.clauses}
    for piece in _pieces(version, tables):
        if piece.clause is not None and piece.clause.kind in _HEADED and piece.end <= piece.clause.heading_end + 2:
            continue  # a chapter's heading alone: it stands in the context of its articles
        span = _trim(version.text, piece.start, piece.end)
        if span is None:
            continue
        context = " ".join(filter(None, (title, *_headings(piece.clause, known), headers.get(piece.row or -1, ""))))
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


def _headers(text: str, tables: Sequence[Table]) -> dict[int, str]:
    """Start of each body row → the words of its table's header rows."""
    found: dict[int, str] = {}
    for table in tables:
        head = " ".join(text[c.start : c.end] for c in table.cells if c.row < table.header_rows and not c.filled)
        for c in table.cells:
            if c.row >= table.header_rows and c.column == 0:
                found[text.rfind("\n", 0, c.start) + 1] = head
    return found


def _pieces(version: Version, tables: Sequence[Table]) -> Iterator[_Piece]:
    """Stretches between unit starts, split where long, rows of tables on their own."""
    text = version.text
    units = _units(version.clauses)
    cuts = [(0, None), *((c.start, c) for c in units)]
    hidden = [(s.start, s.end) for s in version.furniture]
    rows = sorted({(text.rfind("\n", 0, c.start) + 1, _line_end(text, c.start)) for t in tables for c in t.cells})
    group: list[_Piece] = []
    for n, (start, clause) in enumerate(cuts):
        end = cuts[n + 1][0] if n + 1 < len(cuts) else len(text)
        for piece in _without(start, end, clause, hidden, rows):
            if piece.row is not None or not _joins(group, piece):
                yield from _flush(text, group)
                group = []
            if piece.row is not None:
                yield piece
            else:
                group.append(piece)
    yield from _flush(text, group)


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


def _without(
    start: int, end: int, clause: Clause | None, hidden: Sequence[tuple[int, int]], rows: Sequence[tuple[int, int]]
) -> Iterator[_Piece]:
    at = start
    marks = sorted(
        [(s, e, False) for s, e in hidden if s < end and e > start]
        + [(s, e, True) for s, e in rows if s < end and e > start]
    )
    for s, e, row in marks:
        if s > at:
            yield _Piece(at, s, clause)
        if row and s >= at:
            yield _Piece(s, e, clause, s)
        at = max(at, e)
    if at < end:
        yield _Piece(at, end, clause)


def _joins(group: Sequence[_Piece], piece: _Piece) -> bool:
    """Whether a piece goes with those before: a heading with its first words, short siblings under one parent."""
    if not group or piece.clause is None or group[-1].clause is None:
        return False
    last = group[-1].clause
    if "article" in (piece.clause.kind, last.kind) or piece.clause.kind in _STATUTE:
        return False
    if last.kind in _STATUTE:
        return False
    size = piece.end - group[0].start
    if piece.clause.parent == last.id and group[-1].end - group[0].start < 80:
        return size <= TARGET
    return piece.clause.kind in ("item", "subitem") and last.kind in ("item", "subitem") and size <= TARGET


def _flush(text: str, group: Sequence[_Piece]) -> Iterator[_Piece]:
    if not group:
        return
    start, end = group[0].start, group[-1].end
    clause = group[0].clause
    if end - start <= (LONGEST if clause is not None and clause.kind == "article" else TARGET):
        yield _Piece(start, end, clause)
        return
    for s, e in _windows(text, start, end):
        yield _Piece(s, e, clause)


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whole lines up to the target; a longer line is cut at its sentences."""
    left = start
    while left < end:
        if end - left <= TARGET:
            yield left, end
            return
        right = left + TARGET
        cut = text.rfind("\n", left + TARGET // 4, right)
        if cut < 0:
            cut = max(text.rfind(mark, left + TARGET // 3, right) for mark in "。；！？")
        if cut < 0:
            cut = max(text.find("。", right, end), -1)
            cut = cut if 0 <= cut < right + TARGET else right - 1
        yield left, cut + 1
        left = cut + 1


def _headings(clause: Clause | None, known: dict[str, Clause]) -> list[str]:
    chain: list[str] = []
    at: Clause | None = clause
    while at is not None:
        if at.title:
            chain.append(f"{at.label}{at.title}" if at.kind not in ("chapter", "part", "section") else at.title)
        at = known.get(at.parent) if at.parent else None
    return chain[::-1]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    body = text[start:end]
    lead = len(body) - len(body.lstrip())
    body = body.strip()
    if not any(c.isalnum() for c in body):
        return None
    return start + lead, start + lead + len(body)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
