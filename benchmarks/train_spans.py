"""Fits the weights that choose answer spans, and says what they reach on documents they have not seen.

    python -m benchmarks.train_spans ncp/dev.jsonl --library DIR [--write]

Questions are split into folds by document. The objective is the expected overlap (character F) of the chosen span with
the right one, over all candidates of a question (minimum risk). Three hundred questions are few for two hundred
columns: at each step half of the columns are left out, drawn anew for each quarter of the questions, so that no column
is relied upon alone. Reported numbers are out of fold: ROUGE-L by characters, as the evaluation scores it. ``--write``
then fits on everything and writes the weights. Five minutes on one core; needs torch (the ``models`` extra).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kb.agencies import Agencies
from kb.answer.draft import Context
from kb.answer.span_layout import Window
from kb.answer.span_scorer import WIDEST, SpanScorer, choose, design
from kb.answer.spans import Spans, find_spans
from kb.answer.windows import find_windows
from kb.config import read_settings
from kb.evaluate import rouge_l
from kb.workspace import open_workspace

WEIGHTS = Path(__file__).resolve().parent.parent / "kb" / "answer" / "span_weights.json"
FOLDS, EPOCHS, RATE, DECAY = 5, 200, 0.02, 0.1
LEFT_OUT = 0.5  # of the columns, and of the units, at each step
UNITS = 24  # of the layer, learned at a quarter of the rate with four times the decay
RUNS = 3  # with other draws; their mean is taken
_PARTS = 4  # of the questions, each with other columns left out
_KEPT = 200  # candidates of a question that overlap little, drawn for training
_GOOD = 100  # and of those that overlap much


@dataclass(frozen=True)
class Case:
    """题: the candidates of one question with how far each overlaps the right answer."""

    answer: str
    document: str
    windows: list[Window]
    spans: Spans
    columns: Any
    overlap: Any


def read_cases(suite: Path, library: Path) -> list[Case]:
    """Every question of the set with its candidates."""
    space = open_workspace(replace(read_settings(), library=library))
    agencies = Agencies.load(None)
    cases = []
    for line in suite.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        hits = space.searcher.search(row["question"], k=24, as_of=date.today())
        windows = find_windows(Context(space.searcher, agencies, hits), hits)
        spans = find_spans(row["question"], windows, space.words, space.encoder)
        overlap = measure_overlap(spans, windows, row["documents"][0], row["answer"].strip())
        cases.append(
            Case(row["answer"], row["documents"][0], windows, spans, design(spans.features).astype(np.float32), overlap)
        )
    return cases


def measure_overlap(spans: Spans, windows: list[Window], document: str, answer: str) -> Any:
    """Character F of each candidate with the nearest occurrence of the answer in its document."""
    found = np.zeros(len(spans.start))
    for n, window in enumerate(windows):
        if window.document != document:
            continue
        at = window.text.find(answer)
        while at >= 0:
            common = np.maximum(0, np.minimum(spans.end, at + len(answer)) - np.maximum(spans.start, at))
            share = 2 * common / (spans.end - spans.start + len(answer))
            found = np.where(spans.window == n, np.maximum(found, share), found)
            at = window.text.find(answer, at + 1)
    return found


class _Model(torch.nn.Module):
    """The scorer as it is learned; ``forward`` leaves out the columns whose mask is zero."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(torch.zeros(columns))
        self.units = torch.nn.Parameter(torch.randn(columns, UNITS) * columns**-0.5)
        self.offsets = torch.nn.Parameter(torch.zeros(UNITS))
        self.outputs = torch.nn.Parameter(torch.randn(UNITS) * 0.01)

    def forward(self, x: Any, columns: Any, units: Any) -> Any:
        hidden = torch.tanh(x @ (self.units * columns[:, None]) + self.offsets)
        return x @ (self.weights * columns) + hidden @ (self.outputs * units)


def _draw_mask(size: int) -> Any:
    return (torch.rand(size) > LEFT_OUT) / (1 - LEFT_OUT)


def fit(cases: list[Case]) -> SpanScorer:
    """Weights that make the expected overlap largest: the mean of a few runs, whose layers stand side by side."""
    draws = [_draw_candidates(cases, seed) for seed in range(RUNS)]
    matrix = np.vstack([rows for rows, _ in draws[0]])
    mean, deviation = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    runs = [_fit_once(drawn, mean, deviation, seed) for seed, drawn in enumerate(draws)]
    return SpanScorer(
        mean,
        deviation,
        np.mean([r["weights"] for r in runs], axis=0),
        np.hstack([r["units"] for r in runs]),
        np.concatenate([r["offsets"] for r in runs]),
        np.concatenate([r["outputs"] for r in runs]) / RUNS,
    )


