"""How likely the words an answer quotes are to answer the question: what is unlikely is said to be, what is hopeless is not shown.

Calibrated on real questions whose answering clause is known (``benchmarks/answerable.py``): 260 answers by quotation
and by requirement, of which 27 in a hundred quoted that clause. Five folds: AUC 0.78.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

from kb.answer.coverage import KeyTerms, find_unknown, read_terms
from kb.answer.draft import Context, Draft, Evidence, Question
from kb.answer.evidence import find_quotes
from kb.answer.refusal import refusal
from kb.lineage.editions import STATUTES
from kb.text import normalise

_CONSTANT, _SHARE, _LACKING, _TURNS = -2.02, 1.78, -0.97, 0.87
_HOPELESS = 0.08  # of the answers below it none quoted the clause that answers
_DOUBTFUL = 0.2  # and of those below this one in nine did
_UNSAID = 0.5  # of what is asked about are things that no quotation speaks of: of 27 such answers none was right
_RANKED = (
    0.85  # confidence from which a limit in other words than those asked is doubted but shown: nine in ten are right
)
_ON_THE_MATTER = 0.15  # of what is asked about, that quotations must carry where no body is named
_NOTHING = 1e-6  # and where bodies are named: below it not a word of the matter is quoted
_SURELY = 0.95  # confidence from which a ranking outweighs that the words are others: 盖谁的章 of 以…的名义
_NAMED = 3  # lacking words that a doubt names


@dataclass(frozen=True, slots=True)
class Support:
    """支持度: what a draft's words carry of the question, and how often such drafts answer."""

    share: float  # of what is asked about, weighed by rarity
    lacking: tuple[str, ...]  # the things asked about that no quotation, title or heading has, the weightiest first
    unsaid: float  # their share of what is asked about
    turns: bool  # whether the rarest term is there

    @property
    def likelihood(self) -> float:
        """How often a draft like this one quotes what answers, 0–1."""
        return 1 / (1 + exp(-(_CONSTANT + _SHARE * self.share + _LACKING * self.unsaid + _TURNS * self.turns)))


def check_support(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft as it is, with a doubt that names what its words lack, or an abstention, by how likely it answers.

    Who handles a thing is not answered by quotations that name no body for it and say next to nothing of the thing, nor
    by bodies for whom not a word of it is quoted, unless they are ranked with near certainty.
    """
    if draft.kind == "duty" and draft.status != "abstained" and draft.statements:
        support = find_support(context, question, draft)
        said = read_terms(context, question).share(
            *(s.text for s in draft.statements)
        )  # 插花地没有直接规定责任单位，但…
        least = _ON_THE_MATTER if not draft.agencies else 0.0 if draft.confidence >= _SURELY else _NOTHING
        if max(support.share, said) >= least:
            return draft
        why = f"检索到的条文没有提到“{'、'.join(support.lacking[:_NAMED])}”，与所问事项无关。"
        return refusal(question, "no-evidence", why, context.hits)
    if draft.status == "abstained" or draft.kind not in ("requirement", "general", "definition", "list"):
        return draft
    if draft.kind in ("definition", "list") and len(draft.statements) > 1:  # drawn up, not quoted in answer
        return draft
    support = find_support(context, question, draft)
    lacking = "、".join(support.lacking[:_NAMED])
    if not lacking or support.likelihood >= _DOUBTFUL or any("没有提到" in n for n in draft.notes):
        return draft
    if not is_ruled(context, draft):
        return draft
    ranked = draft.kind == "requirement" and draft.confidence >= _RANKED
    if support.likelihood < _HOPELESS or (support.unsaid >= _UNSAID and not ranked):
        why = f"检索到的条文没有提到“{lacking}”，与所问事项关联不足。"
        return refusal(question, "no-evidence", why, context.hits)
    doubt = f"所引原文没有提到“{lacking}”，是否就是所问事项请核对；现有资料未见更直接的规定。"
    return replace(draft, status="partial", notes=(*draft.notes, doubt))


def is_ruled(context: Context, draft: Draft) -> bool:
    """Whether a draft quotes a statute: notices and news answer in other words than they are asked."""
    return any(context.version(e.document).identity.level in STATUTES for s in draft.statements for e in s.evidence)


def find_support(context: Context, question: Question, draft: Draft) -> Support:
    """What the quotations, the titles of their documents and the headings they stand under carry."""
    evidence = [e for s in draft.statements for e in s.evidence]
    titles = [context.version(e.document).identity.title for e in evidence]
    terms = read_terms(context, question)
    return measure_support(
        context, question, terms, [*find_quotes(context, draft), *titles, *_headings(context, evidence)]
    )


def measure_support(context: Context, question: Question, terms: KeyTerms, texts: Sequence[str]) -> Support:
    """The same of some texts."""
    nouns = frozenset(context.searcher.words.nouns(normalise(question.full)))
    lacking = terms.lacking(*texts)
    total = sum(terms.weights.values()) or 1.0
    unsaid = sum(terms.weights[t] for t in lacking if t in nouns) / total
    return Support(terms.share(*texts), lacking, unsaid, terms.turns_on("\n".join(texts)))


def _headings(context: Context, evidence: Sequence[Evidence]) -> list[str]:
    """The title and headings above the passages that hold the quotations."""
    return [
        h.passage.context
        for e in evidence
        for h in context.hits
        if h.passage.document == e.document and h.passage.start <= e.start < h.passage.end
    ]


def check_thing(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft, or an abstention where a thing that much of the question turns on is known neither to it nor to the library.

    月球基地 is not answered from what is said of other 基地. A lay word among many others is no such thing: the answer
    then stands, with its doubt.
    """
    if draft.status == "abstained" or question.kind in ("compare", "status", "figure"):
        return draft
    if draft.kind != "duty" and not is_ruled(context, draft):
        return draft
    titles = [context.version(e.document).identity.title for s in draft.statements for e in s.evidence]
    terms = read_terms(context, question)
    found = (f"{h.title} {h.text}" for h in context.hits)  # what was found may know it, though it is not quoted
    unknown = find_unknown(context, question, terms, *find_quotes(context, draft), *titles, *found)
    total, letters = sum(terms.weights.values()), len(normalise(question.full))
    if not any(terms.weights[t] >= _TURNS_ON * total and len(t) >= _SAID * letters for t in unknown):
        return draft
    names = "、".join(f"“{t}”" for t in unknown)
    return refusal(
        question, "no-evidence", f"现有资料未见关于{names}的规定或记载，不以其他事项的规定代替。", context.hits
    )


_TURNS_ON = 0.28  # share of what is asked about, and
_SAID = 0.1  # of the letters of the question; the lay words of the development questions stay below either
