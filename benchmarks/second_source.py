"""What a pointer to a second document brings and costs, by how narrowly the search must have it behind the one quoted.

    python -m benchmarks.second_source ncp/dev.jsonl --library DIR

For each threshold: the share of answers with a pointer, the share that cite a right document, and ROUGE-L by characters.
The margin is the search's own, so it need not be drawn anew when the weights that choose the words are. ``NARROW`` of
:mod:`kb.answer.second` is the threshold in use.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kb.agencies import Agencies
from kb.answer.ask import compose_answer, draft_answer, understand
from kb.answer.second import NARROW, SEE_ALSO, find_second, quote_second
from kb.config import read_settings
from kb.evaluate import read_suite, rouge_l
from kb.workspace import open_workspace

THRESHOLDS = (-1.0, 0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.5, 1.0)


@dataclass(frozen=True)
class Case:
    """题: an answer without pointer and with one, whether a right document is cited, and the margin of the second."""

    right: bool
    also_right: bool
    rouge: float
    also_rouge: float
    behind: float | None


def read_cases(suite: Path, library: Path) -> list[Case]:
    """Every question of the set, answered without a pointer."""
    space = open_workspace(replace(read_settings(), library=library))
    agencies = Agencies.load(None)
    cases = []
    for row in read_suite(suite):
        asked = understand(space.searcher, row["question"], date.today(), ())
        context, draft = draft_answer(space.searcher, asked, agencies)
        answer = compose_answer(context, asked, draft)
        cited = [e.document for s in draft.statements for e in s.evidence]
        quoted = draft.quoted and answer.status != "abstained"
        second = find_second(context, asked, cited) if quoted else None
        if second is not None and quote_second(context, asked, draft, second) is None:
            second = None
        right = any(c.document in row["documents"] for c in answer.citations)
        also = second is not None and second.document in row["documents"]
        rouge = rouge_l(answer.text, row["answer"])
        with_pointer = rouge_l(f"{answer.text}\n{SEE_ALSO}", row["answer"])
        cases.append(Case(right, right or also, rouge, with_pointer, second.behind if second else None))
    return cases


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    args = parser.parse_args()
    cases = read_cases(args.suite, args.library)
    print(f"{len(cases)} questions; in use: {NARROW}")
    print("threshold  pointer  document  ROUGE-L")
    for threshold in THRESHOLDS:
        shown = [c.behind is not None and c.behind <= threshold for c in cases]
        right = sum(c.also_right if s else c.right for c, s in zip(cases, shown, strict=True))
        rouge = sum(c.also_rouge if s else c.rouge for c, s in zip(cases, shown, strict=True))
        n = len(cases)
        print(f"{threshold:9.2f}  {sum(shown) / n:7.3f}  {right / n:8.3f}  {rouge / n:7.3f}")


if __name__ == "__main__":
    main()
