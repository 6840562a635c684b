"""Whether a body does, may or still does something: what says so, what says no, and what used to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from kb.answer.across import find_across, say
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, flat, is_report, short_title
from kb.answer.told import quote_finding
from kb.text import normalise

# 街办能罚款吗, 市管中心还管农贸市场吗, 街办已经是责任主体了吗
_ASKED = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,14}?)(?P<how>能不能|能否|可不可以|可以|能|有没有|有无|有权|还(?!是)能?|仍然?|是否|已经?是|现在还)(?!是|有)(?P<what>[^？?吗么]{1,18}?)(?:了)?(?:吗|么|不)?[？?]?$"
)
_BODY = re.compile(
    r"(?:街办|街道(?:办事处|办)?|局|中心|委员会|委|办|政府|公司|企业|部门|城管|住建|物业|社区|居委会|村委会|所|队)$"
)
_NO = re.compile(r"不再|转为|改为|理顺为|划入|不承担|没有.{0,4}权|无权|不负责|不具有|不包括|收回")
_STILL = re.compile(r"还|仍|已经?|现在")
# What a word means in a text decides nothing: 本规定所称“负责”，是指街道办事处作为责任主体…
_MEANS = re.compile(r"所称|是指")
# 居委会能不能不干，这个清单由谁来定: who is asked too, and duties answer both.
_WHO = re.compile(r"谁|哪(?:个|些|几)?(?:部门|单位|机关|家|级)|(?:往|向)哪")
_MOST = 6
_SAID = 0.5  # share of what is asked about that a sentence must have, unless it denies something
_TAKEN = 3  # rows of one document that say the same


def answer_whether(context: Context, question: Question) -> Draft | None:
    """Sentences that decide the question, those in force first; the earlier ones with why they no longer hold."""
    m = _ASKED.search(normalise(question.full).strip())
    if m is None or not _BODY.search(m["who"]) or _WHO.search(question.full):
        return None
    if quote_finding(context, question, context.hits):
        return None  # a notice of this very matter says it in a few words
    names = _spellings(context, m["who"])
    what = m["what"].strip("管的 ")
    grams = {what[i : i + 2] for i in range(len(what) - 1)} | ({"处罚"} if "罚" in what else set())

    def boost(text: str) -> float:
        named = any(n in text for n in names)
        said = sum(g in text for g in grams) / len(grams) if grams else 1.0
        return (
            (0.6 if named else -0.1)
            + 0.8 * said
            + (0.9 if _NO.search(text) and named else 0.0)
            - (0.8 if _MEANS.search(text) else 0.0)
        )

    wider = context.search(f"{names[0]} {what} 不承担 不再 转为", k=24, as_of=question.as_of)
    known = {h.passage.id for h in context.hits}
    context = replace(context, hits=(*context.hits, *(h for h in wider if h.passage.id not in known)))
    across = find_across(context, question, boost=boost, each=3, second=0.7)
    found = [q for q in across if any(n in q.text or n in q.info.identity.title for n in names)]
    found = [
        q for q in found if _NO.search(q.text) or not grams or sum(g in q.text for g in grams) >= _SAID * len(grams)
    ]
    if not found:
        return None
    least = max(0.8, 0.5 * found[0].score)
    found = [q for q in found if q.score >= least]
    first = {q.evidence.document: q for q in reversed(found)}
    kept = sorted(found, key=lambda q: (first[q.evidence.document] is not q, -q.score))[:_MOST]
    holding = [q for q in kept if q.status == "in-force"]
    if not kept or (not holding and not _STILL.search(m["how"])):
        return None
    punishing = "罚" in what or "执法" in what
    # Where rules in force say who punishes, what a report tells of the matter adds nothing.
    others = [q for q in kept if q not in holding and not (punishing and holding and is_report(q.info))]
    statements = [Statement(say(context, q), (q.evidence,)) for q in [*holding, *others]]
    cited = {e for s in statements for e in s.evidence}
    if punishing:
        statements += _quote_taken(context, question, names, cited)
    if _STILL.search(m["how"]):
        statements += _windows(context, question, {q.evidence.document for q in kept})
    return Draft("duty", statements=tuple(statements), confidence=min(1.0, found[0].score / 2.6))


def _quote_taken(
    context: Context, question: Question, names: Sequence[str], cited: Collection[Evidence]
) -> list[Statement]:
    """Rows and sentences that take punishing from the body: 上级收回的行政处罚事项; of each document a few."""
    documents = tuple(dict.fromkeys(h.passage.document for h in context.hits))
    found: dict[str, list[Statement]] = {}
    for duty in context.searcher.library.find_duties(documents=documents):
        b = duty.basis
        status = context.searcher.library.status_of(b.document, question.as_of, at=b.start)
        if not duty.negative or duty.role != "enforce" or status not in ("in-force", "unknown"):
            continue
        known = any(e.document == b.document and e.start < b.end and b.start < e.end for e in cited)
        if known or not any(n in duty.agency or duty.agency.endswith(n) for n in names):
            continue
        evidence = Evidence(b.document, b.version, b.clause, b.start, b.end)
        line = f"{short_title(context, b.document)}（不由{duty.agency}实施）：{flat(b.quote)}"
        found.setdefault(b.document, []).append(Statement(line, (evidence,), "依据"))
    return [s for statements in found.values() for s in statements[:_TAKEN]]


def _spellings(context: Context, name: str) -> list[str]:
    """A body's names as texts write them: 街办 is 街道办事处."""
    body = context.agencies.find_body(name)
    expanded = context.searcher.words.expand(name)
    names = [
        name,
        *(body.aliases if body else ()),
        *((body.name,) if body else ()),
        *expanded,
        *find_full_names(context, name),
    ]
    if name.startswith("街"):
        names += ["街道办事处", "街道"]
    return list(dict.fromkeys(n for n in names if len(n) >= 2))


def is_negative(text: str) -> bool:
    """Whether a text takes something from a body or denies it."""
    return bool(_NO.search(text))


def find_full_names(context: Context, short: str) -> list[str]:
    """What the documents found call by a short name: …（简称市管中心）."""
    cue = re.compile(rf"([\u4e00-\u9fff]{{4,20}}?)[（(](?:以下)?简称[“\"]?{re.escape(short)}[”\"]?[）)]")
    hits = [*context.hits, *context.searcher.search(f"简称{short}", k=6)]
    found = [m for h in hits for m in cue.findall(h.text)]
    # 负责所属市农贸市场管理中心: the name begins where the letters of the short one do.
    return list(dict.fromkeys(name[max(0, name.rfind(short[0], 0, len(name) - 3)) :] for name in found))


def _windows(context: Context, question: Question, documents: set[str]) -> list[Statement]:
    """Until when the documents that no longer hold did, in their own words."""
    lineage = context.searcher.library.lineage()
    said = []
    for document in sorted(documents):
        edition = lineage.edition(document)
        if edition is None or edition.status_on(question.as_of) not in ("expired", "repealed", "superseded"):
            continue
        act = edition.begins_by
        if act is not None:
            b = act.basis
            evidence: Evidence = cite(context, b.document, b.start, b.end)
            said.append(
                Statement(f"{short_title(context, document)}的施行与期限：{b.quote.strip()}", (evidence,), "依据")
            )
    return said
