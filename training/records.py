"""Fits the weights of kb/answer/duty_rank.py or requirement.py: listwise logistic regression over the records found.

Run as ``python -m training.records SUITE.jsonl LIBRARY``; the kind of record is told by the set. Folds are by document, so that the scores printed are of
documents whose questions were not fitted.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kb.answer.ask import understand
from kb.answer.draft import Context
from kb.answer.duty_question import find_parts
from kb.answer.duty_rank import OWN_NAMES, rank_duties
from kb.answer.pool import NAMES, search_parts
from kb.answer.requirement import OWN_NAMES as REQUIREMENT_NAMES
from kb.answer.requirement import rank_requirements
from kb.config import read_settings
from kb.evaluate import find_suite_kind, is_gold, read_suite
from kb.workspace import open_workspace

_FOLDS = 8
_PENALTY = {"duties": 0.003, "requirements": 0.01}  # of the squared weights; the smaller set needs the larger one
_AS_OF = date(2026, 11, 24)

Lists = list[tuple[str, NDArray[np.float64], NDArray[np.bool_]]]


def collect(suite: Path, library: Path) -> tuple[Lists, dict[str, str]]:
    """(question, signals, gold) of every part; and the document of each question."""
    space = open_workspace(read_settings(library=str(library)))
    context = Context(space.searcher, space.agencies, ())
    lists: Lists = []
    documents: dict[str, str] = {}
    for row in read_suite(suite):
        question = understand(space.searcher, row["question"], _AS_OF, ())
        parts = find_parts(question.full)
        pool = search_parts(context, question, [p.text for p in parts])
        duties = space.library.find_duties(documents=pool.documents)
        requirements = space.library.find_requirements(documents=pool.documents)
        documents[row["id"]] = row["documents"][0]
        for number in range(len(parts)):
            found = (
                [(c.duty.basis, c.signals) for c in rank_duties(context, question, parts, pool, number, duties)]
                if "agencies" in row
                else [
                    (c.record.basis, c.signals)
                    for c in rank_requirements(context, question, parts, pool, number, requirements)
                ]
            )
            if not found:
                continue
            gold = [is_gold(row, b.document, b.clause, b.quote) and _says(row, b.quote) for b, _ in found]
            lists.append((row["id"], np.stack([signals for _, signals in found]), np.asarray(gold)))
    return lists, documents


def _says(row: dict[str, Any], quote: str) -> bool:
    """Whether a gold clause's sentence says what was asked; of duties the clause alone counts."""
    wanted = row.get("must_contain")
    return not wanted or any(any(one in quote for one in w.split("|")) for w in wanted)


def fit(lists: Lists, penalty: float) -> NDArray[np.float64]:
    """Weights that give the gold clauses' records the largest share of each list."""
    useful = [(x, y) for _, x, y in lists if y.any()]

    def loss(w: NDArray[np.float64]) -> Any:
        total, gradient = 0.0, np.zeros_like(w)
        for x, y in useful:
            z = x @ w
            p = np.exp(z - z.max())
            p /= p.sum()
            share = p[y].sum() + 1e-12
            total -= np.log(share)
            gradient -= x.T @ (np.where(y, p / share, 0.0) - p)
        return total / len(useful) + penalty * w @ w, gradient / len(useful) + 2 * penalty * w

    return np.asarray(minimize(loss, np.zeros(lists[0][1].shape[1]), jac=True, method="L-BFGS-B").x)


def main(suite: Path, library: Path) -> None:
    """Print the folds' scores and the weights fitted on everything."""
    lists, documents = collect(suite, library)
    penalty = _PENALTY[find_suite_kind(read_suite(suite)[0])]
    order = sorted(set(documents.values()))
    np.random.default_rng(0).shuffle(order)
    first: dict[str, list[bool]] = {}
    for n in range(_FOLDS):
        held = set(order[n::_FOLDS])
        weights = fit([item for item in lists if documents[item[0]] not in held], penalty)
        for id, x, y in lists:
            if documents[id] in held:
                first.setdefault(id, []).append(bool(y[int(np.argmax(x @ weights))]))
    print("first part right:", np.mean([v[0] for v in first.values()]))
    print("any part right:", np.mean([any(v) for v in first.values()]))
    weights = fit(lists, penalty)
    names = next(n for n in (OWN_NAMES, REQUIREMENT_NAMES) if len(NAMES) + len(n) == len(weights))
    print(json.dumps({n: round(float(w), 2) for n, w in zip((*NAMES, *names), weights, strict=True)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
