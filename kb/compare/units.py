"""Units: the clauses of a version that are laid side by side, with their text freed of page furniture."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.compare.plain import plain
from kb.records import Clause, Version

_HEADED = ("heading", "chapter", "part", "section", "document", "annex")
# A line that the page broke, not the author: it ends in the middle of a sentence, and no label opens the next.
_UNBROKEN = re.compile(
    r"[^。；：！？!?;:\n\t]\n(?!\s*(?:第[一二三四五六七八九十百零〇\d]+[编章节条]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d+[.．、]))"
)
_SENTENCE = re.compile(r"[^。；\n]+[。；\n]?")
_ZERO = "\u200b\ufeff"


@dataclass(frozen=True)
class Unit:
    """比对单元: one clause with its text as shown, and what of it counts."""

    clause: Clause
    text: str  # as written, furniture left out
    paragraphs: tuple[str, ...]  # plain, without the label, none of them empty
    chapter: str  # the words of the chapter's heading, not its number, which may shift

    @cached_property
    def body(self) -> str:
        """What counts of the whole clause."""
        return "".join(self.paragraphs)


def find_units(version: Version, without: Sequence[tuple[int, int]] = ()) -> list[Unit]:
    """Articles where the text has them, else headings each with what stands below it, else paragraphs.

    ``without``: stretches that are compared otherwise, such as tables.
    """
    text, names = _Clean(version, without), {c.id: c for c in version.clauses}
    articles = [c for c in version.clauses if c.kind == "article"]
    if len(articles) >= 2:
        return [_unit(text, c, c.end, names) for c in articles]
    headed = [c for c in version.clauses if c.kind in _HEADED]
    if headed:
        ends = [*(c.start for c in headed[1:]), len(version.text)]
        return [_unit(text, c, min(c.end, end), names) for c, end in zip(headed, ends, strict=True)]
    units = [_unit(text, c, c.end, names) for c in _paragraphs(version)]
    return [u for u in units if u.text]


def split_sentences(text: str) -> list[str]:
    """The sentences of a clause, each with its mark."""
    return [s for s in _SENTENCE.findall(text) if s.strip()]


class _Clean:
    """A version's text without furniture and without the line breaks of pages."""

    def __init__(self, version: Version, without: Sequence[tuple[int, int]]) -> None:
        self._text = version.text
        self._furniture = sorted([*((s.start, s.end) for s in version.furniture), *without])
        self._starts = [s for s, _ in self._furniture]
        self._paged = version.format in ("pdf", "ofd", "scan")

    def read(self, start: int, end: int) -> str:
        """A stretch of the text as the author wrote it."""
        parts, at = [], start
        for n in range(max(bisect_left(self._starts, start) - 1, 0), len(self._furniture)):
            s, e = self._furniture[n]
            if s >= end:
                break
            if e > at:
                parts.append(self._text[at : max(at, s)])
                at = max(at, e)
        text = "".join([*parts, self._text[at:end]])
        if self._paged:
            text = _UNBROKEN.sub(lambda m: m.group()[0], text)
        return re.sub(r"\n\s*\n+", "\n", text).strip()


def _unit(text: _Clean, clause: Clause, end: int, names: dict[str, Clause]) -> Unit:
    shown = text.read(clause.start, end)
    bodies = (plain(p) for p in shown[_label_length(shown, clause.label) :].split("\n"))
    return Unit(clause, shown, tuple(b for b in bodies if b), _chapter(clause, names))


def _label_length(text: str, label: str) -> int:
    """Characters of the label as written, inner spaces included."""
    want, at = len(label), 0
    while want and at < len(text):
        want -= not (text[at].isspace() or text[at] in _ZERO)
        at += 1
    return at


def _chapter(clause: Clause, names: dict[str, Clause]) -> str:
    at = names.get(clause.parent) if clause.parent else None
    while at is not None and at.kind == "section" and at.parent:
        at = names.get(at.parent)
    return re.sub(r"\s", "", at.title or at.label) if at is not None else ""


def _paragraphs(version: Version) -> Iterator[Clause]:
    """A text without labels, by its lines."""
    for n, m in enumerate(re.finditer(r"[^\n]*\S[^\n]*", version.text), 1):
        name = f"第{n}段"
        yield Clause(name, "paragraph", 1, name, "", name, m.start(), m.end(), m.start())
