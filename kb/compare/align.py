"""Alignment: which clause of one version is which of the other, by content first and by order where content wavers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.compare.units import Unit

Matrix = NDArray[np.float32]
Pair = tuple[int, int]

# Likeness of pairs that were read in 70 pairs of real statutes: which of them are one clause reworded.
_SURE = 0.6  # an anchor whatever stands around it
_LIKELY = 0.42  # nearly always, wherever the two stand
_MUTUAL = 0.28  # six in seven, where each is the other's nearest
_IN_PLACE = 0.12  # nine in ten, where each is the nearest and both lie between the same aligned neighbours
_SAME_NUMBER = 0.03  # likewise where both bear the same number: a word in common will do
_BETWEEN = 0.1  # likewise where no other clause is left between those neighbours
_ORDER = 0.08  # what standing in step is worth beside likeness; decides between near twins only
_PART = 0.4  # likeness of a paragraph that went into another clause, or came out of one
_PART_IN_PLACE = 0.17  # … into one near where the clause stood: eleven in thirteen that were read
_NEAR = 2  # clauses that are near
_INSIDE = 0.6  # share of a clause's content found in another that took it in
_WEIGHTY = 0.25  # share of a clause that a paragraph must make up to stand for where it came from
# Articles of one function stand for each other however they are reworded: the purpose, the scope, the last one.
_FUNCTIONS = (
    re.compile(r"^(?:为|根据|依据).{0,200}制定本"),
    re.compile(r"^本.{1,8}适用于|适用本(?:法|条例|办法|规定)$"),
    re.compile(r"^本.{1,12}自.{1,20}施行"),
)
_BLOCK = 4_096  # bigrams multiplied at once: 40 MB for two codes of 1,260 articles
_SHORTEST = 12  # characters of a clause that can be recognised inside another
# The parts of a report, year after year: what was done, what was not, what is next, how it was counted.
_SECTIONS = tuple(
    re.compile(p)
    for p in (
        r"成效|成绩|进展|回顾|完成情况|做法",
        r"问题|不足|困难",
        r"打算|安排|下一步|下步|建议|重点工作|工作思路",
        r"说明|口径",
    )
)
_OPENING = 16  # characters of a heading
_FUNCTION = 0.35  # what the same function adds to likeness


@dataclass(frozen=True, slots=True)
class Alignment:
    """对齐: pairs (old, new) in the order of the new text, and clauses that went into or came out of them."""

    pairs: tuple[Pair, ...]
    merged: dict[int, tuple[int, ...]] = field(default_factory=dict)  # new → further old clauses
    split: dict[int, tuple[int, ...]] = field(default_factory=dict)  # old → further new clauses


def align(left: Sequence[Unit], right: Sequence[Unit]) -> Alignment:
    """The alignment of two versions."""
    if not left or not right:
        return Alignment(())
    bodies = [[u.body for u in left], [u.body for u in right]]
    likeness = measure_likeness(*bodies)
    pairs = _anchor(bodies[0], bodies[1], likeness)
    wanted = (
        likeness + _function_bonus(_FUNCTIONS, *bodies) + _function_bonus(_SECTIONS, *map(_openings, (left, right)))
    )
    labels = np.asarray([[a.clause.label == b.clause.label for b in right] for a in left])
    pairs = _fill(pairs, wanted, np.where(labels, _SAME_NUMBER, _BETWEEN))
    merged, split = _parts(left, right, pairs)
    return Alignment(tuple(sorted(pairs, key=lambda p: p[1])), merged, split)


def align_texts(left: Sequence[str], right: Sequence[str]) -> tuple[Pair, ...]:
    """Pairs of plain texts that are one reworded, such as the rows of a table."""
    if not left or not right:
        return ()
    likeness = measure_likeness(left, right)
    return tuple(sorted(_greedy(_anchor(left, right, likeness), likeness, _LIKELY), key=lambda p: p[1]))


# --- likeness --------------------------------------------------------------------------------------------------


def measure_likeness(left: Sequence[str], right: Sequence[str]) -> Matrix:
    """Cosine of character bigrams weighted by how rare they are in both versions: boilerplate counts little."""
    g = _Grams(left, right)
    values = np.sqrt(g.counts) * np.log(1 + g.texts / g.spread)[g.columns]
    length: NDArray[np.float64] = np.sqrt(np.maximum(np.bincount(g.rows, values**2, g.texts), 1e-9))
    weights: NDArray[np.float64] = values / length[g.rows]
    return g.product(weights)


def measure_inside(parts: Sequence[str], wholes: Sequence[str]) -> Matrix:
    """Share of the different bigrams of each part that each whole holds too."""
    g = _Grams(parts, wholes)
    mine = np.maximum(np.bincount(g.rows, minlength=g.texts), 1).astype(np.float64)
    return g.product(np.ones(len(g.rows)), mine)


class _Grams:
    """The bigrams of two groups of texts: one entry for each text and each bigram that it has."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        codes = [np.frombuffer(t.encode("utf-16-le"), dtype="<u2").astype(np.int64) for t in (*left, *right)]
        grams = [(c[:-1] << 16) + c[1:] if len(c) > 1 else c for c in codes]
        whose = np.repeat(np.arange(len(grams)), [len(g) for g in grams])
        _, column = np.unique(np.concatenate([*grams, np.empty(0, dtype=np.int64)]), return_inverse=True)
        self.left, self.texts = len(left), len(grams)
        width = int(column.max(initial=0)) + 1
        keys, counts = np.unique(whose * width + column, return_counts=True)
        self.rows, self.columns = np.divmod(keys, width)
        self.counts = counts.astype(np.float64)
        self.spread = np.maximum(np.bincount(self.columns, minlength=width), 1)  # texts that have each bigram

    def product(self, values: NDArray[np.float64], divisor: NDArray[np.float64] | None = None) -> Matrix:
        """Every left text by every right one; only bigrams that both sides have can count.

        ``divisor``: of each text, for the left ones.
        """
        on_left = self.rows < self.left
        shared = np.intersect1d(self.columns[on_left], self.columns[~on_left])
        result: Matrix = np.zeros((self.left, self.texts - self.left), dtype=np.float32)
        for at in range(0, len(shared), _BLOCK):
            block = shared[at : at + _BLOCK]
            kept = np.isin(self.columns, block)
            place = np.searchsorted(block, self.columns[kept])
            table = np.zeros((self.texts, len(block)), dtype=np.float32)
            table[self.rows[kept], place] = values[kept]
            if divisor is not None:
                table[: self.left] /= divisor[: self.left, None]
            result += table[: self.left] @ table[self.left :].T
        return result


