"""Two versions side by side: clauses aligned by content and order, changes named, the important ones flagged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import sqrt
from typing import Any, Literal

from kb.records import Clause, Version
from kb.text import CHINESE_NUMERAL, normalise, parse_numeral
from kb.words import Words

Change = Literal["unchanged", "renumbered", "moved", "reworded", "merged", "split", "added", "deleted"]
FlagKind = Literal[
    "role", "modality", "number", "deadline", "agency-rename", "scope", "penalty", "added-duty", "deleted-duty"
]

_SIMILAR = 0.42  # bigram cosine from which two clauses are the same one reworded; below it chance likeness begins
_ORDER = 0.06  # what standing in step is worth beside likeness; decides between near twins only
_CONTAINED = 0.62  # share of a clause's bigrams found in another one that took it in

_ROLE = re.compile(
    r"(牵头|主管|负责|承担|会同|配合|协助|参与|指导|监督|检查|考核|统筹|协调|审批|批准|许可|备案|查处|处罚|责令|部门|机关|政府|委员会|办公室|街道|局)"
)
_MODAL = re.compile(r"(应当|必须|可以|不得|禁止|严禁|有权|鼓励|应|须|仅可|方可|一律|免除|允许)")
_PENALTY = re.compile(r"(罚款|罚金|没收|吊销|拘留|警告|违法所得|处罚|滞纳金)")
_DEADLINE = re.compile(r"(\d+个?(?:工作日|小时|日|天|周|个月|月|年)|期限|时限|之日起)")
_NUMBER = re.compile(r"\d|百分之|过半数|分之")
_DUTY = re.compile(r"(应当|负责|不得|必须|禁止)")


@dataclass(frozen=True, slots=True)
class Flag:
    """要点: one important difference, in the words of both versions."""

    kind: FlagKind
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Row:
    """对照行: clauses of the old version beside those of the new."""

    old: tuple[Clause, ...]
    new: tuple[Clause, ...]
    change: Change
    old_text: str
    new_text: str
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """比对: every clause of both versions in one row each, in the order of the new version."""

    old: Version
    new: Version
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    clause: Clause
    text: str  # without its label, white space and the styles that change nothing
    raw: str
    grams: Counter[str]
    chapter: str


def compare_versions(old: Version, new: Version, words: Words | None = None) -> Comparison:
    """Align two versions clause by clause; articles where both have them, else the smallest headed units."""
    left, right = _units(old), _units(new)
    pairs = _align(left, right)
    merged, split = _partial(left, right, pairs)
    rows = []
    partner = {j: i for i, j in pairs}
    for j, unit in enumerate(right):
        if j in partner:
            first = partner[j]
            olds = sorted([first, *merged.get(j, ())])
            news = sorted([j, *split.get(first, ())])
            rows.append(_row(left, right, olds, news, words))
        elif not any(j in extra for extra in split.values()):
            rows.append(Row((), (unit.clause,), "added", "", unit.raw, _whole("added-duty", unit)))
    gone = {i for i, _ in pairs} | {i for extra in merged.values() for i in extra}
    deleted = [
        Row((u.clause,), (), "deleted", u.raw, "", _whole("deleted-duty", u))
        for i, u in enumerate(left)
        if i not in gone
    ]
    return Comparison(old, new, (*rows, *deleted))


def _units(version: Version) -> list[_Unit]:
    clauses = version.clauses
    articles = [c for c in clauses if c.kind == "article"]
    chosen = (
        articles
        if len(articles) >= 2
        else [c for c in clauses if c.kind in ("heading", "chapter", "document", "annex")]
    )
    names = {c.id: c for c in clauses}
    units = []
    for n, c in enumerate(chosen):
        end = c.end if c.kind == "article" else min([c.end, *(d.start for d in chosen[n + 1 : n + 2])])
        raw = version.text[c.start : end].strip()
        body = _plain(version.text[c.start + _label_length(version.text, c) : end])
        units.append(_Unit(c, body, raw, Counter(body[i : i + 2] for i in range(len(body) - 1)), _chapter(c, names)))
    return units


def _label_length(text: str, clause: Clause) -> int:
    """Characters of the label as written, inner spaces included."""
    want, at = len(clause.label), clause.start
    while want and at < clause.end:
        want -= not (text[at].isspace() or text[at] in "\u200b\ufeff")
        at += 1
    return at - clause.start


def _chapter(clause: Clause, names: dict[str, Clause]) -> str:
    """The heading's words of the chapter (not its number, which may shift)."""
    at = names.get(clause.parent) if clause.parent else None
    while at is not None and at.kind == "section" and at.parent:
        at = names.get(at.parent)
    return re.sub(r"\s", "", at.title or at.label) if at is not None else ""


