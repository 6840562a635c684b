"""Word's automatic numbers: numbering.xml and styles.xml resolved to the words a reader sees (第一条, 一、, （一）)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from ingest.readers.word_styles import Styles, W, integer, value
from kb.text import format_numeral

_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
    "japaneseCounting", "japaneseDigitalTenThousand", "koreanDigital", "koreanCounting", "koreanDigital2",
}  # fmt: skip
_DIGITS = {"ideographDigital": "〇一二三四五六七八九", "taiwaneseDigital": "〇一二三四五六七八九",
           "decimalFullWidth": "０１２３４５６７８９", "decimalFullWidth2": "０１２３４５６７８９"}  # fmt: skip
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROWS = {
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_DEEPEST = 9  # levels a list can have


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int
    restart: int | None = None  # the level, counted from 1, whose step restarts this one; 0 for none
    legal: bool = False  # numbers of outer levels shown as figures
    style: str = ""


@dataclass(slots=True)
class _List:
    """One w:num: its levels, the abstract list whose counters it shares, and where it starts anew."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Numbering:
    """自动编号: keeps the counters while paragraphs go by in order."""

    lists: dict[str, _List] = field(default_factory=dict)
    styles: Styles = field(default_factory=Styles)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)  # abstract list -> level -> number
    begun: set[tuple[str, int]] = field(default_factory=set)  # lists and levels whose own start has been taken

    @classmethod
    def parse(cls, numbering: etree._Element | None, styles: Styles) -> Numbering:
        """The definitions of a document; either part may be missing."""
        self = cls(styles=styles)
        if numbering is None:
            return self
        abstract = {a.get(f"{W}abstractNumId", ""): a for a in numbering.findall(f"{W}abstractNum")}
        linked = {value(a.find(f"{W}styleLink")): k for k, a in abstract.items() if a.find(f"{W}styleLink") is not None}
        for num in numbering.findall(f"{W}num"):
            key = value(num.find(f"{W}abstractNumId"))
            if key in abstract and abstract[key].find(f"{W}numStyleLink") is not None:
                key = linked.get(value(abstract[key].find(f"{W}numStyleLink")), key)
            levels = _levels(abstract[key]) if key in abstract else {}
            found = _List(key, levels)
            for change in num.findall(f"{W}lvlOverride"):
                i = integer(change.get(f"{W}ilvl", "0"), 0)
                own, start = change.find(f"{W}lvl"), change.find(f"{W}startOverride")
                if own is not None:
                    levels[i] = _level(own)
                if start is not None:
                    found.starts[i] = integer(value(start), 1)
                elif own is not None:
                    found.starts[i] = levels[i].start
            self.lists[num.get(f"{W}numId", "")] = found
        return self

    def label(self, properties: etree._Element | None) -> str:
        """The number that stands before a paragraph, counted on; empty for none."""
        number, depth = self._reference(properties)
        found = self.lists.get(number)
        if found is None or depth not in found.levels:
            return ""
        counters = self.counters.setdefault(found.abstract, {})
        self._step(number, found, depth, counters)
        level = found.levels[depth]
        label = level.text
        for d in range(depth + 1):
            if f"%{d + 1}" in label and d in found.levels:
                own = found.levels[d]
                shown = replace(own, format="decimal") if level.legal and d < depth else own
                label = label.replace(f"%{d + 1}", _format(shown.format, counters.get(d, own.start)))
        return label

    def _step(self, number: str, found: _List, depth: int, counters: dict[int, int]) -> None:
        """Count on: the next number of this level, outer ones begun, inner ones to restart."""
        for d in range(depth):
            if d in found.levels:
                counters.setdefault(d, found.starts.get(d, found.levels[d].start))
        if depth in found.starts and (number, depth) not in self.begun:
            self.begun.add((number, depth))
            counters[depth] = found.starts[depth]
        elif depth in counters:
            counters[depth] += 1
        else:
            counters[depth] = found.levels[depth].start
        for deeper in [d for d in counters if d > depth]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or (restart > 0 and depth < restart):
                del counters[deeper]

    def _reference(self, properties: etree._Element | None) -> tuple[str, int]:
        """List and level of a paragraph: its own, else its style's; a style may leave the level to the list."""
        num = properties.find(f"{W}numPr") if properties is not None else None
        style = value(properties.find(f"{W}pStyle")) if properties is not None else ""
        own_list = value(num.find(f"{W}numId")) if num is not None else ""
        own_level = value(num.find(f"{W}ilvl")) if num is not None else ""
        list_, level = self.styles.list_of(style)
        if own_list:
            list_, level = own_list, own_level or "0"
        elif own_level:
            level = own_level
        if list_ and not level:
            found = self.lists.get(list_)
            by_style = next((d for d, x in found.levels.items() if x.style == style), 0) if found else 0
            return list_, by_style
        return list_, integer(level, 0)


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    return {integer(lvl.get(f"{W}ilvl", "0"), 0): _level(lvl) for lvl in abstract.findall(f"{W}lvl")[:_DEEPEST]}


def _level(lvl: etree._Element) -> _Level:
    kind = value(lvl.find(f"{W}numFmt")) or "decimal"
    restart, legal = lvl.find(f"{W}lvlRestart"), lvl.find(f"{W}isLgl")
    return _Level(
        kind,
        "" if kind in ("bullet", "none") else value(lvl.find(f"{W}lvlText")),
        integer(value(lvl.find(f"{W}start")), 1),
        integer(value(restart), 0) if restart is not None else None,
        legal is not None and legal.get(f"{W}val", "1") not in ("0", "false"),
        value(lvl.find(f"{W}pStyle")),
    )


def _format(kind: str, number: int) -> str:
    if kind in _CHINESE and 0 <= number < 10_000:
        return format_numeral(number)
    if kind.startswith("chineseLegal") and 0 <= number < 10_000:
        return format_numeral(number).translate(_FORMAL)
    if kind in _DIGITS:
        return "".join(_DIGITS[kind][int(d)] for d in str(abs(number)))
    if kind in _ROWS and 1 <= number <= len(_ROWS[kind]):
        return _ROWS[kind][number - 1]
    if kind in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def _roman(number: int) -> str:
    out = ""
    for worth, letters in _ROMAN:
        out += letters * (number // worth)
        number %= worth
    return out