def _openings(units: Sequence[Unit]) -> list[str]:
    """The headings of the highest level as they begin; "" for everything below and for articles."""
    top = min((u.clause.level for u in units if u.clause.kind == "heading"), default=0)
    return [u.text[:_OPENING] if u.clause.kind == "heading" and u.clause.level == top else "" for u in units]


def _function_bonus(functions: Sequence[re.Pattern[str]], left: Sequence[str], right: Sequence[str]) -> Matrix:
    bonus = np.zeros((len(left), len(right)), dtype=np.float32)
    for pattern in functions:
        rows = [n for n, t in enumerate(left) if pattern.search(t)]
        columns = [n for n, t in enumerate(right) if pattern.search(t)]
        if len(rows) == 1 == len(columns):
            bonus[rows[0], columns[0]] = _FUNCTION
    return bonus


# --- pairs -----------------------------------------------------------------------------------------------------


def _anchor(left: Sequence[str], right: Sequence[str], likeness: Matrix) -> list[Pair]:
    """Identical texts, and pairs that are each other's best by far; of several alike the ones in step."""
    places: dict[str, list[int]] = {}
    for j, text in enumerate(right):
        places.setdefault(text, []).append(j)
    pairs: list[Pair] = []
    taken: set[int] = set()
    for i, text in enumerate(left):
        free = [j for j in places.get(text, ()) if j not in taken] if text else []
        if free:
            j = min(free, key=lambda j: abs(i / len(left) - j / len(right)))
            pairs.append((i, j))
            taken.add(j)
    return _greedy(pairs, likeness, _SURE)


