"""The library's documents as search needs them in memory: names, places, years, numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.records import DocumentInfo
from kb.search.places import NATION, Gazetteer
from kb.text import normalise

_LOCAL = frozenset({"地方性法规", "地方政府规章"})
NATIONAL = frozenset({"法律", "行政法规", "部门规章", "司法解释"})
_REMARK = re.compile(r"\((?:[^()]*(?:修[订正改]|试行|暂行|草案|征求意见|通过|公布|\d{4})[^()]*)\)")
UNPLACED, NATIONAL_PLACE = 0, 1  # numbers of the two places that are none
_UNRANKED = frozenset({None, "参考资料"})
_LONGEST_NAME = 120  # characters; beyond, the reader took a whole paragraph for the title
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """目录: one row a current document, in the order of ``find_documents``; the fields run side by side."""

    infos: tuple[DocumentInfo, ...]
    rows: dict[str, int]  # version id → row
    names: tuple[str, ...]  # title without remarks, 中华人民共和国 and 《》, normalised
    grams: tuple[frozenset[str], ...]  # character bigrams of the name
    places: tuple[str | None, ...]
    by_place: dict[str, tuple[int, ...]]  # place → rows
    years: tuple[frozenset[int], ...]
    numbers: dict[str, tuple[int, ...]]  # 文号, brackets folded → rows
    letters: dict[str, int]  # character → bit set of the rows whose name has it
    national: NDArray[np.bool_]  # whether a row is for the whole nation by its level
    gazetteer: Gazetteer
    # The same as numbers, for many rows at once.
    sizes: NDArray[np.int64]  # of grams
    place_names: tuple[str | None, ...]
    place_numbers: NDArray[np.int64]  # into place_names
    level_names: tuple[str | None, ...]
    levels: NDArray[np.int64]  # into level_names
    unranked: NDArray[np.bool_]  # of no level: notices, reports, news

    @classmethod
    def build(cls, infos: tuple[DocumentInfo, ...]) -> Catalogue:
        """The catalogue of some documents."""
        gazetteer = Gazetteer.load(p for i in infos for p in _place_words(i))
        names = tuple(core_name(i.identity.title) for i in infos)
        places = tuple(_place(i, gazetteer) for i in infos)
        grams = tuple(frozenset(n[i : i + 2] for i in range(len(n) - 1)) for n in names)
        place_names, place_numbers = _number(places, (None, NATION))
        level_names, levels = _number([i.identity.level for i in infos])
        letters: dict[str, int] = defaultdict(int)
        numbers: dict[str, tuple[int, ...]] = {}
        for row, (info, name) in enumerate(zip(infos, names, strict=True)):
            for letter in set(name):
                letters[letter] |= 1 << row
            if info.identity.doc_number:
                number = plain_number(info.identity.doc_number)
                numbers[number] = (*numbers.get(number, ()), row)
        return cls(
            infos,
            {info.version: row for row, info in enumerate(infos)},
            names,
            grams,
            places,
            _rows_by_place(places),
            tuple(_years(i) for i in infos),
            numbers,
            dict(letters),
            np.asarray([i.identity.level in NATIONAL for i in infos], dtype=np.bool_),
            gazetteer,
            np.asarray([len(g) for g in grams], dtype=np.int64),
            place_names,
            place_numbers,
            level_names,
            levels,
            np.asarray([i.identity.level in _UNRANKED for i in infos], dtype=np.bool_),
        )

    def level_number(self, level: str) -> int:
        """The number of a level; -1 for one that no text has."""
        return self.level_names.index(level) if level in self.level_names else -1

    def statute_place(self, row: int) -> str | None:
        """The place of a local statute; None for every other text."""
        return self.places[row] if self.infos[row].identity.level in _LOCAL else None

    def named_like(self, letters: Iterable[str], among: int | None = None) -> int:
        """Bit set of the rows whose name has all of some characters."""
        rows = (1 << len(self.infos)) - 1 if among is None else among
        for letter in letters:
            rows &= self.letters.get(letter, 0)
        return rows


def _number(
    values: Sequence[str | None], known: Sequence[str | None] = ()
) -> tuple[tuple[str | None, ...], NDArray[np.int64]]:
    """Distinct values, the known ones first, and the number of each of the values among them."""
    numbers = {value: n for n, value in enumerate(dict.fromkeys([*known, *values]))}
    return tuple(numbers), np.asarray([numbers[v] for v in values], dtype=np.int64)


def _rows_by_place(places: Iterable[str | None]) -> dict[str, tuple[int, ...]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        if place is not None:
            rows[place].append(row)
    return {place: tuple(found) for place, found in rows.items()}


@lru_cache(maxsize=20_000)
def core_name(title: str) -> str:
    """A title as people shorten it: without 中华人民共和国, 《》, spaces and remarks such as （2021年修订）."""
    plain = "".join(normalise(title[:_LONGEST_NAME]).split()).replace("《", "").replace("》", "")
    return _REMARK.sub("", plain).removeprefix("中华人民共和国")


def plain_number(number: str) -> str:
    """A 文号 with every kind of bracket and space made the same: 国办发[2019]6号."""
    return re.sub(r"[\[\](){}\s]+", " ", normalise(number)).strip().replace("第", "")


def rows_of(bits: int) -> Iterable[int]:
    """The rows of a bit set, in order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _stem(document: str) -> str:
    """A file's name without folder and ending; pathlib takes ten times as long."""
    name = document.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _place_words(info: DocumentInfo) -> Iterable[str]:
    if info.identity.place:
        yield info.identity.place
    yield from _stem(info.document).split("_")


def _place(info: DocumentInfo, gazetteer: Gazetteer) -> str | None:
    """Where a text applies: as its identity says, else as its title, issuer or file name says; None where unsaid."""
    said, level = info.identity.place, info.identity.level
    if level in NATIONAL or (
        said == NATION and level not in _LOCAL
    ):  # 聊城市…条例 holds in 聊城, whatever else it says
        return NATION
    if said and said in gazetteer.parents:
        return said
    for text in (said, info.identity.title, info.identity.issuer, _stem(info.document)):
        found = gazetteer.find(normalise(text)) if text else ()
        if found:
            return found[0]
    return said


def _years(info: DocumentInfo) -> frozenset[int]:
    """Years by which a document is known: in its name, its file's name and its dates."""
    i = info.identity
    days = (i.adopted_on, i.issued_on, i.effective_on, *i.revised_on)
    written = _YEAR.findall(f"{normalise(i.title)} {info.document}")
    return frozenset({d.year for d in days if d is not None} | {int(y) for y in written})
