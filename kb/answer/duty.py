"""Who is responsible: the duties that answer each part of the question, each body with its role, in words to sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.agencies import Agencies
from kb.answer.coverage import read_terms
from kb.answer.dispute import answer_gap, find_arbiters, find_conflicts, read_entries, region_of, write_conflict
from kb.answer.draft import Context, Draft, DraftAgency, Evidence, Question, Statement
from kb.answer.duty_choice import RESIDUAL, choose_bodies, find_other_sides
from kb.answer.duty_items import Item
from kb.answer.duty_question import Part, find_parts, find_topic
from kb.answer.duty_rank import WEIGHTS, Candidate, find_spoken, rank_duties, scope_of, text_of
from kb.answer.naming import flat, short_title
from kb.answer.pool import NAMES, Pool, search_parts
from kb.matching import Task, fits_scope, parse_task, shared_item
from kb.records import Duty, Role
from kb.responsibility.entries import EVIDENCE_ONLY, Entry, Region, find_deadline
from kb.search.places import NATION
from kb.search.scope import SearchScope

ROLE_WORDS: dict[Role, str] = {
    "lead": "牵头（主管）", "own": "负责", "joint": "会同参与", "support": "配合协助", "oversee": "指导监督", "coordinate": "统筹协调",
    "approve": "审批备案", "enforce": "执法处罚", "duty-holder": "责任人", "decide": "责任不清时决定",
}  # fmt: skip
_BASIC = re.compile(r"街道办事处$|(?:乡|镇|镇（乡）|乡（镇）|乡镇)(?:人民)?政府$")
_SEVERAL = re.compile(r"分别|各|又归|两|哪几|哪些|几家|一道|还有|另")  # more than one body is asked for
_LOCAL = NAMES.index("local")
_PLACE_WEIGHT = WEIGHTS["local"]
_OTHER_TEXT = 1.0  # below the leading duty stand those of the same task in other texts
_SHOWN = 180  # characters of a sentence that are shown; the citation keeps all
_PLACES = 3  # places of a library from which a question without a place is open
_OTHERS = 2  # of them that are shown
_BESIDE = 16  # passages read for them
_BESIDE_TEXTS = 6  # and texts
_ENDED = 2.0  # what a duty whose time is over, or a text that has lapsed, must bear more
_REPLACED = 5.0  # and one that another took the place of
_OTHER_CASE = 5.0  # 无物业小区 asked, 有物业 said
_UNRULY = 1.5  # and a proposal or a description
_GIVEN_UP = 0.5  # who gives a task up, in the sentence that says who takes it on
_TOLD = 2.5  # and the words of a report or of minutes
_REFUSES = ("不", "没有", "无权", "拒绝")
_TASK = 40  # characters of a task that a note names
_MOST = 6  # groups of bodies in one answer
_CLOSE = 1.0  # of score, by which another text's best duty may stand below the first and still be quoted
_LIKE_ITEM = 0.3  # cosine from which an item of a list is about what is asked
_LEAST = 10.5  # without what the place gives, below every right answer of the development set


@dataclass(frozen=True, slots=True)
class Ranking:
    """排序: the parts of a question and, for each, the duties that may answer it, best first."""

    parts: tuple[Part, ...]
    pool: Pool
    duties: tuple[Duty, ...]
    entries: Mapping[Duty, Entry]
    ranked: tuple[Sequence[Candidate], ...]

    @property
    def several(self) -> bool:
        """Whether more than one body is asked for."""
        return len(self.parts) > 1 or any(_SEVERAL.search(p.text) for p in self.parts)


def rank_question(context: Context, question: Question) -> Ranking:
    """The duties for each part of a question, those that hold before those that held or are only told of."""
    parts = find_parts(question.full)
    pool = search_parts(context, question, [p.text for p in parts])
    duties = context.searcher.library.find_duties(documents=pool.documents)
    entries = {e.duty: e for e in read_entries(context, duties, question.as_of)}
    local = bool(context.searcher.catalogue().gazetteer.find(question.full))
    ranked = tuple(
        _prefer_rulings(
            rank_duties(context, question, parts, pool, number, duties), entries, scope_of(question, part), local
        )
        for number, part in enumerate(parts)
    )
    return Ranking(parts, pool, tuple(duties), entries, ranked)


def answer_duty(context: Context, question: Question) -> Draft | None:
    """Who does, decides, approves or punishes what was asked; None when no duty bears on it."""
    r = rank_question(context, question)
    gap = answer_gap(context, question, find_topic(question.full), r.pool.documents, r.duties)
    if gap is not None:
        return gap
    chosen = choose_bodies(r.ranked, r.several, first=r.pool.national & find_spoken(r.ranked))
    chosen += find_other_sides(chosen, r.ranked, question.full)
    leading = _lead_parts(chosen)
    if not leading or max(c.score - _PLACE_WEIGHT * float(c.signals[_LOCAL]) for c in leading) < _LEAST:
        return None
    beside = _find_beside(context, question, leading, r.entries, r.pool.documents)
    region, terms = region_of(context), read_terms(context, question)
    for best in leading:
        others = _find_others(best, r.ranked[best.part], r.entries, beside, region)
        least = terms.share(best.duty.basis.quote)
        chosen += [c for c in others if terms.share(c.duty.basis.quote) >= least][:_OTHERS]
    notes = _find_place_notes(context, r.pool, r.entries.get(leading[0].duty))
    draft = _write(context, _without_repeats(chosen, context.agencies), {**r.entries, **beside}, notes)
    return replace(draft, statements=(*draft.statements, *_quote_runner_up(context, r, draft)))


def _quote_runner_up(context: Context, r: Ranking, draft: Draft) -> list[Statement]:
    """The duty of another text that bears nearly as much on the question: quoted for the reader, its body not named."""
    cited = {e.document for s in draft.statements for e in s.evidence}
    first = r.ranked[0]
    for c in first:
        if c.score < first[0].score - _CLOSE:
            break
        entry = r.entries.get(c.duty)
        if c.duty.basis.document not in cited and entry is not None and entry.rules:
            line = f"{short_title(context, c.duty.basis.document)}：{_shorten(c.duty)}"
            return [Statement(line, (find_evidence(c.duty),), "依据")]
    return []


def _lead_parts(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The best chosen duty of each part."""
    best: dict[int, Candidate] = {}
    for c in sorted(chosen, key=lambda c: -c.score):
        best.setdefault(c.part, c)
    return [best[part] for part in sorted(best)]


