"""Is it in force, which edition holds, since when and until when: from the lineage, every date by the words that say it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, find_meant, find_sentences, find_unmet, is_report
from kb.answer.refusal import refusal
from kb.answer.relevance import find_relevance
from kb.lineage.editions import MADE, Edition
from kb.records import Act, DocumentInfo
from kb.text import normalise

_END_WORDS = {"expired": "有效期届满", "repealed": "废止", "superseded": "被新版本取代"}
_LISTED = {"repeal": "列入废止目录", "expire": "列入失效目录", "valid": "列入继续有效目录", "amend": "被修改"}
_WORKS = 2  # works that one document may have replaced, or been replaced by, for all of them to be told
_BEARS = 0.8  # relevance from which a sentence is about the matter asked
_DAY = re.compile(
    r"(?:(?P<back>去年|前年|今年|上年)|(?P<year>(?:19|20)\d\d)年)(?:的)?(?:(?P<month>1[0-2]|[1-9])月)?(?:(?P<day>[12]\d|3[01]|[1-9])日)?"
)
_UNTIL = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日前")
_OPENING = re.compile(r"召开.{0,12}会议|现将.{0,20}(?:纪要|报告|通知)如下|参加人员|主持会议")
_TERM = re.compile(r"有效期[^，。；]{1,12}")


@dataclass(frozen=True, slots=True)
class _Told:
    """一版的说明."""

    edition: Edition
    statements: tuple[Statement, ...]


def answer_validity(context: Context, question: Question) -> Draft | None:
    """Every edition of the document meant with its window, the one that holds first; None when none is meant."""
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    meant = [d for d in (question.documents or find_meant(context, question.full)) if d in infos]
    day = find_day(question.full, question.as_of)
    unmet = find_unmet(question.full) if not meant else ""
    if unmet:
        return refusal(question, "no-evidence", f"资料库中没有《{unmet}》，无法判断其效力。", context.hits)
    if not meant:
        meant = _of_hits(context, infos)
    if not meant:
        return None
    if is_report(infos[meant[0]]):
        return _answer_report(context, question, meant[0], day)
    editions = _editions(context, meant)
    if not editions:
        return None
    told = [_tell(context, e) for e in editions]
    holding = [e for e in editions if e.status_on(day) == "in-force"]
    topic = _quote_topic(context, question, holding or editions)
    head = _conclude(context, editions, holding, day)
    statements = [head, *(s for t in told for s in t.statements), *topic]
    notes = _hidden(context, editions, day)
    return Draft(
        "status",
        status="answered" if holding else "partial",
        statements=tuple(statements),
        confidence=0.9,
        notes=tuple(notes),
    )


def find_day(text: str, as_of: date) -> date:
    """The day a question asks about: 去年5月 is the middle of that month; the as-of day where none is said."""
    m = _DAY.search(normalise(text))
    if m is None:
        return as_of
    year = int(m["year"]) if m["year"] else as_of.year - {"去年": 1, "上年": 1, "前年": 2, "今年": 0}[m["back"]]
    if m["month"] is None:
        return as_of if year == as_of.year else min(as_of, date(year, 12, 31))
    try:
        return date(year, int(m["month"]), int(m["day"] or 15))
    except ValueError:
        return as_of


def _of_hits(context: Context, infos: dict[str, DocumentInfo]) -> list[str]:
    """The rules among the documents found, each work once; at most two."""
    found = [h.passage.document for h in context.hits[:5] if h.passage.document in infos]
    return [d for d in dict.fromkeys(found) if not is_report(infos[d])][:1]


def _editions(context: Context, documents: Sequence[str]) -> list[Edition]:
    lineage = context.searcher.library.lineage()
    best = documents[0]
    found: dict[tuple[str, str], Edition] = {}
    for document in documents:
        for e in lineage.chain(document) if document == best or _same_work(context, best, document) else ():
            if e.current:
                found[e.document, e.version] = e
    kept = _of_one_work(context, best, list(found.values()))
    return sorted(kept, key=lambda e: (e.begins or date.min, e.document))


def _of_one_work(context: Context, document: str, editions: Sequence[Edition]) -> list[Edition]:
    """The editions of a document's own work and what ended it, where a code has taken the place of many works at once."""
    own = [e for e in editions if _same_work(context, document, e.document)]
    works = {e.name.core for e in editions if e not in own}
    if len(works) <= _WORKS:
        return list(editions)
    enders = {ending.by for e in own for ending in e.endings}
    return [e for e in editions if e in own or e.document in enders]


