"""What an answer must say of a text that a later one adjusted in part: which, so that the reader looks there too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kb.answer.draft import Context, Draft, Question
from kb.answer.naming import short_title
from kb.lineage.editions import STATUTES, Edition
from kb.lineage.works import Lineage

_HOLDS = ("in-force", "unknown")


def note_amendments(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft with a note for each text it cites that another, in force on the day, has adjusted.

    Statutes are kept with their amendments worked in, so that of them nothing is to be said; neither where it is known
    which part was replaced, for that part is cited as replaced.
    """
    lineage = context.searcher.library.lineage()
    cited = dict.fromkeys(e.document for s in draft.statements for e in s.evidence)
    notes = [
        f"{short_title(context, older.document)}已由《{newer.title.strip('《》')}》作过调整，所引内容有无变动请一并核对。"
        for document in cited
        for older, newer in _find_amended(lineage, document)
        if newer.begins is not None and newer.begins <= question.as_of and newer.status_on(question.as_of) in _HOLDS
    ]
    return replace(draft, notes=tuple(dict.fromkeys((*draft.notes, *notes)))) if notes else draft


def _find_amended(lineage: Lineage, document: str) -> Iterator[tuple[Edition, Edition]]:
    older = lineage.edition(document)
    if older is None or older.level in STATUTES:
        return
    known = {p.ending.by for p in older.lost}
    for link in lineage.links_of(document):
        if link.kind == "amends" and link.older == (document, older.version) and link.newer[0] not in known:
            yield older, lineage.editions[link.newer]
