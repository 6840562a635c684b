"""What a text says about validity: when it holds itself, and what becomes of the documents it names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.records import Act, ActKind, Basis, Clause, Version
from kb.text import find_dates

_HEAD = 3_000  # characters at the beginning in which the history of a text stands
_SENTENCE = re.compile(r"[^。；;\n]+")
# 《…〈…〉…》, and 《…《…》…》 as some sources print it
_TITLE = r"《(?P<title>[^《》\n]{2,80}(?:《[^《》\n]{1,60}》[^《》\n]{0,30})?)》"
# 云泽政发〔2016〕9号, 法释〔2000〕8号, 国务院令第101号
_NUMBER = r"[\u4e00-\u9fff]{1,14}\s*[〔\[（(【﹝]\s*(?:19|20)\d\d\s*[〕\]）)】﹞]\s*第?\s*\d{1,5}\s*号"
_DECREE = r"[\u4e00-\u9fff、]{2,20}令第?\s*[\d一二三四五六七八九十百零〇]{1,5}\s*号"
_NAMED = re.compile(rf"{_TITLE}(?:\s*[（(]\s*(?P<number>{_NUMBER}|{_DECREE}|[^（）()\n]{{0,40}}?)\s*[）)])?")
_NUMBER_SEEN = re.compile(rf"{_NUMBER}|{_DECREE}")
_BESIDE = r"(?:[（(][^（）()\n]{0,60}[）)])?\s*"  # a number in brackets after a title
_LABEL = r"第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十]+)?"
# Only a part of the document is meant: 《…》第三条, 《…》中与本条例不一致的规定, 《…》有关规定
_PART = re.compile(
    r"\s*(?:[（(][^（）()\n]{0,60}[）)])?\s*(?:的)?(?:第[一二三四五六七八九十百零〇\d]+[编章节条款]|中|内|有关|相关|附件|所附)"
)
_ENDED = re.compile(
    r"(?:同时|即行|相应|一并|现行|自行|均|已|已经|予以|现予|停止|不再|，|,|、|\d|日|届?满)+(?P<what>废止|失效|作废|执行|施行|适用)(?!的)"
)
# Which part is meant: 第十二条、第十三条, not 第十二条第二款; 所附任务分解表
_ARTICLES = re.compile(rf"\s*{_BESIDE}的?(?P<labels>{_LABEL}(?:(?:、|和|及|以及){_LABEL})*)")
_ANNEX = re.compile(
    rf"\s*{_BESIDE}(?:中)?的?(?:所附|附件|附表)的?(?:\d+|[一二三四五六七八九十]+)?(?:《|“)?(?P<name>[\u4e00-\u9fff]{{1,24}}?(?:表|清单|目录|名单|方案|台账|标准))"
)
# What follows a part that ends as a whole: 第五条第二款, 第五条规定的收费 are less
_WHOLLY = re.compile(
    r"(?:》|”)?(?:的?规定)?\s*[，,]?\s*(?:自|于|同时|即行|相应|一并|均|已|予以|现予|停止|不再|废止|失效|作废)"
)
# 原任务分解表不再执行, else 以调整后的任务分解表为准
_FORMER = (
    r"原有?的?(?:《|“)?{name}(?:》|”)?[^，。；]{{0,8}}?(?:废止|作废|失效|停止执行|停止使用|不再执行|不再使用)",
    r"以(?:本次|此次|本通知)?(?:所附)?(?:调整|修订|修改|修正|变更|更新)后的(?:《|“)?{name}(?:》|”)?为准",
)
_STOPPED = re.compile(r"停止执行|停止施行|不再执行|不再施行|不再适用")
_OFFERED = re.compile(r"(?:可以|应当|需要|建议|拟|修改、?或者?|不得|不)(?:及时|依法|提出)?(?:予以)?(?:修改|废止|失效)")
_FROM = re.compile(r"自[^，。；]{0,24}?起(?:正式)?(?:施行|实施|执行|生效|试行)")
_SELF = re.compile(
    r"本(?:法|条例|办法|规定|细则|规则|决定|通知|意见|解释|标准|方案|规程|制度|公告|清单|手册)|现[^，。]{0,30}"
)
# The term of the text itself, not of a licence: 本办法…，有效期五年; 自…起施行，有效期至…
_TERM = re.compile(
    r"(?:本(?:法|条例|办法|规定|细则|规则|决定|通知|意见|解释|标准|方案|规程|制度|公告|清单)的?|施行|实施|执行|生效|试行|印发)"
    r"[，,]?(?:其)?有效期(?!届?满)(?:限?为|至)?[^，。；]{0,24}?(?:年|日|月)"
)
_REVISED = re.compile(r"修\s*[正订改]")
_CLEANING = re.compile(r"清理|废止|失效|宣布")
_AMENDING = re.compile(r"(?:关于)?(?:修改|修订|修正|调整)")
_AMENDED = re.compile(r"(?:作|做)(?:出)?(?:如下|以下|下列)?(?:修改|修正|修订|调整)|修改为|予以修改")
# A line that opens a list: 附件1：废止的行政规范性文件目录（7件）; 二、宣布失效的文件
_LIST = re.compile(
    r"(?P<what>废止|失效|继续有效|保留|有效)[^。；\t]{0,30}(?:目录|清单|文件|法规|规章|如下)|(?:目录|清单)[^。；\t]{0,10}(?:废止|失效|有效)"
)
_ITEM = re.compile(r"^\s*(?:[一二三四五六七八九十百]+、|[（(]?\d{1,3}\s*[.．、）)])\s*")
_TAKEN_UP = re.compile(rf"(?m)^[\s　]*[一二三四五六七八九十]+、(?:修改|对|将){_TITLE}")
_ENTRY_TITLE = re.compile(r"[\u4e00-\u9fff《]{4,}")


@dataclass(frozen=True, slots=True)
class _Text:
    """A version with the clauses by their start, so that a place's clause is found quickly."""

    version: Version
    clauses: tuple[Clause, ...]
    starts: tuple[int, ...]

    def basis(self, start: int, end: int) -> Basis:
        """The literal span, without the white space at its edges."""
        quote = self.version.text[start:end]
        start += len(quote) - len(quote.lstrip())
        quote = quote.strip()
        return Basis(self.version.document, self.version.id, self._path(start), start, start + len(quote), quote)

    def _path(self, at: int) -> str:
        for n in range(bisect_right(self.starts, at) - 1, max(-1, bisect_right(self.starts, at) - 60), -1):
            if self.clauses[n].end > at:
                return self.clauses[n].path
        return ""