def _same_work(context: Context, one: str, other: str) -> bool:
    lineage = context.searcher.library.lineage()
    return lineage.work(one) is not None and lineage.work(one) == lineage.work(other)


def _tell(context: Context, edition: Edition) -> _Told:
    name = f"《{edition.title.strip('《》')}》" + (f"（{edition.number}）" if edition.number else "")
    said: list[Statement] = []
    begun = _of_act(edition.begins_by)
    if edition.begins is not None:
        words = f"{name}：{edition.since}"
        term = _TERM.search(edition.begins_by.basis.quote) if edition.begins_by else None
        words += f"，{term.group()}" if term else ""
        reason = "效力自成文起算" if edition.begins_reason == MADE else edition.begins_reason or "按文件日期推断"
        words += "" if begun else f"（{reason}）"
        said.append(Statement(words + "。", begun or (_title(context, edition.document),)))
    else:
        said.append(Statement(f"{name}：施行日期现有资料未见。", (_title(context, edition.document),)))
    for ending in edition.endings:
        last = (ending.on - timedelta(days=1)).isoformat() if ending.on and ending.kind == "expired" else None
        when = f"至{last}" if last else f"自{ending.on.isoformat()}起" if ending.on else ""
        evidence = _of_act(ending.act)
        if evidence and ending.inferred:
            said.append(Statement(f"{name}：{ending.reason}，请核对。", evidence))
        elif evidence and not (ending.kind == "superseded" and any(e.kind == "repealed" for e in edition.endings)):
            said.append(Statement(f"{name}：{when}{_END_WORDS[ending.kind]}。", evidence))
    for part in edition.lost:
        if part.ending.on is not None:
            words = f"{name}中的“{part.name}”：自{part.ending.on.isoformat()}起{_END_WORDS[part.ending.kind]}。"
            said.append(Statement(words, (*_of_act(part.ending.act), _title(context, edition.document))))
    lineage = context.searcher.library.lineage()
    for act in lineage.listed.get((edition.document, edition.version), ()):
        evidence = _of_act(act)
        if act.kind in _LISTED and act.listed and not any(set(evidence) <= set(s.evidence) for s in said):
            said.append(Statement(f"{name}：{_LISTED[act.kind]}。", evidence))
    once: dict[str, Statement] = {}  # the term of a text and the notice that lists it end it on the same day
    for s in said:
        before = once.get(s.text)
        once[s.text] = s if before is None else replace(before, evidence=(*before.evidence, *s.evidence))
    return _Told(edition, tuple(once.values()))


def _of_act(act: Act | None) -> tuple[Evidence, ...]:
    if act is None:
        return ()
    b = act.basis
    return (Evidence(b.document, b.version, b.clause, b.start, b.end),)


def _title(context: Context, document: str) -> Evidence:
    """Where a document names itself: the line with its title, else its first line."""
    version = context.version(document)
    text, title = version.text, version.identity.title.strip("《》")
    m = re.search(rf"^[#\s《]*{re.escape(title)}[^\n]*$", text, re.M) if title else None
    m = m or re.search(r"\S[^\n]*", text)
    return cite(context, document, m.start() if m else 0, min(m.end() if m else 1, (m.start() if m else 0) + 120))


def _conclude(context: Context, editions: Sequence[Edition], holding: Sequence[Edition], day: date) -> Statement:
    if holding:
        names = "、".join(f"《{e.title.strip('《》')}》" + (f"（{e.number}）" if e.number else "") for e in holding)
        evidence = tuple(x for e in holding for x in (_of_act(e.begins_by) or (_title(context, e.document),)))
        lost = [p for e in holding for p in e.lost if p.ending.on is not None and p.ending.on <= day]
        apart = f"，其中“{'”“'.join(dict.fromkeys(p.name for p in lost))}”除外" if lost else ""
        evidence += tuple(x for p in lost for x in _of_act(p.ending.act))
        return Statement(f"{day.isoformat()}现行的是{names}{apart}。", evidence)
    basis = next((_of_act(x.act) for e in reversed(editions) for x in e.endings if x.act is not None), ())
    unknown = all(e.status_on(day) == "unknown" for e in editions)
    if unknown:
        return Statement(
            f"效力状态现有资料未见，不能判断{day.isoformat()}是否有效。", (_title(context, editions[-1].document),)
        )
    return Statement(
        f"{day.isoformat()}没有现行有效的版本，不能直接作为依据。", basis or (_title(context, editions[-1].document),)
    )


