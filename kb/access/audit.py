"""The audit log: who asked, read or changed what, and when; kept in the desk's database, read by administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, delete, func, insert, select

from kb.access import tables as t
from kb.access.people import now

Action = Literal[
    "ask", "search", "read", "download", "compare", "duties", "export", "change", "access", "sign-in", "refused"
]
ACTIONS: dict[Action, str] = {
    "ask": "提问", "search": "检索", "read": "阅读", "download": "下载", "compare": "比对", "duties": "查职责",
    "export": "导出", "change": "改动文库", "access": "改动权限", "sign-in": "登录", "refused": "拒绝",
}  # fmt: skip
_KEPT = 500_000  # entries; beyond, the oldest go
_SWEEP = 1_000  # entries between two looks at the number


@dataclass(frozen=True, slots=True)
class Entry:
    """审计条目."""

    key: int
    at: str
    user: str
    action: Action
    what: str
    request: str


class Audit:
    """审计日志."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, user: str, action: Action, what: str, request: str = "") -> None:
        """Write one entry; what it is about is cut at 500 characters."""
        row = {"at": now(), "user": user, "action": action, "what": what[:500], "request": request}
        with self._engine.begin() as c:
            result = c.execute(insert(t.audit).values(**row))
            key = result.inserted_primary_key[0] if result.inserted_primary_key else 0
            if key % _SWEEP == 0:
                c.execute(delete(t.audit).where(t.audit.c.key <= key - _KEPT))

    def find(
        self, *, user: str = "", action: str = "", text: str = "", before: int | None = None, limit: int = 100
    ) -> tuple[Entry, ...]:
        """Entries that fit, newest first; ``before`` is the key to go on from."""
        a = t.audit.c
        query = select(t.audit).order_by(a.key.desc()).limit(limit)
        for column, value in ((a.user, user), (a.action, action)):
            if value:
                query = query.where(column == value)
        if text:
            query = query.where(a.what.contains(text, autoescape=True))
        if before is not None:
            query = query.where(a.key < before)
        with self._engine.connect() as c:
            return tuple(Entry(r.key, r.at, r.user, r.action, r.what, r.request) for r in c.execute(query))

    def count(self) -> int:
        """How many entries there are."""
        with self._engine.connect() as c:
            return int(c.execute(select(func.count()).select_from(t.audit)).scalar() or 0)
