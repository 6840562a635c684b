"""How an agency's name is built: level, place and core taken apart, so that two spellings can be told to be one body."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from kb.text import normalise

# What may stand before a name without being part of it.
_FRONT = re.compile(
    r"(?:所在地的?|当地的?|有关的?|相关的?|上级|同级|其他|其它|各级|各|本级|本|该|原|中共|全|地方)(?=..)"
)
# 市场, 市容, 市政 … begin with a level's character and are none.
_GUARD = {
    "市": "场容政民区域集",
    "区": "域划块位",
    "县": "域城",
    "省": "略",
    "村": "民镇",
    "乡": "村",
    "州": "",
    "旗": "",
    "盟": "",
}
_LEVELS: tuple[tuple[str, str], ...] = (
    # written → 国 省 市 县 (a 区 is a county-level body)
    ("国务院", "国"), ("国家", "国"), ("中央", "国"), ("县级以上地方各级", "省市县"), ("县级以上地方", "省市县"), ("县级以上各级", "省市县"),
    ("县级以上", "省市县"), ("省级以上", "国省"), ("设区的市级以上", "省市"), ("设区的市级", "市"), ("设区的市", "市"), ("直辖市", "省"), ("自治区", "省"), ("自治州", "市"),
    ("自治县", "县"), ("市辖区", "县"), ("省级", "省"), ("市级", "市"), ("县级", "县"), ("区级", "县"),
    ("省", "省"), ("市", "市"), ("州", "市"), ("盟", "市"), ("县", "县"), ("区", "县"), ("旗", "县"),
)  # fmt: skip
_JOIN = re.compile(r"[、和与及或/]|以及|或者")
_GOVERNMENT = re.compile(r"(?:人民)?政府(?:的|所属|有关)?(?=[\u4e00-\u9fff]{2,})")
_OWNED = re.compile(r"^.{2,20}?(?:所属|下属|直属)的?(?=.{3,})")
_BRACKETS = re.compile(r"（[^）]*）")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:自治[区州县旗]|省|市|区|县|旗|州|盟)(?=[\u4e00-\u9fff]{2,})")
# 农贸市|场, 城市|管理, 社区|服务中心: these end like a place and are none.
_NO_PLACE = re.compile(
    r"(?:城市|超市|[农批花菜夜上股楼]贸?发?市|[社小景园城校街库灾牧林厂辖地矿片分]区|本[市县区])$|[、和与及或的]"
)
_BASIC = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{2,6}?)(?P<kind>街道办事处|街道办|街道|镇人民政府|乡人民政府|镇政府|乡政府)$"
)
# Endings that name the same body: 卫生健康主管部门, 卫生健康行政部门, 卫生健康局.
_ENDING = re.compile(r"(?:行政)?(?:主管部门|管理部门|主管机关|管理机关|部门|机关|委员会|总局|局|厅|委|部|办公室|机构)$")
_SHORTEST = 2  # characters of a core that can still tell two bodies apart


@dataclass(frozen=True, slots=True)
class Name:
    """名称分析: what a name says of level and place, and the rest."""

    plain: str
    levels: frozenset[str]  # of 国 省 市 县; empty where the name does not say
    place: str | None  # 云泽市, 临河; None for 街道办事处
    core: str  # without level and place

    @property
    def stem(self) -> str:
        """The core without its ending; the core itself where too little would be left."""
        short = _ENDING.sub("", self.core)
        return short if len(short) >= _SHORTEST else self.core


def plain_name(name: str) -> str:
    """A name without spaces and trailing marks, brackets in one width."""
    return re.sub(r"\s", "", normalise(name)).replace("(", "（").replace(")", "）").strip("、，。；：")


def parse_name(written: str, known: Container[str] = ()) -> Name:
    """Level, place and core of a name; what is ``known`` as a body's own name is not taken apart further."""
    plain = plain_name(written)
    rest = _OWNED.sub("", _BRACKETS.sub("", plain))
    levels: set[str] = set()
    place: str | None = None
    while rest and rest not in known:
        if m := _FRONT.match(rest):
            rest = rest[m.end() :]
            continue
        cut = _match_level(rest)
        if cut is not None:
            levels |= set(cut[1])
            rest = rest[cut[0] :]
            continue
        if m := _GOVERNMENT.match(rest):
            rest = rest[m.end() :]
            continue
        if place is None and (m := _BASIC.match(rest)):
            return Name(plain, frozenset(levels), m["place"], m["kind"])
        if place is None and (found := _match_place(rest)):
            place = found
            levels |= set(_level_of(found))
            rest = rest[len(found) :]
            continue
        break
    return Name(plain, frozenset(levels), place, rest or plain)


def _match_level(rest: str) -> tuple[int, str] | None:
    """Length and meaning of the level a name begins with, with the mark that joins it to a further one."""
    for written, meaning in _LEVELS:
        if not rest.startswith(written):
            continue
        after = rest[len(written) :]
        if len(after) < 2 or (len(written) == 1 and after[0] in _GUARD[written]):
            return None
        join = _JOIN.match(after)
        return len(written) + (join.end() if join else 0), meaning
    return None


def _match_place(rest: str) -> str | None:
    for m in _PLACE.finditer(rest[:9] + rest[9:12]):
        if m.start() != 0:
            return None
        following = rest[m.end() : m.end() + 1]
        if not _NO_PLACE.search(m.group()) and following not in _GUARD.get(m.group()[-1], ""):
            return m.group()
        return None
    return None


def _level_of(place: str) -> str:
    return next((meaning for written, meaning in _LEVELS if place.endswith(written) and len(written) <= 3), "")
