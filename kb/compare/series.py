"""Periodic reports side by side: figures by indicator and year, sections by topic, how themes and wording evolve."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from kb.compare.align import measure_likeness
from kb.compare.matrix import Matrix, build_matrix
from kb.compare.plain import plain
from kb.compare.quantities import BASES, Quantity, comparable, format_number
from kb.compare.series_values import YEAR, Value, find_values, show_name
from kb.compare.units import split_sentences
from kb.records import Figure, Version
from kb.words import STOP, Words

_SAME = 0.55  # likeness of two indicators' names from which they are one
_CLOSE = Decimal("0.005")  # share by which values may differ and still be one, rounded or converted
_ROUNDED = Decimal("0.03")  # … and be one rounded for a speech: 21万 for 21.3万
_CAVEAT = re.compile(r"口径|不宜|不可比|复核|统计方法|初步统计|统计数|不含|包括历年|修订数")
_THEMES = 24  # words of a report that say what it is about
_SEEN = 2  # times a word must occur in some report to be a theme


@dataclass(frozen=True, slots=True)
class Step:
    """变化: from one value of an indicator to the next, with whether they may be compared."""

    old: Value
    new: Value
    change: str | None  # +12.8%, +8.9个百分点; None where not comparable
    comparable: bool
    note: str  # why not, or what was converted


@dataclass(frozen=True, slots=True)
class Restated:
    """重述: two values for one indicator and one year."""

    first: Value
    second: Value
    note: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标行: one indicator over the reports."""

    name: str
    values: tuple[Value, ...]
    steps: tuple[Step, ...]
    restated: tuple[Restated, ...]
    missing: tuple[str, ...]  # years of reports that give no value


@dataclass(frozen=True, slots=True)
class Theme:
    """主题词: how often a word occurs in each report, in 10,000 characters."""

    word: str
    rates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """表述: a sentence of a report that speaks of something."""

    report: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Series:
    """系列: reports in order of their years."""

    reports: tuple[Version, ...]
    years: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    sections: Matrix
    themes: tuple[Theme, ...]
    caveats: tuple[Mention, ...]  # what the reports themselves say of how they count


def build_series(reports: Sequence[Version], figures: Mapping[str, Sequence[Figure]], words: Words) -> Series:
    """Some reports side by side, ordered by year; ``figures`` by document."""
    ordered = sorted(reports, key=lambda r: (find_year(r) or "", r.document))
    years = tuple(find_year(r) or "" for r in ordered)
    caveats = tuple(m for n, r in enumerate(ordered) for m in find_mentions(n, r, _CAVEAT))
    values = [v for n, r in enumerate(ordered) for v in find_values(n, r, years[n], figures.get(r.document, ()), words)]
    indicators = tuple(_indicator(group, years, caveats) for group in _group(values))
    return Series(
        tuple(ordered), years, indicators, build_matrix(ordered, flagged=False), _themes(ordered, words), caveats
    )


def find_year(report: Version) -> str | None:
    """The year a report is about: in its title, else in its file's name, else the year before a January speech."""
    named = YEAR.search(report.identity.title[:60]) or YEAR.search(report.document.rpartition("/")[2])
    speech = "工作报告" in report.identity.title[:40]  # given at the beginning of a year, about the one before
    if named is not None:
        return str(int(named[1]) - 1) if speech and report.identity.issued_on else named[1]
    issued = report.identity.issued_on
    return None if issued is None else str(issued.year - 1 if issued.month <= 3 else issued.year)


def find_mentions(place: int, report: Version, pattern: re.Pattern[str]) -> list[Mention]:
    """Sentences of a report in which a pattern occurs, as literal spans."""
    found, at = [], 0
    for sentence in split_sentences(report.text):
        start = report.text.index(sentence, at)
        at = start + len(sentence)
        if pattern.search(sentence):
            text = sentence.strip()
            start += sentence.index(text)
            found.append(Mention(place, text, start, start + len(text)))
    return found


def trace_theme(series: Series, theme: str) -> tuple[Mention, ...]:
    """How the reports speak of something, in order: 推诿扯皮现象较为普遍 → 有所减少 → 明显减少."""
    pattern = re.compile(re.escape(theme))
    return tuple(m for n, r in enumerate(series.reports) for m in find_mentions(n, r, pattern))


