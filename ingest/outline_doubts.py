"""Doubts about a numbering: gaps, repeats, a text that breaks off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.marks import find_mark
from ingest.outline_lines import Line
from kb.records import Clause, Doubt

_UNIT = {"part": "编", "subpart": "分编", "chapter": "章", "section": "节"}
_IN_FORCE = re.compile(r"施行|实施|生效|执行")
_JUDICIAL = re.compile(r"最高人民(?:法院|检察院)")  # interpretations take effect by their announcement
_CLOSED = re.compile(r"[。；;！？!?：:”’\"）)》〉】|.…—-][\s　]*$")


def find_sequence_doubts(text: str, clauses: Sequence[Clause], lines: Sequence[Line]) -> list[Doubt]:
    """What the numbers of articles and chapters leave open, and whether the text ends in mid-sentence."""
    return [*_articles(clauses), *_chapters(clauses), *_truncated(text, clauses, lines)]


def _articles(clauses: Sequence[Clause]) -> list[Doubt]:
    doubts: list[Doubt] = []
    last = 0
    for c in clauses:
        if c.kind in ("document", "annex"):
            last = 0
        if c.kind != "article":
            continue
        mark = find_mark(c.label, 0)
        number = mark.number if mark else 0
        if mark and mark.sub:
            continue
        if last and number > last + 1:
            message = f"条文从第{last}条跳到第{number}条，中间缺 {number - last - 1} 条。"
            doubts.append(Doubt("article-gap", message, c.start, c.heading_end))
        elif last and number == last:
            doubts.append(Doubt("duplicate-article", f"第{number}条重复出现。", c.start, c.heading_end))
        elif last and number < last and number != 1:
            message = f"第{number}条出现在第{last}条之后，序号颠倒。"
            doubts.append(Doubt("article-order", message, c.start, c.heading_end))
        elif last and number == 1:
            message = "条文重新从第一条编号，文中可能含另一文件。"
            doubts.append(Doubt("article-restart", message, c.start, c.heading_end))
        elif not last and number != 1:
            message = f"条文从第{number}条开始：前面缺失，或本文是整部文件的一部分。"
            doubts.append(Doubt("article-gap", message, c.start, c.heading_end))
        last = number
    return doubts


def _chapters(clauses: Sequence[Clause]) -> list[Doubt]:
    doubts: list[Doubt] = []
    last: dict[str, int] = {}
    for c in clauses:
        if c.kind in ("document", "annex"):
            last.clear()
        unit = _UNIT.get(c.kind)
        mark = find_mark(c.label, 0) if unit else None
        if unit is None or mark is None:
            continue
        before = last.get(c.kind, 0)
        if mark.number not in (1, before + 1) and (before or c.kind == "chapter"):
            where = f"第{before}{unit}之后" if before else "最先"
            message = f"{where}是第{mark.number}{unit}，前面可能缺失或标号有误。"
            doubts.append(Doubt("chapter-gap", message, c.start, c.heading_end))
        last[c.kind] = mark.number
        if c.kind in ("part", "subpart", "chapter"):
            last.pop("section", None)
    return doubts


def _truncated(text: str, clauses: Sequence[Clause], lines: Sequence[Line]) -> list[Doubt]:
    """A statute that stops in mid-sentence, or without the closing article that says when it takes effect."""
    articles = [c for c in clauses if c.kind == "article"]
    if not lines or len(articles) < 2 or any(c.kind == "annex" for c in clauses):
        return []
    line = lines[-1]
    words = text[line.start : line.end].strip()
    if not _CLOSED.search(words) and len(words) >= 12 and not _IN_FORCE.search(words):
        return [Doubt("truncated", f"正文止于“{words[-12:]}”，似未完。", line.start, line.end)]
    first = find_mark(articles[0].label, 0)
    whole = len(articles) >= 5 and first is not None and first.number == 1
    if whole and not _JUDICIAL.search(text[:400]) and not _IN_FORCE.search(text[-1200:]):
        message = "未见施行条款，正文末尾可能缺失。"
        return [Doubt("truncated", message, line.start, line.end)]
    return []
