"""Answers by quotation: the sentences of the best passages that carry the most of what was asked."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import log

from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.records import Hit

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_HITS = 5  # passages looked into; deeper ones added noise on the development sets
_MAX_SENTENCES = 3
_NEIGHBOUR = 0.6  # a sentence must carry this share of the best one's weight to be added to it


@dataclass(frozen=True, slots=True)
class _Sentence:
    hit: Hit
    start: int
    end: int
    weight: float


def answer_general(context: Context, question: Question) -> Draft | None:
    """The sentences that bear most on the question, quoted; None when no passage was found."""
    if not context.hits:
        return None
    ranked = _rank(context, question)
    if not ranked:
        return None
    best = ranked[0]
    close = [s for s in ranked[1:] if s.hit.passage.id == best.hit.passage.id and s.weight >= _NEIGHBOUR * best.weight]
    chosen = sorted([best, *close[: _MAX_SENTENCES - 1]], key=lambda s: s.start)
    text = context.version(best.hit.passage.document).text
    statements = [Statement(text[s.start : s.end].strip(), (_evidence(s),)) for s in chosen]
    return Draft(kind=question.kind, statements=statements, confidence=coverage(context, question))


def coverage(context: Context, question: Question) -> float:
    """Share of the question's weighted words that the best passages and their titles carry, 0–1."""
    words = context.searcher.words
    asked = [w for w in dict.fromkeys(words.cut(question.full)) if len(w) > 1]
    if not asked:
        return 0.0
    best = 0.0
    for hit in context.hits[:_HITS]:
        found = set(words.cut(f"{hit.title} {hit.passage.context} {hit.text}"))
        best = max(best, sum(w in found for w in asked) / len(asked))
    return best


def _rank(context: Context, question: Question) -> list[_Sentence]:
    words = context.searcher.words
    asked = Counter(w for w in words.cut(question.full) if len(w) > 1) + Counter(words.bigrams(question.full))
    sentences: list[tuple[Hit, int, int, set[str]]] = []
    for hit in context.hits[:_HITS]:
        for m in _SENTENCE.finditer(hit.text):
            if len(m.group().strip()) < 6:
                continue
            body = m.group()
            lead = len(body) - len(body.lstrip())
            start = hit.passage.start + m.start() + lead
            grams = set(words.cut(body)) | set(words.bigrams(body))
            sentences.append((hit, start, start + len(body.strip()), grams))
    frequency = Counter(g for *_, grams in sentences for g in grams)
    total = len(sentences) or 1
    top = context.hits[0].score or 1.0
    ranked = [
        _Sentence(
            hit,
            start,
            end,
            sum(log(1 + total / frequency[g]) for g in grams if g in asked) * (0.5 + 0.5 * hit.score / top),
        )
        for hit, start, end, grams in sentences
    ]
    return sorted(ranked, key=lambda s: (-s.weight, s.hit.passage.id, s.start))


def _evidence(s: _Sentence) -> Evidence:
    p = s.hit.passage
    return Evidence(p.document, p.version, p.path, s.start, s.end)
