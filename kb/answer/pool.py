"""Records that may answer a question: found through the passages of a search within the places and documents it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.answer.draft import Context, Question
from kb.answer.relevance import find_terms
from kb.embedding import Encoder
from kb.records import Basis, Duty, Hit, Requirement
from kb.search.places import NATION
from kb.search.question import read_question
from kb.search.scope import SearchScope
from kb.text import normalise

Record = TypeVar("Record", Duty, Requirement)

_DEPTH = 40  # passages of each search that records are taken from
_DOCUMENTS = 10  # documents whose records are looked at; the gold one is beyond them in no development question
_NATIONAL = 12  # passages of national texts read beside them where no place is named
_FOR_ALL = 1.0  # a national text where no place is named counts as a text of the place that is
_NAMED = 0.5  # share of a title from which a question means that document and no other
_FULLY = 0.9  # and one of another place than it asks about
_LONGEST = 700  # records of which relevance is measured; the rest stand far below in the search
_ASKED_TERMS = 14  # the weightiest terms of a question that a perfect record would carry
_TITLE = 60  # characters of a title; more is a paragraph read as one
_DISTRICT = ("区", "县", "旗", "镇", "乡", "街道")  # parts of a city, whose texts are the city's too
_STRETCH = 4  # characters of a phrase that is said and not just a word of the trade
_WORDS = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"[。！？\n]")
_SHORT = 8  # characters below which a sentence says too little to be like anything
_LABEL = re.compile(r"第[零〇一二三四五六七八九十百千两\d]{1,7}条")
_GOES_ON = re.compile(r"拒不|逾期|情节|并处|对.{1,12}处|造成|构成|违法所得|再次|其中")
_GOING_ON = 60  # characters between the two sentences of one penalty
NAMES = (
    "share_part", "quote_part", "share_full", "cosine_part", "cosine_quote", "cosine_full",
    "phrase", "title", "height_full", "height_part", "first", "refers", "document", "neighbour", "local",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pooled(Generic[Record]):
    """候选记录: a record with what speaks for it, in the order of NAMES, each about 0–1."""

    record: Record
    signals: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pool:
    """候选池: the passages found for the whole question and for each of its parts."""

    full: tuple[Hit, ...]
    parts: tuple[tuple[Hit, ...], ...]
    local: frozenset[str] = frozenset()  # documents of the place asked about itself, or named by the question
    national: frozenset[str] = frozenset()  # documents for everybody, where no place is asked about

    @property
    def documents(self) -> tuple[str, ...]:
        """The leading documents, best first."""
        best: dict[str, float] = {}
        for hits in (self.full, *self.parts):
            for hit, height in heights(hits):
                best[hit.passage.document] = max(height, best.get(hit.passage.document, 0.0))
        return tuple(sorted(best, key=lambda d: (-best[d], d))[:_DOCUMENTS])


def search_parts(context: Context, question: Question, parts: Sequence[str]) -> Pool:
    """Passages for the question and each part, within the documents or the place that the question names."""
    searcher = context.searcher
    catalogue = searcher.catalogue()
    asked = read_question(question.full, catalogue, searcher.words)
    rows = [row for row, share in asked.named.items() if share >= _NAMED]
    if asked.places:  # 北京的养犬管理规定: of the rules that cities call so, the one of the place
        of_place = [row for row in rows if catalogue.places[row] in asked.places]
        rows = of_place or [row for row in rows if asked.named[row] >= _FULLY]  # 北京的发展规划: not 国家发展规划法
    named = {catalogue.infos[row].document for row in rows}
    scope = None
    if question.documents or named:
        scope = SearchScope(documents=frozenset(question.documents or named))
    elif asked.places:
        around = {h for p in asked.places for h in catalogue.gazetteer.holders(p)}
        scope = SearchScope(places=frozenset({*asked.places, *around}))

    def search(text: str, within: SearchScope | None) -> tuple[Hit, ...]:
        return context.search(text, k=_DEPTH, as_of=question.as_of, scope=within)

    full = search(question.full, scope)
    national: frozenset[str] = frozenset()
    if scope is None:  # no place is named: what holds for everybody must be among what is read
        everywhere = SearchScope(places=frozenset())
        known = {h.passage.id for h in full}
        more = context.search(question.full, k=_NATIONAL, as_of=question.as_of, scope=everywhere)
        full = tuple(sorted((*full, *(h for h in more if h.passage.id not in known)), key=lambda h: -h.score))
        national = frozenset(i.document for i, p in zip(catalogue.infos, catalogue.places, strict=True) if p == NATION)
    held = {p for p in catalogue.places if p and p != NATION and not p.endswith(_DISTRICT)}
    asked_places = asked.places or (tuple(held) if len(held) == 1 else ())  # a library of one city asks about that city
    own = frozenset(
        named or (i.document for i, p in zip(catalogue.infos, catalogue.places, strict=True) if p in asked_places)
    )
    # A part such as 工地半夜赶工又归谁罚 names no place: it is looked for where the whole question leads.
    inside = SearchScope(documents=frozenset(h.passage.document for h in full))
    return Pool(full, tuple(full if p == question.full else search(p, inside) for p in parts), own, national)


def heights(hits: Sequence[Hit]) -> list[tuple[Hit, float]]:
    """Each hit with how high it stands between the last and the first, 0–1."""
    if not hits:
        return []
    top, low = hits[0].score, hits[-1].score
    return [(h, (h.score - low) / max(top - low, 1e-6)) for h in hits]


def measure_records(
    context: Context,
    question: str,
    part: str,
    pool: Pool,
    number: int,
    records: Sequence[Record],
    texts: Sequence[str],
    told: Sequence[str] | None = None,
) -> list[Pooled[Record]]:
    """The signals of each record for one part of the question.

    ``texts`` say what each record is about, ``told`` how the document says it: the quotation where none is given.
    """
    full, own = _by_document(pool.full), _by_document(pool.parts[number])
    articles = _heights_of_articles(full, own)
    first = {h.passage.id for hits in (pool.full[:1], pool.parts[number][:1]) for h in hits}
    rows: list[list[float]] = []
    before: tuple[Basis, float] | None = None
    for record in records:
        basis = record.basis
        height_full, _ = _height(full, basis)
        height_part, at = _height(own, basis)
        best_of = max((h for _, h in own.get(basis.document, [])), default=0.0)
        near = _neighbour(own, basis)
        refers = max((articles.get((basis.document, label), 0.0) for label in _LABEL.findall(basis.quote)), default=0.0)
        if refers:
            before = (basis, refers)
        elif before is not None and _goes_on(before[0], basis):
            refers = before[1]
        local = 1.0 if basis.document in pool.local else _FOR_ALL if basis.document in pool.national else 0.0
        rows.append([height_full, height_part, float(at in first), refers, best_of, near, local])
    order = sorted(range(len(records)), key=lambda n: (-max(rows[n][0], rows[n][1], 0.5 * rows[n][3]), n))[:_LONGEST]
    quotes = [told[n] if told is not None else records[n].basis.quote for n in order]
    lexical = _measure_texts(context, question, part, [texts[n] for n in order], quotes)
    titles = _measure_titles(context, question, [records[n].basis.document for n in order])
    lexical = np.concatenate([lexical, titles[:, None]], axis=1)
    return [
        Pooled(records[n], np.concatenate([lexical[at], np.asarray(rows[n], dtype=np.float64)]))
        for at, n in enumerate(order)
    ]


def _heights_of_articles(*found: dict[str, list[tuple[Hit, float]]]) -> dict[tuple[str, str], float]:
    """(document, 第X条) → how high the article stands; a penalty that names it is about what it forbids."""
    best: dict[tuple[str, str], float] = {}
    for by_document in found:
        for document, hits in by_document.items():
            for hit, height in hits:
                label = hit.passage.path.split(" ")[-1]
                if label.endswith("条"):
                    best[document, label] = max(0.1 + 0.9 * height, best.get((document, label), 0.0))
    return best


def _goes_on(one: Basis, other: Basis) -> bool:
    """Whether a sentence goes on with the penalty before it: 拒不改正的，处…; 情节严重的，…"""
    beside = one.document == other.document and one.clause == other.clause and 0 <= other.start - one.end <= _GOING_ON
    return beside and _GOES_ON.match(other.quote) is not None


def _by_document(hits: Sequence[Hit]) -> dict[str, list[tuple[Hit, float]]]:
    found: dict[str, list[tuple[Hit, float]]] = {}
    for hit, height in heights(hits):
        found.setdefault(hit.passage.document, []).append((hit, height))
    return found


def _height(by_document: dict[str, list[tuple[Hit, float]]], basis: Basis) -> tuple[float, str]:
    """How high the passage stands that holds a record's words, else its clause at a discount; and its id."""
    best, id = 0.0, ""
    for hit, height in by_document.get(basis.document, ()):
        p = hit.passage
        inside = p.start < basis.end and basis.start < p.end
        value = 0.1 + 0.9 * height if inside else 0.5 * height if p.path and p.path == basis.clause else 0.0
        if value > best:
            best, id = value, p.id if inside else ""
    return best, id


