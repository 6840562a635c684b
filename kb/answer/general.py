"""Answers by quotation: the stretch of the leading documents that answers, as short as a whole answer can be."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.answer.article import quote_article
from kb.answer.copies import find_copies
from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import cite
from kb.answer.span_layout import Window
from kb.answer.span_question import asked_types
from kb.answer.span_scorer import SpanScorer, choose, load_scorer
from kb.answer.spans import FEATURES, Spans, find_spans
from kb.answer.windows import find_windows

_HITS = 5  # passages whose words count as coverage
_SENTENCE = 240  # characters up to which the whole sentence is cited for a span inside it
_EDGES = "。！？；\n\u3000"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def answer_general(context: Context, question: Question) -> Draft | None:
    """The span that answers, with the sentence it stands in as its evidence; None when no passage was found."""
    hits = context.hits
    if question.documents:
        hits = tuple(h for h in hits if h.passage.document in question.documents) or hits
    if question.kind == "figure" and question.years:  # a year's figures stand in its own report or in the next one
        told = {str(y + d) for y in question.years for d in (0, 1)}
        named = [set(_YEAR.findall(f"{h.title[:60]} {h.passage.document}")) for h in hits]
        hits = tuple(h for h, years in zip(hits, named, strict=True) if not years or years & told) or hits
    if not hits:
        return None
    confidence = coverage(context, question)
    numbered = bool({"amount", "time", "phone"} & set(asked_types(question.full)))
    ruled = None if numbered else quote_article(context, question, hits[0])
    if ruled is not None:
        return Draft(question.kind, statements=(ruled,), confidence=confidence)
    windows = find_windows(context, hits)
    spans = find_spans(question.full, windows, context.searcher.words, context.searcher.encoder)
    if not len(spans.start):
        return None
    scores = _scorer().score(spans)
    fit = _is_fit(question.full, spans)
    best = choose(spans, np.where(fit, scores, scores - _UNFIT))
    window = windows[int(spans.window[best])]
    leading = next(h for h in hits if h.passage.document == window.document)
    ruled = None if numbered else quote_article(context, question, leading)
    if ruled is not None:
        return Draft(question.kind, statements=(ruled,), confidence=confidence)
    start, end = int(spans.start[best]), int(spans.end[best])
    evidence = cite(context, window.document, *(window.start + p for p in _widen(window, start, end)))
    words = window.text[start:end].strip().rstrip("，；、,;")
    copies = find_copies(context, hits, evidence, words)
    return Draft(question.kind, statements=(Statement(words, (evidence, *copies)),), confidence=confidence)


def _is_fit(question: str, spans: Spans) -> NDArray[np.bool_]:
    """Which candidates have what the question wants to see: a number, a day, a telephone; more than a word or two."""
    types = asked_types(question)
    column = {name: spans.features[:, FEATURES.index(name)] for name in ("amounts", "dates", "phones", "quoted")}
    counted = column["amounts"] + column["dates"] + column["phones"] > 0
    fit = (spans.end - spans.start >= _SHORT) | counted | (column["quoted"] > 0)
    if "phone" in types:
        fit &= column["phones"] > 0
    elif "amount" in types or "time" in types:
        fit &= counted
    return np.asarray(fit if fit.any() else np.ones(len(spans.start), dtype=bool))


_SHORT = 4  # characters from which a stretch without number or name can be an answer
_UNFIT = 50.0  # taken from the score of one that is not fit; no score differs by as much


@lru_cache(maxsize=1)
def _scorer() -> SpanScorer:
    return load_scorer()


def _widen(window: Window, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span, where it is short enough to be shown with it."""
    left, right = start, end
    while left > 0 and window.text[left - 1] not in _EDGES:
        left -= 1
    while right < len(window.text) and window.text[right - 1] not in _EDGES:
        right += 1
    return (left, right) if right - left <= max(_SENTENCE, end - start) else (start, end)


def coverage(context: Context, question: Question) -> float:
    """Share of the question's words that the best passage and its title carry, 0–1."""
    words = context.searcher.words
    asked = [w for w in dict.fromkeys(words.cut(question.full)) if len(w) > 1]
    if not asked:
        return 0.0
    best = 0.0
    for hit in context.hits[:_HITS]:
        found = set(words.cut(f"{hit.title} {hit.passage.context} {hit.text}"))
        best = max(best, sum(w in found for w in asked) / len(asked))
    return best
