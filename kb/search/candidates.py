"""Candidates: the best passages by words, bigrams and vectors, with extra looks where the question points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.search.catalogue import NATIONAL, Catalogue
from kb.search.question import Asked
from kb.text import parse_numeral

Vector = NDArray[np.float32]
_POOL = 100  # of each list over the whole library; 200 found hardly more gold clauses on the development sets
_DEEP = 300  # looked through by vector for national texts
_INSIDE = 40  # of each list within the documents, the places or the national texts looked into
_NAMED_ROWS = 12  # documents looked into by name, the most fully named first
_NAMED = 0.3  # a share of a name below this points at too many documents to look into
_FULLY = 0.99  # a name given whole
# Passages around an article's number: front matter, chapter lines and split articles come before it.
_BEFORE, _AFTER = 3, 25
_MOST_LABELLED = 60
_PLACED_ROWS = 1_500  # documents of a place beyond which looking into them narrows nothing


def find_candidates(
    library: Library, asked: Asked, vector: Vector, catalogue: Catalogue, allowed: Allowed | None
) -> tuple[str, ...]:
    """Ids of the best passages of each list within what is allowed, in order of id."""
    if not asked.bigrams:  # nothing but marks
        return ()
    found: set[str] = set(_near_labels(asked, catalogue, allowed))
    for ids in _lists(library, asked, vector, _POOL, allowed):
        found.update(ids)
    if not asked.places and not asked.named:  # local texts are many and alike, and would fill the lists alone
        found.update(id for id, _ in library.search_text("words", asked.words, _INSIDE, allowed, levels=NATIONAL))
        found.update(id for id, _ in library.search_text("bigrams", asked.bigrams, _INSIDE, allowed, levels=NATIONAL))
        if np.any(vector):
            near = (id for id, _ in library.search_vectors(vector, _DEEP, allowed))
            found.update(islice((id for id in near if id.rpartition(":")[0] in catalogue.national), _INSIDE))
    for inside in _insides(asked, catalogue, allowed):
        for ids in _lists(library, asked, vector, _INSIDE, inside, inside=True):
            found.update(ids)
    return tuple(sorted(id for id in found if id.rpartition(":")[0] in catalogue.rows))


def _lists(
    library: Library, asked: Asked, vector: Vector, k: int, allowed: Allowed | None, *, inside: bool = False
) -> Iterator[list[str]]:
    """Ids of the k best by words, by bigrams and by vector, best first."""
    yield [id for id, _ in library.search_text("words", asked.words, k, allowed)]
    if not (asked.bare and inside):
        yield [id for id, _ in library.search_text("bigrams", asked.bigrams, k, allowed)]
    if asked.bare:  # among their own texts the places and documents named tell nothing apart
        yield [id for id, _ in library.search_text("bigrams", asked.bare_bigrams, k, allowed)]
    if np.any(vector):
        yield [id for id, _ in library.search_vectors(vector, k, allowed)]


def _insides(asked: Asked, catalogue: Catalogue, allowed: Allowed | None) -> Iterator[Allowed]:
    """What to look into besides the whole: the documents named, and those of the places named."""
    named = sorted((r for r, share in asked.named.items() if share >= _NAMED), key=lambda r: (-asked.named[r], r))
    groups = [named[:_NAMED_ROWS]]
    if asked.places:
        relation = catalogue.gazetteer.relation
        near = [p for p in catalogue.by_place if relation(asked.places, p) in ("same", "below")]
        groups.append(sorted(row for p in near for row in catalogue.by_place[p]))
    for rows in groups:
        versions = (catalogue.infos[r].version for r in rows)
        only = frozenset(v for v in versions if allowed is None or allowed.permits(v))
        if 0 < len(only) <= _PLACED_ROWS:
            yield Allowed(only=only)


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
