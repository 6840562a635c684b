"""References: 《…》第X条, 本条例第X条, 前款; a target is named only where exactly one exists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.records import Clause, Reference
from kb.text import ZERO_WIDTH, parse_numeral

_NUM = r"[零〇一二三四五六七八九十百千\d]{1,7}"
# 第二十三条之一第二款第（三）项
_ARTICLE = rf"第{_NUM}条(?:之[一二三四五六七八九十]+)?"
_BELOW = rf"(?:第{_NUM}款)?(?:第[（(]?{_NUM}[）)]?项)?(?:第{_NUM}目)?"
_TITLE = r"《(?P<title>[^《》\n]{2,60}(?:〈[^〉\n]{1,40}〉[^《》\n]{0,20})?)》(?:（[^）\n]{1,30}）)?(?:的)?"
# 本法, 本条例 …: the text itself
_SELF = r"(?P<self>本(?:法|条例|办法|规定|细则|规则|章程|决定|解释|标准|规程|制度|意见|方案|通知))"
_NEAR = rf"(?P<near>(?:前|上|本|下)(?:[一二两三四五]?条|[一二两三四五]?款|[一二两三四五]?项)(?:第{_NUM}款)?(?:第[（(]?{_NUM}[）)]?项)?)"
_REFERENCE = re.compile(
    rf"(?:{_TITLE}(?P<of>{_ARTICLE}{_BELOW})?|{_SELF}(?P<own>{_ARTICLE}{_BELOW})|(?P<bare>{_ARTICLE}{_BELOW})|{_NEAR})"
)
_LABEL = re.compile(rf"({_ARTICLE})")
_SPACES = re.compile(rf"[\s　{ZERO_WIDTH}]")


def find_references(text: str, clauses: Sequence[Clause]) -> tuple[Reference, ...]:
    """Every reference in a text in order; ``clause`` is set only inside the text and only for a single target."""
    articles = [c for c in clauses if c.kind == "article"]
    by_number: dict[tuple[int, int], list[Clause]] = {}
    for c in articles:
        by_number.setdefault(_number(c.label), []).append(c)
    own_labels = {c.start for c in articles}
    found: list[Reference] = []
    at = 0
    for m in _REFERENCE.finditer(text):
        if m["bare"] and (m.start() in own_labels or _foreign(found, text, m.start())):
            continue
        while at < len(articles) and articles[at].end <= m.start():
            at += 1
        here = articles[at] if at < len(articles) and articles[at].start <= m.start() else None
        label = m["of"] or m["own"] or m["bare"] or m["near"]
        clause = None
        if m["title"] is None:
            clause = _near(m["near"], here, articles, at) if m["near"] else _target(label, by_number)
        found.append(Reference(m.start(), m.end(), m["title"], label, clause=clause))
    return tuple(found)


def resolve_references(references: Sequence[Reference], titles: Mapping[str, str]) -> tuple[Reference, ...]:
    """References with ``document`` filled where the title between 《》 names exactly one known document.

    ``titles`` maps full titles to documents; a short form (城市绿化条例) is not guessed at.
    """
    plain = {_plain(t): d for t, d in titles.items()}
    return tuple(
        replace(r, document=plain[_plain(r.title)]) if r.title is not None and _plain(r.title) in plain else r
        for r in references
    )


def _foreign(found: Sequence[Reference], text: str, at: int) -> bool:
    """第六条 behind 《…》第五条、 still belongs to the other document."""
    return bool(
        found and found[-1].title and text[found[-1].end : at] in ("、", "和", "或者", "及", "以及", "至", "，")
    )


def _target(label: str, by_number: Mapping[tuple[int, int], Sequence[Clause]]) -> str | None:
    targets = by_number.get(_number(label), ())
    return targets[0].id if len(targets) == 1 else None


def _near(words: str, here: Clause | None, articles: Sequence[Clause], at: int) -> str | None:
    """前条 is the article before; 前款, 本条 and 前项 stay inside this one; 前两条 names two and stays open."""
    if here is None:
        return None
    if words.startswith(("前条", "上条")):
        return articles[at - 1].id if at else None
    if words.startswith("下条"):
        return articles[at + 1].id if at + 1 < len(articles) else None
    if re.match(r"[前上下][一二两三四五]条", words):
        return None
    return here.id


def _number(label: str) -> tuple[int, int]:
    m = _LABEL.search(_SPACES.sub("", re.sub("[－—-]", "一", label)))
    if m is None:
        return 0, 0
    main, _, sub = m[1][1:].partition("条")
    return parse_numeral(main) or 0, parse_numeral(sub.removeprefix("之")) or 0


def _plain(title: str) -> str:
    return _SPACES.sub("", title).replace("〈", "《").replace("〉", "》").removeprefix("中华人民共和国")
