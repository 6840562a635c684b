"""What a question says to one who looks for its answer in a text: its terms, what it asks for, and where its gap is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from kb.text import normalise
from kb.words import STOP, Words

Table = NDArray[np.float64]
Flags = NDArray[np.bool_]

# What is asked, by the words of asking; several may hold.
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(cue))
    for name, cue in (
        ("amount", r"多少|几[个家项次名天日年月人种条]|多大|多高|多远|百分之|比例|额度|金额|幅度"),
        ("time", r"什么时候|何时|时间|哪天|几号|几点|多久|多长|期限|时限|日期|截至|截止"),
        ("who", r"谁|哪[个些家]?(?:部门|单位|机构|机关|企业|公司|人)|对象|什么(?:部门|单位|机构)|牵头"),
        ("where", r"哪里|在哪|何处|什么地方|哪些?(?:地方|地区|城市|省)|网址|地址|渠道|平台"),
        ("phone", r"电话|热线|号码|联系方式"),
        ("why", r"为什么|为何|原因|目的|目标|意义|何目"),
        ("how", r"如何|怎么|怎样|方式|方法|流程|步骤|程序|办理"),
        ("measures", r"措施|举措|做法|安排|部署|工作|要求|规定|政策|办法|内容|方面|条件|材料|任务|建议|优惠|支持|服务"),
        ("list", r"哪些|哪几|有什么|分别|包括|什么.{0,6}[？?]?$"),
        ("which", r"哪[个一种类项]|什么"),
        ("whether", r"是否|能否|可否|可以.{0,12}吗|吗[？?]?$"),
    )
)
TYPES = tuple(name for name, _ in _TYPES)
_GAP_WORDS = r"什么时候|什么样|什么|怎么样|怎么|怎样|如何|哪些|哪个|哪里|哪几|哪|多少|几个|是否|能否|可否|谁|何时|为何|为什么|有何|何|多久|多长时间"
_GAP = re.compile(rf"{_GAP_WORDS}|几(?=[\u4e00-\u9fff])")
_ASKING = re.compile(
    rf"{_GAP_WORDS}|吗|呢|请问|的|了|和|与|对于|对|在|是|有|将|会|应|该|要|可以|进行|具体|主要|相关|有关|[？?，,。、；;：:“”\"'《》（）()\s]"
)
_HEAD = re.compile(
    r"(?:什么|哪些|哪个|哪几|何种|有何|怎样的|几|多少)(?:样的?)?([\u4e00-\u9fff]{1,6})|([\u4e00-\u9fff]{2,6}?)(?:有哪些|是什么|是多少|包括|如何|怎样|怎么|是谁|为多少|在哪)"
)
_UNIT = re.compile(r"(?:多少|几)([\u4e00-\u9fff]{1,2})")
_BESIDE = 8  # characters on either side of the word of asking: what is said of the answer itself


@dataclass(frozen=True, slots=True)
class Asked:
    """所问: the terms of a question with their weights, and which stand left and right of its gap and close to it."""

    terms: tuple[str, ...]
    weights: Table
    left: Flags
    right: Flags
    near: Flags
    words: tuple[str, ...]  # whole words of topic, for likeness of meaning
    word_weights: Table
    types: tuple[str, ...]
    heads: tuple[str, ...]  # words beside the word of asking: 哪些措施 → 措施
    units: tuple[str, ...]  # 多少元 → 元
    plain: str


def asked_types(question: str) -> tuple[str, ...]:
    """What kinds of answer the words of asking want."""
    return tuple(name for name, cue in _TYPES if cue.search(question))


def has_gap(question: str) -> bool:
    """Whether a text has a word of asking."""
    return _GAP.search(question) is not None


def find_gap(plain: str) -> tuple[int, int] | None:
    """Where the first word of asking stands."""
    gap = _GAP.search(plain)
    return gap.span() if gap else None


def read_asked(question: str, words: Words, sentences: Sequence[str]) -> Asked:
    """Terms of the question weighed by their rarity among the sentences (folded) in which it is answered."""
    plain = normalise(question)
    bare = _ASKING.sub(" ", plain)
    terms: dict[str, float] = {}
    for piece in bare.split():
        if len(piece) == 1:
            continue
        for gram in words.bigrams_normal(piece):
            terms[gram] = 0.5
    topic = [w for w in dict.fromkeys(words.cut_normal(bare)) if len(w) > 1 and w not in STOP]
    terms |= dict.fromkeys(topic, 1.0)
    for word in words.expand(question):
        terms.setdefault(normalise(word), 0.6)
    rarity = {t: _rarity(t, sentences) for t in terms}
    kept = tuple(terms)
    gap = _GAP.search(plain)
    before, after = (plain[: gap.start()], plain[gap.end() :]) if gap else (plain, "")
    beside = before[-_BESIDE:], after[:_BESIDE]
    return Asked(
        kept,
        np.asarray([terms[t] * rarity[t] for t in kept]),
        np.asarray([t in before for t in kept], dtype=bool),
        np.asarray([t in after for t in kept], dtype=bool),
        np.asarray([t in beside[0] or t in beside[1] for t in kept], dtype=bool),
        tuple(topic),
        np.asarray([rarity[t] for t in topic]),
        asked_types(plain),
        _find_heads(plain, words),
        tuple(u[0] for u in _UNIT.findall(question)),
        plain,
    )


def _rarity(term: str, sentences: Sequence[str]) -> float:
    return log(1 + (len(sentences) or 1) / (1 + sum(term in s for s in sentences)))


def _find_heads(plain: str, words: Words) -> tuple[str, ...]:
    found: list[str] = []
    for m in _HEAD.finditer(plain):
        if m[1]:
            cut = [w for w in words.cut_normal(m[1]) if len(w) > 1]
            found += cut[:2]
        elif m[2]:
            cut = [w for w in words.cut_normal(m[2]) if len(w) > 1]
            found += cut[-1:]
    return tuple(dict.fromkeys(w for w in found if w not in STOP))
