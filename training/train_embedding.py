"""Trains the shipped embedding from random weights, on a CPU, with one command:

    python training/train_embedding.py --data ../shared/data --out kb/model

Pairs (pairs.py) → Unigram tokenizer (tokens.py) → mean of piece vectors, trained with in-batch negatives →
a sentence-transformers StaticEmbedding folder in half precision. Seeded; needs the ``models`` extra (torch).
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pairs import find_sources
from scipy import sparse
from tokenizers import Tokenizer
from tokens import Ragged, count_words, tokenize, word_tokenizer

from kb.words import Words

# Share of the batches a source gets: its size, held back where it is large and easy, raised where it is the only
# one that joins lay wording to official wording.
SHARES = {
    "news": 0.20, "plain": 0.04, "reading": 0.10, "consultation": 0.10, "paraphrase": 0.05, "pieces": 0.03,
    "heading": 0.14, "sentence": 0.11, "halves": 0.04, "reference": 0.04, "leaning": 0.15,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """训练参数: sizes in pieces, texts and steps."""

    vocabulary: int = 36_000
    longest_piece: int = 6
    dimension: int = 256
    batch: int = 2048
    steps: int = 2500
    rate: float = 0.05
    scale: float = 20.0  # inverse temperature
    short: int = 64  # pieces kept on the query side
    long: int = 160  # pieces kept on the passage side
    rarity: float = 1e-3  # SIF: a / (a + p)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """语料: the two sides of one source's pairs, with hashes that tell equal texts apart from different ones."""

    name: str
    queries: Ragged
    passages: Ragged
    query_keys: NDArray[np.int64]
    passage_keys: NDArray[np.int64]


