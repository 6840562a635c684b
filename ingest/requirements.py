"""Version → requirements: thresholds, deadlines, penalties, fees and standards, each with its literal sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.duties import is_report
from ingest.duty.units import Unit, find_sentences, find_units
from ingest.extract import Table
from ingest.measures import CHINESE, NUMBER, SCALE, UNIT, widen
from kb.records import Basis, Requirement, Version

_N = rf"(?:{NUMBER}|{CHINESE}|[lO]\d{{2,}})"  # l000元: an OCR letter is kept as written
_SPAN = r"(?:个?工作日|日|天|小时|个月|月|年|周|分钟|个工作日)"
_MONEY = rf"(?:{SCALE})?元"
# 处五千元以上五万元以下罚款, 违法所得一倍以上五倍以下, 处二千元罚款
_PENALTY = re.compile(
    rf"(?:处以?|并处以?|可以?处|罚款|处违法所得|货值金额|处[^，。；]{{0,20}}?)?(?P<value>{_N}(?:{_MONEY}|倍|%)以上(?:至)?{_N}(?:{_MONEY}|倍|%)以下|{_N}(?:{_MONEY}|倍|%)(?:以上|以下)?)(?=的?罚款|[^，。；]{{0,10}}罚款)"
)
_SANCTION = re.compile(r"警告|吊销|没收|责令|拘留|取缔|关闭|扣留|暂扣|处罚|处分|通报批评")
_DEADLINE = re.compile(
    rf"(?P<value>(?:(?:自|从|在|于)[^，。；自从在于]{{0,18}}?)?{_N}{_SPAN})(?:以?内|之内|前|以前)|(?P<ahead>提前{_N}{_SPAN})|(?P<every>每(?:{_N})?(?:半)?(?:{_SPAN}|季度|半年|年|月|周|日)[^，。；]{{0,12}}?(?:不得少于|不少于|至少|以上)?{_N}?次?)"
)
_LIMIT = re.compile(
    rf"(?P<op>不得?(?:低于|少于|高于|超过|大于|小于|多于)|最高不超过|最低不少于|不超过|超过|低于|高于|至少|达到|不足|未满|满)(?P<value>{_N}(?:{SCALE})?(?:{UNIT}|周岁|岁|次|米|倍|{_SPAN}))"
    rf"|(?P<value2>(?:百分之[零一二三四五六七八九十百]+|{_N}(?:{SCALE})?(?:{UNIT}|周岁|{_SPAN})))(?P<post>以上|以下|以内|内|之内)"
    rf"|(?P<op3>不得?(?:低于|少于|高于|超过)|超过|达到|低于|高于)(?P<value3>百分之[零一二三四五六七八九十百]+)"
)
_FEE = re.compile(
    rf"(?P<what>[^，。；]{{0,20}}(?:费|金|补贴|补助|奖励|贷款|标准|保证金))[^，。；]{{0,16}}?(?P<value>{_N}{_MONEY})"
)
_CLOCK = re.compile(rf"(?P<value>(?:每日)?{_N}[时点](?:{_N}分)?(?:至|到)(?:次日|当日|翌日)?{_N}[时点])")
_STANDARD = re.compile(
    r"应当符合|必须符合|应当具备下列条件|不得有下列|禁止(?:下列|在)|标准[为是：:]|应当达到|应当采取[^，。；]{2,30}措施"
)
_TRIGGER = re.compile(
    r"[\d０-９两一二三四五六七八九十百]+[元日天月年时点米%％倍次个周岁平公吨万]|百分之|禁止|符合|罚款|警告|吊销|每(?:半|季|年|月|日|周)|不得[^，。；]{0,4}于"
)
_OPERATORS = {"不得低于": "≥", "不低于": "≥", "不少于": "≥", "不得少于": "≥", "至少": "≥", "达到": "≥", "最低不少于": "≥", "满": "≥",
              "不得超过": "≤", "不超过": "≤", "最高不超过": "≤", "不高于": "≤", "不得高于": "≤", "不得大于": "≤", "不大于": "≤", "不得多于": "≤",
              "不得小于": "≥", "不小于": "≥", "超过": ">", "高于": ">", "低于": "<", "不足": "<", "未满": "<",
              "以上": "≥", "以下": "≤", "以内": "≤", "内": "≤", "之内": "≤"}  # fmt: skip
_RESPONSIBLE = re.compile(r"由(?P<who>[^，。；由]{2,40}?)(?=责令|给予|处|没收|吊销|依法|按照|负责|予以|对|限期)")


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    item: str
    value: str | None = None
    operator: str | None = None
    unit: str | None = None
    deadline: str | None = None


def find_requirements(
    version: Version, tables: Sequence[Table], units: Sequence[Unit] | None = None
) -> tuple[Requirement, ...]:
    """Every limit, deadline, penalty and standard of a text that rules; nothing for a report."""
    if is_report(version):
        return ()
    text = version.text
    found: list[Requirement] = []
    for unit in units if units is not None else find_units(version, tables):
        body = widen(text[unit.start : unit.end])
        stem = text[unit.stem.start : unit.stem.end] if unit.stem is not None else ""
        if not _TRIGGER.search(body) and not ("罚款" in stem or "禁止" in stem or "不得" in stem):
            continue
        for s in find_sentences(text, unit.start, unit.end, "。；！？"):
            start, end = _strip(text, s.start, s.end)
            if start < end:
                found += _records(version, unit, start, end, stem)
    return tuple(found)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in ' 　\t"”':
        start += 1
    return start, end


def _records(version: Version, unit: Unit, start: int, end: int, stem: str) -> Iterator[Requirement]:
    sentence = version.text[start:end]
    by = _RESPONSIBLE.search(sentence) or _RESPONSIBLE.search(stem)
    seen: set[tuple[str, str | None]] = set()
    for f in (*_penalties(widen(sentence), stem), *_limits(widen(sentence)), *_standards(sentence, stem)):
        if (f.kind, f.value) in seen:
            continue
        seen.add((f.kind, f.value))
        yield Requirement(
            kind=f.kind,
            item=f.item[:120],
            basis=Basis(version.document, version.id, unit.path, start, end, sentence),
            operator=f.operator,
            value=f.value,
            unit=f.unit,
            deadline=f.deadline,
            responsible=by["who"].strip("、") if by else None,
        )


def _act(sentence: str) -> str:
    """What a sentence is about: the act before its consequence."""
    front = re.split(r"，(?:由|处|并处|责令|给予|应当|可以)|的，|由[^，]{2,30}(?:责令|处|给予)", sentence, maxsplit=1)[
        0
    ]
    return re.sub(r"^违反本[^，]{0,20}规定，?", "", sentence if len(front) < 4 else front)[:120].strip("，。；")


def _penalties(sentence: str, stem: str) -> Iterator[_Found]:
    for m in _PENALTY.finditer(sentence):
        value = m["value"]
        yield _Found(
            "penalty",
            _act(sentence),
            value,
            "range" if "以上" in value and "以下" in value else None,
            "元" if "元" in value else "倍" if "倍" in value else "%",
        )
    if _SANCTION.search(sentence) and not _PENALTY.search(sentence):
        yield _Found("penalty", _act(sentence))
    elif "罚款" in stem and "：" in stem[-1:]:
        general = _PENALTY.search(widen(stem))
        yield _Found("penalty", _act(sentence), general["value"] if general else None)


def _limits(sentence: str) -> Iterator[_Found]:
    for m in _DEADLINE.finditer(sentence):
        words = m.group()
        yield _Found("deadline", _act(sentence), words, None, None, words)
    for m in _LIMIT.finditer(sentence):
        if re.match(r"[^，。；]{0,10}罚款", sentence[m.end() :]):
            continue
        value = m["value"] or m["value2"] or m["value3"]
        word = m["op"] or m["post"] or m["op3"]
        unit = re.sub(rf"^{_N}", "", value)
        yield _Found("threshold", _act(sentence), value, _OPERATORS.get(word), unit or None)
    for m in _FEE.finditer(sentence):
        if "罚款" not in sentence[m.end() : m.end() + 6]:
            yield _Found("threshold", m["what"], m["value"], None, "元")
    for m in _CLOCK.finditer(sentence):
        yield _Found("standard", _act(sentence), m["value"])


def _standards(sentence: str, stem: str) -> Iterator[_Found]:
    if _STANDARD.search(sentence):
        yield _Found("standard", _act(sentence))
    elif stem and re.search(r"禁止|不得|应当符合|下列(?:要求|标准|条件)", stem):
        yield _Found("standard", sentence[:120].strip("，。；"))
