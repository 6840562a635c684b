"""What each citation of an answer proves: its words, its document's name and status, and whether it only proposes."""

from __future__ import annotations

import re

from kb.answer.verify import Proof
from kb.records import Answer, Citation, Version
from kb.search.search import Searcher

_PROPOSING = re.compile(r"建议|打算|设想|意见和建议|努力方向|下一步工作思路")


def find_proofs(searcher: Searcher, answer: Answer) -> dict[int, Proof]:
    """Citation number → what it proves."""
    return {c.n: find_proof(c, searcher.library.get_version(c.document)) for c in answer.citations}


def find_proof(citation: Citation, version: Version) -> Proof:
    """One citation with the section it stands in read for whether it proposes."""
    above = [c.title for c in version.clauses if c.start <= citation.start < c.end and c.start < citation.start]
    proposed = citation.status == "proposed" or any(_PROPOSING.search(t) and len(t) <= 40 for t in above)
    return Proof(citation.quote, citation.title, citation.number, citation.status, proposed)