def find_acts(version: Version) -> tuple[Act, ...]:
    """Everything a text says about its own validity and that of others, in order of place."""
    clauses = tuple(sorted(version.clauses, key=lambda c: (c.start, -c.end)))
    text = _Text(version, clauses, tuple(c.start for c in clauses))
    found = [*_history(text), *_own(text), *_endings(text)]
    title = version.identity.title
    if _CLEANING.search(title):
        found += _lists(text)
    if _AMENDING.search(title):
        found += _amendments(text)
    seen: dict[tuple[ActKind, str | None, str | None, str | None], Act] = {}
    for act in sorted(found, key=lambda a: (a.basis.start, a.kind)):
        key = (act.kind, act.title, act.number, act.part) if act.title else (act.kind, str(act.on), None, None)
        seen.setdefault(key, act)
    return tuple(seen.values())


def _history(text: _Text) -> Iterator[Act]:
    """The lines of the 题注: a date, the act that revised the text, 第二次修正."""
    whole = text.version.text
    first = next((c.start for c in text.clauses if c.kind in ("chapter", "article", "part")), _HEAD)
    for m in re.finditer(r"[^\n]+", whole[: min(first, _HEAD)]):
        for part in _events(m.group()):
            start, end, day = m.start() + part[0], m.start() + part[1], part[2]
            if _REVISED.search(re.sub(r"《[^》]*(?:》[^《》]*》)?", "", whole[start:end])):
                yield Act("revise", text.basis(start, end), on=day)


