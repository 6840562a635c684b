"""Version → requirements: thresholds, deadlines, penalties, fees and standards, each with its literal sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.duties import is_report
from ingest.duty.names import ends_with_name
from ingest.duty.rows import find_columns
from ingest.duty.subjects import cut_name, find_event_subject, find_subject
from ingest.duty.units import Unit, find_sentences, find_units
from ingest.extract import Table
from ingest.measures import CHINESE, NUMBER, SCALE, UNIT, widen
from kb.records import Basis, Requirement, Version

_N = rf"(?:{NUMBER}|{CHINESE}|[lO]\d{{2,}})"  # l000元: an OCR letter is kept as written
_SPAN = r"(?:个?工作日|日|天|个?小时|个月|月|年|周|分钟)"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_MONEY = rf"(?:{SCALE})?元"
_AMOUNT = rf"{_N}(?:{_MONEY}|倍|%|日)"
# 处五千元以上五万元以下罚款, 违法所得一倍以上五倍以下, 处二千元罚款
_PENALTY = re.compile(
    rf"(?P<value>(?:每(?:处(?:（张）)?|[^，。；每处\d]{{1,4}}?)){{0,2}}(?:{_AMOUNT}以上(?:至)?{_AMOUNT}以下|{_AMOUNT}至{_AMOUNT}|{_AMOUNT}(?:以上|以下)?))(?=的?(?:罚款|罚金|拘留)|[^，。；]{{0,10}}罚[款金])"
    rf"|罚款(?P<after>{_AMOUNT}(?:以上(?:至)?{_AMOUNT}以下|以上|以下)?)"
    rf"|(?P<prison>{_N}年以上(?:{_N}年以下)?(?=有期徒刑)|{_N}年以下(?=有期徒刑))"
)
_CUE = re.compile(r"罚|拘留|有期徒刑")  # the cheap test
_SANCTION = re.compile(r"警告|吊销|没收|责令|拘留|取缔|关闭|扣留|暂扣|处罚|处分|通报批评|暂停其")
# 自受理之日起20日内, 提前三日, 2月底前
_WITHIN = re.compile(
    rf"(?P<value>(?:(?:自|从|在|于)[^，。；自从在于]{{0,24}}?)?{_N}{_SPAN}(?:以内|之内|内|前|以前)(?!容|提|后))"
    rf"|(?P<ahead>提前{_N}{_SPAN})"
    rf"|(?P<day>(?:每年|当年|次年|\d{{4}}年)?{_DAY}月(?:{_DAY}日|底)?(?:之|以)?前)"
)
# 每年, 每半年不少于一次, 每季度至少开展一次
_EVERY = re.compile(
    rf"每(?:{_N})?(?:半年|个?工作日|日|天|周|个?月|季度|学期|年|班次)(?!度)(?:[^，。；\d]{{0,12}}?(?:不得少于|不少于|至少|不低于)?[^，。；\d]{{0,6}}?{_N}次)?(?!\d|[一二三四五六七八九十]{{1,3}}[时点]|[^，。；]{{0,6}}[千万]分)"
)
_LIMIT = re.compile(
    rf"(?P<op>[≥≤＞＜><]|不得?(?:低于|少于|高于|超过|大于|小于|多于)|最高不超过|最低不少于|不超过|超过|低于|高于|至少|达到|不足|未满|不满|满|控制在)\s*(?P<value>{_N}(?:{SCALE})?(?:周岁|{_SPAN}|{UNIT}|岁|次|米|倍|克|级))(?P<within>以内|以下)?"
    rf"|(?P<value2>(?:百分之[零一二三四五六七八九十百]+|{_N}(?:{SCALE})?(?:{UNIT}|周岁|{_SPAN})))(?P<post>以上|以下|以内|内|之内)"
    rf"|(?P<op3>不得?(?:低于|少于|高于|超过)|超过|达到|低于|高于)(?P<value3>百分之[零一二三四五六七八九十百]+)"
)
# 管理费每年500元, 第一年为1000元, 每月1000元
_FEE = re.compile(
    rf"(?P<what>[^，。；]{{0,20}}(?:费|金(?!额)|补贴|补助|奖励|贷款|标准|保证金))[^，。；]{{0,16}}?(?P<value>(?:每[^，。；每\d为按仍的]{{1,4}}){{0,2}}{_N}{_MONEY}(?!/))"
    rf"|(?P<what2>[^，。；]{{2,24}}?)(?:为|按(?:照)?|收取|缴纳|给予|(?=每))(?P<value2>(?:每[^，。；每\d为按仍的]{{1,4}}){{0,2}}{_N}{_MONEY}(?:至{_N}{_MONEY})?(?!/))"
)
_CLOCK = re.compile(rf"(?P<value>(?:每日)?{_N}[时点](?:{_N}分)?(?:至|到)(?:次日|当日|翌日)?{_N}[时点])")
_STANDARD = re.compile(
    r"应当符合|必须符合|应当具备下列条件|不得有下列|禁止(?:下列|在)|标准[为是：:]|应当达到|应当采取[^，。；]{2,30}措施"
)
_TRIGGER = re.compile(
    r"[\d０-９两一二三四五六七八九十百千]+[元日天月年时点米%％‰倍次个周岁平公吨万亿处克级分小工毫厘亩升人户座家辆度班]|[≥≤＞＜><]|禁止|符合|罚款|警告|吊销|没收|取缔|暂扣|扣留|责令[^，。；]{0,4}(?:改正|整改|停|关闭|拆除|恢复|限期|退|赔|清|补|缴)|通报批评|给予[^，。；]{0,8}处分|标准[为是：:]|应当采取|每(?:半|季|年|月|日|周)|不得[^，。；]{0,4}于|不超过|不少于"
)
_LISTED = re.compile(r"禁止|不得|应当符合|下列(?:要求|标准|条件)")  # of a stem: its items are standards
_REWARD = re.compile(
    r"予以?(?:表彰|奖励)|行使下列"
)  # 具备下列条件之一的，予以奖励; 可以行使下列职权: asks nothing of anybody
# A definition, or what was reached: neither asks anything of anybody.
_DEFINITION = re.compile(r"^(?:本[^，。；]{1,8})?所称|是指|近[\d一二三四五]{1,2}年来|至今|已(?:经)?达到")
_CHAPTER = re.compile(r"第[一二三四五六七八九十]{1,3}[编章节][\s　]*[^，。；：]{0,30}$")
_TOLD = re.compile(r"已(?:经)?连续|年代?以来|已出版|近年来")
_SINCE = re.compile(r"(?:19|20)\d\d年以前")  # 2008年以前: when it was so, not until when
_DONE = re.compile(r"[^，。；]{0,4}已[^，。；]{2,12}的")  # 2018年底前已完成转制的企业: which ones, not until when
_FROM_THERE = re.compile(r"距[^，。；]{0,14}$")  # 距法定退休年龄五年以内
# 执业资格被吊销: what happened to somebody, no penalty that is set
_SUFFERED = re.compile(
    r"被(?:依法|[^，。；]{0,12}依法作出)?[^，。；]{0,10}(?:吊销|取消|责令|处罚|没收|拘留|处分|取缔|关闭)"
    r"|行政处罚(?:程序|权|裁量|信息|案|行为)|行政处罚、行政(?:强制|许可|征收)|扣押、没收[^，。；]{0,16}的|(?:部门|机关)没收的(?!，)"
)
# 对处罚决定不服: what is done about a penalty that was set
# 责令停止招生资格一年以上三年以下: how long a sanction lasts, no limit of a thing
_TERM = re.compile(rf"(?:停止|暂停|暂扣|限制)[^，。；\d]{{0,20}}?(?P<value>{_N}{_SPAN}以上{_N}{_SPAN}以下)")
_CASE = re.compile(
    r"(?:或者没有违法所得)?的?，(?:并?处|由)[^。；]{0,40}罚款"
)  # 违法所得十万元以上的，并处…罚款: in which case
_CONTESTED = re.compile(r"(?:处罚|罚款|拘留|决定)[^，。；]{0,12}不服(?!从)|处罚结果|处罚信息")
_PLURAL = re.compile(r"^(?:一|二|两|2|1)(?:个|名|人|家|种|方|次|级)$")  # 两个以上: more than one, no limit
_OPERATORS = {"不得低于": "≥", "不低于": "≥", "不少于": "≥", "不得少于": "≥", "至少": "≥", "达到": "≥", "最低不少于": "≥", "满": "≥",
              "不得超过": "≤", "不超过": "≤", "最高不超过": "≤", "不高于": "≤", "不得高于": "≤", "不得大于": "≤", "不大于": "≤", "不得多于": "≤", "不多于": "≤",
              "不得小于": "≥", "不小于": "≥", "超过": ">", "高于": ">", "低于": "<", "不足": "<", "未满": "<", "不满": "<", "控制在": "≤",
              "≥": "≥", "≤": "≤", "＞": ">", ">": ">", "＜": "<", "<": "<",
              "以上": "≥", "以下": "≤", "以内": "≤", "内": "≤", "之内": "≤"}  # fmt: skip
_BY = re.compile(r"由(?P<who>[^，。；由]{2,60})")
# 情节严重的, 拒不改正的: the act is that of the sentence before
_AGGRAVATED = re.compile(
    r"^(?:情节|后果|数额|可以并处|并报|其(?:负有|直接)|尚[不未]构成|逾期|拒不|造成|构成|经责令|限期|首次|再次|(?:有|没有|无)?违法所得)"
)
# 对直接负责的主管人员给予处分: who of those that did what was said before
_PERSONS = re.compile(
    r"^(?:同时|并)?(?:建议[^，]{2,12}?)?对(?P<who>(?:其|单位)?(?:直接负责|直接责任|负有|负责人)[^，。；]{0,30}人员)，?[^，。；]{0,24}给予"
)
_CRIME = re.compile(r"，?(?:涉嫌|(?<![不未])构成)犯罪(?:的.*)?$")
_ORDERS = re.compile(r"应当|必须|可以|不得|应(?!急|用)")
_WHOSE = re.compile(r"对(?P<who>[^，。；对]{2,24}?)(?:可以?|并|应当)?(?:并?处以?|罚款)[^，。；]{0,6}$")
_LEAD = re.compile(
    r"^(?:其中|但是?|并且?|且|同时|应当|必须|可以(?:经过)?|发给|每(?![年月日季周班户人])|原则上|应(?!急)|的|，|、|和|及|力争|确保)+|(?:应当|必须|应|可以|一般|原则上|力争|确保|要|不得|的|在|于|自|最迟|最长|最多|最高)+$"
)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    item: str
    value: str | None = None
    operator: str | None = None
    unit: str | None = None
    deadline: str | None = None
    indicator: str | None = None
    at: int = 0  # where in the sentence


@dataclass(slots=True)
class _Before:
    """What the sentences of one line have said: the act and who deals with it."""

    act: str = ""
    by: str = ""


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
        if _CHAPTER.match(body):
            continue
        if not _TRIGGER.search(body) and not ("罚款" in stem or _LISTED.search(stem)):
            continue
        before = _Before()
        for s in find_sentences(text, unit.start, unit.end, "。；！？"):
            start, end = _strip(text, s.start, s.end)
            if start < end:
                found += _records(version, unit.path, start, end, stem, before)
    for table in tables:
        found += _in_table(version, table)
    return tuple(found)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in ' 　\t"”':
        start += 1
    return start, end


def _records(version: Version, path: str, start: int, end: int, stem: str, before: _Before) -> Iterator[Requirement]:
    sentence = version.text[start:end]
    plain = widen(sentence)
    founds = [*_penalties(plain, stem, before), *_limits(plain, before), *_standards(sentence, stem)]
    seen: set[tuple[str, str | None, str | None]] = set()
    who = ""
    for f in founds:
        if (f.kind, f.value, f.indicator) in seen:
            continue
        if f.kind == "penalty":
            who = _enforcer(sentence, stem) or before.by or _keeper(sentence, stem, f.at)
        else:
            who = _keeper(sentence, "", f.at) or _enforcer(sentence, stem) or _keeper("", stem, 0)
        seen.add((f.kind, f.value, f.indicator))
        yield Requirement(
            kind=f.kind,
            item=f.item[:120],
            basis=Basis(version.document, version.id, path, start, end, sentence),
            indicator=f.indicator,
            operator=f.operator,
            value=f.value,
            unit=f.unit,
            deadline=f.deadline,
            responsible=who or None,
        )
    if any(f.kind == "penalty" for f in founds) or "刑事责任" in plain or "有期徒刑" in plain:
        act = _CRIME.sub("", _act(plain))
        if act and not _AGGRAVATED.match(act) and not _PERSONS.match(act):
            before.act = act
        before.by = who or before.by


def _enforcer(sentence: str, stem: str) -> str:
    """由X… of the sentence, or of the stem where the sentence names nobody."""
    for words in (sentence, stem):
        for m in _BY.finditer(words):
            who, action = cut_name(m["who"])
            if who and action:
                return who
    return ""


def _keeper(sentence: str, stem: str, at: int) -> str:
    """X应当…, X在接到…后: who must keep the limit at ``at``; the last body before it, or the one right behind it."""
    for words in (sentence, stem):
        who, begin, behind = "", 0, False
        for stretch in re.split(r"(?<=[，,；。：])", words):
            if begin > at and (who or not behind):
                break
            subject = find_subject(stretch.rstrip("，,；。："))
            who = subject[0] if subject is not None else who or _event(stretch, words[begin + len(stretch) :])
            behind = begin <= at and not _ORDERS.search(stretch)
            begin += len(stretch)
        if who:
            return who
    return ""


def _event(stretch: str, after: str) -> str:
    """Who an event is about, where the order follows it without a comma too: X收到征询函后应当…."""
    event = _ORDERS.split(stretch.rstrip("，,；。："), maxsplit=1)[0]
    return find_event_subject(event, open_end=after.startswith("应当"))


def _act(sentence: str) -> str:
    """What a sentence is about: the act before its consequence."""
    front = re.split(
        r"，(?:由|处|并处|责令|给予|应当|可以)|(?<!为目)的，|由[^，]{2,30}(?:责令|处|给予)", sentence, maxsplit=1
    )[0]
    act = re.sub(r"^违反本[^，]{0,20}规定，?", "", sentence if len(front) < 4 else front)[:120].strip("，。；")
    return act or front.strip("，。；")


def _full_act(sentence: str, before: _Before) -> str:
    """The act, with that of the sentence before where this one only says how grave it is."""
    act = _act(sentence)
    if before.act and _PERSONS.match(sentence):
        return before.act
    return f"{before.act}，{act}" if before.act and _AGGRAVATED.match(act) else act


def _penalties(sentence: str, stem: str, before: _Before) -> Iterator[_Found]:
    listed = "罚款" in stem and stem.endswith(("：", ":"))
    found = False
    for m in _PENALTY.finditer(sentence) if _CUE.search(sentence) else ():
        found = True
        at = m.start("after") if m["after"] else m.start()
        whose = _WHOSE.search(sentence[:at])
        yield _penalty(
            _full_act(sentence, before), m["value"] or m["after"] or m["prison"], whose["who"] if whose else None, at
        )
    persons = _PERSONS.match(sentence)
    term = _term(sentence)
    if term:
        yield _penalty(
            _full_act(sentence, before), term["value"], persons["who"] if persons else None, term.start("value")
        )
    if found or term:
        return
    if _SANCTION.search(_SUFFERED.sub("", sentence)) and not _CONTESTED.search(sentence):
        yield _Found("penalty", _full_act(sentence, before), indicator=persons["who"] if persons else None)
    elif listed:
        general = _PENALTY.search(widen(stem))
        yield (
            _penalty(_act(sentence), general["value"] or general["after"] or general["prison"], None)
            if general
            else _Found("penalty", _act(sentence))
        )


def _term(sentence: str) -> re.Match[str] | None:
    """How long a sanction lasts: 停止执业三个月以上一年以下."""
    return _TERM.search(sentence) if _SANCTION.search(sentence) else None


def _penalty(item: str, value: str, whose: str | None, at: int = 0) -> _Found:
    operator = "range" if ("以上" in value and "以下" in value) or "至" in value else None
    operator = operator or ("≤" if value.endswith("以下") else "≥" if value.endswith("以上") else None)
    unit = next((u for u in ("元", "倍", "%", "日", "个月", "年") if u in value), None)
    return _Found("penalty", item, value, operator, unit, indicator=whose, at=at)


def _limits(sentence: str, before: _Before | None = None) -> Iterator[_Found]:
    defined = _DEFINITION.search(sentence) is not None
    taken: list[tuple[int, int]] = []
    for pattern in (_WITHIN, _EVERY) if not _TOLD.search(sentence) else ():
        for m in pattern.finditer(sentence):
            words = m.group()
            if any(a <= m.start() < z for a, z in taken):
                continue  # 每年 of 每年三月底前
            taken.append(m.span())
            if _SINCE.match(words) or _DONE.match(sentence, m.end()) or _FROM_THERE.search(sentence[: m.start()]):
                continue
            act = _full_act(sentence, before) if before else _act(sentence)
            if act.endswith(words):  # 法院在执行死刑三日前，应当通知…: the act stands behind
                act = sentence[:120].strip("，。；")
            yield _Found("deadline", act, words, None, None, words, _indicator(sentence, m.start()), m.start())
    term = _term(sentence)
    for m in _LIMIT.finditer(sentence):
        if (term and term.start("value") <= m.start() < term.end("value")) or _CASE.match(sentence, m.end()):
            continue
        value = m["value"] or m["value2"] or m["value3"]
        at = m.start()
        if (
            defined
            or (m["post"] == "以上" and _PLURAL.match(value))
            or any(a <= at < z or a < m.end() <= z for a, z in taken if m["post"] in ("内", "以内", "之内"))
            or re.match(r"[^，。；]{0,10}(?:罚款|罚金|拘留|有期徒刑)", sentence[m.end() :])
        ):
            continue
        word = m["op"] or m["post"] or m["op3"]
        unit = "%" if value.startswith("百分之") else re.sub(rf"^{_N}", "", value)
        yield _Found(
            "threshold", _act(sentence), value, _OPERATORS.get(word), unit or None, None, _indicator(sentence, at), at
        )
    for m in _FEE.finditer(sentence) if "元" in sentence else ():
        if "罚款" not in sentence[m.end() :]:
            what = (m["what"] or m["what2"]).strip()
            yield _Found("threshold", what, m["value"] or m["value2"], None, "元", indicator=what)
    for m in _CLOCK.finditer(sentence) if "时" in sentence or "点" in sentence else ():
        yield _Found("standard", _act(sentence), m["value"])


def _indicator(sentence: str, at: int) -> str | None:
    """The words a limit is about: those between the last mark and the limit."""
    words = re.split(r"[，；。：、]", sentence[:at])[-1]
    if words.count("（") > words.count("）"):
        words = words.rsplit("（", 1)[1]
    words = _LEAD.sub("", words).strip("，、 　")
    if len(words) < 2 or ends_with_name(words.removeprefix("由")) or words.endswith("年"):
        return None
    return words[-40:]


def _standards(sentence: str, stem: str) -> Iterator[_Found]:
    if m := _STANDARD.search(sentence):
        yield _Found("standard", _act(sentence), at=m.start())
    elif stem and _LISTED.search(stem) and not _REWARD.search(stem) and "罚款" not in stem:
        yield _Found("standard", sentence[:120].strip("，。；"))


def _in_table(version: Version, table: Table) -> Iterator[Requirement]:
    """Rows of standards, handbooks and task tables: what is asked of each item, by whom and until when."""
    text = version.text
    columns = find_columns(table, text)
    kinds = set(columns.values())
    if "object" not in kinds or not {"standard", "deadline"} & kinds:
        return
    rows: dict[int, dict[str, list[str]]] = {}
    spans: dict[int, tuple[int, int]] = {}
    for cell in table.cells:
        kind = columns.get(cell.column)
        if cell.row < max(1, table.header_rows) or cell.end <= cell.start:
            continue
        if not cell.filled:
            a, z = spans.get(cell.row, (cell.start, cell.end))
            spans[cell.row] = (min(a, cell.start), max(z, cell.end))
        if kind:
            rows.setdefault(cell.row, {}).setdefault(kind, []).append(re.sub(r"\s+", "", text[cell.start : cell.end]))
    path = next((c.path for c in reversed(version.clauses) if c.start <= table.start < c.end), "")
    for number in sorted(rows):
        row = rows[number]
        if number not in spans or not row.get("object"):
            continue
        start, end = spans[number]
        basis = Basis(version.document, version.id, path, start, end, text[start:end])
        yield from _of_row(row, basis)


def _of_row(row: dict[str, list[str]], basis: Basis) -> Iterator[Requirement]:
    item = "；".join(row["object"])[:120]
    who = "、".join((*row.get("lead", ()), *row.get("own", ()))) or None
    when = next(iter(row.get("deadline", ())), None)
    standard = "；".join(row.get("standard", ()))
    for f in _limits(widen(standard)) if standard else ():
        if f.kind == "threshold":
            yield Requirement(f.kind, item, basis, f.indicator, f.operator, f.value, f.unit, when, who)
    if standard:
        yield Requirement("standard", item, basis, value=standard[:120], deadline=when, responsible=who)
    elif when:
        yield Requirement("deadline", item, basis, value=when, deadline=when, responsible=who)
