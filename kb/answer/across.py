"""What other documents say of the same: the best sentence of each, those in force first, each by its document's name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from kb.answer.draft import Context, Evidence, Question, Statement
from kb.answer.naming import cite, find_sentences, flat, is_report, short_title
from kb.answer.relevance import find_relevance
from kb.records import DocumentInfo, Status
from kb.search.places import NATION

_HITS = 24  # passages looked into
_LONGEST = 320  # characters of one sentence quoted
_WEIGHT: dict[Status, float] = {
    "in-force": 0.15, "unknown": 0.0, "not-yet": -0.1, "proposed": -0.2, "expired": -0.15, "superseded": -0.4, "repealed": -0.4,
}  # fmt: skip
_SECOND = 0.85  # share of a document's best sentence that a second one of it needs
_TELLS = -0.25  # added for a report, which allocates nothing


@dataclass(frozen=True, slots=True)
class Quoted:
    """摘句: a sentence, how much it bears on the question, and the state of its document."""

    evidence: Evidence
    info: DocumentInfo
    status: Status
    score: float
    text: str


def find_across(
    context: Context, question: Question, *, boost: Callable[[str], float] | None = None, reports: bool = True, each: int = 1
) -> list[Quoted]:
    """The best sentence of every document found that holds where the question asks, the best first."""
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    spans: list[tuple[str, int, int, str]] = []
    for hit in context.hits[:_HITS]:
        p = hit.passage
        if reports or not is_report(infos[p.document]):
            spans += [(p.document, p.start + a, p.start + b, hit.text[a:b]) for a, b in find_sentences(hit.text) if b - a <= _LONGEST]
    scores = find_relevance(context.searcher, question.full, [s[3] for s in spans])
    found: dict[str, list[Quoted]] = {}
    for (document, start, end, text), relevance in zip(spans, scores, strict=True):
        status = context.searcher.library.status_of(document, question.as_of)
        score = relevance + _WEIGHT[status] + (_TELLS if is_report(infos[document]) else 0.0) + (boost(text) if boost else 0.0)
        found.setdefault(document, []).append(Quoted(cite(context, document, start, end), infos[document], status, score, text))
    kept: list[Quoted] = []
    for group in found.values():
        group.sort(key=lambda q: (-q.score, q.evidence.start))
        kept += [q for q in group[:each] if q.score >= _SECOND * group[0].score]
    return sorted(kept, key=lambda q: (-q.score, q.evidence.document, q.evidence.start))


def quote_beside(
    context: Context, question: Question, cited: Collection[Evidence], *, most: int = 4, share: float = 0.66
) -> list[Statement]:
    """Sentences of documents in force that bear on the question nearly as much as the best one does, none quoted yet."""
    found = find_across(context, question, reports=False, each=2)
    if not found:
        return []
    top = found[0]
    known = {e.document for e in cited}
    places = {q.info.identity.place for q in found if q.info.document in known} or {top.info.identity.place}
    kept = [
        q
        for q in found
        if not any(e.document == q.evidence.document and e.start < q.evidence.end and q.evidence.start < e.end for e in cited)
        and (q is top or q.info.document not in known)
        and q.status in ("in-force", "unknown", "expired")
        and q.score >= max(1.0, share * top.score)
        and (q.info.identity.place in places | {None, NATION} or None in places)
    ]
    return [Statement(say(context, q), (q.evidence,), "依据") for q in kept[:most]]


def say(context: Context, quoted: Quoted) -> str:
    """A sentence under its document's name."""
    return f"{short_title(context, quoted.evidence.document)}：{flat(quoted.text)}"
