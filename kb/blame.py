"""Blame: since when the wording of a clause stands, by which text, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.compare.comparison import Change
from kb.compare.format import CHANGE_WORDS, label_of
from kb.compare.matrix import Matrix, Wording, build_matrix, trace_wording
from kb.errors import UsageError
from kb.library.library import Library
from kb.lineage.editions import END_WORDS, Edition
from kb.records import Clause, Version


@dataclass(frozen=True, slots=True)
class Step:
    """一步: a clause in one edition."""

    edition: int  # its place among the editions
    labels: tuple[str, ...]
    change: Change | None


@dataclass(frozen=True, slots=True)
class Origin:
    """出处: a clause of a version, its steps through the editions, each sentence with the edition it dates from."""

    clause: Clause
    since: int  # the edition in which the clause last changed its words
    steps: tuple[Step, ...]
    wording: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Blame:
    """溯源: the editions of a work up to one of its texts, and where each clause of that text comes from."""

    version: Version
    editions: tuple[Edition, ...]  # oldest first; the last is that of the version
    origins: tuple[Origin, ...]


def find_blame(
    library: Library,
    document: str,
    version: str | None = None,
    *,
    clause: str | None = None,
) -> Blame:
    """Where the clauses of a text come from; ``clause``: only that label or path, UsageError where there is none."""
    current = library.get_version(document, version)
    editions = find_line(library, current)
    texts = [library.get_version(e.document, e.version) for e in editions]
    matrix = build_matrix(texts, flagged=False)
    wording = trace_wording(texts, matrix.comparisons)
    origins = _origins(matrix, wording)
    if clause is not None:
        origins = [o for o in origins if clause in (o.clause.label, o.clause.path, o.clause.id)]
        if not origins:
            raise UsageError(f"“{document}”中没有“{clause}”，请用 kb outline 核对条款名称。")
    return Blame(current, editions, tuple(origins))


def find_line(library: Library, version: Version) -> tuple[Edition, ...]:
    """The editions of a text's work that began before it, oldest first, then its own; of copies only one."""
    lineage = library.lineage()
    own = lineage.edition(version.document, version.id)
    work = lineage.work(version.document, version.id)
    if own is None or work is None or work.series:
        return () if own is None else (own,)
    earlier: dict[date, Edition] = {}
    for edition in work.editions:
        if edition.begins and own.begins and edition.begins < own.begins and not edition.proposed:
            earlier.setdefault(edition.begins, edition)
    return (*(earlier[day] for day in sorted(earlier)), own)


def _origins(matrix: Matrix, wording: dict[str, tuple[Wording, ...]]) -> list[Origin]:
    found = []
    last = len(matrix.versions) - 1
    for row in matrix.rows:
        cell = row.cells[-1]
        if cell is None:
            continue
        steps = tuple(
            Step(n, tuple(label_of(c) for c in held.clauses), held.change)
            for n, held in enumerate(row.cells)
            if held is not None
        )
        same = ("unchanged", "renumbered", "moved")
        since = max((s.edition for s in steps if s.change not in same), default=last)
        found += [Origin(c, since, steps, wording.get(c.id, ())) for c in cell.clauses]
    return found


def format_blame(blame: Blame) -> dict[str, Any]:
    """The JSON of ``kb blame``."""
    return {
        "document": blame.version.document,
        "version": blame.version.id,
        "title": blame.version.identity.title,
        "editions": [format_edition(e) for e in blame.editions],
        "clauses": [
            {
                "clause": label_of(o.clause),
                "start": o.clause.start,
                "end": o.clause.end,
                "since": o.since,
                "from": _day(blame.editions[o.since].begins),
                "until": _day(blame.editions[-1].ends),
                "steps": [{"edition": s.edition, "labels": list(s.labels), "change": s.change} for s in o.steps],
                "wording": [{"text": w.text, "since": w.since, "from": _day(blame.editions[w.since].begins)} for w in o.wording],
            }
            for o in blame.origins
        ],
    }  # fmt: skip


def format_edition(edition: Edition) -> dict[str, Any]:
    """An edition with its days and the words that give them."""
    by = edition.begins_by
    return {
        "document": edition.document,
        "version": edition.version,
        "title": edition.title,
        "number": edition.number,
        "begins": _day(edition.begins),
        "exact": edition.exact,
        "begins_by": by.basis.quote if by is not None else edition.begins_reason,
        "ends": _day(edition.ends),
        "endings": [
            {
                "kind": e.kind, "on": _day(e.on), "by": e.by, "confidence": e.confidence,
                "quote": e.act.basis.quote if e.act is not None else e.reason, "inferred": e.inferred,
                "reason": e.reason,
            }
            for e in edition.endings
        ],
        "lost": [
            {
                "part": p.name, "start": p.start, "end": p.end, "kind": p.ending.kind, "on": _day(p.ending.on),
                "by": p.ending.by, "quote": p.ending.act.basis.quote if p.ending.act is not None else p.ending.reason,
            }
            for p in edition.lost
        ],
    }  # fmt: skip


def describe_validity(edition: Edition) -> str:
    """自 2016-05-01 起施行；2021-05-01 有效期届满（“…有效期五年”）, in one line; lists that only repeat it left out."""
    parts = [f"自 {edition.begins} 起施行" if edition.begins else "施行日期不详"]
    if edition.begins and not edition.exact:
        parts[0] += "（推定）"
    told: set[date | None] = set()
    for e in edition.endings:
        if e.on not in told and not (told and e.act is not None and e.act.listed):
            told.add(e.on)
            words = f"“{e.act.basis.quote}”" if e.act is not None and not e.inferred else e.reason
            parts.append(f"{e.on or '日期不详'} {END_WORDS[e.kind]}（{words}）")
    for p in edition.lost:
        words = f"“{p.ending.act.basis.quote}”" if p.ending.act is not None else p.ending.reason
        parts.append(f"其中“{p.name}”{p.ending.on or '日期不详'} {END_WORDS[p.ending.kind]}（{words}）")
    return "；".join(parts)


def describe_blame(blame: Blame, *, sentences: bool) -> str:
    """For people: each clause with the text it comes from; ``sentences``: each sentence with its own day."""
    lines = []
    for origin in blame.origins:
        source = blame.editions[origin.since]
        lines.append(f"{label_of(origin.clause)}  自 {_day(source.begins) or '日期不详'}  {source.document}")
        if len(origin.steps) > 1:
            lines.append(f"    {describe_steps(origin, blame.editions)}")
        for part in origin.wording if sentences else ():
            lines.append(f"    [{_day(blame.editions[part.since].begins) or '日期不详'}] {part.text}")
    return "\n".join(lines)


def describe_steps(origin: Origin, editions: Sequence[Edition]) -> str:
    """第九条（2018-11-01）→ 第十一条（2023-03-01，改写）."""
    parts = []
    for step in origin.steps:
        change = f"，{CHANGE_WORDS[step.change]}" if step.change else ""
        parts.append(f"{'、'.join(step.labels)}（{_day(editions[step.edition].begins) or '日期不详'}{change}）")
    return " → ".join(parts)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
