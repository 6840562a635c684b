"""Two versions side by side: every clause of both in one row, changes named, the important ones flagged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kb.agencies import Agencies
from kb.compare.align import Alignment, align
from kb.compare.edits import Run, find_edits
from kb.compare.flags import CHANGED_BODY, RANKS, Flag, find_agencies, find_flags, flag_whole
from kb.compare.plain import plain
from kb.compare.tables import RowChange, SheetComparison, compare_sheets, format_row_flags, row_clause
from kb.compare.units import Unit, find_units
from kb.records import Clause, Version
from kb.words import Words

Change = Literal["unchanged", "renumbered", "moved", "reworded", "merged", "split", "added", "deleted"]
_AKIN = 0.5  # share of the clauses beside a common table that must have a partner for them to be versions too
_EVERYWHERE = 2  # sentences in which one name gave way to another, and then is nowhere left: a renaming
_THROUGHOUT = 3  # sentences in which one body took another's place, nowhere left: a reform, not this clause's matter
THROUGHOUT = "（全文一致替换）"
_LEVEL = re.compile(r"(?:国务院|全国|省|市|区、县|区县|县级以上|县|区|街道|乡镇)?")
_COMMON = re.compile(r"行政|主管|管理|监督|部门|委员会|机关|机构|局|厅|人民政府|政府|地方|有关|等")


@dataclass(frozen=True, slots=True)
class Row:
    """对照行: clauses of the old version beside those of the new."""

    old: tuple[Clause, ...]
    new: tuple[Clause, ...]
    change: Change
    old_text: str
    new_text: str
    flags: tuple[Flag, ...] = ()

    def edits(self, words: Words | None = None) -> tuple[Run, ...]:
        """What was taken out and put in, word by word."""
        return find_edits(self.old_text, self.new_text, words)


@dataclass(frozen=True, slots=True)
class Comparison:
    """比对: every clause of both versions in one row each, in the order of the new version."""

    old: Version
    new: Version
    rows: tuple[Row, ...]
    renames: tuple[tuple[str, str], ...] = ()  # bodies that only changed their name
    sheets: tuple[SheetComparison, ...] = ()  # tables of both; their rows are among ``rows`` too

    def key_changes(self) -> tuple[tuple[Row, Flag], ...]:
        """The flags of all rows, the weightiest first, in the order of the text within a kind."""
        found = [(row, flag) for row in self.rows for flag in row.flags]
        return tuple(sorted(found, key=lambda f: _weight(f[1])))


def compare_versions(
    old: Version,
    new: Version,
    agencies: Agencies | None = None,
    words: Words | None = None,
    *,
    flagged: bool = True,
) -> Comparison:
    """Align two versions clause by clause: articles where both have them, else the headed parts or paragraphs.

    Tables that both have are compared by row and column; where one version is little more than its table, only these.
    ``flagged``: say what matters of each change; without, only how the clauses are aligned.
    """

    def same(one: str, other: str) -> bool:
        return agencies is not None and agencies.same(one, other)

    sheets = compare_sheets(old, new, same)
    left = find_units(old, [(s.old.start, s.old.end) for s in sheets])
    right = find_units(new, [(s.new.start, s.new.end) for s in sheets])
    rows: list[Row] = []
    found = align(left, right)
    if not sheets or len(found.pairs) >= _AKIN * min(len(left), len(right)):
        rows = _clause_rows(left, right, found, (lambda a, b: find_flags(a, b, same, words)) if flagged else _no_flags)
    rows += [_table_row(r, old.text, new.text) for s in sheets for r in s.rows]
    swaps = _swaps(rows)
    renames = _renames(swaps, old.text, new.text)
    handed = {p for p, times in swaps.items() if times >= _THROUGHOUT and p[0] not in new.text} - renames
    return Comparison(old, new, tuple(_demote(r, renames, handed) for r in rows), tuple(sorted(renames)), sheets)


def _clause_rows(
    left: Sequence[Unit], right: Sequence[Unit], found: Alignment, flag: Callable[[str, str], tuple[Flag, ...]]
) -> list[Row]:
    partner = {j: i for i, j in found.pairs}
    chapters = _same_chapters([(left[i].chapter, right[j].chapter) for i, j in found.pairs])
    extra = {j for group in found.split.values() for j in group}
    rows = []
    for j, unit in enumerate(right):
        if j in partner:
            olds = [left[i] for i in sorted([partner[j], *found.merged.get(j, ())])]
            news = [right[k] for k in sorted([j, *found.split.get(partner[j], ())])]
            rows.append(_row(olds, news, chapters, flag))
        elif j not in extra:
            rows.append(Row((), (unit.clause,), "added", "", unit.text, flag_whole(unit.text, added=True)))
    kept = set(partner.values()) | {i for group in found.merged.values() for i in group}
    return _insert_deleted(rows, [(i, u) for i, u in enumerate(left) if i not in kept], left)


def _table_row(row: RowChange, old: str, new: str) -> Row:
    """A row of a table as a row of the comparison."""
    old_text = old[row.old.start : row.old.end] if row.old is not None else ""
    new_text = new[row.new.start : row.new.end] if row.new is not None else ""
    sides = [(row_clause(r, row.subject),) if r is not None else () for r in (row.old, row.new)]
    change: Change = row.change()
    flags = format_row_flags(row, new_text, old_text) if change != "unchanged" else ()
    return Row(sides[0], sides[1], change, old_text, new_text, flags)


def _no_flags(old: str, new: str) -> tuple[Flag, ...]:
    return ()


def _same_chapters(pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Chapters that are one under two headings: each holds most of what was aligned with the other."""
    counts = Counter(pairs)
    ahead: dict[str, str] = {}
    back: dict[str, str] = {}
    for (one, other), _ in sorted(counts.items(), key=lambda c: (c[1], c[0])):  # the most frequent is written last
        ahead[one], back[other] = other, one
    return {(one, other) for one, other in counts if one == other or (ahead[one], back[other]) == (other, one)}


