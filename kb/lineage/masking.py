"""A lineage for who may not read every document: what holds stays true, who ended it and in which words is left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kb.lineage.editions import Edition, Ending
from kb.lineage.works import Lineage, Work
from kb.records import Act

_UNSEEN = "由未向您开放的文件"  # said in place of a document's name: that a text has ended must not be kept back


def mask_lineage(lineage: Lineage, readable: Collection[str]) -> Lineage:
    """The lineage of the readable documents; days and kinds of ending by others stay, their names and words go."""
    editions = {k: _mask(e, readable) for k, e in lineage.editions.items() if k[0] in readable}
    kept = [
        Work(w.name, tuple(editions[e.document, e.version] for e in w.editions if e.document in readable), w.series)
        for w in lineage.works
    ]
    works = tuple(w for w in kept if w.editions)
    return Lineage(
        works,
        tuple(
            replace(k, act=_seen(k.act, readable))
            for k in lineage.links
            if k.older[0] in readable and k.newer[0] in readable
        ),
        editions,
        {d: v for d, v in lineage.current.items() if d in readable},
        {(e.document, e.version): n for n, w in enumerate(works) for e in w.editions},
        {k: tuple(a for a in acts if _seen(a, readable)) for k, acts in lineage.listed.items() if k[0] in readable},
    )


def _mask(edition: Edition, readable: Collection[str]) -> Edition:
    begins_by = _seen(edition.begins_by, readable)
    endings = tuple(_mask_ending(e, readable) for e in edition.endings)
    lost = tuple(replace(p, ending=_mask_ending(p.ending, readable)) for p in edition.lost)
    return replace(edition, begins_by=begins_by, endings=endings, lost=lost)


def _mask_ending(ending: Ending, readable: Collection[str]) -> Ending:
    hidden = (ending.by is not None and ending.by not in readable) or (
        ending.act is not None and ending.act.basis.document not in readable
    )
    return replace(ending, by=None, act=None, reason=_UNSEEN) if hidden else ending


def _seen(act: Act | None, readable: Collection[str]) -> Act | None:
    return act if act is not None and act.basis.document in readable else None
