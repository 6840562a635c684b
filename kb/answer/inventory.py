"""Lists drawn from the responsibility map: all duties of a body, who does what on a day, conflicts, gaps, what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from kb.answer.draft import Context, Draft, DraftAgency, DraftConflict, Evidence, Question, Statement
from kb.answer.meaning import find_items
from kb.answer.naming import cite, find_sentences, flat, is_report, short_title
from kb.answer.relevance import find_relevance
from kb.answer.validity_answer import find_day
from kb.records import Basis, DocumentInfo
from kb.responsibility.clashes import Clash
from kb.responsibility.entries import Entry
from kb.responsibility.map import ResponsibilityMap, Sources, Wanted, find_responsibility
from kb.text import normalise

_ALL = re.compile(r"^(?:请)?列(?:出|全|举)?|全部.{0,8}职责|职责清单|有哪些职责|职责有哪些|承担哪些职责")
_MAP = re.compile(
    r"各(?:单位|部门|机构|有关单位)?.{0,10}职责.{0,6}(?:怎[样么]|如何|是什么)|职责(?:分工)?图|职责.{0,6}(?:怎么|怎样|如何)分"
)
_CONFLICTS = re.compile(r"多头|职责(?:冲突|交叉|重叠)|说法不一|互相矛盾|都(?:负责|管)的")
_GAPS = re.compile(
    r"(?:没有|查不到|找不到|不明确|缺少|无)(?:明确的?)?(?:责任单位|牵头单位|责任主体|主管部门)|没人管的|责任空白|职责空白"
)
_GAINED = re.compile(r"职责.{0,6}(?:净)?(?:增加|增多|多了|新增|变化)|(?:新增|增加)了?.{0,4}职责")
_BODY = re.compile(
    r"(?:街道办事处|[\u4e00-\u9fff]{2,16}?(?:街道办事处|街道|局|委员会|部门|办公室|中心|公司|政府|厅|委|院))"
)
_YEAR = re.compile(r"((?:19|20)\d\d)年(?:以来|至今|起|后)")
_LARGE = 60_000  # duty records beyond which the whole map is not drawn for one question
_MOST = 16
_DOCUMENTS = 14  # documents of one list, those nearest the topic
_EACH = 5  # entries of one document in a list of everything
_SOME, _EVERY = 8, 16  # of one document in the list of one body, and where all are asked for
_DOING = frozenset({"lead", "own", "oversee", "enforce", "duty-holder", "approve"})
_OWNING = 0.2  # added for a duty that a body carries itself
_PUBLIC = 0.3  # added for a public body
_PROCEDURE = re.compile(r"负责解释|同时废止|予以废止|现予(?:印发|公布)|机构编制|另行规定|通报表扬")


def answer_inventory(context: Context, question: Question) -> Draft | None:
    """A list from the responsibility map; None for a question that asks for none."""
    plain = normalise(question.full)
    if _GAINED.search(plain):
        return _answer_gained(context, question, plain)
    if _CONFLICTS.search(plain) and re.search(r"哪些|清单|有哪|列", plain):
        return _answer_conflicts(context, question)
    if _GAPS.search(plain) and re.search(r"哪些|清单|有哪|列|什么", plain):
        return _answer_gaps(context, question)
    if _MAP.search(plain):
        return _answer_map(context, question, plain)
    if _ALL.search(plain):
        return _answer_all(context, question, plain)
    return None


def _sources(context: Context) -> Sources:
    return Sources(context.searcher.library, context.searcher.catalogue(), context.agencies, context.searcher.words)


def _draw(context: Context, wanted: Wanted) -> ResponsibilityMap | None:
    whole = wanted.agency is None and wanted.task is None
    if whole and context.searcher.library.count("duties") > _LARGE:
        return None
    return find_responsibility(_sources(context), wanted)


def _answer_all(context: Context, question: Question, plain: str) -> Draft | None:
    """Everything a body has to do about something, document by document, what rules first."""
    gazetteer = context.searcher.catalogue().gazetteer
    places = gazetteer.find(plain)
    bare = gazetteer.pattern.sub("", re.sub(r"^(?:请)?列(?:出|全|举)?|^全", "", plain))
    body = _BODY.search(bare)
    if body is None:
        return None
    stated = _answer_stated(context, question, body.group())
    if stated is not None and not plain.startswith(("列", "请列")):
        return stated
    found = _draw(context, Wanted(question.as_of, agency=body.group(), place=places[0] if places else None))
    entries = list(found.entries) if found else []
    topic = plain.replace(body.group(), "")
    each = _EVERY if re.search(r"全部|所有", plain) else _SOME
    kept = _by_document(context, [e for e in entries if e.duty.modality == "norm" and not e.ended], topic, each=each)
    head = f"现有资料中{places[0] if places else ''}{body.group()}的相关职责如下，按文件分列。"
    return _list(context, question, kept, head) if kept else None


_STATES = re.compile(r"(?:下列|以下)(?:主要)?(?:职责|职能|工作|事项)|主要职责(?:是|为|如下|有|：|:)")


def _answer_stated(context: Context, question: Question, body: str) -> Draft | None:
    """The list of duties that a document on the body itself gives: 履行下列职责：（一）…"""
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    for document in dict.fromkeys(h.passage.document for h in context.hits[:12]):
        if body not in normalise(infos[document].identity.title):
            continue
        if context.searcher.library.status_of(document, question.as_of) not in ("in-force", "unknown"):
            continue
        text = context.version(document).text
        for start, end in find_sentences(text):
            if _STATES.search(text[start:end]) and (body in text[start:end] or "主要职责" in text[start:end]):
                items = find_items(context, document, end)
                if items:
                    stem = cite(context, document, start, end)
                    said = [
                        Statement(f"{short_title(context, document)}：{flat(text[stem.start : stem.end])}", (stem,))
                    ]
                    said += [Statement(flat(text[e.start : e.end]), (e,)) for e in items]
                    return Draft("list", statements=tuple(said), confidence=0.9)
    return None


def _answer_map(context: Context, question: Question, plain: str) -> Draft | None:
    """Who did what on a day: the documents in force then, each with what it allocates."""
    day = find_day(plain, question.as_of)
    found = _draw(context, Wanted(day))
    if found is None:
        return None
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    entries = [
        e
        for e in found.entries
        if e.rules
        and e.duty.role in _DOING
        and not _PROCEDURE.search(e.duty.basis.quote)
        and not is_report(infos[e.duty.basis.document])
        and find_year(infos[e.duty.basis.document]) <= day.year
        and (e.status == "in-force" or find_year(infos[e.duty.basis.document]) < day.year)
    ]
    topic = re.sub(r"(?:19|20)\d\d年|\d+[月日]|各(?:单位|部门|机构)|职责|怎样|怎么|如何|分|的|是", "", plain)
    kept = _by_document(context, entries, f"{topic}，负责，考核，清扫保洁", each=8)
    return (
        _list(context, question, kept, f"以{day.isoformat()}的效力为准，现有资料中各单位的职责如下，按文件分列。")
        if kept
        else None
    )


def _by_document(context: Context, entries: Sequence[Entry], topic: str, *, each: int = _EACH) -> list[Entry]:
    """A few entries of each document, those nearest the topic, in the order of rank and text; what holds goes first."""
    order = {"in-force": 0, "unknown": 1, "expired": 2}
    entries = [e for e in entries if e.status in order]
    scores = find_relevance(context.searcher, topic, [f"{e.title[:40]} {e.duty.basis.quote}" for e in entries])
    scores = [
        s + (_OWNING if e.duty.role in _DOING else 0.0) + (_PUBLIC if _BODY.search(e.duty.agency) else 0.0)
        for s, e in zip(scores, entries, strict=True)
    ]
    groups: dict[str, list[tuple[float, Entry]]] = {}
    for score, e in zip(scores, entries, strict=True):
        groups.setdefault(e.duty.basis.document, []).append((score, e))
    kept: list[Entry] = []
    leading = sorted(groups.values(), key=lambda g: -max(score for score, _ in g))[:_DOCUMENTS]
    for group in leading:
        seen: set[int] = set()
        best = sorted(group, key=lambda p: (-p[0], p[1].duty.basis.start))
        for _, e in best:
            if e.duty.basis.start not in seen and len(seen) < each:
                seen.add(e.duty.basis.start)
                kept.append(e)
    return sorted(kept, key=lambda e: (order[e.status], e.rank, e.duty.basis.document, e.duty.basis.start))


def _list(context: Context, question: Question, entries: Sequence[Entry], head: str) -> Draft:
    statements = [Statement(head)]
    agencies = []
    last = ""
    for e in entries:
        evidence = _basis(e.duty.basis)
        d = e.duty
        name = f"{short_title(context, d.basis.document)}：" if d.basis.document != last else ""
        last = d.basis.document
        statements.append(Statement(f"{name}{flat(d.basis.quote)}", (evidence,)))
        if not d.negative:
            agencies.append(
                DraftAgency(
                    d.agency, d.role, d.action, evidence, d.scope.condition or d.object or None, bool(d.inference)
                )
            )
    notes = ["清单按现有资料整理，不排除还有未入库的文件。"]
    return Draft(
        "list",
        status="partial",
        statements=tuple(statements),
        agencies=tuple(agencies),
        confidence=0.8,
        notes=tuple(notes),
    )


def _answer_conflicts(context: Context, question: Question) -> Draft | None:
    found = _draw(context, Wanted(question.as_of, conflicts=True))
    if found is None or not found.conflicts:
        return None
    statements = [
        Statement(f"现有资料中规定不一致、可能多头负责的事项有 {len(found.conflicts)} 项，并列如下，不作取舍。")
    ]
    conflicts = []
    for clash in found.conflicts[:_MOST]:
        statements += _tell_clash(context, clash)
        conflicts.append(DraftConflict(clash.about, tuple(_basis(e.duty.basis) for e in clash.entries)))
    return Draft("list", status="partial", statements=tuple(statements), conflicts=tuple(conflicts), confidence=0.85)


def _tell_clash(context: Context, clash: Clash) -> list[Statement]:
    said = []
    for n, e in enumerate(clash.entries):
        name = f"{clash.about}——" if n == 0 else ""
        said.append(
            Statement(
                f"{name}{short_title(context, e.duty.basis.document)}：{flat(e.duty.basis.quote)}",
                (_basis(e.duty.basis),),
            )
        )
    said.append(Statement(f"{clash.about}的分歧：{clash.decides}。", section="分歧"))
    return said


def _answer_gaps(context: Context, question: Question) -> Draft | None:
    found = _draw(context, Wanted(question.as_of, gaps=True))
    if found is None or not found.gaps:
        return None
    statements = [Statement("下列事项见于报告，现有规范性文件中未见规定责任单位。")]
    for gap in found.gaps[:_MOST]:
        for problem in gap.problems[:3]:
            statements.append(Statement(f"{gap.task}：{flat(problem.basis.quote)}", (_basis(problem.basis),)))
        for e in gap.default[:1]:
            statements.append(
                Statement(f"{gap.task}可依兜底条款处理：{flat(e.duty.basis.quote)}", (_basis(e.duty.basis),), "缺口")
            )
        statements += _later_mentions(context, gap.task, {p.basis.document for p in gap.problems})
    return Draft("list", status="partial", statements=tuple(statements), confidence=0.85,
                 notes=("“未见规定”只就现有资料而言。",))  # fmt: skip


def _later_mentions(context: Context, topic: str, known: set[str]) -> list[Statement]:
    """What other reports say of the same thing: results without a body."""
    infos = [i for i in context.searcher.library.find_documents() if is_report(i) and i.document not in known]
    said = []
    for info in infos[:12]:
        text = context.version(info.document).text
        for start, end in find_sentences(text):
            if topic[:4] in text[start:end]:
                evidence = cite(context, info.document, start, end)
                said.append(Statement(f"{topic}：{flat(text[start:end])}", (evidence,)))
                break
    return said


def _answer_gained(context: Context, question: Question, plain: str) -> Draft | None:
    """Duties that began, or went to another body or role, since a day."""
    m = _YEAR.search(plain)
    since = date(int(m[1]), 12, 31) if m else date(question.as_of.year - 5, question.as_of.month, 1)
    body = _BODY.search(plain) if not re.search(r"谁|哪", plain) else None
    found = _draw(
        context, Wanted(question.as_of, agency=body.group() if body else None, between=(since, question.as_of))
    )
    if found is None or not found.changes:
        return None
    statements = [Statement(f"{since.year}年以来职责有变化的，按文件分列；只列条文变化，不作评价。")]
    shown: set[tuple[str, int]] = set()
    kept = [c for c in found.changes if c.after]
    entries = [e for c in kept for e in c.after]
    before = {(e.duty.basis.document, e.duty.basis.start): c.before for c in kept for e in c.after if c.before}
    entries = [e for e in entries if not _PROCEDURE.search(e.duty.basis.quote)]
    for e in _by_document(context, entries, "由协助转为主体 牵头 考核 不再承担 划入 收回 负责"):
        b = e.duty.basis
        if (b.document, b.start) not in shown:
            shown.add((b.document, b.start))
            old = [o.duty.basis for o in before.get((b.document, b.start), ())[:1]]
            was = "".join(f"（原{short_title(context, o.document)}：{flat(o.quote)}）" for o in old)
            said = f"{short_title(context, b.document)}：{flat(b.quote)}{was}"
            statements.append(Statement(said, (_basis(b), *map(_basis, old))))
    return Draft("list", status="partial", statements=tuple(statements), confidence=0.8)


def _basis(basis: Basis) -> Evidence:
    return Evidence(basis.document, basis.version, basis.clause, basis.start, basis.end)


def reports(infos: Iterable[DocumentInfo]) -> list[DocumentInfo]:
    """The reports among some documents, in order of year."""
    return sorted((i for i in infos if is_report(i)), key=lambda i: (find_year(i), i.document))


def find_year(info: DocumentInfo) -> int:
    """The year a document speaks of, by its title, its file name or its date."""
    m = re.search(r"(?:19|20)\d\d", f"{info.identity.title[:60]} {info.document}")
    day = info.identity.issued_on or info.identity.effective_on
    return int(m.group()) if m else day.year if day else 0
