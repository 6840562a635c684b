"""Where a quotation may begin and end: clauses of running text, at marks, lines, wide spaces and list labels."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_SPACE = " \u3000\t\r\xa0"
_HARD = "\n"  # a line of the source
SENTENCE_END = "。！？!?"
CLAUSE_END = "，；：,;:"
_CLOSERS = '”’）》」』)"]】'
# Labels that begin an item of a list inside running text: 一是, （一）, 1., ①, 第一,
LABEL = re.compile(
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]|(?<![\d.])\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]{1,3}(?:是(?=[^否])|、)|[①-⑳]|第[一二三四五六七八九十](?=[，,、])"
)


_PHRASE = re.compile(r"[\u4e00-\u9fff“《（(]{3}|[一二三四五六七八九十]{1,3}、")
_PHRASE_END = re.compile(r"[\u4e00-\u9fff”》）)]{3}$")


@dataclass(frozen=True, slots=True)
class Cuts:
    """切分: where clauses begin and end, and how strong each edge is (3 line, 2 sentence, 1 clause)."""

    starts: Ints
    ends: Ints
    start_level: Ints
    end_level: Ints
    sentence: Ints  # ordinal of the sentence of each clause


def cut_clauses(text: str) -> Cuts:
    """Clauses of running text: at marks, lines, wide spaces and list labels; closing quotes stay with what they close."""
    labels = {m.start() for m in LABEL.finditer(text) if begins_item(text, m.start())}
    starts: list[int] = []
    ends: list[int] = []
    start_level: list[int] = []
    end_level: list[int] = []
    sentence: list[int] = []
    level, at, number, n = 3, 0, 0, len(text)

    def close(end: int, strength: int) -> None:
        nonlocal at, level, number
        begin = at
        while begin < end and (text[begin] in _SPACE or text[begin] in _HARD):
            begin += 1
        stop = end
        while stop > begin and (text[stop - 1] in _SPACE or text[stop - 1] in _HARD):
            stop -= 1
        if stop > begin:
            starts.append(begin)
            ends.append(stop)
            start_level.append(level)
            end_level.append(strength)
            sentence.append(number)
            level = 0
        level = max(level, strength)
        number += strength >= 2 and stop > begin
        at = end

    i = 0
    while i < n:
        c = text[i]
        if i in labels and i > at:
            close(i, 1 if text[at:i].strip() else 3)
            level = max(level, 2)
        if c in _HARD or (c == "\u3000" and text[i : i + 2] == "\u3000\u3000") or _parts_lines(text, i):
            close(i, 3)
            while i < n and (text[i] in _SPACE or text[i] in _HARD):
                i += 1
            at = i
            continue
        if c in SENTENCE_END or c in CLAUSE_END:
            if c in ",:" and i and i + 1 < n and text[i - 1].isdigit() and text[i + 1].isdigit():
                i += 1
                continue
            stop = i + 1
            while stop < n and text[stop] in _CLOSERS:
                stop += 1
            close(stop, 2 if c in SENTENCE_END else 1)
            i = stop
            continue
        i += 1
    close(n, 3)
    return Cuts(*(np.asarray(v, dtype=np.int64) for v in (starts, ends, start_level, end_level, sentence)))


def widen(text: str, start: int, end: int, edges: str) -> tuple[int, int]:
    """The stretch taken on either side to the next of the edges, the one behind it included."""
    while start > 0 and text[start - 1] not in edges:
        start -= 1
    while end < len(text) and text[end - 1] not in edges:
        end += 1
    return start, end


def _parts_lines(text: str, at: int) -> bool:
    """Whether a space stands for a line break, as in text taken from web pages: after a full stop or between phrases.

    Not the space of 张 三, 第三十五 条 or 2020 年: something of three characters stands on both sides.
    """
    if text[at] not in _SPACE or at == 0 or text[at - 1] in _SPACE:
        return False
    before = text[at - 1]
    if before in SENTENCE_END or (before in _CLOSERS and at > 1 and text[at - 2] in SENTENCE_END):
        return True
    after = at
    while after < len(text) and text[after] in _SPACE:
        after += 1
    return bool(_PHRASE_END.search(text, max(0, at - 3), at)) and bool(_PHRASE.match(text, after))


def begins_item(text: str, at: int) -> bool:
    """Whether a label stands where an item can begin: after a mark or a space, not inside 二、三级道路 or 星期一是."""
    before = text[at - 1] if at else "\n"
    return before in _SPACE or before in _HARD or before in "。；：:;，"
