"""A sentence as stretches between commas, and what its earlier stretches lend to the later ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Segment:
    """逗号段: a stretch between commas, with its place in the text."""

    text: str
    start: int


@dataclass(slots=True)
class State:
    """What a sentence has said so far."""

    subject: str = ""
    modal: str = ""
    pending: str = ""  # the subject of an event or of the sentence before: it acts only through an express modal
    topic: str = ""  # the first stretch that is no clause of its own: 居民住宅区
    condition: str = ""  # the last …的
    unclear: bool = False
    around: str = ""  # the paragraph so far
    following: tuple[str, ...] = field(default_factory=tuple)  # the stretches after the one at hand
    before: str = ""  # the subject of the sentence before
    by: bool = False  # a 由X came before: what follows is what X does
    covered: str = ""  # the action stated last, which may reach over later stretches
    lent: bool = False  # the subject comes from the stem: the first stretch is a predicate whatever it begins with


_MARK = re.compile(r"[（(《）)》，,：:。；;]")


def split_segments(sentence: str, start: int) -> Iterator[Segment]:
    """Stretches of a sentence; a comma inside brackets or a book title does not cut."""
    depth = begin = 0
    for m in _MARK.finditer(sentence):
        char, i = m.group(), m.start()
        if char in "（(《":
            depth += 1
        elif char in "）)》":
            depth = max(0, depth - 1)
        elif depth == 0:
            if i > begin:
                yield Segment(sentence[begin:i].strip(), start + begin)
            begin = i + 1
    if begin < len(sentence):
        yield Segment(sentence[begin:].strip(), start + begin)
