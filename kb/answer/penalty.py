"""What a breach costs: whether a penalty's own words, or the article it refers to, are about the act that was asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Evidence, Question
from kb.records import Clause, Version
from kb.search.question import find_labels
from kb.text import normalise

_ASKS = re.compile(r"罚|处罚|处分|怎么处理|什么后果")
_ABOUT = 0.5  # share of the act that a penalty, with what it refers to, must carry


def asks_penalty(text: str) -> bool:
    """Whether a question asks what a breach costs."""
    return _ASKS.search(text) is not None


def check_penalty(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft where its penalty is for the act asked about, else with its doubt said."""
    if draft.kind not in ("requirement", "general") or draft.status == "abstained" or not asks_penalty(question.full):
        return draft
    evidence = [e for s in draft.statements for e in s.evidence]
    terms = read_terms(context, question)
    held = terms.share(*_with_references(context, evidence))
    if held >= _ABOUT:
        return draft
    lacking = "、".join(terms.lacking(*_with_references(context, evidence))[:3])
    note = f"所引罚则及其所指条款没有提到“{lacking}”，是否适用请核对；现有资料未见直接规定。" if lacking else ""
    return replace(draft, status="partial", notes=(*draft.notes, *([note] if note else [])))


def _with_references(context: Context, evidence: Sequence[Evidence]) -> list[str]:
    """The quotations, the names of their documents, and the articles of the same document that they refer to."""
    texts = []
    for e in evidence:
        version = context.version(e.document)
        quote = version.text[e.start : e.end]
        texts += [version.identity.title, quote]
        texts += [
            version.text[c.start : c.end] for label in find_labels(normalise(quote)) for c in _articles(version, label)
        ]
    return texts


def _articles(version: Version, label: str) -> list[Clause]:
    return [c for c in version.clauses if c.kind == "article" and c.label == label][:1]
