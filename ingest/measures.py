"""Numbers with units as officials write them: fragments shared by requirements and figures."""

from __future__ import annotations

import re

from kb.text import parse_numeral

# Full-width digits and signs folded one to one, so that offsets stay.
_WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = r"[零一二三四五六七八九十百千万亿两]+"
SCALE = r"万亿|千亿|亿|千万|万|千"
UNIT = (
    r"美元|港元|元/吨|元|公斤|斤|公里|平方公里|平方千米|平方米|立方米/秒|立方米|微克/立方米|米|厘米|毫米|海里|公顷|亩|吨标准煤|吨|千瓦时|千瓦|"
    r"标准箱|TEU|人次|人日|人|户|家|个百分点|百分点|%|‰|位|个|项|件|条|处|座|所|次|台|套|辆次|辆|艘|架|列|张|名|对|种|部|份|宗|起次|起|批|场|天|小时|分钟|年|岁|倍|床|只|头|株|间|栋|期|分贝|度电|度|摄氏度|平方|里|克/千克|公分|片|块|幅|门|本|篇|支|队|层"
)


def widen(text: str) -> str:
    """The text with full-width digits, points and per-cent signs as ASCII, character for character."""
    return text.translate(_WIDE)


def parse_value(words: str) -> str:
    """A plain decimal for a number as written: 95,933 → 95933, 二十四 → 24; the words themselves where it is none."""
    plain = widen(words).replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return plain
    number = parse_numeral(plain)
    return str(number) if number is not None else words
