"""Trains the shipped embedding from random weights, on a CPU, with one command:

    python -m training.train_embedding --data ../shared/data --out kb/model

Pairs (pairs.py) → a tokenizer of words (tokens.py) → mean of piece vectors, trained with in-batch negatives →
a sentence-transformers folder in 8 bits (folder.py). Seeded; needs the ``models`` extra (torch). ``--steps`` cuts
the run short for a trial.
"""

from __future__ import annotations

import argparse
import math
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.words import Words
from training.batches import Neighbourhoods, Source, bag, crop, join, renumber, same_elsewhere
from training.folder import write_model
from training.pairs import find_sources
from training.tokens import Ragged, count_words, tokenize, word_tokenizer
from training.vectors import Vectors

# Share of the batches that a source gets: by its size, held back where it is small (a source that is seen ten times
# over is learnt by heart) or easy.
SHARES = {
    "news": 0.20, "plain": 0.10, "reading": 0.08, "consultation": 0.03, "paraphrase": 0.04, "pieces": 0.01,
    "cited": 0.02, "heading": 0.16, "sentence": 0.12, "halves": 0.03, "reference": 0.01, "asked": 0.20,
}  # fmt: skip
OFFICIAL = ("heading", "sentence", "halves", "reference", "asked")  # law: its words weigh more in the vocabulary
NEIGHBOURING = ("heading", "sentence", "halves", "asked")  # articles: what is hard is to tell neighbours apart


@dataclass(frozen=True, slots=True)
class Settings:
    """训练参数: sizes in pieces, texts and steps."""

    vocabulary: int = 46_000
    longest_piece: int = 6
    longest_text: int = 400  # characters of a text that are read: most of what a passage holds
    official: int = 5  # how many times a word of the law counts for the vocabulary
    dimension: int = 256
    batch: int = 2048
    steps: int = 1200
    rate: float = 0.06
    composed: bool = True  # a word's vector holds the mean of its characters' vectors
    scale: float = 20.0  # inverse temperature
    query: int = 64  # pieces kept on the query side
    passage: int = 160  # and on the passage side
    dropped: float = 0.15  # share of the pieces that is left out at random
    rarity: float = 1e-3  # SIF: a / (a + p)
    regroup: int = 200  # steps between two groupings into neighbourhoods; 0: random batches only
    group: int = 300  # pairs of a neighbourhood, about
    neighbouring: float = 0.5  # share of the later batches that are drawn by neighbourhood
    look_alike: float = 0.92  # passages nearer than this are no negatives of each other in such a batch
    seed: int = 0


def contrast(
    queries: torch.Tensor, passages: torch.Tensor, same: torch.Tensor, scale: float
) -> tuple[float, torch.Tensor, torch.Tensor]:
    """Symmetric InfoNCE of unit rows with its gradients, written out: several times faster than autograd on a CPU.

    The products run in bfloat16, which new processors do ten times faster. ``same`` marks pairs off the diagonal
    that are no negatives. A cosine is at most 1, so exp needs no other shift.
    """
    size = len(queries)
    query, passage = queries.bfloat16(), passages.bfloat16()
    right = (queries * passages).sum(1)
    share = (query @ passage.T).float().sub_(1).mul_(scale).exp_().masked_fill_(same, 0)
    by_row, by_column = share.sum(1), share.sum(0)
    loss = ((by_row.log() + by_column.log()) / 2 - scale * (right - 1)).mean().item()
    step = scale / (2 * size)
    from_rows, from_columns = (share * (step / by_row)[:, None]), (share * (step / by_column))
    share = from_rows.add_(from_columns)
    share.diagonal().sub_(scale / size)
    share = share.bfloat16()
    return loss, (share @ passage).float(), (share.T @ query).float()


def draw_rows(
    source: Source, grouped: Neighbourhoods | None, s: Settings, rng: np.random.Generator
) -> tuple[NDArray[np.int64], bool]:
    """Rows of a batch, and whether they are neighbours."""
    if grouped is not None and rng.random() < s.neighbouring:
        return grouped.draw(s.batch, rng), True
    return rng.choice(len(source), min(s.batch, len(source)), replace=False), False


@dataclass(slots=True)
class Run:
    """训练进程: what a checkpoint holds; every step draws from random numbers of its own, so that it can go on."""

    vectors: Vectors
    step: int = 0
    grouped: dict[str, Neighbourhoods] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)


def train(
    texts: Ragged, sources: list[Source], run: Run, s: Settings, *, seconds: float = math.inf, stop: int | None = None
) -> None:
    """Takes the run to its last step, or as far as the time or ``stop`` allows."""
    shares = np.array([SHARES[x.name] for x in sources])
    began = time.perf_counter()
    last = s.steps if stop is None else stop
    while run.step < last and time.perf_counter() - began < seconds:
        rng = np.random.default_rng((s.seed, run.step))
        if s.regroup and run.step and run.step % s.regroup == 0:
            run.grouped = group_neighbours(texts, sources, run.vectors, s, rng)
        source = sources[rng.choice(len(sources), p=shares / shares.sum())]
        rows, near = draw_rows(source, run.grouped.get(source.name), s, rng)
        rate = s.rate * min((run.step + 1) / 50, (1 + math.cos(math.pi * run.step / s.steps)) / 2)
        run.losses[source.name] = learn(texts, source, rows, run.vectors, s, rng, rate=rate, near=near)
        run.step += 1
        if run.step % 100 == 0 or run.step == s.steps:
            shown = " ".join(f"{name} {loss:.2f}" for name, loss in sorted(run.losses.items()))
            print(f"{run.step:5d} {time.perf_counter() - began:4.0f} s  {shown}", flush=True)