def _draw_candidates(cases: list[Case], seed: int) -> list[tuple[Any, Any]]:
    """Columns and overlap of some candidates of each question that has a good one."""
    rng = np.random.default_rng(seed)
    drawn: list[tuple[Any, Any]] = []
    for case in cases:
        if case.overlap.size == 0 or case.overlap.max() < 0.3:
            continue
        good, rest = np.nonzero(case.overlap > 0.3)[0], np.nonzero(case.overlap <= 0.3)[0]
        kept = np.concatenate([rng.permutation(good)[:_GOOD], rng.permutation(rest)[:_KEPT]])
        drawn.append((case.columns[kept], case.overlap[kept]))
    return drawn


def _fit_once(drawn: list[tuple[Any, Any]], mean: Any, deviation: Any, seed: int) -> dict[str, Any]:
    torch.manual_seed(seed)
    parts = []
    for part in np.array_split(np.arange(len(drawn)), _PARTS):
        rows = np.vstack([drawn[k][0] for k in part])
        x = torch.tensor(np.clip((rows - mean) / deviation, -WIDEST, WIDEST))
        y = torch.tensor(np.concatenate([drawn[k][1] for k in part]), dtype=torch.float32)
        parts.append((x, y, torch.tensor(np.repeat(np.arange(len(part)), [len(drawn[k][1]) for k in part])), len(part)))
    model = _Model(len(mean))
    layer = {"params": [model.units, model.offsets, model.outputs], "lr": RATE / 4, "weight_decay": DECAY * 4}
    optimiser = torch.optim.AdamW([{"params": [model.weights]}, layer], lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    for _ in range(EPOCHS):
        optimiser.zero_grad()
        for x, y, g, count in parts:
            scores = model(x, _draw_mask(x.shape[1]), _draw_mask(UNITS))
            top = torch.full((count,), -1e9).scatter_reduce(0, g, scores.detach(), "amax")
            share = torch.exp(scores - top[g])
            share = share / torch.zeros(count).index_add(0, g, share)[g]
            expected = torch.zeros(count).index_add(0, g, share * y)
            loss = -expected.sum() - 0.1 * torch.log(expected + 1e-3).sum()
            (loss / len(drawn)).backward()
        optimiser.step()
        schedule.step()
    return {name: value.detach().numpy().astype(float) for name, value in model.named_parameters()}


def score(cases: list[Case], scorer: SpanScorer) -> list[tuple[float, float, bool]]:
    """ROUGE-L of the best-scored span, of the one with the best expected overlap, and whether its document is right."""
    found = []
    for case in cases:
        if not len(case.spans.start):
            found.append((0.0, 0.0, False))
            continue
        scores = scorer.score(case.spans)
        texts = []
        for k in (int(np.argmax(scores)), choose(case.spans, scores)):
            window = case.windows[case.spans.window[k]]
            texts.append(window.text[case.spans.start[k] : case.spans.end[k]])
        found.append((rouge_l(texts[0], case.answer), rouge_l(texts[1], case.answer), window.document == case.document))
    return found


def main() -> None:
    """Print the out-of-fold scores; write the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    cases = read_cases(args.suite, args.library)
    documents = sorted({c.document for c in cases})
    np.random.default_rng(0).shuffle(documents)
    fold = {d: n % FOLDS for n, d in enumerate(documents)}
    results = []
    for k in range(FOLDS):
        scorer = fit([c for c in cases if fold[c.document] != k])
        results += score([c for c in cases if fold[c.document] == k], scorer)
    found = np.asarray([r[:2] for r in results])
    right = np.asarray([r[2] for r in results])
    report = {
        "questions": len(cases),
        "candidates": round(float(np.mean([len(c.spans.start) for c in cases]))),
        "best candidate": round(float(np.mean([c.overlap.max() if c.overlap.size else 0 for c in cases])), 4),
        "ROUGE-L, highest score": round(float(found[:, 0].mean()), 4),
        "ROUGE-L, expected overlap": round(float(found[:, 1].mean()), 4),
        "document right": round(float(right.mean()), 4),
        "ROUGE-L where it is": round(float(found[right, 1].mean()), 4),
    }
    print(json.dumps(report, ensure_ascii=False, indent=1))
    if args.write:
        scorer = fit(cases)
        body = {field.name: np.round(getattr(scorer, field.name), 5).tolist() for field in fields(SpanScorer)}
        WEIGHTS.write_text(json.dumps(body) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
