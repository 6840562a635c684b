"""What a breach costs: the penalty whose own words, or the article it refers to, are about the act that was asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.across import find_across
from kb.answer.coverage import KeyTerms, read_terms
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, find_article, find_sentences, flat
from kb.records import Clause, Version
from kb.search.question import find_labels
from kb.text import normalise

_ASKS = re.compile(r"罚|处罚|处分|怎么处理|什么后果")
_PENALTY = re.compile(r"罚款|处罚|没收|警告|吊销|拘留|责令")
_AMOUNT = re.compile(r"元|倍|百分之")
_ABOUT = 0.5  # share of the act that a penalty, with what it refers to, must carry
_RULES = 4  # rules whose penalties are looked for


def asks_penalty(text: str) -> bool:
    """Whether a question asks what a breach costs."""
    return _ASKS.search(text) is not None


def sets_penalty(text: str) -> bool:
    """Whether a sentence sets a penalty with its amount."""
    return _PENALTY.search(text) is not None and _AMOUNT.search(text) is not None


def check_penalty(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft where its penalty is for the act asked about; else the one that is, or the draft with its doubt said."""
    if draft.kind not in ("requirement", "general") or draft.status == "abstained" or not asks_penalty(question.full):
        return draft
    evidence = [e for s in draft.statements for e in s.evidence]
    terms = read_terms(context, question)
    held = terms.share(*_with_references(context, evidence))
    if held >= _ABOUT:
        return draft
    better = _find_penalty(context, question, terms)
    if better is not None:
        other = [e for s in better.statements for e in s.evidence]
        if terms.share(*_with_references(context, other)) > held:
            return better
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


def _find_penalty(context: Context, question: Question, terms: KeyTerms) -> Draft | None:
    """The rule nearest to the act, and the sentence of its document that punishes breaking that article."""
    for rule in find_across(context, question, reports=False, each=2)[: _RULES * 2]:
        version = context.version(rule.evidence.document)
        article = find_article(version, rule.evidence.start)
        if article is None or terms.share(rule.text, version.identity.title) < _ABOUT:
            continue
        for start, end in find_sentences(version.text):
            text = version.text[start:end]
            inside = article.start <= start < article.end
            if sets_penalty(text) and (inside or article.label in find_labels(normalise(text))):
                own = cite(context, rule.evidence.document, start, end)
                said = [Statement(flat(version.text[own.start : own.end]), (own,))]
                if own != rule.evidence:
                    said.append(Statement(f"{article.label}：{flat(rule.text)}", (rule.evidence,), "依据"))
                return Draft("requirement", statements=tuple(said), confidence=0.7)
    return None
