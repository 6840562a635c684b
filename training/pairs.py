"""Pairs of texts that belong together, from the training files and from the statutes themselves.

Every source yields (query side, passage side). No question of a benchmark is read to train on; the benchmarks'
questions are read once, to drop training questions that nearly repeat one of them.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from kb.words import Words
from training.advised import advised
from training.asked import asked, read_plain_words
from training.statutes import CITATION, Cited, Pair, read_statutes, split_sentences, statute_sources
from training.written import lay, reported

# Reading-comprehension questions that only make sense beside their passage.
BOUND = re.compile(
    r"下列|以下|本文|这篇|文中|文章|短文|作者|录音|对话|男的|女的|这段|上文|材料|说话人|划线|标题|正确的|错误的"
)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def find_benchmark_questions(data: Path) -> list[frozenset[str]]:
    """Bigrams of every benchmark question, only to keep near repeats out of training."""
    found = []
    for path in sorted((data / "benchmarks").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            question = json.loads(line).get("question")
            if question:
                found.append(bigrams(question))
    return found


def repeats(asked: list[frozenset[str]], limit: float = 0.6) -> Callable[[str], bool]:
    """Whether a question nearly repeats a benchmark's: Jaccard of character bigrams at least ``limit``."""
    holders: dict[str, list[int]] = {}
    for i, grams in enumerate(asked):
        for gram in grams:
            holders.setdefault(gram, []).append(i)

    def is_repeat(question: str) -> bool:
        grams = bigrams(question)
        shared: dict[int, int] = {}
        for gram in grams:
            for i in holders.get(gram, ()):
                shared[i] = shared.get(i, 0) + 1
        return any(n >= limit * (len(grams) + len(asked[i]) - n) for i, n in shared.items())

    return is_repeat


def news(data: Path) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "news_title_body.jsonl.gz"):
        body = re.sub(r"\(视频编辑.*|（视频编辑.*", "", row["text"], flags=re.S).strip()
        if len(body) > 20:
            yield row["title"], body[:1500]


def plain(data: Path) -> Iterator[Pair]:
    """The first two sentences of an article against the rest of it."""
    for row in read_lines(data / "training" / "plain_news.jsonl.gz"):
        parts = split_sentences(row["text"])
        if len(parts) > 4:
            yield "".join(parts[:2]), "".join(parts[2:])[:1500]


def reading(data: Path, is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "question_passage.jsonl.gz"):
        if not BOUND.search(row["question"]) and not is_repeat(row["question"]):
            yield row["question"], f"{row['title']}\n{row['passage']}"[:1500]


def consultation(data: Path, is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "question_answer.jsonl.gz"):
        if not is_repeat(row["question"]):
            yield row["question"], row["answer"][:1500]


def paraphrase(data: Path, is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "paraphrase.jsonl.gz"):
        if row["label"] == 1 and not is_repeat(row["a"]) and not is_repeat(row["b"]):
            yield row["a"], row["b"]


def pieces(data: Path) -> Iterator[Pair]:
    """Two neighbouring stretches of a policy notice or a work report, and its headings against what follows."""
    for path in sorted(
        [*(data / "documents" / "policies").rglob("*.txt"), *(data / "documents" / "reports").rglob("*.txt")]
    ):
        lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
        lines = [line for line in lines if len(line) > 12]
        for first, second in pairwise(lines):
            parts = split_sentences(second)
            if len(first) <= 40 and len(second) > 40:
                yield first, second[:800]
            elif len(parts) >= 3:
                yield parts[0], "".join(parts[1:])[:800]


def cited(data: Path, is_repeat: Callable[[str], bool], found: Cited) -> Iterator[Pair]:
    """(question or reporting sentence, article) where a lawyer's answer or a report names the article."""
    rows = [*read_lines(data / "training" / "question_answer.jsonl.gz")]
    for row in rows:
        if not is_repeat(row["question"]):
            for head, article in found.find(row["answer"]):
                yield row["question"], f"{head}\n{article}"
    for name in ("plain_news", "news_title_body"):
        for row in read_lines(data / "training" / f"{name}.jsonl.gz"):
            if "》第" in row["text"]:
                yield from _reported(row.get("title", ""), row["text"], found)


def _reported(title: str, text: str, found: Cited) -> Iterator[Pair]:
    parts = split_sentences(text)
    for i, part in enumerate(parts):
        for head, article in found.find(part):
            around = title + "".join(parts[max(i - 2, 0) : i + 1])
            yield CITATION.sub("", around)[-300:], f"{head}\n{article}"


def find_sources(data: Path, seed: int) -> dict[str, list[Pair]]:
    """Every source's pairs, by name, in a fixed order."""
    is_repeat = repeats(find_benchmark_questions(data))
    statutes = read_statutes(data)
    plain_words = read_plain_words(Path(__file__).parent / "plain_words.txt")
    found = {
        "news": list(news(data)),
        "plain": list(plain(data)),
        "reading": list(reading(data, is_repeat)),
        "consultation": list(consultation(data, is_repeat)),
        "paraphrase": list(paraphrase(data, is_repeat)),
        "pieces": list(pieces(data)),
        "cited": list(cited(data, is_repeat, Cited(statutes))),
    }
    questions = [r for r in read_lines(data / "training" / "question_answer.jsonl.gz") if not is_repeat(r["question"])]
    found["lay"] = list(lay(statutes, is_repeat))
    found["reported"] = list(reported(data, is_repeat))
    found["advised"] = list(advised(questions, statutes, Words.load().cut))
    found |= statute_sources(statutes, random.Random(seed))
    return found | {"asked": asked(statutes, plain_words, random.Random(seed))}
