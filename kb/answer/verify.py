"""Checks an answer before it is shown: literal citations, numbers, document numbers and dates backed by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kb.records import Answer, Citation
from kb.text import CHINESE_NUMERAL, normalise, parse_numeral

MARK = re.compile(r"\[(\d{1,3})\]")
# A claim that must stand in the evidence: amounts with their unit, percentages, dates, document numbers.
_DOC_NUMBER = r"[\u4e00-\u9fff]{1,12}[〔\[（(]\d{4}[〕\]）)]\d{1,4}号"
_ARABIC = r"\d[\d,，.．]*(?:\s*(?:个百分点|百分点|[%％‰]|[万亿]?[元吨人件起处条户亩辆座平方米公里]+|年|月|日|小时|分钟|周岁|倍))?"
_CHINESE = rf"[{CHINESE_NUMERAL}万亿]{{1,10}}(?:元|日|年|月|个月|周岁|小时|个工作日|倍|米|平方米)"
_CLAIM = re.compile(f"{_DOC_NUMBER}|{_ARABIC}|{_CHINESE}")


@dataclass(frozen=True, slots=True)
class Fault:
    """失实: a sentence and what in it the cited evidence does not bear out."""

    sentence: str
    claim: str
    why: str


def holds(citation: Citation, text: str) -> bool:
    """Whether the quote is literally what stands at its place in the document's text."""
    return 0 <= citation.start < citation.end <= len(text) and text[citation.start : citation.end] == citation.quote


def find_faults(answer: Answer, get_text: Callable[[str], str]) -> tuple[Fault, ...]:
    """Everything in an answer that its citations do not bear out; empty for one that may be signed."""
    faults: list[Fault] = []
    numbers = {c.n for c in answer.citations}
    used = {int(m) for m in MARK.findall(answer.text)}
    faults += [Fault("", f"[{n}]", "正文引用了不存在的引证") for n in sorted(used - numbers)]
    faults += [Fault("", f"[{n}]", "引证未被正文引用") for n in sorted(numbers - used)]
    faults += [
        Fault(c.quote, f"[{c.n}]", "引文与原文不符") for c in answer.citations if not holds(c, get_text(c.document))
    ]
    return tuple(faults)


def find_unsupported(sentence: str, quotes: Iterable[str]) -> tuple[str, ...]:
    """Numbers, dates and document numbers of a sentence that occur in none of the quotes, as written."""
    evidence = _canonical("\n".join(quotes))
    plain = MARK.sub("", sentence)
    return tuple(m.group() for m in _CLAIM.finditer(plain) if _canonical(m.group()) not in evidence)


def _canonical(text: str) -> str:
    """One spelling for every numeral, so that 二十日 and 20日 are the same claim."""
    text = re.sub(r"\s+", "", normalise(text)).replace(",", "")
    return re.sub(rf"[{CHINESE_NUMERAL}]+(?=[万亿元日年月个周小倍米平])", _digits, text)


def _digits(match: re.Match[str]) -> str:
    value = parse_numeral(match.group())
    return match.group() if value is None else str(value)