def _events(line: str) -> Iterator[tuple[int, int, date]]:
    """A history in one line, cut before each date that opens an event: 根据1997年12月10日…修正 根据2009年…."""
    days = [(s.start, d) for s, d in find_dates(line)]
    opening = [(at, d) for n, (at, d) in enumerate(days) if n == 0 or re.search(r"(?:根据|[\s　）)])\s*$", line[:at])]
    for n, (at, day) in enumerate(opening):
        end = opening[n + 1][0] if n + 1 < len(opening) else len(line)
        approved = [d for a, d in days if at < a < end and "批准" in line[a:end]]
        yield at, end, approved[-1] if approved else day  # adopted by a city's congress, in force once approved


def _own(text: _Text) -> Iterator[Act]:
    """When the text itself begins to hold and for how long: 本办法自2016年5月1日起施行，有效期五年."""
    identity, whole = text.version.identity, text.version.text
    for m in _SENTENCE.finditer(whole):
        begun = _FROM.search(m.group())
        if begun is None and "有效期" not in m.group():
            continue
        plain = _masked(m.group())
        own = _SELF.search(plain)
        if begun and own and identity.effective_on is not None and own.start() < begun.start():
            days = {d for _, d in find_dates(begun.group())}
            if not days or identity.effective_on in days:
                yield Act("begin", text.basis(m.start(), m.end()), on=identity.effective_on)
        if identity.expires_on is not None and _TERM.search(plain):
            yield Act("term", text.basis(m.start(), m.end()), on=identity.expires_on)


