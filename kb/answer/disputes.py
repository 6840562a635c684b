"""Where the documents found disagree or leave a task open: conflicts side by side, gaps after the default clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.coverage import cover, find_key_terms
from kb.answer.draft import Context, Draft, DraftConflict, Evidence, Question, Statement
from kb.answer.naming import cite, find_sentences, flat, is_report, short_title
from kb.answer.relevance import find_relevance
from kb.records import Basis
from kb.responsibility.clashes import Clash, find_clashes
from kb.responsibility.entries import Entry, Region, find_entries
from kb.responsibility.gaps import Problem, find_gaps, find_problems
from kb.text import normalise

_HITS = 24  # passages whose documents are looked into
_DOCUMENTS = 14
_FEW = 5_000  # duty records that can all be looked at for one question: those of one city
_ABOUT = 0.7  # share of what is asked about that a rule must carry to settle it
_OPEN = re.compile(r"谁|哪|归|管|负责|责任|咋办|怎么办|没人|找")
# What settles a dispute between bodies, in the words of the texts.
_SETTLES = re.compile(
    r"(?:不明确|有争议|不一致|协商不成|不能解决|未能达成)[^。；]{0,60}(?:确定|协调|裁定|决定|指定|报)"
)
_BETWEEN = re.compile(
    r"(?P<one>[\u4e00-\u9fff]{2,10}?)(?:和|与|跟|同|、)(?P<other>[\u4e00-\u9fff]{2,10}?)(?:之间)?(?:的)?(?:怎么|如何|怎样|是怎么)?(?P<how>分工|说法不一|职责分工|意见不一|不一致|扯皮|推诿)"
)


def find_entries_near(context: Context, question: Question) -> tuple[Entry, ...]:
    """The duties of the documents found, as they stand on the day asked; of all documents where they are few."""
    library = context.searcher.library
    if library.count("duties") <= _FEW:
        documents = [i.document for i in library.find_documents()]
    else:
        documents = list(dict.fromkeys(h.passage.document for h in context.hits[:_HITS]))[:_DOCUMENTS]
    statuses = {d: library.status_of(d, question.as_of) for d in documents}
    duties = library.find_duties(documents=documents)
    return find_entries(duties, context.searcher.catalogue(), context.agencies, statuses, as_of=question.as_of)


def add_conflicts(context: Context, question: Question, draft: Draft) -> Draft:
    """A duty answer with the rules in force that give what was asked to different bodies, and who settles that."""
    if draft.status == "abstained":
        return draft
    cited = [e for s in draft.statements for e in s.evidence]
    clashes = [
        c
        for c in find_clashes(
            find_entries_near(context, question), context.agencies, Region(context.searcher.catalogue())
        )
        if any(_is_cited(e.duty.basis, cited) for e in c.entries) and _asked(context, question, c)
    ]
    if not clashes:
        return draft
    statements = list(draft.statements)
    conflicts = list(draft.conflicts)
    for clash in clashes[:2]:
        for e in clash.entries:
            statements.append(
                Statement(
                    f"{short_title(context, e.duty.basis.document)}规定：{flat(e.duty.basis.quote)}",
                    (_basis(e.duty.basis),),
                    "分歧",
                )
            )
        statements.append(Statement(f"{clash.about}：以上规定不一致，不作取舍；{clash.decides}。", section="分歧"))
        statements += _settlement(context, question, {e.duty.basis.document for e in clash.entries})
        conflicts.append(DraftConflict(clash.about, tuple(_basis(e.duty.basis) for e in clash.entries)))
    return replace(draft, status="partial", statements=tuple(statements), conflicts=tuple(conflicts))


def _is_cited(basis: Basis, cited: Sequence[Evidence]) -> bool:
    return any(e.document == basis.document and e.start < basis.end and basis.start < e.end for e in cited)


def _asked(context: Context, question: Question, clash: Clash) -> bool:
    """Whether a conflict is about what was asked."""
    terms = [t for t in find_key_terms(context, question) if len(t) >= 2]
    about = normalise(clash.about + "".join(e.duty.basis.quote for e in clash.entries))
    return not terms or sum(t in about for t in terms) >= max(1, len(terms) // 2)


def _settlement(context: Context, question: Question, documents: set[str]) -> list[Statement]:
    """The clause of one of the texts that says who settles a dispute."""
    for document in sorted(documents):
        text = context.version(document).text
        for m in re.finditer(r"[^。\n]+。?", text):
            if _SETTLES.search(m.group()) and re.search(r"分工|职责|争议", m.group()):
                evidence = cite(context, document, m.start(), m.end())
                return [Statement(flat(text[evidence.start : evidence.end]), (evidence,), "分歧")]
    return []


def answer_between(context: Context, question: Question) -> Draft | None:
    """How two bodies divide their work, or what each says where they differ; None where no two are named."""
    m = _BETWEEN.search(normalise(question.full))
    if m is None:
        return None
    one, other = _stem(m["one"]), _stem(m["other"])
    documents = [
        i
        for i in context.searcher.library.find_documents()
        if not is_report(i)
        and (
            one[:2] in i.identity.title
            or other[:2] in i.identity.title
            or i.document in {h.passage.document for h in context.hits}
        )
    ]
    if len(documents) > 60:
        documents = [i for i in documents if i.document in {h.passage.document for h in context.hits}]
    topic = normalise(question.full)
    found: list[tuple[float, Evidence]] = []
    for info in documents:
        if context.searcher.library.status_of(info.document, question.as_of) not in ("in-force", "unknown"):
            continue
        text = context.version(info.document).text
        spans = [(a, b) for a, b in _sentence_groups(text) if _names(text[a:b], one) and _names(text[a:b], other)]
        scores = find_relevance(context.searcher, topic, [text[a:b] for a, b in spans])
        found += [(s, cite(context, info.document, a, b)) for s, (a, b) in zip(scores, spans, strict=True)]
    found.sort(key=lambda p: (-p[0], p[1].document, p[1].start))
    statements = [
        Statement(
            f"{short_title(context, e.document)}：{flat(context.version(e.document).text[e.start : e.end])}", (e,)
        )
        for _, e in found[:4]
    ]
    clashes = _clashes_between(context, question, one, other)
    conflicts = [DraftConflict(c.about, tuple(_basis(e.duty.basis) for e in c.entries)) for c in clashes]
    for clash in clashes:
        for e in clash.entries:
            statements.append(
                Statement(
                    f"{short_title(context, e.duty.basis.document)}规定：{flat(e.duty.basis.quote)}",
                    (_basis(e.duty.basis),),
                    "分歧",
                )
            )
        statements.append(Statement(f"{clash.about}：以上规定不一致，不作取舍；{clash.decides}。", section="分歧"))
    if not statements:
        return None
    involved = {e.document for _, e in found[:4]} | {x.duty.basis.document for c in clashes for x in c.entries}
    statements += _settlement(context, question, involved)
    return Draft(
        "duty",
        status="partial" if clashes else "answered",
        statements=tuple(statements),
        conflicts=tuple(conflicts),
        confidence=0.8,
    )


def _sentence_groups(text: str) -> list[tuple[int, int]]:
    """Paragraphs up to 260 characters, sentences of longer ones: what one body does and what the other does stand together."""
    found = []
    for m in re.finditer(r"[^\n]+", text):
        if len(m.group()) <= 260:
            found.append(m.span())
        else:
            found += [(m.start() + a, m.start() + b) for a, b in find_sentences(m.group())]
    return found


def _stem(name: str) -> str:
    return re.sub(r"^.*(?:，|卫生|问题|的)", "", name)


def _names(text: str, name: str) -> bool:
    """Whether a text names a body, short or long: 住建局 is 住房和城乡建设局."""
    letters = [c for c in name if c not in "局委厅部市区县"][:2]
    return name in text or bool(
        re.search(
            r"[\u4e00-\u9fff]{0,6}?".join(map(re.escape, letters)) + r"[\u4e00-\u9fff]{0,6}?(?:局|委|厅|部|办|会)", text
        )
    )


def _clashes_between(context: Context, question: Question, one: str, other: str) -> list[Clash]:
    clashes = find_clashes(find_entries_near(context, question), context.agencies, Region(context.searcher.catalogue()))
    return [
        c
        for c in clashes
        if sum(any(_names(e.duty.agency + e.title + e.duty.basis.quote, n) for e in c.entries) for n in (one, other))
        == 2
    ][:2]


def answer_open(context: Context, question: Question, draft: Draft | None) -> Draft | None:
    """A task that reports call unsettled and no rule found names a body for: the default clause, or that none is seen.

    ``draft`` is what the duty records gave; where it carries the thing asked about, nothing is open.
    """
    if not _OPEN.search(question.full):
        return None
    problems = _problems(context, question)
    if not problems:
        return None
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    rules = [e for s in draft.statements for e in s.evidence if not is_report(infos[e.document])] if draft else []
    cited = [context.version(e.document).text[e.start : e.end] for e in rules]
    topic = problems[0].topic
    if any(_same_thing(context, question, text) for text in cited):
        return None
    entries = find_entries_near(context, question)
    catalogue = context.searcher.catalogue()
    places = {i.document: p for i, p in zip(catalogue.infos, catalogue.places, strict=True)}
    gaps = find_gaps(problems, entries, context.searcher.words, Region(catalogue), places)
    if not gaps:
        return None
    gap = gaps[0]
    told = [
        Statement(f"{short_title(context, p.basis.document)}记述：{flat(p.basis.quote)}", (_basis(p.basis),), "依据")
        for p in gap.problems[:2]
    ]
    if gap.default:
        head = [Statement(f"{flat(_whole(context, e))}", (_whole_evidence(context, e),)) for e in gap.default[:2]]
        return Draft("duty", status="answered", statements=(*head, *told), confidence=0.8,
                     notes=(f"现有资料没有专门规定“{topic}”由谁负责，以上是责任不清时的兜底规定。",))  # fmt: skip
    head = [Statement(f"现有资料未见规定“{topic}”由哪个单位负责。")]
    return Draft("duty", status="partial", statements=(*head, *told), confidence=0.8,
                 notes=("已查过责任不清时由谁确定的条款，所见条款不适用于此事；“未见规定”只就现有资料而言。",))  # fmt: skip


def _problems(context: Context, question: Question) -> list[Problem]:
    """What the reports found call unsettled and the question asks about."""
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    documents = list(
        dict.fromkeys(h.passage.document for h in context.hits[:_HITS] if is_report(infos[h.passage.document]))
    )
    terms = {t: w for t, w in find_key_terms(context, question).items() if len(t) >= 2}
    if not terms:
        return []
    rarest = max(terms, key=lambda t: (terms[t], len(t)))
    found = [p for d in documents for p in find_problems(context.version(d))]
    return [p for p in found if rarest in p.topic or rarest in p.basis.quote]


def _same_thing(context: Context, question: Question, text: str) -> bool:
    """Whether a rule speaks of all that the question is about."""
    return bool(find_key_terms(context, question)) and cover(context, question, [text]) >= _ABOUT


def _whole(context: Context, entry: Entry) -> str:
    e = _whole_evidence(context, entry)
    return context.version(e.document).text[e.start : e.end]


def _whole_evidence(context: Context, entry: Entry) -> Evidence:
    """The paragraph a default clause stands in, so that its condition is quoted with it."""
    b = entry.duty.basis
    text = context.version(b.document).text
    start = text.rfind("\n", 0, b.start) + 1
    end = text.find("\n", b.end)
    end = len(text) if end < 0 else end
    return cite(context, b.document, start, end) if end - start <= 400 else cite(context, b.document, b.start, b.end)


def _basis(basis: Basis) -> Evidence:
    return Evidence(basis.document, basis.version, basis.clause, basis.start, basis.end)
