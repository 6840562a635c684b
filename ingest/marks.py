"""Marks at the start of a line: 第X章, 第X条, 一、（一）1.（1）①, 附件; recognised, not yet believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kb.text import ZERO_WIDTH, parse_numeral

MarkKind = Literal[
    "part", "subpart", "chapter", "section", "article", "cn", "cn-paren", "arabic", "arabic-paren", "circled", "annex"
]

_ZW = f"[{ZERO_WIDTH}]*"
# 第五十－条: OCR and typists write 一 as a dash; 第三十五 条: spaces inside
_NUM = rf"[零〇○一二三四五六七八九十百千两\d０-９－—\-\s{ZERO_WIDTH}]{{1,12}}?"
_LEAD = rf"^[\s　{ZERO_WIDTH}]*(?:\#{{1,6}}\s*)?(?:\*\*)?[\s　]*"
_STATUTE = re.compile(
    rf"{_LEAD}(?P<label>第{_NUM}(?P<unit>分编|编|章|节|条)(?:之(?P<sub>[一二三四五六七八九十]+))?)(?P<tail>.?)"
)
_UNITS: dict[str, MarkKind] = {"编": "part", "分编": "subpart", "章": "chapter", "节": "section", "条": "article"}
_LISTS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    ("cn", re.compile(rf"{_LEAD}(?P<label>(?P<num>[一二三四五六七八九十]{{1,3}}){_ZW}[、．.])")),
    ("cn-paren", re.compile(rf"{_LEAD}(?P<label>[（(]\s*(?P<num>[一二三四五六七八九十]{{1,3}})\s*[）)][、．.]?)")),
    ("arabic-paren", re.compile(rf"{_LEAD}(?P<label>[（(]\s*(?P<num>[\d０-９]{{1,2}})\s*[）)])")),
    ("arabic", re.compile(rf"{_LEAD}(?P<label>(?P<num>[\d０-９]{{1,3}})\s?[．.、])(?![\d０-９])")),
    ("circled", re.compile(rf"{_LEAD}(?P<label>(?P<num>[①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳]))")),
)
_ANNEX = re.compile(
    rf"{_LEAD}(?P<label>附\s*(?:件|表|录)\s*(?P<num>[一二三四五六七八九十\d０-９]{{0,3}}))\s*(?:[：:]\s*|(?=\s)|$)"
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
# 二、三级道路: a list of grades, classes, phases or ring roads, not a heading
_GRADE = re.compile(r"^[\s　]*[一二三四五六七八九十\d、，和及至到]*[级类期环号线][^、。]{0,4}")


@dataclass(frozen=True, slots=True)
class Mark:
    """标号: a number at the start of a line, with the place of its label and what follows."""

    kind: MarkKind
    number: int
    label: str  # without inner spaces
    start: int  # of the label
    after: int  # where the words behind the label begin
    sub: int = 0  # 第X条之二


def find_mark(line: str, start: int) -> Mark | None:
    """The mark that opens a line standing at ``start`` in its text, or None."""
    statute = _STATUTE.match(line)
    if statute is not None:
        return _statute_mark(statute, line, start)
    for kind, pattern in _LISTS:
        m = pattern.match(line)
        if m is None:
            continue
        rest = line[m.end() :]
        if kind == "cn" and _GRADE.match(rest):
            return None
        number = _CIRCLED.index(m["num"]) + 1 if kind == "circled" else parse_numeral(m["num"])
        if not number:
            return None
        return Mark(kind, number, _tidy(m["label"]), start + m.start("label"), start + m.end("label"))
    annex = _ANNEX.match(line)
    if annex is not None and len(line) <= 60:
        return Mark(
            "annex",
            parse_numeral(annex["num"] or "0") or 0,
            _tidy(annex["label"]),
            start + annex.start("label"),
            start + annex.end(),
        )
    return None


def _statute_mark(m: re.Match[str], line: str, start: int) -> Mark | None:
    digits = re.sub(rf"[\s{ZERO_WIDTH}]", "", m["label"])[1:].split(m["unit"])[0]
    number = parse_numeral(re.sub("[－—-]", "一", digits))
    if not number:
        return None
    kind = _UNITS[m["unit"]]
    tail = m["tail"]
    # 第三条第二款规定…, 第五条、第六条, 第九条所称: a reference that a line break put first
    if kind == "article" and tail and tail in "第、，,至和或及的所规中之〔》）)":
        return None
    if kind != "article" and tail and tail in "第、，,至和或及的规》）)":
        return None
    return Mark(
        kind,
        number,
        _tidy(m["label"]),
        start + m.start("label"),
        start + m.end("label"),
        parse_numeral(m["sub"] or "") or 0,
    )


def _tidy(label: str) -> str:
    return re.sub(rf"[\s　{ZERO_WIDTH}]", "", label)
