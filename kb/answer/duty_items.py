"""Duties over a list (有下列行为之一的，由X处…): the stem says who and how much, only the items say for what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.answer.draft import Context
from kb.records import Duty

READ_ON = 1500  # characters of an article, or after a stem, that are read
_LISTS = re.compile(r"[下以][列述]")
_ITEM = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]\s*([^\n（(]{4,160})")
_REST = re.compile(r"([^\n。；（(：]{6,120}。)")
_NEXT_ARTICLE = re.compile(r"\n\s*第[零〇一二三四五六七八九十百千]+条")


@dataclass(frozen=True, slots=True)
class Item:
    """列举的一项: one item of a list, with its place in the document and how like what is asked it is."""

    text: str
    start: int
    end: int
    likeness: float = 0.0  # cosine


def choose_items(context: Context, asked: str, duties: Sequence[Duty]) -> dict[Duty, Item]:
    """For each duty over a list the item that is most like what is asked; after a ； what no other duty begins with."""
    found: dict[Duty, list[Item]] = {}
    begun = {(d.basis.document, d.basis.start) for d in duties}
    for duty in duties:
        b = duty.basis
        if _LISTS.search(b.quote):
            items = find_items(context.version(b.document).text, b.end)
        else:
            rest = find_rest(context.version(b.document).text, b.end) if b.quote.endswith("；") else None
            alone = rest is not None and not any((b.document, at) in begun for at in range(rest.start, rest.end))
            items = [rest] if rest is not None and alone else []
        if items:
            found[duty] = items
    distinct = list(dict.fromkeys(item.text for items in found.values() for item in items))
    if not distinct:
        return {}
    rows = context.searcher.encoder.encode([asked, *distinct])
    alike = dict(zip(distinct, map(float, rows[1:] @ rows[0]), strict=True))
    best = {duty: max(items, key=lambda i: alike[i.text]) for duty, items in found.items()}
    return {duty: replace(item, likeness=alike[item.text]) for duty, item in best.items()}


def find_rest(text: str, start: int) -> Item | None:
    """What the body of a sentence goes on to do after its ；, to the full stop: 环保总局拟推广…；要求大户进行审核。"""
    m = _REST.match(text, start)
    return Item(m[1], m.start(1), m.end(1)) if m else None


def find_items(text: str, start: int) -> list[Item]:
    """The items that follow a stem ending at ``start`` in its article, with their places."""
    following = _NEXT_ARTICLE.split(text[start : start + READ_ON], maxsplit=1)[0]
    items = []
    for m in _ITEM.finditer(following):
        words = m[1].rstrip()
        items.append(Item(words, start + m.start(1), start + m.start(1) + len(words)))
    return items
