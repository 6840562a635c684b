"""Who is responsible: duties of the documents found, matched to each part of the question, each body with its role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer.draft import Context, Draft, DraftAgency, DraftConflict, Evidence, Question, Statement
from kb.answer.relevance import find_relevance
from kb.records import Duty, Hit, Role

# What a question asks for, by its words → roles that answer it. A part may ask for several.
_CUES: tuple[tuple[re.Pattern[str], tuple[Role, ...]], ...] = (
    (re.compile(r"罚|执法|查处|归.{0,4}查|责令|拖走|处理|撤掉|盖.{0,4}章|管得了"), ("enforce",)),
    (re.compile(r"谁(?:来|去)?定|由谁.{0,6}定|说了算|听谁|争|扯皮|踢皮球|划不清|对不上|指定|不归自己|确定|裁定|套不上"), ("decide",)),
    (re.compile(r"批|许可|手续|备案|过哪一关|受理|登记"), ("approve",)),
    (re.compile(r"配合|协助|打下手|参与|一道"), ("support", "joint")),
    (re.compile(r"牵头|主管|主办|挑头|唱主角"), ("lead",)),
    (re.compile(r"督|盯|监管|考核|指导|监督"), ("oversee",)),
    (re.compile(r"协调|统筹|往哪儿?报|报到哪|报给谁|派单|调度|反映"), ("coordinate",)),
    (re.compile(r"义务|责任人|担责|张罗"), ("duty-holder", "own")),
    (re.compile(r"负责|谁管|归.{0,6}管|谁干|落实|落在|处置|承担|兜底|编|办"), ("own", "lead", "duty-holder")),
)  # fmt: skip
_WHO = re.compile(r"谁|哪|什么(?:部门|单位|机构)|何(?:部门|单位)|几家|归.{1,12}还是|该找|吗$|么$|盖.{0,3}章|责任单位")
_SPLIT = re.compile(
    r"[？?；;。]|[，,、](?=(?:又|那|要是|最后|再往|谁|由谁|哪|依据|定了|真正|依|多久|拖着|另外|该找|停|谁来))"
)
_ROLE_WORDS: dict[Role, str] = {
    "lead": "牵头（主管）", "own": "负责", "joint": "会同参与", "support": "配合协助", "oversee": "指导监督", "coordinate": "统筹协调",
    "approve": "审批备案", "enforce": "执法处罚", "duty-holder": "责任人", "decide": "责任不清时决定",
}  # fmt: skip
_BASIC = re.compile(r"街道办事处$|(?:乡|镇|镇（乡）|乡（镇）|乡镇)(?:人民)?政府$")
_HITS = 10  # hits whose documents are looked into
_CUE = 0.22  # added to a duty whose role is asked for
_PRIOR = 0.9  # weight of the search's own order
_REFERRED = 0.3  # a penalty that names the article found: 违反本条例第十三条…
_NEAR = 0.86  # share of the best score that a second duty of another sentence needs
_SAME = 0.62  # share for one of the same sentence
_MOST = 5  # groups of bodies in one answer
_LEAST = 0.75  # below this the records do not bear on the question


@dataclass(frozen=True, slots=True)
class _Candidate:
    duty: Duty
    score: float
    part: int


def answer_duty(context: Context, question: Question) -> Draft | None:
    """Who does, decides, approves or punishes what was asked; None when no duty bears on it."""
    if not context.hits:
        return None
    duties = _find_candidates(context, question)
    if not duties:
        return None
    parts = find_parts(question.full)
    chosen: list[_Candidate] = []
    for n, part in enumerate(parts):
        chosen += _choose(_rank(context, question, part, duties, n))
    kept = _without_repeats(chosen)
    if not kept or max(c.score for c in kept) < _LEAST:
        return None
    return _write(question, kept)


def find_parts(text: str) -> tuple[str, ...]:
    """The questions inside a question; what only leads in stays with the part that follows it."""
    pieces = [p.strip("，,、 ") for p in _SPLIT.split(text) if p and p.strip("，,、 ")]
    parts: list[str] = []
    lead = ""
    for piece in pieces:
        whole = f"{lead}，{piece}" if lead else piece
        if _WHO.search(piece):
            parts.append(whole)
            lead = ""
        else:
            lead = whole
    if lead and parts:
        parts[-1] = f"{parts[-1]}，{lead}"
    return tuple(parts) or (text,)


def _find_candidates(context: Context, question: Question) -> list[tuple[Duty, float]]:
    """Duties of the leading documents, each with how high the search put its clause, 0–1."""
    hits = context.hits[:_HITS]
    documents = list(dict.fromkeys(h.passage.document for h in hits))
    if question.documents:
        documents = [d for d in documents if d in question.documents] or documents
    best = hits[0].score
    spread = max(best - hits[-1].score, 1e-6)
    found: list[tuple[Duty, float]] = []
    labels = {(h.passage.document, h.passage.path.split(" ")[-1]) for h in hits[:4] if "条" in h.passage.path}
    for duty in context.searcher.library.find_duties(documents=documents):
        prior = max((_closeness(h, duty, best, spread) for h in hits), default=0.0)
        if prior <= 0 and not _refers(duty, labels):
            continue
        found.append((duty, prior + (_REFERRED if prior < 0.6 and _refers(duty, labels) else 0.0)))
    return found


def _closeness(hit: Hit, duty: Duty, best: float, spread: float) -> float:
    p = hit.passage
    if p.document != duty.basis.document:
        return 0.0
    height = 0.15 + 0.85 * (hit.score - best + spread) / spread
    if p.start < duty.basis.end and duty.basis.start < p.end:
        return height
    return 0.6 * height if p.path and p.path == duty.basis.clause else 0.0


def _refers(duty: Duty, labels: set[tuple[str, str]]) -> bool:
    return duty.role == "enforce" and any(
        document == duty.basis.document and label in duty.basis.quote for document, label in labels
    )


def _rank(
    context: Context, question: Question, part: str, duties: Sequence[tuple[Duty, float]], number: int
) -> list[_Candidate]:
    texts = [_text_of(d) for d, _ in duties]
    own = find_relevance(context.searcher, part, texts)
    whole = own if part == question.full else find_relevance(context.searcher, question.full, texts)
    roles = {r for cue, given in _CUES if cue.search(part) for r in given}
    ranked = []
    for (duty, prior), a, b in zip(duties, own, whole, strict=True):
        score = 0.75 * a + 0.25 * b + _PRIOR * prior + (_CUE if duty.role in roles else 0.0)
        score *= 0.75 if duty.confidence < 0.5 else 1.0
        ranked.append(_Candidate(duty, score, number))
    return sorted(ranked, key=lambda c: (-c.score, c.duty.basis.document, c.duty.basis.start, c.duty.agency))


def _text_of(duty: Duty) -> str:
    return f"{duty.object}，{duty.scope.condition or ''}，{duty.action}，{duty.agency}"


def _choose(ranked: Sequence[_Candidate]) -> list[_Candidate]:
    """The best duty, its companions in the same sentence, and any other that bears almost as much."""
    if not ranked:
        return []
    best = ranked[0]
    sentence = (best.duty.basis.document, best.duty.basis.start)
    kept = [best]
    for c in ranked[1:]:
        same = (c.duty.basis.document, c.duty.basis.start) == sentence
        beside = c.duty.basis.document == sentence[0] and c.duty.basis.clause == best.duty.basis.clause
        if (same and (c.score >= _SAME * best.score or c.duty.role == "joint")) or (
            beside and c.score >= _NEAR * best.score
        ):
            kept.append(c)
    return kept


def _without_repeats(chosen: Sequence[_Candidate]) -> list[_Candidate]:
    """Each body once for each role, at its best; the order of the parts is kept."""
    best: dict[tuple[str, Role], _Candidate] = {}
    for c in chosen:
        key = (c.duty.agency, c.duty.role)
        if key not in best or c.score > best[key].score:
            best[key] = c
    strongest: dict[str, _Candidate] = {}
    for c in best.values():
        if c.duty.agency not in strongest or c.score > strongest[c.duty.agency].score:
            strongest[c.duty.agency] = c
    return sorted(strongest.values(), key=lambda c: (c.part, -c.score))


def _group(kept: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Bodies that stand together in the text as one: 街道办事处、镇人民政府; 城管执法、公安、市场监管."""
    groups: list[list[_Candidate]] = []
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


