"""The tokenizer (Unigram, no word segmentation) and texts as one flat array of piece ids."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

UNKNOWN = "[UNK]"


@dataclass(frozen=True, slots=True)
class Ragged:
    """Texts as piece ids: text i is ``ids[bounds[i]:bounds[i + 1]]``."""

    ids: NDArray[np.int32]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1


def new_tokenizer() -> Tokenizer:
    """Width and case folded; everything but Chinese characters, letters and digits only separates."""
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\p{Han}\p{L}\p{N}]+"), "removed"),
            pre_tokenizers.Split(Regex(r"[\p{Latin}]+|\p{N}+"), "isolated"),
        ]
    )
    return tokenizer


def count_words(texts: Sequence[str], cut: Callable[[str], Sequence[str]]) -> Counter[str]:
    """How often each word occurs when the texts are segmented."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(cut(text))
    return found


def word_tokenizer(counts: Counter[str], size: int, longest: int) -> Tokenizer:
    """A Unigram tokenizer whose pieces are the most frequent words and every character seen, scored by frequency.

    Segmenting by the most probable path over words gives nearly the words that jieba gives, without jieba.
    """
    characters: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    single = {c: counts.get(c, 1) for c, n in characters.items() if n >= 5}
    words = sorted((w for w in counts if 1 < len(w) <= longest), key=lambda w: (-counts[w], w))
    kept = single | {w: counts[w] for w in words[: size - 1 - len(single)]}
    total = math.log(sum(kept.values()))
    scored = [
        (piece, round(math.log(count) - total, 3)) for piece, count in sorted(kept.items(), key=lambda x: (-x[1], x[0]))
    ]
    tokenizer = new_tokenizer()
    tokenizer.model = Unigram([(UNKNOWN, min(x for _, x in scored) - 10), *scored], unk_id=0)
    return tokenizer


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
    """Texts as piece ids; unknown pieces are id 0, which gets no vector later."""
    lists: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), 4096):
        for encoding in tokenizer.encode_batch_fast(list(texts[start : start + 4096]), add_special_tokens=False):
            lists.append(np.array(encoding.ids, dtype=np.int32))
    bounds = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(x) for x in lists], out=bounds[1:])
    return Ragged(np.concatenate(lists) if lists else np.zeros(0, np.int32), bounds)
