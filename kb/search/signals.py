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
from kb.search.documents import DOCUMENT_COLUMNS, Documents, measure_documents
from kb.search.overlap import Overlap, bm25
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
    *DOCUMENT_COLUMNS,
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
_OWN = COLUMNS[: -len(DOCUMENT_COLUMNS)]  # a passage's own
_LONG = 700  # characters; a passage this long is as long as any
_ALSO = 0.8  # of a word, for an official wording in its place
_DEEP = 5  # passages of a document that count towards its sum
_USUAL, _FLAT = 0.75, 0.4  # how much length counts; the flat one is far better on notices, the usual one on articles
_STUB = 40  # characters that a title or heading has at most
_SAID = re.compile(r"[。；;：:\t]|第.{1,7}条")
_FRAME = re.compile(r"制定本|自.{2,14}起(?:施行|实施|执行)")


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
    first = _find_starts(owner)
    each = _number(first, len(owner))  # of each candidate its document
    documents = Documents.of(owner[first], asked, catalogue)
    extra = list(dict.fromkeys(e for e in (*asked.extra, *chain(*asked.also)) if len(e) > 1 and e not in asked.topic))
    overlap = Overlap(evidence.block, [*weights.grams, *asked.topic, *extra])
    found = overlap.count([*weights.grams, *asked.topic, *extra])
    grams, words = found.split(len(weights.grams))
    columns = _lexical(evidence, grams.both, weights) | {"dense": evidence.vectors.astype(np.float64) @ vector}
    for signal in ("bigrams", "dense"):
        columns[f"{signal}_rank"] = _ranks(columns[signal])
    columns |= _document_evidence(owner, columns)
    asked_grams = np.asarray([g in asked.grams for g in weights.grams], dtype=bool)
    kept = [g for g in weights.grams if g in asked.grams]
    columns |= _cover_grams(documents, first, each, grams.body[:, asked_grams] > 0, kept, len(asked.grams))
    names = [catalogue.names[row] for row in documents.rows.tolist()]
    columns |= _cover_words(asked, names, each, extra, words.head > 0, words.body > 0)
    columns["length"] = np.minimum(1.0, (np.diff(evidence.block.starts) - evidence.block.heads) / _LONG)
    columns["stub"] = _stubs(evidence.block)
    own = np.column_stack([columns[name] for name in _OWN])
    return np.hstack([own, measure_documents(documents, asked, catalogue, statuses)[each]])


def _find_starts(owner: Ints) -> Ints:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))


def _number(starts: Ints, count: int) -> Ints:
    """Of each of some things the number of the run it is in."""
    marks = np.zeros(count, dtype=np.int64)
    marks[starts[1:]] = 1
    return np.cumsum(marks)


def _stubs(block: Block) -> Vector:
    sizes = np.diff(block.starts) - block.heads
    stubs = np.zeros(len(sizes))
    short = np.flatnonzero(sizes <= _STUB)
    stubs[short] = [not _SAID.search(body) for body in block.bodies(short)]
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
    first = _find_starts(owner[order])
    each = _number(first, len(order))
    place = np.arange(len(order)) - first[each]
    best = strength[order][first]
    total = np.add.reduceat(np.where(place < _DEEP, strength[order], 0.0), first)
    back = np.empty(len(order), dtype=np.intp)
    back[order] = each
    return {
        "document_best": (best / (best.max() or 1.0))[back],
        "document_sum": (total / (total.max() or 1.0))[back],
        "within": strength / np.where(best == 0, 1.0, best)[back],
    }


def _cover_grams(
    documents: Documents, first: Ints, each: Ints, held: NDArray[np.bool_], grams: Sequence[str], total: int
) -> dict[str, Vector]:
    together = np.logical_or.reduceat(held, first, axis=0)
    place = {g: n for n, g in enumerate(grams)}
    cells = [n * len(grams) + place[g] for n, shared in enumerate(documents.shared) for g in shared if g in place]
    together.reshape(-1)[cells] = True
    return {
        "cover_grams": held.sum(axis=1) / (total or 1),
        "document_cover": (together.sum(axis=1) / (total or 1))[each],
    }


def _cover_words(
    asked: Asked,
    names: Sequence[str],
    each: Ints,
    extra: Sequence[str],
    head: NDArray[np.bool_],
    body: NDArray[np.bool_],
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
    rare = np.log(1 + len(each) / (1 + body[:, :own].sum(axis=0))) * [len(w) for w in asked.topic]
    weights = rare / (rare.sum() or 1.0)
    outside = np.asarray([[w not in name for w in asked.topic] for name in names], dtype=bool)
    outside = outside.reshape(len(names), own)[each]
    rest = (outside * weights).sum(axis=1)
    return {
        "cover_words": anywhere[:, :own] @ weights,
        "cover_rest": (inside[:, :own] * outside) @ weights / np.where(rest == 0, 1.0, rest),
        "cover_extra": body[:, own:].any(axis=1).astype(float),
    }


def measure_texts(asked: Asked, heads: Sequence[str], bodies: Sequence[str]) -> Matrix:
    """The TEXT_COLUMNS of some candidates by their normalised headings and bodies."""
    values = np.zeros((len(bodies), len(TEXT_COLUMNS)))
    for n, (head, body) in enumerate(zip(heads, bodies, strict=True)):
        if asked.labels:
            values[n, 0] = any(body.startswith(label) or label in head.split() for label in asked.labels)
        values[n, 1] = sum([cue.search(body) is not None for cue in asked.cues])
        values[n, 2] = _FRAME.search(body) is not None
    values[:, 1] /= len(asked.cues) or 1
    return values