def _hidden(context: Context, editions: Sequence[Edition], day: date) -> list[str]:
    """A list that calls valid what has lapsed since: the printed term goes before the list."""
    lineage = context.searcher.library.lineage()
    notes = []
    for e in editions:
        listed = [a for a in lineage.listed.get((e.document, e.version), ()) if a.kind == "valid"]
        if listed and e.status_on(day) == "expired":
            notes.append(
                "清理公告将其列为继续有效，但正文印明的有效期此后已届满，列入目录不延长有效期；是否续期请向制定机关核实。"
            )
    starts = [(e.begins, e.ends) for e in editions if e.begins is not None]
    for (_, end), (begin, _) in itertools.pairwise(starts):
        if end is not None and begin is not None and end < begin:
            notes.append(f"{end.isoformat()}至{(begin - timedelta(days=1)).isoformat()}没有有效的版本（空窗期）。")
    return notes


def _quote_topic(context: Context, question: Question, editions: Sequence[Edition]) -> list[Statement]:
    """What the edition that holds says on the matter, where the question has one besides the document's name."""
    if not _has_topic(context, question, editions):
        return []
    documents = {e.document for e in editions}
    best: list[tuple[float, Evidence]] = []
    for hit in context.hits[:6]:
        if hit.passage.document not in documents:
            continue
        spans = [(hit.passage.start + a, hit.passage.start + b) for a, b in find_sentences(hit.text)]
        text = context.version(hit.passage.document).text
        scores = find_relevance(context.searcher, question.full, [text[a:b] for a, b in spans])
        best += [(s, cite(context, hit.passage.document, a, b)) for s, (a, b) in zip(scores, spans, strict=True)]
    best.sort(key=lambda p: (-p[0], p[1].start))
    if not best or best[0][0] < _BEARS:
        return []
    evidence = best[0][1]
    return [Statement(context.version(evidence.document).text[evidence.start : evidence.end], (evidence,), "依据")]


def _has_topic(context: Context, question: Question, editions: Sequence[Edition]) -> bool:
    """Whether a question is about something besides the document's name and whether it holds."""
    titles = "".join(normalise(e.title) for e in editions)
    return any(t not in titles and not _VALIDITY.search(t) for t in read_terms(context, question).weights)


_VALIDITY = re.compile(r"有效|效力|现行|施行|实行|生效|废止|失效|作废|到期|版|算数|管用|适用|什么时候|还能?用|依据")


def _section(context: Context, document: str, at: int) -> tuple[int, int]:
    """The heading's stretch that an item stands in; the item itself where it has none."""
    holding = [c for c in context.version(document).clauses if c.start <= at < c.end and c.kind == "heading"]
    holding.sort(key=lambda c: c.end - c.start)
    chosen = holding[1] if len(holding) > 1 else holding[0] if holding else None
    return (chosen.start, chosen.end) if chosen and chosen.end - chosen.start <= 700 else (at, at + 1)


def _answer_report(context: Context, question: Question, document: str, day: date) -> Draft | None:
    """Minutes and reports are no source of law: what they say on the matter, until when, and what comes after."""
    text = context.version(document).text
    spans = [s for s in find_sentences(text) if s[1] - s[0] >= 16 and not _OPENING.search(text[slice(*s)])]
    scores = find_relevance(context.searcher, question.full, [text[a:b] for a, b in spans])
    if not spans:
        return None
    best = max(range(len(spans)), key=lambda n: (scores[n], -n))
    section = _section(context, document, spans[best][0])
    near = [n for n in range(len(spans)) if n != best and section[0] <= spans[n][0] < section[1]][:4]
    statements = []
    m = _UNTIL.search(text[slice(*spans[best])])
    if m is not None:
        end = date(*map(int, m.groups()))
        if end < day:
            statements.append(
                Statement(
                    f"所定期限到{end.isoformat()}为止，{day.isoformat()}已经过去，不能再作为依据。",
                    (cite(context, document, *spans[best]),),
                )
            )
    for n in sorted([best, *near]):
        statements.append(Statement(text[slice(*spans[n])], (cite(context, document, *spans[n]),), "依据"))
    force = next(((a, b) for a, b in spans if re.search(r"不作为.{0,20}依据|不对外发布", text[a:b])), None)
    if force is not None:
        statements.append(Statement(text[slice(*force)], (cite(context, document, *force),), "依据"))
    return Draft("status", status="partial", statements=tuple(statements), confidence=min(1.0, scores[best] / 1.5),
                 notes=("会议纪要、报告只反映当时情况，是否仍在执行请向牵头单位核实。",))  # fmt: skip
