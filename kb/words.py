"""Words: jieba's dictionary with the domain's own words, through its Rust twin; bigrams; synonyms. The only home of jieba."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import rjieba

from kb.errors import UsageError
from kb.text import normalise

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?|[\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# Words that carry no topic; a question is full of them, a clause too.
STOP = frozenset({
    "的", "了", "和", "与", "及", "或", "在", "对", "由", "按", "为", "是", "有", "将", "把", "被", "从", "到", "向",
    "以", "于", "等", "其", "该", "此", "这", "那", "各", "并", "但", "而", "且", "也", "都", "就", "还", "又", "不",
    "吗", "呢", "吧", "啊", "么", "什么", "怎么", "如何", "哪", "哪个", "哪些", "谁", "多少", "几", "是否", "可以", "应当",
    "应该", "需要", "请问", "请", "我", "你", "他", "们", "它", "一个", "个",
})  # fmt: skip


# The one that the package loads for its own functions, which nobody here calls; to load another takes a tenth of a second.
_READY: list[rjieba.Jieba] = [cast(Any, rjieba.cut).__self__]


def _take_jieba() -> rjieba.Jieba:
    """A segmenter with jieba's own dictionary, of nobody else's."""
    try:
        return _READY.pop()
    except IndexError:
        return rjieba.Jieba()


@dataclass(frozen=True, slots=True)
class Synonyms:
    """同义词: each lay or short form → official wordings, one way."""

    table: dict[str, tuple[str, ...]]

    @classmethod
    def parse(cls, text: str, name: str) -> Synonyms:
        """Lines ``俗称 = 规范说法 规范说法``; ``#`` begins a comment. UsageError names a bad line."""
        table: dict[str, tuple[str, ...]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            body = line.split("#", 1)[0].strip()
            if not body:
                continue
            left, mark, right = body.partition("=")
            if not mark or not left.strip() or not right.split():
                raise UsageError(f"词典 {name} 第 {number} 行应写成“俗称 = 规范说法 …”，现为“{line.strip()}”。")
            for word in left.split():
                table[normalise(word)] = (*table.get(normalise(word), ()), *map(normalise, right.split()))
        return cls(table)


class Words:
    """分词器: normalised words and bigrams of a text, and official wordings for lay ones."""

    def __init__(self, user_words: Iterable[str] = (), synonyms: Synonyms | None = None) -> None:
        self._jieba = _take_jieba()
        self.synonyms = synonyms or Synonyms({})
        self._by_first: dict[str, list[tuple[int, str, tuple[str, ...]]]] = {}  # lay words by their first character
        for n, (lay, official) in enumerate(self.synonyms.table.items()):
            self._by_first.setdefault(lay[:1], []).append((n, lay, official))
        known = {w for pair in self.synonyms.table.items() for w in (pair[0], *pair[1])}
        self.user_words = tuple(sorted({*user_words, *known}))
        for word in self.user_words:
            self._jieba.add_word(word, None, None)  # no load_userdict in the Rust twin; positional only

    @classmethod
    def load(cls, dictionary: Path | None = None) -> Words:
        """The packaged dictionary, and the user's file of synonyms where one is given."""
        folder = files("kb") / "dictionary"
        lines = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
        words = [w for line in lines if not line.startswith("#") for w in line.split()]
        text = (folder / "synonyms.txt").read_text(encoding="utf-8")
        synonyms = Synonyms.parse(text, "synonyms.txt")
        if dictionary is not None:
            if not dictionary.is_file():
                raise UsageError(f"找不到用户词典 {dictionary}，请检查 DINGZE_DICTIONARY。")
            own = Synonyms.parse(dictionary.read_text(encoding="utf-8"), dictionary.name)
            synonyms = Synonyms(synonyms.table | own.table)
        return cls(words, synonyms)

    def cut(self, text: str) -> list[str]:
        """Words in order, lower-case and width-folded, without punctuation."""
        return self.cut_normal(normalise(text))

    def cut_normal(self, text: str) -> list[str]:
        """Words of a text that is normalised already."""
        return [w for w in self._jieba.cut(text) if _WORD.match(w)]

    def tokens(self, text: str) -> list[str]:
        """Words and marks as written, which joined give the text again."""
        return list(self._jieba.cut(text))

    def segment(self, text: str) -> list[str]:
        """Every piece of a normalised text in order, marks and spaces included; joined they are the text."""
        return list(self._jieba.cut(text))

    def nouns(self, text: str) -> list[str]:
        """Distinct common nouns of a normalised text, in order; names of people and places are none."""
        return list(dict.fromkeys(w for w, tag in self._jieba.tag(text) if tag in ("n", "nz", "nl") and len(w) > 1))

    def topic(self, text: str) -> list[str]:
        """Distinct words that carry the topic, in order."""
        return list(dict.fromkeys(w for w in self.cut(text) if w not in STOP))

    def bigrams(self, text: str) -> list[str]:
        """Character bigrams of each run of Chinese, and whole Latin words and numbers."""
        return self.bigrams_normal(normalise(text))

    def bigrams_normal(self, text: str) -> list[str]:
        """Bigrams of a text that is normalised already."""
        grams: list[str] = []
        for run in _WORD.findall(text):
            if _HAN.match(run):
                grams += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
            else:
                grams.append(run)
        return grams

    def expand(self, text: str) -> list[str]:
        """Official wordings for the lay words and short names that occur in a text, in order, without repeats."""
        plain = normalise(text)
        likely = (entry for first in set(plain) for entry in self._by_first.get(first, ()))
        found = sorted((n, official) for n, lay, official in likely if lay in plain)  # in the order of the table
        return list(dict.fromkeys(w for _, group in found for w in group if w not in plain))


def join(tokens: Sequence[str]) -> str:
    """Tokens as the space-separated text that the full-text index takes."""
    return " ".join(tokens)
