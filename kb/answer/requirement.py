"""Standards, deadlines, penalties: the sentences that state them, with the stem of a list and what is missing said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.duty_question import Part
from kb.answer.limit_question import find_limit_parts, find_measure
from kb.answer.naming import find_sentences
from kb.answer.pool import NAMES, Pool, heights, measure_records, search_parts
from kb.records import Basis, Hit, Requirement
from kb.text import CHINESE_NUMERAL, OCCASIONS, normalise

# What is asked → the kinds of record that answer it.
_KINDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"罚|处罚|下场|后果|挨多少|会怎样|吊销|怎么处理|处理"), frozenset({"penalty"})),
    (re.compile(r"多久|多长|几天|多少(?:日|天|小时|年|月)|期限|时限|提前|最迟|什么时候|隔|几个钟头|几点|钟点|时段"), frozenset({"deadline", "standard", "threshold"})),
    (re.compile(rf"多少|多远|多大|几成|最多|最少|最高|最低|至少|封顶|超过|几[{OCCASIONS}]|比例|分别是"), frozenset({"threshold", "deadline"})),
    (re.compile(r"标准|要求|条件|必须|不许|不准|禁止|做到|应当"), frozenset({"standard", "threshold"})),
)  # fmt: skip
_AMOUNT = re.compile(
    r"多少|几[元百千万天日月年个]|多久|多长|多大|区间|幅度|钟点|几点|几[条只户台部层处棵株]|限制|上限|下限|最[高低多少迟]|什么时候|哪[几两]"
)
OWN_NAMES = ("kind", "kind_value", "other_kind", "value", "long", "record", "measured", "unmeasured", "article")
# Listwise logistic regression (training/records.py, penalty 0.003) on the development questions and q5-… of
# benchmarks/requirement_questions.jsonl; q6-… are left for measuring. "first" only doubled "height_full" and is left out.
WEIGHTS: dict[str, float] = {
    "share_part": 0.6,
    "quote_part": 0.59,
    "share_full": 1.18,
    "cosine_part": 1.26,
    "cosine_quote": 1.25,
    "cosine_full": 1.46,
    "phrase": 1.45,
    "title": 1.01,
    "height_full": 3.07,
    "height_part": 1.13,
    "first": 0.0,
    "refers": 1.43,
    "document": 0.02,
    "neighbour": 1.02,
    "local": 2.39,
    "kind": 0.27,
    "kind_value": 1.12,
    "other_kind": -0.27,
    "value": 0.37,
    "long": -0.71,
    "record": 2.08,
    "measured": 2.0,
    "unmeasured": -2.0,
    "article": 2.1,
}
_VECTOR = np.asarray([WEIGHTS[n] for n in (*NAMES, *OWN_NAMES)])
_LONG = 200  # characters of a quotation that is as long as they get
_SAME = 2.5  # how far below the best a further sentence of its article may stand, by the questions the weights are fitted on
_OTHER = 1.5  # and one of another article of the text
_APART = 4.0  # how far below it the sentence may stand that another part of the question is answered by
_MOST = 4
_LEAST = 10.0  # below this score the records do not bear on the question
_HOLDS = ("in-force", "unknown")
_ENDED = 8.0  # what a text that no longer holds must bear more
_LEADING = 12  # passages of each search whose sentences are read
# 新华社哈尔滨2月4日电（记者某某）: the line before the news.
_DATELINE = re.compile(
    r"\s*(?:新华社|本报|中新社|本网)[^，。；]{0,12}\d{1,2}月\d{1,2}日(?:电|讯)?\s*(?:[（(][^）)]{0,20}[）)])?\s*"
)
_SHORTEST = 8  # characters of a sentence that sets something
_NUMBER = re.compile(rf"(?<![第\d{CHINESE_NUMERAL}])[\d{CHINESE_NUMERAL}]+[万亿]?[^款项章节\s]")
_SETS = re.compile(rf"[\d{CHINESE_NUMERAL}]|应当|不得|禁止|必须|可以")
_SORTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("penalty", re.compile(r"罚款|吊销|没收|责令|处分|警告")),
    ("deadline", re.compile(rf"[\d{CHINESE_NUMERAL}]\s*个?(?:工作日|日|天|小时|分钟|月|年)(?:以?内|前|之)")),
    ("threshold", re.compile(rf"[\d{CHINESE_NUMERAL}]\s*[万亿]?(?:米|元|平方|以上|以下|公里|人|周?岁|％|%|倍|分之|次|部|条|只)")),
)  # fmt: skip
_ARTICLE = re.compile(r".*第[^条 ]{1,8}条")
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
    parts = find_limit_parts(question.full)
    pool = search_parts(context, question, [p.text for p in parts])
    records = find_candidates(context, pool)
    ranked = [rank_requirements(context, question, parts, pool, n, records) for n in range(len(parts))]
    chosen = [c for part in _tell_apart(ranked) for c in _choose(part)]
    if not chosen or max(c.score for c in chosen) < _LEAST:
        return None
    return _write(context, question, chosen)


def rank_requirements(
    context: Context, question: Question, parts: Sequence[Part], pool: Pool, number: int, records: Sequence[Requirement]
) -> list[Candidate]:
    """Requirements for one part, best first; a text that no longer holds stands back."""
    part = parts[number]
    kinds = find_kinds(part)
    status_at = context.searcher.library.lineage().statuses_on(question.as_of)
    pooled = measure_records(context, question.full, part.text, pool, number, records, [_text_of(r) for r in records])
    measure = find_measure(part)
    articles = _heights_of_articles(context, (*pool.full, *pool.parts[number]), [p.record.basis for p in pooled])
    ranked = []
    for p, near in zip(pooled, articles, strict=True):
        r = p.record
        fits = r.kind in kinds
        value = r.value is not None
        said = measure is not None and measure.search(normalise(r.basis.quote)) is not None
        long = min(1.0, len(r.basis.quote) / _LONG)
        own = [
            fits,
            fits and value,
            bool(kinds) and not fits,
            value,
            long,
            r.item != "",
            said,
            bool(measure) and not said,
            near,
        ]
        signals = np.concatenate([p.signals, np.asarray(own, dtype=np.float64)])
        score = float(signals @ _VECTOR) - (0.0 if status_at(r.basis.document, r.basis.start) in _HOLDS else _ENDED)
        ranked.append(Candidate(r, score, number, signals))
    return sorted(ranked, key=lambda c: (-c.score, c.record.basis.document, c.record.basis.start))


def _text_of(record: Requirement) -> str:
    return f"{record.item}，{record.indicator or ''}，{record.basis.quote}"


def find_candidates(context: Context, pool: Pool) -> list[Requirement]:
    """The requirements of the documents found, and the sentences of the leading passages that set something and are in none."""
    records = list(context.searcher.library.find_requirements(documents=pool.documents))
    held: dict[str, list[tuple[int, int]]] = {}
    for r in records:
        held.setdefault(r.basis.document, []).append((r.basis.start, r.basis.end))
    seen: set[tuple[str, int]] = set()
    for hit in (h for hits in (pool.full, *pool.parts) for h in hits[:_LEADING]):
        p = hit.passage
        for a, b in find_sentences(hit.text):
            start, end = p.start + a, p.start + b
            text = hit.text[a:b]
            if (p.document, start) in seen or not sets_something(text):
                continue
            if any(s < end and start < e for s, e in held.get(p.document, ())):
                continue
            seen.add((p.document, start))
            records.append(_read_sentence(context, p.document, start, end, p.path))
    return sorted(records, key=lambda r: (r.basis.document, r.basis.start, r.basis.end))


def _read_sentence(context: Context, document: str, start: int, end: int, clause: str) -> Requirement:
    version = context.version(document)
    text = version.text[start:end]
    kind, value = sort_sentence(text)
    return Requirement(kind, "", Basis(document, version.id, clause, start, end, text), value=value)


def sort_sentence(text: str) -> tuple[str, str | None]:
    """The kind of requirement that a sentence states, and the first value in it; None for none."""
    number = _NUMBER.search(text)
    return next((k for k, cue in _SORTS if cue.search(text)), "standard"), number and number.group()


def sets_something(text: str) -> bool:
    """Whether a sentence may set something: it has a number or says what must, may or must not be done.

    What only heads a list says nothing without its items, which are read with it; when news was sent sets nothing.
    """
    if _DATELINE.fullmatch(text) or (text.endswith(("：", ":")) and _NUMBER.search(text) is None):
        return False
    return len(text) >= _SHORTEST and _SETS.search(text) is not None


def _heights_of_articles(context: Context, hits: Sequence[Hit], bases: Sequence[Basis]) -> list[float]:
    """How high the best passage of the same article stands."""
    best: dict[tuple[str, str], float] = {}
    for hit, height in heights(sorted(hits, key=lambda h: -h.score)):
        key = (hit.passage.document, _article_of(hit.passage.path))
        best[key] = max(0.1 + 0.9 * height, best.get(key, 0.0))
    return [best.get((b.document, _article_of(b.clause)), 0.0) for b in bases]


def _article_of(path: str) -> str:
    """The path down to its article: 第三章 第三十二条 （五） → 第三章 第三十二条."""
    m = _ARTICLE.match(path)
    return m.group() if m else path


def _tell_apart(ranked: Sequence[Sequence[Candidate]]) -> list[Sequence[Candidate]]:
    """The candidates of each part without the best of the others: each part asks for a value of its own.

    The part that a sentence answers best keeps it; one that has nothing else nearly as good shares it.
    """
    taken: dict[tuple[str, int], int] = {}
    told: dict[int, Sequence[Candidate]] = {}
    for number in sorted((n for n, part in enumerate(ranked) if part), key=lambda n: -ranked[n][0].score):
        part = ranked[number]
        free = [c for c in part if (c.record.basis.document, c.record.basis.start) not in taken]
        near = free and part[0].score - free[0].score <= _APART
        told[number] = free if near else part
        basis = told[number][0].record.basis
        taken[basis.document, basis.start] = number
    return [told[n] for n in sorted(told)]


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
        words = b.quote.strip("；。，：: 　")
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
        confidence=float(1 / (1 + np.exp(-(ordered[0].score - 14.0) / 3.0))),
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
