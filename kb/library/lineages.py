"""Lineage of a library: what its texts say of each other and what users corrected, built when first asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine, delete, insert, select

from kb.errors import UsageError
from kb.library import tables as t
from kb.library.likeness import Likenesses
from kb.library.parts import find_part
from kb.library.rows import load_act, load_correction, load_identity, load_version
from kb.lineage.works import Lineage, build_lineage
from kb.records import Act, Correction, DocumentInfo, Span


class Lineages:
    """沿革库: reads acts and corrections, and compares the texts of one name."""

    def __init__(self, engine: Engine, likenesses: Likenesses) -> None:
        self._engine = engine
        self._likenesses = likenesses

    def build(self, infos: Sequence[DocumentInfo]) -> Lineage:
        """The lineage of the current texts, with the earlier texts of the same documents."""
        v = t.versions.c
        columns = (v.document, v.id, v.format, v.identity, v.characters, v.passages, v.content_hash)
        held = {i.version for i in infos}
        documents = {i.document for i in infos}
        acts: dict[str, list[Act]] = defaultdict(list)
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).where(~v.current, ~v.gone).order_by(v.sequence)).all()
            # One file read twice gives two texts and one edition: what an earlier reader made of it is no edition.
            files = {tuple(row) for row in connection.execute(select(v.document, v.content_hash).where(v.current))}
            for row in connection.execute(select(t.acts).order_by(t.acts.c.key)):
                acts[row.version].append(load_act(row))
        earlier = [
            DocumentInfo(r.document, r.id, r.format, load_identity(r.identity), r.characters, r.passages)
            for r in rows
            if r.id not in held and r.document in documents and (r.document, r.content_hash) not in files
        ]
        held.update(i.version for i in earlier)
        acts = {version: said for version, said in acts.items() if version in held}
        built = build_lineage(infos, earlier, acts, self.find_corrections(), self._likenesses.get, self._find_part)
        self._likenesses.keep()
        return built

    def _find_part(self, version: str, name: str) -> Span | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(t.versions).where(t.versions.c.id == version)).first()
        return find_part(name, load_version(row).clauses) if row is not None else None

    def find_corrections(self) -> tuple[Correction, ...]:
        """What users said, in the order in which they said it."""
        with self._engine.connect() as connection:
            return tuple(
                load_correction(row) for row in connection.execute(select(t.corrections).order_by(t.corrections.c.id))
            )

    def add_correction(self, correction: Correction) -> Correction:
        """Store a correction; the one it contradicts (the same documents, or the same document's days) gives way."""
        c = t.corrections.c
        values = {
            "kind": correction.kind, "document": correction.document, "other": correction.other,
            "begins": correction.begins.isoformat() if correction.begins else None,
            "ends": correction.ends.isoformat() if correction.ends else None,
            "note": correction.note, "made_by": correction.made_by, "made_at": correction.made_at,
        }  # fmt: skip
        pair = (correction.document, correction.other)
        with self._engine.begin() as connection:
            if correction.kind == "dates":
                connection.execute(delete(t.corrections).where(c.kind == "dates", c.document == correction.document))
            else:
                same = (c.kind != "dates") & c.document.in_(pair) & c.other.in_(pair)
                connection.execute(delete(t.corrections).where(same))
            key = connection.execute(insert(t.corrections), values).inserted_primary_key
        return replace(correction, id=int(key[0]) if key else 0)

    def remove_correction(self, id: int) -> None:
        """Take a correction back; UsageError where there is none of that number."""
        with self._engine.begin() as connection:
            if not connection.execute(delete(t.corrections).where(t.corrections.c.id == id)).rowcount:
                raise UsageError(f"没有编号为 {id} 的更正，可用 kb lineage --corrections 查看。")
