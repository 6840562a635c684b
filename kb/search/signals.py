"""Signals: what speaks for each candidate, as one row of numbers; document-level evidence included."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from kb.records import Passage, Status
from kb.search.candidates import Candidates
from kb.search.catalogue import Catalogue
from kb.search.question import Asked
from kb.text import normalise

# One column each, in this order; a ranker is trained on exactly these.
COLUMNS = (
    "words",  # BM25 of words, as a share of the question's best
    "bigrams",
    "words_bare",  # the same for the question without its places
    "bigrams_bare",
    "dense",  # cosine
    "title",
    "path",
    "words_rank",  # 1/(1+rank) in its own list; 0 where absent
    "bigrams_rank",
    "dense_rank",
    "document_best",  # the document's best passage, as a share of the best document's
    "document_sum",  # its five best passages together, likewise
    "within",  # the passage against its document's best: 1 for that one
    "name_asked",  # share of the title's bigrams that the question has
    "asked_name",  # share of the question's bigrams that the title has
    "named",  # how fully the question names the document
    "unnamed",  # 1 where it names another one fully
    "place_same",
    "place_below",
    "place_above",
    "place_other",
    "national",  # no place asked, and the text is for the whole nation
    "local",  # no place asked, and the text is for one place
    "year_same",
    "year_next",  # a report of the year after speaks of the year asked
    "year_other",
    "invalid",  # repealed, expired, superseded, not yet in force, proposed
    "opening",  # among the first passages of its document
)
# Those that need the passage's text, measured for the leading candidates only.
TEXT_COLUMNS = (
    "label",  # the article the question names
    "cover_words",  # weighted share of the question's words in the passage and its headings
    "cover_grams",  # share of its bigrams in the passage
    "cover_sentence",  # the same within the best sentence
    "cover_rest",  # weighted share of the words that the document's name does not hold already
    "cues",  # what a text that answers such a question says: who, how much, how long
    "frame",  # the articles on purpose and entry into force
    "cover_extra",  # any official wording for a lay word of the question
    "document_cover",  # share of its bigrams in the leading passages of the document together, name included
    "length",
)
ALL_COLUMNS = (*COLUMNS, *TEXT_COLUMNS)
Matrix = NDArray[np.float64]
_FULLY = 0.99  # a name given whole, or nearly
_HEAD = 160  # characters of the headings above a passage; the nearest are last
_LONG = 700  # characters; an article this long is as long as any
_SENTENCE = re.compile(r"[。；;\n]")
_FRAME = re.compile(r"制定本|自.{2,14}起(?:施行|实施|执行)")
_DEEP = 5  # passages of a document that count towards its sum
_OUT_OF_FORCE: frozenset[Status] = frozenset({"repealed", "expired", "superseded", "not-yet", "proposed"})


@dataclass(frozen=True, slots=True)
class Table:
    """信号表: ``values[i]`` are the signals of ``ids[i]``, one column each of COLUMNS; ``rows[i]`` its document."""

    ids: tuple[str, ...]
    rows: tuple[int, ...]
    values: Matrix


def measure(asked: Asked, found: Candidates, catalogue: Catalogue, statuses: Sequence[Status]) -> Table:
    """The signals of every candidate whose document the catalogue knows, in order of id."""
    ids = tuple(id for id in sorted(found.scores) if id.rpartition(":")[0] in catalogue.rows)
    rows = tuple(catalogue.rows[id.rpartition(":")[0]] for id in ids)
    columns = _lexical(ids, found)
    columns |= _document_evidence(rows, columns)
    documents = {row: _document_signals(row, asked, catalogue, statuses) for row in dict.fromkeys(rows)}
    for name in next(iter(documents.values()), {}):
        columns[name] = np.asarray([documents[row][name] for row in rows])
    columns["opening"] = np.asarray([1 / (1 + int(id.rpartition(":")[2])) for id in ids])
    values = np.column_stack([columns[name] for name in COLUMNS]) if ids else np.zeros((0, len(COLUMNS)))
    return Table(ids, rows, values)


def _lexical(ids: Sequence[str], found: Candidates) -> dict[str, NDArray[np.float64]]:
    columns: dict[str, NDArray[np.float64]] = {}
    for signal, best in found.best.items():
        raw = np.asarray([found.scores[id].get(signal, 0.0) for id in ids])
        columns[signal] = raw if signal == "dense" else raw / (best or 1.0)
        if signal in ("words", "bigrams", "dense"):
            order = np.argsort(-raw, kind="stable")
            rank = np.empty(len(ids))
            rank[order] = np.arange(len(ids))
            columns[f"{signal}_rank"] = np.where(raw > 0, 1 / (1 + rank), 0.0)
    return columns


def _document_evidence(rows: Sequence[int], columns: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """A document answers with its best passage, and with how many others speak of the same thing."""
    strength = columns["words_bare"] + columns["bigrams_bare"] + np.maximum(columns["dense"], 0)
    by_row: dict[int, list[float]] = defaultdict(list)
    for row, value in zip(rows, strength, strict=True):
        by_row[row].append(float(value))
    best = {row: max(values) for row, values in by_row.items()}
    total = {row: sum(sorted(values, reverse=True)[:_DEEP]) for row, values in by_row.items()}
    top, most = max(best.values(), default=0.0) or 1.0, max(total.values(), default=0.0) or 1.0
    return {
        "document_best": np.asarray([best[r] / top for r in rows]),
        "document_sum": np.asarray([total[r] / most for r in rows]),
        "within": np.asarray([v / (best[r] or 1.0) for r, v in zip(rows, strength, strict=True)]),
    }


def _document_signals(row: int, asked: Asked, catalogue: Catalogue, statuses: Sequence[Status]) -> dict[str, float]:
    """Signals that every passage of a document shares."""
    name, place, years = catalogue.grams[row], catalogue.places[row], catalogue.years[row]
    shared = asked.grams & name
    relation = catalogue.gazetteer.relation(asked.places, place)
    named = asked.named.get(row, 0.0)
    same_year = bool(asked.years) and any(y in years for y in asked.years)
    next_year = bool(asked.years) and any(y + 1 in years for y in asked.years)
    fully = any(share >= _FULLY for share in asked.named.values())
    return {
        "name_asked": len(shared) / len(name) if name else 0.0,
        "asked_name": len(shared) / len(asked.grams) if asked.grams else 0.0,
        "named": named,
        "unnamed": float(fully and named < _FULLY),
        "place_same": float(relation == "same"),
        "place_below": float(relation == "below"),
        "place_above": float(relation == "above"),
        "place_other": float(relation == "other"),
        "national": float(not asked.places and place == "全国"),
        "local": float(not asked.places and place not in (None, "全国")),
        "year_same": float(same_year),
        "year_next": float(next_year),
        "year_other": float(bool(asked.years and years) and not same_year and not next_year),
        # A text of the year asked about is wanted as it was.
        "invalid": float(statuses[row] in _OUT_OF_FORCE and not same_year),
    }


def measure_texts(
    asked: Asked, rows: Sequence[int], texts: Sequence[tuple[Passage, str]], catalogue: Catalogue
) -> Matrix:
    """The TEXT_COLUMNS of some candidates, side by side with their documents' rows."""
    grams = sorted(asked.grams)
    extra = [e for e in asked.extra if len(e) > 1]
    plain = [normalise(text) for _, text in texts]
    heads = [normalise(p.context[-_HEAD:]) for p, _ in texts]
    held = [frozenset(g for g in grams if g in body) for body in plain]
    weights = _weights(asked.topic, plain)
    names = [catalogue.names[row] for row in rows]
    documents: dict[int, set[str]] = defaultdict(set)
    for row, found in zip(rows, held, strict=True):
        documents[row] |= found | (asked.grams & catalogue.grams[row])
    total = len(grams) or 1
    values = [
        (
            float(any(label in p.path.split(" ") for label in asked.labels)),
            sum(w for word, w in weights.items() if word in body or word in head),
            len(found) / total,
            max((sum(g in s for g in found) for s in _SENTENCE.split(body)), default=0) / total,
            _share({w: v for w, v in weights.items() if w not in name}, body),
            sum(bool(cue.search(body)) for cue in asked.cues) / (len(asked.cues) or 1),
            float(bool(_FRAME.search(body))),
            float(any(e in body for e in extra)),
            len(documents[row]) / total,
            min(1.0, len(body) / _LONG),
        )
        for row, name, (p, _), body, head, found in zip(rows, names, texts, plain, heads, held, strict=True)
    ]
    return np.asarray(values, dtype=np.float64).reshape(len(texts), len(TEXT_COLUMNS))


def _share(weights: dict[str, float], body: str) -> float:
    return sum(v for w, v in weights.items() if w in body) / (sum(weights.values()) or 1.0)


def _weights(topic: Sequence[str], bodies: Sequence[str]) -> dict[str, float]:
    """Weights of words that add up to 1: rare among the candidates counts for more."""
    raw = {w: log(1 + len(bodies) / (1 + sum(w in body for body in bodies))) * len(w) for w in topic}
    total = sum(raw.values()) or 1.0
    return {w: value / total for w, value in raw.items()}
