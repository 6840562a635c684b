"""Trains the reader that says of each token how likely an answer begins there, ends there or goes on.

    python -m training.train_reader --library DIR --data ../shared/data [--write]

Learned from the questions written for this project on notices (``training/written.py``), in the windows that the search
finds for them. Two networks from all questions are packaged. Two more from the questions on each half of the documents
(``reader_halves.npz``) are for ``benchmarks/train_spans.py``, which must not learn from what a reader has seen; printed
is what each makes of the other half. Seeded. Forty minutes on two cores; needs torch (the ``models`` extra).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from hashlib import md5
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from kb.agencies import Agencies
from kb.answer.draft import Context
from kb.answer.reader import ENCODER, PACKAGED, Reader
from kb.answer.reader_tokens import COMMON, Seen
from kb.answer.span_layout import Window
from kb.answer.spans import lay_all
from kb.answer.windows import find_windows
from kb.config import read_settings
from kb.embedding import StaticEncoder, load_packaged
from kb.workspace import Workspace, open_workspace
from training.reader_network import ReaderNetwork
from training.written import Written, read_notices

WIDTH, DROPOUT = 64, 0.2
HALVES = Path(__file__).parent / "reader_halves.npz"
RUNS = 2  # networks of each half and of all, of which the mean is taken
EPOCHS, BATCH, RATE, DECAY = 8, 24, 2e-3, 0.02
CROP, OTHER = 400, 200  # tokens around the answer, and of another window
INSIDE = 2.0  # weight of being inside beside beginning and end
LONGEST = 220  # tokens of an answer, when what was learned is measured
ASKED = 400  # questions of the other half on which it is
RARE = 3.0  # weight of a token inside beside one outside


@dataclass(frozen=True, slots=True)
class Lesson:
    """课: a question, its windows as the reader sees them, and where the answer stands; features in half precision."""

    document: str
    question: Seen
    windows: tuple[Seen, ...]
    gold: tuple[int, int, int]  # window, first and last token


@lru_cache(maxsize=1)
def open_space(library: Path) -> Workspace:
    """The library, once in each process."""
    return open_workspace(replace(read_settings(), library=library))


def prepare(row: Written, library: Path) -> Lesson | None:
    """A question with its windows; None where the search does not find the answer."""
    space = open_space(library)
    hits = space.searcher.search(row.question, k=24, as_of=date.today())
    windows = find_windows(Context(space.searcher, Agencies.load(None), hits), hits)
    at = next((n for n, w in enumerate(windows) if _holds(w, row)), None)
    if at is None:
        return None
    asked, laid = lay_all(row.question, windows, space.words, space.encoder)
    question, seen = Reader((), load_packaged()).see(asked, windows, laid)
    tokens = seen[at].tokens
    start, end = row.start - windows[at].start, row.end - windows[at].start
    first = int(np.searchsorted(tokens.ends, start, side="right"))
    last = max(first, int(np.searchsorted(tokens.starts, end, side="left")) - 1)
    if first >= len(tokens.ids):
        return None
    return Lesson(row.document, _pack(question), tuple(_pack(s) for s in seen), (at, first, last))


def _holds(window: Window, row: Written) -> bool:
    return window.document == row.document and window.start <= row.start and row.end <= window.start + len(window.text)


def _pack(seen: Seen) -> Seen:
    """Without the vectors, which the ids give again."""
    return Seen(seen.tokens, np.zeros((0, 0), dtype=np.float32), seen.features.astype(np.float16))


class Batches:
    """批次: crops of lessons as tensors."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self._vectors = torch.from_numpy(encoder.unit_vectors(np.arange(encoder.size))[0])

    def asked(self, lessons: Sequence[Lesson]) -> tuple[Tensor, ...]:
        """The questions."""
        return self.crop([(x.question, 0, len(x.question.tokens.ids)) for x in lessons])

    def crops(self, lessons: Sequence[Lesson], rng: random.Random) -> tuple[Any, Any, Tensor, Tensor]:
        """Stretches with the answers, stretches without, and where the answers begin and end in the first."""
        held, other, edges = [], [], []
        for x in lessons:
            at, first, last = x.gold
            n = len(x.windows[at].tokens.ids)
            lowest, highest = max(0, last + 1 - CROP), min(first, max(0, n - CROP))
            begin = rng.randint(min(lowest, highest), max(lowest, highest)) if last - first < CROP else first
            stop = min(n, begin + CROP)
            held.append((x.windows[at], begin, stop))
            edges.append((first - begin, min(last, stop - 1) - begin))
            rest = [k for k in range(len(x.windows)) if k != at] or [at]
            k = rng.choice(rest)
            size = len(x.windows[k].tokens.ids)
            if k == at:
                other.append((x.windows[k], 0, 0))
            else:
                begin = rng.randint(0, max(0, size - OTHER))
                other.append((x.windows[k], begin, min(size, begin + OTHER)))
        places = torch.tensor(edges)
        return self.crop(held), self.crop(other), places[:, 0], places[:, 1]

    def crop(self, parts: Sequence[tuple[Seen, int, int]]) -> tuple[Tensor, ...]:
        """Stretches of tokens: vectors, numbers of the common pieces, features and mask."""
        width = max(1, max(b - a for _, a, b in parts))
        ids = np.zeros((len(parts), width), dtype=np.int64)
        features = np.zeros((len(parts), width, parts[0][0].features.shape[1]), dtype=np.float32)
        mask = np.zeros((len(parts), width), dtype=np.float32)
        for row, (seen, a, b) in enumerate(parts):
            ids[row, : b - a] = seen.tokens.ids[a:b]
            features[row, : b - a] = seen.features[a:b]
            mask[row, : b - a] = 1
        pieces = torch.from_numpy(ids)
        common = torch.where(pieces <= COMMON, pieces, 0)
        return self._vectors[pieces], common, torch.from_numpy(features), torch.from_numpy(mask)


