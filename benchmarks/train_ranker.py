"""Learn the weights of search's signals from judged questions, and say by folds what they are worth on unseen documents.

    python benchmarks/train_ranker.py --library LIBRARY --data ../shared/data [--write]

The library must hold ``documents`` and ``benchmarks/ncp/documents``. Each question's candidates are measured as search
measures them; a logistic regression is fitted to differences between a right candidate and a wrong one of the same
question (RankNet's loss with a linear scorer). Folds are of gold documents: a question is scored by weights that never
saw its document. ``--write`` fits on everything and writes ``kb/search/ranker.json``; the figures to quote are the
out-of-fold ones it carries.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

from kb.config import read_settings
from kb.evaluate import is_gold, rank_scores, read_suite, same_clause, summarise
from kb.records import Passage
from kb.search.question import read_question
from kb.search.ranker import LinearRanker
from kb.search.signals import ALL_COLUMNS
from kb.workspace import open_workspace

Json = dict[str, Any]
SUITES = (
    "ncp/dev",
    "lecoqa/dev",
    "governance/duties",
    "governance/requirements",
    "governance/facts",
    "governance/figures",
)
AS_OF = date(2026, 11, 24)
FOLDS = 5
POSITIVES, NEGATIVES = 6, 30  # pairs taken of one question
STRENGTH = 1e-3  # of the pull towards the weights set by hand; 1e-4 to 1e-2 gave the same within noise
# What a question of each set counts for: the statutes' 1,234 would drown the rest, which is nearer to what users ask.
SHARES = {"ncp/dev": 2, "lecoqa/dev": 1} | dict.fromkeys(SUITES[2:], 4)
# Too rare in the sets to learn from, and wanted for themselves: an article named, the year asked, a text no longer in force.
HELD = {"label", "invalid", "year_same", "year_next", "year_other"}
SAVED = Path(__file__).resolve().parent.parent / "kb" / "search" / "ranker.json"


@dataclass(frozen=True)
class Judged:
    """一题: its candidates' signals, which gold item each candidate is (-1: none), and what it would be called."""

    suite: str
    id: str
    group: str
    values: np.ndarray
    gold: np.ndarray
    keys: tuple[tuple[str, str], ...]
    wanted: int


def gold_of(row: Json, passage: Passage, text: str) -> int:
    if "gold" in row:
        for n, gold in enumerate(row["gold"]):
            if passage.document in gold["documents"] and same_clause(gold["clause"], passage.path):
                return n
        return -1
    if "values" in row:
        quotes = [v for v in row["values"] if v["document"] == passage.document]
        return next((row["values"].index(v) for v in quotes if is_gold(v | row, passage.document, "", text)), -1)
    if not {"quote", "values"} & row.keys():
        return 0 if passage.document in row["documents"] else -1
    return 0 if is_gold(row, passage.document, passage.path, text) else -1


def judge(data: Path, library: Path, depth: int) -> Iterator[Judged]:
    searcher = open_workspace(read_settings(library=library)).searcher
    catalogue = searcher.catalogue()
    statuses = catalogue.statuses(AS_OF)
    for suite in SUITES:
        for row in read_suite(data / "benchmarks" / f"{suite}.jsonl"):
            asked = read_question(row["question"], catalogue, searcher.words)
            passages, values = searcher.gather(asked, catalogue, statuses, None, depth)
            gold = np.asarray([gold_of(row, p, text) for p, text in passages])
            by_document = "gold" not in row and not {"quote", "values"} & row.keys()
            keys = tuple((p.document, "" if by_document else p.path or p.id) for p, _ in passages)
            group = row["gold"][0]["documents"][0] if "gold" in row else row["documents"][0]
            yield Judged(suite, row["id"], group, values, gold, keys, len(row.get("gold") or row.get("values") or "1"))


def ranks(q: Judged, scores: np.ndarray) -> list[int]:
    seen: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    for n in np.argsort(-scores, kind="stable"):
        rank = seen.setdefault(q.keys[n], len(seen) + 1)
        if q.gold[n] >= 0:
            found.setdefault(int(q.gold[n]), rank)
    return sorted(found.values())


def score(questions: Sequence[Judged], scores: dict[str, np.ndarray]) -> Json:
    marked: dict[str, list[dict[str, float]]] = {}
    for q in questions:
        at = ranks(q, scores[q.suite + q.id])
        measures = rank_scores(at, q.wanted) | {"hit@5": float(bool(at) and at[0] <= 5), "candidates": float(bool(at))}
        marked.setdefault(q.suite, []).append(measures)
    return {suite: summarise(rows) for suite, rows in marked.items()}