def crop(texts: Ragged, rows: NDArray[np.int64], limit: int, rng: np.random.Generator) -> list[NDArray[np.int32]]:
    """A random stretch of at most ``limit`` pieces of each text; half of the time its beginning."""
    lengths = texts.bounds[rows + 1] - texts.bounds[rows]
    slack = np.maximum(lengths - limit, 0)
    skip = np.where(rng.random(len(rows)) < 0.5, 0, (rng.random(len(rows)) * (slack + 1)).astype(np.int64))
    starts = texts.bounds[rows] + skip
    ends = np.minimum(starts + limit, texts.bounds[rows + 1])
    return [texts.ids[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def bag(lists: list[NDArray[np.int32]], size: int) -> sparse.csr_matrix:
    """Texts × pieces with counts, so that pooling is one sparse product and its gradient another."""
    bounds = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum([len(x) for x in lists], out=bounds[1:])
    ids = np.concatenate(lists)
    return sparse.csr_matrix((np.ones(len(ids), np.float32), ids, bounds), shape=(len(lists), size))


def contrast(
    queries: torch.Tensor, passages: torch.Tensor, same: torch.Tensor, scale: float
) -> tuple[float, torch.Tensor, torch.Tensor]:
    """Symmetric InfoNCE of unit rows with its gradients, written out: three times faster than autograd on a CPU.

    ``same`` marks pairs off the diagonal that are no negatives. A cosine is at most 1, so exp needs no other shift.
    """
    size = len(queries)
    scores = queries @ passages.T
    right = scores.diagonal().clone()
    share = scores.sub_(1).mul_(scale).exp_().masked_fill_(same, 0)
    by_row, by_column = share.sum(1), share.sum(0)
    loss = ((by_row.log() + by_column.log()) / 2 - scale * (right - 1)).mean().item()
    share.mul_((1 / by_row)[:, None] + (1 / by_column)[None])
    share.mul_(scale / (2 * size))
    share.diagonal().sub_(scale / size)
    return loss, share @ passages, share.T @ queries


def equal_elsewhere(source: Source, rows: NDArray[np.int64]) -> torch.Tensor:
    query, passage = source.query_keys[rows], source.passage_keys[rows]
    same = (query[:, None] == query[None]) | (passage[:, None] == passage[None])
    np.fill_diagonal(same, False)
    return torch.from_numpy(same)


def initial_weights(sources: list[Source], size: int, s: Settings) -> torch.Tensor:
    """Random vectors, shortened for frequent pieces (smooth inverse frequency, Arora et al. 2017)."""
    counts = np.zeros(size)
    for source in sources:
        counts += np.bincount(source.passages.ids, minlength=size) + np.bincount(source.queries.ids, minlength=size)
    share = counts / counts.sum()
    weight = torch.from_numpy(s.rarity / (s.rarity + share)).float()
    return torch.randn(size, s.dimension, generator=torch.Generator().manual_seed(s.seed)) * weight[:, None]


def train(sources: list[Source], weights: torch.Tensor, s: Settings) -> torch.Tensor:
    rng = np.random.default_rng(s.seed)
    weights = weights.clone()
    optimiser = torch.optim.Adam([weights], lr=s.rate, betas=(0.9, 0.99), fused=True)
    shares = np.array([SHARES[x.name] for x in sources])
    began = time.perf_counter()
    for step in range(s.steps):
        source = sources[rng.choice(len(sources), p=shares / shares.sum())]
        rows = rng.choice(len(source.queries), min(s.batch, len(source.queries)), replace=False)
        for group in optimiser.param_groups:  # a short warm-up, then a cosine to nothing
            group["lr"] = s.rate * min((step + 1) / 50, (1 + math.cos(math.pi * step / s.steps)) / 2)
        counts = bag(crop(source.queries, rows, s.short, rng) + crop(source.passages, rows, s.long, rng), len(weights))
        pooled = torch.from_numpy(counts @ weights.numpy())
        norms = pooled.norm(dim=1, keepdim=True).clamp_min(1e-6)
        unit = pooled / norms
        loss, *gradients = contrast(*unit.chunk(2), equal_elsewhere(source, rows), s.scale)
        gradient = torch.cat(gradients)
        gradient = (gradient - unit * (unit * gradient).sum(1, keepdim=True)) / norms  # through the normalising
        weights.grad = torch.from_numpy(counts.T.tocsr() @ gradient.numpy())
        optimiser.step()
        if step % 100 == 0 or step == s.steps - 1:
            print(f"{step:5d} {source.name:12s} {loss:.3f} {time.perf_counter() - began:.0f} s", flush=True)
    return weights


def prepare(data: Path, s: Settings) -> tuple[Tokenizer, list[Source]]:
    words = Words.load()
    found = find_sources(data, s.seed, words.cut)
    texts = list(dict.fromkeys(text for name in found for pair in found[name] for text in pair))
    tokenizer = word_tokenizer(count_words(texts, words.cut), s.vocabulary, s.longest_piece)
    sources = []
    for name, pairs in found.items():
        codes: dict[str, int] = {}
        # one numbering for both sides: a text that is a query here and a passage there is the same text
        keys = [np.array([codes.setdefault(t, len(codes)) for t in side]) for side in zip(*pairs, strict=True)]
        sides = [tokenize(tokenizer, [p[i] for p in pairs], (200, 800)[i]) for i in (0, 1)]
        kept = np.flatnonzero((np.diff(sides[0].bounds) > 0) & (np.diff(sides[1].bounds) > 0))
        if len(kept) != len(pairs):
            sides = [take(side, kept) for side in sides]
        sources.append(Source(name, sides[0], sides[1], keys[0][kept], keys[1][kept]))
        print(f"{name:12s} {len(kept):7d} pairs", flush=True)
    return tokenizer, sources


def take(texts: Ragged, rows: NDArray[np.int64]) -> Ragged:
    lists = [texts.ids[texts.bounds[i] : texts.bounds[i + 1]] for i in rows.tolist()]
    bounds = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(x) for x in lists], out=bounds[1:])
    return Ragged(np.concatenate(lists), bounds)


def write_model(out: Path, tokenizer: Tokenizer, weights: torch.Tensor) -> None:
    """A StaticEmbedding folder; [UNK] gets no vector, and the scale suits half precision."""
    from safetensors.numpy import save_file

    matrix = weights.numpy().copy()
    matrix[0] = 0
    matrix /= np.abs(matrix).max() / 8
    out.mkdir(parents=True, exist_ok=True)
    save_file({"embedding.weight": matrix.astype(np.float16)}, str(out / "model.safetensors"))
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    home = "sentence_transformers"
    modules = [
        {
            "idx": 0,
            "name": "0",
            "path": "",
            "type": f"{home}.sentence_transformer.modules.static_embedding.StaticEmbedding",
        },
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{home}.base.modules.normalize.Normalize"},
    ]
    (out / "modules.json").write_text(json.dumps(modules, indent=1) + "\n", encoding="utf-8")
    (out / "1_Normalize").mkdir(exist_ok=True)
    (out / "1_Normalize" / "config.json").write_text(
        json.dumps({"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}) + "\n",
        encoding="utf-8",
    )
    config = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine"}
    (out / "config_sentence_transformers.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    s = Settings()
    tokenizer, sources = prepare(args.data, s)
    weights = initial_weights(sources, tokenizer.get_vocab_size(), s)
    write_model(args.out, tokenizer, train(sources, weights, s))


if __name__ == "__main__":
    main()
