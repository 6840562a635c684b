"""Fits the weights of kb/answer/duty_rank.py, duty_choice.py and requirement.py on question sets of one kind.

Run as ``python -m training.records SUITE.jsonl... LIBRARY``; the kind of record is told by the sets. Each set weighs the
same, however many questions it has; those of duties are drawn towards the present ones. Ranking is listwise logistic regression over the
records found; which bodies belong to a duty answer is a logistic regression over the bodies of the leading text. Folds are by document, so that the scores printed are of
documents whose questions were fitted by neither.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kb.answer import duty_choice
from kb.answer.ask import understand
from kb.answer.draft import Context
from kb.answer.duty import Ranking, rank_question
from kb.answer.duty_rank import OWN_NAMES, WEIGHTS, Candidate
from kb.answer.limit_question import find_limit_parts
from kb.answer.pool import NAMES, search_parts
from kb.answer.requirement import OWN_NAMES as REQUIREMENT_NAMES
from kb.answer.requirement import find_candidates, rank_requirements
from kb.config import read_settings
from kb.evaluate import find_suite_kind, is_gold, read_suite, same_agency
from kb.records import Duty
from kb.workspace import Workspace, open_workspace

Json = dict[str, Any]
Vector = NDArray[np.float64]
_FOLDS = 8
_PENALTY = {"duties": 0.01, "requirements": 0.003}  # of the squared distance from where the weights are drawn to
_CHOICE_PENALTY = 0.0003  # of the squared weights
_AS_OF = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Listed:
    """一个分问的候选: the signals of its records, what each bears beside them, and which are right."""

    id: str
    document: str
    signals: Vector  # (records, signals)
    offset: Vector  # what a lapsed text and the like take off
    gold: NDArray[np.bool_]
    weight: float = 1.0  # how much it counts beside lists of other sets


def collect_requirements(space: Workspace, rows: Sequence[Json]) -> list[Listed]:
    """The records of every part of every question."""
    context = Context(space.searcher, space.agencies, ())
    lists = []
    for row in rows:
        question = understand(space.searcher, row["question"], _AS_OF, ())
        parts = find_limit_parts(question.full)
        pool = search_parts(context, question, [p.text for p in parts])
        records = find_candidates(context, pool)
        for number in range(len(parts)):
            found = rank_requirements(context, question, parts, pool, number, records)
            if found:
                basis = [c.record.basis for c in found]
                gold = [is_gold(row, b.document, b.clause, b.quote) and _says(row, b.quote) for b in basis]
                signals = np.stack([c.signals for c in found])
                signals[:, NAMES.index("first")] = 0.0  # folds are better without it
                lists.append(Listed(row["id"], row["documents"][0], signals, np.zeros(len(found)), np.asarray(gold)))
    return lists


def _says(row: Json, quote: str) -> bool:
    wanted = row.get("must_contain")
    return not wanted or any(any(one in quote for one in w.split("|")) for w in wanted)


def rank_all(space: Workspace, rows: Sequence[Json]) -> dict[str, Ranking]:
    """The duties of every question, as the answer ranks them now."""
    context = Context(space.searcher, space.agencies, ())
    return {row["id"]: rank_question(context, understand(space.searcher, row["question"], _AS_OF, ())) for row in rows}


def list_duties(row: Json, ranking: Ranking) -> list[Listed]:
    """The candidates of each part; right are the duties of a gold clause that name a gold body."""
    now = np.asarray([WEIGHTS[n] for n in (*NAMES, *OWN_NAMES)])
    lists = []
    for part in ranking.ranked:
        if part:
            signals = np.stack([c.signals for c in part])
            offset = np.asarray([c.score for c in part]) - signals @ now
            gold = np.asarray([_is_right(row, c.duty) for c in part])
            lists.append(Listed(row["id"], row["documents"][0], signals, offset, gold))
    return lists


def _is_right(row: Json, duty: Duty) -> bool:
    b = duty.basis
    named = any(same_agency(duty.agency, [a["name"], *a.get("aliases", [])]) for a in row["agencies"])
    return named and is_gold(row, b.document, b.clause, b.quote)


def fit(lists: Sequence[Listed], penalty: float, towards: Vector) -> Vector:
    """Weights near others that give the right records the largest share of each list."""
    useful = [item for item in lists if item.gold.any()]
    whole = sum(item.weight for item in useful)

    def loss(w: Vector) -> Any:
        total, gradient = 0.0, np.zeros_like(w)
        for item in useful:
            z = item.signals @ w + item.offset
            p = np.exp(z - z.max())
            p /= p.sum()
            share = p[item.gold].sum() + 1e-12
            total -= item.weight * np.log(share)
            gradient -= item.weight * (item.signals.T @ (np.where(item.gold, p / share, 0.0) - p))
        away = w - towards
        return total / whole + penalty * away @ away, gradient / whole + 2 * penalty * away

    return np.asarray(minimize(loss, towards, jac=True, method="L-BFGS-B").x)


def weigh_again(ranking: Ranking, weights: Vector) -> Ranking:
    """The same candidates with other weights."""
    now = np.asarray([WEIGHTS[n] for n in (*NAMES, *OWN_NAMES)])
    ranked = []
    for part in ranking.ranked:
        moved = [replace(c, score=c.score + float(c.signals @ (weights - now))) for c in part]
        ranked.append(sorted(moved, key=lambda c: (-c.score, c.duty.basis.document, c.duty.basis.start, c.duty.agency)))
    return replace(ranking, ranked=tuple(ranked))


def fit_choice(
    rows: Sequence[Json], rankings: dict[str, Ranking], penalty: float = _CHOICE_PENALTY
) -> dict[str, float]:
    """Weights of duty_choice: which bodies of the leading text are right."""
    bodies = [
        (row, b)
        for row in rows
        for b in duty_choice.weigh_bodies(rankings[row["id"]].ranked, rankings[row["id"]].several)
    ]
    x = np.stack([b.signals for _, b in bodies])
    y = np.asarray([float(_is_right(row, b.best.duty)) for row, b in bodies])
    middle, spread = x.mean(0), x.std(0) + 1e-6
    x = (x - middle) / spread

    def loss(w: Vector) -> Any:
        z = x @ w[:-1] + w[-1]
        p = 1 / (1 + np.exp(-z))
        value = -(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)).mean() + penalty * w[:-1] @ w[:-1]
        g = (p - y) / len(y)
        return value, np.concatenate([x.T @ g + 2 * penalty * w[:-1], [g.sum()]])

    w = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    plain = w[:-1] / spread
    return dict(zip(duty_choice.NAMES, map(float, plain), strict=True)) | {"bias": float(w[-1] - plain @ middle)}


def score_choice(row: Json, chosen: Sequence[Candidate]) -> float:
    """F1 of the bodies chosen, each by name."""
    names = list(dict.fromkeys(c.duty.agency for c in chosen))
    wanted = [[a["name"], *a.get("aliases", [])] for a in row["agencies"]]
    right = sum(any(same_agency(n, w) for w in wanted) for n in names)
    met = sum(any(same_agency(n, w) for n in names) for w in wanted)
    return 2 * right * met / ((right * len(wanted) + met * len(names)) or 1)


def _fold(documents: Sequence[str]) -> list[set[str]]:
    order = sorted(set(documents))
    np.random.default_rng(0).shuffle(order)
    return [set(order[n::_FOLDS]) for n in range(_FOLDS)]


def main(suites: Sequence[Path], library: Path) -> None:
    """Print the folds' scores and the weights fitted on everything."""
    sets = [read_suite(suite) for suite in suites]
    rows = [row for of in sets for row in of]
    share = {row["id"]: len(rows) / len(sets) / len(of) for of in sets for row in of}
    kind = find_suite_kind(rows[0])
    space = open_workspace(read_settings(library=str(library)))
    rankings = rank_all(space, rows) if kind == "duties" else {}
    lists = (
        [item for row in rows for item in list_duties(row, rankings[row["id"]])]
        if rankings
        else collect_requirements(space, rows)
    )
    lists = [replace(item, weight=share[item.id]) for item in lists]
    names = OWN_NAMES if rankings else REQUIREMENT_NAMES
    # One set of duties gave weights that hold; more questions move them. Limits are learned from the start.
    towards = np.asarray([WEIGHTS[n] if rankings else 0.0 for n in (*NAMES, *names)])
    first: dict[str, list[bool]] = {}
    bodies: list[float] = []
    for held in _fold([item.document for item in lists]):
        weights = fit([item for item in lists if item.document not in held], _PENALTY[kind], towards)
        for item in lists:
            if item.document in held:
                right = item.gold[int(np.argmax(item.signals @ weights + item.offset))]
                first.setdefault(item.id, []).append(bool(right))
        if rankings:
            again = {id: weigh_again(r, weights) for id, r in rankings.items()}
            kept = [row for row in rows if row["documents"][0] not in held]
            choice = fit_choice(kept, again)
            for row in rows:
                if row["documents"][0] in held:
                    r = again[row["id"]]
                    bodies.append(score_choice(row, duty_choice.choose_bodies(r.ranked, r.several, choice)))
    print("first part right:", np.mean([v[0] for v in first.values()]))
    print("any part right:", np.mean([any(v) for v in first.values()]))
    weights = fit(lists, _PENALTY[kind], towards)
    print(json.dumps({n: round(float(w), 2) for n, w in zip((*NAMES, *names), weights, strict=True)}))
    if rankings:
        print("F1 of bodies:", np.mean(bodies))
        again = {id: weigh_again(r, weights) for id, r in rankings.items()}
        print(json.dumps({n: round(w, 2) for n, w in fit_choice(rows, again).items()}))


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:-1]], Path(sys.argv[-1]))
