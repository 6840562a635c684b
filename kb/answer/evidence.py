"""Whether the evidence of an answer is about what was asked: the place, the year, the body, the number; else what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kb.answer.draft import Context, Draft, Question
from kb.answer.refusal import refusal
from kb.records import DocumentInfo
from kb.search.places import NATION
from kb.text import CHINESE_NUMERAL, normalise

# A national body by its proper name, as the thing the question is about: 国家数据安全监察总署的主要职责.
_FORMAL = re.compile(
    r"(?:国家|国务院|中国|中央|最高|全国)[\u4e00-\u9fff]{2,18}?(?:总署|总局|监察局|委员会|研究部|研究所|管理局|中心|办公厅|署|司|局)"
    r"(?=的?(?:机关|主要|具体)?(?:职责|职能|编制|内设|处室|行政编制)|是做什么|负责什么|管什么)"
)
_MENTIONED = (
    0.9  # share of a name's bigrams that a passage must have to speak of it: 研究中心的办公厅 for 研究中心办公厅
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_UNIT = re.compile(
    r"(?:多少|几)(?:个|家|名|位|座|只|条|项|天|次|处|台|辆|所|岁|毫升|公里|平方米|亩|吨|户|件|人|种|倍|米|层|届|章)"
)
_COUNTED = rf"(?:[\d０-９][\d０-９.．,，]*(?:余|多)?(?:万|亿)?|[{CHINESE_NUMERAL}万亿]+)\s*(?:多|余)?(?:个)?"
_NOT_COUNTED = re.compile(r"第几|哪几|几[点号月]")


def check_evidence(context: Context, question: Question, draft: Draft) -> Draft:
    """The draft, or an abstention that names the place, year, body or number its evidence lacks."""
    if draft.status == "abstained":
        return draft
    quotes = [context.version(e.document).text[e.start : e.end] for s in draft.statements for e in s.evidence]
    documents = list(dict.fromkeys(e.document for s in draft.statements for e in s.evidence))
    infos = {i.document: i for i in context.searcher.library.find_documents()}
    cited = [infos[d] for d in documents]
    # Who does something does not change with the year, and is not counted.
    checks = (
        (_lacks_body, _lacks_place) if draft.kind == "duty" else (_lacks_body, _lacks_place, _lacks_year, _lacks_number)
    )
    for check in checks:
        refused = check(context, question, quotes, cited)
        if refused is not None:
            return refused
    return draft


def find_quotes(context: Context, draft: Draft) -> list[str]:
    """The words that a draft rests on."""
    return [context.version(e.document).text[e.start : e.end] for s in draft.statements for e in s.evidence]


def _near(context: Context) -> Iterable[str]:
    for hit in context.hits:
        yield normalise(f"{hit.title}\n{hit.passage.context}\n{hit.text}")


def _lacks_body(
    context: Context, question: Question, quotes: Sequence[str], cited: Sequence[DocumentInfo]
) -> Draft | None:
    """A body asked about by its proper name that no passage found so much as mentions."""
    plain = normalise(re.sub(r"《[^》]*》", "", question.full))
    names = [m.group() for m in _FORMAL.finditer(plain)]
    texts = list(_near(context))
    for name in dict.fromkeys(names):
        core = context.searcher.catalogue().gazetteer.pattern.sub("", name)
        grams = {core[n : n + 2] for n in range(len(core) - 1)}
        if len(core) < 5 or context.agencies.find_body(core) is not None:
            continue
        if not any(sum(g in text for g in grams) >= _MENTIONED * len(grams) for text in texts):
            return refusal(question, "no-evidence", f"现有资料未见“{name}”。", context.hits)
    return None


def _lacks_place(
    context: Context, question: Question, quotes: Sequence[str], cited: Sequence[DocumentInfo]
) -> Draft | None:
    """Every document cited holds in another place than the one asked about, and none so much as names it."""
    catalogue = context.searcher.catalogue()
    asked = catalogue.gazetteer.find(question.full)
    if not asked or not cited:
        return None
    places = {i.document: p for i, p in zip(catalogue.infos, catalogue.places, strict=True)}
    if any(_may_hold(context, question, asked, places[i.document], quotes) for i in cited):
        return None
    held = [p for i in cited if (p := places[i.document])]
    bare = [_bare(p) for p in asked]
    if any(b in text for b in bare for text in (*quotes, *held, *(i.identity.title for i in cited))):
        return None
    names = "、".join(dict.fromkeys(held)) or "别处"
    return refusal(
        question,
        "no-evidence",
        f"资料库中没有{'、'.join(asked)}关于此事的规定；检索到的是{names}的文件，不能代替。",
        context.hits,
    )


def _may_hold(
    context: Context, question: Question, asked: Sequence[str], place: str | None, quotes: Sequence[str]
) -> bool:
    """Whether a text can speak of the place asked about: by its own place, or for want of one by those it names."""
    gazetteer = context.searcher.catalogue().gazetteer
    if place is None:
        named = gazetteer.find("\n".join(quotes))
        return not named or any(gazetteer.relation(asked, p) != "other" for p in named)
    if place == NATION and question.kind == "figure":  # the nation's figure is not the city's
        return NATION in asked or any(p in q for p in map(_bare, asked) for q in quotes)
    return gazetteer.relation(asked, place) != "other"


def _bare(place: str) -> str:
    return re.sub(r"(?:省|市|自治区|自治州|县|区|旗)$", "", place)


def _lacks_year(
    context: Context, question: Question, quotes: Sequence[str], cited: Sequence[DocumentInfo]
) -> Draft | None:
    """A year is asked about, and what is cited speaks of other years alone."""
    if not question.years or question.kind in ("compare", "status") or not cited:
        return None
    said: set[int] = set()
    for info in cited:
        i = info.identity
        said |= {int(y) for y in _YEAR.findall(normalise(f"{i.title} {info.document}"))}
        said |= {d.year for d in (i.issued_on, i.effective_on, i.adopted_on, *i.revised_on) if d is not None}
    said |= {int(y) for q in quotes for y in _YEAR.findall(normalise(q))}
    if not said or said & {y + d for y in question.years for d in (0, 1)}:
        return None
    if any(str(y) in text for y in question.years for text in map(normalise, quotes)):
        return None
    years = "、".join(f"{y}年" for y in question.years)
    return refusal(
        question,
        "no-evidence",
        f"资料库中没有{years}的相关内容；检索到的是{'、'.join(f'{y}年' for y in sorted(said)[:3])}的文件。",
        context.hits,
    )


def _lacks_number(
    context: Context, question: Question, quotes: Sequence[str], cited: Sequence[DocumentInfo]
) -> Draft | None:
    """How many is asked, and no quotation has a number before that measure; a lost one is said to be lost."""
    plain = normalise(question.full)
    m = _UNIT.search(plain)
    if m is None or _NOT_COUNTED.search(plain) or question.kind in ("compare", "status", "duty", "definition"):
        return None
    unit = re.sub(r"^(?:多少|几)", "", m.group()).replace("岁", "周?岁")
    whole = "\n".join(map(normalise, quotes))
    if re.search(rf"{_COUNTED}{unit}", whole) or (unit == "天" and re.search(rf"{_COUNTED}(?:工作)?[日天]", whole)):
        return None
    lost = re.search(rf"(?:^|[，。；、\s\u4e00-\u9fff])({unit}[\u4e00-\u9fff]{{2,8}})", whole)
    if lost is not None:
        return refusal(
            question, "missing-figure", f"原文“{lost[1]}”前的数字缺失，不能给出数值，也不作推测。", context.hits
        )
    return refusal(
        question, "missing-figure", f"检索到的条文没有写明{m.group().replace('几', '多少')}这一数量。", context.hits
    )
