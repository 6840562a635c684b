"""What an answer must hold to be one: an amount for 多少, a stretch of time for 多久, a fine for 罚多少."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.answer.across import find_across, say
from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.naming import find_meant, flat
from kb.text import CHINESE_NUMERAL, OCCASIONS, normalise

_N = rf"(?:[\d０-９][\d０-９,.．]*|[{CHINESE_NUMERAL}半]+)"
# A number that says how much: 三级 and 第一 say which.
_VALUE = rf"(?:(?<!第)[\d０-９][\d０-９,.．]*(?!级)|百分之{_N}|{_N}分之{_N}|(?<!第)[{CHINESE_NUMERAL}半]+(?=[个名位元人家件次项天日年月倍成万亿米吨亩处座条台辆只周岁度摄公平立毫千克小分余多]))"


@dataclass(frozen=True, slots=True)
class Wanted:
    """应有之数: how it is asked for, how it is written, and what it is called when it is missing."""

    name: str
    asked: re.Pattern[str]
    written: re.Pattern[str]


_WANTED: tuple[Wanted, ...] = tuple(
    Wanted(name, re.compile(asked), re.compile(written))
    for name, asked, written in (
        ("罚款数额", r"罚(?:款)?(?:的)?(?:金额)?(?:多少|几|是多少)|(?:多少|几)(?:元|块|钱)?(?:的)?罚款|罚款(?:数额|标准|幅度|区间|金额)", rf"{_N}\s*(?:万|亿)?元|{_N}\s*倍|百分之{_N}"),
        ("时限", r"(?:几|多少)个?(?:小时|钟头|分钟|天|日|工作日|个月)(?:内|之内|以内)?|多久|多长时间|期限(?:是|为)?多|时限", rf"(?!(?:19|20)\d\d\s*年)(?<![\d月年]){_N}\s*(?:个)?(?:小时|分钟|日|天|工作日|周|月|年)|半年|当日|当天|立即|即时"),
        ("金额", r"多少(?:万|亿)?(?:元|钱|块)", rf"{_N}\s*(?:万|亿|余)*元"),
        ("年龄", r"多大(?:年龄|岁数)?|几岁|多少(?:周)?岁|几周岁", rf"{_N}\s*周?岁"),
        ("比例", r"百分之几|百分之多少|比例(?:是|为)?多少|占多少", rf"{_N}\s*[%％]|百分之{_N}|{_N}分之{_N}|{_N}成"),
        ("次数", rf"(?:几|多少)[{OCCASIONS}]|多久(?:.{{0,6}})一次", rf"{_N}\s*(?:余|多)?(?:万|亿)?(?:余|多)?[{OCCASIONS}]|每(?:年|月|日|周|季度|半年)"),
    )
)  # fmt: skip


# 多少毫升, 几只: how many of what.
_COUNTED = re.compile(
    r"(?:多少|几)(个|家|名|位|座|只|条|项|天|处|台|辆|所|毫升|公里|平方米|亩|吨|户|件|人|种|倍|米|层|届|章|岁)"
)
# 吞吐量是多少, 年均浓度降到多少: the number behind that noun.
_NAMED = re.compile(r"([\u4e00-\u9fff]{2,12}?)(?:是|为|有|达到?|降[到至]|升[到至]|提高到|增加到|共计?|了)*多少")
_LIMIT_WORDS = re.compile(r"(?:的)?(?:上限|下限|数额|金额|数量|额度|总数|总额|标准|比例|最高|最低|最多|最少)$")
_ORDINAL = re.compile(r"第几|几[点号月]|哪几")


def find_wanted(question: Question) -> Wanted | None:
    """What the words of asking want to see, None where they want nothing of a fixed kind."""
    plain = normalise(question.full)
    found = next((w for w in _WANTED if w.asked.search(plain)), None)
    counted = _COUNTED.search(plain)
    if found is None and counted is not None and not _ORDINAL.search(plain):
        unit = re.escape(counted[1])
        return Wanted("数量", _COUNTED, re.compile(rf"{_N}\s*(?:余|多)?(?:万|亿)?(?:个)?{unit}"))
    named = _NAMED.search(plain)
    if found is None and named is not None:
        head = re.escape(_LIMIT_WORDS.sub("", named[1]).rstrip("的")[-3:])
        name = re.split(r"规定|条例|办法|的", named[1])[-1] or named[1]
        return Wanted(name, _NAMED, re.compile(rf"{head}[^,，。;；\n]{{0,12}}?{_VALUE}"))
    return found


def has_wanted(context: Context, wanted: Wanted, draft: Draft) -> bool:
    """Whether an answer's quotations hold what is wanted."""
    return any(
        wanted.written.search(normalise(context.version(e.document).text[e.start : e.end]))
        for s in draft.statements
        for e in s.evidence
    )


def says_wanted(context: Context, wanted: Wanted, draft: Draft) -> bool:
    """Whether the words of a quotation themselves, or what stands right before them, hold what is wanted."""
    statement = draft.statements[0]
    if not statement.evidence:
        return False
    evidence = statement.evidence[0]
    whole = context.version(evidence.document).text[evidence.start : evidence.end]
    at = whole.find(statement.text)
    before = whole[max(0, at - _BEFORE) : at] if at >= 0 else ""
    near = normalise(before) + normalise(statement.text)
    return any(m.end() > len(normalise(before)) for m in wanted.written.finditer(near))


_BEFORE = 14  # characters before a quotation in which the noun of its number may stand


def answer_wanted(context: Context, question: Question, wanted: Wanted) -> Draft | None:
    """The sentence that holds what is wanted and most of what is asked about; None where no passage found has both."""

    def boost(text: str) -> float:
        return 0.8 if wanted.written.search(normalise(text)) else -0.8

    found = [q for q in find_across(context, question, boost=boost) if wanted.written.search(normalise(q.text))]
    meant = set(find_meant(context, question.full))
    if meant & {q.info.document for q in found}:
        found = [q for q in found if q.info.document in meant]
    elif meant:
        return None
    terms = read_terms(context, question)
    found = [q for q in found if terms.turns_on(f"{q.text}{q.info.identity.title}")]
    if not found or terms.share(found[0].text) < _ABOUT:
        return None
    best = [q for q in found if q.score >= 0.9 * found[0].score][:2]
    # One sentence needs no name before it; two are told apart by their documents.
    statements = tuple(Statement(say(context, q) if len(best) > 1 else flat(q.text), (q.evidence,)) for q in best)
    return Draft("requirement", statements=statements, confidence=min(1.0, found[0].score / 3))


_ABOUT = 0.25  # share of what is asked about that the sentence itself must carry
