"""Candidate spans: where a quotation could begin and end near the sentences that carry most of the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kb.answer.span_cuts import CLAUSE_END, SENTENCE_END
from kb.answer.span_layout import AMOUNT, DATE, PHONE, QUOTED, Ints, Laid
from kb.answer.span_question import Asked, Table

# Words before which an answer often begins, kept or not.
LEAD_IN = re.compile(
    r"[是为由于至将对按以向给达共即在从自有]|包括|通过|采取|实行|要求|负责|分别|主要|可以|应当|需要|不得|按照|根据"
)
# 多少天内: how long, which no day of the calendar answers
_TERM = re.compile(r"(?:多少|几)个?(?:工作)?(?:天|日(?!期)|小时|周|星期|个月)")
_DAY_OF_YEAR = re.compile(r"[\s　（(]*(?:\d{4}年)?\d{1,2}月\d{1,2}日[\s　。，,；;）)]*")
_NEVER_FIRST = CLAUSE_END + SENTENCE_END + "的了等、”》）)"  # a quotation that began so would be half of something
_LONGEST_RUN = 26  # clauses of one candidate
_LONGEST = 700  # characters of one candidate
_SENTENCES = 7  # best-matching sentences around which candidates are made
_SPREAD = 2  # sentences beside each of them
_MOST = 1600  # candidates of one window; beyond them the lesser sentences are left out


def coverage(laid: Laid, weights: Table, start: Ints, end: Ints) -> Table:
    """Share of the weight of the question's terms that stands wholly within each stretch."""
    n = len(laid.text)
    start, end = np.clip(start, 0, n), np.clip(end, 0, n)
    held = laid.ends[:, end] - laid.counts[:, start] > 0
    total = float(weights.sum()) or 1.0
    return np.asarray(weights @ held / total)


def propose(laid: Laid, asked: Asked) -> tuple[Ints, Ints]:
    """Starts and ends of candidates around the sentences that carry most of the question."""
    cuts = laid.cuts
    if not len(laid.opens):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    carried = coverage(laid, asked.weights, laid.opens, laid.shuts)
    carried = carried + 0.3 * np.concatenate([[0.0], carried[:-1]])
    near: set[int] = set()
    for best in np.argsort(-carried, kind="stable")[:_SENTENCES]:
        near |= set(range(int(best) - 1, int(best) + _SPREAD + 1))
    first = np.searchsorted(cuts.sentence, np.arange(len(laid.opens)), side="left")
    last = np.searchsorted(cuts.sentence, np.arange(len(laid.opens)), side="right") - 1
    pairs: dict[tuple[int, int], None] = {}
    for s in sorted(near):
        if not 0 <= s < len(laid.opens):
            continue
        for i in range(int(first[s]), int(last[s]) + 1):
            pairs.update(dict.fromkeys(_from_clause(laid, asked, i)))
        if len(pairs) > _MOST:
            break
    if _TERM.search(asked.plain):
        pairs = {p: None for p in pairs if not _DAY_OF_YEAR.fullmatch(laid.text[p[0] : p[1]])}
    found = np.asarray(list(pairs), dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _from_clause(laid: Laid, asked: Asked, i: int) -> Iterator[tuple[int, int]]:
    """Runs of clauses that begin at or inside one, and what stands inside it."""
    cuts = laid.cuts
    a = int(cuts.starts[i])
    inner = _inner_starts(laid, asked, a, int(cuts.ends[i]))
    for j in range(i, min(len(cuts.starts), i + _LONGEST_RUN)):
        b = int(cuts.ends[j])
        if b - a > _LONGEST:
            break
        if j - i > 5 and cuts.end_level[j] < 2 and laid.text[b - 1] not in "；;":
            continue
        if cuts.start_level[i] < 2 and j - i > 12 and cuts.sentence[j] != cuts.sentence[i]:
            break
        yield a, b
        if j - i <= 6:
            for inside in inner:
                yield inside, b
    yield from _inner_spans(laid, a, int(cuts.ends[i]), inner)


def _inner_starts(laid: Laid, asked: Asked, start: int, end: int) -> list[int]:
    """Word edges inside a clause at which an answer may begin: after words of the question, around a lead-in."""
    text = laid.text
    found: set[int] = set()
    known = set(asked.terms)
    for at, word in laid.pieces_between(start, end):
        after = at + len(word)
        if start < at:
            if LEAD_IN.match(word):
                found |= {at, after}
            if word in known or word[-2:] in known:
                found.add(after)
            elif laid.matched[at] - laid.matched[max(start, at - 2)] > 0:
                found.add(at)
        elif word in known or LEAD_IN.match(word):
            found.add(after)
    return sorted(p for p in found if start < p < end - 1 and text[p] not in _NEVER_FIRST)


def _inner_spans(laid: Laid, start: int, end: int, starts: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Amounts, dates, names and quoted words; and stretches that stop before words of the question or 等."""
    text = laid.text
    for pattern in (AMOUNT, DATE, PHONE, QUOTED):
        for m in pattern.finditer(text, start, end):
            if m.end() > m.start():
                yield m.start(), m.end()
                for a in starts:
                    if 0 < m.start() - a <= 14:
                        yield a, m.end()
    stops: set[int] = set()
    bare_end = end
    while bare_end > start and text[bare_end - 1] in CLAUSE_END + SENTENCE_END:
        bare_end -= 1
    stops.add(bare_end)
    for at in range(start + 1, bare_end):
        begins = laid.matched[at + 1] - laid.matched[at] > 0 and laid.matched[at] - laid.matched[at - 1] == 0
        if begins or text[at] in "的等":
            stops.add(at)
    for a in (start, *starts):
        for b in sorted(stops):
            if 2 <= b - a <= 60:
                yield a, b
