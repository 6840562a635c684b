"""How two bodies divide their work, and where the texts in force give one thing to both."""

from __future__ import annotations

import re

from kb.answer.dispute import find_arbiters, read_entries, region_of, write_conflict
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, find_sentences, flat, is_report, short_title
from kb.answer.relevance import find_relevance
from kb.records import AnswerStatus
from kb.responsibility.clashes import Clash, find_clashes
from kb.responsibility.entries import Entry
from kb.text import normalise

_FEW = 60  # documents that can all be looked at for one question: those of one city
_BETWEEN = re.compile(
    r"(?P<one>[\u4e00-\u9fff]{2,10}?)(?:和|与|跟|同|、)(?P<other>[\u4e00-\u9fff]{2,10}?)(?:之间)?(?:的)?(?:怎么|如何|怎样|是怎么)?(?P<how>分工|说法不一|职责分工|意见不一|不一致|扯皮|推诿)"
)


def answer_between(context: Context, question: Question) -> Draft | None:
    """What each of two bodies does, side by side, with who rules where they differ; None where no two are named."""
    m = _BETWEEN.search(normalise(question.full))
    if m is None:
        return None
    one, other = _stem(m["one"]), _stem(m["other"])
    documents = _find_documents(context, question, one, other)
    found = _find_both(context, question, documents, one, other)
    entries = read_entries(context, context.searcher.library.find_duties(documents=documents), question.as_of)
    clashes = _find_clashes(context, entries, one, other)
    statements = [
        Statement(f"{short_title(context, e.document)}：{flat(_text(context, e))}", (e,)) for _, e in found[:4]
    ]
    notes, conflicts = [], []
    for clash in clashes:
        sides, conflict, note = write_conflict(clash)
        statements += sides
        conflicts.append(conflict)
        notes.append(note)
    if not statements:
        return None
    catalogue = context.searcher.catalogue()
    places = {p for i, p in zip(catalogue.infos, catalogue.places, strict=True) if i.document in documents}
    statements += find_arbiters(entries, places)
    status: AnswerStatus = "partial" if clashes else "answered"
    return Draft("duty", status=status, statements=tuple(statements), conflicts=tuple(conflicts), confidence=0.8, notes=tuple(notes))  # fmt: skip


def _find_documents(context: Context, question: Question, one: str, other: str) -> list[str]:
    """Rules in force among those found, or of either body's name; all the library's where it is small."""
    library = context.searcher.library
    found = {h.passage.document for h in context.hits}
    infos = [i for i in library.find_documents() if not is_report(i)]
    chosen = [i for i in infos if i.document in found or one[:2] in i.identity.title or other[:2] in i.identity.title]
    if len(infos) <= _FEW:
        chosen = infos
    elif len(chosen) > _FEW:
        chosen = [i for i in infos if i.document in found]
    return [i.document for i in chosen if library.status_of(i.document, question.as_of) in ("in-force", "unknown")]


def _find_both(
    context: Context, question: Question, documents: list[str], one: str, other: str
) -> list[tuple[float, Evidence]]:
    """Paragraphs that name both bodies, the nearest to the question first."""
    found: list[tuple[float, Evidence]] = []
    for document in documents:
        text = context.version(document).text
        spans = [(a, b) for a, b in _paragraphs(text) if _names(text[a:b], one) and _names(text[a:b], other)]
        scores = find_relevance(context.searcher, question.full, [text[a:b] for a, b in spans])
        found += [(s, cite(context, document, a, b)) for s, (a, b) in zip(scores, spans, strict=True)]
    return sorted(found, key=lambda p: (-p[0], p[1].document, p[1].start))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Paragraphs up to 260 characters, sentences of longer ones: what one body does and the other stands together."""
    found = []
    for m in re.finditer(r"[^\n]+", text):
        if len(m.group()) <= 260:
            found.append(m.span())
        else:
            found += [(m.start() + a, m.start() + b) for a, b in find_sentences(m.group())]
    return found


def _text(context: Context, evidence: Evidence) -> str:
    return context.version(evidence.document).text[evidence.start : evidence.end]


def _stem(name: str) -> str:
    return re.sub(r"^.*(?:，|卫生|问题|的)", "", name)


def _names(text: str, name: str) -> bool:
    """Whether a text names a body, short or long: 住建局 is 住房和城乡建设局."""
    letters = [c for c in name if c not in "局委厅部市区县"][:2]
    gap = r"[\u4e00-\u9fff]{0,6}?"
    return name in text or bool(re.search(gap.join(map(re.escape, letters)) + gap + r"(?:局|委|厅|部|办|会)", text))


def _find_clashes(context: Context, entries: tuple[Entry, ...], one: str, other: str) -> list[Clash]:
    """Clashes in which both bodies take part: by the agency, the document that gives the task, or its words."""

    def takes_part(clash: Clash, name: str) -> bool:
        return any(_names(f"{e.duty.agency} {e.title} {e.duty.basis.quote}", name) for e in clash.entries)

    clashes = find_clashes(entries, context.agencies, region_of(context))
    return [c for c in clashes if takes_part(c, one) and takes_part(c, other)][:2]
