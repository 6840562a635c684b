"""A duty before it has its basis: what the grammars of sentences, brackets and tables hand on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.duty.names import is_holder, is_name, is_place, split_agencies
from kb.records import Basis, Duty, Modality, Role, Scope, Version

_MAX_FIELD = 160  # characters of action and object; the basis keeps the whole
_ROAD_NAME = r"(?:[一二三四五]级(?:[、至到和][一二三四五]级)*道路|主次干道|主干道|次干道|背街小巷|支路|街巷|高速公路|国道|省道|县道|乡道|村道)"
_ROAD = re.compile(rf"{_ROAD_NAME}(?:[、和及]{_ROAD_NAME})*")
_NO_PROPERTY = re.compile(
    r"(?:未|没有|无|尚未|不)(?:依法)?(?:实行|实施|聘请|选聘|委托)?[^，。；]{0,4}物业(?:管理|服务)?(?:企业)?"
)
_PROPERTY = re.compile(r"(?:已经?|实行|实施|(?<![共所])有|委托|选聘)[^，。；]{0,4}物业(?:管理|服务)?(?:企业)?")
_AREA = re.compile(
    r"[^，。；、的]{2,16}(?:区域|范围)内|跨[^，。；]{2,8}的|在本?[^，。；]{1,10}(?:行政区域|辖区)内?|重点管理区域?内?"
)
_TIME = re.compile(
    r"(?:\d{4}年)?\d{1,2}月底?(?:前|之前)?|\d{4}年(?:底|上半年|下半年)?前?|年底前|夜间|每日[^，。；的]{2,16}|长期"
)
_EXERCISE = re.compile(r"(?:依法)?(?:实施|行使|再行使|集中行使|决定|作出(?=[^，。；]{0,12}处罚决定))")
_PENALTIES = re.compile(r"行政处罚|处罚权|行政强制|执法")
_DEAL_WITH = re.compile(
    r"(?!建立)(?![^，]*(?:移交|移送|报告))[^，]{0,30}?(?:予以|给予|进行)?处理(?!结果|意见|情况|方案)"
)
_BREACH = re.compile(r"违反本|违法行为")
_DISCIPLINE = re.compile(r"处分")
_COMMITTEE = re.compile(r"(?:居|村|民)委(?:员)?会$")
_LEVELS = re.compile(r"^(中央|国家|全国|国务院|省|自治区|市|州|盟|县|区|旗|乡|镇|街道|村)")


@dataclass(frozen=True, slots=True)
class Found:
    """一处职责: agencies as one phrase, still unsplit."""

    agencies: str
    role: Role
    role_word: str
    action: str
    object: str
    start: int  # of the quote
    end: int
    condition: str = ""
    counterpart: str | None = None
    negative: bool = False
    modality: Modality = "norm"
    inference: tuple[str, ...] = ()
    confidence: float = 1.0
    time: str | None = None
    trusted: bool = False  # a table or label says that these are bodies, whatever they are called
    responsible: bool = False  # the clause is about 责任人: whoever is named owes the duty as its holder


def enforcing(role: Role, action: str, around: str) -> Role:
    """实施 and 行使 of a sentence about penalties is enforcement, as is 依照…规定处理 of a breach."""
    if role != "own":
        return role
    if _EXERCISE.match(action):
        return "enforce" if _PENALTIES.search(f"{around}{action}") else role
    return "enforce" if _DEAL_WITH.match(action) and _BREACH.search(around) else role


def find_scope(condition: str, obj: str, time: str | None = None) -> Scope:
    """What narrows a duty, from the words before and around it; each field as written."""
    if not condition and not obj:
        return Scope(time=time)
    both = f"{condition}，{obj}" if condition else obj
    none = _NO_PROPERTY.search(both)
    some = None if none else _PROPERTY.search(both)
    road, area = _ROAD.search(both), _AREA.search(both)
    return Scope(
        road_grade=road.group() if road else None,
        property_management=none.group() if none else some.group() if some else None,
        area=area.group() if area else None,
        time=time or (m.group() if (m := _TIME.search(condition)) else None),
        condition=condition[:_MAX_FIELD] or None,
    )


def format_level(name: str) -> str | None:
    """The level a name begins with, as written."""
    m = _LEVELS.match(name)
    return m.group(1) if m else None


def build_duties(version: Version, path: str, found: Found, modality: Modality) -> list[Duty]:
    """One duty for each body in the phrase, all resting on the same span; a member that names no body is dropped."""
    basis = Basis(version.document, version.id, path, found.start, found.end, version.text[found.start : found.end])
    scope = find_scope(found.condition, found.object, found.time)
    action, obj = _fit(found.action), _fit(found.object)
    return [
        Duty(
            agency=name,
            role=_held(name, found),
            role_word=found.role_word,
            action=action,
            object=obj,
            basis=basis,
            agency_level=format_level(name),
            scope=scope,
            negative=found.negative,
            modality=found.modality if found.modality != "norm" else modality,
            counterpart=found.counterpart,
            inference=found.inference,
            confidence=found.confidence,
        )
        for name in split_agencies(found.agencies)
        if found.trusted or is_name(name) or is_place(name)
    ]


def _fit(words: str) -> str:
    """A field in at most _MAX_FIELD characters, cut where a sentence or else a stretch ends."""
    words = words.strip("，、；。：: 　")
    if len(words) <= _MAX_FIELD:
        return words
    kept = words[:_MAX_FIELD]
    at = (
        max(kept.rfind(mark) for mark in "。；")
        if re.search(r"[。；]", kept)
        else max(kept.rfind("，"), kept.rfind("、"))
    )
    return kept[:at].strip("，、；。：: 　") if at > 0 else kept


def _held(name: str, found: Found) -> Role:
    """An enterprise or person owes a duty as its holder, whatever the verb; a committee does where 责任人 is the theme."""
    if found.role == "enforce" and _DISCIPLINE.search(found.action):
        return "enforce"  # 由其所在单位给予处分
    if found.role_word == "撤销" and name.endswith("法院"):
        return "own"  # a court that revokes what it or another has ruled punishes nobody
    if found.role in ("own", "enforce", "oversee", "coordinate") and is_holder(name):
        return "duty-holder"
    if found.role == "approve" and found.role_word in ("登记", "备案") and is_holder(name):
        return "duty-holder"  # 房东应当登记承租人
    if found.role == "own" and found.responsible and (_COMMITTEE.search(name) or name.endswith("单位")):
        return "duty-holder"
    return found.role
