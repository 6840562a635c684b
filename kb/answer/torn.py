"""A quotation that begins with the stump of a clause is begun at the clause: 予以退还。其中，… reads as broken."""

from __future__ import annotations

import numpy as np

from kb.answer.span_cuts import SENTENCE_END, cut_clauses

_REACH = 120  # characters before a quotation in which its clause is looked for
_FAR = 40  # characters of the clause beyond which nothing is added: a heading or a list
_NEAR = 8  # characters missing up to which they are always added
_STUMP = 4  # characters of a stump that says nothing by itself: 物资，全部由政府兜底采购


def begin_whole(text: str, start: int, end: int) -> int:
    """Where a quotation of several clauses should begin: at its first clause, where it has only the end of that.

    What is quoted out of a single clause, a number, a name, a few words, stays as it is; and so does a quotation that
    begins well inside a clause, as a rule with its verb, and ends with the sentence.
    """
    base = max(0, start - _REACH)
    cuts = cut_clauses(text[base:end])
    first = int(np.searchsorted(cuts.starts, start - base, side="right")) - 1
    if first < 0 or first >= len(cuts.starts) - 1:
        return start
    opens, shuts = base + int(cuts.starts[first]), base + int(cuts.ends[first])
    missing, left = start - opens, shuts - start
    if not 0 < missing <= _FAR or left <= 0 or (opens == base and base > 0):
        return start
    past = any(c in SENTENCE_END for c in text[start : end - 1]) or "\n" in text[start:end].strip()
    return opens if past or missing <= _NEAR or left <= _STUMP else start
