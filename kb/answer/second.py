"""A second text to look at: where the search holds another document for nearly as likely, its words are cited too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answer.across import are_of_one_place
from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.general import quote_document

# Share of the leading passage's score by which another document may stand below the one quoted and be pointed at.
# ``python -m benchmarks.second_source`` prints what each value brings and costs.
NARROW = 0.12
_AS_MUCH = 0.5  # share of what the answer carries of the question that the other text must carry, titles included
_LEADING = 4  # documents of the search beyond which none is pointed at
_HOLDS = ("in-force", "unknown")
SEE_ALSO = "另见"


@dataclass(frozen=True, slots=True)
class Second:
    """另一份: a document that may answer too, and how far below the one quoted the search has it."""

    document: str
    behind: float  # share of the leading passage's score; negative for a document found before the one quoted


def add_second(context: Context, question: Question, draft: Draft, narrow: float = NARROW) -> Draft:
    """A quotation with a pointer to the other document that may answer, as a careful clerk would give it."""
    if not draft.quoted or draft.status == "abstained":
        return draft
    second = find_second(context, question, [e.document for s in draft.statements for e in s.evidence])
    told = quote_second(context, question, draft, second) if second and second.behind <= narrow else None
    return draft if told is None else replace(draft, statements=(*draft.statements, told))


def quote_second(context: Context, question: Question, draft: Draft, second: Second) -> Statement | None:
    """The pointer; None where the other document says far less of what is asked than the answer does."""
    told = quote_document(context, question, second.document)
    if told is None or not draft.statements[0].evidence:
        return None
    terms = read_terms(context, question)
    first, other = (_said(context, e) for e in (draft.statements[0].evidence[0], told.evidence[0]))
    return Statement(SEE_ALSO, told.evidence[:1]) if terms.share(other) >= _AS_MUCH * terms.share(first) else None


def _said(context: Context, evidence: Evidence) -> str:
    version = context.version(evidence.document)
    return f"{version.identity.title}\n{version.text[evidence.start : evidence.end]}"


def find_second(context: Context, question: Question, cited: Sequence[str]) -> Second | None:
    """The first document of the search that is not cited and can hold where the first one cited does."""
    best: dict[str, float] = {}
    places: dict[str, int] = {}
    for hit in context.hits:
        best.setdefault(hit.passage.document, hit.score)
        places.setdefault(hit.passage.document, hit.passage.start)
    if not cited or cited[0] not in best:
        return None
    for document in list(best)[:_LEADING]:
        if document in cited or (question.documents and document not in question.documents):
            continue
        status = context.searcher.library.status_of(document, question.as_of, at=places[document])
        if status in _HOLDS and are_of_one_place(context, cited[0], document):
            return Second(document, (best[cited[0]] - best[document]) / (abs(max(best.values())) or 1.0))
    return None
