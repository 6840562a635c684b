"""Records → the JSON that other programs rely on; the only place that knows those key names."""

from __future__ import annotations

from datetime import date
from typing import Any

from kb.records import Answer, Citation, Clause, Doubt, Hit, Reference, Status, Usage, Version

Json = dict[str, Any]


def format_date(day: date | None) -> str | None:
    """ISO 8601, or None."""
    return day.isoformat() if day else None


def format_hit(hit: Hit) -> Json:
    """One hit of ``kb search``."""
    p = hit.passage
    return {
        "document": p.document,
        "title": hit.title,
        "clause": p.path,
        "text": hit.text,
        "start": p.start,
        "end": p.end,
        "score": round(hit.score, 6),
        "scores": {k: round(v, 6) for k, v in hit.scores.items()},
    }


def format_search(question: str, hits: tuple[Hit, ...], elapsed_ms: float, id: str | None = None) -> Json:
    """One line of ``kb search --json``."""
    return {"id": id, "question": question, "hits": [format_hit(h) for h in hits], "elapsed_ms": round(elapsed_ms, 1)}


def format_citation(c: Citation) -> Json:
    """One numbered citation."""
    return {
        "n": c.n,
        "document": c.document,
        "title": c.title,
        "number": c.number,
        "clause": c.clause,
        "quote": c.quote,
        "start": c.start,
        "end": c.end,
        "level": c.level,
        "effective_on": format_date(c.effective_on),
        "status": c.status,
    }


def format_answer(answer: Answer, id: str | None = None) -> Json:
    """One line of ``kb ask --json``."""
    return (
        {
            "id": id if id is not None else answer.id,
            "question": answer.question,
            "kind": answer.kind,
            "status": answer.status,
            "reason": answer.reason,
            "text": answer.text,
            "as_of": format_date(answer.as_of),
            "agencies": [
                {
                    "name": a.name,
                    "role": a.role,
                    "action": a.action,
                    "scope": a.scope,
                    "inferred": a.inferred,
                    "citation": a.citation,
                }
                for a in answer.agencies
            ],
            "figures": [
                {
                    "indicator": f.indicator,
                    "value": f.value,
                    "unit": f.unit,
                    "period": f.period,
                    "target": f.target,
                    "citation": f.citation,
                }
                for f in answer.figures
            ],
            "conflicts": [{"about": c.about, "citations": list(c.citations)} for c in answer.conflicts],
            "citations": [format_citation(c) for c in answer.citations],
            "elapsed_ms": round(answer.elapsed_ms, 1),
        }
        | ({"choices": list(answer.choices)} if answer.choices else {})
        | ({"model": format_usage(answer.usage)} if answer.usage else {})
    )


def format_usage(usage: Usage) -> Json:
    """What a language model read and wrote for an answer."""
    return {
        "name": usage.model,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": usage.cost,
        "currency": usage.currency,
        "estimated": usage.estimated,
    }


def format_clause(clause: Clause) -> Json:
    """One line of an outline."""
    return {
        "id": clause.id,
        "kind": clause.kind,
        "level": clause.level,
        "label": clause.label,
        "title": clause.title,
        "path": clause.path,
        "start": clause.start,
        "end": clause.end,
    }


def format_doubt(doubt: Doubt) -> Json:
    """One warning of a parser, with its place."""
    return {"kind": doubt.kind, "message": doubt.message, "start": doubt.start, "end": doubt.end}


def format_reference(r: Reference) -> Json:
    """One reference of a text; ``document`` and ``clause`` are null where not exactly one target is known."""
    return {
        "start": r.start,
        "end": r.end,
        "title": r.title,
        "label": r.label,
        "document": r.document,
        "clause": r.clause,
    }


def format_document(version: Version, versions: tuple[str, ...], status: Status) -> Json:
    """``kb show --json``: the stored text, outline, versions and status."""
    i = version.identity
    return {
        "document": version.document,
        "title": i.title,
        "number": i.doc_number,
        "issuer": i.issuer,
        "recipients": list(i.recipients),
        "adopted_on": format_date(i.adopted_on),
        "issued_on": format_date(i.issued_on),
        "effective_on": format_date(i.effective_on),
        "expires_on": format_date(i.expires_on),
        "repealed_on": format_date(i.repealed_on),
        "genre": i.genre,
        "level": i.level,
        "place": i.place,
        "format": version.format,
        "status": status,
        "version": version.id,
        "versions": list(versions),
        "text": version.text,
        "outline": [format_clause(c) for c in version.clauses],
        "warnings": [format_doubt(d) for d in version.doubts],
        "references": [format_reference(r) for r in version.references],
    }
