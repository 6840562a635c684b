"""A stretch of a document with the question laid over it: where its terms stand, and what else a reader would see."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.span_cuts import LABEL, SENTENCE_END, Cuts, begins_item, cut_clauses
from kb.answer.span_question import Asked, Flags, Table
from kb.embedding import Encoder
from kb.text import normalise
from kb.words import STOP, Words

Ints = NDArray[np.int64]

AMOUNT = re.compile(
    r"[\d０-９一二三四五六七八九十百千万亿两]+(?:[.．,，]\d+)*(?:余|多)?[%％‰万亿]*(?:个百分点|百分点|元|人次|人|名|家|个|项|条|件|吨|公里|平方米|平方公里|米|亩|户|万|亿|台|套|只|份|批|辆|所|座|处|倍|分钟|小时|天|日|周|个月|月|年|周岁|岁|次|％|%)"
)
# An amount that is no day and no length of time; and a length of time.
NUMBER = re.compile(
    r"(?:\d+(?:[.,]\d+)*|[一二三四五六七八九十百千两]+)(?:余|多|几)?[万亿]*(?:个百分点|百分点|元|人次|人|名|家|个(?!月|工作日)|项|条|件|吨|公里|平方米|平方公里|米|亩|户|台|套|只|份|批|辆|所|座|处|倍|周?岁|次|张|笔|列|趟|折|%)|[百千万]分之[\d一二三四五六七八九十百点]+"
)
LASTING = re.compile(
    r"(?:\d+|[一二三四五六七八九十两半])(?:至\d+|-\d+)?个?(?:工作日|小时|分钟|天|周(?!岁)|星期|月(?![\d一二三])|年(?!\d)|日内)"
)
DATE = re.compile(r"(?:\d{4}年)?(?:\d{1,2}月)(?:\d{1,2}日)?(?:[上下]?午)?(?:\d{1,2}[时点:：]\d{0,2})?|\d{4}年")
PHONE = re.compile(r"\d{3,4}[-—－]\d{7,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)(?:12\d{3}|9\d{4})(?!\d)")
QUOTED = re.compile(r"[“《][^”》]{2,60}[”》]")
_BODY = re.compile(
    r"(?:部门|机关|委员会|办公室|办事处|政府|中心|公司|单位|医院|街道|局|厅|委|院|办)(?=[^\u4e00-\u9fff]|[、和及与等将对在为负应要可已是]|$)"
)
# Who wrote, signed or published; no answer to anything but who wrote.
_BYLINE = re.compile(
    r"[（(]?(?:本报|新华社)?记者|新华社|本报讯|来源[:：]|编辑[:：]|责任编辑|通讯员|发布时间|特此通知|各有关单位|此件|附件[:：\d]"
    r"|(?:局|厅|委|府|会|室|部|组|院)\s{1,6}\d{4}年\d{1,2}月\d{1,2}日"
)
_ASKED = re.compile(r"[?？]")
_MARKS = (AMOUNT, DATE, PHONE, _BODY, QUOTED, _BYLINE, NUMBER, LASTING, _ASKED)
_PAIRS = (("《", "》"), ("“", "”"), ("（", "）"), ("(", ")"))
_HEADING = 40  # characters of a line that can be a heading
_LABELLED = 30  # and of a first sentence after a label that can
_LIKE = 0.3  # cosine of two words from which they begin to count as alike


@dataclass(frozen=True, slots=True)
class Window:
    """窗口: a stretch of one document around the passages found, in which spans are sought."""

    document: str
    start: int  # offset of ``text`` in the document
    text: str
    context: str  # title and headings above
    rank: int  # of its document among those found, from 0
    score: float  # of its best passage, relative to the best of all, 0–1
    lead: float  # by how much its passage beats the next document's; negative where another is better
    size: int = 0  # characters of the whole document; 0 where the window is all there is


@dataclass(frozen=True, slots=True)
class Laid:
    """覆盖: where the question's terms stand in a window, as sums from the left, and the shape of the window."""

    text: str
    cuts: Cuts
    pieces: tuple[tuple[int, str], ...]  # words and marks with where they begin
    counts: Ints  # (terms, length + 1): occurrences that begin before each place
    ends: Ints  # occurrences that end at or before each place
    focus: Flags  # terms that the title does not have already
    matched: Table  # (length + 1): characters covered, weighed
    marks: Ints  # (9, length + 1): amounts, dates, phones, bodies, quoted, bylines, numbers, lengths of time, questions
    heads: Ints  # (length + 1)
    labels: Ints
    depth: Ints  # (pairs, length + 1): brackets and quotation marks open at each place
    title: Ints  # (length + 1): characters that repeat the title
    run: Table  # (length + 1): longest stretch of the question that ends at each place
    vectors: Table  # (clauses + 1, dimension): sums from the left
    alike: Table  # (words of the question, clauses): likeness of the nearest word of each clause, 0–1
    opens: Ints  # (sentences): where each begins
    shuts: Ints  # and ends
    headed: Ints  # (sentences, 2): where the heading above each stands
    unfinished: Flags  # (sentences): a line without a full stop

    def pieces_between(self, start: int, end: int) -> tuple[tuple[int, str], ...]:
        """The words and marks that begin in a stretch."""
        at = bisect_left(self.pieces, (start, ""))
        return self.pieces[at : bisect_left(self.pieces, (end, ""))]