def _plain(text: str) -> str:
    """What counts as the same text: width, white space and the style of numerals folded."""
    folded = re.sub(r"[\s#*]", "", normalise(text))
    return re.sub(rf"[{CHINESE_NUMERAL}]+(?=[万亿元日年月个周小倍米平天%以至户人次条款项])", _digits, folded)


def _digits(match: re.Match[str]) -> str:
    value = parse_numeral(match.group())
    return match.group() if value is None else str(value)


def _align(left: Sequence[_Unit], right: Sequence[_Unit]) -> list[tuple[int, int]]:
    """Pairs of the same clause: identical texts first, then the most alike, each used once."""
    pairs: list[tuple[int, int]] = []
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    candidates: list[tuple[float, int, int]] = []
    lengths_left = [_length(u.grams) for u in left]
    lengths_right = [_length(u.grams) for u in right]
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            if a.text == b.text:
                likeness = 2.0
            else:
                likeness = _dot(a.grams, b.grams) / (lengths_left[i] * lengths_right[j])
                if likeness < _SIMILAR:
                    continue
            step = 1 - abs(i / max(len(left), 1) - j / max(len(right), 1))
            candidates.append((likeness + _ORDER * step, i, j))
    for _, i, j in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if i in free_left and j in free_right:
            pairs.append((i, j))
            free_left.discard(i)
            free_right.discard(j)
    return sorted(pairs, key=lambda p: p[1])


def _length(grams: Counter[str]) -> float:
    return sqrt(sum(n * n for n in grams.values())) or 1.0


def _dot(a: Counter[str], b: Counter[str]) -> int:
    if len(a) > len(b):
        a, b = b, a
    return sum(n * b[g] for g, n in a.items() if g in b)


