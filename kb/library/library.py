"""The library: documents in SQLite as the truth, full text and vectors derived from it and able to catch up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.exc import DatabaseError

from kb.embedding import Encoder
from kb.errors import DocumentMissing, EncoderMismatch, LibraryDamaged, LibraryMissing
from kb.library import tables as t
from kb.library import writes
from kb.library.answers import AnswerBook
from kb.library.check import Problem, count_passages, find_problems
from kb.library.derived import Derived
from kb.library.fulltext import Allowed, Field
from kb.library.kept_records import KeptRecords
from kb.library.likeness import Likenesses
from kb.library.lineages import Lineages
from kb.library.lock import WriterLock
from kb.library.rows import load_duty, load_figure, load_identity, load_requirement, load_version
from kb.library.snapshot import Snapshot
from kb.library.texts import Texts
from kb.lineage.works import Lineage
from kb.records import (
    Correction,
    DocumentInfo,
    Duty,
    Figure,
    Parsed,
    Passage,
    Requirement,
    Status,
    Version,
)
from kb.sqlite import open_engine
from kb.words import Words

_CACHED_VERSIONS = 64  # texts kept at hand; an answer rarely touches more than a dozen documents
_FEW = 64  # documents whose records are kept at hand, as one question names them; more are read as they are
_ASKED_AT_ONCE = 400  # passages in one statement; far below the 32,766 values SQLite takes
# Made once: to put these two statements together took longer than to run them, and every search runs them.
_OWNERS = select(t.versions.c.id, t.versions.c.document, t.versions.c.first_key).where(
    t.versions.c.id.in_(bindparam("versions", expanding=True))
)
_PASSAGES = select(t.passages).where(t.passages.c.key.in_(bindparam("keys", expanding=True)))
_R = TypeVar("_R")


class Library:
    """知识库: one folder holding everything that was read."""

    def __init__(self, folder: Path, encoder: Encoder, words: Words) -> None:
        self.folder = folder
        self._encoder = encoder
        self._engine = open_engine(folder / "library.sqlite")
        self._lock = WriterLock(folder)
        self.answers = AnswerBook(self._engine)
        self._derived = Derived(folder, encoder, words, self._indexed, self._current)
        self._texts = Texts(self._engine)
        self._lineages = Lineages(self._engine, Likenesses(folder / "likeness.json", self._texts))
        self._lineage: Lineage | None = None
        self._stamp = b""
        self._documents: tuple[DocumentInfo, ...] | None = None
        self._owners: dict[str, tuple[str, int]] = {}  # version → document, first key
        self._versions: dict[str, Version] = {}
        self._records = KeptRecords(self._engine)

    @classmethod
    def open(
        cls, folder: Path, encoder: Encoder, words: Words, *, create: bool = False, adopt: bool = False
    ) -> Library:
        """The library in a folder; LibraryMissing, LibraryDamaged or EncoderMismatch say what is wrong and what to do.

        ``adopt`` accepts another encoder than the library's own: for ``rebuild``, which then makes it the library's.
        """
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
        if stored.get("schema") != str(t.SCHEMA):
            raise LibraryDamaged(f"知识库 {folder} 是旧版格式，请另建文件夹重新运行 kb ingest。")
        if not adopt and (stored["encoder"], stored["dimension"]) != (encoder.name, str(encoder.dimension)):
            raise EncoderMismatch(
                f"知识库 {folder} 是用编码器 {stored['encoder']}（{stored['dimension']} 维）建立的，现在设置的是 "
                f"{encoder.name}（{encoder.dimension} 维）。请改回 DINGZE_ENCODER，或运行 kb rebuild 用新编码器重建。"
            )
        return library

    # --- writing -----------------------------------------------------------------------------------------------

    def writing(self) -> AbstractContextManager[None]:
        """A context in which this thread alone may write; UsageError while another or another process does."""
        return self._lock.hold()

    def add(
        self, parsed: Parsed, *, source: Mapping[str, Any] | None = None, again: bool = False
    ) -> Literal["added", "updated", "unchanged"]:
        """Store one version with all its records in one transaction; every other text of the document stays readable.

        ``source``: root, size, modified and content_hash of the file, for the next run to compare. ``again``: the same
        file was read once more, and what is drawn from its text takes the place of what was drawn before.
        """
        v = parsed.version
        with self._lock.hold(), self._engine.begin() as connection:
            current = writes.find_current(connection, v.document)
            if source is not None:
                writes.note_source(connection, v.document, dict(source))
            parsed = writes.name_apart(connection, parsed, current)
            if current == parsed.version.id and not again:
                return "unchanged"
            if current is not None and current != parsed.version.id:
                writes.retire(connection, current)
            writes.store(connection, parsed)
        self._versions.pop(v.document, None)
        self._records.clear()
        return "added" if current is None else "updated"

    def remove(self, document: str) -> None:
        """Take a document with all its versions out; DocumentMissing for an unknown one."""
        with self._lock.hold(), self._engine.begin() as connection:
            ids = list(connection.execute(self._ids_of(document)).scalars())
            if not ids:
                raise DocumentMissing(f"库中没有“{document}”，可用 kb show 核对名称。")
            for id in ids:
                writes.retire(connection, id, gone=True)
            writes.forget_source(connection, document)
        self._versions.pop(document, None)
        self._records.clear()

    def touch(self, document: str, source: Mapping[str, Any]) -> None:
        """Note the size and time of a file whose bytes turned out the same."""
        with self._lock.hold(), self._engine.begin() as connection:
            writes.note_source(connection, document, dict(source))

    def flush(self) -> None:
        """Let full text and vectors catch up with the truth; harmless to repeat, also after a kill.

        Stores that are damaged or do not hold what they should afterwards are made anew.
        """
        with self._lock.hold():
            with self._engine.begin() as connection:
                writes.sweep(connection)
            with self._engine.connect() as connection:
                work = writes.find_pending(connection)
                try:
                    if work:
                        self._derived.catch_up(connection, frozenset(version for _, version in work))
                    complete = set(self._derived.sizes().values()) == {count_passages(connection)}
                except LibraryDamaged:
                    complete = False
            if not complete:
                self.rebuild()
            elif work:
                with self._engine.begin() as connection:
                    writes.settle(connection, work[-1][0])
        self.refresh()

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Make full text and vectors anew from SQLite, with the encoder the library was opened with.

        ``progress`` gets passages done and in all; what it raises ends the work and leaves the stores as they were.
        """
        with self._lock.hold():
            with self._engine.connect() as connection:
                work = writes.find_pending(connection)
                self._derived.rebuild(connection, progress)
            with self._engine.begin() as connection:
                for key, value in (("encoder", self._encoder.name), ("dimension", str(self._encoder.dimension))):
                    connection.execute(update(t.meta).where(t.meta.c.key == key).values(value=value))
                writes.settle(connection, work[-1][0] if work else 0)
        self.refresh()

    def put_vectors(self, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Replace the vectors of passages by their ids; DocumentMissing for a passage that is not indexed."""
        with self._lock.hold():
            try:
                self._derived.put_vectors(ids, rows)
            except KeyError as e:
                raise DocumentMissing(f"段落 {e.args[0]} 不在库中，请先用 kb ingest 读入文件。") from None

    # --- what the derived stores ask -----------------------------------------------------------------------------

    def _current(self) -> list[tuple[str, int, int]]:
        v = t.versions.c
        query = select(v.id, v.first_key, v.passages).where(v.current, v.passages > 0)
        with self._engine.connect() as connection:
            return [(r[0], r[1], r[2]) for r in connection.execute(query)]

    def _indexed(self) -> list[tuple[str, int, int]]:
        v = t.versions.c
        query = select(v.id, v.first_key, v.passages).where(or_(v.current, writes.LEAVING), v.passages > 0)
        with self._engine.connect() as connection:
            return [(r[0], r[1], r[2]) for r in connection.execute(query)]

    # --- reading -----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """See what another process has written since; searches and lists do so by themselves after each flush."""
        self._stamp = self._derived.read_stamp()
        self._documents = None
        self._lineage = None
        self._owners = {}
        self._versions.clear()
        self._records.clear()

    def _keep_up(self) -> None:
        if self._derived.read_stamp() != self._stamp:
            self.refresh()

    def sources(self) -> dict[str, dict[str, Any]]:
        """document → root, size, modified and content_hash of the file as last read."""
        with self._engine.connect() as connection:
            return {r.document: dict(r._mapping) for r in connection.execute(select(t.sources))}

    def get_source(self, document: str) -> dict[str, Any] | None:
        """Where one document's file came from; None for a document that was not read from a file."""
        with self._engine.connect() as connection:
            row = connection.execute(select(t.sources).where(t.sources.c.document == document)).first()
        return dict(row._mapping) if row is not None else None

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
            if what == "passages":
                return count_passages(connection)
            return int(connection.execute(select(func.count()).select_from(getattr(t, what))).scalar() or 0)

    def find_documents(self) -> tuple[DocumentInfo, ...]:
        """Current versions without their text, sorted by document, as of the last flush.

        Every version that a search can find is among them: what was changed or removed since stays until the flush.
        """
        self._keep_up()
        documents = self._documents
        if documents is None:
            names = ("document", "id", "format", "identity", "characters", "passages")
            columns = [t.versions.c[n] for n in names]
            query = select(*columns).where(or_(t.versions.c.current, writes.LEAVING))
            with self._engine.connect() as connection:  # a text on its way out comes last and stands for its document
                rows = {r.document: r for r in connection.execute(query.order_by(t.versions.c.current.desc()))}
            documents = tuple(
                DocumentInfo(r.document, r.id, r.format, load_identity(r.identity), r.characters, r.passages)
                for _, r in sorted(rows.items())
            )
            self._documents = documents
        return documents

    def lineage(self) -> Lineage:
        """Works, links and the days between which each text holds, as of the last flush; cached."""
        infos = self.find_documents()
        found = self._lineage
        if found is None:
            found = self._lineage = self._lineages.build(infos)
        return found

    def status_of(self, document: str, as_of: date, version: str | None = None, at: int | None = None) -> Status:
        """Whether a text (``at``: what stands at that place) holds on a day, repeals and corrections by others counted."""
        return self.lineage().status_of(document, as_of, version, at)

    def find_corrections(self) -> tuple[Correction, ...]:
        """What users said about lineage, in order."""
        return self._lineages.find_corrections()

    def correct(self, correction: Correction) -> Correction:
        """Store what a user says about lineage; DocumentMissing for an unknown document."""
        known = {i.document for i in self.find_documents()}
        for document in (correction.document, correction.other):
            if document is not None and document not in known:
                raise DocumentMissing(f"库中没有“{document}”，请核对名称。")
        with self._lock.hold():
            stored = self._lineages.add_correction(correction)
        self._lineage = None
        return stored

    def withdraw_correction(self, id: int) -> None:
        """Take a correction back."""
        with self._lock.hold():
            self._lineages.remove_correction(id)
        self._lineage = None

    def get_version(self, document: str, version: str | None = None) -> Version:
        """A document's current version, or an earlier one by id (or its beginning); DocumentMissing otherwise."""
        self._keep_up()
        if version is None and (kept := self._versions.get(document)) is not None:
            return kept
        query = select(t.versions).where(t.versions.c.document == document, ~t.versions.c.gone)
        query = query.where(t.versions.c.current if version is None else t.versions.c.id.startswith(version))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(t.versions.c.sequence.desc())).first()
        if row is None:
            raise DocumentMissing(f"库中没有“{document}”{'的版本 ' + version if version else ''}，请核对名称。")
        found = load_version(row)
        if version is None:
            if len(self._versions) >= _CACHED_VERSIONS:
                self._versions.clear()
            self._versions[document] = found
        return found

    def find_versions(self, document: str) -> tuple[str, ...]:
        """Ids of a document's versions, newest first."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(self._ids_of(document)).scalars())

    @staticmethod
    def _ids_of(document: str) -> Any:
        v = t.versions.c
        return select(v.id).where(v.document == document, ~v.gone).order_by(v.sequence.desc())

    def get_passages(self, ids: Sequence[str]) -> list[tuple[Passage, str]]:
        """Passages with their text, in the order asked; DocumentMissing for one that is gone."""
        wanted = [(version, int(ordinal)) for version, _, ordinal in (id.rpartition(":") for id in dict.fromkeys(ids))]
        found: dict[str, Passage] = {}
        known = self._owners
        missing = {version for version, _ in wanted if version not in known}
        with self._engine.connect() as connection:
            if missing:
                owners = connection.execute(_OWNERS, {"versions": sorted(missing)})
                known.update((id, (document, first)) for id, document, first in owners)
            # By key, which SQLite looks up directly; by (version, ordinal) it would walk the table.
            keys = [known[version][1] + ordinal for version, ordinal in wanted if version in known]
            for at in range(0, len(keys), _ASKED_AT_ONCE):
                rows = connection.execute(_PASSAGES, {"keys": keys[at : at + _ASKED_AT_ONCE]})
                for _, version, ordinal, *rest in rows:
                    id = f"{version}:{ordinal}"
                    found[id] = Passage(id, version, known[version][0], ordinal, *rest)
        for id in ids:
            if id not in found:
                raise DocumentMissing(f"段落 {id} 已不在库中，请重新检索。")
        texts = self._texts.get({p.version for p in found.values()})
        return [(p, texts[p.version][p.start : p.end]) for p in (found[id] for id in ids)]

    def find_duties(
        self, *, agency: str | None = None, task: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Duty, ...]:
        """Duty records in order of document and place: of an agency (as written, in part), a task, some documents.

        A task is looked for in the action, the object and the words quoted, which are in the body.
        """
        wanted = ((t.duties.c.agency, agency), (t.duties.c.action + t.duties.c.object + t.duties.c.body, task))
        return self._find_records(t.duties, load_duty, wanted, documents)

    def find_requirements(
        self, *, item: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Requirement, ...]:
        """Requirement records, likewise."""
        return self._find_records(t.requirements, load_requirement, ((t.requirements.c.item, item),), documents)

    def find_figures(
        self, *, indicator: str | None = None, documents: Sequence[str] | None = None
    ) -> tuple[Figure, ...]:
        """Figure records, likewise."""
        return self._find_records(t.figures, load_figure, ((t.figures.c.indicator, indicator),), documents)

    def _find_records(
        self,
        table: Any,
        load: Callable[[Any], _R],
        wanted: Sequence[tuple[Any, str | None]],
        documents: Sequence[str] | None,
    ) -> tuple[_R, ...]:
        parts = [(column, part) for column, part in wanted if part is not None]
        if documents is not None and len(documents) <= _FEW and not parts:
            self._keep_up()
            return self._records.get(table, load, documents)
        query = select(table).order_by(table.c.document, table.c.key)
        for column, part in parts:
            query = query.where(column.contains(part, autoescape=True))
        if documents is not None:
            query = query.where(table.c.document.in_(list(documents)))
        with self._engine.connect() as connection:
            return tuple(load(row) for row in connection.execute(query))

    # --- searching ---------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The stores as last written by any process, for several looks at one state."""
        return self._derived.view()

    def search_text(
        self,
        field: Field,
        weights: Sequence[tuple[str, float]],
        k: int,
        allowed: Allowed | None = None,
    ) -> list[tuple[str, float]]:
        """The k best passages of one field by BM25: (passage id, score), best first."""
        look = self.snapshot()
        return _pairs(look, *look.search_text(field, weights, k, allowed))

    def search_vectors(
        self,
        vector: NDArray[np.float32],
        k: int,
        allowed: Allowed | None = None,
        *,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The k nearest passages: (passage id, cosine), best first; ``among``: of these passages only."""
        look = self.snapshot()
        chosen = None if among is None else [key for id in among if (key := look.keys.key(id)) is not None]
        return _pairs(look, *look.search_vectors(vector, k, allowed, among=chosen))

    def frequencies(self, field: Field, tokens: Sequence[str]) -> tuple[list[int], int]:
        """How many passages hold each token, and how many passages there are."""
        return self.snapshot().frequencies(field, tokens)

    def check(self) -> tuple[Problem, ...]:
        """What is wrong with the library; empty when all is well."""
        with self._engine.connect() as connection:
            return tuple(find_problems(connection, self._derived))

    def close(self) -> None:
        """Let go of the files."""
        self._engine.dispose()


def _pairs(look: Snapshot, keys: NDArray[np.int64], scores: NDArray[np.float64]) -> list[tuple[str, float]]:
    return list(zip(look.keys.ids(keys), scores.tolist(), strict=True))