def _find_beside(
    context: Context,
    question: Question,
    leading: Sequence[Candidate],
    entries: Mapping[Duty, Entry],
    known: Sequence[str],
) -> dict[Duty, Entry]:
    """Duties of further texts of the same place that may speak of what the leading ones speak of."""
    documents: dict[str, None] = {}
    for best in leading:
        place = entries[best.duty].place if best.duty in entries else None
        if place is None or place == NATION:
            continue
        around = frozenset({place, *context.searcher.catalogue().gazetteer.holders(place)})
        scope = SearchScope(places=around)
        hits = context.search(text_of(best.duty), k=_BESIDE, as_of=question.as_of, scope=scope)
        documents |= {h.passage.document: None for h in hits if h.passage.document not in known}
    duties = context.searcher.library.find_duties(documents=list(documents)[:_BESIDE_TEXTS]) if documents else ()
    return {e.duty: e for e in read_entries(context, duties, question.as_of)}


def _find_others(
    best: Candidate,
    ranked: Sequence[Candidate],
    entries: Mapping[Duty, Entry],
    beside: Mapping[Duty, Entry],
    region: Region,
) -> list[Candidate]:
    """What other texts of the place, in force, say of the leading duty's own task: the highest rank first."""
    task, entry = parse_task(best.duty), entries.get(best.duty)
    roles = {c.duty: c.role_asked for c in ranked}
    found = []
    for duty, other in (*entries.items(), *beside.items()):
        asked = roles.get(duty, duty.role == best.duty.role)
        if duty.basis.document != best.duty.basis.document and asked and _same_task(entry, other, task, region):
            found.append((other.rank, duty.basis.document, duty.basis.start, duty))
    texts: dict[str, Candidate] = {}
    for rank, document, _, duty in sorted(found, key=lambda f: f[:3]):
        score = best.score - _OTHER_TEXT - 0.1 * rank
        texts.setdefault(document, Candidate(duty, score, best.part, True, best.signals))
    return list(texts.values())


def _find_place_notes(context: Context, pool: Pool, lead: Entry | None) -> list[str]:
    """What must be said where no place was named and the library holds the rules of several."""
    places = {p for p in context.searcher.catalogue().places if p and p != NATION}
    if not pool.national or lead is None or len(places) < _PLACES:
        return []
    if lead.place is None or lead.place == NATION:
        return ["问题没有指明地区，先列全国性规定；各地可以另有具体规定，请补充地区后再问。"]
    return [f"问题没有指明地区，以上主要为{lead.place}的规定，各地规定不一，请补充地区后再问。"]


