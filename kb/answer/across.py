"""What other documents say of the same: the best sentence of each, those in force first, each by its document's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, find_sentences, flat, is_report, short_title
from kb.answer.relevance import find_relevance
from kb.matching import find_cases
from kb.records import DocumentInfo, Status

_HITS = 40  # passages looked into
_LONGER = 24  # characters beyond its document's title from which a sentence says something besides
_LONGEST = 320  # characters of one sentence quoted
_WEIGHT: dict[Status, float] = {
    "in-force": 0.15, "unknown": 0.0, "not-yet": -0.1, "proposed": -0.2, "expired": -0.15, "superseded": -0.4, "repealed": -0.4,
}  # fmt: skip
# What only introduces, or only names documents, says nothing of who does what.
EMPTY = re.compile(
    r"(?:通知|公告|纪要|报告|意见)如下|现(?:就|将).{2,40}(?:如下|印发)|^\d+\t《?[^\t]{4,60}(?:办法|规定|通知|方案|意见|细则)[^\t]*\t[^\t]{2,20}〔\d{4}〕|^附件|^#"
)
_SECOND = 0.85  # share of a document's best sentence that a second one of it needs
_EITHER = re.compile(
    r"归.{1,14}还是|由.{1,14}还是|还是归|还是由"
)  # two bodies held against each other: each may have its part
_ALLOTS = re.compile(
    r"由[^，。；]{2,24}(?:牵头|负责|承担|主管|查处|确定)|(?:局|部门|办事处|政府|委员会|企业|单位)(?:牵头)?负责"
    r"|\t[^\t]{0,20}(?:局|办|委|街道|政府|部门|中心|单位|支队)(?:、[^\t]{1,20})?(?:\t|$)"  # a cell of a table that names a body
)
_NAMES_BODY = 0.25  # added, where who is asked, for a sentence that gives a body something to do
_TURNS = 0.2  # added for a sentence with the rarest of the words asked about
_TELLS = -0.25  # added for a report, which allocates nothing


@dataclass(frozen=True, slots=True)
class Quoted:
    """摘句: a sentence, how much it bears on the question, and the state of its document."""

    evidence: Evidence
    info: DocumentInfo
    status: Status
    score: float
    text: str


def _fit_year(question: Question, info: DocumentInfo) -> float:
    """A document of the year asked about goes before one of another year."""
    said = {int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{info.identity.title} {info.document}")}
    if not question.years or not said:
        return 0.0
    return 0.4 if said & set(question.years) else -0.4


def find_across(
    context: Context,
    question: Question,
    *,
    boost: Callable[[str], float] | None = None,
    reports: bool = True,
    each: int = 1,
    second: float = _SECOND,
) -> list[Quoted]:
    """The best sentence of every document found that holds where the question asks, the best first."""
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    spans: list[tuple[str, int, int, str]] = []
    named = [h for h in context.hits[:_HITS] if h.passage.document in question.documents]
    elsewhere = _find_elsewhere(context, question)
    for hit in named or [h for h in context.hits[:_HITS] if h.passage.document not in elsewhere]:
        p = hit.passage
        if not reports and is_report(infos[p.document]):
            continue
        for a, b in find_sentences(hit.text):
            text = hit.text[a:b]
            if flat(text) in hit.title or (hit.title in text and b - a < len(hit.title) + _LONGER):
                continue
            if b - a <= _LONGEST and not EMPTY.search(text) and not contradicts(question.full, text):
                spans.append((p.document, p.start + a, p.start + b, text))
    scores = find_relevance(context.searcher, question.full, [s[3] for s in spans])
    terms = read_terms(context, question)
    found: dict[str, list[tuple[float, int, int, Status, str]]] = {}
    for (document, start, end, text), relevance in zip(spans, scores, strict=True):
        status = context.searcher.library.status_of(document, question.as_of, at=start)
        score = (
            relevance
            + _WEIGHT[status]
            + _fit_year(question, infos[document])
            + (_TURNS if terms.turns_on(text) else 0.0)
            + (_NAMES_BODY if question.kind == "duty" and _ALLOTS.search(text) else 0.0)
            + (_TELLS if is_report(infos[document]) else 0.0)
            + (boost(text) if boost else 0.0)
        )
        found.setdefault(document, []).append((score, start, end, status, text))
    kept: list[Quoted] = []
    for document, group in found.items():
        group.sort(key=lambda q: (-q[0], q[1]))
        kept += [
            Quoted(cite(context, document, start, end), infos[document], status, score, text)
            for score, start, end, status, text in group[:each]
            if score >= second * group[0][0]
        ]
    # One report as plain text and as .docx: the one with no conversion in between goes first.
    plain = {q.info.document: q.info.format in ("txt", "md") for q in kept}
    return sorted(
        kept, key=lambda q: (-round(q.score, 2), not plain[q.info.document], q.evidence.document, q.evidence.start)
    )


def _find_elsewhere(context: Context, question: Question) -> frozenset[str]:
    """Documents of other places than the one asked about, which say nothing of it; none where no place is named."""
    catalogue = context.searcher.catalogue()
    asked = catalogue.gazetteer.find(question.full)
    if not asked:
        return frozenset()
    found = {h.passage.document for h in context.hits}
    return frozenset(
        i.document
        for i, p in zip(catalogue.infos, catalogue.places, strict=True)
        if i.document in found and p is not None and not any(_may_hold(context, a, p) for a in asked)
    )


_MANAGED = re.compile(r"物业(?:服务企业|管理单位|公司|小区)")


def contradicts(question: str, text: str) -> bool:
    """Whether a text is for the other case than the one asked about: 实行物业管理 for 无物业, and the reverse."""
    asked, said = find_cases(question), find_cases(text)
    if len(asked) != 1:
        return False
    if not said and _MANAGED.search(text):  # a body that is only where there is 物业
        said = frozenset({True})
    return bool(said) and asked.isdisjoint(said)


def answer_across(context: Context, question: Question, most: int = 3) -> Draft | None:
    """The best sentences of a few documents, each under its name: for a question about who that no record answers."""
    found = find_across(context, question, reports=False)
    kept = [q for q in found if q.score >= max(_ENOUGH, 0.8 * found[0].score)][:most] if found else []
    if not kept:
        return None
    statements = tuple(Statement(say(context, q), (q.evidence,)) for q in kept)
    return Draft(question.kind, statements=statements, confidence=min(1.0, kept[0].score / 2))


_LEADING = 0.85  # share of the best score from which a further sentence of a document already cited is shown
_ENOUGH = 0.75  # of a sentence, from which it bears on the question at all


def quote_beside(
    context: Context, question: Question, cited: Collection[Evidence], *, most: int = 3, share: float = 0.58
) -> list[Statement]:
    """Sentences of documents in force that bear on the question nearly as much as the best one does, none quoted yet."""
    either = _EITHER.search(question.full) is not None
    found = find_across(context, question, reports=False, each=3 if either else 2, second=0.6 if either else _SECOND)
    if not found:
        return []
    top = found[0]
    most += 2 * either
    known = {e.document for e in cited}
    base = next((q.info.document for q in found if q.info.document in known), top.info.document)
    kept = [
        q
        for q in found
        if not any(
            e.document == q.evidence.document and e.start < q.evidence.end and q.evidence.start < e.end for e in cited
        )
        and (q.info.document not in known or q.score >= _LEADING * top.score)
        and q.status in ("in-force", "unknown", "expired")
        and q.score >= max(_ENOUGH, share * top.score)
        and are_of_one_place(context, base, q.info.document)
    ]
    return [Statement(say(context, q), (q.evidence,), "依据") for q in kept[:most]]


def are_of_one_place(context: Context, one: str, other: str) -> bool:
    """Whether two documents can hold in one place: the same, one above the other, or a district of an unknown city."""
    catalogue = context.searcher.catalogue()
    places = {
        i.document: p for i, p in zip(catalogue.infos, catalogue.places, strict=True) if i.document in (one, other)
    }
    a, b = places.get(one), places.get(other)
    return a is None or b is None or _may_hold(context, a, b)


def _may_hold(context: Context, one: str, other: str) -> bool:
    """Whether a text of one place can hold in another."""
    gazetteer = context.searcher.catalogue().gazetteer
    if gazetteer.relation([one], other) != "other":
        return True
    return any(
        gazetteer.parents.get(p) is None and p[-1] in "区县旗" and not p.endswith("自治区") for p in (one, other)
    )


def say(context: Context, quoted: Quoted) -> str:
    """A sentence under its document's name."""
    return f"{short_title(context, quoted.evidence.document)}：{flat(quoted.text)}"
