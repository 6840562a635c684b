"""Records ↔ rows: the JSON kept in the tables, written compactly and read back whole."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from kb.records import Basis, Clause, Doubt, Duty, Figure, Identity, Place, Reference, Requirement, Scope, Span, Version

_CLAUSE = tuple(f.name for f in fields(Clause))
_PLACE = tuple(f.name for f in fields(Place))
_REFERENCE = tuple(f.name for f in fields(Reference))
_DOUBT = tuple(f.name for f in fields(Doubt))
_DATES = ("adopted_on", "issued_on", "effective_on", "expires_on", "repealed_on")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def dump_identity(identity: Identity) -> str:
    """Identity as JSON; dates in ISO form."""
    return _dump(asdict(identity))


def load_identity(text: str) -> Identity:
    """The inverse of dump_identity."""
    raw = json.loads(text)
    for name in _DATES:
        raw[name] = date.fromisoformat(raw[name]) if raw[name] else None
    raw["revised_on"] = tuple(date.fromisoformat(d) for d in raw["revised_on"])
    raw["recipients"] = tuple(raw["recipients"])
    return Identity(**raw)


def dump_structure(version: Version) -> str:
    """Everything of a version but its text and identity, as rows of values."""
    return _dump(
        {
            "clauses": [[getattr(c, n) for n in _CLAUSE] for c in version.clauses],
            "places": [[getattr(p, n) for n in _PLACE] for p in version.places],
            "furniture": [[s.start, s.end] for s in version.furniture],
            "references": [[getattr(r, n) for n in _REFERENCE] for r in version.references],
            "doubts": [[getattr(d, n) for n in _DOUBT] for d in version.doubts],
        }
    )


def load_version(row: Any) -> Version:
    """A row of the versions table as a Version."""
    raw = json.loads(row.structure)
    places = (dict(zip(_PLACE, v, strict=True)) for v in raw["places"])
    return Version(
        id=row.id,
        document=row.document,
        text=row.text,
        format=row.format,
        content_hash=row.content_hash,
        identity=load_identity(row.identity),
        clauses=tuple(Clause(*v) for v in raw["clauses"]),
        places=tuple(Place(**{**p, "box": tuple(p["box"]) if p["box"] else None}) for p in places),
        furniture=tuple(Span(*v) for v in raw["furniture"]),
        references=tuple(Reference(*v) for v in raw["references"]),
        doubts=tuple(Doubt(*v) for v in raw["doubts"]),
    )


def dump_record(record: Duty | Requirement | Figure) -> str:
    """A knowledge record as JSON."""
    return _dump(asdict(record))


def load_duty(text: str) -> Duty:
    """The inverse of dump_record for a Duty."""
    raw = json.loads(text)
    raw["basis"], raw["scope"] = Basis(**raw["basis"]), Scope(**raw["scope"])
    raw["inference"] = tuple(raw["inference"])
    for name in ("valid_from", "valid_to"):
        raw[name] = date.fromisoformat(raw[name]) if raw[name] else None
    return Duty(**raw)


def load_requirement(text: str) -> Requirement:
    """The inverse of dump_record for a Requirement."""
    raw = json.loads(text)
    return Requirement(**{**raw, "basis": Basis(**raw["basis"])})


def load_figure(text: str) -> Figure:
    """The inverse of dump_record for a Figure."""
    raw = json.loads(text)
    return Figure(**{**raw, "basis": Basis(**raw["basis"])})
