"""Agency names: one body under many names, reforms with their dates, a generic subject's concrete bureau as an inference."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from kb.errors import UsageError
from kb.text import normalise

# Levels and places that stand before a name without changing which kind of body it is.
_LEVEL = re.compile(
    r"^(?:(?:本|各|全|所在地的?|当地|有关|相关|上级|同级|县级以上|设区的)*(?:国务院|国家|中央|省|自治区|直辖市|自治州|州|市|自治县|县|区|旗|盟|地方|各级)(?:级|辖)?"
    r"(?:（[^）]*）|\([^)]*\))?(?:[、和与及或]|或者|以及)?)+(?:人民政府|政府)?(?:的)?"
)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|市|自治县|县|区|旗)(?=[\u4e00-\u9fff]{3,})")
_LEADING = re.compile(r"^(?:所在地的?|当地|有关|相关|其他|本|各)+(?=..)")
_BRACKETS = re.compile(r"[（(][^）)]*[)）]|\s")
# Endings that name the same body: 卫生健康主管部门, 卫生健康行政部门, 卫生健康局.
_ENDING = re.compile(r"(?:行政)?(?:主管部门|管理部门|主管机关|部门|机关|委员会|总局|局|厅|委|部|办公室|机构)$")


@dataclass(frozen=True, slots=True)
class Body:
    """机构类: one kind of body with every way of writing it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reform:
    """机构改革: from a day on, another body carries the old ones' work."""

    old: tuple[str, ...]
    new: str
    on: date
    note: str


@dataclass(frozen=True, slots=True)
class Concrete:
    """具体机关: what a generic subject means in a place during a period."""

    generic: str
    place: str
    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """解析: the body a name stands for; every hop beyond the text is in ``inference``."""

    written: str
    id: str
    name: str
    level: str | None = None
    concrete: str | None = None
    inference: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agencies:
    """机构名录."""

    bodies: Mapping[str, Body]
    spellings: Mapping[str, str]  # plain name → id
    reforms: tuple[Reform, ...] = ()
    concretes: tuple[Concrete, ...] = ()

    @classmethod
    def load(cls, path: Path | None) -> Agencies:
        """The shipped registry, completed by the user's TOML file where one is given; UsageError for a bad file."""
        shipped = tomllib.loads((files("kb") / "agency_data" / "agencies.toml").read_text(encoding="utf-8"))
        return parse_registry([shipped, *([_read(path)] if path is not None else [])])

    def find_body(self, name: str) -> Body | None:
        """The body a name stands for, its level and place left out of account; None for an unknown one."""
        plain = _plain(name)
        for form in (plain, _bare(plain), _LEVEL.sub("", _bare(plain)), _LEVEL.sub("", plain)):
            id = self.spellings.get(form)
            if id is not None:
                return self.bodies[id]
        return None

    def same(self, a: str, b: str) -> bool:
        """Whether two names can stand for one body; levels are compared only where both name one."""
        one, other = _plain(a), _plain(b)
        if not one or not other:
            return False
        if one == other or _bare(one) == _bare(other):
            return True
        if not _levels_agree(one, other):
            return False
        first, second = self.find_body(a), self.find_body(b)
        if first is not None or second is not None:
            return first is not None and second is not None and first.id == second.id
        kept = [_ENDING.sub("", _LEVEL.sub("", _bare(p))) for p in (one, other)]
        return len(kept[0]) >= 2 and kept[0] == kept[1]

    def resolve(self, name: str, place: str | None = None, as_of: date | None = None) -> Resolution | None:
        """What a name stands for in a place on a day; reforms and concrete bureaus are labelled inferences."""
        body = self.find_body(name)
        concrete = self._concrete(name, place, as_of)
        if body is None:
            if concrete is None:
                return None
            return Resolution(name, name, name, find_level(name), concrete.name, (_explain(name, concrete),))
        inference: list[str] = []
        current = body
        for _ in self.reforms:
            step = next((r for r in self.reforms if current.id in r.old and (as_of is None or r.on <= as_of)), None)
            if step is None:
                break
            current = self.bodies[step.new]
            inference.append(f"推断：{step.note}（{step.on.isoformat()}起）")
        if concrete is not None:
            inference.append(_explain(name, concrete))
        return Resolution(
            name, current.id, current.name, find_level(name), concrete.name if concrete else None, tuple(inference)
        )

    def _concrete(self, name: str, place: str | None, as_of: date | None) -> Concrete | None:
        wanted = _plain(name)
        for c in self.concretes:
            inside = c.place in ("全国", place)
            begun = c.since is None or as_of is None or c.since <= as_of
            ended = c.until is not None and as_of is not None and c.until < as_of
            if _plain(c.generic) == wanted and inside and begun and not ended:
                return c
        return None


def parse_registry(tables: Sequence[Mapping[str, Any]]) -> Agencies:
    """A registry from parsed TOML tables; a later table's entries go before an earlier one's."""
    bodies: dict[str, Body] = {}
    reforms: list[Reform] = []
    concretes: list[Concrete] = []
    for table in tables:
        try:
            for b in table.get("body", []):
                before = bodies.get(b["id"])
                aliases = (*(before.aliases if before else ()), *b.get("aliases", []))
                bodies[b["id"]] = Body(b["id"], b["name"], tuple(dict.fromkeys(aliases)))
            reforms += [
                Reform(tuple(r["old"]), r["new"], r["on"], r.get("note", "机构改革")) for r in table.get("reform", [])
            ]
            concretes[:0] = [
                Concrete(c["generic"], c["place"], c["name"], c.get("from"), c.get("to"))
                for c in table.get("concrete", [])
            ]
        except (KeyError, TypeError) as e:
            raise UsageError(f"机构名录的条目缺少或写错了字段 {e}，请对照自带名录的说明改正。") from e
    for r in reforms:
        unknown = [id for id in (*r.old, r.new) if id not in bodies]
        if unknown:
            raise UsageError(f"机构名录的改革条目引用了没有登记的机构 {'、'.join(unknown)}，请先用 [[body]] 登记。")
    spellings: dict[str, str] = {}
    for body in bodies.values():
        for name in (body.name, *body.aliases):
            spellings[_plain(name)] = body.id
            spellings.setdefault(_bare(_plain(name)), body.id)
    return Agencies(bodies, spellings, tuple(reforms), tuple(concretes))


def find_level(name: str) -> str | None:
    """The level a name begins with, as written: 市, 区, 国务院."""
    m = re.match(r"(国务院|国家|中央|省|自治区|市|州|县|区|旗|乡|镇|街道|村)", name)
    return m.group() if m else None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"机构名录“{path}”打不开，请检查 DINGZE_AGENCIES 的路径。") from e
    except tomllib.TOMLDecodeError as e:
        raise UsageError(f"机构名录“{path}”不是合格的 TOML（{e}），请改正。") from e


def _plain(name: str) -> str:
    return re.sub(r"\s", "", normalise(name)).replace("(", "（").replace(")", "）").strip("、，。")


def _bare(plain: str) -> str:
    return _LEADING.sub("", _PLACE.sub("", _BRACKETS.sub("", plain)))


def _levels_agree(one: str, other: str) -> bool:
    """市 and 区 are two levels; 市、区 fits both; a name without a level fits any."""
    levels = [
        set(re.findall(r"国务院|省|市|县|区|乡|镇", m.group())) if (m := _LEVEL.match(n)) else set()
        for n in (one, other)
    ]
    return not levels[0] or not levels[1] or bool(levels[0] & levels[1])


def _explain(name: str, concrete: Concrete) -> str:
    return f"推断：“{name}”在{concrete.place}为{concrete.name}"
