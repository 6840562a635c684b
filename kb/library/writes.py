"""Changes to the truth, each inside a transaction that the caller holds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from kb.library import tables as t
from kb.library.rows import COLUMNS, dump_identity, dump_record, dump_structure
from kb.records import Act, Duty, Figure, Parsed, Requirement

RECORDS = (t.duties, t.requirements, t.figures)
_ADDING = select(t.pending.c.version).where(t.pending.c.action == "add")
_REMOVING = select(t.pending.c.version).where(t.pending.c.action == "remove")
# Versions that were replaced or removed while the derived stores still hold them: what readers see until the flush.
LEAVING = t.versions.c.id.in_(_REMOVING) & t.versions.c.id.not_in(_ADDING)


def find_current(connection: Connection, document: str) -> str | None:
    """Id of a document's current version, or None."""
    return connection.execute(
        select(t.versions.c.id).where(t.versions.c.document == document, t.versions.c.current)
    ).scalar()


def name_apart(connection: Connection, parsed: Parsed, current: str | None) -> Parsed:
    """The same under the id it is to be stored by: a version's text never changes, so another text gets another id.

    A file read again with the same text keeps its id, one that is read differently now does not take the old text's.
    """
    v = parsed.version

    def stored(id: str) -> str | None:
        return connection.execute(select(t.versions.c.text).where(t.versions.c.id == id)).scalar()

    if current is not None and current != v.id:
        query = select(t.versions.c.content_hash).where(t.versions.c.id == current)
        if connection.execute(query).scalar() == v.content_hash and stored(current) == v.text:
            return replace(parsed, version=replace(v, id=current))
    held = stored(v.id)
    if held is None or held == v.text:
        return parsed
    apart = hashlib.sha256(f"{v.document}\0{v.content_hash}\0{v.text}".encode()).hexdigest()[: len(v.id)]
    return replace(parsed, version=replace(v, id=apart))


def note_source(connection: Connection, document: str, source: dict[str, Any]) -> None:
    """What the file looked like: root, size, modified, content_hash."""
    connection.execute(delete(t.sources).where(t.sources.c.document == document))
    connection.execute(insert(t.sources), {"document": document, **source})


def forget_source(connection: Connection, document: str) -> None:
    """A removed document's file is new again when it comes back."""
    connection.execute(delete(t.sources).where(t.sources.c.document == document))


def retire(connection: Connection, version: str, *, gone: bool = False) -> None:
    """A version is current no more; its passages stay until the stores have let go of them, its records go now."""
    for table in RECORDS:
        connection.execute(delete(table).where(table.c.version == version))
    connection.execute(update(t.versions).where(t.versions.c.id == version).values(current=False, gone=gone))
    connection.execute(insert(t.pending), {"version": version, "action": "remove"})


def store(connection: Connection, parsed: Parsed) -> None:
    """A new current version with everything it gave, and a note that the derived stores lack it."""
    v = parsed.version
    purge(connection, v.id)  # an older text that has come back
    first = _next_key(connection, len(parsed.passages))
    sequence = (connection.execute(select(func.max(t.versions.c.sequence))).scalar() or 0) + 1
    connection.execute(
        insert(t.versions),
        {
            "id": v.id, "document": v.document, "current": True, "gone": False, "sequence": sequence,
            "format": v.format, "content_hash": v.content_hash, "characters": len(v.text),
            "passages": len(parsed.passages), "first_key": first, "identity": dump_identity(v.identity),
            "text": v.text, "structure": dump_structure(v),
        },
    )  # fmt: skip
    rows = [
        {
            "key": first + n, "version": v.id, "ordinal": n, "clause": p.clause, "path": p.path,
            "start": p.start, "end": p.end, "context": p.context,
        }
        for n, p in enumerate(parsed.passages)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(t.passages), rows)
    _store_records(connection, parsed)
    connection.execute(insert(t.pending), {"version": v.id, "action": "add"})


def _store_records(connection: Connection, parsed: Parsed) -> None:
    owner = {"version": parsed.version.id, "document": parsed.version.document}
    for table, kind, records in (
        (t.duties, Duty, parsed.duties),
        (t.requirements, Requirement, parsed.requirements),
        (t.figures, Figure, parsed.figures),
        (t.acts, Act, parsed.acts),
    ):
        columns = COLUMNS[kind]
        rows = [{**owner, **{c: getattr(r, c) for c in columns}, "body": dump_record(r)} for r in records]
        if rows:
            connection.execute(insert(table), rows)


def purge(connection: Connection, version: str) -> None:
    """Delete a version with all that hangs on it."""
    for table in (t.passages, t.acts, *RECORDS):
        connection.execute(delete(table).where(table.c.version == version))
    connection.execute(delete(t.versions).where(t.versions.c.id == version))


def sweep(connection: Connection) -> None:
    """Drop what no reader can still be holding: passages of versions replaced, and versions removed, a round ago."""
    waiting = select(t.pending.c.version).where(t.pending.c.action == "sweep")
    left = select(t.versions).where(t.versions.c.id.in_(waiting), ~t.versions.c.current)
    for row in connection.execute(left.with_only_columns(t.versions.c.id, t.versions.c.gone)).all():
        if row.gone:
            purge(connection, row.id)
        else:
            connection.execute(delete(t.passages).where(t.passages.c.version == row.id))
    connection.execute(delete(t.pending).where(t.pending.c.action == "sweep"))


def find_pending(connection: Connection) -> list[tuple[int, str]]:
    """(key, version) of the work that the derived stores have not done, in order."""
    query = select(t.pending.c.key, t.pending.c.version).where(t.pending.c.action != "sweep").order_by(t.pending.c.key)
    return [(r[0], r[1]) for r in connection.execute(query)]


def settle(connection: Connection, done: int) -> None:
    """The derived stores have done the work up to key ``done``; what was removed may be swept a round later."""
    finished = (t.pending.c.key <= done) & (t.pending.c.action != "sweep")
    removed = select(t.pending.c.version).where(finished, t.pending.c.action == "remove").distinct()
    versions = list(connection.execute(removed).scalars())
    connection.execute(delete(t.pending).where(finished))
    if versions:
        connection.execute(insert(t.pending), [{"version": v, "action": "sweep"} for v in versions])


def _next_key(connection: Connection, count: int) -> int:
    """The first of ``count`` fresh keys; never one used before, so that a derived store cannot mistake an old row."""
    row = connection.execute(select(t.meta.c.value).where(t.meta.c.key == "next_key")).scalar()
    first = int(row or 1)
    if row is None:
        connection.execute(insert(t.meta), {"key": "next_key", "value": str(first + count)})
    else:
        connection.execute(update(t.meta).where(t.meta.c.key == "next_key").values(value=str(first + count)))
    return first
