"""One thing through the reports of several years, and what became of what a report proposed; only what they say."""

from __future__ import annotations

import re

from kb.answer.across import EMPTY
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.inventory import find_year, reports
from kb.answer.naming import cite, find_meant, find_sentences, flat, is_report, short_title
from kb.answer.relevance import find_relevance
from kb.records import DocumentInfo
from kb.text import normalise

_YEARS = re.compile(r"历年|各年|逐年|每年|这几年|近[三四五几]年|三年(?:来|间)?|多年来")
_COURSE = re.compile(r"表述|提法|说法|怎么(?:变|说|演变)|如何(?:变|演变)|变化|演变|历年|沿革")
_ADOPTED = re.compile(r"建议.{0,12}(?:落地|采纳|落实|实现|兑现|办了|做到)|(?:落地|采纳|落实)了?.{0,8}建议")
_QUOTED = re.compile(r"[“\"《]([^”\"》]{2,16})[”\"》]")
_PROPOSES = re.compile(r"建议|提请")
_LEAST = 0.6  # relevance from which a later clause may be what became of a proposal
_MOST = 6
_CHANGES = re.compile(r"不再|转为|调整|改由|划入|收归|牵头负责|主体")  # words of a rule that changes who does something
_TURNS = 0.45  # added for such a rule


def answer_chronicle(context: Context, question: Question) -> Draft | None:
    """Year by year, or proposal by proposal; None for another question."""
    plain = normalise(question.full)
    if _ADOPTED.search(plain):
        return _answer_adopted(context, question, plain)
    if _YEARS.search(plain) and _COURSE.search(plain) and re.search(r"报告", plain):
        return _answer_course(context, question, plain)
    return None


def _answer_course(context: Context, question: Question, plain: str) -> Draft | None:
    """The sentence of each year's report that speaks of the thing, in order of year."""
    quoted = _QUOTED.search(plain)
    term = quoted[1] if quoted else ""
    hits = {h.passage.document for h in context.hits}
    series = [
        i for i in reports(context.searcher.library.find_documents()) if i.document in hits or _has(context, i, term)
    ]
    statements = []
    for info in series:
        found = _best(context, info, question.full, term)
        if found is not None:
            text = context.version(info.document).text
            year = find_year(info)
            words = f"{year}年" if year else ""
            statements.append(
                Statement(
                    f"{words}{short_title(context, info.document)}：{flat(text[found.start : found.end])}", (found,)
                )
            )
    if len(statements) < 2:
        return None
    return Draft("general", statements=tuple(statements), confidence=0.85, notes=("各年表述按原文并列，不作评价。",))


def _has(context: Context, info: DocumentInfo, term: str) -> bool:
    return bool(term) and term in context.version(info.document).text


def _best(context: Context, info: DocumentInfo, question: str, term: str) -> Evidence | None:
    text = context.version(info.document).text
    spans = [s for s in _pieces(text) if not term or term in text[slice(*s)]]
    if not spans:
        return None
    scores = find_relevance(context.searcher, question, [text[a:b] for a, b in spans])
    best = max(range(len(spans)), key=lambda n: (scores[n], -n))
    if not term and scores[best] < _LEAST:
        return None
    return cite(context, info.document, *spans[best])


def _pieces(text: str) -> list[tuple[int, int]]:
    """Sentences; one without full stops is cut at its commas, so that a quotation stays short."""
    found = []
    for start, end in find_sentences(text):
        if end - start <= 160:
            found.append((start, end))
            continue
        at = start
        for m in re.finditer(r"[，,；;]|(?=[一二三四五六七八九]是)", text[start:end]):
            stop = start + m.end()
            if stop - at >= 60:
                found.append((at, stop))
                at = stop
        found.append((at, end))
    return found


def _answer_adopted(context: Context, question: Question, plain: str) -> Draft | None:
    """Each proposal of the report beside the later rules nearest to it; whether that is its doing is not said."""
    library = context.searcher.library
    infos = {i.document: i for i in library.find_documents()}
    year = re.search(r"(?:19|20)\d\d", plain)
    meant = [d for d in find_meant(context, question.full) if is_report(infos[d])] or [
        h.passage.document for h in context.hits if is_report(infos[h.passage.document])
    ]
    meant = [d for d in meant if not year or find_year(infos[d]) == int(year.group())] or meant
    if not meant:
        return None
    source = meant[0]
    text = context.version(source).text
    proposals = [
        (a, b)
        for a, b in _pieces(text)
        if _PROPOSES.search(text[a:b]) and b - a >= 20 and not re.match(r"[一二三四五六七八九十]+、", text[a:b])
    ]
    statements: list[Statement] = [
        Statement(f"{short_title(context, source)}的建议与此后文件中相近的规定并列如下；是否因建议而定，资料未写明。")
    ]
    for a, b in proposals[:_MOST]:
        own = cite(context, source, a, b)
        statements.append(Statement(f"该报告建议：{flat(text[own.start : own.end])}", (own,)))
        later = _find_later(context, question, text[a:b], infos, find_year(infos[source]))
        if not later:
            statements.append(Statement("此后的规范性文件中未见相近规定。"))
        for evidence in later:
            words = context.version(evidence.document).text[evidence.start : evidence.end]
            statements.append(Statement(f"此后{short_title(context, evidence.document)}：{flat(words)}", (evidence,)))
    return Draft("list", status="partial", statements=tuple(statements), confidence=0.85) if proposals else None


def _find_later(
    context: Context, question: Question, proposal: str, infos: dict[str, DocumentInfo], year: int
) -> list[Evidence]:
    """The nearest sentence of each later rule, at most three."""
    hits = [
        h
        for h in context.search(proposal[:160], k=40, as_of=question.as_of)
        if not is_report(infos[h.passage.document])
    ]
    found: list[tuple[float, Evidence]] = []
    for hit in hits:
        info = infos[hit.passage.document]
        if find_year(info) < year:
            continue
        whole = context.version(info.document).text
        spans = [
            (hit.passage.start + a, hit.passage.start + b)
            for a, b in find_sentences(hit.text)
            if b - a >= 12 and not EMPTY.search(hit.text[a:b]) and flat(hit.text[a:b]) not in flat(whole[:400])
        ]
        scores = find_relevance(context.searcher, proposal, [whole[a:b] for a, b in spans])
        found += [
            (score + (_TURNS if _CHANGES.search(whole[slice(*span)]) else 0.0), cite(context, info.document, *span))
            for score, span in zip(scores, spans, strict=True)
            if score >= _LEAST
        ]
    found.sort(key=lambda p: (-p[0], p[1].document, p[1].start))
    kept: list[Evidence] = []
    for _, evidence in found:
        if sum(e.document == evidence.document for e in kept) < 2 and evidence not in kept:
            kept.append(evidence)
    return kept[:4]
