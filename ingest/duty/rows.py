"""Rows of task tables, ledgers, duty lists and handbooks → duties; columns are known by the words of the header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.duty.draft import Found
from ingest.extract import Cell, Table
from kb.records import Role

# Header words → what a column holds; the first row that fits wins.
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("oversee", re.compile(r"牵头考核|考核单位|督办单位|监督单位|督导单位|指导单位")),
    ("lead", re.compile(r"牵头|主办|主责|主管|第一责任")),
    ("support", re.compile(r"配合|协办|协助|参与|辅助")),
    ("deadline", re.compile(r"时限|期限|完成时间|办结|时间要求|整改时间")),
    ("person", re.compile(r"责任人|责任领导|联系人|电话|分管领导")),
    ("own", re.compile(r"责任(?:单位|部门|主体|科室)|承办|实施(?:单位|主体)|落实单位|处置单位|职责部门|执法主体|行使主体|负责单位|权属单位|对应(?:上级)?部门|承接部门|整改单位")),
    ("task", re.compile(r"任务|事项|内容|问题|措施|项目|小类|大类|案件|部件|事件|工作|名称|指标|职责")),
    ("standard", re.compile(r"标准|要求|目标|成效|依据")),
)  # fmt: skip
_EMPTY = re.compile(r"^[\s/／\-—无]*$")


def find_columns(table: Table, text: str) -> dict[int, str]:
    """What each column holds, by the words of the header rows; the last header row is the most specific."""
    columns: dict[int, str] = {}
    for cell in table.cells:
        if cell.row >= max(1, table.header_rows):
            continue
        words = re.sub(r"\s", "", text[cell.start : cell.end])
        kind = next((k for k, p in _COLUMNS if p.search(words)), None)
        if kind and len(words) <= 24:
            columns[cell.column] = kind
    return columns


def find_in_table(text: str, table: Table) -> Iterator[tuple[Found, int]]:
    """Duties of a table's rows, each with the start of its row; nothing for a table without a responsible column."""
    columns = find_columns(table, text)
    if not {"lead", "own", "support", "oversee"} & set(columns.values()):
        return
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.row >= max(1, table.header_rows):
            rows.setdefault(cell.row, []).append(cell)
    for number in sorted(rows):
        yield from _row(text, rows[number], columns)


def _row(text: str, cells: Sequence[Cell], columns: dict[int, str]) -> Iterator[tuple[Found, int]]:
    own = [c for c in cells if not c.filled] or list(cells)
    start, end = min(c.start for c in own), max(c.end for c in own)

    def words(kind: str) -> list[str]:
        found = [re.sub(r"\s+", "", text[c.start : c.end]) for c in cells if columns.get(c.column) == kind]
        return [w for w in dict.fromkeys(found) if not _EMPTY.match(w)]

    task = "；".join(words("task"))
    when = next(iter(words("deadline")), None)
    if not task or end <= start:
        return
    leads = words("lead")
    kinds: tuple[tuple[str, Role], ...] = (
        ("lead", "lead"), ("own", "own"), ("support", "support"), ("oversee", "oversee")
    )  # fmt: skip
    for kind, role in kinds:
        for who in words(kind):
            if len(who) > 120:
                continue
            names = re.sub(r"[，,；;/\s]+", "、", who).strip("、。")
            word = {"lead": "牵头单位", "own": "责任单位", "support": "配合单位", "oversee": "监督单位"}[kind]
            yield Found(names, role, word, task, task, start, end, time=when, confidence=1.0 if leads else 0.9), start