def _greedy(pairs: list[Pair], wanted: Matrix, least: float) -> list[Pair]:
    """More pairs of at least some likeness, best first, each clause once; order decides between near equals."""
    free_left = np.ones(wanted.shape[0], dtype=bool)
    free_right = np.ones(wanted.shape[1], dtype=bool)
    for i, j in pairs:
        free_left[i] = free_right[j] = False
    step = _in_step(pairs, wanted.shape)
    rows, columns = np.nonzero((wanted >= least) & free_left[:, None] & free_right[None, :])
    scores = wanted[rows, columns] + _ORDER * step[rows, columns]
    found = list(pairs)
    for n in sorted(range(len(rows)), key=lambda n: (-scores[n], rows[n], columns[n])):
        i, j = int(rows[n]), int(columns[n])
        if free_left[i] and free_right[j]:
            found.append((i, j))
            free_left[i] = free_right[j] = False
    return found


def _in_step(pairs: Sequence[Pair], shape: tuple[int, ...]) -> Matrix:
    """1 where a pair stands where the anchors lead one to expect it, falling to 0 with the distance."""
    anchors = [(-1, -1), *_longest_run(pairs), (shape[0], shape[1])]
    xs, ys = [a for a, _ in anchors], [b for _, b in anchors]
    expected = np.interp(np.arange(shape[0]), xs, ys)
    off = np.abs(expected[:, None] - np.arange(shape[1])[None, :])
    result: Matrix = np.maximum(0, 1 - off / max(shape[1], 1)).astype(np.float32)
    return result


def _longest_run(pairs: Iterable[Pair]) -> list[Pair]:
    """The longest chain of pairs that rise together: what kept its order."""
    ordered = sorted(pairs)
    tails: list[int] = []  # of chains of each length, the end that is lowest in the new text
    back: dict[int, int] = {}
    for n, (_, j) in enumerate(ordered):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if ordered[tails[middle]][1] < j else (low, middle)
        if low:
            back[n] = tails[low - 1]
        tails[low : low + 1] = [n]
    chain: list[Pair] = []
    at = tails[-1] if tails else None
    while at is not None:
        chain.append(ordered[at])
        at = back.get(at)
    return chain[::-1]


def _fill(pairs: list[Pair], wanted: Matrix, least: Matrix) -> list[Pair]:
    """Weaker pairs, the surest first; what is found narrows the gaps for what comes after.

    ``least``: the likeness that the only two clauses between aligned neighbours must have.
    """
    found = _greedy(pairs, wanted, _LIKELY)
    for _ in range(2):
        nearest = _nearest(found, wanted)
        in_place = nearest & _same_gap(found, wanted.shape) & (wanted >= _IN_PLACE)
        found = _greedy(found, np.where(in_place | (nearest & (wanted >= _MUTUAL)), wanted, 0), _IN_PLACE)
    run = [(-1, -1), *_longest_run(found), wanted.shape]
    done_old, done_new = {i for i, _ in found}, {j for _, j in found}
    for (i1, j1), (i2, j2) in pairwise(run):
        rows = [i for i in range(i1 + 1, i2) if i not in done_old]
        columns = [j for j in range(j1 + 1, j2) if j not in done_new]
        if len(rows) == 1 == len(columns) and wanted[rows[0], columns[0]] >= least[rows[0], columns[0]]:
            found.append((rows[0], columns[0]))
    return found


