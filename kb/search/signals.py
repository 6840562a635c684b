"""Signals: what speaks for each candidate, as one row of numbers; document-level evidence included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kb.library.letters import Block
from kb.library.snapshot import Evidence, Ints
from kb.records import Status
from kb.search.catalogue import Catalogue
from kb.search.overlap import Overlap, bm25
from kb.search.places import NATION, Relation
from kb.search.question import Asked

# One column each, in this order; a ranker is trained on exactly these.
COLUMNS = (
    "bigrams",  # BM25 of bigrams in headings and body, as a share of the question's best
    "flat",  # the same where length counts for less: notices are long because they hold much, not because they ramble
    "bare",  # the same for the question without its places and documents
    "dense",  # cosine
    "bigrams_rank",  # 1/(1+rank)
    "dense_rank",
    "document_best",  # the document's best passage, as a share of the best document's
    "document_sum",  # its five best passages together, likewise
    "within",  # the passage against its document's best: 1 for that one
    "cover_words",  # weighted share of the question's words in the passage and its headings
    "cover_grams",  # share of its bigrams in the passage
    "cover_rest",  # weighted share of the words that the document's name does not hold already
    "cover_extra",  # any official wording for a lay word of the question
    "document_cover",  # share of its bigrams in the candidates of the document together, name included
    "length",
    "stub",  # a title or heading that says nothing itself
    "name_asked",  # share of the title's bigrams that the question has
    "asked_name",  # share of the question's bigrams that the title has
    "named",  # how fully the question names the document
    "unnamed",  # 1 where it names another one fully
    "place_same",
    "place_below",
    "place_above",
    "place_other",
    "place_none",  # a place asked, and the text is for none or the whole nation
    "national",  # no place asked, and the text is for the whole nation
    "local",  # no place asked, and the text is for one place
    "year_same",
    "year_next",  # a report of the year after speaks of the year asked
    "year_other",
    "invalid",  # repealed, expired, superseded, not yet in force, proposed
    "law",
    "law_anywhere",  # a law, and no place asked
    "regulation",
    "local_statute",
    "interpretation",
    "unranked",  # of no level: notices, reports, news
)
# Those that need the passage as text, measured for the leading candidates only.
TEXT_COLUMNS = (
    "label",  # the article the question names
    "cues",  # what a text that answers such a question says: who, how much, how long
    "frame",  # the articles on purpose and entry into force
)
ALL_COLUMNS = (*COLUMNS, *TEXT_COLUMNS)
Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
_OWN = COLUMNS.index("name_asked")  # columns before it are a passage's own, from it on its document's
_FULLY = 0.99  # a name given whole, or nearly
_LONG = 700  # characters; a passage this long is as long as any
_ALSO = 0.8  # of a word, for an official wording in its place
_DEEP = 5  # passages of a document that count towards its sum
_USUAL, _FLAT = 0.75, 0.4  # how much length counts; the flat one is far better on notices, the usual one on articles
_STUB = 40  # characters that a title or heading has at most
_SAID = re.compile(r"[。；;：:\t]|第.{1,7}条")
_FRAME = re.compile(r"制定本|自.{2,14}起(?:施行|实施|执行)")
_OUT_OF_FORCE: frozenset[Status] = frozenset({"repealed", "expired", "superseded", "not-yet", "proposed"})


@dataclass(frozen=True, slots=True)
class Weights:
    """词权: idf of the question's bigrams times what each is asked with, with and without the names in it."""

    grams: tuple[str, ...]
    full: Vector
    bare: Vector