def _row(
    olds: Sequence[Unit],
    news: Sequence[Unit],
    chapters: set[tuple[str, str]],
    flag: Callable[[str, str], tuple[Flag, ...]],
) -> Row:
    old_text, new_text = ("\n".join(u.text for u in side) for side in (olds, news))
    change: Change
    if len(olds) > 1:
        change = "merged"
    elif len(news) > 1:
        change = "split"
    elif olds[0].body != news[0].body:
        change = "reworded"
    elif olds[0].clause.label == news[0].clause.label:
        change = "unchanged"
    elif olds[0].chapter and news[0].chapter and (olds[0].chapter, news[0].chapter) not in chapters:
        change = "moved"
    else:
        change = "renumbered"
    flags = flag(old_text, new_text) if change in ("reworded", "merged", "split") else ()
    return Row(tuple(u.clause for u in olds), tuple(u.clause for u in news), change, old_text, new_text, flags)


def _insert_deleted(rows: list[Row], gone: Sequence[tuple[int, Unit]], left: Sequence[Unit]) -> list[Row]:
    """Deleted clauses behind the clause that they followed."""
    place = {u.clause.id: n for n, u in enumerate(left)}
    result = list(rows)
    for i, unit in gone:
        before = [n for n, r in enumerate(result) if r.old and max(place[c.id] for c in r.old) < i]
        at = max(before, key=lambda n: max(place[c.id] for c in result[n].old)) + 1 if before else 0
        result.insert(at, Row((unit.clause,), (), "deleted", unit.text, "", flag_whole(unit.text, added=False)))
    return result


def _swaps(rows: Sequence[Row]) -> Counter[tuple[str, str]]:
    """How often one name stands where another stood."""
    swaps: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for flag in row.flags:
            if flag.kind == "agency-rename":
                was, _, now = flag.note.partition("→")
                swaps[was, now] += _EVERYWHERE
            elif flag.note.startswith(CHANGED_BODY):
                swaps.update(_swapped(flag))
    return swaps


def _swapped(flag: Flag) -> list[tuple[str, str]]:
    """The names that a sentence changed, each with the one of its level that came for it."""
    before, after = find_agencies(flag.old), find_agencies(flag.new)
    out = list(dict.fromkeys(a for a in before if a not in after))
    into = list(dict.fromkeys(a for a in after if a not in before))
    if len(out) == 1 == len(into):
        return [(out[0], into[0])]
    pairs = []
    for was in out:
        peers = [now for now in into if _level(now) == _level(was)]
        if len(peers) == 1 and sum(_level(x) == _level(was) for x in out) == 1:
            pairs.append((was, peers[0]))
    return pairs


def _renames(swaps: Counter[tuple[str, str]], old: str, new: str) -> set[tuple[str, str]]:
    """Names that gave way to a kindred one wherever they stood: a body under a new name."""
    return {
        (was, now) for (was, now), times in swaps.items()
        if times >= _EVERYWHERE and was not in new and now not in old and _akin(was, now)
    }  # fmt: skip


def _level(name: str) -> str:
    m = _LEVEL.match(name)
    return m.group() if m else ""


def _akin(was: str, now: str) -> bool:
    """Two names of one body share its level and part of its field: 规划管理部门, 规划资源管理部门."""
    if _level(was) != _level(now):
        return False
    one, other = (_COMMON.sub("", _LEVEL.sub("", name)) for name in (was, now))
    return bool({one[i : i + 2] for i in range(len(one) - 1)} & {other[i : i + 2] for i in range(len(other) - 1)})


def _demote(row: Row, renames: set[tuple[str, str]], handed: set[tuple[str, str]]) -> Row:
    """A sentence that only carries a new name is a renaming; one body in another's place throughout is said once."""
    flags = []
    for flag in row.flags:
        swapped = flag.old
        hits = [(was, now) for was, now in renames if was in flag.old and now in flag.new]
        for was, now in sorted(hits, key=lambda r: -len(r[0])):
            swapped = swapped.replace(was, now)
        if hits and flag.note.startswith(CHANGED_BODY) and plain(swapped) == plain(flag.new):
            note = "、".join(f"{was}→{now}" for was, now in sorted(hits))
            flags.append(replace(flag, kind="agency-rename", note=note))
        elif flag.note.startswith(CHANGED_BODY) and (pairs := _swapped(flag)) and set(pairs) <= handed:
            flags.append(replace(flag, note=flag.note + THROUGHOUT))
        else:
            flags.append(flag)
    return replace(row, flags=tuple(sorted(flags, key=_weight)))


def _weight(flag: Flag) -> int:
    """Place among the flags; what changed throughout the text comes with the renames, behind the rest."""
    return RANKS["agency-rename"] if flag.note.endswith(THROUGHOUT) else RANKS[flag.kind]
