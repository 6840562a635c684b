"""Places named in questions and documents: 省 市 区县 with and without suffix, and how one stands to another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

Relation = Literal["same", "below", "above", "other", "none"]

NATION = "全国"
_FULL_ONLY = "只认全称"
_PEOPLES = r"(?:蒙古族?|回族?|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|侗族|哈尼族|土家族|傣族|白族|景颇族|傈僳族|羌族|哈萨克|柯尔克孜)+"
_SUFFIX = re.compile(rf"(?<=..)(?:(?:{_PEOPLES})?自治[区州县旗]|特别行政区|地区|新区|林区|省|市|盟|县|旗)$")
_LOCAL = re.compile(r"[\u4e00-\u9fff]{1,12}?(?:新区|自治[县旗]|[区县旗市])$")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """地名表: ``parents`` gives what holds each place; ``spellings`` leads every way of writing to the full name."""

    parents: dict[str, str | None]
    spellings: dict[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def load(cls, known: Iterable[str] = ()) -> Gazetteer:
        """The packaged table of provinces and prefectures, with the districts that ``known`` places add."""
        text = (files("kb") / "dictionary" / "places.txt").read_text(encoding="utf-8")
        rows = [line.partition("=") for line in text.splitlines() if line and not line.startswith("#")]
        full_only = {p for head, _, tail in rows if head.strip() == _FULL_ONLY for p in tail.split()}
        parents: dict[str, str | None] = {}
        for head, _, tail in rows:
            if head.strip() != _FULL_ONLY:
                parents[head.strip()] = None
                parents |= {p: head.strip() for p in tail.split() if p not in parents}
        spellings: dict[str, str] = {}
        for place in sorted(parents, key=lambda p: parents[p] is not None):  # 吉林 is the province, not the city
            spellings[place] = place
            if place not in full_only:
                spellings.setdefault(_SUFFIX.sub("", place), place)
        _add_local(sorted({k for k in known if k}), parents, spellings)
        ordered = sorted(spellings, key=lambda s: (-len(s), s))  # the longest spelling wins: 上海 before 海南
        return cls(parents, spellings, re.compile("|".join(map(re.escape, ordered))))

    def find(self, text: str) -> tuple[str, ...]:
        """Full names of the places a text mentions, in order; a holder that only leads to its part is left out."""
        found = list(dict.fromkeys(self.spellings[m.group()] for m in self.pattern.finditer(text)))
        holders = {h for p in found for h in self.holders(p)}
        return tuple(p for p in found if p not in holders)

    def holders(self, place: str) -> tuple[str, ...]:
        """What holds a place, innermost first."""
        found = []
        parent = self.parents.get(place)
        while parent is not None:
            found.append(parent)
            parent = self.parents.get(parent)
        return tuple(found)

    def relation(self, asked: Iterable[str], place: str | None) -> Relation:
        """How a document's place stands to the places asked about; ``none`` where either side names none."""
        asked = tuple(asked)
        if not asked or place is None or place == NATION:
            return "none"
        if place in asked:
            return "same"
        if any(a in self.holders(place) for a in asked):
            return "below"
        if any(place in self.holders(a) for a in asked):
            return "above"
        return "other"


def _add_local(known: list[str], parents: dict[str, str | None], spellings: dict[str, str]) -> None:
    """Districts and counties written after their holder, as 呼伦贝尔市海拉尔区 is."""
    holders = frozenset(parents)
    for place in known:
        if place in parents or place == NATION:
            continue
        holder = next((place[:n] for n in range(len(place) - 1, 0, -1) if place[:n] in holders), None)
        own = place.removeprefix(holder or "")
        if not _LOCAL.match(own):
            continue
        parents[place] = holder
        spellings.setdefault(place, place)
        spellings.setdefault(own, place)
        if own.endswith(("自治县", "自治旗")):  # 酉阳土家族苗族自治县 is 酉阳 or 酉阳县 to those who live there
            spellings.setdefault(_SUFFIX.sub("", own) + own[-1], place)
            spellings.setdefault(_SUFFIX.sub("", own), place)
            continue
        short = own[:-1]
        if len(short) >= (3 if own.endswith("区") else 2):  # 新城 or 城关 alone is an ordinary word
            spellings.setdefault(short, place)
