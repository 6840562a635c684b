"""Comparisons → the JSON of ``kb compare``."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from kb.compare.comparison import Comparison, Row
from kb.compare.flags import Flag
from kb.compare.matrix import Matrix
from kb.compare.tables import MOVED_TOGETHER
from kb.records import Clause, Version

_ITEM = re.compile(r"\s*[（(][一二三四五六七八九十\d]+[）)]")
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


def describe_comparison(comparison: Comparison) -> str:
    """For people: every row that changed, with its flags; days that moved with all others in one line."""
    lines = []
    for row in comparison.rows:
        flags = [f for f in row.flags if not f.note.endswith(MOVED_TOGETHER)]
        if row.change == "unchanged" or (row.flags and not flags):
            continue
        sides = ("、".join(label_of(c) for c in clauses) or "—" for clauses in (row.old, row.new))
        lines.append(f"{' → '.join(sides)}  {CHANGE_WORDS[row.change]}")
        lines += [f"    [{FLAG_WORDS[f.kind]}] {_item(f)}{f.note}" for f in flags]
    for sheet in comparison.sheets:
        together = sum(any(c.usual for c in r.cells) for r in sheet.rows)
        lines += [f"另有 {together} 行的时限一并推移 {sheet.years} 年"] if together else []
    lines += [f"机构更名：{was} → {now}" for was, now in comparison.renames]
    return "\n".join(lines) or "没有变化。"


def format_matrix(matrix: Matrix) -> dict[str, Any]:
    """The JSON of ``kb compare`` with more than two versions."""
    return {
        "versions": [_side(v) for v in matrix.versions],
        "rows": [
            [
                None if c is None else {"labels": [label_of(x) for x in c.clauses], "change": c.change}
                for c in row.cells
            ]
            for row in matrix.rows
        ],
    }  # fmt: skip


def describe_matrix(matrix: Matrix) -> str:
    """For people: one line a clause, one column a version."""
    lines = ["\t".join(v.document for v in matrix.versions)]
    for row in matrix.rows:
        cells = []
        for cell in row.cells:
            words = "、".join(label_of(c) for c in cell.clauses) if cell is not None else "—"
            cells.append(words + (f"（{CHANGE_WORDS[cell.change]}）" if cell is not None and cell.change else ""))
        lines.append("\t".join(cells))
    return "\n".join(lines)


def _item(flag: Flag) -> str:
    """The label of the item that a flag is about, where its sentence begins with one."""
    m = _ITEM.match(flag.new) or _ITEM.match(flag.old)
    return m.group().strip() if m else ""