def pairs(questions: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray]:
    """Differences right minus wrong, and the weight of each: a question counts once, times its set's share."""
    rng = np.random.default_rng(0)
    found, weights = [], []
    for q in questions:
        right = np.flatnonzero(q.gold >= 0)[:POSITIVES]
        wrong = rng.permutation(np.flatnonzero(q.gold < 0))[:NEGATIVES]
        if len(right) and len(wrong):
            count = len(right) * len(wrong)
            found.append((q.values[right][:, None] - q.values[wrong][None]).reshape(count, -1))
            weights.append(np.full(count, SHARES[q.suite] / count))
    together = np.concatenate(weights)
    return np.vstack(found), together / together.sum()


def fit_linear(questions: Sequence[Judged]) -> np.ndarray:
    """Weights near those set by hand, as far as the pairs do not speak against them; HELD ones stay as they are."""
    differences, weights = pairs(questions)
    spread = differences.std(axis=0) + 1e-6
    scaled = differences / spread
    hand = LinearRanker.by_hand().weights * spread
    free = np.asarray([c not in HELD for c in ALL_COLUMNS])

    def loss(margins: np.ndarray) -> float:
        return float(weights @ np.logaddexp(0, -margins))

    prior = minimize(lambda s: loss(s[0] * (scaled @ hand)), [5.0]).x[0] * hand

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        margins = scaled @ w
        gradient = scaled.T @ (weights * -expit(-margins)) + 2 * STRENGTH * (w - prior)
        return loss(margins) + STRENGTH * float(((w - prior) ** 2).sum()), np.where(free, gradient, 0.0)

    fitted = minimize(objective, prior, jac=True, method="L-BFGS-B").x / spread
    return fitted / np.abs(fitted).sum() * np.abs(LinearRanker.by_hand().weights).sum()  # scores of a familiar size


def fit_trees(questions: Sequence[Judged]) -> HistGradientBoostingClassifier:
    kept = [q for q in questions if (q.gold >= 0).any()]
    values = np.vstack([q.values for q in kept])
    right = np.concatenate([q.gold >= 0 for q in kept])
    weight = np.concatenate([np.where(q.gold >= 0, 1 / (q.gold >= 0).sum(), 3 / len(q.gold)) for q in kept])
    trees = HistGradientBoostingClassifier(
        max_iter=150, max_leaf_nodes=12, learning_rate=0.06, min_samples_leaf=40, l2_regularization=5
    )
    return trees.fit(values, right, sample_weight=weight)


def cross_validate(questions: Sequence[Judged]) -> dict[str, Json]:
    groups = sorted({q.group for q in questions})
    fold_of = dict(zip(groups, np.random.default_rng(0).integers(0, FOLDS, len(groups)), strict=True))
    hand = LinearRanker.by_hand()
    scores: dict[str, dict[str, np.ndarray]] = {"by hand": {}, "linear": {}, "trees": {}}
    for fold in range(FOLDS):
        train = [q for q in questions if fold_of[q.group] != fold]
        linear, trees = fit_linear(train), fit_trees(train)
        for q in (q for q in questions if fold_of[q.group] == fold):
            scores["by hand"][q.suite + q.id] = hand.score(q.values)
            scores["linear"][q.suite + q.id] = q.values @ linear
            scores["trees"][q.suite + q.id] = trees.predict_proba(q.values)[:, 1] if len(q.values) else np.zeros(0)
    return {name: score(questions, found) for name, found in scores.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--depth", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    questions = list(judge(args.data, args.library, args.depth))
    results = cross_validate(questions)
    for name, suites in results.items():
        print(f"{name} (out of fold)" if name != "by hand" else name)
        for suite, measures in suites.items():
            line = "  ".join(f"{m} {s['mean']:.3f} [{s['low']:.3f}, {s['high']:.3f}]" for m, s in measures.items())
            print(f"  {suite:<26}{line}")
    if args.write:
        weights = fit_linear(questions)
        saved = {
            "weights": {c: round(float(w), 4) for c, w in zip(ALL_COLUMNS, weights, strict=True)},
            "out_of_fold": {s: {m: v["mean"] for m, v in r.items()} for s, r in results["linear"].items()},
            "questions": len(questions),
        }
        SAVED.write_text(json.dumps(saved, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
