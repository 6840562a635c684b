"""The library: documents in SQLite as the truth, full text and vectors derived from it and able to catch up."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from kb.embedding import Encoder
from kb.errors import DocumentMissing, EncoderMismatch, LibraryDamaged, LibraryMissing
from kb.library import tables as t
from kb.library.derived import Derived
from kb.library.fulltext import Allowed, Field
from kb.library.lock import writer_lock
from kb.library.rows import (
    dump_identity,
    dump_record,
    dump_structure,
    load_duty,
    load_figure,
    load_identity,
    load_requirement,
    load_version,
)
from kb.records import DocumentInfo, Duty, Figure, Parsed, Passage, Requirement, Version
from kb.words import Words

_CACHED_VERSIONS = 64  # texts kept at hand; an answer rarely touches more than a dozen documents
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Problem:
    """问题: something wrong with a library, and the remedy."""

    severity: Literal["error", "warning"]
    message: str
    remedy: str


class Library:
    """知识库: one folder holding everything that was read."""

    def __init__(self, folder: Path, encoder: Encoder, words: Words) -> None:
        self.folder = folder
        self._engine = t.open_engine(folder / "library.sqlite")
        self._derived = Derived(folder, encoder, words)
        self._documents: tuple[DocumentInfo, ...] | None = None
        self._versions: dict[str, Version] = {}

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, words: Words, *, create: bool = False) -> Library:
        """The library in a folder; LibraryMissing, LibraryDamaged or EncoderMismatch say what is wrong and what to do."""
        path = folder / "library.sqlite"
        if not path.exists():
            if not create:
                raise LibraryMissing(f"{folder} 中没有知识库，请先运行 kb ingest 文件夹 --library {folder}。")
            folder.mkdir(parents=True, exist_ok=True)
        library = cls(folder, encoder, words)
        try:
            with library._engine.begin() as connection:
                t.metadata.create_all(connection)
                stored = {r.key: r.value for r in connection.execute(select(t.meta))}
                wanted = {"schema": str(t.SCHEMA), "encoder": encoder.name, "dimension": str(encoder.dimension)}
                if not stored:
                    connection.execute(insert(t.meta), [{"key": k, "value": v} for k, v in wanted.items()])
                    stored = wanted
        except DatabaseError as e:
            raise LibraryDamaged(
                f"知识库 {path} 无法打开（{e.orig}），请从备份恢复，或删去该文件夹后重新运行 kb ingest。"
            ) from e
        if stored["schema"] != str(t.SCHEMA):
            raise LibraryDamaged(f"知识库 {folder} 是旧版格式，请另建文件夹重新运行 kb ingest。")
        if (stored["encoder"], stored["dimension"]) != (encoder.name, str(encoder.dimension)):
            raise EncoderMismatch(
                f"知识库 {folder} 是用编码器 {stored['encoder']}（{stored['dimension']} 维）建立的，现在设置的是 "
                f"{encoder.name}（{encoder.dimension} 维）。请改回 DINGZE_ENCODER，或运行 kb rebuild 用新编码器重建。"
            )
        library._derived.open(lambda: library._has_passages())
        return library

    @staticmethod
    def adopt_encoder(folder: Path, encoder: Encoder) -> None:
        """Note another encoder as the library's own, before a rebuild with it."""
        with t.open_engine(folder / "library.sqlite").begin() as connection:
            for key, value in (("encoder", encoder.name), ("dimension", str(encoder.dimension))):
                connection.execute(update(t.meta).where(t.meta.c.key == key).values(value=value))
        with suppress(FileNotFoundError):
            (folder / "vectors.faiss").unlink()

    # --- writing -----------------------------------------------------------------------------------------------

    def writing(self) -> Any:
        """A context in which this process alone may write; UsageError while another does."""
        return writer_lock(self.folder)

    def add(self, parsed: Parsed, *, source: dict[str, Any] | None = None) -> Literal["added", "updated", "unchanged"]:
        """Store one version with all its records in one transaction; an older text of the document stays readable."""
        v = parsed.version
        with self._engine.begin() as connection:
            current = connection.execute(
                select(t.versions.c.id).where(t.versions.c.document == v.document, t.versions.c.current)
            ).scalar()
            if source is not None:
                self._note_source(connection, v.document, source)
            if current == v.id:
                return "unchanged"
            if current is not None:
                self._retire(connection, current)
            self._insert(connection, parsed)
        self._documents = None
        self._versions.pop(v.document, None)
        return "added" if current is None else "updated"

    def remove(self, document: str) -> None:
        """Take a document with all its versions out; DocumentMissing for an unknown one."""
        with self._engine.begin() as connection:
            ids = list(connection.execute(select(t.versions.c.id).where(t.versions.c.document == document)).scalars())
            if not ids:
                raise DocumentMissing(f"库中没有“{document}”，可用 kb show 核对名称。")
            for id in ids:
                self._retire(connection, id)
            connection.execute(delete(t.versions).where(t.versions.c.document == document))
            connection.execute(delete(t.sources).where(t.sources.c.document == document))
        self._documents = None
        self._versions.pop(document, None)

    def touch(self, document: str, source: dict[str, Any]) -> None:
        """Note the size and time of a file whose bytes turned out the same."""
        with self._engine.begin() as connection:
            self._note_source(connection, document, source)

    @staticmethod
    def _note_source(connection: Connection, document: str, source: dict[str, Any]) -> None:
        connection.execute(delete(t.sources).where(t.sources.c.document == document))
        connection.execute(insert(t.sources), {"document": document, **source})

    @staticmethod
    def _retire(connection: Connection, version: str) -> None:
        for table in (t.passages, t.duties, t.requirements, t.figures):
            connection.execute(delete(table).where(table.c.version == version))
        connection.execute(update(t.versions).where(t.versions.c.id == version).values(current=False, passages=0))
        connection.execute(insert(t.pending), {"version": version, "action": "remove"})

    @staticmethod
    def _insert(connection: Connection, parsed: Parsed) -> None:
        v = parsed.version
        sequence = (connection.execute(select(func.max(t.versions.c.sequence))).scalar() or 0) + 1
        connection.execute(delete(t.versions).where(t.versions.c.id == v.id))  # an older text that has come back
        connection.execute(
            insert(t.versions),
            {
                "id": v.id, "document": v.document, "current": True, "sequence": sequence, "format": v.format,
                "content_hash": v.content_hash, "characters": len(v.text), "passages": len(parsed.passages),
                "identity": dump_identity(v.identity), "text": v.text, "structure": dump_structure(v),
            },
        )  # fmt: skip
        first = _next_key(connection, len(parsed.passages))
        rows = [
            {
                "key": first + n, "version": v.id, "ordinal": p.ordinal, "clause": p.clause, "path": p.path,
                "start": p.start, "end": p.end, "context": p.context,
            }
            for n, p in enumerate(parsed.passages)
        ]  # fmt: skip
        duties = [{"agency": d.agency, "role": d.role, "body": dump_record(d)} for d in parsed.duties]
        requirements = [{"item": r.item, "body": dump_record(r)} for r in parsed.requirements]
        figures = [{"indicator": f.indicator, "body": dump_record(f)} for f in parsed.figures]
        owner = {"version": v.id, "document": v.document}
        if rows:
            connection.execute(insert(t.passages), rows)
        for table, records in ((t.duties, duties), (t.requirements, requirements), (t.figures, figures)):
            if records:
                connection.execute(insert(table), [{**owner, **r} for r in records])
        connection.execute(insert(t.pending), {"version": v.id, "action": "add"})

    def flush(self) -> None:
        """Let full text and vectors catch up with the truth; harmless to repeat, also after a kill."""
        with self._engine.begin() as connection:
            done = self._derived.catch_up(connection)
        if done:
            with self._engine.begin() as connection:
                connection.execute(delete(t.pending).where(t.pending.c.key <= done))
        self._documents = None

    def rebuild(self) -> None:
        """Make full text and vectors anew from SQLite."""
        with self._engine.begin() as connection:
            self._derived.rebuild(connection)
            connection.execute(delete(t.pending))

    def put_vectors(self, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Replace the vectors of passages by their ids."""
        keys = [self._key(id) for id in ids]
        self._derived.vectors.remove(keys)
        self._derived.vectors.add(keys, rows)
        self._derived.vectors.commit()

    # --- reading -----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """See what another process has written since."""
        self._documents = None
        self._versions.clear()
        self._derived.reload()

    def sources(self) -> dict[str, dict[str, Any]]:
        """document → root, size, modified and content_hash of the file as last read."""
        with self._engine.connect() as connection:
            return {r.document: dict(r._mapping) for r in connection.execute(select(t.sources))}

    def content_hashes(self) -> dict[str, str]:
        """document → sha256 of the file's bytes, for current versions."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(t.versions.c.document, t.versions.c.content_hash).where(t.versions.c.current)
            )
            return {r.document: r.content_hash for r in rows}

    def count(self, what: Literal["passages", "duties", "requirements", "figures"]) -> int:
        """How many records of one kind the library holds."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(getattr(t, what))).scalar() or 0)

    def find_documents(self) -> tuple[DocumentInfo, ...]:
        """Current versions without their text, sorted by document."""
        if self._documents is None:
            columns = [t.versions.c[n] for n in ("document", "id", "format", "identity", "characters", "passages")]
            query = select(*columns).where(t.versions.c.current).order_by(t.versions.c.document)
            with self._engine.connect() as connection:
                self._documents = tuple(
                    DocumentInfo(r.document, r.id, r.format, load_identity(r.identity), r.characters, r.passages)
                    for r in connection.execute(query)
                )
        return self._documents

    def get_version(self, document: str, version: str | None = None) -> Version:
        """A document's current version, or an earlier one by id (or its beginning); DocumentMissing otherwise."""
        if version is None and document in self._versions:
            return self._versions[document]
        query = select(t.versions).where(t.versions.c.document == document)
        query = query.where(t.versions.c.current if version is None else t.versions.c.id.startswith(version))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(t.versions.c.sequence.desc())).first()
        if row is None:
            raise DocumentMissing(f"库中没有“{document}”{'的版本 ' + version if version else ''}，请核对名称。")
        found = load_version(row)
        if version is None:
            if len(self._versions) >= _CACHED_VERSIONS:
                self._versions.pop(next(iter(self._versions)))
            self._versions[document] = found
        return found

    def find_versions(self, document: str) -> tuple[str, ...]:
        """Ids of a document's versions, newest first."""
        query = select(t.versions.c.id).where(t.versions.c.document == document).order_by(t.versions.c.sequence.desc())
        with self._engine.connect() as connection:
            return tuple(connection.execute(query).scalars())

    def get_passages(self, ids: Sequence[str]) -> list[tuple[Passage, str]]:
        """Passages with their text, in the order asked; DocumentMissing for one that is gone."""
        wanted = [id.rpartition(":") for id in ids]
        found: dict[str, tuple[Passage, str]] = {}
        p, v = t.passages.c, t.versions.c
        span = func.substr(v.text, p.start + 1, p.end - p.start).label("body")
        query = (
            select(t.passages, v.document, span)
            .join(t.versions, v.id == p.version)
            .where(p.version == bindparam("wanted_version"), p.ordinal == bindparam("wanted_ordinal"))
        )
        with self._engine.connect() as connection:
            for version, _, ordinal in wanted:
                row = connection.execute(query, {"wanted_version": version, "wanted_ordinal": int(ordinal)}).first()
                if row is None:
                    raise DocumentMissing(f"段落 {version}:{ordinal} 已不在库中，请重新检索。")
                id = f"{version}:{ordinal}"
                passage = Passage(
                    id, version, row.document, row.ordinal, row.clause, row.path, row.start, row.end, row.context
                )
                found[id] = (passage, row.body)
        return [found[id] for id in ids]

    def find_duties(self, *, agency: str | None = None, documents: Sequence[str] | None = None) -> tuple[Duty, ...]:
        """Duty records in order of document and place, of one agency (as written, in part) or some documents."""
        return self._find_records(t.duties, load_duty, t.duties.c.agency, agency, documents)

    def find_requirements(
        self, *, item: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Requirement, ...]:
        """Requirement records, likewise."""
        return self._find_records(t.requirements, load_requirement, t.requirements.c.item, item, documents)

    def find_figures(
        self, *, indicator: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Figure, ...]:
        """Figure records, likewise."""
        return self._find_records(t.figures, load_figure, t.figures.c.indicator, indicator, documents)

    def _find_records(
        self, table: Any, load: Callable[[str], _R], column: Any, part: str | None, documents: Sequence[str] | None
    ) -> tuple[_R, ...]:
        query = select(table.c.body).order_by(table.c.document, table.c.key)
        if part is not None:
            query = query.where(column.contains(part, autoescape=True))
        if documents is not None:
            query = query.where(table.c.document.in_(list(documents)))
        with self._engine.connect() as connection:
            return tuple(load(body) for body in connection.execute(query).scalars())

    # --- searching ---------------------------------------------------------------------------------------------

    def search_text(
        self, field: Field, weights: Sequence[tuple[str, float]], k: int, allowed: Allowed | None = None
    ) -> list[tuple[str, float]]:
        """The k best passages of one field by BM25: (passage id, score), best first."""
        return self._derived.search_text(field, weights, k, allowed)

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, allowed: Allowed | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest passages: (passage id, cosine), best first."""
        return self._derived.search_vectors(vector, k, allowed)

    def check(self) -> tuple[Problem, ...]:
        """What is wrong with the library; empty when all is well."""
        with self._engine.connect() as connection:
            return tuple(self._check(connection))

    def _check(self, connection: Connection) -> list[Problem]:
        problems = []
        answer = connection.execute(text("PRAGMA quick_check")).scalar()
        if answer != "ok":
            problems.append(
                Problem("error", f"数据文件损坏：{answer}。", "从备份恢复，或删去知识库文件夹后重新运行 kb ingest。")
            )
        waiting = connection.execute(select(func.count()).select_from(t.pending)).scalar() or 0
        if waiting:
            problems.append(Problem("warning", f"有 {waiting} 项更新尚未进入索引。", "运行 kb ingest 或 kb rebuild。"))
        count = connection.execute(select(func.count()).select_from(t.passages)).scalar() or 0
        for name, held in self._derived.sizes().items():
            if held != count and not waiting:
                problems.append(
                    Problem("error", f"{name}有 {held} 段，正文有 {count} 段，二者不符。", "运行 kb rebuild。")
                )
        return problems

    def _has_passages(self) -> list[tuple[str, int, int]]:
        query = select(t.passages.c.version, func.min(t.passages.c.key), func.count()).group_by(t.passages.c.version)
        with self._engine.connect() as connection:
            return [(r[0], r[1], r[2]) for r in connection.execute(query)]

    def _key(self, id: str) -> int:
        return self._derived.key(id)

    def close(self) -> None:
        """Let go of the files."""
        self._engine.dispose()

    def save_answer(self, id: str, asked_at: str, question: str, body: dict[str, Any]) -> None:
        """Keep one answer as it was given."""
        row = {"id": id, "asked_at": asked_at, "question": question, "body": json.dumps(body, ensure_ascii=False)}
        with self._engine.begin() as connection:
            connection.execute(insert(t.answers), row)


def _next_key(connection: Connection, count: int) -> int:
    """The first of ``count`` fresh keys; never one used before, so that a derived store cannot mistake an old row."""
    row = connection.execute(select(t.meta.c.value).where(t.meta.c.key == "next_key")).scalar()
    first = int(row or 1)
    if row is None:
        connection.execute(insert(t.meta), {"key": "next_key", "value": str(first + count)})
    else:
        connection.execute(update(t.meta).where(t.meta.c.key == "next_key").values(value=str(first + count)))
    return first