def group_neighbours(
    texts: Ragged, sources: list[Source], vectors: Vectors, s: Settings, rng: np.random.Generator
) -> dict[str, Neighbourhoods]:
    """The large sources' pairs in neighbourhoods of about ``s.group``, by the vectors as they are now."""
    table = vectors.table().numpy()
    return {x.name: Neighbourhoods(x, texts, table, len(x) // s.group, rng) for x in sources if x.name in NEIGHBOURING}


def learn(
    texts: Ragged,
    source: Source,
    rows: NDArray[np.int64],
    vectors: Vectors,
    s: Settings,
    rng: np.random.Generator,
    *,
    rate: float,
    near: bool,
) -> float:
    """One step on these pairs; the loss."""
    queries = crop(texts, source.queries[rows], s.query, s.dropped, rng)
    passages = crop(texts, source.passages[rows], s.passage, s.dropped, rng)
    used, batch = renumber(join(queries, passages), vectors.size)
    bounds = torch.from_numpy(batch.bounds[:-1].astype(np.int32))
    pooled = torch.nn.functional.embedding_bag(torch.from_numpy(batch.ids), vectors.find(used), bounds, mode="sum")
    norms = pooled.norm(dim=1, keepdim=True).clamp_min(1e-6)
    unit = pooled / norms
    query, passage = unit.chunk(2)
    same = torch.from_numpy(same_elsewhere(source, rows))
    if near:
        half = passage.bfloat16()
        alike = half @ half.T > s.look_alike
        alike.fill_diagonal_(False)
        same |= alike
    loss, *gradients = contrast(query, passage, same, s.scale)
    gradient = torch.cat(gradients)
    gradient = (gradient - unit * (unit * gradient).sum(1, keepdim=True)) / norms  # through the normalising
    moved = bag(batch, len(used)).T.tocsr() @ gradient.numpy()
    vectors.step(used, torch.from_numpy(moved), rate)
    return loss


def prepare(data: Path, s: Settings) -> tuple[str, Ragged, list[Source]]:
    """The tokenizer, all texts as piece ids, each once, and every source's pairs of them."""
    words = Words.load()
    rows: dict[str, int] = {}
    sources = []
    of_law: set[int] = set()
    for name, pairs in find_sources(data, s.seed).items():
        sides = [
            np.array([rows.setdefault(t[: s.longest_text], len(rows)) for t in side])
            for side in zip(*pairs, strict=True)
        ]
        sources.append(Source(name, *sides))
        if name in OFFICIAL:
            of_law.update(sides[1].tolist())
        print(f"{name:12s} {len(pairs):7d} pairs", flush=True)
    texts = list(rows)
    counts = count_words(texts, words.cut)
    for word, count in count_words([texts[i] for i in sorted(of_law)], words.cut).items():
        counts[word] += (s.official - 1) * count
    tokenizer = word_tokenizer(counts, s.vocabulary, s.longest_piece)
    found = tokenize(tokenizer, texts)
    print(f"{len(texts)} texts, {len(found.ids)} pieces, {tokenizer.get_vocab_size()} different", flush=True)
    filled = np.diff(found.bounds) > 0
    return tokenizer.to_str(), found, [keep_filled(x, filled) for x in sources]


def keep_filled(source: Source, filled: NDArray[np.bool_]) -> Source:
    """The source without the pairs that have a text without pieces."""
    kept = filled[source.queries] & filled[source.passages]
    return Source(source.name, source.queries[kept], source.passages[kept])


def load(path: Path | None, make: Callable[[], Any]) -> Any:
    """What the file holds, or else what ``make`` gives, which is then kept there."""
    if path is not None and path.exists():
        with path.open("rb") as file:
            return pickle.load(file)  # written by save below
    made = make()
    save(path, made)
    return made


def save(path: Path | None, value: object) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".part").open("wb") as file:
            pickle.dump(value, file, protocol=5)
        path.with_suffix(".part").replace(path)


def new_run(tokenizer: Tokenizer, texts: Ragged, s: Settings) -> Run:
    share = np.bincount(texts.ids, minlength=tokenizer.get_vocab_size()) / len(texts.ids)
    return Run(Vectors(tokenizer, share, s.dimension, s.rarity, composed=s.composed, seed=s.seed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=Settings().steps)
    parser.add_argument("--work", type=Path, help="keep prepared texts and a checkpoint here, and go on from them")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after this time; go on with --work")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    s = replace(Settings(), steps=args.steps)
    work: Path | None = args.work
    prepared, kept = (None, None) if work is None else (work / "prepared.pkl", work / "run.pkl")
    content, texts, sources = load(prepared, lambda: prepare(args.data, s))
    tokenizer = Tokenizer.from_str(content)
    run = load(kept, lambda: new_run(tokenizer, texts, s))
    train(texts, sources, run, s, seconds=args.minutes * 60)
    save(kept, run)
    write_model(args.out, tokenizer, run.vectors.table().numpy())


if __name__ == "__main__":
    main()
