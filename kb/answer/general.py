"""Answers by quotation: the stretch of the leading documents that answers, as short as a whole answer can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.answer.article import quote_article
from kb.answer.copies import find_copies
from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import cite
from kb.answer.reader import Reader, load_reader
from kb.answer.span_cuts import widen
from kb.answer.span_layout import Window
from kb.answer.span_question import asked_types, has_gap
from kb.answer.span_scorer import SpanScorer, choose, load_scorer
from kb.answer.spans import FEATURES, Spans, find_spans
from kb.answer.told import quote_finding
from kb.answer.torn import begin_whole
from kb.answer.windows import find_windows
from kb.embedding import load_packaged
from kb.errors import KBError
from kb.lineage.editions import STATUTES
from kb.records import Hit

_PART = 6  # characters of a question that stands beside another
_HITS = 5  # passages whose words count as coverage
_SENTENCE = 240  # characters up to which the whole sentence is cited for a span inside it
_EDGES = ("。！？\n\u3000", "。！？；\n\u3000")
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
    statements = _quote(context, question, hits)
    return Draft(question.kind, statements=statements, confidence=confidence, quoted=True) if statements else None


def quote_document(context: Context, question: Question, document: str) -> Statement | None:
    """What one of the documents found says to a question."""
    statements = _quote(context, question, tuple(h for h in context.hits if h.passage.document == document))
    return statements[0] if statements else None


def _quote(context: Context, question: Question, hits: Sequence[Hit]) -> list[Statement]:
    """One quotation for each question of the text; of a statute the whole rule, unless a number is asked for."""
    numbered = bool({"amount", "time", "phone"} & set(asked_types(question.full)))
    ruled = None if numbered else quote_article(context, question, hits[0])
    if ruled is not None:
        return [ruled]
    finding = quote_finding(context, question, hits)
    if finding:
        return finding
    windows = find_windows(context, hits)
    statements: list[Statement] = []
    for part in _read_parts(question.full):
        chosen = _choose_span(context, part, windows)
        if chosen is None:
            continue
        window, start, end = chosen
        leading = next(h for h in hits if h.passage.document == window.document)
        ruled = None if numbered else quote_article(context, question, leading)
        statement = ruled or _quote_span(context, hits, window, start, end)
        if not any(statement.text in told.text for told in statements):
            statements.append(statement)
    return statements


def _read_parts(question: str) -> list[str]:
    """The questions of one text, each with its own words of asking: 个人最多贷多少？小微企业最高多少？"""
    parts = [p.strip() for p in re.split(r"(?<=[？?])", question) if len(p.strip()) >= _PART]
    return parts if len(parts) > 1 and all(has_gap(p) for p in parts) else [question]


def _choose_span(context: Context, asked: str, windows: list[Window]) -> tuple[Window, int, int] | None:
    spans = find_spans(asked, windows, context.searcher.words, context.searcher.encoder, _reader())
    if not len(spans.start):
        return None
    scores = _scorer().score(spans)
    best = choose(spans, np.where(_is_fit(spans), scores, scores - _UNFIT))
    return windows[int(spans.window[best])], int(spans.start[best]), int(spans.end[best])


def _quote_span(context: Context, hits: Sequence[Hit], window: Window, start: int, end: int) -> Statement:
    if context.version(window.document).identity.level in STATUTES:
        # a number alone is no rule: 二十二周岁 of 男不得早于二十二周岁，女不得早于二十周岁
        start, end = _find_sentence(window, start, end)
    else:
        start = begin_whole(window.text, start, end)
    evidence = cite(context, window.document, *(window.start + p for p in _find_sentence(window, start, end)))
    words = window.text[start:end].strip().rstrip("，；、,;")
    return Statement(words, (evidence, *find_copies(context, hits, evidence, words)))


def _is_fit(spans: Spans) -> NDArray[np.bool_]:
    """Which candidates are more than a word or two, or hold a number, a day, a telephone or a name."""
    held = sum(spans.features[:, FEATURES.index(name)] for name in ("amounts", "dates", "phones", "quoted"))
    fit = (spans.end - spans.start >= _SHORT) | (held > 0)
    return np.asarray(fit if fit.any() else np.ones(len(spans.start), dtype=bool))


_SHORT = 4  # characters from which a stretch without number or name can be an answer
_UNFIT = 50.0  # taken from the score of one that is not fit; no score differs by as much


@lru_cache(maxsize=1)
def _scorer() -> SpanScorer:
    return load_scorer()


@lru_cache(maxsize=1)
def _reader() -> Reader | None:
    try:
        return load_reader(load_packaged())
    except KBError:
        return None  # the packaged model was removed in favour of another encoder: spans are chosen without reading


def _find_sentence(window: Window, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span where it is short enough to be shown with it, else its part between semicolons."""
    for edges in _EDGES:
        left, right = widen(window.text, start, end, edges)
        if right - left <= max(_SENTENCE, end - start):
            return left, right
    return start, end


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
