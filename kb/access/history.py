"""Conversations of each user: kept until the user deletes them, read by nobody else."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select, update

from kb.access import tables as t
from kb.access.people import now

_TITLE = 60  # characters of the first question that name a conversation
_KEPT = 200  # conversations of one user; beyond, the oldest go


@dataclass(frozen=True, slots=True)
class Turn:
    """一问一答, as it was shown; ``answer`` is the id of the answer's record."""

    question: str
    html: str
    text: str
    answer: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """对话, without its turns."""

    id: str
    title: str
    updated_at: str


class History:
    """对话记录."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, user: str, conversation: str, turn: Turn) -> str:
        """Add a turn to a user's conversation, or begin one where it is "" or not the user's; its id."""
        with self._engine.begin() as c:
            if not conversation or not self._owns(user, conversation):
                conversation = secrets.token_urlsafe(9)
                row = {"id": conversation, "user": user, "title": turn.question[:_TITLE], "updated_at": now()}
                c.execute(insert(t.conversations).values(**row))
                self._forget_oldest(c, user)
            else:
                c.execute(update(t.conversations).where(t.conversations.c.id == conversation).values(updated_at=now()))
            row = {
                "conversation": conversation, "question": turn.question, "answer": turn.answer, "html": turn.html,
                "text": turn.text, "documents": json.dumps(turn.documents, ensure_ascii=False),
            }  # fmt: skip
            c.execute(insert(t.turns).values(**row))
        return conversation

    def find(self, user: str, limit: int = 50) -> tuple[Conversation, ...]:
        """A user's conversations, the last used first."""
        v = t.conversations.c
        query = select(t.conversations).where(v.user == user).order_by(v.updated_at.desc(), v.id).limit(limit)
        with self._engine.connect() as c:
            return tuple(Conversation(r.id, r.title, r.updated_at) for r in c.execute(query))

    def get_turns(self, user: str, conversation: str, readable: Collection[str]) -> tuple[Turn, ...]:
        """The turns of a user's conversation that rest on documents still readable; none for another's."""
        if not self._owns(user, conversation):
            return ()
        query = select(t.turns).where(t.turns.c.conversation == conversation).order_by(t.turns.c.key)
        with self._engine.connect() as c:
            rows = c.execute(query).all()
        found = (Turn(r.question, r.html, r.text, r.answer, tuple(json.loads(r.documents))) for r in rows)
        return tuple(turn for turn in found if all(d in readable for d in turn.documents))

    def remove(self, user: str, conversation: str) -> None:
        """Delete a user's conversation; another's stays."""
        if self._owns(user, conversation):
            with self._engine.begin() as c:
                self._drop(c, [conversation])

    def _owns(self, user: str, conversation: str) -> bool:
        v = t.conversations.c
        with self._engine.connect() as c:
            return c.execute(select(v.id).where(v.id == conversation, v.user == user)).first() is not None

    def _forget_oldest(self, connection: Connection, user: str) -> None:
        v = t.conversations.c
        query = select(v.id).where(v.user == user).order_by(v.updated_at.desc(), v.id).offset(_KEPT)
        self._drop(connection, list(connection.execute(query).scalars()))

    @staticmethod
    def _drop(connection: Connection, ids: Sequence[str]) -> None:
        if ids:
            connection.execute(delete(t.turns).where(t.turns.c.conversation.in_(ids)))
            connection.execute(delete(t.conversations).where(t.conversations.c.id.in_(ids)))
