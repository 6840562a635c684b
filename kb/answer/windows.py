"""Stretches of the leading documents around the passages found, widened to where sentences begin and end."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answer.draft import Context
from kb.answer.span_cuts import widen
from kb.answer.span_layout import Window
from kb.records import Hit

_DOCUMENTS = 2
_HITS = 12
_BEFORE, _AFTER = 150, 350  # characters beside a passage: an answer more often runs on than begins before
_GAP = 100  # stretches closer than this are one
_EDGES = "。！？；\n\u3000"


def find_windows(context: Context, hits: Sequence[Hit]) -> list[Window]:
    """Windows of the first documents, in the order of the search."""
    documents = list(dict.fromkeys(h.passage.document for h in hits))[:_DOCUMENTS]
    best = hits[0].score or 1.0
    found: list[Window] = []
    for rank, document in enumerate(documents):
        mine = [h for h in hits[:_HITS] if h.passage.document == document] or [
            h for h in hits if h.passage.document == document
        ][:1]
        other = max((h.score for h in hits if h.passage.document != document), default=0.0)
        text = context.version(document).text
        for start, end in _merge(
            [(max(0, h.passage.start - _BEFORE), min(len(text), h.passage.end + _AFTER)) for h in mine]
        ):
            start, end = widen(text, start, end, _EDGES)
            score = max(h.score for h in mine if h.passage.start < end and h.passage.end > start)
            found.append(
                Window(
                    document,
                    start,
                    text[start:end],
                    mine[0].title,
                    rank,
                    score / best,
                    (score - other) / best,
                    len(text),
                )
            )
    return found


def _merge(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1] + _GAP:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