def measure_loss(network: ReaderNetwork, batches: Batches, lessons: Sequence[Lesson], rng: random.Random) -> Tensor:
    """Cross-entropy of where the answer begins and ends over both stretches, and of what is inside."""
    asked = batches.asked(lessons)
    held, other, first, last = batches.crops(lessons, rng)
    parts = [(network(asked, part), part[3]) for part in (held, other)]
    logits = torch.cat([x for x, _ in parts], 1)
    mask = torch.cat([m for _, m in parts], 1)
    masked = logits.masked_fill(mask[:, :, None] == 0, -1e4)
    edges = F.cross_entropy(masked[:, :, 0], first) + F.cross_entropy(masked[:, :, 1], last)
    places = torch.arange(logits.shape[1])[None, :]
    inside = ((places >= first[:, None]) & (places <= last[:, None])).float()
    held_loss = F.binary_cross_entropy_with_logits(
        logits[:, :, 2], inside, weight=mask, pos_weight=torch.tensor(RARE), reduction="sum"
    )
    return edges + INSIDE * held_loss / mask.sum()


def train(
    lessons: Sequence[Lesson], seed: int, epochs: int = EPOCHS, width: int = WIDTH, dropout: float = DROPOUT
) -> ReaderNetwork:
    """A network learned from these lessons."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    encoder = load_packaged()
    batches = Batches(encoder)
    network = ReaderNetwork(encoder.dimension, width, dropout)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = -(-len(lessons) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=epochs * steps)
    order = list(range(len(lessons)))
    network.train()
    for epoch in range(epochs):
        rng.shuffle(order)
        total = 0.0
        for at in range(0, len(order), BATCH):
            loss = measure_loss(network, batches, [lessons[k] for k in order[at : at + BATCH]], rng)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1}: {total / steps:.4f}", flush=True)
    return network.eval()


def measure_overlap(network: ReaderNetwork, lessons: Sequence[Lesson]) -> float:
    """Mean F, in tokens, of the likeliest stretch with the answer."""
    batches = Batches(load_packaged())
    found = []
    for lesson in lessons:
        best = (-np.inf, -1, 0, 0)
        for n, window in enumerate(lesson.windows):
            with torch.no_grad():
                part = batches.crop([(window, 0, len(window.tokens.ids))])
                logits = network(batches.asked([lesson]), part)[0].double().numpy()
            allowed = np.triu(np.ones((len(logits), len(logits)), dtype=bool)) & ~np.triu(
                np.ones((len(logits), len(logits)), dtype=bool), LONGEST
            )
            scores = np.where(allowed, logits[:, None, 0] + logits[None, :, 1], -np.inf)
            first, last = np.unravel_index(int(scores.argmax()), scores.shape)
            best = max(best, (float(scores[first, last]), n, int(first), int(last)))
        at, begin, end = lesson.gold
        common = max(0, min(end, best[3]) - max(begin, best[2]) + 1) if best[1] == at else 0
        found.append(2 * common / (end - begin + best[3] - best[2] + 2))
    return float(np.mean(found))


def half_of(document: str) -> int:
    """Which half of the documents one belongs to: 0 or 1."""
    return md5(document.encode(), usedforsecurity=False).digest()[0] % 2


def learn(part: tuple[int | None, int], library: Path, data: Path) -> dict[str, Any]:
    """The weights of one network, in half precision; ``part``: of which half (None: of all) and which run."""
    torch.set_num_threads(1)
    half, run = part
    rows = read_notices(data)
    mine = [x for row in rows if half in (None, half_of(row.document)) and (x := prepare(row, library))]
    network = train(mine, seed=RUNS * (2 if half is None else half) + run)
    if half is not None:
        others = random.Random(half).sample([row for row in rows if half_of(row.document) != half], ASKED)
        unseen = [x for row in others if (x := prepare(row, library))]
        overlap = measure_overlap(network, unseen)
        print(f"half {half}, run {run}: {len(mine)} questions, overlap {overlap:.3f} on the other half", flush=True)
    name = f"{'all' if half is None else half}.{run}"
    return {f"{name}/{weight}": value.numpy().astype(np.float16) for weight, value in network.state_dict().items()}


def main() -> None:
    """Train the networks and write them when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    parts = [(half, run) for half in (None, 0, 1) for run in range(RUNS)]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        learned = list(pool.map(partial(learn, library=args.library, data=args.data), parts))
    if args.write:
        encoder = {ENCODER: np.asarray(load_packaged().name)}
        for path, found in ((PACKAGED, learned[:RUNS]), (HALVES, learned[RUNS:])):
            packed: dict[str, Any] = dict(encoder)
            for weights in found:
                packed |= weights
            np.savez(path, **packed)


if __name__ == "__main__":
    main()
