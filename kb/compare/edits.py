"""Edits: what was taken out of a clause and what was put in, word by word; style is no edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kb.compare.plain import plain
from kb.text import CHINESE_NUMERAL
from kb.words import Words

_NUMBERS = re.compile(
    rf"(百分之)?[\d,.]*\d%?|[{CHINESE_NUMERAL}]{{2,}}|[{CHINESE_NUMERAL}](?=[日天年月元个倍米周小级次条款项人户座处件])"
)
_PIECES = re.compile(r"[A-Za-z]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """片段: a stretch that both versions share (in the new one's style), or only one of them has."""

    kind: str  # equal, delete, insert
    old: str  # "" for an insertion
    new: str  # "" for a deletion


def find_edits(old: str, new: str, words: Words | None = None) -> tuple[Run, ...]:
    """Runs that, put together, give both texts again: equal and delete the old one, equal and insert the new one."""
    before, after = _cut(old, words), _cut(new, words)
    matcher = SequenceMatcher(None, [plain(t) for t in before], [plain(t) for t in after], autojunk=False)
    runs: list[Run] = []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        was, now = "".join(before[i1:i2]), "".join(after[j1:j2])
        if what == "equal" or plain(was) == plain(now):
            _add(runs, Run("equal", was, now))
        else:
            if was:
                _add(runs, Run("delete", was, ""))
            if now:
                _add(runs, Run("insert", "", now))
    return tuple(runs)


def _add(runs: list[Run], run: Run) -> None:
    if runs and runs[-1].kind == run.kind:
        runs[-1] = Run(run.kind, runs[-1].old + run.old, runs[-1].new + run.new)
    else:
        runs.append(run)


def _cut(text: str, words: Words | None) -> Sequence[str]:
    """Words, numbers and marks that joined give the text."""
    found: list[str] = []
    at = 0
    for m in _NUMBERS.finditer(text):
        found += _pieces(text[at : m.start()], words)
        found.append(m.group())
        at = m.end()
    return [*found, *_pieces(text[at:], words)]


def _pieces(text: str, words: Words | None) -> Sequence[str]:
    if not text:
        return ()
    return words.tokens(text) if words is not None else _PIECES.findall(text)
