"""The same words in further documents found: a notice and the news of it, one text published in two places."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.draft import Context, Evidence
from kb.answer.naming import cite, find_sentences
from kb.records import Hit

_LEAST = 12  # characters that do not stand in two documents by chance
_SHARE = 0.5  # of the words quoted that must stand in the other document
_COPIES = 2  # further documents cited
_LONGER = 1.3  # times the quotation, up to which a stretch that holds all its sentences is cited as one


def find_copies(context: Context, hits: Sequence[Hit], evidence: Evidence, words: str) -> list[Evidence]:
    """Where further documents say what a quotation says, white space aside.

    Of a short answer, a number or a name, the whole sentence around it must be there.
    """
    quote = context.version(evidence.document).text[evidence.start : evidence.end]
    wanted = words if len(words) >= _LEAST else quote
    sentences = [wanted[a:b] for a, b in find_sentences(wanted) if b - a >= _LEAST]
    if not sentences:
        return []
    patterns = [re.compile(r"\s*".join(map(re.escape, "".join(s.split())))) for s in sentences]
    found: list[Evidence] = []
    for document in dict.fromkeys(h.passage.document for h in hits):
        if document != evidence.document:
            copy = _find_in(context.version(document).text, patterns, len("".join(wanted.split())))
            found += [cite(context, document, *copy)] if copy else []
    return found[:_COPIES]


def _find_in(text: str, patterns: Sequence[re.Pattern[str]], length: int) -> tuple[int, int] | None:
    spans = [m.span() for p in patterns if (m := p.search(text))]
    if sum(b - a for a, b in spans) < _SHARE * length:
        return None
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    return (start, end) if end - start <= _LONGER * length else max(spans, key=lambda s: s[1] - s[0])
