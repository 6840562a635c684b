"""Signals of documents: what speaks for or against a text as a whole, the same for all its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.library.snapshot import Ints
from kb.records import Status
from kb.search.catalogue import NATIONAL_PLACE, UNPLACED, Catalogue
from kb.search.places import Relation
from kb.search.question import Asked

# One column each, in this order.
DOCUMENT_COLUMNS = (
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
Matrix = NDArray[np.float64]
_FULLY = 0.99  # a name given whole, or nearly
_RELATIONS: tuple[Relation, ...] = ("same", "below", "above", "other")
_LEVELS = ("行政法规", "地方性法规", "司法解释")
_OUT_OF_FORCE: frozenset[Status] = frozenset({"repealed", "expired", "superseded", "not-yet", "proposed"})


@dataclass(frozen=True, slots=True)
class Documents:
    """候选文件: the documents of the candidates, each once, by their rows in the catalogue."""

    rows: Ints
    shared: tuple[frozenset[str], ...]  # of each, the question's bigrams that are in its name

    @classmethod
    def of(cls, rows: Ints, asked: Asked, catalogue: Catalogue) -> Documents:
        """Some documents as one question sees them."""
        return cls(rows, tuple(asked.grams & catalogue.grams[row] for row in rows.tolist()))


def measure_documents(documents: Documents, asked: Asked, catalogue: Catalogue, statuses: Sequence[Status]) -> Matrix:
    """DOCUMENT_COLUMNS of each document."""
    rows = documents.rows
    shared = np.asarray([len(s) for s in documents.shared], dtype=np.float64)
    named = np.zeros(len(rows))
    if asked.named:
        named[:] = [asked.named.get(row, 0.0) for row in rows.tolist()]
    fully = any(share >= _FULLY for share in asked.named.values())
    years = _years(rows, asked, catalogue)
    out = np.asarray([statuses[row] in _OUT_OF_FORCE for row in rows.tolist()], dtype=bool)
    levels = [catalogue.levels[rows] == catalogue.level_number(level) for level in ("法律", *_LEVELS)]
    law, placed = levels[0], bool(asked.places)
    return np.column_stack([
        shared / np.maximum(catalogue.sizes[rows], 1),
        shared / (len(asked.grams) or 1),
        named,
        (named < _FULLY) & fully,
        *_places(rows, asked, catalogue),
        *years,
        out & ~years[0],  # a text of the year asked about is wanted as it was
        law,
        law & (not placed),
        *levels[1:],
        catalogue.unranked[rows],
    ]).astype(np.float64)  # fmt: skip


def _places(rows: Ints, asked: Asked, catalogue: Catalogue) -> list[NDArray[np.bool_]]:
    """The columns from place_same to local."""
    codes = catalogue.place_numbers[rows]
    if not asked.places:
        national = codes == NATIONAL_PLACE
        none = np.zeros(len(rows), dtype=bool)
        return [none, none, none, none, none, national, (codes != UNPLACED) & ~national]
    relation = catalogue.gazetteer.relation
    few, at = np.unique(codes, return_inverse=True)  # few places stand for many documents
    found = np.asarray([relation(asked.places, catalogue.place_names[code]) for code in few.tolist()])[at]
    none = np.zeros(len(rows), dtype=bool)
    return [*(found == kind for kind in _RELATIONS), found == "none", none, none]


def _years(rows: Ints, asked: Asked, catalogue: Catalogue) -> list[NDArray[np.bool_]]:
    """year_same, year_next, year_other."""
    if not asked.years:
        return [np.zeros(len(rows), dtype=bool)] * 3
    known = [catalogue.years[row] for row in rows.tolist()]
    same = np.asarray([any(y in years for y in asked.years) for years in known], dtype=bool)
    next_ = np.asarray([any(y + 1 in years for y in asked.years) for years in known], dtype=bool)
    return [same, next_, np.asarray([bool(years) for years in known], dtype=bool) & ~same & ~next_]