def measure(
    asked: Asked,
    owner: Ints,
    evidence: Evidence,
    vector: NDArray[np.float32],
    weights: Weights,
    catalogue: Catalogue,
    statuses: Sequence[Status],
) -> Matrix:
    """COLUMNS of every candidate; ``owner`` are their documents' rows, those of one document side by side."""
    if not len(owner):
        return np.zeros((0, len(COLUMNS)))
    extra = list(dict.fromkeys(e for e in (*asked.extra, *chain(*asked.also)) if len(e) > 1 and e not in asked.topic))
    overlap = Overlap(evidence.block, [*weights.grams, *asked.topic, *extra])
    grams = overlap.count(weights.grams)
    words = overlap.count([*asked.topic, *extra])
    columns = _lexical(evidence, grams.both, weights) | {"dense": evidence.vectors.astype(np.float64) @ vector}
    for signal in ("bigrams", "dense"):
        columns[f"{signal}_rank"] = _ranks(columns[signal])
    columns |= _document_evidence(owner, columns)
    asked_grams = np.asarray([g in asked.grams for g in weights.grams], dtype=bool)
    kept = [g for g in weights.grams if g in asked.grams]
    columns |= _cover_grams(asked, owner, grams.body[:, asked_grams] > 0, kept, catalogue)
    columns |= _cover_words(asked, owner, extra, words.head > 0, words.body > 0, catalogue)
    columns["length"] = np.minimum(1.0, (np.diff(evidence.block.starts) - evidence.block.heads) / _LONG)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    columns["stub"] = _stubs(evidence.block)
    own = np.column_stack([columns[name] for name in COLUMNS[:_OWN]])
    shared = _document_signals(owner[first].tolist(), asked, catalogue, statuses)
    return np.hstack([own, np.repeat(np.asarray(shared, dtype=float), np.diff([*first, len(owner)]), axis=0)])


def _stubs(block: Block) -> Vector:
    sizes = np.diff(block.starts) - block.heads
    stubs = np.zeros(len(sizes))
    for n in np.flatnonzero(sizes <= _STUB).tolist():
        stubs[n] = not _SAID.search(block.body(n))
    return stubs


def _lexical(evidence: Evidence, counts: NDArray[np.int64], weights: Weights) -> dict[str, Vector]:
    lengths = np.diff(evidence.block.starts) / evidence.mean_length
    raw = {
        "bigrams": bm25(counts, weights.full, lengths, _USUAL),
        "flat": bm25(counts, weights.full, lengths, _FLAT),
        "bare": bm25(counts, weights.bare, lengths, _FLAT),
    }
    return {name: values / (values.max() or 1.0) for name, values in raw.items()}


