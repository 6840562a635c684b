"""What a question is about, term by term, and how much of it a text carries: the measure behind refusing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from kb.answer.draft import Context, Question
from kb.text import OCCASIONS, normalise
from kb.words import STOP

# Words of asking and of the genre: every question and every clause has them.
_PLAIN = re.compile(
    r"^(?:谁|负责管理|牵头|主管|主办|完成|哪\w*|什么|怎么\w*|怎样|如何|多少|多久|几\w?|是否|能否|可以|应该|应当|需要|负责|管理|部门|单位|机关|规定|要求|工作|情况|问题|有关|相关|具体|主要|进行"
    r"|现在|目前|自己|自行|还是|就是|不是|没有|还有|这个|那个|一个|其中|按照|根据|依据|关于|对于|属于|归|管|办|找|由|请问|时候|时间|责任|职责|事项|事情|内容|方面|办法|条例|文件"
    r"|归谁|牵头|由谁来?|找谁|该谁|处理|办理|处罚|罚款|罚|列出|分别|是什么|有哪些|的话|如果|措施|举措|方法|做法|禁止性|强制性|限制性|没人\w*|咋办|怎么办|咋|一下|到底|究竟|公布|提出|目标|增长|下降|变化|年|月|日|今年|去年|明年|全国|我国)$"
)
# Bodies named in a question are whom it asks about, not what.
_BODY = re.compile(r"(?:城管|街办|街道办?|街道办事处|住建|交警|公安|工商|环保|卫健|民政|居委会?|村委会?|物业公司)$")
# 几小时, 多少天: the measure asked for is no part of what it is asked of.
_MEASURE = re.compile(
    rf"(?:几|多少)个?(?:小时|钟头|分钟|工作日|日内|天内|[天日年月元{OCCASIONS}岁人名家项条件度米亩吨]|分贝|公里|毫升|平方米)"
)
# 国办函〔2005〕21号 says which document, as 《…》 does.
_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,8}[\[(〔（【]\d{4}[\])〕）】]\d{1,4}号")
_PASSAGES = 12  # passages among which a term is rare or common
_HALF = 0.5  # share of a term from which a text has it
_MOST = 1.6  # weight of a term that one passage has
_UNSEEN = 1.0  # of one that none has: a lay word, or something the library knows nothing of
_HARDLY = 6e-5  # share of the library's passages up to which it hardly knows a word: 10 of 165,000
_LEAST = 0.25  # weight of a term that stands in every passage found


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """要点词: what a question is about, each word with its official wordings and how much turns on it."""

    weights: dict[str, float]
    wordings: dict[str, tuple[str, ...]]
    core: str | None  # the rarest term that any passage found has; None where none has one

    def share(self, *texts: str) -> float:
        """Share of what is asked about that some texts carry between them, 0–1; 1 for a question about nothing."""
        total = sum(self.weights.values())
        whole = normalise("\n".join(texts))
        return sum(w * self._carries(whole, t) for t, w in self.weights.items()) / total if total else 1.0

    def turns_on(self, text: str) -> bool:
        """Whether a text has the rarest of the terms that any passage found has."""
        return self.core is None or self._carries(normalise(text), self.core) >= _HALF

    def lacking(self, *texts: str) -> tuple[str, ...]:
        """The terms that no text carries, the weightiest first."""
        whole = normalise("\n".join(texts))
        ordered = sorted(self.weights.items(), key=lambda p: (-p[1], p[0]))
        return tuple(t for t, _ in ordered if self._carries(whole, t) < _HALF)

    def _carries(self, text: str, term: str) -> float:
        return _measure(text, term, self.wordings[term])


def read_terms(context: Context, question: Question) -> KeyTerms:
    """The words that say what is asked about, each weighed by how few of the passages found have it."""
    words = context.searcher.words
    catalogue = context.searcher.catalogue()
    named = _NUMBER.sub(" ", re.sub(r"《[^》]*》", " ", normalise(question.full)))
    plain = catalogue.gazetteer.pattern.sub(" ", named)
    plain = _MEASURE.sub(" ", plain)
    terms = [w for w in dict.fromkeys(_join_unknown(words.segment(plain))) if w not in STOP and not _PLAIN.match(w)]
    terms = [
        t
        for t in terms
        if not _BODY.match(t) and context.agencies.find_body(t) is None and not _PARTICLES.issuperset(t)
    ]
    wordings = {t: tuple(normalise(w) for w in words.expand(t)) for t in terms}
    texts = [normalise(f"{h.title} {h.text}") for h in context.hits[:_PASSAGES]]
    found = {t: sum(_measure(x, t, wordings[t]) for x in texts) for t in terms}
    weights = {
        t: min(_MOST, max(_LEAST, log(1 + (1 + len(texts)) / (0.5 + n)))) if n else _UNSEEN for t, n in found.items()
    }
    seen = [t for t, n in found.items() if n]
    core = max(seen, key=lambda t: (weights[t], len(t)), default=None)
    return KeyTerms(weights, wordings, core)


def find_unknown(context: Context, question: Question, terms: KeyTerms, *texts: str) -> tuple[str, ...]:
    """Things asked about that no text speaks of and the library hardly knows: 月球, 雨伞."""
    nouns = frozenset(context.searcher.words.nouns(normalise(question.full)))
    lacking = [t for t in terms.lacking(*texts) if t in nouns]
    counts, passages = context.searcher.library.frequencies("words", lacking)
    return tuple(t for t, n in zip(lacking, counts, strict=True) if n <= _HARDLY * passages)


def _measure(text: str, term: str, wordings: Sequence[str]) -> float:
    """1 for a text with the term or an official wording of it, a share for its parts."""
    if term in text or any(w in text for w in wordings):
        return 1.0
    grams = [term[i : i + 2] for i in range(len(term) - 1)]
    return 0.8 * sum(g in text for g in grams) / len(grams) if len(grams) > 1 else 0.0


def _join_unknown(pieces: Sequence[str]) -> list[str]:
    """Words of two characters and more; single ones side by side are a word the dictionary lacks: 飞|线, 插花|地."""
    found: list[str] = []
    run = ""
    for piece in [*pieces, ""]:
        if len(piece) == 1 and "\u4e00" <= piece <= "\u9fff" and piece not in STOP and piece not in _PARTICLES:
            run += piece
            continue
        if len(run) > 1:
            found.append(run)
        run = ""
        if len(piece) > 1 and re.match(r"[\w.%]+$", piece):
            found.append(piece)
    return found


_PARTICLES = frozenset(
    "谁管归找办扫清罚呢吗啊吧该去来还没有要让给把被个在了着过得地于之而则且即如若因所内要掉里上下前后时先再才会能可多几每次又就都也好算出"
)
