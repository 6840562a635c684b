"""Answers as they were given, and what people said of them: kept beside the documents, never changed afterwards."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import OperationalError

from kb.library import tables as t

Json = dict[str, Any]


class AnswerBook:
    """答复簿: the records of one library's answers, and the feedback on them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, id: str, asked_at: str, question: str, body: Json) -> bool:
        """Keep one answer as it was given, once; False where the library can only be read."""
        row = {"id": id, "asked_at": asked_at, "question": question, "body": json.dumps(body, ensure_ascii=False)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(t.answers).prefix_with("OR IGNORE"), row)
        except OperationalError:
            return False
        return True

    def get(self, id: str) -> Json | None:
        """The record whose id begins so, None for no or more than one such record."""
        query = select(t.answers.c.body).where(t.answers.c.id.startswith(id, autoescape=True)).limit(2)
        with self._engine.connect() as connection:
            rows = list(connection.execute(query).scalars())
        return json.loads(rows[0]) if len(rows) == 1 else None

    def find(self, *, limit: int = 50, offset: int = 0) -> list[Json]:
        """Records, the newest first."""
        c = t.answers.c
        query = select(c.body).order_by(c.asked_at.desc(), c.id).limit(limit).offset(offset)
        with self._engine.connect() as connection:
            return [json.loads(body) for body in connection.execute(query).scalars()]

    def count(self) -> int:
        """How many answers are kept."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(t.answers)).scalar() or 0)

    def save_feedback(self, answer: str, at: str, verdict: str, why: str, by: str) -> None:
        """Keep what one person said of one answer; saying it again adds to it."""
        row = {"answer": answer, "at": at, "verdict": verdict, "why": why, "by": by}
        with self._engine.begin() as connection:
            connection.execute(insert(t.feedback), row)

    def find_feedback(self, answer: str | None = None) -> list[Json]:
        """Feedback in order of arrival, on one answer or on all."""
        query = select(t.feedback).order_by(t.feedback.c.key)
        if answer is not None:
            query = query.where(t.feedback.c.answer == answer)
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]