def _neighbour(by_document: dict[str, list[tuple[Hit, float]]], basis: Basis) -> float:
    """How high the best passage within one clause before or after stands."""
    near = [
        height
        for hit, height in by_document.get(basis.document, ())
        if abs(hit.passage.start - basis.start) < 600 and hit.passage.path != basis.clause
    ]
    return max(near, default=0.0)


def _measure_texts(
    context: Context, question: str, part: str, texts: Sequence[str], quotes: Sequence[str]
) -> NDArray[np.float64]:
    """Shares of the question's terms and cosines, one row a record."""
    if not texts:
        return np.zeros((0, 7))
    searcher = context.searcher
    held = [find_terms(searcher, t, expand=False) for t in texts]
    quoted = {q: find_terms(searcher, q, expand=False) for q in dict.fromkeys(quotes)}
    frequency = Counter(t for terms in quoted.values() for t in terms)
    total = len(quoted)

    def shares(asked: dict[str, float], among: Sequence[dict[str, float]]) -> list[float]:
        weights = {t: w * log(1 + total / (0.5 + frequency.get(t, 0))) for t, w in asked.items() if frequency.get(t)}
        scale = sum(sorted(weights.values(), reverse=True)[:_ASKED_TERMS]) or 1.0
        return [min(1.5, sum(weights[t] for t in terms if t in weights) / scale) for terms in among]

    asked_part, asked_full = find_terms(searcher, part), find_terms(searcher, question)
    by_quote = [quoted[q] for q in quotes]
    likeness = find_likeness(searcher.encoder, [part, question], texts)
    return np.stack(
        [
            shares(asked_part, held),
            shares(asked_part, by_quote),
            shares(asked_full, by_quote),
            likeness[0],
            find_likeness(searcher.encoder, [part], quotes)[0],
            likeness[1],
            _measure_phrases(question, quotes),
        ],
        axis=1,
    )