def _ranks(values: Vector) -> Vector:
    rank = np.empty(len(values))
    rank[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return np.where(values > 0, 1 / (1 + rank), 0.0)


def _document_evidence(owner: NDArray[np.intp], columns: dict[str, Vector]) -> dict[str, Vector]:
    """A document answers with its best passage, and with how many others speak of the same thing."""
    strength = columns["bigrams"] + columns["flat"] + columns["bare"] + np.maximum(columns["dense"], 0)
    order = np.lexsort((-strength, owner))
    first = np.flatnonzero(np.diff(owner[order], prepend=-1))
    sizes = np.diff([*first, len(order)])
    place = np.arange(len(order)) - np.repeat(first, sizes)
    best = strength[order][first]
    total = np.add.reduceat(np.where(place < _DEEP, strength[order], 0.0), first)
    back = np.empty(len(order), dtype=np.intp)
    back[order] = np.repeat(np.arange(len(first)), sizes)
    return {
        "document_best": (best / (best.max() or 1.0))[back],
        "document_sum": (total / (total.max() or 1.0))[back],
        "within": strength / np.where(best == 0, 1.0, best)[back],
    }


def _cover_grams(
    asked: Asked, owner: NDArray[np.intp], held: NDArray[np.bool_], grams: Sequence[str], catalogue: Catalogue
) -> dict[str, Vector]:
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    together = np.logical_or.reduceat(held, first, axis=0)
    place = {g: n for n, g in enumerate(grams)}
    for n, row in enumerate(owner[first].tolist()):
        together[n, [place[g] for g in asked.grams & catalogue.grams[row] if g in place]] = True
    total = len(asked.grams) or 1
    return {
        "cover_grams": held.sum(axis=1) / total,
        "document_cover": np.repeat(together.sum(axis=1) / total, np.diff([*first, len(owner)])),
    }


def _cover_words(
    asked: Asked,
    owner: NDArray[np.intp],
    extra: Sequence[str],
    head: NDArray[np.bool_],
    body: NDArray[np.bool_],
    catalogue: Catalogue,
) -> dict[str, Vector]:
    """The question's own words come first among the columns, the official wordings for lay ones after them.

    A lay word is nearly covered where an official wording for it stands.
    """
    own = len(asked.topic)
    anywhere, inside = (head | body).astype(float), body.astype(float)
    for n, also in enumerate(asked.also):
        columns = [own + extra.index(e) for e in also if e in extra]
        if columns:
            anywhere[:, n] = np.maximum(anywhere[:, n], _ALSO * anywhere[:, columns].max(axis=1))
            inside[:, n] = np.maximum(inside[:, n], _ALSO * inside[:, columns].max(axis=1))
    rare = np.log(1 + len(owner) / (1 + body[:, :own].sum(axis=0))) * [len(w) for w in asked.topic]
    weights = rare / (rare.sum() or 1.0)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    names = [catalogue.names[row] for row in owner[first].tolist()]
    outside = np.asarray([[w not in name for w in asked.topic] for name in names], dtype=bool).reshape(len(first), own)
    outside = np.repeat(outside, np.diff([*first, len(owner)]), axis=0)
    rest = (outside * weights).sum(axis=1)
    return {
        "cover_words": anywhere[:, :own] @ weights,
        "cover_rest": (inside[:, :own] * outside) @ weights / np.where(rest == 0, 1.0, rest),
        "cover_extra": body[:, own:].any(axis=1).astype(float),
    }


def _document_signals(
    rows: Sequence[int], asked: Asked, catalogue: Catalogue, statuses: Sequence[Status]
) -> list[tuple[float | bool, ...]]:
    """Signals that every passage of a document shares, for each of some documents: COLUMNS from the first of them on."""
    fully = any(share >= _FULLY for share in asked.named.values())
    placed = bool(asked.places)
    relations: dict[str | None, Relation] = {}  # few places stand for many documents
    found: list[tuple[float | bool, ...]] = []
    for row in rows:
        name, place = catalogue.grams[row], catalogue.places[row]
        if place not in relations:
            relations[place] = catalogue.gazetteer.relation(asked.places, place)
        relation = relations[place]
        level = catalogue.infos[row].identity.level
        shared = len(asked.grams & name)
        named = asked.named.get(row, 0.0)
        same_year = next_year = other_year = False
        if asked.years:
            years = catalogue.years[row]
            same_year = any(y in years for y in asked.years)
            next_year = any(y + 1 in years for y in asked.years)
            other_year = bool(years) and not same_year and not next_year
        found.append((
            shared / len(name) if name else 0.0,
            shared / len(asked.grams) if asked.grams else 0.0,
            named,
            fully and named < _FULLY,
            relation == "same",
            relation == "below",
            relation == "above",
            relation == "other",
            placed and relation == "none",
            not placed and place == NATION,
            not placed and place is not None and place != NATION,
            same_year,
            next_year,
            other_year,
            # A text of the year asked about is wanted as it was.
            statuses[row] in _OUT_OF_FORCE and not same_year,
            level == "法律",
            level == "法律" and not placed,
            level == "行政法规",
            level == "地方性法规",
            level == "司法解释",
            level is None or level == "参考资料",
        ))  # fmt: skip
    return found


def measure_texts(asked: Asked, heads: Sequence[str], bodies: Sequence[str]) -> Matrix:
    """The TEXT_COLUMNS of some candidates by their normalised headings and bodies."""
    values = []
    for head, body in zip(heads, bodies, strict=True):
        labelled = any(body.startswith(label) or label in head.split() for label in asked.labels)
        cues = sum(bool(cue.search(body)) for cue in asked.cues) / (len(asked.cues) or 1)
        values.append((float(labelled), cues, float(bool(_FRAME.search(body)))))
    return np.asarray(values, dtype=np.float64).reshape(len(bodies), len(TEXT_COLUMNS))
