"""Linked references: what 《…》第X条 in one text points to among the texts of a library; named only where it is one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kb.records import Clause, DocumentInfo, Reference, Status
from kb.text import normalise, parse_numeral

# （2021年修订）（修正）（2020年版）: remarks that tell an edition, not the work
_REMARK = re.compile(r"\([^()]*(?:修[订正改]|通过|公布|版|(?:19|20)\d\d)[^()]*\)$")
_ISSUED = re.compile(r"关于(?:印发|公布|发布|下发)(?P<name>.{4,80}?)的(?:通知|公告|决定)$")
_NUMERAL = r"[零〇一二三四五六七八九十百千\d－—-]{1,7}"
_ARTICLE = re.compile(rf"第(?P<number>{_NUMERAL})条(?:之(?P<sub>[一二三四五六七八九十]+))?")
_ITEM = re.compile(rf"第[（(]?(?P<number>{_NUMERAL})[）)]?项")
_IN_FORCE: tuple[Status, ...] = ("in-force", "unknown")


@dataclass(frozen=True, slots=True)
class Titles:
    """标题索引: the documents of a library by what other texts call them."""

    documents: dict[str, tuple[str, ...]]
    annexed: dict[str, tuple[str, ...]]  # by the name of what a notice passes on
    status_of: Callable[[str], Status]

    @classmethod
    def of(cls, documents: Sequence[DocumentInfo], status_of: Callable[[str], Status] = lambda d: "unknown") -> Titles:
        """The index of some documents; ``status_of`` is asked for those of one title, to keep what still holds."""
        named: dict[str, list[str]] = defaultdict(list)
        annexed: dict[str, list[str]] = defaultdict(list)
        for info in documents:
            plain = plain_title(info.identity.title)
            named[plain].append(info.document)
            issued = _ISSUED.search(plain)
            if issued:
                annexed[plain_title(issued["name"])].append(info.document)
        return cls({k: tuple(v) for k, v in named.items()}, {k: tuple(v) for k, v in annexed.items()}, status_of)

    def find(self, title: str) -> str | None:
        """The document a title names: the only one, or the only one in force; None for none or several.

        A short form is not guessed at: 绿化条例 does not name 城市绿化条例.
        """
        plain = plain_title(title)
        for index in (self.documents, self.annexed):
            found = index.get(plain, ())
            if len(found) > 1:
                found = tuple(d for d in found if self.status_of(d) in _IN_FORCE)
            if found:
                return found[0] if len(found) == 1 else None
        return None


def resolve_references(
    references: Sequence[Reference], titles: Titles, find_clauses: Callable[[str], Sequence[Clause]]
) -> tuple[Reference, ...]:
    """References with ``document`` and ``clause`` filled where the title names one document and the label one clause.

    ``find_clauses`` gives the clauses of a document; it is asked once for each document that is referred to.
    """
    known: dict[str, Sequence[Clause]] = {}
    resolved = []
    for r in references:
        document = titles.find(r.title) if r.title is not None else None
        if document is None:
            resolved.append(r)
            continue
        if r.label and document not in known:
            known[document] = find_clauses(document)
        clause = find_clause(r.label, known[document]) if r.label else None
        resolved.append(replace(r, document=document, clause=clause.id if clause else None))
    return tuple(resolved)


def find_clause(label: str, clauses: Sequence[Clause]) -> Clause | None:
    """The one clause a label names: 第三条第一款第（二）项 is the item, if the article has one of that number, else the article."""
    wanted = article_number(label)
    found = [c for c in clauses if c.kind == "article" and article_number(c.label) == wanted] if wanted[0] else []
    if len(found) != 1:
        return None
    return find_item(label, found[0], clauses) or found[0]


def find_item(label: str, article: Clause, clauses: Sequence[Clause]) -> Clause | None:
    """The one item of an article that a label names; None where there is none, or one in each of two lists."""
    item = _ITEM.search(label)
    if item is None:
        return None
    number = parse_numeral(item["number"])
    found = [c for c in clauses if c.kind == "item" and c.parent == article.id and _item_number(c.label) == number]
    return found[0] if len(found) == 1 else None


def article_number(label: str) -> tuple[int, int]:
    """第二十三条之一 → (23, 1); (0, 0) for no article."""
    m = _ARTICLE.search("".join(normalise(label).split()))
    if m is None:
        return 0, 0
    return parse_numeral(re.sub("[－—-]", "一", m["number"])) or 0, parse_numeral(m["sub"] or "") or 0


def plain_title(title: str) -> str:
    """A title as others write it: without spaces, quotation marks, the state's name and remarks on the edition."""
    plain = "".join(normalise(title).split())
    plain = re.sub(r"[《》〈〉<>\"'“”]", "", plain).removeprefix("中华人民共和国")
    return _REMARK.sub("", plain)


def _item_number(label: str) -> int | None:
    return parse_numeral(re.sub(r"[（）()、．.\s]", "", label))
