"""Parts of a text that another document ended while the rest goes on holding: an annexed table, single articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kb.lineage.editions import Edition, Ending, LostPart
from kb.linking import find_clause
from kb.records import Clause
from kb.text import normalise

FindClauses = Callable[[str], Sequence[Clause]]  # of a version by id


def lose_parts(
    edition: Edition, ended: Sequence[tuple[str, Ending]], clauses: Sequence[Clause]
) -> tuple[LostPart, ...]:
    """The parts of a text that endings speak of, by place; a part that is not found, or not the only one, is left out."""
    found = list(edition.lost)
    for part, ending in ended:
        clause = _find(part, clauses)
        if clause is not None:
            found.append(LostPart(part, clause.start, clause.end, ending))
    return tuple(sorted(found, key=lambda p: (p.start, p.end, p.ending.on or date.max, p.ending.by or "")))


def _find(part: str, clauses: Sequence[Clause]) -> Clause | None:
    """An article by its label; an annex by the name it is called by: 任务分解表 for 云泽市…任务分解表."""
    if part.startswith("第"):
        return find_clause(part, clauses)
    name = "".join(normalise(part).split())
    annexes = [c for c in clauses if c.kind in ("annex", "document")]
    named = [c for c in annexes if name in "".join(normalise(c.title).split())]
    return named[0] if len(named) == 1 else None
