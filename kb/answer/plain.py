"""One text kept in two files: the quotation is taken from the one that no conversion stands before."""

from __future__ import annotations

from dataclasses import replace

from kb.answer.draft import Context, Draft, Evidence
from kb.answer.naming import cite

_PLAIN = ("txt", "md")


def prefer_plain(context: Context, draft: Draft) -> Draft:
    """The draft with evidence of a converted file moved to its plain copy, where that has the very same words once."""
    moved: dict[Evidence, Evidence] = {}

    def move(evidence: Evidence) -> Evidence:
        if evidence not in moved:
            moved[evidence] = _find_plain(context, evidence) or evidence
        return moved[evidence]

    return replace(
        draft,
        statements=tuple(replace(s, evidence=tuple(map(move, s.evidence))) for s in draft.statements),
        agencies=tuple(replace(a, evidence=move(a.evidence)) for a in draft.agencies),
        figures=tuple(replace(f, evidence=move(f.evidence)) for f in draft.figures),
        conflicts=tuple(replace(c, evidence=tuple(map(move, c.evidence))) for c in draft.conflicts),
    )


def _find_plain(context: Context, evidence: Evidence) -> Evidence | None:
    version = context.version(evidence.document)
    if version.format in _PLAIN:
        return None
    quote = version.text[evidence.start : evidence.end]
    for link in context.searcher.library.lineage().links_of(evidence.document):
        other = link.newer[0] if link.older[0] == evidence.document else link.older[0]
        if link.kind != "copy" or other == evidence.document:
            continue
        twin = context.version(other)
        if twin.format in _PLAIN and twin.text.count(quote) == 1:
            at = twin.text.index(quote)
            return cite(context, other, at, at + len(quote))
    return None
