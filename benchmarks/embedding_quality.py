"""How well does the embedding find things, alone and beside BM25? NCP policy notices and LeCoQA statute articles.

    python benchmarks/embedding_quality.py --data ../shared/data [--encoder builtin] [--bm25] [--distractors] [--window 250]

NCP dev: 319 questions, the document's score is the maximum over its windows of about 250 characters; in a second row, that
and a share of the score of the whole file as one text.
LeCoQA dev: 1,234 lay questions over every article of every statute, cut at a 第X条 that begins a line.
``context`` puts what the text stands under before it, as the library does: before an article the statute's title and
chapter, before a window the opening of its document, where the title stands; ``plain`` is the text alone.
Each figure is a mean over questions with its 95 % bootstrap interval (2,000 resamples, fixed seed).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Encoder, StaticEncoder, load_encoder
from kb.words import Words
from training.bm25 import BM25, Cut

Scores = NDArray[np.float32]
WINDOW = 250
OPENING = 40  # characters of a notice that stand for its title: these files tell none
DISTRACTORS = 8_000  # as in the first trial: news articles among the notices
WHOLE = 0.3  # weight of the whole file beside its best window
WEIGHTS = (0.5, 1, 2)  # of the embedding beside words and bigrams, fixed beforehand
NUMERAL = "零〇○一二三四五六七八九十百千0-9"
ARTICLE = re.compile(rf"^[ \t　#*]*(?P<label>第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?)[ \t　*]*", re.M)
HEADING = re.compile(rf"^[ \t　#*]*(?P<text>第[{NUMERAL}]+[编章节][ \t　]+\S.*)$", re.M)
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")


@dataclass(frozen=True, slots=True)
class Suite:
    """题集: texts to find, the owner of each text, and for each question the owners that are right."""

    name: str
    texts: list[str]
    owners: NDArray[np.int64]
    questions: list[str]
    gold: list[frozenset[int]]
    wholes: list[str] = field(default_factory=list)  # each owner as one text, where its texts are windows of it


def find_windows(text: str, size: int = WINDOW) -> Iterator[str]:
    """Runs of sentences of about ``size`` characters; a longer sentence is cut."""
    window = ""
    for sentence in SENTENCE.findall(text):
        if window and len(window) + len(sentence) > size:
            yield window
            window = ""
        window += sentence
        while len(window) > 2 * size:
            yield window[:size]
            window = window[size:]
    if window.strip():
        yield window


def read_lines(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load_ncp(data: Path, *, context: bool, distractors: bool = False, window: int = WINDOW) -> Suite:
    folder = data / "benchmarks" / "ncp"
    names = sorted(p.name for p in (folder / "documents").iterdir())
    bodies = [(folder / "documents" / n).read_text(encoding="utf-8") for n in names]
    if distractors:
        bodies += [str(r["text"]) for r in read_lines(data / "training" / "plain_news.jsonl.gz")[:DISTRACTORS]]
    heads = [f"{' '.join(body[:OPENING].split())}\n" if context else "" for body in bodies]
    pairs = [(heads[i] + w, i) for i, body in enumerate(bodies) for w in find_windows(body, window)]
    rows = read_lines(folder / "dev.jsonl")
    gold = [frozenset(names.index(d) for d in r["documents"]) for r in rows]  # type: ignore[attr-defined]
    name = f"{'NCP+news' if distractors else 'NCP'} {'context' if context else 'plain'}"
    questions = [str(r["question"]) for r in rows]
    return Suite(name, [t for t, _ in pairs], np.array([o for _, o in pairs]), questions, gold, bodies)


def find_articles(text: str) -> Iterator[tuple[str, str, str]]:
    """(label, nearest heading, text) of each article of a statute."""
    text = FRONT_MATTER.sub("", text)
    headings = [(m.start(), " ".join(m["text"].split())) for m in HEADING.finditer(text)]
    marks = list(ARTICLE.finditer(text))
    at = -1
    for mark, following in zip_longest(marks, marks[1:]):
        while at + 1 < len(headings) and headings[at + 1][0] < mark.start():
            at += 1
        end = following.start() if following else len(text)
        if at + 1 < len(headings):
            end = min(end, headings[at + 1][0])
        yield mark["label"], headings[at][1] if at >= 0 else "", text[mark.start() : end].strip()


def load_lecoqa(data: Path, *, context: bool) -> Suite:
    root = data / "documents"
    texts: list[str] = []
    places: dict[tuple[str, str], int] = {}
    for path in sorted((root / "laws").rglob("*.md")):
        content = path.read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", content, re.M)
        head = title[1].strip() if title else path.stem
        for label, heading, body in find_articles(content):
            places.setdefault((path.relative_to(root).as_posix(), label), len(texts))
            texts.append(f"{head} {heading}\n{body}" if context else body)
    rows = read_lines(data / "benchmarks" / "lecoqa" / "dev.jsonl")
    gold = [
        frozenset(places[d, g["clause"]] for g in r["gold"] for d in g["documents"] if (d, g["clause"]) in places)  # type: ignore[attr-defined]
        for r in rows
    ]
    name = "LeCoQA context" if context else "LeCoQA plain"
    return Suite(name, texts, np.arange(len(texts)), [str(r["question"]) for r in rows], gold)


def owner_scores(suite: Suite, scores: Scores) -> Scores:
    """Text scores → owner scores (questions × owners), the maximum over an owner's texts."""
    starts = np.flatnonzero(np.r_[True, suite.owners[1:] != suite.owners[:-1]])
    return scores if len(starts) == len(suite.texts) else np.maximum.reduceat(scores, starts, axis=1)


