"""文库: the documents with filters in the address and full-text find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from html import escape
from time import perf_counter
from urllib.parse import urlencode

from kb.answer.compose import STATUS_WORDS
from kb.records import DocumentInfo, Identity, Status
from kb.search.scope import SearchScope
from kb.validity import status_of
from kb.web.render import identity_badges, link, notice, options, source_url
from kb.workspace import Workspace

_PAGE = 50
_FOUND = 30  # passages of one full-text find
_WORD = 200  # characters of a query


def format_library(space: Workspace, query: Mapping[str, str]) -> str:
    """The list (or the passages found) for filters q, genre, level, place, year, status and page."""
    infos = space.library.find_documents()
    if not infos:
        return notice("文库还是空的", "请在“管理”页上传文件，或运行 kb ingest 文件夹。")
    today = date.today()
    states = {i.document: status_of(i.identity, today) for i in infos}
    kept = [i for i in infos if _holds(i, states[i.document], query)]
    words = query.get("q", "").strip()[:_WORD]
    named = [i for i in kept if words in i.identity.title or words == i.identity.doc_number] if words else kept
    found = _find(space, words, {i.document for i in kept}) if words and query.get("in") != "title" else ""
    total = f"{len(named)} 份文件" + (f"，标题含“{escape(words)}”" if words else "")
    return (
        f"{_form(infos, states, query)}<p class='dz-total' role='status'>{total}</p>"
        f"{_rows(named, states, query)}{found}"
    )


def _holds(info: DocumentInfo, status: Status, query: Mapping[str, str]) -> bool:
    i = info.identity
    return (
        query.get("genre", "") in ("", i.genre)
        and query.get("level", "") in ("", i.level)
        and query.get("place", "") in ("", i.place)
        and query.get("year", "") in ("", _year(i))
        and query.get("status", "") in ("", status)
    )


def _year(identity: Identity) -> str | None:
    day = identity.effective_on or identity.issued_on or identity.adopted_on
    return str(day.year) if day else None


def _form(infos: tuple[DocumentInfo, ...], states: Mapping[str, Status], query: Mapping[str, str]) -> str:
    identities = [i.identity for i in infos]

    def most(values: list[str | None]) -> list[str]:
        return [v for v, _ in Counter(v for v in values if v).most_common(200)]

    filters = (
        ("genre", "全部类型", most([i.genre for i in identities])),
        ("level", "全部层级", most([i.level for i in identities])),
        ("place", "全部地域", most([i.place for i in identities])),
        ("year", "全部年份", sorted({y for i in identities if (y := _year(i))}, reverse=True)),
    )
    boxes = "".join(
        f'<select name="{n}" aria-label="{every[2:]}">{options(v, query.get(n, ""), every)}</select>'
        for n, every, v in filters
    )
    held = set(states.values())
    chosen = query.get("status", "")
    status = "".join(
        f'<option value="{s}"{" selected" if s == chosen else ""}>{w}</option>'
        for s, w in STATUS_WORDS.items()
        if s in held
    )
    words = escape(query.get("q", "")[:_WORD])
    return (
        '<form class="dz-form" method="get" action="/library" data-fragment="/fragment/library" role="search">'
        f'<input type="search" name="q" value="{words}" maxlength="{_WORD}" placeholder="查标题与全文，如：窨井盖 缺失" aria-label="查找">'
        f'{boxes}<select name="status" aria-label="效力"><option value="">全部效力</option>{status}</select>'
        '<button type="submit">查找</button></form>'
    )


def _rows(infos: list[DocumentInfo], states: Mapping[str, Status], query: Mapping[str, str]) -> str:
    if not infos:
        return "" if query.get("q") else notice("没有符合条件的文件", "请放宽筛选条件。")
    last = (len(infos) - 1) // _PAGE
    at = min(int(query["page"]), last) if query.get("page", "").isascii() and query.get("page", "").isdigit() else 0
    rows = "".join(_row(i, states[i.document]) for i in infos[at * _PAGE : (at + 1) * _PAGE])
    pages = ""
    if last:
        base = {k: v for k, v in query.items() if k != "page" and v}
        steps = [(at - 1, "上一页")] * (at > 0) + [(at + 1, "下一页")] * (at < last)
        links = "".join(link(f"/library?{urlencode({**base, 'page': n})}", t, "dz-step") for n, t in steps)
        pages = f'<nav class="dz-pages" aria-label="翻页"><span>第 {at + 1} / {last + 1} 页</span>{links}</nav>'
    return f'<ul class="dz-list">{rows}</ul>{pages}'


def _row(info: DocumentInfo, status: Status) -> str:
    i = info.identity
    facts = " · ".join(escape(v) for v in (i.issuer, i.place, i.genre, f"{info.characters:,} 字") if v)
    return (
        f"<li>{link(source_url(info.document), i.title, 'dz-title')}{identity_badges(i, status)}"
        f'<div class="dz-meta">{facts}</div></li>'
    )


def _find(space: Workspace, words: str, kept: set[str]) -> str:
    began = perf_counter()
    hits = space.searcher.search(words, k=_FOUND, scope=SearchScope(documents=frozenset(kept)))
    elapsed = (perf_counter() - began) * 1000
    if not hits:
        return notice("全文中没有找到", "请换一种说法，或放宽筛选条件。")
    rows = "".join(
        f"<li>{link(source_url(h.passage.document, h.passage.start, h.passage.end), f'《{h.title}》{h.passage.path}', 'dz-open')}"
        f"<p>{escape(h.text[:160])}{'…' if len(h.text) > 160 else ''}</p></li>"
        for h in hits
    )
    return f'<h3 class="dz-sub">全文相关条文 <small>{len(hits)} 段 · {elapsed:.0f} 毫秒</small></h3><ol class="dz-hits">{rows}</ol>'
