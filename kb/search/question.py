"""What a question names: documents by full, short or bare name, 文号, 条, places, years; and the words to look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.records import Span
from kb.search.catalogue import Catalogue, plain_number, rows_of
from kb.text import format_numeral, normalise, parse_numeral
from kb.words import STOP, Words

_QUOTED = re.compile(r"《([^《》]{2,80})》")
# The word that ends a document's name; the longest first, so that 实施细则 is not read as 细则 of something else.
_GENRE = re.compile(
    r"(?:政府工作报告|工作报告|实施条例|实施细则|实施办法|管理条例|管理办法|条例|办法|规定|细则|规则|决定|意见|通知|通告|公告"
    r"|方案|规划|纲要|标准|解释|报告|章程|公约|清单|民法典|法典|宪法|法)(?![律规院官定人])"
)
# 国办体育竞赛表演文件, 关于冷链物流的那份文件: a document by what it is about, where few titles have those words.
_FILE = re.compile(r"([\u4e00-\u9fff]{4,40}?)(?:的|[这那](?:个|份|件))*文件")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[\[(]\s*(?:19|20)\d\d\s*[\])]\s*第?\d+号")
_ARTICLE = re.compile(r"第\s*([零〇一二三四五六七八九十百千两\d]{1,7})\s*条(之[一二三四五六七八九十])?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*(?:年|版|-|至|到|、|\)))")
# Words that many names share: a mention must say more than these to point at a document.
_COMMON = re.compile(
    r"管理|实施|保护|监督|若干|有关|关于|工作|进一步|加强|促进|条例|办法|规定|细则|规则|决定|意见|通知|方案|法$"
)
# What is asked → what a text that answers it says; general wording of the genre.
_CUES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(ask), re.compile(said))
    for ask, said in (
        # who handles it
        (r"谁|哪[个家些级]?(?:部门|单位|机关|机构|方面|级)|什么部门|归.{0,10}管|责任单位|牵头|找哪", r"负责|主管|牵头|由.{2,30}(?:部门|机关|机构|人民政府|单位|人)|承担|协调|责任人"),
        # who punishes
        (r"谁.{0,6}罚|罚.{0,8}谁|查处|开罚单|处罚|执法", r"处罚|责令|罚款|查处|执法"),
        # how much the fine is
        (r"罚(?:款|多少|几|什么)|处罚|怎么罚|会怎样处", r"罚款|警告|没收|吊销|拘留|有期徒刑|责令"),
        # how long, by when
        (r"多久|多长时间|几[天日年月]|多少[天日年]|时限|期限|几个(?:月|小时|工作日|钟头)|什么时候|最迟", r"[一二三四五六七八九十百\d]+(?:个)?(?:工作)?(?:日|天|年|月|小时|时|分钟)"),
        # how many, how much
        (r"多少|几成|多远|多大|多高|比例|标准是|百分之几", r"[一二三四五六七八九十百千万亿\d]+(?:个)?(?:元|米|%|平方米|公里|周岁|倍|以上|以下|吨|人|分贝)|百分之"),
        # what a word means
        (r"什么是|是什么意思|是指|定义|含义|何谓", r"是指|所称|包括|系指"),
    )
)  # fmt: skip
_NOT_NAME = re.compile(r"[^\u4e00-\u9fffa-z0-9]")
_NAMED = 0.5  # share of a name from which the mention is taken out of the second query
# Characters of a title that a mention without its genre must have in one piece: the whole of what it says beside
# the issuer or the place, or so much that no other title can be meant; 医药卫生体制改革 is not every 体制改革.
_ABOUT, _MUCH = 4, 6
_ISSUER = re.compile(r"(?:关于|号|国务院|[办委局厅部府会])$")
_FEW = 3  # titles that have them, at most
_LIKELY = 0.6  # how fully such a mention names them
_LONGEST = 40  # characters of a name written out in a question
_EXTRA = 0.6  # weight of a synonym beside what was asked


@dataclass(frozen=True, slots=True)
class Asked:
    """问题要素: what a question names and the weighted tokens to search with."""

    text: str
    words: tuple[tuple[str, float], ...]
    bigrams: tuple[tuple[str, float], ...]
    bare_words: tuple[tuple[str, float], ...]  # the same without the names of places and documents
    bare_bigrams: tuple[tuple[str, float], ...]
    bare: bool  # whether anything was left out of the bare ones
    topic: tuple[str, ...]  # distinct words without stop words
    grams: frozenset[str]
    extra: tuple[str, ...]  # official wordings for the lay words used
    also: tuple[tuple[str, ...], ...]  # those of each word of the topic
    cues: tuple[re.Pattern[str], ...]  # what a passage must say to answer this kind of question
    places: tuple[str, ...]
    named: dict[int, float]  # row of the catalogue → how fully the question names it, 0–1
    labels: tuple[str, ...]  # 第十五条
    years: tuple[int, ...]


def read_question(question: str, catalogue: Catalogue, words: Words) -> Asked:
    """Everything search takes from a question; the same question gives the same result."""
    plain = normalise(question)
    extra = words.expand(question)
    topic = words.topic(question)
    grams = dict.fromkeys(g for g in words.bigrams_normal(plain) if g not in STOP)
    named, spans = find_named(plain, catalogue)
    bare = catalogue.gazetteer.pattern.sub(" ", _blank(plain, spans))
    bare_topic, bare_grams = words.topic(bare), dict.fromkeys(words.bigrams_normal(bare))
    more_words = [w for e in extra for w in words.cut_normal(e) if w not in topic]
    more_grams = [g for e in extra for g in words.bigrams_normal(e) if g not in grams]
    return Asked(
        text=question,
        words=_weighted(topic or words.cut_normal(plain), more_words),
        bigrams=_weighted(list(grams), more_grams),
        bare_words=_weighted(bare_topic or topic, more_words),
        bare_bigrams=_weighted([g for g in bare_grams if g not in STOP] or list(grams), more_grams),
        bare=bare != plain,
        topic=tuple(bare_topic or topic),
        grams=frozenset(grams),
        extra=tuple(extra),
        also=tuple(words.synonyms.table.get(w, ()) for w in (bare_topic or topic)),
        cues=tuple(said for ask, said in _CUES if ask.search(plain)),
        places=catalogue.gazetteer.find(plain),
        named=named,
        labels=find_labels(plain),
        years=tuple(dict.fromkeys(int(y) for y in _YEAR.findall(plain))),
    )


def _blank(plain: str, spans: tuple[Span, ...]) -> str:
    for s in spans:
        plain = plain[: s.start] + " " * (s.end - s.start) + plain[s.end :]
    return plain


def _weighted(asked: list[str], extra: list[str]) -> tuple[tuple[str, float], ...]:
    return tuple((t, 1.0) for t in asked) + tuple((t, _EXTRA) for t in dict.fromkeys(extra))


def find_labels(plain: str) -> tuple[str, ...]:
    """Articles named, in Chinese numerals: 第15条 is 第十五条."""
    found = []
    for m in _ARTICLE.finditer(plain):
        number = parse_numeral(m[1])
        if number is not None and 0 < number < 10_000:
            found.append(f"第{format_numeral(number)}条{m[2] or ''}")
    return tuple(dict.fromkeys(found))


def find_named(plain: str, catalogue: Catalogue) -> tuple[dict[int, float], tuple[Span, ...]]:
    """Documents a question names → how fully (1 for the whole name, less for a short form), and where it names them."""
    found: dict[int, float] = {}
    spans = []
    for m in _NUMBER.finditer(plain):
        number = plain_number(m.group())
        rows = [row for known, of in catalogue.numbers.items() if number.endswith(known) for row in of]
        found |= dict.fromkeys(rows, 1.0)
        spans += [Span(m.start(), m.end())] if rows else []
    for mention, span in _mentions(plain):
        matched = _match(mention, catalogue)
        for row, share in matched.items():
            found[row] = max(share, found.get(row, 0.0))
        if max(matched.values(), default=0.0) >= _NAMED:
            spans.append(span)
    for m in _FILE.finditer(plain):
        about, likely = _match_about(m[1], catalogue)
        if likely:
            found = dict.fromkeys(likely, _LIKELY) | found
            spans.append(Span(m.end(1) - len(about), m.end()))
    return found, tuple(spans)


def _match_about(mention: str, catalogue: Catalogue) -> tuple[str, tuple[int, ...]]:
    """The longest end of a mention that stands in a title, with the rows of those titles where they are few."""
    for begin in range(len(mention) - _ABOUT + 1):
        about = mention[begin:]
        rows = tuple(row for row in rows_of(catalogue.named_like(about)) if about in catalogue.names[row])
        if rows:
            rest = catalogue.gazetteer.pattern.sub("", mention[:begin])
            whole = len(about) >= _MUCH or not rest or _ISSUER.search(rest)
            telling = len(rows) <= _FEW and len(_COMMON.sub("", about)) >= _ABOUT
            return about, rows if whole and telling else ()
    return "", ()


def _mentions(plain: str) -> Iterator[tuple[str, Span]]:
    """Stretches that may be a name, with their place: between 《》, or what stands before a genre word, back to a mark."""
    for m in _QUOTED.finditer(plain):
        yield "".join(m[1].split()).removeprefix("中华人民共和国"), Span(m.start(), m.end())
    bare = _QUOTED.sub(lambda m: "。" * len(m.group()), plain)
    for m in _GENRE.finditer(bare):
        before = _NOT_NAME.split(bare[max(0, m.start() - _LONGEST) : m.start()])[-1]
        yield (before + m.group()).removeprefix("中华人民共和国"), Span(m.start() - len(before), m.end())


def _match(mention: str, catalogue: Catalogue) -> dict[int, float]:
    """Rows whose name has the longest possible end of the mention as a subsequence, in order: 北京控烟条例."""
    rows = catalogue.named_like(())
    start = len(mention)
    while start and (fewer := catalogue.named_like(mention[start - 1], rows)):
        rows, start = fewer, start - 1
    for begin in range(start, len(mention) - 2):
        short = mention[begin:]
        if len(_COMMON.sub("", short)) < 2:
            return {}
        likely = catalogue.named_like(short)
        matched = {
            row: len(short) / len(catalogue.names[row])
            for row in rows_of(likely)
            if (short in catalogue.names[row] or catalogue.names[row].endswith(short[-1]))
            and is_subsequence(short, catalogue.names[row])
        }
        if matched:
            return matched
    return {}


def is_subsequence(short: str, whole: str) -> bool:
    """Whether the characters of one text occur in another in the same order."""
    letters = iter(whole)
    return all(c in letters for c in short)
