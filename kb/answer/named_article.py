"""The article that a question names: 物业管理条例第五条规定了什么, quoted whole; which document, where several are meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.choices import ask_back, name_choices
from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import cite, short_title
from kb.records import Clause, Status
from kb.search.question import find_labels, find_named
from kb.text import normalise

# The words of an article are asked for, not what became of it or what another rule makes of it.
_ASKS = re.compile(
    r"(?:规定|内容|讲|说|写|是)了?(?:的是|了)?(?:什么|啥|哪些|怎样|怎么)|(?:怎么|如何|怎样)(?:规定|写|说|讲)的?|有(?:什么|哪些|何)(?:规定|内容)|原文|全文|条文|的?内容[？?]?$|条[？?]?$"
)
_NAMED = 0.95  # share of a name from which a mention is that document's own name
_LIKE = 0.3  # and from which it may be meant
_ENDED: dict[Status, int] = {"in-force": 0, "unknown": 1, "not-yet": 2, "proposed": 3}
_LONGEST = 1_500  # characters of one article that are shown; the citation keeps all
_MOST = 4


def answer_article(context: Context, question: Question) -> Draft | None:
    """The named articles of the named document; asks back which document where the question leaves it open."""
    plain = normalise(question.full)
    labels = find_labels(plain)
    if not labels or question.kind in ("compare", "status") or not _ASKS.search(plain):
        return None
    documents = _find_documents(context, question, plain)
    if not documents:
        return None if question.lacking else _ask_which(context, question, labels, _any_documents(context, labels))
    works = _one_of_each_work(context, question, documents)
    if len(works) > 1:
        return _ask_which(context, question, labels, works)
    statements = [s for label in labels[:_MOST] if (s := _quote(context, works[0], label)) is not None]
    return Draft("general", statements=tuple(statements), confidence=0.95) if statements else None


def _find_documents(context: Context, question: Question, plain: str) -> list[str]:
    """The documents whose whole name is in the question, else those whose name holds what is said of it."""
    if question.documents:
        return list(question.documents)
    catalogue = context.searcher.catalogue()
    shares = {catalogue.infos[row].document: share for row, share in find_named(plain, catalogue)[0].items()}
    best = max(shares.values(), default=0.0)
    least = _NAMED if best >= _NAMED else _LIKE
    found = [d for d, share in shares.items() if share >= least]
    asked = catalogue.gazetteer.find(question.full)
    places = {i.document: p for i, p in zip(catalogue.infos, catalogue.places, strict=True)}
    return [
        d for d in found if not asked or catalogue.gazetteer.relation(asked, places[d]) in ("same", "none")
    ] or found


def _one_of_each_work(context: Context, question: Question, documents: Sequence[str]) -> list[str]:
    """Of the editions and copies of one work the one that holds on the day; works in the order of their documents."""
    library = context.searcher.library
    best: dict[str, str] = {}
    for d in sorted(documents, key=lambda d: (_ENDED.get(library.status_of(d, question.as_of), 4), d)):
        edition = library.lineage().edition(d)
        best.setdefault(edition.name.core if edition is not None else d, d)
    return list(best.values())


def _any_documents(context: Context, labels: Sequence[str]) -> list[str]:
    """Documents of the passages found that have the article."""
    documents = dict.fromkeys(h.passage.document for h in context.hits)
    return [d for d in documents if _find(context, d, labels[0]) is not None]


def _ask_which(context: Context, question: Question, labels: Sequence[str], documents: Sequence[str]) -> Draft | None:
    held = [d for d in documents if _find(context, d, labels[0]) is not None]
    choices = name_choices(f"{short_title(context, d)}{'、'.join(labels)}规定了什么？" for d in held)
    return ask_back(question, f"库中有{labels[0]}的文件不止一份，请说明是哪一份文件", choices) if choices else None


def _find(context: Context, document: str, label: str) -> Clause | None:
    clauses = context.version(document).clauses
    return next((c for c in clauses if c.label == label and c.kind == "article"), None)


def _quote(context: Context, document: str, label: str) -> Statement | None:
    clause = _find(context, document, label)
    if clause is None:
        return None
    evidence = cite(context, document, clause.start, clause.end)
    words = context.version(document).text[evidence.start : evidence.end]
    shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}……"
    return Statement(f"{short_title(context, document)}：{shown}", (evidence,))
