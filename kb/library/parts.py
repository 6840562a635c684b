"""Where a part of a text stands that another document speaks of: 第十二条, 所附任务分解表."""

from __future__ import annotations

from collections.abc import Sequence

from kb.linking import find_clause
from kb.records import Clause, Span
from kb.text import normalise


def find_part(name: str, clauses: Sequence[Clause]) -> Span | None:
    """An article by its label, an annex by what its title holds; None where none is called so, or more than one."""
    if name.startswith("第"):
        found = find_clause(name, clauses)
    else:
        wanted = _plain(name)
        annexes = [c for c in clauses if c.kind in ("annex", "document") and wanted in _plain(c.title)]
        found = annexes[0] if len(annexes) == 1 else None
    return Span(found.start, found.end) if found is not None else None


def _plain(text: str) -> str:
    return "".join(normalise(text).split())
