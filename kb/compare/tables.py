"""Tables side by side: rows of a task table or ledger found again by what they are about, cells compared by column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kb.compare.align import align_texts
from kb.compare.flags import Flag, FlagKind, find_flags
from kb.compare.plain import plain
from kb.records import Clause, Version
from kb.text import find_dates

MOVED_TOGETHER = "（与多数行一并推移）"
_LINE = re.compile(r"[^\n]*\t[^\n]*")
_SMALLEST = 3  # lines that make a table, its header among them
_SHARED = 0.5  # columns that two tables must have in common to be versions of one
_MOST = 0.6  # share of the rows whose day moved by whole years, from which the others are the exceptions

# What a row is about, best first; a running number names nothing.
_SUBJECTS = (
    re.compile(r"任务|事项名称|项目名称|文件名称|指标名称|小类"),
    re.compile(r"事项|项目|名称|存在问题|问题$|指标|内容|工作"),
)
_COUNTERS = re.compile(r"^(?:序号|编号|项号|代码|No\.?|#)$", re.IGNORECASE)
_BODIES = re.compile(r"牵头|责任|主管|配合|协办|承办|实施|监管|单位|部门|主体|领导|责任人")
_DAYS = re.compile(r"时限|期限|日期|时间|完成时|节点")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """表行: the cells of one row, with where its line stands in the text."""

    cells: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """表: a header and its rows."""

    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    start: int
    end: int

    def column(self, name: str) -> int | None:
        """Place of a column by its name."""
        return next((n for n, h in enumerate(self.header) if plain(h) == plain(name)), None)

    def cell(self, row: SheetRow, name: str) -> str:
        """What a row has in a column; "" for a column that the table lacks."""
        at = self.column(name)
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""

    def subject(self) -> str:
        """The column that says what a row is about: by its name, else the one whose cells differ most."""
        named = [h for h in self.header if not _COUNTERS.match(h.strip())]
        for pattern in _SUBJECTS:
            for name in named:
                if pattern.search(name) and not _BODIES.search(name) and self._tells_apart(name):
                    return name
        return max(named, key=lambda h: (len({self.cell(r, h) for r in self.rows}), -named.index(h)), default="")

    def _tells_apart(self, name: str) -> bool:
        return len({self.cell(r, name) for r in self.rows}) >= 0.8 * len(self.rows)


@dataclass(frozen=True, slots=True)
class CellChange:
    """单元格变化: one column of a row in both versions."""

    column: str
    old: str
    new: str
    kind: FlagKind
    note: str
    usual: bool = False  # the day moved by as many years as most of the table's days


@dataclass(frozen=True, slots=True)
class RowChange:
    """表行变化: a row in both versions, or in one of them."""

    subject: str
    old: SheetRow | None
    new: SheetRow | None
    cells: tuple[CellChange, ...]

    def change(self) -> Literal["added", "deleted", "reworded", "unchanged"]:
        """added, deleted, reworded or unchanged; a row that only stands elsewhere is unchanged."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "deleted"
        return "reworded" if self.cells else "unchanged"


@dataclass(frozen=True, slots=True)
class SheetComparison:
    """表的比对: two versions of one table, rows in the order of the new one, what was dropped at the end."""

    old: Sheet
    new: Sheet
    rows: tuple[RowChange, ...]
    years: int | None  # by which most days moved


def find_sheets(version: Version) -> list[Sheet]:
    """The tables of a text: runs of lines whose cells are parted by tabs, the first line naming the columns."""
    sheets: list[Sheet] = []
    run: list[SheetRow] = []
    for m in _LINE.finditer(version.text):
        row = SheetRow(tuple(m.group().split("\t")), m.start(), m.end())
        if run and version.text[run[-1].end : m.start()].strip():
            _close(run, sheets)
            run = []
        run.append(row)
    _close(run, sheets)
    return sheets


def _close(run: Sequence[SheetRow], sheets: list[Sheet]) -> None:
    if len(run) < _SMALLEST:
        return
    header, *rows = run
    if sheets and len(header.cells) == len(sheets[-1].header) and header.cells[0].strip().isdigit():
        header, rows = SheetRow(sheets[-1].header, run[0].start, run[0].start), list(run)  # a table cut by a page
    rows = [r for r in rows if r.cells != header.cells]
    sheets.append(Sheet(tuple(c.strip() for c in header.cells), tuple(rows), run[0].start, run[-1].end))


def compare_sheets(old: Version, new: Version, same_agency: Callable[[str, str], bool]) -> tuple[SheetComparison, ...]:
    """Tables with the same columns side by side, each used once, in the order of the new text."""
    free = find_sheets(old)
    found = []
    for sheet in find_sheets(new):
        near = [(_shared(s, sheet), -n, s) for n, s in enumerate(free)]
        best = max(near, key=lambda x: x[:2], default=None)
        if best is not None and best[0] >= _SHARED:
            free.remove(best[2])
            found.append(_compare(best[2], sheet, same_agency))
    return tuple(found)


def _shared(a: Sheet, b: Sheet) -> float:
    one, other = {plain(h) for h in a.header if h}, {plain(h) for h in b.header if h}
    return len(one & other) / max(len(one | other), 1)