def _partial(
    left: Sequence[_Unit], right: Sequence[_Unit], pairs: Sequence[tuple[int, int]]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Clauses without a partner that went into another (merged) or came out of one (split)."""
    old_used, new_used = {i for i, _ in pairs}, {j for _, j in pairs}
    merged: dict[int, list[int]] = {}
    split: dict[int, list[int]] = {}
    for i, unit in enumerate(left):
        if i not in old_used:
            best = max(pairs, key=lambda p: (_contained(unit, right[p[1]]), -p[1]), default=None)
            if best is not None and _contained(unit, right[best[1]]) >= _CONTAINED:
                merged.setdefault(best[1], []).append(i)
    for j, unit in enumerate(right):
        if j not in new_used:
            best = max(pairs, key=lambda p: (_contained(unit, left[p[0]]), -p[0]), default=None)
            if best is not None and _contained(unit, left[best[0]]) >= _CONTAINED:
                split.setdefault(best[0], []).append(j)
    return merged, split


def _contained(part: _Unit, whole: _Unit) -> float:
    total = sum(part.grams.values())
    return sum(min(n, whole.grams[g]) for g, n in part.grams.items()) / total if total >= 10 else 0.0


def _row(left: Sequence[_Unit], right: Sequence[_Unit], olds: list[int], news: list[int], words: Words | None) -> Row:
    a, b = [left[i] for i in olds], [right[j] for j in news]
    if len(a) > 1:
        change: Change = "merged"
    elif len(b) > 1:
        change = "split"
    elif a[0].text != b[0].text:
        change = "reworded"
    elif a[0].chapter != b[0].chapter:
        change = "moved"
    elif a[0].clause.label != b[0].clause.label:
        change = "renumbered"
    else:
        change = "unchanged"
    old_text, new_text = "\n".join(u.raw for u in a), "\n".join(u.raw for u in b)
    flags = tuple(_flags(old_text, new_text, words)) if change in ("reworded", "merged", "split") else ()
    return Row(tuple(u.clause for u in a), tuple(u.clause for u in b), change, old_text, new_text, flags)


def _whole(kind: FlagKind, unit: _Unit) -> tuple[Flag, ...]:
    if not _DUTY.search(unit.text):
        return ()
    return (Flag(kind, "", unit.raw),) if kind == "added-duty" else (Flag(kind, unit.raw, ""),)


def _flags(old: str, new: str, words: Words | None) -> Iterator[Flag]:
    """Sentences that differ, by kind of what changed in them."""
    before, after = _sentences(old), _sentences(new)
    matcher = SequenceMatcher(None, [_plain(s) for s in before], [_plain(s) for s in after], autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            continue
        was, now = "".join(before[i1:i2]).strip(), "".join(after[j1:j2]).strip()
        changed_old, changed_new = _edits(was, now, words)
        for kind in _kinds(was, now, changed_old, changed_new):
            yield Flag(kind, was, now)


def _sentences(text: str) -> list[str]:
    return [s for s in re.findall(r"[^。；\n]+[。；\n]?", text) if s.strip()]


def _edits(was: str, now: str, words: Words | None) -> tuple[str, str]:
    """What was taken out and what was put in, word by word where words can be cut."""
    a = words.cut(was) if words else list(_plain(was))
    b = words.cut(now) if words else list(_plain(now))
    gone, come = [], []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what != "equal":
            gone.append("".join(a[max(0, i1 - 1) : i2 + 1]))
            come.append("".join(b[max(0, j1 - 1) : j2 + 1]))
    return " ".join(gone), " ".join(come)


def _kinds(was: str, now: str, gone: str, come: str) -> Iterator[FlagKind]:
    if not was:
        yield "added-duty" if _DUTY.search(now) else "scope"
        return
    if not now:
        yield "deleted-duty" if _DUTY.search(was) else "scope"
        return
    edits = _plain(f"{gone} {come}")
    both = _plain(f"{was}{now}")
    found = False
    if _PENALTY.search(both) and (_NUMBER.search(edits) or _PENALTY.search(edits)):
        found = True
        yield "penalty"
    elif Counter(_DEADLINE.findall(_plain(was))) != Counter(_DEADLINE.findall(_plain(now))):
        found = True
        yield "deadline"
    elif _NUMBER.search(edits):
        found = True
        yield "number"
    if Counter(_MODAL.findall(was)) != Counter(_MODAL.findall(now)):
        found = True
        yield "modality"
    if _ROLE.search(edits):
        found = True
        yield "role"
    if not found or len(now) > len(was) * 1.15 or len(was) > len(now) * 1.15:
        yield "scope"


def format_comparison(comparison: Comparison) -> dict[str, Any]:
    """The JSON of ``kb compare``."""
    counts = Counter(r.change for r in comparison.rows)
    flags = Counter(f.kind for r in comparison.rows for f in r.flags)

    def side(version: Version) -> dict[str, Any]:
        return {"document": version.document, "version": version.id, "title": version.identity.title}

    return {
        "old": side(comparison.old),
        "new": side(comparison.new),
        "rows": [
            {
                "old": [c.label or c.title for c in r.old],
                "new": [c.label or c.title for c in r.new],
                "change": r.change,
                "old_text": r.old_text,
                "new_text": r.new_text,
                "flags": [{"kind": f.kind, "old": f.old, "new": f.new} for f in r.flags],
            }
            for r in comparison.rows
        ],
        "summary": {"changes": dict(sorted(counts.items())), "flags": dict(sorted(flags.items()))},
    }
