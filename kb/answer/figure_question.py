"""What a question about figures asks for: places, years, indicator, unit, level or change, actual or target."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.answer.draft import Question
from kb.search.catalogue import Catalogue
from kb.search.places import NATION
from kb.text import normalise

_RANGE = re.compile(r"((?:19|20)\d\d)\s*年?\s*(?:-|—|–|~|～|至|到)+\s*((?:19|20)\d\d)\s*年")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# 按2004—2007年各年…报告: the years of the reports, not of the figures
_REPORTS = re.compile(
    r"(?P<years>(?:19|20)\d\d(?:年?(?:-|—|–|~|至|到|、|和|与)+(?:19|20)\d\d)*)年?(?:、)?(?P<what>(?:各年|历年|[一-龥]{0,10}?)(?:国务院|政府|省|市|区|三份|两份|各|的)*(?:政府)?工作报告)"
)
_NATION = re.compile(r"我国|全国|国务院|国内生产总值|中央")
_UNIT = re.compile(
    r"多少(?P<unit>个?百分点|(?:万亿|亿|万)?(?:美元|元|吨|斤|人|户|亩|立方米|平方米|公里|千瓦时|千瓦|岁|家|个|件|条|处|座|辆|次))|统一用(?P<unit2>[万亿]+元)"
)
_GROWTH = re.compile(
    r"增速|增长(?:了)?(?:多少|百分之|率|几)|增幅|百分之几|涨幅|降幅|增长目标|增长的?预期|由低到高|下降(?:了)?多少|增长"
)
_LEVEL = re.compile(
    r"是多少(?:万|亿)|多少(?:万|亿)?(?:元|美元|吨|斤|人|户|立方米|平方米|亩)|总量|达到多少|完成多少|逐年是多少|(?:增加|多)了?多少(?:万|亿)"
)
_TARGET = re.compile(r"目标|预期(?!寿命)|计划|安排")
_ACTUAL = re.compile(r"实际|完成情况|完成了吗|是否完成|实绩|实现了吗|完成多少|完成得")
_CHANGE = re.compile(
    r"变化|相差|比.{0,16}(?:多|高|低|少|增加|提高|下降|回落)|增加了?多少|多多少|提高了还是|怎么变|高多少"
)
_SAME: tuple[tuple[str, str], ...] = (
    ("gdp", "生产总值"), ("国内生产总值", "生产总值"), ("地区生产总值", "生产总值"), ("经济增长", "生产总值"), ("贸易总额", "总额"),
    ("全国", ""), ("国家", ""), ("全省", ""), ("全市", ""), ("全区", ""), ("我国", ""), ("实现", ""), ("粮食总产量", "粮食产量"), ("居民消费价格总水平", "居民消费价格"),
    ("全社会固定资产", "固定资产"), ("的比重", "比重"),
    ("常住居民", "居民"),  # since the surveys were joined in 2013 the incomes of residents are told under either name
)  # fmt: skip


_CHANGED = re.compile(r"(?:增长|下降|提高|降低|增加|减少|上升|回落|涨幅|增幅|增速|总水平)+$")
# Where one thing asked ends and another begins.
_EDGE = re.compile(
    r"[，,。？?；;：:（）()的是为了和与及]|多少|百分|增长|增速|增幅|涨幅|下降|降低|提高|增加|目标|预期|计划|达到|完成|实际|全年|年初|上年|比|占|总量|逐年|分别|控制|依次|由低|最|报告|省|市|三|各|按|从|到|至|新增|年"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """所问数据."""

    places: tuple[str, ...]
    years: tuple[int, ...]  # of the figures
    indicator: str  # the question without places and years, folded by fold_indicator
    unit: str | None
    growth: bool
    level: bool
    targets: tuple[bool, ...]  # (False,) actual, (True,) target, both for a comparison
    change: bool
    report_years: tuple[int, ...] = ()


def read_figure_question(question: Question, catalogue: Catalogue) -> Asked:
    """Everything a question about figures says of what it wants."""
    plain = normalise(question.full)
    places = catalogue.gazetteer.find(question.full)
    if not places and _NATION.search(plain):
        places = (NATION,)
    reports = list(_REPORTS.finditer(plain))
    rest = _REPORTS.sub(" ", plain)
    report_years = _years(" ".join(m["years"] + "年" for m in reports))
    years = _years(rest)
    target = bool(_TARGET.search(plain))
    actual = bool(_ACTUAL.search(plain)) or ("目标" in plain and "相差" in plain)
    targets = (True, False) if target and actual else (True,) if target else (False,)
    if not years and report_years:
        years = report_years if targets[0] else tuple(y - 1 for y in report_years)
    core = _YEAR.sub(" ", _RANGE.sub(" ", catalogue.gazetteer.pattern.sub(" ", rest)))
    unit = _UNIT.search(plain)
    wanted = (unit["unit"] or unit["unit2"]) if unit else None
    growth = bool(_GROWTH.search(plain))
    level = bool(_LEVEL.search(plain)) or (wanted is not None and "百分点" not in wanted)
    return Asked(
        places, years, fold_indicator(core), wanted, growth or (wanted or "").endswith("百分点"), level,
        targets, bool(_CHANGE.search(plain)), report_years,
    )  # fmt: skip


def _years(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for m in _RANGE.finditer(text):
        found += range(int(m.group(1)), int(m.group(2)) + 1)
    found += [int(m.group()) for m in _YEAR.finditer(text)]
    return tuple(sorted(dict.fromkeys(found)))


def fold_indicator(text: str) -> str:
    """Words folded for comparison: GDP, 地区生产总值 and 国内生产总值 are one, 全省 says nothing."""
    found = normalise(text)
    for one, other in _SAME:
        found = found.replace(one, other)
    return re.sub(r"[“”\"、\s]", "", found)


def plain_indicator(text: str) -> str:
    """An indicator's noun alone, folded."""
    return _CHANGED.sub("", fold_indicator(text))


def fit_indicator(indicator: str, asked: str) -> float:
    """How well a report's indicator is the one asked for, 0–1.

    All of its bigrams should stand in the question; words of the question that hang on to it without a break
    (农村|居民人均可支配收入, 生产总值|能耗) say that another indicator was meant.
    """
    core = plain_indicator(indicator)
    if len(core) < 2:
        return 0.0
    grams = [core[i : i + 2] for i in range(len(core) - 1)]
    share = sum(g in asked for g in grams) / len(grams)
    at = asked.find(core)
    if at < 0:
        return 0.9 * share
    before = _EDGE.split(asked[:at])[-1]
    after = _EDGE.split(asked[at + len(core) :], maxsplit=1)[0]
    return 1.0 - 0.15 * min(2, len(before) / 2) - 0.15 * min(2, len(after) / 2)
