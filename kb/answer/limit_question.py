"""What a question about limits asks: its parts, one for each value asked for, and the measures the values are told in."""

from __future__ import annotations

import re

from kb.answer.duty_question import Part
from kb.text import CHINESE_NUMERAL, OCCASIONS, normalise

_ASKING = re.compile(r"多少|多[久长大远高宽快深]|几|何时|哪|什么|怎么|如何|谁|[吗么呢]$")
_PIECES = re.compile(r"[？?；;。，,]")
_LEANS = re.compile(r"呢$|^(?:那|又|还|再|最后|最[多少高低晚迟早长大])")
_BARE = re.compile(r"多少|多[久长大]|什么时候|何时|怎么|如何|[几吗么呢要会能的得该是又还再内钱罚款天年月日]")
_SELF_STANDING = 5  # characters of topic; a part with fewer leans on the part before it


def find_limit_parts(text: str) -> tuple[Part, ...]:
    """The questions inside a question, each with what leads up to it: 罚多少？以后多久不能再办证？"""
    parts: list[str] = []
    lead = ""
    for piece in (p.strip() for p in _PIECES.split(text)):
        if not piece:
            continue
        lead = f"{lead}，{piece}" if lead else piece
        if _ASKING.search(piece):
            parts.append(lead)
            lead = ""
    if lead:
        parts = [*parts[:-1], f"{parts[-1]}，{lead}"] if parts else [lead]
    if len(parts) <= 1:
        return (Part(text, text),)
    found: list[Part] = []
    for own in parts:
        bare = bool(found) and (_LEANS.search(own) is not None or len(_BARE.sub("", own)) < _SELF_STANDING)
        found.append(Part(f"{found[0].text}，{own}" if bare else own, own))
    return tuple(found)


_N = rf"(?<![第\d{CHINESE_NUMERAL}])(?:[\d.．,，]+|[{CHINESE_NUMERAL}点半]+)\s*(?:余|多)?[万亿]?"
# How a value is asked for → how it is written.
_MEASURES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(written))
    for asked, written in (
        (r"罚|多少(?:元|钱|块)", rf"{_N}元|{_N}倍|百分之{_N}"),
        (r"几岁|多大(?:年龄|岁数|年纪)|多少周?岁|年龄", rf"{_N}周?岁"),
        (r"(?:几|多少)个?(?:小时|钟头|分钟)", rf"{_N}个?(?:小时|分钟|日|天)|立即|当日"),
        (r"(?:几|多少)(?:天|日|个工作日|个月|年|周)", rf"{_N}个?(?:小时|工作日|日|天|周|月|年)|立即|当日|终身"),
        (r"多久|多长时间|期限|时限|提前|最[迟晚]|什么时候|何时", rf"{_N}个?(?:小时|分钟|工作日|日|天|周|月|年)|立即|当日|每[年月日周季]"),
        (r"比例|百分之几|几成", rf"百分之{_N}|{_N}[%％‰]|{_N}分之{_N}|{_N}成|半数"),
        (r"几点|钟点|时段", rf"{_N}[时点]"),
        (r"多[远宽高深长]|多大范围|距离|间距|[宽高长]度|多少(?:公里|米|厘米)", rf"{_N}(?:公里|千米|米|厘米)"),
        (r"多大|面积|多少个?平", rf"{_N}(?:平方|亩|公顷|立方|米)"),
        (r"(?:几|多少)倍", rf"{_N}倍"),
        (rf"(?:几|多少)[{OCCASIONS}]", rf"{_N}[{OCCASIONS}]|每[年月日周季]"),
        (r"(?:几|多少)[个名]?人", rf"{_N}[名人]"),
        (r"多快|时速|车速", rf"{_N}(?:公里|千米|米)|(?:秒|小时){_N}米"),
        (r"几[条只户台部辆件层个家种处棵株张座]", rf"{_N}[条只户台部辆件层个家种处棵株张座]"),
        (r"多少|几", _N),
    )
)  # fmt: skip


def find_measure(part: Part) -> re.Pattern[str] | None:
    """How the value that a part asks for is written, by its own words before those it leans on; None where it asks for none."""
    for words in (normalise(part.own), normalise(part.text)):
        for asked, written in _MEASURES:
            if asked.search(words):
                return written
    return None
