"""What counts as the same text: white space, widths, punctuation, furniture and the style of numerals folded."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.text import CHINESE_NUMERAL, normalise, parse_numeral

_SKIPPED = re.compile(r"[\s#*_`|,，。.、；;：:！!？?\"'()\[\]{}<>《》〈〉…·\-—~〜～]")
_NUMERAL = re.compile(rf"[{CHINESE_NUMERAL}\d][{CHINESE_NUMERAL}\d,]*(?:\.\d+)?")
# Numerals that count nothing.
_WORDS = re.compile(
    r"一(?:致|般|定|律|旦|并|体|切|贯|样|直|些|经|同|方|次性)|统一|唯一|单一|同一|进一步|第三(?:方|人|者)|三定|三包|三农"
)
_SCALED = re.compile(r"(\d+(?:\.\d+)?)([万亿])(\d{1,4}(?!\d|[万亿.]))?")
_PERCENT = re.compile(r"百分之([\d.]+)")
_SCALES = {"万": 10_000, "亿": 100_000_000}
_PLACES = re.compile(r"(?<=\d)\.(?=\d)")


def plain_numbers(text: str) -> str:
    """A text with widths folded and every number in Arabic digits: 二十日 → 20日, 百分之五 → 5%, 2万 → 20000."""
    folded = normalise(text)
    folded = folded.replace("百分之", "\0")  # 百 is no digit here
    folded = _WORDS.sub(lambda m: m.group().replace("一", "\1").replace("三", "\2"), folded)
    folded = _NUMERAL.sub(_digits, folded).translate({0: "百分之", 1: "一", 2: "三"})
    folded = _SCALED.sub(_scale, folded)
    return _PERCENT.sub(r"\1%", folded)


@lru_cache(maxsize=20_000)  # words and sentences come again and again
def plain(text: str) -> str:
    """What is left of a text when only a change of words or numbers shall count."""
    marked = _PLACES.sub("\0", plain_numbers(text))  # the point of 0.5 stays
    return _SKIPPED.sub("", marked).replace("\0", ".")


def _digits(match: re.Match[str]) -> str:
    written = match.group()
    if written[0].isdigit():
        return written.replace(",", "")
    value = parse_numeral(written.rstrip(","))
    return written if value is None else str(value)


def _scale(match: re.Match[str]) -> str:
    value = float(match[1]) * _SCALES[match[2]] + int(match[3] or 0)
    return str(int(value)) if value == int(value) else match.group()
