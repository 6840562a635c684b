"""How much a record bears on a question: shared words weighed by their rarity among the candidates, and embedding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log

import numpy as np

from kb.search.search import Searcher
from kb.text import normalise
from kb.words import Words

# Words of asking; they say what kind of answer is wanted, not what it is about.
_ASKING = re.compile(
    r"谁|哪[个家些级几]?|什么|怎么|怎样|如何|多少|几个?|吗|呢|啊|吧|是否|能不能|可不可以|该|归|由|管|找|分别|又|还|就|这|那|他|她|它|自己|要是|如果|要|得|把|被|给|让|到底|究竟|按|照|根据|一个?|的|了|着|过|在|和|与|及|或|跟|[？?，,。、；;：:“”\"《》（）()]"
)
_COSINE = 0.9  # weight of the embedding beside the share of words; set by hand


def find_relevance(searcher: Searcher, question: str, texts: Sequence[str]) -> list[float]:
    """0–2 for each text: the weighted share of the question's terms it carries, plus the cosine."""
    if not texts:
        return []
    asked = find_terms(searcher, question)
    held = [find_terms(searcher, t, expand=False) for t in texts]
    frequency = Counter(t for terms in held for t in terms)
    total = len(texts)
    weights = {t: w * log(1 + total / (0.5 + frequency.get(t, 0))) for t, w in asked.items() if frequency.get(t)}
    scale = sum(sorted(weights.values(), reverse=True)[:12]) or 1.0
    rows = searcher.encoder.encode([question, *texts])
    cosines = rows[1:] @ rows[0]
    shares = [sum(weights[t] for t in terms if t in weights) / scale for terms in held]
    return [float(s + _COSINE * max(0.0, float(c))) for s, c in zip(shares, np.asarray(cosines), strict=True)]


def find_terms(searcher: Searcher, text: str, *, expand: bool = True) -> dict[str, float]:
    """Words and bigrams of a text with their weight; a synonym counts less than what was said. Not to be changed."""
    return _find_terms(searcher.words, text, expand)


@lru_cache(maxsize=4_096)  # about 20 MB; the records of a question are measured for each of its parts
def _find_terms(words: Words, text: str, expand: bool) -> dict[str, float]:
    plain = normalise(text)
    bare = _ASKING.sub(" ", plain) if expand else plain
    terms: dict[str, float] = {}
    if expand:
        for said in words.expand(text):
            for w in (*words.cut(said), *words.bigrams(said)):
                terms[w] = 0.6
    for piece in bare.split():
        for b in words.bigrams_normal(piece):
            terms[b] = 0.7
    for w in words.cut_normal(bare):
        if len(w) > 1:
            terms[w] = 1.0
    return terms
