"""What one named document says of something: the part under the heading that names it, item by item."""

from __future__ import annotations

import re

from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import cite, find_meant, is_report, short_title
from kb.records import Clause
from kb.text import normalise

_ASKED = re.compile(
    r"(?:有|是|作了|做了)?(?:什么|哪些|何|怎样的?|怎么)(?:样的)?(?:具体)?(?:要求|规定|标准|指标|内容|条件)|(?:要求|标准|指标)(?:是什么|有哪些)|怎么规定|如何规定"
)
_LONGEST = 1_500  # characters of a part quoted whole
_MOST = 14


def answer_within(context: Context, question: Question) -> Draft | None:
    """The items under the heading of a named document that names the thing asked about; None where there is none."""
    if not _ASKED.search(normalise(question.full)):
        return None
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    library = context.searcher.library
    meant = [
        d for d in (question.documents or find_meant(context, question.full)) if d in infos and not is_report(infos[d])
    ]
    order = {"in-force": 0, "unknown": 1, "not-yet": 2}
    meant.sort(key=lambda d: order.get(library.status_of(d, question.as_of), 3))
    terms = [t for t in read_terms(context, question).weights if len(t) >= 2]
    for document in meant[:3]:
        clause = _find_part(context, document, [t for t in terms if t not in infos[document].identity.title])
        if clause is not None:
            return _quote(context, document, clause)
    return None


def _find_part(context: Context, document: str, terms: list[str]) -> Clause | None:
    """The smallest part whose own heading names what is asked, and which is short enough to be quoted."""
    found = [
        c
        for c in context.version(document).clauses
        if c.kind in ("heading", "chapter", "section", "annex")
        and any(t in normalise(c.title) for t in terms)
        and 30 <= c.end - c.heading_end <= _LONGEST
        and len(c.title) <= 40
    ]
    return min(found, key=lambda c: (-sum(t in c.title for t in terms), c.end - c.start), default=None)


def _quote(context: Context, document: str, clause: Clause) -> Draft:
    text = context.version(document).text
    statements = [
        Statement(
            f"{short_title(context, document)}“{clause.label}{clause.title.strip('。：')}”：",
            (cite(context, document, clause.start, clause.heading_end),),
        )
    ]
    for m in re.compile(r"[^\n]+").finditer(text, clause.heading_end, clause.end):
        if m.group().strip():
            evidence = cite(context, document, m.start(), m.end())
            statements.append(Statement(text[evidence.start : evidence.end], (evidence,)))
    return Draft("requirement", statements=tuple(statements[: _MOST + 1]), confidence=0.8)
