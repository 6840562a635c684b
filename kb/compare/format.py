"""Comparisons → the JSON of ``kb compare``."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kb.compare.comparison import Comparison, Row
from kb.records import Clause, Version

CHANGE_WORDS = {
    "unchanged": "未变", "renumbered": "改号", "moved": "移位", "reworded": "改写", "merged": "合并", "split": "拆分",
    "added": "新增", "deleted": "删除",
}  # fmt: skip
FLAG_WORDS = {
    "role": "职责主体与角色", "modality": "情态", "number": "数值", "deadline": "期限", "penalty": "罚则",
    "scope": "范围", "added-duty": "新增职责", "deleted-duty": "删去职责", "agency-rename": "机构更名",
}  # fmt: skip


def format_comparison(comparison: Comparison) -> dict[str, Any]:
    """The JSON of ``kb compare``."""
    counts = Counter(r.change for r in comparison.rows)
    flags = Counter(f.kind for r in comparison.rows for f in r.flags)
    return {
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "rows": [_row(r) for r in comparison.rows],
        "summary": {
            "changes": dict(sorted(counts.items())),
            "flags": dict(sorted(flags.items())),
            "renames": [{"old": was, "new": now} for was, now in comparison.renames],
        },
    }


def label_of(clause: Clause) -> str:
    """How a row names a clause: an article by its number, anything else by its path."""
    return clause.label if clause.kind == "article" else clause.path or clause.title


def _side(version: Version) -> dict[str, Any]:
    return {"document": version.document, "version": version.id, "title": version.identity.title}


def _row(row: Row) -> dict[str, Any]:
    return {
        "old": [label_of(c) for c in row.old],
        "new": [label_of(c) for c in row.new],
        "change": row.change,
        "old_text": row.old_text,
        "new_text": row.new_text,
        "flags": [{"kind": f.kind, "old": f.old, "new": f.new, "note": f.note} for f in row.flags],
    }
