"""What was read, doubted and left out of one file: the outline and the parse report, ready for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from kb.records import Clause, Doubt, Parsed

# 第X条 are only counted, list items are no headings
_HEADINGS = ("document", "annex", "part", "subpart", "chapter", "section", "heading")


def format_outline(parsed: Parsed, warnings: Sequence[Doubt] = ()) -> dict[str, Any]:
    """The object of ``kb outline --json``; ``warnings`` go before the version's own doubts."""
    version, identity = parsed.version, parsed.version.identity
    return {
        "title": identity.title,
        "doc_number": identity.doc_number,
        "issuer": identity.issuer,
        "adopted_on": _iso(identity.adopted_on or identity.issued_on),
        "effective_on": _iso(identity.effective_on),
        "repealed_on": _iso(identity.repealed_on),
        "genre": identity.genre,
        "headings": _headings(version.clauses),
        "articles": sum(c.kind == "article" for c in version.clauses),
        "warnings": [_doubt(d, version.text) for d in (*warnings, *version.doubts)],
    }


def format_report(parsed: Parsed) -> dict[str, Any]:
    """The object of ``kb report --json``: counts of what was read, the doubts, and the furniture left out."""
    version = parsed.version
    text, identity = version.text, version.identity
    left = [(s, text[s.start : s.end]) for s in version.furniture]
    missing = [
        name
        for name, value in (
            ("文号", identity.doc_number),
            ("发文机关", identity.issuer),
            ("成文日期", identity.adopted_on or identity.issued_on),
            ("施行日期", identity.effective_on),
            ("体裁", identity.genre),
            ("效力级别", identity.level),
            ("适用地域", identity.place),
        )
        if value is None
    ]
    return {
        "document": version.document,
        "title": identity.title,
        "format": version.format,
        "read": {
            "characters": len(text),
            "clauses": dict(sorted(Counter(c.kind for c in version.clauses).items())),
            "passages": len(parsed.passages),
            "references": len(version.references),
            "references_resolved": sum(r.clause is not None for r in version.references),
            "duties": len(parsed.duties),
            "requirements": len(parsed.requirements),
            "figures": len(parsed.figures),
        },
        "not_stated": missing,
        "doubts": {
            "counts": dict(sorted(Counter(d.kind for d in version.doubts).items())),
            "list": [_doubt(d, text) for d in version.doubts],
        },
        "left_out": {
            "characters": sum(len(words) for _, words in left),
            "stretches": [{"start": s.start, "end": s.end, "text": words[:60]} for s, words in left],
        },
    }


def _headings(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    """Headings in order; an annexed text stands at level 0 and its own headings begin at 1."""
    inside = {c.id for c in clauses if c.kind == "document"}
    for c in clauses:
        if c.parent in inside:
            inside.add(c.id)
    return [
        {
            "level": c.level - (c.id in inside),
            "label": c.label,
            "title": c.title,
            "start": c.start,
            "end": c.end,
        }
        for c in clauses
        if c.kind in _HEADINGS
    ]


def _doubt(doubt: Doubt, text: str) -> dict[str, Any]:
    return {
        "kind": doubt.kind,
        "message": doubt.message,
        "start": doubt.start,
        "end": doubt.end,
        "quote": text[doubt.start : min(doubt.end, doubt.start + 40)],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
