"""More than two versions: every clause in one row over all of them, and since when its wording stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.agencies import Agencies
from kb.compare.comparison import Change, Comparison, compare_versions
from kb.compare.plain import plain
from kb.compare.units import Unit, find_units, split_sentences
from kb.records import Clause, Version
from kb.words import Words

_NUMBER = re.compile(r"^\s*第[一二三四五六七八九十百零〇\d\s]+条(?:之[一二三四五六七八九十]+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """单元: a clause in one version, and what became of it since the version before (None in the first)."""

    clauses: tuple[Clause, ...]
    change: Change | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """条款沿革: one clause over all versions; None where a version does not have it."""

    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """条款矩阵: clauses by versions, oldest first; rows in the order of the last version that has them."""

    versions: tuple[Version, ...]
    comparisons: tuple[Comparison, ...]  # of each version with the next
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """措辞: a sentence of the last version, and the place of the version that has had it since."""

    text: str
    since: int


def build_matrix(
    versions: Sequence[Version], agencies: Agencies | None = None, words: Words | None = None, *, flagged: bool = True
) -> Matrix:
    """The clauses of some versions, oldest first, followed from each to the next; ``flagged`` as in a comparison."""
    comparisons = tuple(compare_versions(a, b, agencies, words, flagged=flagged) for a, b in pairwise(versions))
    rows: list[list[Cell | None]] = [[Cell((u.clause,), None)] for u in (find_units(versions[0]) if versions else ())]
    for done, comparison in enumerate(comparisons, 1):
        rows = _extend(rows, comparison, done)
    return Matrix(tuple(versions), comparisons, tuple(MatrixRow(tuple(r)) for r in rows))


def _extend(rows: list[list[Cell | None]], comparison: Comparison, done: int) -> list[list[Cell | None]]:
    """The rows with one more version: in its order, what it dropped behind what it followed."""
    at: dict[str, int] = {}
    for n, row in enumerate(rows):
        last = row[-1]
        for clause in last.clauses if last is not None else ():
            at.setdefault(clause.id, n)
    result: list[list[Cell | None]] = []
    seen: set[int] = set()
    for compared in comparison.rows:
        held = [at[c.id] for c in compared.old if c.id in at]
        cell = Cell(compared.new, compared.change) if compared.new else None
        first = held[0] if held else None
        before = rows[first] if first is not None and first not in seen else [None] * done
        result.append([*before, cell])
        for n in held[1:]:  # clauses merged into the first one's row end here
            if n not in seen:
                result.append([*rows[n], None])
        seen.update(held)
    result += [[*row, None] for n, row in enumerate(rows) if n not in seen]
    return result


def trace_wording(versions: Sequence[Version], comparisons: Sequence[Comparison]) -> dict[str, tuple[Wording, ...]]:
    """For each clause of the last version, its sentences with the version since which each stands unchanged.

    A sentence is followed through the clauses that became the clause it stands in; one that left and came back
    counts from its return.
    """
    if not versions:
        return {}
    since: dict[str, dict[str, int]] = {u.clause.id: dict.fromkeys(_plain_of(u), 0) for u in find_units(versions[0])}
    units = {u.clause.id: u for u in find_units(versions[-1])}
    for n, comparison in enumerate(comparisons, 1):
        new_units = {u.clause.id: u for u in find_units(comparison.new)}
        following: dict[str, dict[str, int]] = {}
        for row in comparison.rows:
            before: dict[str, int] = {}
            for clause in row.old:
                for sentence, first in since.get(clause.id, {}).items():
                    before[sentence] = min(first, before.get(sentence, first))
            for clause in row.new:
                following[clause.id] = {s: before.get(s, n) for s in _plain_of(new_units[clause.id])}
        since = following
    last = len(versions) - 1
    return {
        id: tuple(Wording(s.strip(), since.get(id, {}).get(_key(s), last)) for s in split_sentences(unit.text))
        for id, unit in units.items()
    }


def _plain_of(unit: Unit) -> list[str]:
    return [_key(s) for s in split_sentences(unit.text)]


def _key(sentence: str) -> str:
    """A sentence without its clause's own number, in which renumbering would show."""
    return plain(_NUMBER.sub("", sentence))
