"""Candidates: the best passages of every signal, with extra looks into the documents and places a question names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kb.embedding import Encoder
from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.search.catalogue import Catalogue
from kb.search.question import Asked
from kb.text import parse_numeral

# The bare ones leave the places and documents named out of the query: among their own texts those tell nothing apart.
Signal = Literal["words", "bigrams", "words_bare", "bigrams_bare", "dense", "title", "path"]
SIGNALS: tuple[Signal, ...] = ("words", "bigrams", "words_bare", "bigrams_bare", "dense", "title", "path")
_BARE: tuple[tuple[Signal, Signal], ...] = (("words", "words_bare"), ("bigrams", "bigrams_bare"))
_POOL = 80  # of each signal; 200 found hardly more gold clauses on the development sets
_INSIDE = 30  # of words and bigrams, within the documents or places named
_NAMED_ROWS = 12  # documents looked into by name, the most fully named first
_NAMED = 0.3  # a share of a name below this points at too many documents to look into
_FULLY = 0.99  # a name given whole
_BEFORE, _AFTER = (
    3,
    25,
)  # passages around an article's number: front matter, chapter lines and split articles come before it
_MOST_LABELLED = 60
_PLACED_ROWS = 1_500  # documents of a place beyond which looking into them narrows nothing


@dataclass(frozen=True, slots=True)
class Candidates:
    """候选: each passage id found → its raw score by signal; BM25, and cosine for ``dense``."""

    scores: dict[str, dict[Signal, float]]
    best: dict[Signal, float]  # the highest raw score of each signal


def find_candidates(
    library: Library, encoder: Encoder, asked: Asked, catalogue: Catalogue, allowed: Allowed | None
) -> Candidates:
    """The best passages of each signal within what is allowed, and of the documents and places named."""
    scores: dict[str, dict[Signal, float]] = {}

    def note(signal: Signal, found: list[tuple[str, float]]) -> None:
        for id, score in found:
            scores.setdefault(id, {})[signal] = score

    if not asked.bigrams:  # nothing but marks
        return Candidates({}, dict.fromkeys(SIGNALS, 0.0))
    vector = encoder.encode([asked.text])[0]
    for inside, k in ((allowed, _POOL), *((i, _INSIDE) for i in _insides(asked, catalogue, allowed))):
        note("words", library.search_text("words", asked.words, k, inside))
        note("bigrams", library.search_text("bigrams", asked.bigrams, k, inside))
        if asked.bare:
            note("words_bare", library.search_text("words", asked.bare_words, k, inside))
            note("bigrams_bare", library.search_text("bigrams", asked.bare_bigrams, k, inside))
        if np.any(vector):
            note("dense", library.search_vectors(vector, k, inside))
    note("title", library.search_text("title", (*asked.words, *asked.bigrams), _POOL, allowed))
    note("path", library.search_text("path", (*asked.words, *asked.bigrams), _POOL, allowed))
    for id in _near_labels(asked, catalogue, allowed):
        scores.setdefault(id, {})
    if not asked.bare:
        for by in scores.values():
            by |= {bare: by[full] for full, bare in _BARE if full in by}
    best: dict[Signal, float] = {
        signal: max((s[signal] for s in scores.values() if signal in s), default=0.0) for signal in SIGNALS
    }
    return Candidates(scores, best)


def _insides(asked: Asked, catalogue: Catalogue, allowed: Allowed | None) -> list[Allowed]:
    """What to look into besides the whole: the documents named, and those of the places named."""
    named = sorted((r for r, share in asked.named.items() if share >= _NAMED), key=lambda r: (-asked.named[r], r))
    groups = [named[:_NAMED_ROWS]]
    if asked.places:
        relations = (catalogue.gazetteer.relation(asked.places, p) for p in catalogue.places)
        groups.append([row for row, r in enumerate(relations) if r in ("same", "below")])
    found = []
    for rows in groups:
        versions = (catalogue.infos[r].version for r in rows)
        only = frozenset(v for v in versions if allowed is None or allowed.permits(v))
        if 0 < len(only) <= _PLACED_ROWS:
            found.append(Allowed(only=only))
    return found


def _near_labels(asked: Asked, catalogue: Catalogue, allowed: Allowed | None) -> list[str]:
    """Passages of the documents fully named where the articles named should stand: at their number or a little after."""
    numbers = [n for label in asked.labels if (n := parse_numeral(label[1 : label.index("条")])) is not None]
    ids = []
    for row in sorted(r for r, share in asked.named.items() if share >= _FULLY):
        info = catalogue.infos[row]
        if allowed is not None and not allowed.permits(info.version):
            continue
        for number in numbers:
            window = range(max(0, number - _BEFORE), min(info.passages, number + _AFTER))
            ids += [f"{info.version}:{ordinal}" for ordinal in window]
    return ids[:_MOST_LABELLED]
