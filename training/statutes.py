"""Statutes as training text: their articles with title and heading, found again by the way others cite them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[str, str]

NUMERAL = "零〇○一二三四五六七八九十百千0-9"
ARTICLE = re.compile(rf"^[ \t　#*]*(?P<label>第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?)[ \t　*]*", re.M)
HEADING = re.compile(rf"^[ \t　#*]*第[{NUMERAL}]+[编章节][ \t　]+(?P<text>\S.*)$", re.M)
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
# 本条例第十二条, 《土地管理法》第四十五条
REFERENCE = re.compile(
    rf"(?:本(?:法|条例|办法|规定|细则|规则)|《(?P<law>[^《》]{{3,40}})》)(?P<label>第[{NUMERAL}]+条)"
)
# 《民法典》（2021 年施行）第一千零七十九条、第一千零八十条
CITATION = re.compile(
    rf"《(?P<law>[^《》]{{2,40}})》(?:[（(][^（）()]{{1,16}}[）)])?"
    rf"(?P<labels>第[{NUMERAL}]+条(?:(?:、|和|及|以及|，)第[{NUMERAL}]+条)*)"
)
LABEL = re.compile(rf"第[{NUMERAL}]+条")
# What may stand before or after the name that tells a statute apart.
PLACE = re.compile(r"^(?:中华人民共和国|[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|自治州|自治县|县))")
DRESS = re.compile(r"^最高人民法院(?:、最高人民检察院)?|[（(][^（）()]*[）)]$|\s")
LONGEST = 800  # characters of an article that are read


@dataclass(frozen=True, slots=True)
class Statute:
    """法规: its title and its articles as (label, nearest heading, text without the label); its path in the data."""

    title: str
    national: bool
    articles: tuple[tuple[str, str, str], ...]
    document: str = ""


def split_sentences(text: str) -> list[str]:
    return [s.strip() for s in SENTENCE.findall(text) if len(s.strip()) > 5]


def read_statute(path: Path, *, national: bool, document: str = "") -> Statute:
    content = path.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", content, re.M)
    text = FRONT_MATTER.sub("", content)
    headings = [(m.start(), m["text"].strip()) for m in HEADING.finditer(text)]
    marks = list(ARTICLE.finditer(text))
    articles = []
    at = -1
    for n, mark in enumerate(marks):
        while at + 1 < len(headings) and headings[at + 1][0] < mark.start():
            at += 1
        end = marks[n + 1].start() if n + 1 < len(marks) else len(text)
        if at + 1 < len(headings):
            end = min(end, headings[at + 1][0])
        articles.append((mark["label"], headings[at][1] if at >= 0 else "", text[mark.end() : end].strip()))
    return Statute(title[1].strip() if title else path.stem, national, tuple(articles), document)


def read_statutes(data: Path) -> list[Statute]:
    root = data / "documents"
    found = []
    for path in sorted((root / "laws").rglob("*.md")):
        inner = path.relative_to(root)
        found.append(read_statute(path, national=inner.parts[1] == "national", document=inner.as_posix()))
    return found


def plain_title(title: str) -> str:
    """The name by which a statute is cited: without its country, place, issuer and the year in brackets."""
    return PLACE.sub("", DRESS.sub("", DRESS.sub("", title)))


def place_of(title: str) -> str:
    """The place whose statute it is, 上海市; empty for a national one."""
    bare = DRESS.sub("", title)
    mark = None if bare.startswith("中华人民共和国") else PLACE.match(bare)
    return mark[0] if mark else ""


class Cited:
    """被引条文: articles by the plain title of their statute and their label; national statutes come first."""

    def __init__(self, statutes: Sequence[Statute]) -> None:
        self._articles: dict[tuple[str, str], Pair] = {}
        for statute in sorted(statutes, key=lambda s: not s.national):
            for label, heading, text in statute.articles:
                if len(text) > 15:
                    key = plain_title(statute.title), label
                    self._articles.setdefault(key, (f"{statute.title} {heading}", text[:LONGEST]))

    def find(self, text: str) -> Iterator[Pair]:
        """(title and heading, article) of each article that the text cites by name and number, once each."""
        seen: set[tuple[str, str]] = set()
        for mark in CITATION.finditer(text):
            for label in LABEL.findall(mark["labels"]):
                key = plain_title(mark["law"]), label
                if key in self._articles and key not in seen:
                    seen.add(key)
                    yield self._articles[key]


def distinct_articles(statutes: Sequence[Statute]) -> Iterator[tuple[Statute, str, str]]:
    """(statute, heading, text) of each article once: cities copy each other word for word."""
    seen: set[str] = set()
    for statute in statutes:
        for _label, heading, text in statute.articles:
            key = "".join(text.split())
            if len(key) >= 20 and key not in seen:
                seen.add(key)
                yield statute, heading, text[:LONGEST]


def statute_sources(statutes: Sequence[Statute], rng: random.Random) -> dict[str, list[Pair]]:
    """Pairs inside and between statutes: heading, sentence and reference against article."""
    out: dict[str, list[Pair]] = {"heading": [], "sentence": [], "halves": [], "reference": []}
    by_title = {plain_title(s.title): {label: text for label, _, text in s.articles} for s in statutes}
    for statute, heading, text in distinct_articles(statutes):
        parts = split_sentences(text)
        # A question that names no place means national law: a local title is for what names its place.
        head = f"{statute.title} {heading}\n" if statute.national and rng.random() < 0.6 else ""
        place = "" if statute.national or rng.random() < 0.3 else place_of(statute.title)
        top = f"{statute.title} {heading}\n" if place and rng.random() < 0.5 else ""
        out["heading"].append((f"{place}{plain_title(statute.title)} {heading}", top + text))
        if len(parts) >= 2:
            pick = rng.randrange(len(parts))
            out["sentence"].append((parts[pick], head + "".join(parts[:pick] + parts[pick + 1 :])))
        elif len(text) > 60:  # one long sentence: its halves, cut at a comma
            cut = text.find("，", len(text) // 3)
            if 10 < cut < len(text) - 10:
                out["halves"].append((text[:cut], head + text[cut + 1 :]))
        own = {label: article for label, _, article in statute.articles}
        for mark in REFERENCE.finditer(text):
            target = (by_title.get(plain_title(mark["law"]), {}) if mark["law"] else own).get(mark["label"])
            if target and target != text and len(target) > 20:
                out["reference"].append((text, target[:LONGEST]))
    return out
