"""Characters: normalising with an offset map, Chinese numerals and dates. Knows nothing of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.records import Span

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
CHINESE_NUMERAL = "零〇○一二三四五六七八九十百千两"
OCCASIONS = "次遍趟回"  # counters of how often, for a character class

# Characters that mean the same to a reader, folded one to one so that offsets only shift by deletions.
_FOLD = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    ord("　"): ord(" "), ord("\u00a0"): ord(" "), ord("〔"): ord("["), ord("〕"): ord("]"), ord("【"): ord("["),
    ord("】"): ord("]"), ord("“"): ord('"'), ord("”"): ord('"'), ord("‘"): ord("'"), ord("’"): ord("'"),
    ord("—"): ord("-"), ord("–"): ord("-"),
}  # fmt: skip
_PLAIN: dict[int, int | None] = {**_FOLD, **dict.fromkeys(map(ord, ZERO_WIDTH))}


@dataclass(frozen=True, slots=True)
class Folded:
    """归一文本: ``text`` with ``offsets[i]`` the place of its i-th character in the source (one more at the end)."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Source span of ``text[start:end]``; an empty one for an empty stretch."""
        if start >= end:
            return Span(self.offsets[start], self.offsets[start])
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def fold(text: str, *, drop_space: bool = False, lower: bool = True) -> Folded:
    """Width, quotes and dashes folded, zero-width characters dropped; offsets lead back to ``text``."""
    drop = set(ZERO_WIDTH)
    kept: list[str] = []
    offsets: list[int] = []
    for i, c in enumerate(text.translate(_FOLD)):
        if c in drop or (drop_space and c.isspace()):
            continue
        kept.append(c)
        offsets.append(i)
    offsets.append(len(text))
    folded = "".join(kept)
    return Folded(folded.lower() if lower and len(folded.lower()) == len(folded) else folded, tuple(offsets))


def normalise(text: str) -> str:
    """The folded text alone, for comparing and indexing where no offset is needed."""
    return text.translate(_PLAIN).lower()


def parse_numeral(text: str) -> int | None:
    """An integer written in Chinese or (full- or half-width) Arabic digits; None for anything else.

    >>> parse_numeral("一百二十三"), parse_numeral("十"), parse_numeral("２０"), parse_numeral("二〇二六")
    (123, 10, 20, 2026)
    """
    text = text.translate(_PLAIN).replace(" ", "")
    if not text:
        return None
    if text.isascii():
        return int(text) if text.isdigit() else None
    if all(c in _DIGITS for c in text):  # 二〇二六: read digit by digit
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _UNITS:
            section += (digit or 1) * _UNITS[c]
            digit = 0
        elif c in _BIG:
            total = (total + section + digit) * _BIG[c]
            section = digit = 0
        elif c.isdigit():
            digit = digit * 10 + int(c)
        else:
            return None
    return total + section + digit


def format_numeral(number: int) -> str:
    """Chinese numeral as used in 第X条, 0 ≤ number < 10,000.

    >>> format_numeral(105), format_numeral(10), format_numeral(110)
    ('一百零五', '十', '一百一十')
    """
    if not 0 <= number < 10_000:
        raise ValueError(f"number out of range: {number}")
    if number == 0:
        return "零"
    digits = "零一二三四五六七八九"
    out = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            out += digits[digit] + unit
        elif out and number and not out.endswith("零"):
            out += "零"
    return out[1:] if out.startswith("一十") else out


_YEAR = r"(?P<year>(?:1[89]|20)\d\d|[一二][九八〇○零][〇○零一二三四五六七八九]{2})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = re.compile(
    rf"{_YEAR}\s*(?:年\s*{_MONTH}\s*月\s*{_DAY}\s*日|[-./]{_MONTH.replace('month', 'm2')}[-./]{_DAY.replace('day', 'd2')}(?!\d))"
)


def find_dates(text: str) -> Iterator[tuple[Span, date]]:
    """Every full calendar date, with its span: 2023年3月1日, 二〇二三年三月一日, 2023-03-01."""
    for m in _DATE.finditer(text.translate(_FOLD)):
        year = parse_numeral(m["year"])
        month = parse_numeral(m["month"] or m["m2"])
        day = parse_numeral((m["day"] or m["d2"]).replace("廿", "二十"))
        try:
            yield Span(m.start(), m.end()), date(year or 0, month or 0, day or 0)
        except ValueError:  # 2月30日: a misprint is no date
            continue


def parse_date(text: str) -> date | None:
    """The first full calendar date in a text, or None."""
    return next((d for _, d in find_dates(text)), None)
