"""Candidates: the best passages by words, bigrams and vectors, with extra looks where the question points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kb.library.fulltext import Allowed, Field
from kb.library.snapshot import Ints, Snapshot
from kb.search.catalogue import Catalogue
from kb.search.question import Asked
from kb.text import parse_numeral

Vector = NDArray[np.float32]
Tokens = tuple[tuple[str, float], ...]
_POOL = 100  # of each list over the whole library; 200 found hardly more gold clauses on the development sets
_DEEP = 300  # looked through by vector for national texts
_INSIDE = 40  # of each list within the documents, the places or the national texts looked into
_NAMED_ROWS = 12  # documents looked into by name, the most fully named first
_NAMED = 0.3  # a share of a name below this points at too many documents to look into
_FULLY = 0.99  # a name given whole
# Passages around an article's number: front matter, chapter lines and split articles come before it.
_BEFORE, _AFTER = 3, 25
_MOST_LABELLED = 60
_COMMON = 0.1  # share of the passages; tokens that more of them have are left out, a third of the time with them
_RAREST = 6  # tokens that are kept however common
_PLACED_ROWS = 1_500  # documents of a place beyond which looking into them narrows nothing


def find_candidates(
    look: Snapshot, rows: Ints, asked: Asked, vector: Vector, catalogue: Catalogue, allowed: Allowed | None
) -> Ints:
    """Keys of the best passages of each list within what is allowed, in order; ``rows``: each owner's in the catalogue."""
    if not asked.bigrams:  # nothing but marks
        return np.zeros(0, dtype=np.int64)
    general = not asked.places and not asked.named
    asked = replace(
        asked,
        words=_telling(look, "words", asked.words),
        bigrams=_telling(look, "bigrams", asked.bigrams),
        bare_bigrams=_telling(look, "bigrams", asked.bare_bigrams),
    )
    found = [
        _near_labels(look, asked, catalogue, allowed),
        look.search_text("words", asked.words, _POOL, allowed)[0],
        look.search_text("bigrams", asked.bigrams, _POOL, allowed)[0],
    ]
    if asked.bare:
        found.append(look.search_text("bigrams", asked.bare_bigrams, _POOL, allowed)[0])
    if np.any(vector):
        near, _ = look.search_vectors(vector, _DEEP if general else _POOL, allowed)
        found.append(near[:_POOL])
        if general:  # local texts are many and alike, and would fill the list alone
            of = rows[look.keys.owner(near)]
            found.append(near[(of >= 0) & catalogue.national[of]][:_INSIDE])
    for inside in _insides(asked, catalogue, allowed):
        # Among their own texts the places and documents named tell nothing apart.
        found.append(look.search_text("bigrams", asked.bare_bigrams, _INSIDE, inside)[0])
        if np.any(vector):
            found.append(look.search_vectors(vector, _INSIDE, inside)[0])
    keys = np.unique(np.concatenate(found))
    return np.asarray(keys[rows[look.keys.owner(keys)] >= 0], dtype=np.int64)


def _telling(look: Snapshot, field: Field, tokens: Tokens) -> Tokens:
    """The tokens without the commonest: ranking weighs them all, but finding pays for every passage that has them."""
    counts, total = look.frequencies(field, [token for token, _ in tokens])
    limit = max(total * _COMMON, *sorted(counts)[:_RAREST][-1:]) if counts else 0
    return tuple(t for t, count in zip(tokens, counts, strict=True) if count <= limit)


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


def _near_labels(look: Snapshot, asked: Asked, catalogue: Catalogue, allowed: Allowed | None) -> Ints:
    """Passages of the documents fully named where the articles named should stand: at their number or a little after."""
    numbers = [n for label in asked.labels if (n := parse_numeral(label[1 : label.index("条")])) is not None]
    keys: list[int] = []
    for row in sorted(r for r, share in asked.named.items() if share >= _FULLY):
        version = catalogue.infos[row].version
        if allowed is None or allowed.permits(version):
            for number in numbers:
                keys += look.keys.range(version, number - _BEFORE, number + _AFTER)
    return np.asarray(keys[:_MOST_LABELLED], dtype=np.int64)
