"""Standards, deadlines, penalties: the sentences that state them, with the stem of a list and what is missing said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.duty_question import Part, find_parts
from kb.answer.pool import NAMES, Pool, measure_records, search_parts
from kb.records import Requirement

# What is asked → the kinds of record that answer it.
_KINDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"罚|处罚|下场|后果|挨多少|会怎样|吊销|怎么处理|处理"), frozenset({"penalty"})),
    (re.compile(r"多久|多长|几天|多少(?:日|天|小时|年|月)|期限|时限|提前|最迟|什么时候|隔|几个钟头|几点|钟点|时段"), frozenset({"deadline", "standard", "threshold"})),
    (re.compile(r"多少|多远|多大|几成|最多|最少|最高|最低|至少|封顶|超过|几次|比例|分别是"), frozenset({"threshold", "deadline"})),
    (re.compile(r"标准|要求|条件|必须|不许|不准|禁止|做到|应当"), frozenset({"standard", "threshold"})),
)  # fmt: skip
_AMOUNT = re.compile(r"多少|几[元百千万天日月年个]|多久|多长|多大|区间|幅度|钟点|几点|最[高低多少迟]|什么时候|哪[几两]")
OWN_NAMES = ("kind", "kind_value", "other_kind", "value", "long")
# Listwise logistic regression on the development questions (training/records.py, penalty 0.01), folds by document.
WEIGHTS: dict[str, float] = {
    "share_part": 0.44,
    "quote_part": 0.06,
    "share_full": 0.06,
    "cosine_part": 0.76,
    "cosine_quote": 0.65,
    "cosine_full": 0.76,
    "phrase": 1.35,
    "title": 0.84,
    "height_full": 1.94,
    "height_part": 1.94,
    "first": 0.47,
    "refers": 1.22,
    "document": 1.09,
    "neighbour": 1.01,
    "local": 0.51,
    "kind": 0.92,
    "kind_value": 1.64,
    "other_kind": -0.92,
    "value": 0.9,
    "long": -0.31,
}
_VECTOR = np.asarray([WEIGHTS[n] for n in (*NAMES, *OWN_NAMES)])
_LONG = 200  # characters of a quotation that is as long as they get
_SAME = 1.2  # how far below the best a further sentence of its article may stand, by the development set
_OTHER = 1.5  # and one of another article of the text
_MOST = 4
_LEAST = 5.5  # below this score the records do not bear on the question
_ENDED = 5.0  # what a text that no longer holds must bear more
_BARE = "所引条文没有写明数额或者期限，资料库不作推算。"


@dataclass(frozen=True, slots=True)
class Candidate:
    """候选要求: a requirement with its score for one part of the question."""

    record: Requirement
    score: float
    part: int
    signals: NDArray[np.float64]


def find_kinds(part: Part) -> frozenset[str]:
    """The kinds of record that answer a part, by its own words before those it leans on."""
    return next((k for words in (part.own, part.text) for cue, k in _KINDS if cue.search(words)), frozenset())


def asks_limit(text: str) -> bool:
    """Whether a question asks what a rule sets: an amount, a time, a duty to do or not to do, a penalty."""
    return _AMOUNT.search(text) is not None or any(cue.search(text) for cue, _ in _KINDS)


def answer_requirement(context: Context, question: Question) -> Draft | None:
    """The sentences with the number, deadline or penalty asked for; None when no record bears on the question."""
    parts = find_parts(question.full)
    pool = search_parts(context, question, [p.text for p in parts])
    records = context.searcher.library.find_requirements(documents=pool.documents)
    chosen: list[Candidate] = []
    for number in range(len(parts)):
        chosen += _choose(rank_requirements(context, question, parts, pool, number, records))
    if not chosen or max(c.score for c in chosen) < _LEAST:
        return None
    return _write(context, question, chosen)


def rank_requirements(
    context: Context, question: Question, parts: Sequence[Part], pool: Pool, number: int, records: Sequence[Requirement]
) -> list[Candidate]:
    """Requirements for one part, best first; a text that no longer holds stands back."""
    part = parts[number]
    kinds = find_kinds(part)
    status = context.searcher.library.lineage().status_of
    holds = {d: status(d, question.as_of) in ("in-force", "unknown") for d in pool.documents}
    pooled = measure_records(context, question.full, part.text, pool, number, records, [_text_of(r) for r in records])
    ranked = []
    for p in pooled:
        r = p.record
        fits = r.kind in kinds
        own = [fits, fits and r.value is not None, bool(kinds) and not fits, r.value is not None]
        signals = np.concatenate(
            [p.signals, np.asarray([*own, min(1.0, len(r.basis.quote) / _LONG)], dtype=np.float64)]
        )
        score = float(signals @ _VECTOR) - (0.0 if holds.get(r.basis.document, True) else _ENDED)
        ranked.append(Candidate(r, score, number, signals))
    return sorted(ranked, key=lambda c: (-c.score, c.record.basis.document, c.record.basis.start))


def _text_of(record: Requirement) -> str:
    return f"{record.item}，{record.indicator or ''}，{record.basis.quote}"


def _choose(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence and further ones of the same text that bear almost as much."""
    if not ranked:
        return []
    best = ranked[0]
    kept, seen = [best], {best.record.basis.start}
    for c in ranked[1:]:
        b = c.record.basis
        if b.start in seen or b.document != best.record.basis.document or len(kept) >= _MOST:
            continue
        if best.score - c.score <= (_SAME if b.clause == best.record.basis.clause else _OTHER):
            kept.append(c)
            seen.add(b.start)
    return kept


def _write(context: Context, question: Question, chosen: Sequence[Candidate]) -> Draft:
    best: dict[tuple[str, int], Candidate] = {}
    for c in chosen:
        key = (c.record.basis.document, c.record.basis.start)
        if key not in best or c.score > best[key].score:
            best[key] = c
    ordered = sorted(best.values(), key=lambda c: -c.score)[: _MOST + 1]
    statements = []
    for c in ordered:
        b = c.record.basis
        own = Evidence(b.document, b.version, b.clause, b.start, b.end)
        stem = find_stem(context, b.document, b.start, b.end)
        words = b.quote.strip("；。， 　")
        if stem is not None and stem != own:
            version = context.version(b.document)
            words = f"{version.text[stem.start : stem.end].strip()}{words}"
            statements.append(Statement(f"{words}。", (stem, own)))
        else:
            statements.append(Statement(f"{words}。", (own,)))
    bare = _AMOUNT.search(question.full) is not None and all(c.record.value is None for c in ordered)
    return Draft(
        "requirement",
        status="partial" if bare else "answered",
        statements=tuple(statements),
        confidence=float(1 / (1 + np.exp(-(ordered[0].score - 9.5) / 1.2))),
        notes=(_BARE,) if bare else (),
    )


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
