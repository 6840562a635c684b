"""Rows of task tables, ledgers, duty lists and handbooks → duties; columns are known by the words of the header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.duty.draft import Found
from ingest.extract import Cell, Table
from kb.records import Role

# Header words → what a column holds; the first row that fits wins.
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("other", re.compile(r"^(?:序号|编号|代码|.*类别|大类|分类|备注|.*进展.*|.*销号.*|.*依据|分值|得分|完成情况|.*类型)$")),
    ("action", re.compile(r"工作方式|部门职责|具体职责")),
    ("oversee", re.compile(r"牵头考核|考核单位|督办单位|监督单位|督导单位|指导单位")),
    ("person", re.compile(r"责任人|责任领导|督办领导|联系人|电话|分管领导|包保领导|牵头领导")),
    ("assist", re.compile(r"(?:街道|乡镇|镇街|乡镇（街道）)(?:的)?(?:配合|协助)(?:职责|事项)?")),
    ("lead", re.compile(r"牵头|主办|主责|主管(?:部门|单位)|第一责任")),
    ("support", re.compile(r"配合(?:单位|部门)|协办|协助(?:单位|部门)|参与(?:单位|部门)|辅助")),
    ("deadline", re.compile(r"时限|期限|完成时间|办结|时间要求|整改时间")),
    (
        "own",
        re.compile(
            r"责任(?:单位|部门|主体|科室)|承办|实施(?:单位|主体)|落实单位|处置单位|职责部门|执法主体|行使主体|负责单位|权属单位|对应(?:上级)?部门|承接部门|整改单位|收回部门"
        ),
    ),
    ("standard", re.compile(r"标准|要求|目标|成效|条件")),
    ("action", re.compile(r"内容|措施|职责|做法|工作任务描述")),
    ("object", re.compile(r"任务|事项|问题|项目|小类|案件|部件|事件|工作|名称|指标")),
)  # fmt: skip
_EMPTY = re.compile(r"^[\s/／\-—无]*$")
_WORDS: Mapping[str, tuple[Role, str]] = {
    "lead": ("lead", "牵头单位"), "own": ("own", "责任单位"), "support": ("support", "配合单位"), "oversee": ("oversee", "监督单位"),
}  # fmt: skip
# 二、基本履职事项清单: the list's own body does it; 上级部门收回事项清单: it no longer does
_BASIC = re.compile(r"基本履职|主要职责|职责清单|权责清单|责任清单|权力清单")
_WITHDRAWN = re.compile(r"收回|不再承担|取消")
_TAKEN_BY = re.compile(r"(?P<who>[^：:，。；]{2,60})[：:](?P<how>.+)")
_PENALTY = re.compile(r"(?:处罚|查处|执法)$")
_LONGEST_NAMES = 120  # a longer cell is prose
FROM_TITLE = "主体取自文件标题"


@dataclass(frozen=True, slots=True)
class Setting:
    """表的处境: the heading a table stands under and the body its document is about."""

    heading: str = ""
    body: str = ""


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


def find_in_table(text: str, table: Table, setting: Setting = Setting()) -> Iterator[tuple[Found, int]]:
    """Duties of a table's rows, each with the start of its row; nothing where neither a column nor the heading names a body."""
    columns = find_columns(table, text)
    kinds = set(columns.values())
    listed = _BASIC.search(setting.heading) or _WITHDRAWN.search(setting.heading)
    owned = bool(setting.body and listed and "object" in kinds)
    if not ({"lead", "own", "support", "oversee", "assist"} & kinds or owned):
        return
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.row >= max(1, table.header_rows):
            rows.setdefault(cell.row, []).append(cell)
    for number in sorted(rows):
        yield from _row(text, rows[number], columns, setting)


def _row(text: str, cells: Sequence[Cell], columns: dict[int, str], setting: Setting) -> Iterator[tuple[Found, int]]:
    own = [c for c in cells if not c.filled] or list(cells)
    start, end = min(c.start for c in own), max(c.end for c in own)

    def words(kind: str) -> list[str]:
        found = [re.sub(r"\s+", "", text[c.start : c.end]) for c in cells if columns.get(c.column) == kind]
        return [w for w in dict.fromkeys(found) if not _EMPTY.match(w)]

    obj, action = "；".join(words("object")), "；".join(words("action"))
    obj, action = obj or action, action or obj
    if not obj or end <= start:
        return
    when, standard = next(iter(words("deadline")), None), "；".join(words("standard"))
    leads = words("lead")
    named = False
    for kind, (role, word) in _WORDS.items():
        for who in words(kind):
            if len(who) > _LONGEST_NAMES:
                continue
            named = True
            role = "enforce" if role == "own" and _PENALTY.search(obj) else role
            names = re.sub(r"[，,；;/\s]+", "、", who).strip("、。")
            yield (
                Found(
                    names, role, word, action, obj, start, end, condition=standard, time=when, trusted=True,
                    confidence=1.0 if leads else 0.9,
                ),
                start,
            )  # fmt: skip
    if _WITHDRAWN.search(setting.heading):  # 承接部门及工作方式: 区城管局：依法查处
        for m in (m for w in words("action") if (m := _TAKEN_BY.match(w))):
            role = "enforce" if _PENALTY.search(obj) else "own"
            yield Found(m["who"], role, "承接", m["how"], obj, start, end, condition=standard, time=when), start
    for found in _of_body(words("assist"), named, _PENALTY.search(obj) is not None, setting):
        role, word = found
        what = "；".join(words("assist")) if role == "support" else action
        yield (
            Found(
                setting.body, role, word, what, obj, start, end, condition=standard, time=when, trusted=True,
                negative=word == "收回", inference=(FROM_TITLE,), confidence=0.9,
            ),
            start,
        )  # fmt: skip


def _of_body(assist: Sequence[str], named: bool, penal: bool, setting: Setting) -> Iterator[tuple[Role, str]]:
    """Role and word of the document's own body in a row: it does, helps, or does no longer."""
    if not setting.body:
        return
    if assist:
        yield "support", "配合"
    elif _WITHDRAWN.search(setting.heading):
        yield "enforce" if penal else "own", "收回"
    elif not named and _BASIC.search(setting.heading):
        yield "own", "履职"
