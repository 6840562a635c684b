"""The figures of a report made ready for comparing: what is counted, for which year, covering what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from kb.compare.plain import plain
from kb.compare.quantities import Quantity, read_quantity
from kb.records import Figure, Version
from kb.words import Words

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年?")
_LAST_YEAR = re.compile(r"上年|去年|上一年")
# What a number covers; a report's number without such a word covers its year.
_SCOPES = (
    ("累计", re.compile(r"累计|历年|总数达|以来")),
    ("近期", re.compile(r"近[一二两三四五六\d]+个?月")),
    ("上半年", re.compile(r"上半年|前[一二三四五六七八九\d]+个?(?:月|季度)|一季度")),
    ("新增", re.compile(r"新增|净增|新建|新改扩建")),
    ("全年", re.compile(r"全年|年度|当年")),
)
# Words that set what the numbers behind them cover, until the next such word: five years, or one.
_SPANS = re.compile(
    r"(?P<five>[这过]五年|五年来|过去五年|五年间|五年累计|近五年|“?十[二三四五]五”?(?:时期|以来|期间)|5年来)|(?P<one>过去一年|一年来|全年|去年|上年|(?<!\d)20\d\d年(?![—\-至到]))"
)
# Words before an indicator that say what was done, how often or by whom, not what is counted.
_DOING = re.compile(
    r"^(?:(?:19|20)\d\d年|在|近[一二两三四五六\d]+个?月|全年|全[市省区县国]|本[市省区县]|市中心城区|中心城区|城区|共|总计|累计|各类|各种|全面|集中|依法|新|增|新增|完成|实现|达到|推进|清理|拆除|整治|"
    r"改造|建成|新建|改建|建、改建|建|开展|组织|处置|查处|治理|梳理|投放|举办|发放|设置|评选|印发|群众对.{0,8}?(?=满意)|、|，|的|了)+"
)
# What is counted, behind its number, up to what is done to it.
_AFTER = re.compile(
    r"(?:以上|左右|余)?([\u4e00-\u9fff]{3,12}?)(?=全面|投入|改造|提升|整治|开展|得到|完成|建成|实现|进行|纳入|列入)"
)
_SPLIT = re.compile(r"[，。；;,\n]")


@dataclass(frozen=True, slots=True)
class Value:
    """数值: one figure of one report, with what it covers."""

    report: int  # place among the reports
    figure: Figure
    period: str  # year
    scope: str | None  # 累计 近期 上半年 新增 全年; None where nothing is said
    quantity: Quantity | None
    name: str  # what is counted, plain


def find_values(place: int, report: Version, year: str, figures: Iterable[Figure], words: Words) -> list[Value]:
    """The figures of one report with what is counted, which year and how much of it; ``year``: the report's own."""
    found: list[Value] = []
    before = ""
    spans = [(m.start(), m.lastgroup == "five") for m in _SPANS.finditer(report.text)]
    starts = [at for at, _ in spans]
    for figure in figures:
        segment = _segment(report.text, figure)
        name = _name(figure, segment, before, words)
        before = name or before
        behind = bisect_right(starts, figure.basis.end) - 1
        five = behind >= 0 and spans[behind][1] and not figure.target
        scope = "五年" if five else _scope(segment, figure)
        if name and not _is_base(figure, segment):
            found.append(
                Value(
                    place, figure, _period(figure, year), scope,
                    read_quantity(figure.value, figure.unit), name,
                )
            )  # fmt: skip
    return found


def _is_base(figure: Figure, segment: str) -> bool:
    """The 26.7% of 由26.7%提高到52.1%: where a change began, no value of the year."""
    at = segment.find(figure.value) if figure.value else -1
    if at < 1 or segment[at - 1] not in "从由":
        return False
    return re.search(r"(?:到|至|为)", segment[at + len(figure.value or "") :][:12]) is not None


def _segment(text: str, figure: Figure) -> str:
    """The words around a value up to the next comma on either side."""
    at = figure.basis.start
    inside = figure.basis.quote.find(figure.value) if figure.value else -1
    middle = at + max(inside, 0)
    left = max((m.end() for m in _SPLIT.finditer(text, max(0, middle - 60), middle)), default=max(0, middle - 60))
    right = _SPLIT.search(text, middle)
    return text[left : right.start() if right else middle + 40]


def _name(figure: Figure, segment: str, before: str, words: Words) -> str:
    """What is counted, plain, with synonyms made one; "" where nothing says it."""
    raw = _DOING.sub("", plain(figure.indicator))
    counted = _counted_after(figure, segment)
    around = plain(segment)
    if counted and not any(counted[i : i + 2] in raw for i in range(len(counted) - 1)):
        raw = counted  # 9座农贸市场: what is counted stands behind the number
    elif len(raw) < 3 or not any(raw[i : i + 2] in around for i in range(len(raw) - 1)):
        number = re.escape(figure.value or "\0")
        rest = _DOING.sub("", plain(re.sub(rf"{number}\s*(?:{re.escape(figure.unit or '')})?", "", segment)))
        raw = rest if len(rest) >= 3 else ""
    return _canonical(raw, words) if raw else before


def _counted_after(figure: Figure, segment: str) -> str:
    """The noun behind a number: 9座农贸市场全面改造 → 农贸市场."""
    at = segment.find(f"{figure.value}{figure.unit or ''}") if figure.value else -1
    if at < 0:
        return ""
    behind = _AFTER.match(segment, at + len(f"{figure.value}{figure.unit or ''}"))
    return plain(behind[1]) if behind else ""


def _canonical(name: str, words: Words) -> str:
    """A name with lay and older words replaced by one official wording: 牛皮癣 → 小广告, 违章建筑 → 违法建设."""
    for lay, official in words.synonyms.table.items():
        if lay in name and official[0] not in name:
            name = name.replace(lay, official[0])
        for other in official[1:]:
            if len(other) == len(official[0]) >= 4 and other in name:
                name = name.replace(other, official[0])
    return name.replace("的", "")


def _period(figure: Figure, year: str) -> str:
    """The year a value is of: one named in its own sentence before it, else the year before where it says so."""
    sentence = figure.basis.quote
    at = sentence.find(figure.value) if figure.value else len(sentence)
    named = [
        m[1] for m in YEAR.finditer(sentence[: max(at, 0)]) if "比" not in sentence[max(0, m.start() - 1) : m.start()]
    ]
    if figure.target:
        return figure.period or (named[-1] if named else str(int(year) + 1) if year.isdigit() else year)
    if named:
        return named[-1]
    if _LAST_YEAR.search(sentence[: max(at, 0)]) and year.isdigit():
        return str(int(year) - 1) if "较" not in sentence[: max(at, 0)] and "比" not in sentence[: max(at, 0)] else year
    return year or figure.period or ""


def _scope(segment: str, figure: Figure) -> str | None:
    """What a value covers, by the words before it in its segment, else in its sentence."""
    if figure.cumulative:
        return "累计"
    sentence = figure.basis.quote
    at = sentence.find(figure.value) if figure.value else len(sentence)
    for scope, pattern in _SCOPES:
        if pattern.search(segment):
            return scope
    # 全年 opens a sentence for all its numbers; 累计 and 新增 speak of the next one only.
    carried = (s for s, p in _SCOPES if s not in ("累计", "新增") and p.search(sentence[: max(at, 0)]))
    return next(carried, None)


def show_name(value: Value) -> str:
    """An indicator's name as its report writes it."""
    return _DOING.sub("", value.figure.indicator) or value.name
