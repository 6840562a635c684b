"""Fits the weights that choose answer spans, and says what they reach on documents they have not seen.

    python -m benchmarks.train_spans ncp/dev.jsonl --library DIR --data ../shared/data [--write]

Learned from the questions written for this project on notices that the set asks nothing of
(``training/written.py``; those on news teach another way of asking and made it worse), each as the reader sees it that has
not learned from its document. The questions of the set are only asked, with the packaged reader, to see what the weights
reach: no weight comes from them. The objective is the expected overlap (character
F) of the chosen span with the right one, over the candidates of a question (minimum risk). At each step some of the
columns are left out, drawn anew for each part of the questions, so that no column is relied upon alone. Reported:
ROUGE-L by characters, as the evaluation scores it. Five minutes on two cores; needs torch (the ``models`` extra).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kb.agencies import Agencies
from kb.answer.draft import Context
from kb.answer.reader import Reader, load_reader
from kb.answer.span_layout import Window
from kb.answer.span_scorer import WIDEST, SpanScorer, choose, design
from kb.answer.spans import Spans, find_spans
from kb.answer.windows import find_windows
from kb.embedding import load_packaged
from kb.evaluate import rouge_l
from training.train_reader import HALVES, half_of, open_space
from training.written import read_notices

WEIGHTS = Path(__file__).resolve().parent.parent / "kb" / "answer" / "span_weights.json"
EPOCHS, RATE, DECAY = 24, 0.01, 0.1
LEFT_OUT = 0.3  # of the columns, and of the units, at each step
UNITS = 32  # of the layer, learned at a quarter of the rate with four times the decay
RUNS = 3  # with other draws; their mean is taken
PART = 128  # questions of one step
KEPT = 120  # candidates of a question that overlap little, drawn for training
GOOD = 60  # and of those that overlap much
USEFUL = 0.3  # overlap from which a candidate counts as good; a question without one teaches nothing


@dataclass(frozen=True)
class Case:
    """题: one question with its right answer, and all its candidates."""

    answer: str
    document: str
    windows: list[Window]
    spans: Spans
    overlap: Any


Drawn = tuple[Any, Any]  # the columns of some candidates of a question, and how far each overlaps the answer


@lru_cache
def open_reader(half: int | None = None) -> Reader:
    """The packaged reader, or the one that learned from a half of the documents; once in each process."""
    return load_reader(load_packaged()) if half is None else load_reader(load_packaged(), HALVES, f"{half}.")


def read_case(row: dict[str, Any], library: Path, reader: Reader) -> Case:
    """A question with its candidates, found as an answer finds them."""
    space = open_space(library)
    hits = space.searcher.search(row["question"], k=24, as_of=date.today())
    windows = find_windows(Context(space.searcher, Agencies.load(None), hits), hits)
    spans = find_spans(row["question"], windows, space.words, space.encoder, reader)
    overlap = measure_overlap(spans, windows, row["documents"][0], row["answer"].strip())
    return Case(row["answer"], row["documents"][0], windows, spans, overlap)


def draw(row: dict[str, Any], library: Path) -> Drawn | None:
    """Some candidates of a question to learn from; None where none is good."""
    # by a reader that has not learned where the answers of this document are
    case = read_case(row, library, open_reader(1 - half_of(row["documents"][0])))
    good, rest = np.nonzero(case.overlap > USEFUL)[0], np.nonzero(case.overlap <= USEFUL)[0]
    if not len(good):
        return None
    rng = np.random.default_rng(len(row["question"]) * 1000 + len(rest))
    kept = np.concatenate([rng.permutation(good)[:GOOD], rng.permutation(rest)[:KEPT]])
    # scaled by the best of all candidates, so the columns are made before any is left out
    return design(case.spans.features).astype(np.float32)[kept], case.overlap[kept]


def read_written(data: Path) -> list[dict[str, Any]]:
    """The questions written for this project on notices, in the form of a set's."""
    folder = data / "benchmarks" / "ncp" / "documents"
    return [
        {
            "question": row.question,
            "documents": [row.document],
            "answer": (folder / row.document).read_text(encoding="utf-8")[row.start : row.end],
        }
        for row in read_notices(data)
    ]