def _compare(old: Sheet, new: Sheet, same_agency: Callable[[str, str], bool]) -> SheetComparison:
    subject = new.subject() if old.column(new.subject()) is not None else old.subject()
    names = [plain(old.cell(r, subject)) for r in old.rows], [plain(new.cell(r, subject)) for r in new.rows]
    contents = [plain(" ".join(_content(s, r))) for s in (old,) for r in s.rows]
    others = [plain(" ".join(_content(s, r))) for s in (new,) for r in s.rows]
    partner = {j: i for i, j in _pair(names, contents, others)}
    columns = [h for h in new.header if h and old.column(h) is not None and not _COUNTERS.match(h)]
    years = _usual_years(old, new, partner, columns)
    rows = [
        RowChange(
            new.cell(row, subject), old.rows[partner[j]] if j in partner else None, row,
            tuple(_cells(old, old.rows[partner[j]], new, row, columns, years, same_agency)) if j in partner else (),
        )
        for j, row in enumerate(new.rows)
    ]  # fmt: skip
    kept = set(partner.values())
    rows += [RowChange(old.cell(r, subject), r, None, ()) for i, r in enumerate(old.rows) if i not in kept]
    return SheetComparison(old, new, tuple(rows), years)


def _content(sheet: Sheet, row: SheetRow) -> Iterator[str]:
    """Cells that say what a row is about: no numbers of rows, bodies or days."""
    for name, cell in zip(sheet.header, row.cells, strict=False):
        if not (_COUNTERS.match(name) or _BODIES.search(name) or _DAYS.search(name)):
            yield cell


def _pair(
    names: tuple[Sequence[str], Sequence[str]], contents: Sequence[str], others: Sequence[str]
) -> list[tuple[int, int]]:
    """Rows of the same name, then rows of like content."""
    places: dict[str, list[int]] = {}
    for j, name in enumerate(names[1]):
        places.setdefault(name, []).append(j)
    pairs = []
    for i, name in enumerate(names[0]):
        if name and places.get(name):
            pairs.append((i, places[name].pop(0)))
    left = [i for i in range(len(contents)) if i not in {a for a, _ in pairs}]
    right = [j for j in range(len(others)) if j not in {b for _, b in pairs}]
    more = align_texts([contents[i] for i in left], [others[j] for j in right])
    return pairs + [(left[a], right[b]) for a, b in more]


def _usual_years(old: Sheet, new: Sheet, partner: dict[int, int], columns: Sequence[str]) -> int | None:
    """By how many whole years most of the days moved; None where they did not move together."""
    moved = Counter(
        _years(old.cell(old.rows[i], c), new.cell(new.rows[j], c))
        for j, i in partner.items() for c in columns if _DAYS.search(c)
    )  # fmt: skip
    years, times = moved.most_common(1)[0] if moved else (None, 0)
    return years if years and times >= _MOST * moved.total() else None


def _years(old: str, new: str) -> int | None:
    """Whole years between two days of the same date; None for anything else."""
    a, b = _only_day(old), _only_day(new)
    return b.year - a.year if a and b and (a.month, a.day) == (b.month, b.day) else None


def _only_day(text: str) -> date | None:
    found = [d for _, d in find_dates(text)]
    return found[0] if len(found) == 1 else None


def _cells(
    old: Sheet, was: SheetRow, new: Sheet, now: SheetRow, columns: Sequence[str], years: int | None,
    same_agency: Callable[[str, str], bool],
) -> Iterator[CellChange]:  # fmt: skip
    for column in columns:
        a, b = old.cell(was, column), new.cell(now, column)
        if plain(a) != plain(b):
            usual = years is not None and _DAYS.search(column) is not None and _years(a, b) == years
            kind, note = _judge(column, a, b, same_agency)
            yield CellChange(column, a, b, kind, note, usual)


def _judge(column: str, a: str, b: str, same_agency: Callable[[str, str], bool]) -> tuple[FlagKind, str]:
    """Kind and note of a changed cell."""
    if _DAYS.search(column):
        return "deadline", f"{column}：{a or '无'}→{b or '无'}"
    if _BODIES.search(column):
        if same_agency(a, b):
            return "agency-rename", f"{a}→{b}"
        return "role", f"{column}：{a or '无'}→{b or '无'}"
    flags = find_flags(a, b, same_agency)
    kind = flags[0].kind if flags and flags[0].kind not in ("added-duty", "deleted-duty") else "scope"
    return kind, f"{column}：{flags[0].note if flags and flags[0].note else f'{a}→{b}'}"


def format_row_flags(row: RowChange, new_text: str, old_text: str) -> tuple[Flag, ...]:
    """The changed cells of a row as flags, those that moved with all others last."""
    if row.old is None:
        return (Flag("added-duty", "", new_text, f"新增：{row.subject}"),)
    if row.new is None:
        return (Flag("deleted-duty", old_text, "", f"取消：{row.subject}"),)
    ordered = sorted(row.cells, key=lambda c: c.usual)
    return tuple(Flag(c.kind, c.old, c.new, c.note + (MOVED_TOGETHER if c.usual else "")) for c in ordered)


def row_clause(row: SheetRow, subject: str) -> Clause:
    """A row as a clause, named after what it is about."""
    return Clause(f"row@{row.start}", "row", 1, subject, "", subject, row.start, row.end, row.start)
