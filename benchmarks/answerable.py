"""How often what cannot be answered is answered, and what can be is refused; and how support and rightness go together.

    python -m benchmarks.answerable --library DIR                       questions of benchmarks/answerable.jsonl
    python -m benchmarks.answerable --library DIR --calibrate SUITE …   sets whose answers are known

The questions are about the real documents: blame, taste, causes, the future, the moment, private matters, acts and
places the library lacks, things nobody rules on; and beside each kind near ones that it can answer. The calibration
prints, for what drafts carry of the question, how many of them cite what the set calls right.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import kb.answer.ask as ask
from kb.answer.draft import Context, Draft, Question
from kb.answer.support import Support, find_support
from kb.config import read_settings
from kb.records import Answer
from kb.text import normalise
from kb.workspace import Workspace, open_workspace

QUESTIONS = Path(__file__).with_name("answerable.jsonl")
Json = dict[str, Any]


def count(space: Workspace) -> Json:
    """False answers and false refusals, each listed; an answer that says what it lacks is counted apart."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    given = [(row, space.ask(row["question"])) for row in rows]

    def listed(answerable: bool, *statuses: str) -> list[str]:
        return [r["question"] for r, a in given if r["answerable"] == answerable and a.status in statuses]

    return {
        "unanswerable": sum(not r["answerable"] for r in rows),
        "answered all the same": listed(False, "answered"),
        "partly, saying what is missing": listed(False, "partial"),
        "answerable": sum(r["answerable"] for r in rows),
        "refused": listed(True, "abstained"),
        "answered in part": listed(True, "partial"),
    }


def calibrate(space: Workspace, suites: Iterable[Path]) -> list[Json]:
    """Drafts by likelihood and by what is unsaid: how many there are, and how many are right."""
    drafts: list[tuple[Support, bool]] = []
    seen: list[Support] = []

    def spy(context: Context, question: Question, draft: Draft) -> Draft:
        if draft.status != "abstained" and draft.kind in ("requirement", "general", "definition", "list"):
            seen.append(find_support(context, question, draft))
        return draft

    checked = ask.check_support
    ask.check_support = spy  # every draft is wanted here, the hopeless too
    try:
        for suite in suites:
            for row in map(json.loads, suite.read_text(encoding="utf-8").splitlines()):
                seen.clear()
                answer = space.ask(row["question"])
                drafts += [(support, _is_right(row, answer)) for support in seen[:1]]
    finally:
        ask.check_support = checked
    bands = [0.0, 0.08, 0.12, 0.2, 0.3, 0.4, 0.5, 1.01]
    table = [_band("likelihood", [(s.likelihood, r) for s, r in drafts], a, b) for a, b in pairwise(bands)]
    parts = [0.0, 0.1, 0.3, 0.5, 1.01]
    return table + [_band("unsaid", [(s.unsaid, r) for s, r in drafts], a, b) for a, b in pairwise(parts)]


def _band(name: str, found: list[tuple[float, bool]], low: float, high: float) -> Json:
    inside = [right for value, right in found if low <= value < high]
    return {name: [low, min(high, 1.0)], "drafts": len(inside), "right": sum(inside)}


def _is_right(row: Json, answer: Answer) -> bool:
    """Whether an answer holds what the set wants said, or cites an article it calls right."""
    if "gold" in row:
        gold = {(d, g["clause"]) for g in row["gold"] for d in g["documents"]}
        return any(c.document == d and c.clause.endswith(clause) for c in answer.citations for d, clause in gold)
    said = normalise(" ".join([answer.text, *(c.quote for c in answer.citations)]))
    return all(any(normalise(x) in said for x in m.split("|")) for m in row.get("must_contain", []))


def main() -> None:
    """Print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--calibrate", type=Path, nargs="+")
    args = parser.parse_args()
    space = open_workspace(replace(read_settings(), library=args.library))
    result = calibrate(space, args.calibrate) if args.calibrate else count(space)
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