# --- indicators ------------------------------------------------------------------------------------------------


def _group(values: Sequence[Value]) -> list[list[Value]]:
    """Values of one indicator together: by the same name first, then by names nearly the same, of one kind."""
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[value.name, _dimension(value)].append(value)
    keys = sorted(groups, key=lambda k: (min(v.report for v in groups[k]), groups[k][0].figure.basis.start))
    parent = {k: k for k in keys}
    for dimension in {d for _, d in keys}:
        same = [k for k in keys if k[1] == dimension]
        for one, other in _nearly_same(same, groups):
            parent[_root(parent, other)] = _root(parent, one)
    joined: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for key in keys:
        joined[_root(parent, key)] += groups[key]
    return sorted((sorted(g, key=_value_order) for g in joined.values()), key=lambda g: -len({v.report for v in g}))


def _root(parent: dict[tuple[str, str], tuple[str, str]], key: tuple[str, str]) -> tuple[str, str]:
    while parent[key] != key:
        key = parent[key]
    return key


def _nearly_same(
    keys: Sequence[tuple[str, str]], groups: Mapping[tuple[str, str], Sequence[Value]]
) -> Iterable[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of names that are each other's nearest and of different reports."""
    if len(keys) < 2:
        return
    likeness = measure_likeness([k[0] for k in keys], [k[0] for k in keys])
    np.fill_diagonal(likeness, 0)
    best = likeness.argmax(axis=1)
    for n, m in enumerate(best):
        apart = {v.report for v in groups[keys[n]]}.isdisjoint(v.report for v in groups[keys[m]])
        if n < m and best[m] == n and likeness[n, m] >= _SAME and apart:
            yield keys[n], keys[m]


def _dimension(value: Value) -> str:
    """What kind of number it is; things counted are one kind, whatever the counting word."""
    target = "目标" if value.figure.target else ""
    if value.quantity is None:
        return f"{target}缺失"
    kinds = ("面积", "长度", "金额", "重量", "时长", "比例", "百分点")
    return target + (value.quantity.kind if value.quantity.kind in kinds else "个数")


def _value_order(value: Value) -> tuple[str, int, int]:
    return value.period, value.report, value.figure.basis.start


def _indicator(values: Sequence[Value], years: Sequence[str], caveats: Sequence[Mention]) -> Indicator:
    """One indicator: running totals and the year's own numbers are followed apart."""
    steps: list[Step] = []
    restated: list[Restated] = []
    for total in (False, True):
        main: dict[str, Value] = {}
        for value in values:
            if (value.scope in ("累计", "五年")) != total or value.quantity is None:
                continue
            held = main.get(value.period)
            if held is None:
                main[value.period] = value
            elif value.report != held.report:
                note = _restated(held, value)
                restated += [Restated(held, value, note)] if note else []
                if note != _SHOWN and value.scope != "近期":
                    main[value.period] = value
        steps += [_step(a, b, caveats) for a, b in pairwise(main[p] for p in sorted(main))]
    steps += _gaps(values, steps)
    told = {v.period for v in values if v.quantity is not None}
    missing = (
        tuple(y for y in dict.fromkeys(years) if y and y not in told) if len({v.report for v in values}) > 1 else ()
    )
    return Indicator(show_name(values[-1]), tuple(values), tuple(steps), tuple(restated), missing)


def _gaps(values: Sequence[Value], steps: Sequence[Step]) -> Iterator[Step]:
    """Years that follow each other without a step, because each counts otherwise: said, not passed over."""
    first = {v.period: v for v in reversed(values) if v.quantity is not None}
    stepped = {(s.old.period, s.new.period) for s in steps}
    for a, b in pairwise(sorted(first)):
        if (a, b) not in stepped:
            old, new = first[a], first[b]
            yield Step(old, new, None, False, f"口径不同（{old.scope or '一年'}／{new.scope or '一年'}）")


_SHOWN = "取整"


def _restated(first: Value, second: Value) -> str:
    """How two values of one year differ; "" where they do not."""
    a, b = first.quantity, second.quantity
    if a is None or b is None or not comparable(a, b) or a.value == b.value:
        return ""
    off = abs(a.value - b.value) / max(abs(a.value), abs(b.value), Decimal(1))
    if off <= _CLOSE:
        return ""
    if off <= _ROUNDED:
        return _SHOWN
    if first.scope != second.scope:
        return f"口径不同（{first.scope or '未说明'}／{second.scope or '全年'}）"
    return "后来的报告重述"


def _step(old: Value, new: Value, caveats: Sequence[Mention]) -> Step:
    a, b = old.quantity, new.quantity
    if a is None or b is None:
        return Step(old, new, None, False, "数字缺失")
    if not comparable(a, b):
        return Step(
            old, new, None, False, f"计量单位不同（{a.base or a.kind}／{b.base or b.kind}）" + _said(old, new, caveats)
        )
    if ((old.scope or "全年") != (new.scope or "全年") and "累计" in (old.scope, new.scope)) or "近期" in (
        old.scope,
        new.scope,
    ):
        return Step(
            old,
            new,
            None,
            False,
            f"口径不同（{old.scope or '全年'}／{new.scope or '全年'}）" + _said(old, new, caveats),
        )
    if (old.scope == "五年") != (new.scope == "五年"):
        return Step(old, new, None, False, "口径不同（五年／一年）")
    if {old.scope, new.scope} == {None, "新增"}:
        return Step(
            old,
            new,
            None,
            False,
            f"口径可能不同（{old.scope or '未说明'}／{new.scope or '未说明'}）" + _said(old, new, caveats),
        )
    note = f"换算为{b.kind}后比较（{old.figure.unit}／{new.figure.unit}）" if a.base != b.base else ""
    if b.kind == "比例":
        return Step(old, new, f"{_signed(b.value - a.value)}个百分点", True, note)
    if abs(b.value - a.value) <= _CLOSE * max(abs(a.value), abs(b.value)):
        return Step(old, new, "基本持平", True, note)
    grown = (b.value - a.value) / a.value * 100 if a.value else None
    change = _difference(old, new, a, b) + (f"（{_signed(grown)}%）" if grown is not None else "")
    return Step(old, new, change, True, note)


def _difference(old: Value, new: Value, a: Quantity, b: Quantity) -> str:
    """The change in the unit that both are written in, else in the base unit of what they measure."""
    if old.figure.unit == new.figure.unit and old.figure.value and new.figure.value:
        written = Decimal(new.figure.value.replace(",", "")) - Decimal(old.figure.value.replace(",", ""))
        return _signed(written) + (new.figure.unit or "")
    return _signed(b.value - a.value, format_number) + BASES.get(b.kind, b.base)


def _signed(value: Decimal, show: object = None) -> str:
    text = format_number(abs(value)) if show is format_number else f"{abs(value):.1f}".rstrip("0").rstrip(".") or "0"
    return ("+" if value > 0 else "−" if value < 0 else "") + text


def _said(old: Value, new: Value, caveats: Sequence[Mention]) -> str:
    """What the reports themselves say of how they count this."""
    name = new.name
    for mention in caveats:
        body = plain(mention.text)
        if any(name[i : i + 3] in body for i in range(max(len(name) - 2, 1))):
            return f"；报告说明：{mention.text}"
    return ""


# --- themes ----------------------------------------------------------------------------------------------------


def _themes(reports: Sequence[Version], words: Words) -> tuple[Theme, ...]:
    """Words whose share changed most from report to report."""
    counts = [
        Counter(w for w in words.cut(r.text) if len(w) >= 2 and w not in STOP and w[0] > "\u4e00") for r in reports
    ]
    sizes = [max(len(r.text), 1) / 10_000 for r in reports]
    frequent = {w for c in counts for w, n in c.most_common(400) if n >= _SEEN}
    rates = {w: tuple(c[w] / s for c, s in zip(counts, sizes, strict=True)) for w in frequent}
    moved = sorted(rates, key=lambda w: (-(max(rates[w]) - min(rates[w])), w))
    return tuple(Theme(w, tuple(round(r, 1) for r in rates[w])) for w in moved[:_THEMES])
