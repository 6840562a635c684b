"""Who is responsible: the duties that answer each part of the question, each body with its role, in words to sign."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kb.answer.draft import Context, Draft, DraftAgency, DraftConflict, Evidence, Question, Statement
from kb.answer.duty_question import find_parts
from kb.answer.duty_rank import Candidate, rank_duties
from kb.answer.pool import search_parts
from kb.records import Duty, Role

ROLE_WORDS: dict[Role, str] = {
    "lead": "牵头（主管）", "own": "负责", "joint": "会同参与", "support": "配合协助", "oversee": "指导监督", "coordinate": "统筹协调",
    "approve": "审批备案", "enforce": "执法处罚", "duty-holder": "责任人", "decide": "责任不清时决定",
}  # fmt: skip
_BASIC = re.compile(r"街道办事处$|(?:乡|镇|镇（乡）|乡（镇）|乡镇)(?:人民)?政府$")
# How far below the best a companion may stand: in its sentence, in its article, in another article.
_SAME_SENTENCE = 2.6
_SAME_ARTICLE = 1.2
_ELSEWHERE = 0.5
_MOST = 6  # groups of bodies in one answer
_LEAST = 6.0  # below this score the records do not bear on the question


def answer_duty(context: Context, question: Question) -> Draft | None:
    """Who does, decides, approves or punishes what was asked; None when no duty bears on it."""
    parts = find_parts(question.full)
    pool = search_parts(context, question, [p.text for p in parts])
    duties = context.searcher.library.find_duties(documents=pool.documents)
    chosen: list[Candidate] = []
    for number in range(len(parts)):
        chosen += _choose(rank_duties(context, question, parts, pool, number, duties))
    kept = _without_repeats(chosen)
    if not kept or max(c.score for c in kept) < _LEAST:
        return None
    return _write(kept)


def _choose(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best duty, its companions in the same sentence and article, and any other that bears almost as much."""
    if not ranked:
        return []
    best = ranked[0]
    kept = [best]
    for c in ranked[1:]:
        gap = best.score - c.score
        one, other = best.duty.basis, c.duty.basis
        if one.document != other.document:
            continue
        beside = one.clause == other.clause
        allowed = _SAME_SENTENCE if one.start == other.start else _SAME_ARTICLE if beside else _ELSEWHERE
        if gap <= allowed:
            kept.append(c)
    return kept


def _without_repeats(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Each body once, at its best; the best part's bodies come first."""
    best: dict[str, Candidate] = {}
    for c in chosen:
        if c.duty.agency not in best or c.score > best[c.duty.agency].score:
            best[c.duty.agency] = c
    top: dict[int, float] = {}
    for c in best.values():
        top[c.part] = max(c.score, top.get(c.part, c.score))
    return sorted(best.values(), key=lambda c: (-top[c.part], c.part, -c.score))


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


def _write(kept: Sequence[Candidate]) -> Draft:
    groups = _group(kept)[:_MOST]
    statements: list[Statement] = []
    agencies: list[DraftAgency] = []
    for group in groups:
        d = group[0].duty
        ordered = sorted((c.duty for c in group), key=lambda x: d.basis.quote.find(x.agency))
        name = "、".join(dict.fromkeys(x.agency for x in ordered))
        evidence = find_evidence(d)
        statements.append(Statement(format_duty(d, name), (evidence,)))
        action = f"不{d.action}" if d.negative else d.action
        scope = d.scope.condition or d.object or None
        agencies.append(DraftAgency(name, d.role, action, evidence, scope, bool(d.inference)))
    notes = tuple(dict.fromkeys(n for g in groups for n in g[0].duty.inference))
    return Draft(
        kind="duty",
        statements=tuple(statements),
        agencies=tuple(agencies),
        conflicts=_find_conflicts(groups),
        confidence=_confidence(kept[0]),
        notes=tuple(n if n.startswith("推断") else f"推断：{n}" for n in notes),
    )


def _confidence(best: Candidate) -> float:
    """About how likely the first duty answers the question: a logistic curve through the development questions."""
    return float(1 / (1 + np.exp(-(best.score - 9.5) / 0.8)))


def find_evidence(duty: Duty) -> Evidence:
    """The literal span a duty rests on."""
    b = duty.basis
    return Evidence(b.document, b.version, b.clause, b.start, b.end)


_STARTS_WITH_VERB = re.compile(
    r"(?:应当|依法|分别|统一|可以|具体|共同)?(?:负责|牵头|承担|组织|指导|监督|配合|协助|统筹|协调|主管|会同|参与|制定|建立|确定|责令|给予|处|予以|查处|做好|履行|划定|督促)"
)
_HOLDS_BODY = re.compile(r"^(?:应当|并|及时)?(?:经|报|向|征求|征得|听取|申请|提请)")
_OPEN = "的"


def format_duty(duty: Duty, name: str) -> str:
    """One sentence as an official would write it: for what, by whom, what; proposals and negatives say so."""
    action = duty.action.strip("，；。")
    scope = (duty.scope.condition or duty.object).strip("，；。")
    front = f"{scope}，" if scope and scope not in action and name not in scope else ""
    if duty.negative:
        return f"{front}{name}不承担或者无权{action}。"
    if _HOLDS_BODY.match(action) and name.split("、")[0][-4:] in action:
        body = action  # 报市城市管理局备案 names the body itself
    elif (
        duty.role in ("enforce", "decide")
        or (front.endswith(f"{_OPEN}，") and _STARTS_WITH_VERB.match(action))
        or action in ("负责", "承担", "组织实施")
    ):
        body = f"由{name}{action}"
    else:
        body = f"{name}{action}"
    sentence = f"{front}{body}（{ROLE_WORDS[duty.role]}）。"
    if duty.modality == "proposal":
        return f"该文件建议（拟议，尚非现行职责）：{sentence}"
    if duty.modality == "target":
        return f"该文件列为目标（尚未落实）：{sentence}"
    if duty.modality == "description":
        return f"该文件记述：{sentence}"
    return sentence


def _find_conflicts(groups: Sequence[Sequence[Candidate]]) -> tuple[DraftConflict, ...]:
    """Two documents that give the same action to different bodies stand side by side."""
    found = []
    for i, one in enumerate(groups):
        for other in groups[i + 1 :]:
            a, b = one[0].duty, other[0].duty
            if (
                a.basis.document != b.basis.document
                and a.role == b.role == "own"
                and a.object
                and a.object == b.object
                and a.agency != b.agency
            ):
                found.append(DraftConflict(a.object, (find_evidence(a), find_evidence(b))))
    return tuple(found)
