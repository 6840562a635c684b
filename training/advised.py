"""Lay questions paired with the article that the lawyer's answer is about, where the answer names no article.

The answer says in official words what the question says in plain ones: the article is the one that BM25 finds for both
together, among the articles of the laws that the answer names, or else of the laws that advice and news name often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.bm25 import BM25, Cut
from training.statutes import Pair, Statute, distinct_articles, plain_title

OFTEN = 3  # times that a law must be named to be one that people ask about
SURE = 1.3  # of at most 2: the article is among the best both for the question and for the answer
NAME = re.compile(r"《([^《》]{2,40})》")


def advised(rows: Sequence[dict[str, Any]], statutes: Sequence[Statute], cut: Cut) -> Iterator[Pair]:
    """(question, title, heading and article) for every question whose article is found with some certainty."""
    articles = list(distinct_articles([s for s in statutes if s.national]))
    texts = [f"{s.title} {heading}\n{text}" for s, heading, text in articles]
    laws = np.array([plain_title(s.title) for s, _, _ in articles])
    search = BM25(texts, cut)

    def score(text: str) -> NDArray[np.float32]:
        scores = search.score([list(dict.fromkeys(cut(text)))])[0]
        return np.asarray(scores / max(float(scores.max()), 1e-9))

    named = [{plain_title(n) for n in NAME.findall(row["answer"])} for row in rows]
    counts = Counter(name for names in named for name in names)
    often = np.isin(laws, [name for name, count in counts.items() if count >= OFTEN])
    for row, names in zip(rows, named, strict=True):
        own = np.isin(laws, list(names)) if names else often
        among = own if own.any() else often
        scores = np.where(among, score(row["question"]) + score(row["answer"]), 0)
        best = int(scores.argmax())
        if scores[best] >= SURE:
            yield row["question"], texts[best]