def find_likeness(encoder: Encoder, asked: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """Cosine of each text to each thing asked, at least 0: of its sentence that is most like it, where it has several.

    An item of a plan speaks of five things before the bracket that says who does them; as a whole it is like none.
    """
    distinct = {t: [t, *_sentences(t)] for t in dict.fromkeys(texts)}
    if not distinct:
        return np.zeros((len(asked), 0))
    rows = encoder.encode([*asked, *(piece for pieces in distinct.values() for piece in pieces)])
    cosines = rows[: len(asked)] @ rows[len(asked) :].T
    bounds = np.cumsum([0, *map(len, distinct.values())])[:-1]
    best = np.maximum(0.0, np.maximum.reduceat(cosines, bounds, axis=1))
    at = {t: n for n, t in enumerate(distinct)}
    return np.asarray(best[:, [at[t] for t in texts]], dtype=np.float64)


def _sentences(text: str) -> list[str]:
    """The sentences of a text that has several."""
    found = [s for s in _SENTENCE.split(text) if len(s) >= _SHORT]
    return found if len(found) > 1 else []


def _measure_titles(context: Context, question: str, documents: Sequence[str]) -> NDArray[np.float64]:
    """How much of the question the title of each record's document carries, words that many titles have counting less."""
    searcher = context.searcher
    infos = {i.document: i.identity.title for i in searcher.catalogue().infos}
    held = {d: find_terms(searcher, infos[d][:_TITLE], expand=False) for d in dict.fromkeys(documents)}
    frequency = Counter(t for terms in held.values() for t in terms)
    weights = {
        t: w * log(1 + len(held) / (0.5 + frequency[t]))
        for t, w in find_terms(searcher, question).items()
        if frequency[t]
    }
    scale = max((sum(weights.get(t, 0.0) for t in terms) for terms in held.values()), default=0.0) or 1.0
    share = {d: sum(weights.get(t, 0.0) for t in terms) / scale for d, terms in held.items()}
    return np.asarray([share[d] for d in documents], dtype=np.float64)


def _measure_phrases(question: str, quotes: Sequence[str]) -> list[float]:
    """How rare the rarest stretch of four characters is that a quotation shares with the question, 0–1."""
    plain = normalise(question)
    asked = {plain[i : i + _STRETCH] for i in range(len(plain) - _STRETCH + 1)}
    asked = {g for g in asked if _WORDS.fullmatch(g)}
    distinct = {q: normalise(q) for q in dict.fromkeys(quotes)}
    frequency = {g: sum(g in text for text in distinct.values()) for g in asked}
    scale = log(1 + len(distinct))
    worth = {g: log((1 + len(distinct)) / n) / scale for g, n in frequency.items() if n}
    best = {q: max((w for g, w in worth.items() if g in text), default=0.0) for q, text in distinct.items()}
    return [best[q] for q in quotes]
