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
_PEOPLES = r"(?:蒙古族?|回族?|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|侗族|哈尼族|土家族|傣族|白族|景颇族|傈僳族|羌族|哈萨克|柯尔克孜|畲族|满族|瑶族|黎族|仡佬族|水族|佤族|拉祜族|纳西族|仫佬族|毛南族|撒拉族|东乡族|保安族|裕固族|塔吉克|锡伯|鄂温克族?|鄂伦春|达斡尔族?|独龙族|怒族|普米族|布朗族|各族)+"
_SUFFIX = re.compile(rf"(?<=..)(?:(?:{_PEOPLES})?自治[区州县旗]|特别行政区|地区|新区|林区|省|市|盟|县|旗)$")
_LOCAL = re.compile(r"[\u4e00-\u9fff]{1,12}?(?:新区|自治[县旗]|[区县旗市])$")
_ZONE = re.compile(
    r"(?<=..)(?:新区|(?:产业)?集聚区|(?:旅游)?度假区|(?:深度)?合作区|(?:经济技术|高新技术产业)?开发区|风景名胜区|景区|(?:自由)?贸易试验区|保税区)$"
)
_SHORTEST = 3  # characters of a district's name without 区 that is no ordinary word


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
    """Districts, counties and zones written after their holder, as 呼伦贝尔市海拉尔区 and 杭州大江东产业集聚区 are."""
    table, said = dict(spellings), frozenset(known)
    for place in known:
        if place in parents or place == NATION:
            continue
        holder, own = _split_holder(place, parents, table)
        if not _LOCAL.match(own):
            continue
        if holder and own in said:  # 浙江省景宁畲族自治县 is 景宁畲族自治县
            parents[own] = holder
            spellings[place] = own
        else:
            parents[place] = parents.get(place) or holder
            spellings.setdefault(place, place)
        spellings.setdefault(own, spellings[place])
        for short in _shorten(own):
            spellings.setdefault(short, spellings[place])


def _split_holder(place: str, parents: dict[str, str | None], spellings: dict[str, str]) -> tuple[str | None, str]:
    """What a place is written after, the innermost, and its own name: 山东省青岛西海岸新区 → 青岛市, 西海岸新区."""
    holder, own = None, place
    while True:
        lengths = range(len(own) - 2, 1, -1)
        inner = next(
            (n for n in lengths if own[:n] in spellings and _is_inside(spellings[own[:n]], holder, parents)), 0
        )
        if not inner:
            return holder, own
        holder, own = spellings[own[:inner]], own[inner:]


def _is_inside(place: str, holder: str | None, parents: dict[str, str | None]) -> bool:
    """Whether a place lies in another, directly; 朝阳 after 北京市 is no city of 辽宁."""
    return holder is None or parents.get(place) == holder


def _shorten(own: str) -> list[str]:
    """How those who live there write a district, county or zone: 酉阳 and 酉阳县, 大江东; 浦东 is too short."""
    if own.endswith(("自治县", "自治旗")):
        return [_SUFFIX.sub("", own) + own[-1], _SUFFIX.sub("", own)]
    zone = _ZONE.sub("", own)
    if zone != own:
        return [zone] if len(zone) >= _SHORTEST else []
    short = own[:-1]
    # 新城 or 城关 alone is an ordinary word
    return [short] if len(short) >= (_SHORTEST if own.endswith("区") else 2) else []