# Where a place is asked about, the bodies of the whole nation are the last to go to.
_NATIONAL_BODY = re.compile(r"国务院|全国|国家(?!机关|工作人员)|最高人民")


def _prefer_rulings(
    ranked: Sequence[Candidate], entries: Mapping[Duty, Entry], scope: Task, local: bool
) -> list[Candidate]:
    """A text that no longer holds, a report, a proposal and another case stand behind a rule that bears as much."""
    cases = scope.property_managed is not None or bool(scope.grades)  # or else every duty fits
    taken = {_task_at(c.duty) for c in ranked if not c.duty.negative}
    moved = [
        replace(
            c,
            score=c.score
            - _burden(entries.get(c.duty))
            - (0.0 if not cases or fits_scope(scope, parse_task(c.duty)) else _OTHER_CASE)
            - (_UNRULY if local and _NATIONAL_BODY.match(c.duty.agency) else 0.0)
            - (_GIVEN_UP if c.duty.negative and _task_at(c.duty) in taken else 0.0),
        )
        for c in ranked
    ]
    return sorted(moved, key=lambda c: (-c.score, c.duty.basis.document, c.duty.basis.start, c.duty.agency))


def _task_at(duty: Duty) -> tuple[str, int, str]:
    return duty.basis.document, duty.basis.start, duty.action


def _burden(entry: Entry | None) -> float:
    if entry is None:
        return _UNRULY
    residual = _UNRULY if RESIDUAL.search(entry.duty.agency) else 0.0
    holds = entry.status in ("in-force", "unknown")
    ended = 0.0 if holds and not entry.ended else _ENDED if holds or entry.status == "expired" else _REPLACED
    told = _TOLD if entry.rank >= EVIDENCE_ONLY else _UNRULY if entry.duty.modality != "norm" else 0.0
    return residual + ended + told


def _same_task(best: Entry | None, other: Entry | None, task: Task, region: Region) -> bool:
    """Whether another text of the same place that holds speaks of the task itself."""
    if best is None or other is None or not other.rules or not _near(best.place, other.place, region):
        return False
    its = parse_task(other.duty)
    return fits_scope(task, its) and shared_item(task, its) is not None


def _near(one: str | None, other: str | None, region: Region) -> bool:
    """Whether two texts are of one city; a national text is another matter."""
    return one == other or (NATION not in (one, other) and region.related(one, other))


def _without_repeats(chosen: Sequence[Candidate], agencies: Agencies) -> list[Candidate]:
    """Each body once, at its best, under its fullest name; the best part's bodies come first."""
    kept: list[Candidate] = []
    for c in sorted(chosen, key=lambda c: -c.score):
        same = next((k for k in kept if _is_same(k.duty, c.duty, agencies)), None)
        if same is None:
            kept.append(c)
    top: dict[int, float] = {}
    for c in kept:
        top[c.part] = max(c.score, top.get(c.part, c.score))
    return sorted(kept, key=lambda c: (-top[c.part], c.part, -c.score))


def _is_same(one: Duty, other: Duty, agencies: Agencies) -> bool:
    """Whether two duties name one body: the same words, or one name inside the other in the same text."""
    a, b = one.agency, other.agency
    if a == b:
        return True
    within = one.basis.document == other.basis.document and min(len(a), len(b)) >= 3 and (a in b or b in a)
    return within and agencies.parse(a).levels == agencies.parse(b).levels


def _group(kept: Sequence[Candidate]) -> list[list[Candidate]]:
    """Bodies that stand together in the text as one: 街道办事处、镇人民政府; 城管执法、公安、市场监管."""
    groups: list[list[Candidate]] = []
    for c in kept:
        for group in groups:
            d, e = group[0].duty, c.duty
            together = (d.basis.start, d.basis.document, d.role, d.action) == (
                e.basis.start,
                e.basis.document,
                e.role,
                e.action,
            )
            alike = (_BASIC.search(d.agency) and _BASIC.search(e.agency)) or (_is_bare(d.agency) and _is_bare(e.agency))
            if together and alike:
                group.append(c)
                break
        else:
            groups.append([c])
    return groups


def _is_bare(name: str) -> bool:
    return not re.search(r"[局厅委部署办院府处会关]$|部门|机构|企业|单位|公司|组织|[者人长旗县市区]$", name)