def _write(question: Question, kept: Sequence[_Candidate]) -> Draft:
    groups = _group(kept)[:_MOST]
    statements: list[Statement] = []
    agencies: list[DraftAgency] = []
    for group in groups:
        d = group[0].duty
        ordered = sorted((c.duty for c in group), key=lambda x: d.basis.quote.find(x.agency))
        name = "、".join(dict.fromkeys(x.agency for x in ordered))
        evidence = find_evidence(d)
        statements.append(Statement(format_duty(d, name), (evidence,)))
        if not d.negative:
            agencies.append(
                DraftAgency(name, d.role, d.action, evidence, d.scope.condition or d.object or None, bool(d.inference))
            )
        else:
            agencies.append(DraftAgency(name, d.role, f"不{d.action}", evidence, d.scope.condition or d.object or None))
    notes = tuple(dict.fromkeys(n for g in groups for n in g[0].duty.inference))
    return Draft(
        kind="duty",
        statements=tuple(statements),
        agencies=tuple(agencies),
        conflicts=_find_conflicts(groups),
        confidence=min(1.0, max(c.score for c in kept) / 3),
        notes=tuple(f"推断：{n}" for n in notes if not n.startswith("推断"))
        + tuple(n for n in notes if n.startswith("推断")),
    )


def find_evidence(duty: Duty) -> Evidence:
    """The literal span a duty rests on."""
    b = duty.basis
    return Evidence(b.document, b.version, b.clause, b.start, b.end)


def format_duty(duty: Duty, name: str) -> str:
    """One sentence: for what, who, in which role, does what; proposals and negatives say so."""
    scope = duty.scope.condition or duty.object
    front = f"{scope.rstrip('，；。')}：" if scope and scope not in duty.action else ""
    role = _ROLE_WORDS[duty.role]
    if duty.negative:
        return f"{front}{name}不承担或者无权（{duty.action}）。"
    body = f"{front}{name}——{role}：{duty.action.rstrip('，；。')}。"
    if duty.modality == "proposal":
        return f"该文件建议（拟议，尚非现行职责）：{body}"
    if duty.modality == "target":
        return f"该文件列为目标：{body}"
    if duty.modality == "description":
        return f"该文件记述：{body}"
    return body


def _find_conflicts(groups: Sequence[Sequence[_Candidate]]) -> tuple[DraftConflict, ...]:
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
