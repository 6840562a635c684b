"""Answers out of statutes: a whole article, or of a long one the paragraph or the item with its lead-in; never half a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.draft import Context, Evidence, Question, Statement
from kb.answer.naming import cite, find_article
from kb.answer.relevance import find_relevance
from kb.answer.span_cuts import LABEL
from kb.lineage.editions import STATUTES
from kb.records import Hit, Version

_WHOLE = 400  # characters up to which a rule is quoted whole
_LINE = re.compile(r"[^\n]+")
_BREAK = re.compile(r"\s*\n\s*")

Stretch = tuple[int, int]


def quote_article(context: Context, question: Question, hit: Hit) -> Statement | None:
    """What the article of a hit says to a question; None where the hit stands in no article of a statute."""
    version = context.version(hit.passage.document)
    clause = find_article(version, hit.passage.start)
    if version.identity.level not in STATUTES or clause is None:
        return None
    article = (clause.start, clause.end)
    if article[1] - article[0] <= _WHOLE:
        return _state(context, version, [article])
    paragraphs = _read_paragraphs(version.text, article)
    best = paragraphs[_most_relevant(context, question, version.text, paragraphs)]
    if best[1] - best[0] <= _WHOLE:
        return _state(context, version, [best])
    lead, *items = [(best[0] + m.start(), best[0] + m.end()) for m in _LINE.finditer(version.text[best[0] : best[1]])]
    if not items:
        return _state(context, version, [best])
    return _state(context, version, [lead, items[_most_relevant(context, question, version.text, items)]])


def _read_paragraphs(text: str, article: Stretch) -> list[Stretch]:
    """The paragraphs (款) of an article; items stand with the line that leads to them."""
    found: list[Stretch] = []
    for m in _LINE.finditer(text, *article):
        if not m.group().strip():
            continue
        if found and LABEL.match(m.group().lstrip()):
            found[-1] = (found[-1][0], m.end())
        else:
            found.append(m.span())
    return found


def _most_relevant(context: Context, question: Question, text: str, stretches: Sequence[Stretch]) -> int:
    scores = find_relevance(context.searcher, question.full, [text[a:b] for a, b in stretches])
    return max(range(len(scores)), key=scores.__getitem__)


def _state(context: Context, version: Version, stretches: Sequence[Stretch]) -> Statement:
    evidence: list[Evidence] = [cite(context, version.document, a, b) for a, b in stretches]
    return Statement("".join(_BREAK.sub("\n", version.text[e.start : e.end]) for e in evidence), tuple(evidence))
