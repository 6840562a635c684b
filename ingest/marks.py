"""Marks at the start of a line: 第X章, 第X条, 一、（一）1.（1）①, 附件; recognised, not yet believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kb.text import ZERO_WIDTH, parse_numeral

MarkKind = Literal[
    "part",
    "subpart",
    "chapter",
    "section",
    "article",
    "cn",
    "cn-paren",
    "arabic",
    "arabic-paren",
    "circled",
    "annex",
    "decimal",
]

_ZW = f"[{ZERO_WIDTH}]*"
_SPACE = rf"[\s　{ZERO_WIDTH}]"
# 第五十－条: OCR and typists write 一 as a dash; 第三十五 条: spaces inside
_NUM = rf"[零〇○一二三四五六七八九十百千两\d０-９－—\-\s{ZERO_WIDTH}]{{1,12}}?"
_LEAD = rf"{_SPACE}*(?:\#{{1,6}}\s*)?(?:\*\*)?[\s　]*"
_STATUTE = re.compile(
    rf"{_LEAD}(?P<label>第{_NUM}(?P<unit>分编|编|篇|章|节|条)(?:之(?P<sub>[一二三四五六七八九十]+))?)(?P<tail>.?)"
)
_UNITS: dict[str, MarkKind] = {
    "编": "part", "篇": "part", "分编": "subpart", "章": "chapter", "节": "section", "条": "article",
}  # fmt: skip
_WINDOW = 80  # characters that decide whether a line opens with a mark
_CN = "[一二三四五六七八九十]{1,3}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LISTS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    ("cn", re.compile(rf"{_LEAD}(?P<label>(?P<num>{_CN}){_ZW}[、．.])")),
    ("cn-paren", re.compile(rf"{_LEAD}(?P<label>[（(]\s*(?P<num>{_CN})\s*[）)][、．.]?)")),
    ("arabic-paren", re.compile(rf"{_LEAD}(?P<label>[（(]\s*(?P<num>[\d０-９]{{1,2}})\s*[）)])")),
    ("arabic", re.compile(rf"{_LEAD}(?P<label>(?P<num>[\d０-９]{{1,3}})\s?[．.、])(?![\d０-９])")),
    ("circled", re.compile(rf"{_LEAD}(?P<label>(?P<num>[{_CIRCLED}]))")),
    # 1　总则, 1.2　等级划分, 1.2.1 … of emergency plans and standards; 15 日前 is a day
    (
        "decimal",
        re.compile(
            rf"{_LEAD}(?P<label>(?:\d{{1,2}}\.){{0,4}}(?P<num>\d{{1,2}}))[\s　]+(?![年月日时个周天])(?=[\u4e00-\u9fff“《])"
        ),
    ),
)
_ANNEX = re.compile(
    rf"{_LEAD}(?P<label>附(?!\s*则)\s*(?:件|表|录)?\s*(?P<num>[一二三四五六七八九十\d０-９]{{0,3}}))(?:\s*[：:]\s*|(?=\s)|$)"
)
# 二、三级道路: a list of grades, classes, phases or ring roads, not a heading
_GRADE = re.compile(r"[\s　]*[一二三四五六七八九十\d、，和及至到]+[级类期环号线等层档批]")
# 第四十条、第四十一条规定的: a cross-reference that a line break put first
_CROSS = re.compile(r"[、，,至和或及的所规中之〔》）)第]")
_CROSS_CHAPTER = re.compile(r"[、，,至和或及的规》）)]")
# A mark may open a line only behind these; everything else is passed over without a regex.
_FIRST = frozenset("第附（(一二三四五六七八九十0123456789０１２３４５６７８９#*" + _CIRCLED)
# Glued marks: behind the end of a sentence or a wide space, in the middle of a line
_GLUED = re.compile(
    rf"(?:(?<=[。；;：:！”）)])|(?<=[\s　]))(?:第(?:[零〇一二三四五六七八九十百千]{{1,7}})(?:条|章|节)|[（(]{_CN}[）)])"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """标号: a number at the start of a line, with the place of its label and what follows."""

    kind: MarkKind
    number: int
    label: str  # without inner spaces
    start: int  # of the label
    after: int  # where the words behind the label begin
    sub: int = 0  # 第X条之二
    glued: bool = False  # found inside a line: believed only as the very next sibling


def find_mark(line: str, start: int) -> Mark | None:
    """The mark that opens a line standing at ``start`` in its text, or None."""
    bare = line.lstrip(f" \t\u3000\u2003\u00a0={ZERO_WIDTH}")  # == marks headings of wikis
    if bare[:1] not in _FIRST:
        return None
    start += len(line) - len(bare)
    line = bare[:_WINDOW]
    statute = _STATUTE.match(line)
    if statute is not None:
        return _statute_mark(statute, start)
    for kind, pattern in _LISTS:
        m = pattern.match(line)
        if m is None:
            continue
        if kind == "cn" and _GRADE.match(line, m.end()):
            return None
        number = _CIRCLED.index(m["num"]) + 1 if kind == "circled" else parse_numeral(m["num"])
        if not number:
            return None
        return Mark(kind, number, tidy(m["label"]), start + m.start("label"), start + m.end("label"))
    annex = _ANNEX.match(line)
    if annex is not None:
        number = parse_numeral(annex["num"] or "0") or 0
        return Mark("annex", number, tidy(annex["label"]), start + annex.start("label"), start + annex.end())
    return None


def find_glued(line: str, start: int, after: int) -> Iterator[Mark]:
    """Marks inside a line, from ``after`` on, that may begin a unit of their own: 。第三章 罚则, ；（三）…."""
    for m in _GLUED.finditer(line, after - start):
        mark = find_mark(line[m.start() : m.start() + _WINDOW], start + m.start())
        if mark is not None and (mark.number > 1 or mark.kind != "cn-paren"):
            yield Mark(mark.kind, mark.number, mark.label, mark.start, mark.after, mark.sub, glued=True)


def tidy(words: str) -> str:
    """A label without spaces and zero-width characters."""
    return re.sub(_SPACE, "", words)


def _statute_mark(m: re.Match[str], start: int) -> Mark | None:
    digits = tidy(m["label"])[1:].split(m["unit"])[0]
    number = parse_numeral(re.sub("[－—-]", "一", digits))
    if not number:
        return None
    kind = _UNITS[m["unit"]]
    tail = m["tail"]
    if tail and (_CROSS if kind == "article" else _CROSS_CHAPTER).match(tail):
        return None
    sub = parse_numeral(m["sub"] or "") or 0
    return Mark(kind, number, tidy(m["label"]), start + m.start("label"), start + m.end("label"), sub)
