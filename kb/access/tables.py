"""The desk's own small database beside the library: people, keys, sessions, groups, the audit log, conversations, jobs.

It is kept apart from the library: deleting it loses no document, and copying a library does not copy its people.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from kb.sqlite import open_engine

FILE = "desk.sqlite"
metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("password", String),  # argon2 hash; none for one who only uses keys
    Column("role", String, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", String, nullable=False),
)
keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),  # shown in lists; the key itself is not kept
    Column("digest", String, nullable=False, unique=True),  # sha256: a key is random, so a slow hash adds nothing
    Column("user", String, nullable=False),
    Column("note", String, nullable=False),
    Column("created_at", String, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("expires_at", Float, nullable=False),
)
groups = Table(
    "groups",
    metadata,
    Column("name", String, primary_key=True),
    Column("patterns", Text, nullable=False),  # one a line: 内部/* or a document's name
)
members = Table(
    "members",
    metadata,
    Column("user", String, primary_key=True),
    Column("group", String, primary_key=True),
)
audit = Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("user", String, nullable=False),
    Column("action", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("request", String, nullable=False),
    Index("audit_by_user", "user"),
)
conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("updated_at", String, nullable=False),
    Index("conversations_by_user", "user", "updated_at"),
)
turns = Table(
    "turns",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", String, nullable=False),  # id of the answer's record; "" where there is none
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("documents", Text, nullable=False),  # JSON list: a turn is shown only to who may still read them all
    Index("turns_by_conversation", "conversation"),
)
jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("user", String, nullable=False),
    Column("state", String, nullable=False),
    Column("request", Text, nullable=False),  # JSON: what to do, enough to do it again
    Column("result", Text, nullable=False),  # JSON: what came of it
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("at", Text, nullable=False),  # what it is working on
    Column("created_at", String, nullable=False),
    Column("ended_at", String),
)


def open_desk(folder: Path) -> Engine:
    """The desk's database in a library's folder, made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(folder / FILE)
    metadata.create_all(engine)
    (folder / FILE).chmod(0o600)
    return engine
