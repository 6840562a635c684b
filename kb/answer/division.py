"""The rest of a division of work: what the document an answer rests on gives other bodies to do with the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.across import contradicts
from kb.answer.coverage import KeyTerms, find_unknown, read_terms
from kb.answer.dispute import answer_gap, find_arbiters, find_conflicts, read_entries, write_conflict
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.duty_question import find_topic
from kb.answer.naming import cite, flat, short_title
from kb.answer.whether import is_negative
from kb.text import normalise

_BROAD = re.compile(r"归谁|谁管|谁来管|谁负责|归.{1,8}管|怎么分工|如何分工")
_ABOUT = 0.6  # share of what is asked about that a further duty must carry
_MOST = 4


def quote_division(context: Context, question: Question, cited: Sequence[Evidence]) -> list[Statement]:
    """Further duties of the first document cited that are about the same thing, for a question who looks after it."""
    if not cited or not _BROAD.search(normalise(question.full)):
        return []
    document = max({e.document for e in cited}, key=lambda d: (sum(e.document == d for e in cited), d))
    terms = read_terms(context, question)
    found: dict[int, Statement] = {}
    for duty in context.searcher.library.find_duties(documents=[document]):
        b = duty.basis
        known = any(e.document == document and e.start < b.end and b.start < e.end for e in cited)
        if known or duty.modality != "norm" or b.start in found or terms.share(b.quote) < _ABOUT:
            continue
        if contradicts(question.full, b.quote) or ("\t" in b.quote and not _shares_word(terms, b.quote)):
            continue
        evidence = cite(context, document, b.start, b.end)
        found[b.start] = Statement(f"{short_title(context, document)}：{flat(b.quote)}", (evidence,), "依据")
    if len(found) > _MOST:  # a document wholly about the thing: the leading and the negative ones tell the most
        kept = {s: t for s, t in found.items() if re.search(r"牵头|统筹|查处|处罚|监督", t.text) or is_negative(t.text)}
        found = kept or found
    return [found[s] for s in sorted(found)][:_MOST]


def _shares_word(terms: KeyTerms, row: str) -> bool:
    """Whether a row of a table has two characters of what is asked about: 缺失 alone makes a railing no manhole cover."""
    return any(term[i : i + 2] in row for term in terms.weights for i in range(len(term) - 1))


_FEW = 5_000  # duty records that can all be looked at for one question: those of one city


def with_conflicts(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft with the rules that contradict what it quotes, where a library is small enough to look at all of them."""
    library = context.searcher.library
    if draft.conflicts or draft.kind != "duty" or library.count("duties") > _FEW:
        return draft
    cited = [e for s in draft.statements for e in s.evidence]
    duties = library.find_duties()
    chosen = [
        d
        for d in duties
        if any(e.document == d.basis.document and e.start < d.basis.end and d.basis.start < e.end for e in cited)
    ]
    entries = read_entries(context, duties, question.as_of)
    terms = read_terms(context, question)
    clashes = [
        c
        for c in find_conflicts(context, entries, chosen)
        if terms.share(c.about, *(e.duty.basis.quote for e in c.entries)) >= _ABOUT
    ]
    if not clashes:
        return draft
    statements, notes, conflicts = list(draft.statements), list(draft.notes), []
    for clash in clashes[:2]:
        sides, conflict, note = write_conflict(clash)
        statements += sides
        conflicts.append(conflict)
        notes.append(note)
    statements = _without_repeats(draft, statements)
    statements += _merge_same(find_arbiters(entries, {e.place for c in clashes[:2] for e in c.entries})[:2])
    return replace(
        draft, status="partial", statements=tuple(statements), conflicts=tuple(conflicts), notes=tuple(notes)
    )


def _without_repeats(draft: Draft, statements: Sequence[Statement]) -> list[Statement]:
    """Statements without those that only quote again what stands among the sides of a conflict, with rank and date."""
    sides = [e for s in statements if s.section == "分歧" for e in s.evidence]
    rested = {a.evidence for a in draft.agencies}

    def repeats(e: Evidence) -> bool:
        return e not in rested and any(e.document == x.document and e.start < x.end and x.start < e.end for x in sides)

    return [s for s in statements if s.section == "分歧" or not s.evidence or not all(map(repeats, s.evidence))]


def _merge_same(statements: Sequence[Statement]) -> list[Statement]:
    """One statement for the same words of several documents."""
    merged: dict[str, Statement] = {}
    for s in statements:
        before = merged.get(s.text)
        merged[s.text] = replace(before, evidence=(*before.evidence, *s.evidence)) if before else s
    return list(merged.values())


def check_subject(
    context: Context, question: Question, draft: Draft, beside: Sequence[Statement] = ()
) -> tuple[Draft, bool]:
    """The draft, with a doubt where the rules cited do not speak of the thing; or, and True, that reports call it open.

    ``beside``: what further documents say, shown below the draft.
    """
    terms = read_terms(context, question)
    cited = [e for s in (*draft.statements, *beside) for e in s.evidence]
    quotes = [context.version(e.document).text[e.start : e.end] for e in cited]
    titles = [context.version(e.document).identity.title for e in cited]
    if not quotes or terms.share(*quotes, *titles) >= _CARRIED:
        return draft, False
    documents = list(dict.fromkeys(h.passage.document for h in context.hits))[:_NEAR]
    duties = context.searcher.library.find_duties(documents=documents)
    gap = answer_gap(context, question, find_topic(question.full), documents, duties)
    if gap is not None:
        return gap, True
    unknown = find_unknown(context, question, terms, *quotes, *titles)
    if not unknown and terms.turns_on("\n".join([*quotes, *titles])):
        return draft, False
    lacking = "、".join((unknown or terms.lacking(*quotes, *titles))[:2])
    doubt = f"现有资料未见直接规定“{lacking}”的条文；以上是相近规定，是否适用请核对。"
    return replace(draft, status="partial", notes=(*draft.notes, doubt)), False


_CARRIED = 0.85  # share of what is asked about from which the rules cited leave nothing open
_NEAR = 12  # documents found whose duties may fill a gap
