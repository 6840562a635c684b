"""Word's automatic numbers: numbering.xml and styles.xml resolved to the words a reader sees (第一条, 一、, （一）)."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from kb.text import format_numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "ideographDigital",
    "japaneseCounting", "japaneseDigitalTenThousand", "chineseLegalSimplified", "koreanDigital",
}  # fmt: skip
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """自动编号: keeps the counters while paragraphs go by in order."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # numId -> level -> definition
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # style -> numId, level
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def parse(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        """The definitions of a document; either part may be missing."""
        self = cls()
        if numbering is not None:
            abstract = {a.get(f"{W}abstractNumId", ""): _levels(a) for a in numbering.findall(f"{W}abstractNum")}
            for num in numbering.findall(f"{W}num"):
                ref = num.find(f"{W}abstractNumId")
                levels = dict(abstract.get(_val(ref), {}))
                for change in num.findall(f"{W}lvlOverride"):
                    i = int(change.get(f"{W}ilvl", "0"))
                    own = change.find(f"{W}lvl")
                    start = change.find(f"{W}startOverride")
                    if own is not None:
                        levels[i] = _level(own)
                    elif start is not None and i in levels:
                        levels[i] = _Level(levels[i].format, levels[i].text, _int(_val(start), 1))
                self.levels[num.get(f"{W}numId", "")] = levels
        for style in styles.findall(f"{W}style") if styles is not None else ():
            found = _reference(style.find(f"{W}pPr"))
            if found:
                self.styles[style.get(f"{W}styleId", "")] = found
        return self

    def label(self, properties: etree._Element | None) -> str:
        """The number that stands before a paragraph, counted on; empty for none."""
        found = _reference(properties)
        if found is None and properties is not None:
            found = self.styles.get(_val(properties.find(f"{W}pStyle")))
        if found is None or found[0] == "0" or found[1] not in self.levels.get(found[0], {}):
            return ""
        number, depth = found
        levels, counters = self.levels[number], self.counters.setdefault(number, {})
        counters[depth] = counters[depth] + 1 if depth in counters else levels[depth].start
        for deeper in [d for d in counters if d > depth]:
            del counters[deeper]
        label = levels[depth].text
        for d in range(depth + 1):
            if d in levels:
                label = label.replace(f"%{d + 1}", _format(levels[d].format, counters.get(d, levels[d].start)))
        return label


def _reference(properties: etree._Element | None) -> tuple[str, int] | None:
    num = properties.find(f"{W}numPr") if properties is not None else None
    if num is None:
        return None
    id = num.find(f"{W}numId")
    return (_val(id), _int(_val(num.find(f"{W}ilvl")), 0)) if id is not None else None


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    return {int(lvl.get(f"{W}ilvl", "0")): _level(lvl) for lvl in abstract.findall(f"{W}lvl")}


def _level(lvl: etree._Element) -> _Level:
    kind = _val(lvl.find(f"{W}numFmt")) or "decimal"
    return _Level(
        kind, "" if kind in ("bullet", "none") else _val(lvl.find(f"{W}lvlText")), _int(_val(lvl.find(f"{W}start")), 1)
    )


def _format(kind: str, number: int) -> str:
    if kind in _CHINESE and 0 <= number < 10_000:
        return format_numeral(number)
    if kind.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return _CIRCLED[number - 1]
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if kind == "lowerLetter" else letter.upper()
    return str(number)


def _val(element: etree._Element | None) -> str:
    return element.get(f"{W}val", "") if element is not None else ""


def _int(text: str, default: int) -> int:
    return int(text) if text.lstrip("-").isdigit() else default
