"""Records ↔ rows: the JSON kept in the tables, written compactly and read back whole."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import MISSING, asdict, fields
from datetime import date
from typing import Any

from kb.records import (
    Act,
    Basis,
    Clause,
    Correction,
    Doubt,
    Duty,
    Figure,
    Identity,
    Place,
    Reference,
    Requirement,
    Scope,
    Span,
    Version,
)

_CLAUSE = tuple(f.name for f in fields(Clause))
_PLACE = tuple(f.name for f in fields(Place))
_REFERENCE = tuple(f.name for f in fields(Reference))
_DOUBT = tuple(f.name for f in fields(Doubt))
# The fields that have a column of their own, to be asked for, in the order of the columns; the rest of a record is
# its row's body.
COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Duty: ("agency", "role", "action", "object", "modality"),
    Requirement: ("kind", "item"),
    Figure: ("indicator", "period", "missing"),
    Act: ("kind",),
}
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


def dump_record(record: Duty | Requirement | Figure | Act) -> str:
    """What the row's own columns do not say of a record, as JSON; fields at their default are left out."""
    raw = _spare(record, COLUMNS[type(record)])
    raw["basis"] = _spare(record.basis, ("document", "version"))
    if isinstance(record, Duty):
        raw["scope"] = _spare(record.scope, ())
    return _dump({name: value for name, value in raw.items() if value != {}})


def _spare(record: Any, known: Container[str]) -> dict[str, Any]:
    values = ((f, getattr(record, f.name)) for f in fields(record) if f.name not in known)
    return {f.name: value for f, value in values if f.default is MISSING or value != f.default}


def _load(row: Any, kind: type[Any]) -> dict[str, Any]:
    _, version, document, *own, body = row  # by place, for a library has hundreds of thousands
    raw: dict[str, Any] = json.loads(body)
    raw.update(zip(COLUMNS[kind], own, strict=True))
    raw["basis"] = Basis(document, version, **raw["basis"])
    return raw


def load_duty(row: Any) -> Duty:
    """A whole row of the duties table as a Duty."""
    raw = _load(row, Duty)
    raw["scope"], raw["inference"] = Scope(**raw.get("scope", {})), tuple(raw.get("inference", ()))
    for name in ("valid_from", "valid_to"):
        raw[name] = date.fromisoformat(raw[name]) if raw.get(name) else None
    return Duty(**raw)


def load_requirement(row: Any) -> Requirement:
    """A whole row of the requirements table as a Requirement."""
    return Requirement(**_load(row, Requirement))


def load_figure(row: Any) -> Figure:
    """A whole row of the figures table as a Figure."""
    return Figure(**_load(row, Figure))


def load_act(row: Any) -> Act:
    """A whole row of the acts table as an Act."""
    raw = _load(row, Act)
    raw["on"] = date.fromisoformat(raw["on"]) if raw.get("on") else None
    return Act(**raw)


def load_correction(row: Any) -> Correction:
    """A row of the corrections table as a Correction."""
    raw = dict(row._mapping)
    for name in ("begins", "ends"):
        raw[name] = date.fromisoformat(raw[name]) if raw[name] else None
    return Correction(**raw)
