"""Lay questions paired with the article that the lawyer's answer is about, where the answer names no article.

The answer says in official words what the question says in plain ones: the article is the one that BM25 finds for both
together, among the articles of the laws that the answer names, or else of the laws that advice and news name often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from training.statutes import LONGEST, Pair, Statute, distinct_articles, plain_title

Cut = Callable[[str], Sequence[str]]
K1, B = 1.2, 0.75  # of BM25, as usual
OFTEN = 3  # times that a law must be named to be one that people ask about
SURE = 1.3  # of at most 2: the article is among the best both for the question and for the answer
NAME = re.compile(r"《([^《》]{2,40})》")


class Articles:
    """条文索引: BM25 over the articles of national statutes."""

    def __init__(self, statutes: Sequence[Statute], cut: Cut) -> None:
        self._cut = cut
        found = list(distinct_articles([s for s in statutes if s.national]))
        self.laws = [plain_title(s.title) for s, _, _ in found]
        self.texts = [f"{s.title} {heading}\n{text[:LONGEST]}" for s, heading, text in found]
        self._places: dict[str, int] = {}
        columns: list[int] = []
        values: list[int] = []
        bounds = [0]
        for text in self.texts:
            for word, count in Counter(cut(text)).items():
                columns.append(self._places.setdefault(word, len(self._places)))
                values.append(count)
            bounds.append(len(columns))
        shape = (len(self.texts), len(self._places))
        counts = sparse.csr_matrix((np.array(values, np.float32), columns, bounds), shape=shape)
        seen = np.bincount(counts.indices, minlength=shape[1])
        rarity = np.log(1 + (shape[0] - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        norm = np.repeat(K1 * (1 - B + B * lengths / lengths.mean()), np.diff(counts.indptr)).astype(np.float32)
        counts.data = rarity[counts.indices] * counts.data * (K1 + 1) / (counts.data + norm)
        self._weights = counts.T.tocsr()

    def score(self, text: str) -> NDArray[np.float32]:
        """BM25 of every article, divided by the best."""
        places = [self._places[w] for w in dict.fromkeys(self._cut(text)) if w in self._places]
        scores = np.asarray(self._weights[places].sum(axis=0), dtype=np.float32).ravel()
        return scores / max(float(scores.max()), 1e-9)


def advised(rows: Sequence[dict[str, Any]], statutes: Sequence[Statute], cut: Cut) -> Iterator[Pair]:
    """(question, title, heading and article) for every question whose article is found with some certainty."""
    articles = Articles(statutes, cut)
    laws = np.array(articles.laws)
    named = [{plain_title(n) for n in NAME.findall(row["answer"])} for row in rows]
    counts = Counter(name for names in named for name in names)
    often = np.isin(laws, [name for name, count in counts.items() if count >= OFTEN])
    for row, names in zip(rows, named, strict=True):
        own = np.isin(laws, list(names)) if names else often
        among = own if own.any() else often
        scores = np.where(among, articles.score(row["question"]) + articles.score(row["answer"]), 0)
        best = int(scores.argmax())
        if scores[best] >= SURE:
            yield row["question"], articles.texts[best]
