"""Agency names: one body under many names, reforms with their dates, a generic subject's concrete bureau as an inference."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from kb.agency_names import Name, parse_name, plain_name
from kb.errors import UsageError


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
    parsed: dict[str, Name] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(cls, path: Path | None) -> Agencies:
        """The shipped registry, completed by the user's TOML file where one is given; UsageError for a bad file."""
        shipped = tomllib.loads((files("kb") / "agency_data" / "agencies.toml").read_text(encoding="utf-8"))
        return parse_registry([shipped, *([_read(path)] if path is not None else [])])

    def find_body(self, name: str) -> Body | None:
        """The body a name stands for, its level and place left out of account; None for an unknown one."""
        parsed = self.parse(name)
        for form in (parsed.plain, parsed.core):
            id = self.spellings.get(form)
            if id is not None:
                return self.bodies[id]
        return None

    def parse(self, name: str) -> Name:
        """Level, place and core of a name; remembered, because a library names few bodies many times."""
        found = self.parsed.get(name)
        if found is None:
            found = self.parsed[name] = parse_name(name, self.spellings)
        return found

    def key(self, name: str) -> str:
        """One word for every spelling of a body, level and place left out: the id of a known one, else its stem."""
        body = self.find_body(name)
        return body.id if body is not None else self.parse(name).stem

    def same(self, a: str, b: str) -> bool:
        """Whether two names can stand for one body; level and place are compared only where both name one."""
        one, other = self.parse(a), self.parse(b)
        if not one.plain or not other.plain:
            return False
        if one.plain == other.plain:
            return True
        if one.levels and other.levels and not one.levels & other.levels:
            return False
        if one.place and other.place and not (one.place.endswith(other.place) or other.place.endswith(one.place)):
            return False
        return self.key(a) == self.key(b)

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
        if not self.concretes:
            return None
        wanted = self.parse(name).plain
        for c in self.concretes:
            inside = c.place in ("全国", place)
            begun = c.since is None or as_of is None or c.since <= as_of
            ended = c.until is not None and as_of is not None and c.until < as_of
            if inside and begun and not ended and self.parse(c.generic).plain == wanted:
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
            spellings[plain_name(name)] = body.id
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


def _explain(name: str, concrete: Concrete) -> str:
    return f"推断：“{name}”在{concrete.place}为{concrete.name}"