def fold_same_length(text: str) -> str:
    """The text as compared, one character for one."""
    whole = normalise(text)
    if len(whole) == len(text):
        return whole
    return "".join(f if len(f := normalise(c)) == 1 else (c if f else " ") for c in text)


def lay(window: Window, asked: Asked, words: Words, encoder: Encoder) -> Laid:
    """The question laid over one window."""
    raw, text = window.text, fold_same_length(window.text)
    n = len(text)
    counts = np.zeros((len(asked.terms), n + 1), dtype=np.int64)
    ends = np.zeros_like(counts)
    cover = np.zeros(n)
    for row, (term, weight) in enumerate(zip(asked.terms, asked.weights, strict=True)):
        for at in _occurrences(text, term):
            counts[row, at + 1] += 1
            ends[row, at + len(term)] += 1
            cover[at : at + len(term)] = np.maximum(cover[at : at + len(term)], weight)
    cuts = cut_clauses(raw)
    marks = np.zeros((len(_MARKS), n + 1), dtype=np.int64)
    for row, pattern in enumerate(_MARKS):
        for m in pattern.finditer(raw if pattern in (QUOTED, _BYLINE) else text):
            marks[row, m.start() + 1] += 1
    heads = np.zeros(n + 1, dtype=np.int64)
    for head in asked.heads:
        for at in _occurrences(text, head):
            heads[min(n, at + len(head))] += 1
    labels = np.zeros(n + 1, dtype=np.int64)
    for m in LABEL.finditer(raw):
        if begins_item(raw, m.start()):
            labels[m.start() + 1] += 1
    depth = np.zeros((len(_PAIRS), n + 1), dtype=np.int64)
    for row, (left, right) in enumerate(_PAIRS):
        for at in _occurrences(raw, left):
            depth[row, at + 1] += 1
        for at in _occurrences(raw, right):
            depth[row, at + 1] -= 1
    context = fold_same_length(window.context)
    title = np.zeros(n, dtype=np.int64)
    for gram in {context[i : i + 3] for i in range(len(context) - 2)}:
        for at in _occurrences(text, gram):
            title[at : at + 3] = 1
    pieces: list[tuple[int, str]] = []
    at = 0
    for piece in words.segment(text):
        pieces.append((at, piece))
        at += len(piece)
    rows = encoder.encode([raw[a:b] for a, b in zip(cuts.starts, cuts.ends, strict=True)])
    sizes = np.sqrt((cuts.ends - cuts.starts).astype(float))[:, None]
    opens, shuts, headed, unfinished = _read_sentences(raw, cuts, labels)
    return Laid(
        text=text,
        cuts=cuts,
        pieces=tuple(pieces),
        counts=np.cumsum(counts, axis=1),
        ends=np.cumsum(ends, axis=1),
        focus=np.asarray([t not in context for t in asked.terms], dtype=bool),
        matched=np.concatenate([[0.0], np.cumsum(cover)]),
        marks=np.cumsum(marks, axis=1),
        heads=np.cumsum(heads),
        labels=np.cumsum(labels),
        depth=np.cumsum(depth, axis=1),
        title=np.concatenate([[0], np.cumsum(title)]),
        run=_longest_runs(asked.plain, text),
        vectors=np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows * sizes, axis=0)]),
        alike=_liken(asked, pieces, cuts, encoder),
        opens=opens,
        shuts=shuts,
        headed=headed,
        unfinished=unfinished,
    )


