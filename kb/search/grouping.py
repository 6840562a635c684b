"""Near-duplicates: the same clause read from two files, or kept from one version to the next, takes one place in the list."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKS = re.compile(r"[^\w\u4e00-\u9fff]+")
_LABEL = re.compile(r"^\s*第[零〇一二三四五六七八九十百千两\d]+条(?:之[一二三四五六七八九十])?")
_SENTENCE = re.compile(r"[。；;！？\n]+")
_SAME = 0.9  # share of sentences in common; below it one of the two says something the other does not
_SHORT = 20  # characters; shorter passages are alike too easily


def put_repeats_last(texts: Sequence[str], k: int) -> list[int]:
    """Positions of normalised texts in a new order: the first of each group of like texts as before, its repeats after the k-th."""
    kept: list[tuple[int, frozenset[str]]] = []
    repeats: list[int] = []
    for n, text in enumerate(texts):
        sentences = find_sentences(text) if len(kept) < k else frozenset()
        if sentences and any(are_alike(sentences, other) for _, other in kept):
            repeats.append(n)
        else:
            kept.append((n, sentences))
    first = [n for n, _ in kept]
    return [*first[:k], *repeats, *first[k:]]


def spread_places(order: Sequence[int], places: Sequence[str | None]) -> list[int]:
    """The same hits with each place's best before any place's second; what has no place (None) stays where it stands.

    For questions that name no place: twenty cities regulate the same thing, and none of them is meant.
    """
    seen: dict[str, int] = {}
    turns = []
    for place in places:
        if place is None:
            turns.append(0)
        else:
            turns.append(seen.get(place, 0))
            seen[place] = turns[-1] + 1
    slots = [n for n, place in enumerate(places) if place is not None]
    placed = sorted(slots, key=lambda n: (turns[n], n))
    spread = list(order)
    for slot, source in zip(slots, placed, strict=True):
        spread[slot] = order[source]
    return spread


def find_sentences(text: str) -> frozenset[str]:
    """The sentences of a normalised passage without its number, marks and spaces; empty for one too short to compare."""
    body = _LABEL.sub("", text)
    if len(body) < _SHORT:
        return frozenset()
    return frozenset(s for part in _SENTENCE.split(body) if (s := _MARKS.sub("", part)))


def are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two passages say the same."""
    return bool(one and other) and len(one & other) >= _SAME * max(len(one), len(other))
