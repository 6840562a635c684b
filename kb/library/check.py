"""What may be wrong with a library, and the remedy for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DatabaseError

from kb.errors import LibraryDamaged
from kb.library import tables as t
from kb.library.derived import Derived

_RESTORE = "从备份恢复，或删去知识库文件夹后重新运行 kb ingest。"


@dataclass(frozen=True, slots=True)
class Problem:
    """问题: something wrong with a library, and the remedy."""

    severity: Literal["error", "warning"]
    message: str
    remedy: str


def find_problems(connection: Connection, derived: Derived) -> Iterator[Problem]:
    """Everything wrong, the truth first."""
    try:
        yield from _check_truth(connection)
        waiting = connection.execute(
            select(func.count()).select_from(t.pending).where(t.pending.c.action != "sweep")
        ).scalar()
        count = count_passages(connection)
    except DatabaseError as e:
        yield Problem("error", f"数据文件损坏：{e.orig}。", _RESTORE)
        return
    if waiting:
        yield Problem("warning", f"有 {waiting} 项更新尚未进入索引。", "重新运行 kb ingest，或运行 kb rebuild。")
    try:
        sizes = derived.sizes()
    except LibraryDamaged as e:
        yield Problem("error", str(e), "运行 kb rebuild。")
        return
    for name, held in sizes.items():
        if held != count and not waiting:
            yield Problem("error", f"{name}有 {held} 段，正文有 {count} 段，二者不符。", "运行 kb rebuild。")


def _check_truth(connection: Connection) -> Iterator[Problem]:
    answers = [str(r[0]) for r in connection.execute(text("PRAGMA integrity_check(5)"))]
    if answers != ["ok"]:
        yield Problem("error", f"数据文件损坏：{'；'.join(answers)}。", _RESTORE)
    orphans = len(connection.execute(text("PRAGMA foreign_key_check")).all())
    if orphans:
        yield Problem("error", f"有 {orphans} 条记录找不到所属文件。", _RESTORE)
    v = t.versions.c
    twice = connection.execute(select(v.document).where(v.current).group_by(v.document).having(func.count() > 1))
    for document in twice.scalars():
        yield Problem("error", f"“{document}”有不止一个现行文本。", _RESTORE)
    held = select(func.count()).select_from(t.passages).where(t.passages.c.version == v.id).scalar_subquery()
    short = connection.execute(select(v.document).where(v.current, v.passages != held).order_by(v.document))
    for document in short.scalars():
        yield Problem("error", f"“{document}”的段落不全。", "修改该文件后重新运行 kb ingest，或从备份恢复。")


def count_passages(connection: Connection) -> int:
    """Passages of current versions."""
    return int(connection.execute(select(func.sum(t.versions.c.passages)).where(t.versions.c.current)).scalar() or 0)
