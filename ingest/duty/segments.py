"""A sentence as stretches between commas, and what its earlier stretches lend to the later ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.duty.draft import Found
from kb.records import Modality, Role


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
    authority: str = ""  # the last body behind 由 that is no enterprise or person
    by: bool = False  # a 由X came before: what follows is what X does
    covered: str = ""  # the action stated last, which may reach over later stretches
    start: int = 0  # of the sentence, which every duty in it quotes
    end: int = 0
    modality: Modality = "norm"  # of the stretch at hand
    responsible: bool = False  # the clause is about 责任人
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


# How a stretch ends that only says when or in which case.
CONDITION_ENDS = ("的", "时", "后", "前", "期间", "过程中", "之日起")


def make_found(
    state: State,
    agencies: str,
    role: Role,
    word: str,
    action: str,
    obj: str,
    *,
    condition: str | None = None,
    counterpart: str | None = None,
    negative: bool = False,
    time: str | None = None,
    confidence: float = 1.0,
) -> Found:
    """A duty of the sentence at hand, with the condition stated so far unless another is given."""
    if condition is None:
        condition = state.condition
        if not condition and state.topic != obj and state.topic.endswith(CONDITION_ENDS):
            condition = state.topic
    return Found(
        agencies, role, word, action, obj, state.start, state.end, condition=condition if condition != obj else "",
        counterpart=counterpart, negative=negative, modality=state.modality, confidence=confidence, time=time,
        responsible=state.responsible,
    )  # fmt: skip
