"""Standards, limits, deadlines, penalties: the sentences that state them, with the article a penalty refers to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.duty_question import find_parts
from kb.answer.relevance import find_relevance
from kb.records import Hit, Requirement

# What is asked → the kinds of record that answer it.
_KINDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"罚|处罚|处理|下场|后果|挨多少|怎么罚|会怎样|吊"), frozenset({"penalty"})),
    (re.compile(r"多久|多长|几天|多少(?:日|天|小时|年|月)|期限|时限|提前|最迟|什么时候|隔|几个钟头|几点|钟点"), frozenset({"deadline", "standard", "threshold"})),
    (re.compile(r"多少|多远|多大|几成|最多|最少|最高|最低|至少|封顶|超过|几次|比例|分别是"), frozenset({"threshold", "deadline"})),
    (re.compile(r"标准|要求|条件|必须|不许|不准|禁止|做到|应当"), frozenset({"standard", "threshold"})),
)  # fmt: skip
_HITS = 8
_PRIOR = 0.9  # weight of the search's own order
_KIND = 0.3  # added to a record of the kind that is asked for
_REFERRED = 0.45  # a penalty naming the article found
_SAME = 0.66  # share of the best score that a further sentence of the same clause needs
_OTHER = 0.9  # and of another clause
_MOST = 4
_LEAST = 0.8


@dataclass(frozen=True, slots=True)
class _Candidate:
    requirement: Requirement
    score: float


def answer_requirement(context: Context, question: Question) -> Draft | None:
    """The sentences with the number, deadline or penalty asked for; None when no record bears on the question."""
    hits = context.hits[:_HITS]
    if not hits:
        return None
    pool = _find_pool(context, question, hits)
    if not pool:
        return None
    chosen: list[_Candidate] = []
    for part in (p.text for p in find_parts(question.full)):
        chosen += _choose(_rank(context, question, part, pool))
    if not chosen or max(c.score for c in chosen) < _LEAST:
        return None
    return _write(context, chosen)


def _find_pool(context: Context, question: Question, hits: Sequence[Hit]) -> list[tuple[Requirement, float]]:
    """One record a sentence and kind, of the documents found, each with the search's opinion of its clause, 0–1.45."""
    documents = list(dict.fromkeys(h.passage.document for h in hits))
    if question.documents:
        documents = [d for d in documents if d in question.documents] or documents
    best, spread = hits[0].score, max(hits[0].score - hits[-1].score, 1e-6)
    first = hits[0].passage.document
    labels = {(h.passage.document, h.passage.path.split(" ")[-1]) for h in hits[:4] if "条" in h.passage.path}
    found = []
    for r in context.searcher.library.find_requirements(documents=documents):
        prior = max((_closeness(h, r, best, spread) for h in hits), default=0.0)
        if r.kind == "penalty" and any(d == r.basis.document and label in r.basis.quote for d, label in labels):
            prior = max(prior, 0.3) + _REFERRED
        if prior > 0 or r.basis.document == first:
            found.append((r, prior))
    return found


def _closeness(hit: Hit, requirement: Requirement, best: float, spread: float) -> float:
    p, b = hit.passage, requirement.basis
    if p.document != b.document:
        return 0.0
    height = 0.15 + 0.85 * (hit.score - best + spread) / spread
    if p.start < b.end and b.start < p.end:
        return height
    return 0.6 * height if p.path and p.path == b.clause else 0.0


def _rank(
    context: Context, question: Question, part: str, pool: Sequence[tuple[Requirement, float]]
) -> list[_Candidate]:
    texts = [f"{r.basis.quote}，{r.item if r.item not in r.basis.quote else ''}" for r, _ in pool]
    own = find_relevance(context.searcher, part, texts)
    whole = own if part == question.full else find_relevance(context.searcher, question.full, texts)
    kinds = next((k for cue, k in _KINDS if cue.search(part)), frozenset())
    ranked = [
        _Candidate(
            r,
            0.7 * a
            + 0.3 * b
            + _PRIOR * prior
            + (_KIND if r.kind in kinds and (r.value or r.kind == "standard") else 0.0),
        )
        for (r, prior), a, b in zip(pool, own, whole, strict=True)
    ]
    return sorted(ranked, key=lambda c: (-c.score, c.requirement.basis.document, c.requirement.basis.start))


def _choose(ranked: Sequence[_Candidate]) -> list[_Candidate]:
    if not ranked:
        return []
    best = ranked[0]
    kept = [best]
    seen = {best.requirement.basis.start}
    for c in ranked[1:]:
        b = c.requirement.basis
        if b.start in seen or b.document != best.requirement.basis.document:
            continue
        share = _SAME if b.clause == best.requirement.basis.clause else _OTHER
        if c.score >= share * best.score and len(kept) < _MOST:
            kept.append(c)
            seen.add(b.start)
    return kept


def _write(context: Context, chosen: Sequence[_Candidate]) -> Draft:
    best: dict[tuple[str, int], _Candidate] = {}
    for c in chosen:
        key = (c.requirement.basis.document, c.requirement.basis.start)
        if key not in best or c.score > best[key].score:
            best[key] = c
    ordered = sorted(best.values(), key=lambda c: -c.score)[: _MOST + 1]
    statements = []
    for c in ordered:
        b = c.requirement.basis
        own = Evidence(b.document, b.version, b.clause, b.start, b.end)
        stem = find_stem(context, b.document, b.start, b.end)
        words = b.quote.strip("；。， 　")
        if stem is not None and stem != own:
            version = context.version(b.document)
            words = f"{version.text[stem.start : stem.end].strip()}{words}"
            statements.append(Statement(f"{words}。", (stem, own)))
        else:
            statements.append(Statement(f"{words}。", (own,)))
    return Draft("requirement", statements=tuple(statements), confidence=min(1.0, ordered[0].score / 3))


def find_stem(context: Context, document: str, start: int, end: int) -> Evidence | None:
    """The line above a list item that says what the list is: 有下列行为之一的，由…处…：; None for any other sentence."""
    version = context.version(document)
    clause = next(
        (c for c in reversed(version.clauses) if c.start <= start < c.end and c.kind in ("item", "subitem")), None
    )
    if clause is None or clause.parent is None:
        return None
    holder = next((c for c in version.clauses if c.id == clause.parent), None)
    if holder is None:
        return None
    above = version.text[holder.start : clause.start]
    lines = [m for m in re.finditer(r"[^\n]+", above) if m.group().rstrip().endswith(("：", ":"))]
    if not lines:
        return None
    m = lines[-1]
    begin = max(m.group().rfind("。", 0, len(m.group()) - 1), m.group().rfind("；", 0, len(m.group()) - 1)) + 1
    text = m.group()[begin:]
    lead = len(text) - len(text.lstrip())
    at = holder.start + m.start() + begin + lead
    label = re.match(r"第[^条]{1,10}条[\s　]*", text.lstrip())
    at += label.end() if label else 0
    stop = holder.start + m.start() + len(m.group().rstrip())
    path = clause.path.split(" （")[0] if "条" in clause.path else holder.path
    return Evidence(document, version.id, path, at, stop) if at < stop else None