def _nearest(pairs: Sequence[Pair], wanted: Matrix) -> NDArray[np.bool_]:
    """Whether two clauses without a partner are each the other's nearest among those."""
    free = wanted.copy()
    free[[i for i, _ in pairs], :] = -1
    free[:, [j for _, j in pairs]] = -1
    result: NDArray[np.bool_] = (
        (free >= free.max(axis=1, keepdims=True)) & (free >= free.max(axis=0, keepdims=True)) & (free > 0)
    )
    return result


def _same_gap(pairs: Sequence[Pair], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Whether two clauses lie between the same aligned neighbours."""
    run = _longest_run(pairs)
    gap_old = np.searchsorted([i for i, _ in run], np.arange(shape[0]), side="right")
    gap_new = np.searchsorted([j for _, j in run], np.arange(shape[1]), side="right")
    result: NDArray[np.bool_] = gap_old[:, None] == gap_new[None, :]
    return result


# --- clauses that were merged or split -------------------------------------------------------------------------


def _parts(
    left: Sequence[Unit], right: Sequence[Unit], pairs: Sequence[Pair]
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    """Clauses without a partner whose content is found in a clause that has one."""
    alone_old = [i for i in range(len(left)) if i not in {a for a, _ in pairs}]
    alone_new = [j for j in range(len(right)) if j not in {b for _, b in pairs}]
    paired_new = {j: left[i] for i, j in pairs}
    paired_old = {i: right[j] for i, j in pairs}
    merged = _absorbed(left, alone_old, right, paired_new, _expected(alone_old, dict(pairs)))
    split = _absorbed(right, alone_new, left, paired_old, {})
    return merged, split


def _expected(alone: Sequence[int], partner: dict[int, int]) -> dict[int, int]:
    """Where in the new version each lone old clause would stand: behind the partner of the one before it."""
    found, last = {}, -1
    for i in range(max(alone, default=-1) + 1):
        last = partner.get(i, last)
        found[i] = last
    return {i: found[i] for i in alone}


def _absorbed(
    parts: Sequence[Unit],
    alone: Sequence[int],
    wholes: Sequence[Unit],
    partners: dict[int, Unit],
    expected: dict[int, int],
) -> dict[int, tuple[int, ...]]:
    """whole → the lone clauses of the other version that belong to it: their content is there, and not its partner's.

    ``expected``: where a lone clause would stand; a paragraph near there may be reworded more heavily.
    """
    if not alone or not partners:
        return {}
    found: dict[int, list[int]] = {}
    lone = [(m, body) for m in alone for body in parts[m].paragraphs]
    held = [(n, body) for n in partners for body in wholes[n].paragraphs]
    known = [(n, body) for n, unit in partners.items() for body in unit.paragraphs]
    near = measure_likeness([b for _, b in lone] + [b for _, b in known], [b for _, b in held])
    votes: dict[int, Counter[int]] = {m: Counter() for m in alone}
    for row, (m, body) in enumerate(lone):
        column = int(np.argmax(near[row])) if held else 0
        n, other = held[column]
        heavy = len(body) >= _WEIGHTY * len(parts[m].body) or len(other) >= _WEIGHTY * len(wholes[n].body)
        least = _PART_IN_PLACE if m in expected and abs(expected[m] - n) <= _NEAR else _PART
        if heavy and near[row, column] >= max(least, float(near[:, column].max())):
            votes[m][n] += len(body)
    order = list(partners)
    inside = measure_inside([parts[m].body for m in alone], [wholes[n].body for n in order])
    before = measure_inside([parts[m].body for m in alone], [partners[n].body for n in order])
    for row, m in enumerate(alone):
        best = int(np.argmax(inside[row]))
        if not votes[m] and inside[row, best] >= _INSIDE > before[row, best] and len(parts[m].body) >= _SHORTEST:
            votes[m][order[best]] = 1
        if votes[m]:
            found.setdefault(max(votes[m], key=lambda n: (votes[m][n], -n)), []).append(m)
    return {n: tuple(sorted(group)) for n, group in found.items()}
