"""Trains the shipped embedding from random weights, on a CPU, with one command:

    python -m training.train_embedding --data ../shared/data --out kb/model

Pairs (pairs.py) → a tokenizer of words (tokens.py) → mean of piece vectors, trained with in-batch
negatives → a sentence-transformers folder in 8 bits (folder.py). Seeded; needs the ``models`` extra (torch).
"""

from __future__ import annotations

import argparse
import math
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.words import Words
from training.batches import Neighbourhoods, Rows, Source, bag, crop, join, join_sources, renumber, same_elsewhere
from training.folder import level, write_model
from training.pairs import find_sources
from training.tokens import Ragged, count_words, tokenize, word_tokenizer
from training.vectors import Vectors

# How often a source's pairs come in one pass over the data: once, fewer where they are many and made by rule,
# more where they are few and real.
TIMES = {
    "news": 1, "plain": 1, "reading": 1, "consultation": 2, "paraphrase": 1, "pieces": 1,
    "cited": 3, "lay": 5, "reported": 5, "advised": 1, "heading": 1, "sentence": 1, "halves": 1, "reference": 1, "asked": 0.75,
}  # fmt: skip
OFFICIAL = ("heading", "sentence", "halves", "reference", "asked")  # law: its words weigh more in the vocabulary
LAW = ("heading", "sentence", "halves", "asked")  # articles: what is hard is to tell neighbours apart
OFTEN = 4  # how many times a question in lay words counts there: few beside those made by rule


@dataclass(frozen=True, slots=True)
class Settings:
    """训练参数: sizes in pieces, texts and steps."""

    vocabulary: int = 46_000
    longest_piece: int = 6
    longest_text: int = 300  # characters of a text that are read: most of what a passage holds
    official: int = 5  # how many times a word of the law counts for the vocabulary
    dimension: int = 384
    batch: int = 2048
    passes: float = 6
    rate: float = 0.06
    composed: bool = True  # a piece's vector holds the mean of its characters' vectors
    scale: float = 20.0  # inverse temperature
    query: int = 64  # pieces kept on the query side
    passage: int = 160  # and on the passage side
    dropped: float = 0.15  # share of the pieces that is left out at random
    rarity: float = 1e-3  # SIF: a / (a + p)
    hard: float = 0.67  # share of the steps after which each second batch is of neighbouring articles; 1: none
    regroup: int = 150  # steps between two groupings into neighbourhoods
    group: int = 300  # pairs of a neighbourhood, about
    look_alike: float = 0.92  # passages nearer than this are no negatives of each other in such a batch
    levelled: float = 0.2  # of the differences in length between pieces, taken off at the end
    seed: int = 5  # of the first vectors and the batches; of three, the whole search does best with it
    drawn: int = 0  # seed of the pairs that are made by rule


def contrast(
    queries: torch.Tensor, passages: torch.Tensor, same: tuple[Rows, Rows], alike: torch.Tensor | None, scale: float
) -> tuple[float, torch.Tensor, torch.Tensor]:
    """Symmetric InfoNCE of unit rows with its gradients, written out: several times faster than autograd on a CPU.

    The products run in bfloat16, which new processors do ten times faster. ``same`` (places) and ``alike`` (a mask)
    mark pairs off the diagonal that are no negatives. A cosine is at most 1, so exp needs no other shift.
    """
    size = len(queries)
    query, passage = queries.bfloat16(), passages.bfloat16()
    right = (queries * passages).sum(1)
    share = ((queries * scale).bfloat16() @ passage.T).float().sub_(scale).exp_()
    share[torch.from_numpy(same[0]), torch.from_numpy(same[1])] = 0
    if alike is not None:
        share.masked_fill_(alike, 0)
    by_row, by_column = share.sum(1), share.sum(0)
    loss = ((by_row.log() + by_column.log()) / 2 - scale * (right - 1)).mean().item()
    step = scale / (2 * size)
    share.mul_((step / by_row)[:, None] + (step / by_column))
    share.diagonal().sub_(scale / size)
    share = share.bfloat16()
    return loss, (share @ passage).float(), (share.T @ query).float()


@dataclass(slots=True)
class Run:
    """训练进程: what a checkpoint holds; every step draws from random numbers of its own, so that it can go on."""

    vectors: Vectors
    step: int = 0
    grouped: Neighbourhoods | None = None
    losses: list[float] = field(default_factory=list)


