"""What an answer about responsibility must add: texts that disagree, tasks nobody is named for, and who then decides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from kb.answer.draft import Context, Draft, DraftConflict, Evidence, Question, Statement
from kb.answer.naming import flat
from kb.matching import covers, find_parts
from kb.records import Basis, Duty
from kb.responsibility.clashes import Clash, find_clashes
from kb.responsibility.entries import Entry, Region, find_entries
from kb.responsibility.gaps import Gap, Problem, find_gaps, find_problems
from kb.responsibility.map import TELLING_GENRES, TELLING_LEVELS
from kb.text import normalise

_REPORTS = 4  # telling documents of the pool whose problems are read
_SETTLES = re.compile(r"协商|仍不|提请.{2,20}协调")
_DISPUTE = re.compile(r"职责分工(?:不|有)|职责不|分工不明")
_WHOLE = 300  # characters of a clause quoted as a whole
_SHOWN = 3  # problems quoted for one gap


def region_of(context: Context) -> Region:
    """The places of the library."""
    return Region(context.searcher.library, context.searcher.catalogue())


def read_entries(context: Context, duties: Sequence[Duty], as_of: date) -> tuple[Entry, ...]:
    """The duties with rank, place and status on a day."""
    status_at = context.searcher.library.lineage().statuses_on(as_of)
    return find_entries(duties, region_of(context), context.agencies, status_at, as_of=as_of)


def find_conflicts(context: Context, entries: Sequence[Entry], chosen: Sequence[Duty]) -> tuple[Clash, ...]:
    """Clashes in which a duty of the answer takes part."""
    around = {(d.basis.document, d.basis.start) for d in chosen}
    return find_clashes(entries, context.agencies, region_of(context), around)


def write_conflict(clash: Clash) -> tuple[list[Statement], DraftConflict, str]:
    """The sides of a clash side by side, each with rank and date; and who rules on it, as a note."""
    evidence = []
    statements = []
    for entry in clash.entries:
        e = _evidence(entry.duty.basis)
        if e in evidence:
            continue
        evidence.append(e)
        since = f"，{entry.effective_on.isoformat()}起施行" if entry.effective_on else ""
        words = flat(entry.duty.basis.quote).rstrip("；。")
        statements.append(
            Statement(f"《{entry.title}》（{entry.level or '位阶未标'}{since}）：{words}。", (e,), section="分歧")
        )
    what = "两份文件把同一事项交给不同机构" if clash.kind == "owners" else "同一机构一处为负责、一处只为协助"
    note = f"关于“{clash.about}”，{what}，资料库不代为取舍：{clash.decides}。"
    return statements, DraftConflict(clash.about, tuple(evidence)), note


def find_arbiters(entries: Sequence[Entry], places: set[str | None]) -> list[Statement]:
    """The clauses of the same place that say how a dispute between agencies is settled, each quoted as a whole."""
    spans: dict[tuple[str, str, str], list[Basis]] = defaultdict(list)
    for e in entries:
        basis = e.duty.basis
        if e.status in ("in-force", "unknown") and e.place in places and _SETTLES.search(basis.quote):
            spans[basis.document, basis.version, basis.clause].append(basis)
    statements = []
    for (document, version, clause), found in sorted(spans.items()):
        if not any(_DISPUTE.search(b.quote) for b in found):
            continue
        start = min(b.start for b in found)
        end = max(b.end for b in found if b.end - start <= _WHOLE)
        words = "；".join(dict.fromkeys(flat(b.quote).rstrip("；。") for b in found))
        statements.append(
            Statement(f"争议的解决：{words}。", (Evidence(document, version, clause, start, end),), section="分歧")
        )
    return statements


def answer_gap(
    context: Context, question: Question, topic: str, documents: Sequence[str], duties: Sequence[Duty]
) -> Draft | None:
    """An honest 现有资料未见规定, with the words that show the problem and the clause that says who decides.

    None where no report calls the task unsettled, or a text in force names an owner.
    """
    problems = _find_problems(context, topic, documents)
    if not problems:
        return None
    catalogue = context.searcher.catalogue()
    places = {i.document: p for i, p in zip(catalogue.infos, catalogue.places, strict=True)}
    own = {p for p in (places.get(b.basis.document) for b in problems) if p}
    near = [i.document for i in catalogue.infos if places[i.document] in own and i.document not in documents]
    more = context.searcher.library.find_duties(documents=near) if own and len(near) <= _NEAR else ()
    entries = read_entries(context, [*duties, *more], question.as_of)
    gaps = find_gaps(problems, entries, context.searcher.words, region_of(context), places)
    return _write_gap(question, gaps) if gaps else None


_NEAR = 60  # further documents of the place whose duties are read before it is said that none names an owner


def _find_problems(context: Context, topic: str, documents: Sequence[str]) -> list[Problem]:
    infos = {i.document: i.identity for i in context.searcher.catalogue().infos}
    telling = [d for d in documents if infos[d].genre in TELLING_GENRES or infos[d].level in TELLING_LEVELS]
    asked = normalise("".join(find_parts(topic)) or topic)
    found = []
    for document in telling[:_REPORTS]:
        for problem in find_problems(context.version(document)):
            core = "".join(find_parts(problem.topic)) or problem.topic
            if covers(asked, core) or (len(asked) >= 2 and covers(core, asked, 0.99)):
                found.append(problem)
    return found


def _write_gap(question: Question, gaps: Sequence[Gap]) -> Draft:
    statements: list[Statement] = []
    for gap in gaps:
        for entry in gap.default:
            evidence = _evidence(entry.duty.basis)
            words = flat(entry.duty.basis.quote).rstrip("；。")
            statements.append(
                Statement(f"{gap.task}没有直接规定责任单位，但有确定责任人的规定：{words}。", (evidence,))
            )
        if not gap.default:
            shown = [_evidence(p.basis) for p in gap.problems[:_SHOWN]]
            statements.append(
                Statement(f"现有资料未见规定{gap.task}的责任单位；下列文件也称尚未明确", tuple(shown), "缺口")
            )
            for p in gap.problems[:_SHOWN]:
                words = flat(p.basis.quote)
                statements.append(Statement(f"原文：{words}。", (_evidence(p.basis),), "缺口"))
        for entry in gap.procedure:
            evidence = _evidence(entry.duty.basis)
            words = flat(entry.duty.basis.quote).rstrip("；。")
            statements.append(Statement(f"可循程序：{words}。", (evidence,), "缺口"))
    answered = all(g.default for g in gaps)
    return Draft(
        "duty",
        status="answered" if answered else "partial",
        statements=tuple(statements),
        confidence=0.9,
        notes=() if answered else ("已查找责任不明时由谁确定的条款，未见适用于这一事项的。",),
    )


def _evidence(basis: Basis) -> Evidence:
    return Evidence(basis.document, basis.version, basis.clause, basis.start, basis.end)
