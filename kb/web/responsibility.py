"""The responsibility map as pages, API and MCP ask for it."""

from __future__ import annotations

from datetime import date

from kb.formats import Json
from kb.records import Duty
from kb.responsibility import Clash, Entry, Gap, ResponsibilityMap, find_responsibility
from kb.workspace import Workspace

_HITS = 60  # passages in which the duties of a task are looked for


def find_map(
    space: Workspace, *, task: str = "", agency: str = "", place: str = "", as_of: date | None = None
) -> ResponsibilityMap:
    """Duties for a task, of an agency, or both, as of a day, with their conflicts and gaps."""
    duties = find_duties(space, task.strip(), agency.strip())
    return find_responsibility(
        duties, space.library.find_documents(), space.agencies, as_of=as_of or date.today(), place=place.strip() or None
    )


def find_duties(space: Workspace, task: str, agency: str) -> tuple[Duty, ...]:
    """Duties of an agency (as written, in part), about a task, or both; those about a task in order of the search."""
    if not task:
        return space.library.find_duties(agency=agency)
    hits, _ = space.search(task, k=_HITS)
    spans = [(h.passage.document, h.passage.start, h.passage.end) for h in hits]
    documents = list(dict.fromkeys(d for d, _, _ in spans))
    words = [w for w in dict.fromkeys([*space.words.cut(task), *space.words.expand(task)]) if len(w) > 1] or [task]
    found = space.library.find_duties(agency=agency or None, documents=documents)

    def place(duty: Duty) -> int:
        b = duty.basis
        return next(
            (n for n, (d, s, e) in enumerate(spans) if d == b.document and s < b.end and b.start < e), len(spans)
        )

    def about(duty: Duty) -> bool:
        return any(w in duty.action + duty.object + duty.basis.quote for w in words)

    return tuple(
        sorted((d for d in found if place(d) < len(spans) and about(d)), key=lambda d: (place(d), d.basis.start))
    )


def format_map(found: ResponsibilityMap, most: int) -> Json:
    """The map as JSON, at most so many entries."""
    return {
        "total": len(found.entries),
        "duties": [_entry(e) for e in found.entries[:most]],
        "conflicts": [_clash(c) for c in found.conflicts[:most]],
        "gaps": [_gap(g) for g in found.gaps[:most]],
    }


def _entry(e: Entry) -> Json:
    d = e.duty
    return {
        "agency": d.agency, "role": d.role, "action": d.action, "object": d.object, "negative": d.negative,
        "modality": d.modality, "document": d.basis.document, "title": e.title, "clause": d.basis.clause,
        "quote": d.basis.quote, "start": d.basis.start, "end": d.basis.end, "level": e.level, "status": e.status,
        "effective_on": e.effective_on.isoformat() if e.effective_on else None,
    }  # fmt: skip


def _clash(c: Clash) -> Json:
    return {"about": c.about, "decides": c.decides, "duties": [_entry(e) for e in c.entries]}


def _gap(g: Gap) -> Json:
    return {"task": g.task, "duties": [_entry(e) for e in g.entries], "default": [_entry(e) for e in g.default]}
