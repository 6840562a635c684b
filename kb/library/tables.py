"""The tables of the library: SQLite is the truth, everything else can be rebuilt from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA = 3  # raised when the tables change; an older library says so and asks for a new ingest

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))

versions = Table(
    "versions",
    metadata,
    Column("id", String, primary_key=True),
    Column("document", String, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),  # removed; kept until searches that may have found it are over
    Column("sequence", Integer, nullable=False),  # order of arrival; larger is newer
    Column("format", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("first_key", Integer, nullable=False),  # of its passages, which have consecutive keys
    Column("identity", Text, nullable=False),  # JSON
    Column("text", Text, nullable=False),
    Column("structure", Text, nullable=False),  # JSON: clauses, places, furniture, references, doubts
    Index("versions_by_document", "document", "current"),
)

# What a file looked like when it was read: size and modification time let an unchanged one cost nothing.
sources = Table(
    "sources",
    metadata,
    Column("document", String, primary_key=True),
    Column("root", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("modified", Float, nullable=False),
    Column("content_hash", String, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),  # the id in the derived stores
    Column("version", String, ForeignKey("versions.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("clause", String, nullable=False),
    Column("path", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("context", Text, nullable=False),
    Index("passages_by_version", "version", "ordinal"),
)


def _records(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("key", Integer, primary_key=True),
        Column("version", String, ForeignKey("versions.id"), nullable=False),
        Column("document", String, nullable=False),
        *columns,
        Column("body", Text, nullable=False),  # JSON of the whole record
        Index(f"{name}_by_document", "document"),
        Index(f"{name}_by_version", "version"),
    )


def _words(*names: str) -> tuple[Column[str], ...]:
    return tuple(Column(name, String, nullable=False) for name in names)


duties = _records("duties", *_words("agency", "role", "action", "object", "modality"))
requirements = _records("requirements", *_words("kind", "item"))
figures = _records(
    "figures", *_words("indicator"), Column("period", String), Column("missing", Boolean, nullable=False)
)

acts = _records("acts", *_words("kind"))

# What users say about lineage; it holds over what the texts seem to say and survives a new ingest.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # link, unlink, dates
    Column("document", String, nullable=False),
    Column("other", String),
    Column("begins", String),
    Column("ends", String),
    Column("note", Text, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", String, nullable=False),
)

# Work the derived stores have not done yet, written in the same transaction as the change that asks for it.
pending = Table(
    "pending",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("version", String, nullable=False),
    # add and remove wait for the derived stores; sweep waits one round longer, for readers that still hold old ids
    Column("action", String, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("asked_at", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# What people said of an answer: right, wrong or in part, and why.
feedback = Table(
    "feedback",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("answer", String, nullable=False),
    Column("at", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String, nullable=False),
    Index("feedback_by_answer", "answer"),
)
