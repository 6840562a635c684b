"""Reports → figures: each indicator with its value, unit and period as written; a lost number is missing, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.duties import is_report
from ingest.duty.units import Unit, find_sentences, find_units
from ingest.extract import Table
from ingest.indicators import (
    BEFORE,
    FALL,
    RISE,
    complete_verb,
    find_behind,
    find_name,
    find_recent,
    find_respective,
    strip_change,
)
from ingest.measures import NUMBER, SCALE, UNIT, parse_value, widen
from kb.records import Basis, Figure, Version

_AFTER = r"左右|以上|以内|以下|多|上下|之内"
_VALUE = re.compile(
    rf"(?P<before>(?:{BEFORE})*)(?P<number>{NUMBER})(?:%?\s*[—～~\-–至]\s*(?P<to>{NUMBER}))?(?P<mid>多|余|％?)?(?P<unit>(?:{SCALE})?(?:{UNIT}))(?P<after>{_AFTER})?"
)
_CHANGE = re.compile(
    rf"(?:按可比口径|按可比价格|同比|比上年|较上年|比去年|比上年同期|年均|平均每年|实际|名义|累计|分别|预计|又|也|只|仅|均|约|再|高达|净|将|力争|比\d{{4}}年|较\d{{4}}年)*(?P<verb>{RISE}|{FALL})(?:了|(?<=增长)为|幅度为|的(?:预期)?目标[是为])?$"
)
_FROM_TO = re.compile(
    rf"(?:由|从)(?P<when1>上年|去年|\d{{4}}年|[^，。；\d]{{0,8}})的?(?P<n1>{NUMBER})(?P<u1>(?:{SCALE})?(?:{UNIT}))?(?P<verb>增加到|提高到|提升到|增长到|上升到|下降到|降到|降至|增至|扩大到|减少到|达到|到|提高至|提升至|增长至|上升至|下降至|扩大至|减少至|压减到|压减至|降低到|降低至|上升为|下降为|提高为|调整为|调整到)(?P<when2>\d{{4}}年的?)?(?P<n2>{NUMBER})(?P<u2>(?:{SCALE})?(?:{UNIT}))"
)
_EXPLICIT = re.compile(r"(?<![比较自从至\d])(?P<year>(?:19|20)\d\d)年(?!以来|以前|代|版|前)")
_BY_YEAR = re.compile(r"到(?P<year>20\d\d)年")
_TOLD_YEAR = re.compile(
    r"(?P<year>(?:19|20)\d\d)年(?!政府工作报告)[^，。]{0,30}?(?:情况报告|情况的报告|工作总结|情况汇报|年报|公报)|情况报告[（(](?P<late>(?:19|20)\d\d)年"
)
_GOAL = re.compile(r"预期目标|主要目标|目标是|目标为|力争|奋斗目标|计划(?:达到|完成|新增)")
_REACHED = re.compile(r"超额完成|高于预期|如期完成|圆满完成|完成.{0,6}目标|超过预期")
_LAST = re.compile(r"去年|过去一年|一年来|过去的一年|刚刚过去|上年|全年")
_FIVE = re.compile(
    r"五年来|过去五年|五年间|[“\"]?十[一二三四五]五[”\"]?(?:时期|期间|以来)|近五年|本届政府|年均|平均每年"
)
_LOST = re.compile(
    r"(?P<what>[一-龥“”、]{2,24}?)(?<![\d一二三四五六七八九十百千数几两多上近])(?P<unit>[万亿](?:平方米|立方米|亩|条|处|起次|起|辆次|辆|吨|元|人次|人|户|米|公里|件|座|个))(?=[，,。；;、\s]|$)"
)
# 清理污水沟XX XX万平方米; ；座垃圾转运站整体改造: the number is a blank or quite gone
_BLANK = re.compile(
    r"(?P<what>[一-龥“”、]{2,24}?)\s*XX(?:\s*XX)*\s*(?P<unit>万?(?:平方米|立方米|亩|条|处|辆|吨|亿元|元|人次|户|公里|件|座|个))(?=[，,。；;、\s]|$)"
    r"|(?:^|[，,；;。])(?P<unit2>座|辆次|辆)(?P<what2>(?!谈|位|次|落)[一-龥]{2,12})"
)
_YEARS = re.compile(rf"(?:由|从)?前[一二两三四五]年(?:的)?分别(?P<verb>{RISE}|{FALL})?[^，。；\d]{{0,4}}$")
_MILESTONE = re.compile(
    r"(?P<what>[^\d]{2,24}?)(?:历史性)?(?:迈上|突破|跨上|跃上|站上|跨越|迈过)[^，。]{1,12}(?:台阶|大关|关口)"
)
_NO_INDICATOR = frozenset(
    ("在", "对", "以", "从", "按", "经", "由", "向", "将", "把", "为", "其中", "分别", "围绕", "聚焦", "推动")
)
_GOVERNMENTS = ("省委", "市委", "区委", "县委", "省政府", "市政府", "区政府", "县政府", "国务院")  # 省政府16次调度
# 近三个月, 上半年, 1—9月: a period shorter than the year
_PART = re.compile(
    r"近[一二两三四五六七八九十\d]+个?月|上半年|下半年|前[一二三]季度|[一二三四]季度|\d{1,2}(?:月)?[—～~\-–至]\d{1,2}月(?:份)?"
)
# 24小时开放, 6个方面: a way to say always, a way to count what is told
_NO_FIGURE = re.compile(r"24小时|\d+个(?:方面|层面|维度)")
_SIZED = re.compile(r"的?[一-龥]{2,10}(?=\d)")
_BESIDE = re.compile(r"高于|低于|快于|好于|优于")
# 名词解释: what words mean, not what was reached
_GLOSSARY = re.compile(r"(?:附[：:]?)?(?:有关|相关|部分)?(?:名词|用语|术语)(?:的)?(?:解释|说明|注释)")
_BREAK = re.compile(r"[，；;。：:]|,(?!\d{3}(?!\d))|、(?=(?:同比)?(?:增长|下降|增幅|增速|比上年|高于|低于))")


@dataclass(slots=True)
class _Frame:
    """What holds for a stretch of a report until something else is said."""

    year: int | None  # of the report
    period: str | None = None
    target: bool = False
    indicator: str = ""


def find_figures(version: Version, tables: Sequence[Table], units: Sequence[Unit] | None = None) -> tuple[Figure, ...]:
    """Every number of a report with what it measures; nothing for a text that is no report."""
    if not is_report(version):
        return ()
    text = widen(version.text)
    frame = _Frame(find_report_year(version))
    found: list[Figure] = []
    for unit in units if units is not None else find_units(version, tables):
        if unit.headings and _GLOSSARY.match(unit.headings[0].strip()):
            continue
        _enter(frame, unit, text[unit.start : unit.end])
        for s in find_sentences(text, unit.start, unit.end, "。；！？"):
            found += _in_sentence(version, text, unit, s.start, s.end, frame)
    return tuple(found)


def find_report_year(version: Version) -> int | None:
    """The year a report was given in: from its title, its first date, or its file name."""
    title = widen(version.identity.title)
    told = _TOLD_YEAR.search(title)
    if told:
        return int(told["year"] or told["late"]) + 1  # 2020年工作情况报告 tells of 2020 itself
    for place in (title, widen(version.text[:900])):
        m = re.search(r"(?:19|20)\d\d(?=年)", place)
        if m:
            return int(m.group())
    if version.identity.issued_on:
        return version.identity.issued_on.year
    m = re.search(r"(?:19|20)\d\d", version.document.rsplit("/", 1)[-1])
    return int(m.group()) if m else None


def _enter(frame: _Frame, unit: Unit, line: str) -> None:
    """The frame a heading or the opening of a part sets."""
    frame.indicator = ""
    title = unit.headings[-1] if unit.headings else ""
    for words in (
        unit.headings[0] if unit.headings else "",
        title,
        "" if len(line) > 30 or line.endswith("。") else line,
    ):
        if not words or frame.year is None:
            continue
        m = _EXPLICIT.search(widen(words))
        named = int(m["year"]) if m else None
        heading = words is not line
        if re.search(r"回顾|总结|过去|去年工作|主要成就|成绩|基本情况|主要成效|报告.{0,8}的工作", words):
            frame.period, frame.target = str(named or frame.year - 1), False
            if _FIVE.search(words):
                frame.period = None
        elif re.search(
            r"工作安排|主要任务|工作任务|总体要求|预期目标|主要目标|工作部署|今年.{0,10}工作|重点工作|工作总体|目标任务|工作思路|开好局|起好步|新一年",
            words,
        ) or (heading and named == frame.year):
            frame.period, frame.target = str(named or frame.year), True


def _in_sentence(version: Version, text: str, unit: Unit, start: int, end: int, frame: _Frame) -> Iterator[Figure]:
    sentence = text[start:end]
    yield from _lost(version, unit, start, sentence)
    if not re.search(r"\d", sentence):
        return
    period, target, cumulative = _period(sentence, frame)
    indicator = ""
    recent: list[str] = []
    part: re.Match[str] | None = None
    at = 0
    pieces = [(m.start(), m.end()) for m in _BREAK.finditer(sentence)] + [(len(sentence), len(sentence))]
    for stop, following in pieces:
        piece = sentence[at:stop]
        at = following
        own = _EXPLICIT.search(piece)
        if own and not re.search(r"\d{4}年的?\d", piece):
            period = own["year"]
            target = _is_target(period, sentence, frame)
        by = _BY_YEAR.search(piece)
        if by:
            period, target = by["year"], _is_target(by["year"], sentence, frame)
        here = _FIVE.search(piece)
        part = None if "全年" in piece else _PART.search(piece) or part
        milestone = _MILESTONE.match(piece)
        if milestone:
            indicator = find_name(milestone["what"]) or indicator
        for name, value in _values(piece, indicator, recent):
            if name is not None:
                indicator = strip_change(name)
                if not recent or recent[-1] != indicator:
                    recent.append(indicator)
            shown = name or indicator
            if len(shown) < 2 or shown in _NO_INDICATOR or shown.startswith("/") or shown.endswith(_GOVERNMENTS):
                continue
            yield Figure(
                indicator=shown[:60],
                value=value.value,
                unit=value.unit,
                period=_in_part(
                    value.period.replace("上年", str(frame.year - 2 if frame.year else "")) if value.period else period,
                    part,
                    period,
                ),
                basis=Basis(version.document, version.id, unit.path, start, end, version.text[start:end]),
                cumulative=True if cumulative or here or "累计" in piece[: value.at + 2] else None,
                qualifier=_join(
                    value.before, value.after, "预计" in piece[: value.at + 1] or sentence.startswith("预计")
                ),
                target=target,
            )


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    unit: str
    before: str
    after: str
    at: int
    period: str | None = None


def _values(piece: str, indicator: str, recent: list[str]) -> Iterator[tuple[str | None, _Value]]:
    """(indicator or None for the one before, value) of each number in a stretch between commas."""
    m = _FROM_TO.search(piece)
    if m:
        name = find_name(piece[: m.start()]) or indicator
        earlier = re.search(r"\d{4}(?=年)|上年|去年", m["when1"])
        before = earlier.group() if earlier else None
        yield (
            name,
            _Value(
                parse_value(m["n1"]),
                m["u1"] or m["u2"],
                "",
                "",
                m.start("n1"),
                (before or "起点").replace("去年", "上年"),
            ),
        )
        when = (m["when2"] or "").replace("年", "").replace("的", "") or None
        yield name, _Value(parse_value(m["n2"]), m["u2"], "", "", m.start("n2"), when)
        return
    matches = list(_VALUE.finditer(piece))
    if not matches:
        return
    first = matches[0]
    lead = piece[: first.start()]
    years = _YEARS.search(lead)
    if years:  # 由前三年分别上升4.9%、5.5%、0.2%: one value a year before
        name = find_name(lead) or indicator
        yield from (
            (
                f"{name}{years['verb'] or ''}",
                _Value(parse_value(_number(v)), _unit(v["unit"]), v["before"], "", v.start(), f"前{len(matches) - n}"),
            )
            for n, v in enumerate(matches)
        )
        return
    names = find_respective(lead) or find_recent(lead, recent, len(matches))
    if names and len(names) == len(matches):
        for name, v in zip(names, matches, strict=True):
            after = v["after"] or (matches[-1]["after"] or "")
            unit = matches[-1]["unit"] if matches[-1]["unit"].endswith("百分点") and v["unit"] == "个" else v["unit"]
            yield name, _Value(parse_value(v["number"]), _unit(unit), v["before"], after, v.start())
        return
    last = 0
    counted = ""
    for v in matches:
        lead = piece[last : v.start()]
        if v["unit"].startswith("年") and re.search(r"[比较]$", piece[: v.start()]):
            continue  # 比2020年增长8.5%: the year only says against what
        if v is not matches[-1] and v["after"] in ("以上", "以下", "以内") and _SIZED.match(piece[v.end() :]):
            continue  # 10亿元以上制造业项目248个: how large the things counted are
        last = v.end()
        if v["unit"] == "分钟" and re.match(r"[^，。；]{0,14}圈", piece[v.end() :]):
            continue  # 15分钟生活圈
        if _NO_FIGURE.match(piece[v.start("number") :]):
            continue
        if not lead.strip() and v["unit"] == "%" and piece.startswith("的", v.end()):
            continue  # 89.4%的公园: a share of something else than what was counted before
        if re.fullmatch(r"\d{4}", v["number"]) and v["unit"].startswith("年"):
            continue
        if re.match(r"(?:的)?(?:新)?(?:台阶|大关|关口)", piece[v.end() :]):
            continue  # 迈上6万亿元台阶: a milestone; the value follows
        if v["unit"] == "年" or re.match(r"^(?:第|前)", lead[-1:]):
            continue
        behind = find_behind(lead, piece[v.end() :], v["unit"], counted)
        counted = behind
        if behind:
            indicator = behind
            yield behind, _Value(parse_value(_number(v)), _unit(v["unit"]), v["before"], v["after"] or "", v.start())
            continue
        change = _CHANGE.search(lead)
        name = complete_verb(find_name(lead), indicator)
        if indicator and _BESIDE.match(name):
            name = f"{indicator}{name}"  # 增速6.8%、高于全省0.9个百分点
        if change and (not name or name in ("同比", "比") or name.startswith("比“")):
            shown = f"{indicator}{change['verb']}" if indicator else None
            if shown is None:
                continue
        elif change and name:
            shown = f"{name}{change['verb']}"
        else:
            shown = name or indicator or None
        if shown:
            indicator = indicator or strip_change(shown)
            since = "起点" if lead.endswith(("由", "从")) else None
            yield (
                shown,
                _Value(parse_value(_number(v)), _unit(v["unit"]), v["before"], v["after"] or "", v.start(), since),
            )
            if name:
                indicator = strip_change(shown)


def _in_part(period: str | None, part: re.Match[str] | None, base: str | None) -> str | None:
    """2019年近三个月: a part of a year is said with the year, for it cannot be compared with a whole one."""
    if period and period.startswith("前") and base and base.isdigit():
        return str(int(base) - int(period[1:]))
    if part is None or period is None or not period.isdigit():
        return period
    return f"{period}年{part.group()}"


def _number(v: re.Match[str]) -> str:
    return v["number"] if not v["to"] else f"{v['number']}-{v['to']}"


def _unit(unit: str) -> str:
    return "个百分点" if unit == "百分点" else unit


def _join(before: str, after: str, expected: bool) -> str | None:
    words = [w for w in ("预计" if expected and "预计" not in before else "", re.sub(r"^达到?$", "", before)) if w]
    front = "".join(words)
    if front and after:
        return f"{front}…{after}"
    return front or after or None


def _is_target(period: str | None, sentence: str, frame: _Frame) -> bool:
    if period is None or frame.year is None or not period.isdigit():
        return frame.target
    if int(period) >= frame.year:
        return frame.target or bool(_GOAL.search(sentence)) or int(period) > frame.year
    return bool(_GOAL.search(sentence)) and not _REACHED.search(sentence) and frame.target


def _period(sentence: str, frame: _Frame) -> tuple[str | None, bool, bool]:
    """Period, target and cumulative of a sentence, from its own words before those of its section."""
    cumulative = bool(
        re.match(r"^[^，。]{0,12}(?:五年来|过去五年|近五年|五年间|本届政府|[“\"]?十[一二三四五]五)", sentence)
    )
    if _GOAL.search(sentence) and frame.year is not None and not _REACHED.search(sentence):
        m = _EXPLICIT.search(sentence[: sentence.find("目标") + 8])
        return (m["year"] if m else str(frame.year)), True, cumulative
    m = _EXPLICIT.search(sentence[:24])
    if m:
        return m["year"], _is_target(m["year"], sentence, frame), cumulative
    if frame.year is not None and _LAST.search(sentence[:20]) and not frame.target:
        return str(frame.year - 1), False, cumulative
    if frame.period is None and frame.year is not None:
        return (None if cumulative else str(frame.year - 1)), False, cumulative
    return frame.period, frame.target, cumulative


def _lost(version: Version, unit: Unit, start: int, sentence: str) -> Iterator[Figure]:
    """清理卫生死角万平方米: the number is gone, only its unit is left."""
    for m in (*_LOST.finditer(sentence), *_BLANK.finditer(sentence)):
        words = m["what"] or m.groupdict()["what2"]
        what = re.split(r"[、，]", words)[-1] if len(words) > 16 else words
        yield Figure(
            indicator=what,
            value=None,
            unit=m["unit"] or m.groupdict()["unit2"],
            period=None,
            basis=Basis(
                version.document, version.id, unit.path, start + m.start(), start + m.end(),
                version.text[start + m.start() : start + m.end()],
            ),
            missing=True,
        )  # fmt: skip