@lru_cache(maxsize=1)
def batches_of_pass(sizes: tuple[tuple[str, int], ...], size: int, seed: int, number: int) -> list[Rows]:
    """The batches of one pass over the joined pairs, each of one source: news is no hard negative of an article.

    Every source comes as often as ``TIMES`` says; what fills no whole batch is left for another pass.
    """
    rng = np.random.default_rng((seed, number, 1))
    found: list[Rows] = []
    begin = 0
    for name, length in sizes:
        whole, rest = divmod(TIMES[name], 1)
        rows = [rng.permutation(length) for _ in range(int(whole))]
        rows.append(rng.choice(length, int(rest * length), replace=False))
        drawn = begin + np.concatenate(rows)
        begin += length
        found += [drawn[i : i + size] for i in range(0, max(len(drawn) - size, 0) + 1, size)]
    return [found[i] for i in rng.permutation(len(found))]


def train(
    texts: Ragged, sources: list[Source], run: Run, s: Settings, *, seconds: float = math.inf, stop: int | None = None
) -> None:
    """Takes the run to its last step, or as far as the time or ``stop`` allows."""
    pairs = join_sources(sources)
    law = join_sources([x for x in sources for _ in range(OFTEN if x.name == "lay" else x.name in LAW)])
    sizes = tuple((x.name, len(x)) for x in sources)
    batches = len(batches_of_pass(sizes, s.batch, s.seed, 0))
    steps = int(batches * s.passes)
    first_hard = int(steps * s.hard)
    began = time.perf_counter()
    last = steps if stop is None else min(stop, steps)
    while run.step < last and time.perf_counter() - began < seconds:
        rng = np.random.default_rng((s.seed, run.step))
        if run.step >= first_hard and (run.step - first_hard) % s.regroup == 0:
            table = run.vectors.table().numpy()
            run.grouped = Neighbourhoods(law, texts, table, max(len(law) // s.group, 1), rng)
        near = run.grouped is not None and run.step % 2 == 0
        if run.grouped is not None and near:
            source, rows = law, run.grouped.draw(s.batch, rng)
        else:
            number, place = divmod(run.step, batches)
            source, rows = pairs, batches_of_pass(sizes, s.batch, s.seed, number)[place]
        rate = s.rate * min((run.step + 1) / 50, (1 + math.cos(math.pi * run.step / steps)) / 2)
        run.losses.append(learn(texts, source, rows, run.vectors, s, rng, rate=rate, near=near))
        run.step += 1
        if run.step % 50 == 0 or run.step == steps:
            loss = np.mean(run.losses[-50:])
            print(f"{run.step:5d}/{steps} {time.perf_counter() - began:4.0f} s  {loss:.3f}", flush=True)


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
    alike = None
    if near:
        half = passage.bfloat16()
        alike = half @ half.T > s.look_alike
        alike.fill_diagonal_(False)
    loss, *gradients = contrast(query, passage, same_elsewhere(source, rows), alike, s.scale)
    gradient = torch.cat(gradients)
    gradient = (gradient - unit * (unit * gradient).sum(1, keepdim=True)) / norms  # through the normalising
    moved = bag(batch, len(used)).T.tocsr() @ gradient.numpy()
    vectors.step(used, torch.from_numpy(moved), rate)
    return loss


def prepare(data: Path, s: Settings) -> tuple[str, Ragged, list[Source]]:
    """The tokenizer, all texts as piece ids, each once, and every source's pairs of them."""
    places: dict[str, int] = {}
    sources = []
    of_law: set[int] = set()
    for name, pairs in find_sources(data, s.drawn).items():
        sides = [
            np.array([places.setdefault(t[: s.longest_text], len(places)) for t in side])
            for side in zip(*pairs, strict=True)
        ]
        sources.append(Source(name, *sides))
        if name in OFFICIAL:
            of_law.update(sides[1].tolist())
        print(f"{name:12s} {len(pairs):7d} pairs", flush=True)
    texts = list(places)
    words = Words.load()
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
    parser.add_argument("--threads", type=int, default=1, help="another number rounds otherwise: other weights")
    parser.add_argument("--work", type=Path, help="keep prepared texts and a checkpoint here, and go on from them")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after this time; go on with --work")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    s = Settings()
    work: Path | None = args.work
    prepared, kept = (None, None) if work is None else (work / "prepared.pkl", work / "run.pkl")
    content, texts, sources = load(prepared, lambda: prepare(args.data, s))
    tokenizer = Tokenizer.from_str(content)
    run = load(kept, lambda: new_run(tokenizer, texts, s))
    train(texts, sources, run, s, seconds=args.minutes * 60)
    save(kept, run)
    write_model(args.out, tokenizer, level(run.vectors.table().numpy(), s.levelled))


if __name__ == "__main__":
    main()