def ask(row: dict[str, Any], library: Path) -> Case:
    """A question of the set, of whose documents no reader has learned."""
    return read_case(row, library, open_reader())


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


def fit(drawn: Sequence[Drawn]) -> SpanScorer:
    """Weights that make the expected overlap largest: the mean of a few runs, whose layers stand side by side."""
    matrix = np.vstack([rows for rows, _ in drawn])
    mean, deviation = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    del matrix
    scaled = [(np.clip((rows - mean) / deviation, -WIDEST, WIDEST), overlap) for rows, overlap in drawn]
    runs = [_fit_once(scaled, seed) for seed in range(RUNS)]
    return SpanScorer(
        mean,
        deviation,
        np.mean([r["weights"] for r in runs], axis=0),
        np.hstack([r["units"] for r in runs]),
        np.concatenate([r["offsets"] for r in runs]),
        np.concatenate([r["outputs"] for r in runs]) / RUNS,
    )


def _fit_once(scaled: Sequence[Drawn], seed: int) -> dict[str, Any]:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = _Model(scaled[0][0].shape[1])
    layer = {"params": [model.units, model.offsets, model.outputs], "lr": RATE / 4, "weight_decay": DECAY * 4}
    optimiser = torch.optim.AdamW([{"params": [model.weights]}, layer], lr=RATE, weight_decay=DECAY)
    steps = -(-len(scaled) // PART)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * steps)
    for _ in range(EPOCHS):
        for part in np.array_split(rng.permutation(len(scaled)), steps):
            x = torch.from_numpy(np.vstack([scaled[k][0] for k in part]))
            y = torch.from_numpy(np.concatenate([scaled[k][1] for k in part])).float()
            g = torch.from_numpy(np.repeat(np.arange(len(part)), [len(scaled[k][1]) for k in part]))
            scores = model(x, _draw_mask(x.shape[1]), _draw_mask(UNITS))
            top = torch.full((len(part),), -1e9).scatter_reduce(0, g, scores.detach(), "amax")
            share = torch.exp(scores - top[g])
            share = share / torch.zeros(len(part)).index_add(0, g, share)[g]
            expected = torch.zeros(len(part)).index_add(0, g, share * y)
            loss = -(expected + 0.1 * torch.log(expected + 1e-3)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return {name: value.detach().numpy().astype(float) for name, value in model.named_parameters()}


def score(case: Case, scorer: SpanScorer) -> tuple[float, float, bool]:
    """ROUGE-L of the best-scored span, of the one with the best expected overlap, and whether its document is right."""
    if not len(case.spans.start):
        return 0.0, 0.0, False
    scores = scorer.score(case.spans)
    texts = []
    for k in (int(np.argmax(scores)), choose(case.spans, scores)):
        window = case.windows[case.spans.window[k]]
        texts.append(window.text[case.spans.start[k] : case.spans.end[k]])
    return rouge_l(texts[0], case.answer), rouge_l(texts[1], case.answer), window.document == case.document


def main() -> None:
    """Print the scores on the set; write the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    written = read_written(args.data)
    asked = [json.loads(line) for line in args.suite.read_text(encoding="utf-8").splitlines()]
    with ProcessPoolExecutor(2) as pool:
        drawn = [d for d in pool.map(partial(draw, library=args.library), written, chunksize=50) if d is not None]
        scorer = fit(drawn)
        cases = list(pool.map(partial(ask, library=args.library), asked, chunksize=20))
    found = np.asarray([score(case, scorer) for case in cases], dtype=float)
    right = found[:, 2] > 0
    report = {
        "learned from": len(drawn),
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
        body = {field.name: np.round(getattr(scorer, field.name), 5).tolist() for field in fields(SpanScorer)}
        WEIGHTS.write_text(json.dumps(body) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