def _masked(sentence: str) -> str:
    """A sentence with what stands between 《》 blanked, so that titles bear no witness."""
    return re.sub(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》", lambda m: "□" * len(m.group()), sentence)


def _endings(text: _Text) -> Iterator[Act]:
    """《…》同时废止, 《…》已于2022年6月30日期满失效: the documents named before the verb in its sentence."""
    whole = text.version.text
    previous: re.Match[str] | None = None
    for m in _SENTENCE.finditer(whole):
        sentence = m.group()
        before, previous = previous, m
        if "《" not in sentence or not re.search(r"废止|失效|作废|停止|不再", sentence):
            continue
        plain = _masked(sentence)
        verb = _last(_ENDED, plain)
        if verb is None or (verb["what"] in ("执行", "施行", "适用") and not _STOPPED.search(plain)):
            continue
        if _OFFERED.search(plain):
            continue
        on = _day(sentence, plain, verb.start())
        if on is None and before is not None and before.end() + 2 >= m.start():
            on = _from(before.group())
        kind: ActKind = "expire" if verb["what"] == "失效" else "repeal"
        for named in _NAMED.finditer(sentence):
            after = sentence[named.end("title") + 1 :]
            if named.start() >= verb.start():
                continue
            basis = text.basis(m.start(), m.end())
            if not _PART.match(after):
                yield Act(kind, basis, named["title"], _number(named), on)
            for part in _find_parts(after):
                yield Act(kind, basis, named["title"], _number(named), on, part=part)


def _find_parts(after: str) -> list[str]:
    """What is meant of a document just named: single articles, or what it has annexed; nothing for the whole of it."""
    articles, annex = _ARTICLES.match(after), _ANNEX.match(after)
    found = articles or annex
    if found is None or not _WHOLLY.match(after[found.end() :]):
        return []
    return re.findall(_LABEL, articles["labels"]) if articles else [annex["name"]] if annex else []


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _day(sentence: str, plain: str, verb: int) -> date | None:
    """The day on which it ends: 已于2022年6月30日期满失效, else the one from which the text holds."""
    said = re.search(r"(?:于|至|自)([^，《》□]{8,16}?日)[^，《》□]{0,6}$", plain[: verb + 1])
    if said:
        return next((d for _, d in find_dates(said[1])), None)
    return _from(sentence)


def _from(sentence: str) -> date | None:
    begun = _FROM.search(sentence)
    return next((d for _, d in find_dates(begun.group())), None) if begun else None


def _number(named: re.Match[str]) -> str | None:
    seen = _NUMBER_SEEN.search(named["number"] or "")
    return re.sub(r"\s", "", seen.group()) if seen else None


def _lists(text: _Text) -> Iterator[Act]:
    """The entries of a clean-up notice, each under the list it stands in: 废止, 失效 or 继续有效."""
    whole = text.version.text
    kind: ActKind | None = _kind(text.version.identity.title)
    for m in re.finditer(r"[^\n]+", whole):
        line = m.group()
        entry = _entry(line)
        opened = _LIST.search(line) if entry is None and len(line) < 80 else None
        if opened:
            kind = _kind(opened.group())
        elif entry is not None and kind is not None:
            yield Act(kind, text.basis(m.start(), m.end()), entry[0], entry[1], listed=True)


def _kind(words: str) -> ActKind | None:
    named: tuple[tuple[str, ActKind], ...] = (
        ("继续有效", "valid"),
        ("保留", "valid"),
        ("废止", "repeal"),
        ("失效", "expire"),
    )
    found = [kind for word, kind in named if word in words]
    return found[0] if len(set(found)) == 1 else None  # 废止和失效 in one heading decides nothing


def _entry(line: str) -> tuple[str, str | None] | None:
    """A row 序号⇥名称⇥文号⇥…, or a line 1.《…》（…号）."""
    seen = _NUMBER_SEEN.search(line)
    number = re.sub(r"\s", "", seen.group()) if seen else None
    if "\t" in line:
        cells = [c.strip() for c in line.split("\t")]
        if not cells[0].isdigit():
            return None
        names = [c for c in cells[1:] if _ENTRY_TITLE.match(c) and not _NUMBER_SEEN.fullmatch(c)]
        return (names[0].strip("《》"), number) if names else None
    opened = _ITEM.match(line)
    named = _NAMED.search(line)
    if opened is None or named is None or named.start() > opened.end() + 40:
        return None
    return None if _PART.match(line[named.end("title") + 1 :]) else (named["title"], number)


def _amendments(text: _Text) -> Iterator[Act]:
    """关于修改《…》的决定, and the documents that a decision on several of them takes up one by one."""
    whole, title = text.version.text, text.version.identity.title
    at = whole.find(title)
    for named in _NAMED.finditer(title):
        if _AMENDING.search(title[: named.start()]) and at >= 0:
            yield Act("amend", text.basis(at, at + len(title)), named["title"])
    for m in _TAKEN_UP.finditer(whole):  # 二、修改《…》: one of several texts that a decision takes up in turn
        yield Act("amend", text.basis(m.start(), m.end()), m["title"])
    for m in _SENTENCE.finditer(whole):
        if "《" in m.group() and _AMENDED.search(_masked(m.group())):
            for named in [n for n in _NAMED.finditer(m.group()) if m.group()[: n.start()].endswith(("对", "将"))][:1]:
                yield Act("amend", text.basis(m.start(), m.end()), named["title"], _number(named))
                yield from _replaced_annex(text, named, m.group()[named.end("title") + 1 :])


def _replaced_annex(text: _Text, named: re.Match[str], after: str) -> Iterator[Act]:
    """The annex of the document just named that this one puts another in place of: 原任务分解表不再执行."""
    annex = _ANNEX.match(after)
    if annex is None:
        return
    for former in _FORMER:
        pattern = re.compile(former.format(name=re.escape(annex["name"])))
        for m in _SENTENCE.finditer(text.version.text):
            if pattern.search(m.group()):
                basis = text.basis(m.start(), m.end())
                yield Act("replace", basis, named["title"], _number(named), _from(m.group()), part=annex["name"])
                return