def _write(context: Context, kept: Sequence[Candidate], entries: Mapping[Duty, Entry], said: Sequence[str]) -> Draft:
    groups = _group(kept)[:_MOST]
    agencies: list[DraftAgency] = []
    lines: dict[Evidence, list[tuple[str, Duty]]] = {}
    for group in groups:
        d = group[0].duty
        ordered = sorted((c.duty for c in group), key=lambda x: d.basis.quote.find(x.agency))
        name = "、".join(dict.fromkeys(x.agency for x in ordered))
        evidence = find_evidence(d)
        lines.setdefault(evidence, []).append((name, d))
        refused = "不承担" if d.action == d.object else "不"
        action = f"{refused}{d.action}" if d.negative and not d.action.startswith(_REFUSES) else d.action
        scope = d.scope.condition or d.object or None
        agencies.append(DraftAgency(name, d.role, action, evidence, scope, bool(d.inference)))
    items = {find_evidence(g[0].duty): g[0].item for g in groups}
    statements = [_state(evidence, of, items[evidence]) for evidence, of in lines.items()]
    notes = [*said]
    notes += [n if n.startswith("推断") else f"推断：{n}" for g in groups for n in g[0].duty.inference]
    notes += [_note_deadline(entries[g[0].duty]) for g in groups if g[0].duty in entries and entries[g[0].duty].ended]
    conflicts = []
    for clash in find_conflicts(context, list(entries.values()), [g[0].duty for g in groups]):
        sides, conflict, note = write_conflict(clash)
        statements += [*sides, *find_arbiters(list(entries.values()), {e.place for e in clash.entries})]
        conflicts.append(conflict)
        notes.append(note)
    return Draft(
        kind="duty",
        status="partial" if conflicts else "answered",
        statements=tuple(statements),
        agencies=tuple(agencies),
        conflicts=tuple(conflicts),
        confidence=_confidence(kept[0]),
        notes=tuple(dict.fromkeys(notes)),
    )


def _note_deadline(entry: Entry) -> str:
    """That the time set for a task is over: its text may hold, and the task still have been done long ago."""
    what = entry.duty.object or entry.duty.action
    what = f"“{what}”" if len(what) <= _TASK else "这项任务"
    return f"《{entry.title}》为{what}定的完成时限（{find_deadline(entry.duty)}）已过，是否仍在执行请核对。"


def _state(evidence: Evidence, bodies: Sequence[tuple[str, Duty]], item: Item | None) -> Statement:
    """The line of a duty; of one over a list with the item that is asked about, quoted too."""
    line = format_line(bodies)
    if item is None or item.likeness < _LIKE_ITEM:
        return Statement(line, (evidence,))
    listed = Evidence(evidence.document, evidence.version, evidence.clause, item.start, item.end)
    return Statement(
        f"{line.rstrip('。；：:')}；其中：{' '.join(item.text.split()).rstrip('；。')}。", (evidence, listed)
    )


def _confidence(best: Candidate) -> float:
    """About how likely the first duty answers the question: a logistic curve through the development questions."""
    return float(1 / (1 + np.exp(-(best.score - 12.7) / 1.1)))


def find_evidence(duty: Duty) -> Evidence:
    """The literal span a duty rests on."""
    b = duty.basis
    return Evidence(b.document, b.version, b.clause, b.start, b.end)


def format_line(bodies: Sequence[tuple[str, Duty]]) -> str:
    """Who, in which role, and the clause's own sentence; a proposal, a target and a negative say so.

    The sentence is literal and shortened at its ends only, for a recomposed one may say what no text says.
    """
    first = bodies[0][1]
    named = "、".join(f"{name}（{_role_of(duty)}）" for name, duty in bodies)
    lead = {
        "proposal": "该文件建议（拟议，尚非现行职责），",
        "target": "该文件列为目标（尚未落实），",
        "description": "该文件记述，",
    }
    return f"{lead.get(first.modality, '')}{named}：{_shorten(first)}"


def _role_of(duty: Duty) -> str:
    return f"不承担或者无权：{ROLE_WORDS[duty.role]}" if duty.negative else ROLE_WORDS[duty.role]


def _shorten(duty: Duty) -> str:
    """The sentence of a duty on one line; of a long one the stretch around the body."""
    words = flat(duty.basis.quote)
    if len(words) <= _SHOWN:
        return words if words.endswith(("。", "；", "）", ")")) else f"{words}。"
    at = max(0, words.find(duty.agency))
    begin = max(0, min(at - _SHOWN // 2, len(words) - _SHOWN))
    end = min(len(words), begin + _SHOWN)
    return f"{'……' if begin else ''}{words[begin:end]}{'……' if end < len(words) else ''}"
