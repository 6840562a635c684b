"""References: 《…》第X条, 本条例第X条, 前款; a target is named only where exactly one exists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kb.linking import article_number, find_item
from kb.records import Clause, Reference

_NUM = r"[零〇一二三四五六七八九十百千\d]{1,7}"
# 第二十三条之一第二款第（三）项
_ARTICLE = rf"第{_NUM}条(?:之[一二三四五六七八九十]+)?"
_BELOW = rf"(?:第{_NUM}款)?(?:第[（(]?{_NUM}[）)]?项)?(?:第{_NUM}目)?"
_TITLE = r"《(?P<title>[^《》\n]{2,60}(?:〈[^〉\n]{1,40}〉[^《》\n]{0,20})?)》(?:（[^）\n]{1,30}）)?(?:的)?"
# 本法, 本条例 …: the text itself
_SELF = r"(?P<self>本(?:法|条例|办法|规定|细则|规则|章程|决定|解释|标准|规程|制度|意见|方案|通知))"
_ITEM = rf"(?:第[（(]?{_NUM}[）)]?项)?"
# 前款第（三）项, 本条第二款; 第一款 alone is one of the same article
_NEAR = (
    rf"(?P<near>(?<![条之])第{_NUM}款{_ITEM}"
    rf"|(?:前|上|本|下)(?:[一二两三四五]?条(?!例)|[一二两三四五]?款|[一二两三四五]?项)(?:第{_NUM}款)?{_ITEM})"
)
_REFERENCE = re.compile(
    rf"(?:{_TITLE}(?P<of>{_ARTICLE}{_BELOW})?|{_SELF}(?P<own>{_ARTICLE}{_BELOW})|(?P<bare>{_ARTICLE}{_BELOW})|{_NEAR})"
)
_JOINED = ("、", "和", "或者", "及", "以及", "至", "，")


def find_references(text: str, clauses: Sequence[Clause]) -> tuple[Reference, ...]:
    """Every reference in a text in order; ``clause`` is set only inside the text and only for a single target."""
    articles = [c for c in clauses if c.kind == "article"]
    by_number: dict[tuple[int, int], list[Clause]] = {}
    for c in articles:
        by_number.setdefault(article_number(c.label), []).append(c)
    items: dict[str, list[Clause]] = {}
    for c in clauses:
        if c.kind == "item" and c.parent:
            items.setdefault(c.parent, []).append(c)
    own_labels = {c.start for c in articles}
    found: list[Reference] = []
    at = 0
    for m in _REFERENCE.finditer(text):
        if m["bare"] and m.start() in own_labels:
            continue
        paragraph = m["near"] if m["near"] and m["near"].startswith("第") else None
        last = found[-1] if found and text[found[-1].end : m.start()] in _JOINED else None
        if last is not None and ((m["bare"] and last.title) or paragraph):
            # 《…》第五条、第六条: still the other document; 本条例第三条第一款、第二款: still the third article
            found.append(
                Reference(
                    m.start(), m.end(), last.title, m["bare"] or paragraph, clause=last.clause if paragraph else None
                )
            )
            continue
        while at < len(articles) and articles[at].end <= m.start():
            at += 1
        here = articles[at] if at < len(articles) and articles[at].start <= m.start() else None
        label = m["of"] or m["own"] or m["bare"] or m["near"]
        target = None
        if m["title"] is None:
            target = _near(m["near"], here, articles, at) if m["near"] else _target(label, by_number)
        item = find_item(label, target, items.get(target.id, ())) if target is not None else None
        clause = item or target
        found.append(Reference(m.start(), m.end(), m["title"], label, clause=clause.id if clause else None))
    return tuple(found)


def _target(label: str, by_number: Mapping[tuple[int, int], Sequence[Clause]]) -> Clause | None:
    targets = by_number.get(article_number(label), ())
    return targets[0] if len(targets) == 1 else None


def _near(words: str, here: Clause | None, articles: Sequence[Clause], at: int) -> Clause | None:
    """前条 is the article before; 前款, 本条 and 前项 stay inside this one; 前两条 names two and stays open."""
    if here is None:
        return None
    if words.startswith(("前条", "上条")):
        return articles[at - 1] if at else None
    if words.startswith("下条"):
        return articles[at + 1] if at + 1 < len(articles) else None
    if re.match(r"[前上下][一二两三四五]条", words):
        return None
    return here