def _occurrences(text: str, part: str) -> list[int]:
    found: list[int] = []
    at = text.find(part)
    while at >= 0:
        found.append(at)
        at = text.find(part, at + 1)
    return found


def _longest_runs(asked: str, text: str) -> Table:
    """Length of the longest stretch of the question that ends before each place of the text."""
    letters = np.asarray(list(asked))
    found = np.zeros(len(text) + 1)
    row = np.zeros(len(asked) + 1)
    for at, letter in enumerate(text, 1):
        row[1:] = np.where(letters == letter, row[:-1] + 1, 0)
        found[at] = row.max()
    return found


def _liken(asked: Asked, pieces: list[tuple[int, str]], cuts: Cuts, encoder: Encoder) -> Table:
    """How near in meaning the nearest word of each clause comes to each word of the question."""
    found = np.zeros((len(asked.words), len(cuts.starts)))
    told = [(at, word) for at, word in pieces if len(word) > 1 and word not in STOP and word.isalnum()]
    if not asked.words or not told or not len(cuts.starts):
        return found
    distinct = {word: n for n, word in enumerate(dict.fromkeys(word for _, word in told))}
    rows = encoder.encode([*asked.words, *distinct])
    near = rows[: len(asked.words)] @ rows[len(asked.words) :].T
    near = np.clip((near - _LIKE) / (1 - _LIKE), 0, 1)
    clause = np.clip(np.searchsorted(cuts.starts, [at for at, _ in told], side="right") - 1, 0, None)
    for c, (_, word) in zip(clause, told, strict=True):
        found[:, c] = np.maximum(found[:, c], near[:, distinct[word]])
    return found


def _read_sentences(raw: str, cuts: Cuts, labels: Ints) -> tuple[Ints, Ints, Ints, Flags]:
    """Where each sentence begins and ends, the heading above it, and whether it is a line without a full stop."""
    total = len(cuts.starts)
    if not total:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, np.zeros((0, 2), dtype=np.int64), empty.astype(bool)
    count = int(cuts.sentence[-1]) + 1
    first = np.clip(np.searchsorted(cuts.sentence, np.arange(count), side="left"), 0, total - 1)
    last = np.clip(np.searchsorted(cuts.sentence, np.arange(count), side="right") - 1, 0, total - 1)
    opens, shuts = cuts.starts[first], cuts.ends[last]
    unfinished = np.asarray(
        [cuts.end_level[j] >= 3 and raw[shuts[k] - 1] not in SENTENCE_END + "；;：:" for k, j in enumerate(last)],
        dtype=bool,
    )
    headed = np.zeros((count, 2), dtype=np.int64)
    above = (0, 0)
    for k in range(count):
        long = shuts[k] - opens[k]
        labelled = bool(labels[min(len(labels) - 1, opens[k] + 1)] > 0)
        if (unfinished[k] and long <= _HEADING) or (labelled and long <= _LABELLED):
            above = (int(opens[k]), int(shuts[k]))
        headed[k] = above
    return opens, shuts, headed, unfinished
