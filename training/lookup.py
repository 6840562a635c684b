"""Statute articles that a lawyer's answer leans on, found by BM25: they stand in for labelled question–article pairs."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Pair = tuple[str, str]
Cut = Callable[[str], Sequence[str]]
POLITE = re.compile(r"作为(?:您的|一名)?律师，?|我(?:建议|理解)您?|您好，?|根据您(?:的|所)描述(?:的情况)?，?|请问")


def find_best(texts: Sequence[str], queries: Sequence[str], cut: Cut, k: int) -> NDArray[np.int64]:
    """The ``k`` texts with the highest BM25 score of each query, best first; shape (queries, k)."""
    vocabulary: dict[str, int] = {}
    cells: list[tuple[int, int, int]] = []
    lengths = np.zeros(len(texts))
    for i, text in enumerate(texts):
        counts = Counter(cut(text))
        lengths[i] = sum(counts.values())
        cells += [(i, vocabulary.setdefault(w, len(vocabulary)), n) for w, n in counts.items()]
    rows, columns, values = np.array(cells).T
    idf = np.log(1 + len(texts) / np.bincount(columns, minlength=len(vocabulary)))
    norm = 1.2 * (0.25 + 0.75 * lengths[rows] / lengths.mean())
    weights = (idf[columns] * values * 2.2 / (values + norm)).astype(np.float32)
    matrix = sparse.csr_matrix((weights, (columns, rows)), shape=(len(vocabulary), len(texts)))
    best = np.zeros((len(queries), k), dtype=np.int64)
    for start in range(0, len(queries), 256):
        asked = [
            (i, vocabulary[w])
            for i, q in enumerate(queries[start : start + 256])
            for w in set(cut(q))
            if w in vocabulary
        ]
        query = sparse.csr_matrix(
            (np.ones(len(asked), np.float32), tuple(np.array(asked).T)),
            shape=(len(queries[start : start + 256]), len(vocabulary)),
        )
        scores = (query @ matrix).toarray()
        top = np.argpartition(-scores, k, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
        best[start : start + len(scores)] = np.take_along_axis(top, order, axis=1)
    return best


def leaning(consultations: Sequence[Pair], articles: Sequence[Pair], cut: Cut, rng: random.Random) -> list[Pair]:
    """(question, article) for the two articles nearest to question and answer together.

    ``articles`` is (statute title and heading, text). The question counts twice: the answer supplies the official
    wording, the question keeps it to the point.
    """
    texts = [f"{head}\n{text}" for head, text in articles]
    queries = [f"{question}\n{question}\n{POLITE.sub('', answer)}" for question, answer in consultations]
    found = []
    for (question, _), row in zip(consultations, find_best(texts, queries, cut, 2).tolist(), strict=True):
        found += [(question, texts[i] if rng.random() < 0.5 else articles[i][1]) for i in row]
    return found