def dense_scores(suite: Suite, encoder: Encoder) -> Scores:
    return owner_scores(suite, encoder.encode(suite.questions) @ encoder.encode(suite.texts).T)


def bm25_scores(suite: Suite, cut: Cut) -> Scores:
    """Okapi BM25 over the suite's texts."""
    return owner_scores(suite, BM25(suite.texts, cut).score([cut(q) for q in suite.questions]))


def fuse(weighted: Sequence[tuple[float, Scores]]) -> Scores:
    """Weighted sum after dividing each question's scores by their maximum."""
    return np.asarray(sum(w * s / np.maximum(s.max(axis=1, keepdims=True), 1e-9) for w, s in weighted))


def measures(suite: Suite, scores: Scores) -> dict[str, NDArray[np.float64]]:
    """hit@1, hit@10, nDCG@10 and MRR@100 of every question."""
    depth = min(100, scores.shape[1] - 1)
    gains = np.zeros((len(suite.questions), depth))
    ideal = np.zeros(len(suite.questions))
    discount = 1 / np.log2(np.arange(2, 12))
    for i, row in enumerate(scores):
        top = np.argpartition(-row, depth)[:depth]
        top = top[np.lexsort((top, -row[top]))]
        gains[i] = [t in suite.gold[i] for t in top.tolist()]
        ideal[i] = discount[: len(suite.gold[i])].sum()
    ndcg = np.divide(gains[:, :10] @ discount, ideal, out=np.zeros_like(ideal), where=ideal > 0)
    reciprocal = (gains / np.arange(1, depth + 1)).max(axis=1)
    return {"hit@1": gains[:, 0], "hit@10": gains[:, :10].max(axis=1), "nDCG@10": ndcg, "MRR": reciprocal}


def format_row(name: str, found: dict[str, NDArray[np.float64]]) -> str:
    cells = []
    for measure, values in found.items():
        draws = np.random.default_rng(0).integers(0, len(values), (2_000, len(values)))
        low, high = np.quantile(values[draws].mean(axis=1), (0.025, 0.975))
        cells.append(f"{measure} {values.mean():.3f} [{low:.3f}, {high:.3f}]")
    return f"{name:44s} " + "  ".join(cells)


def report(suite: Suite, encoder: Encoder, *, bm25: bool) -> None:
    began = time.perf_counter()
    dense = dense_scores(suite, encoder)
    seconds = time.perf_counter() - began
    print(f"{suite.name}: {len(suite.questions)} questions, {len(suite.texts)} texts, {seconds:.1f} s", flush=True)
    print(format_row(f"  {encoder.name}", measures(suite, dense)), flush=True)
    if suite.wholes:
        both = dense + WHOLE * (encoder.encode(suite.questions) @ encoder.encode(suite.wholes).T)
        print(format_row(f"  and {WHOLE} of the whole file", measures(suite, both)), flush=True)
    if bm25:
        words = Words.load()
        by_word, by_bigram = bm25_scores(suite, words.cut), bm25_scores(suite, words.bigrams)
        print(format_row("  BM25 words", measures(suite, by_word)))
        print(format_row("  BM25 bigrams", measures(suite, by_bigram)))
        print(format_row("  words + bigrams (1, 1)", measures(suite, fuse([(1, by_word), (1, by_bigram)]))))
        for weight in WEIGHTS:
            fused = fuse([(1, by_word), (1, by_bigram), (weight, dense)])
            print(format_row(f"  words + bigrams + embedding (1, 1, {weight:g})", measures(suite, fused)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", default="builtin", help="builtin, hashing, a StaticEmbedding folder, or a name")
    parser.add_argument("--bm25", action="store_true", help="also BM25 and fixed-weight fusion")
    parser.add_argument("--distractors", action="store_true", help="also NCP among 8,000 news articles")
    parser.add_argument("--window", type=int, default=WINDOW, help="characters of a window of a notice")
    args = parser.parse_args()
    folder = Path(args.encoder)
    encoder = StaticEncoder(folder) if (folder / "model.safetensors").exists() else load_encoder(args.encoder)
    for context in (False, True):
        for distractors in (False, True)[: 1 + args.distractors]:
            suite = load_ncp(args.data, context=context, distractors=distractors, window=args.window)
            report(suite, encoder, bm25=args.bm25)
        report(load_lecoqa(args.data, context=context), encoder, bm25=args.bm25)


if __name__ == "__main__":
    main()
