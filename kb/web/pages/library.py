"""文库: the documents with filters in the address, and full-text find within them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from time import perf_counter
from urllib.parse import urlencode

from kb.answer.compose import STATUS_WORDS
from kb.records import DocumentInfo, Hit, Identity, Status
from kb.search.scope import SearchScope
from kb.web.render import identity_badges, link, notice, source_url
from kb.workspace import Workspace

_PAGE = 50
_FOUND = 30  # passages of one full-text find
_WORD = 200  # characters of a query
_SNIPPET = 150  # characters around the first word found
_FACET = 8  # values of a filter shown at once; the rest behind 更多
_MOST = 200  # values of a filter at all
_FILTERS = (("genre", "类型"), ("level", "层级"), ("place", "地域"), ("year", "年份"), ("status", "效力"))


def format_library(space: Workspace, query: Mapping[str, str]) -> str:
    """The list (and the passages found) for filters q, genre, level, place, year, status and page."""
    infos = space.library.find_documents()
    if not infos:
        return notice("文库还是空的", "请在“管理”页上传文件，或运行 kb ingest 文件夹。")
    today = date.today()
    lineage = space.library.lineage()
    facts = [(i, _facts(i, lineage.status_of(i.document, today))) for i in infos]
    chosen = {n: v for n, _ in _FILTERS if (v := query.get(n))}
    kept = [(i, f) for i, f in facts if all(f[n] == v for n, v in chosen.items())]
    words = query.get("q", "").strip()[:_WORD]
    named = [(i, f) for i, f in kept if _named(i, words)] if words else kept
    found = _find(space, words, frozenset(i.document for i, _ in kept)) if words else ""
    head = f"标题含“{escape(words)}”的文件" if words else "文件"
    total = f'<h2 class="dz-sub" role="status">{head} <small>{len(named):,} 份</small></h2>'
    listed = total + _rows(named, query) if named or not words else ""
    return (
        f'<h1 class="dz-hidden">文库</h1>{_form(query)}<div class="dz-browse">{_facets(facts, query)}'
        f'<div class="dz-results">{listed}{found}</div></div>'
    )


def most(values: Sequence[str | None]) -> list[str]:
    """Distinct values, the most frequent first."""
    return [v for v, _ in Counter(v for v in values if v).most_common(_MOST)]


def _facts(info: DocumentInfo, status: Status) -> dict[str, str | None]:
    i = info.identity
    return {"genre": i.genre, "level": i.level, "place": i.place, "year": _year(i), "status": status}


def _named(info: DocumentInfo, words: str) -> bool:
    i = info.identity
    return words == i.doc_number or all(w in i.title or w in info.document for w in words.split())


def _year(identity: Identity) -> str | None:
    day = identity.effective_on or identity.issued_on or identity.adopted_on
    return str(day.year) if day else None


def _form(query: Mapping[str, str]) -> str:
    words = escape(query.get("q", "")[:_WORD])
    kept = "".join(f'<input type="hidden" name="{n}" value="{escape(query[n])}">' for n, _ in _FILTERS if query.get(n))
    return (
        '<form class="dz-form" method="get" action="/library" data-fragment="/fragment/library" role="search">'
        f'<input type="search" name="q" value="{words}" maxlength="{_WORD}" placeholder="查标题、文号与全文，如：窨井盖 缺失" aria-label="查找">'
        f'{kept}<button type="submit" class="dz-go">查找</button></form>'
    )


def _facets(facts: list[tuple[DocumentInfo, dict[str, str | None]]], query: Mapping[str, str]) -> str:
    """Each filter's values with how many documents they leave, given the other filters."""
    columns = ""
    chosen = sum(1 for n, _ in _FILTERS if query.get(n))
    for name, label in _FILTERS:
        limits = [(n, v) for n, _ in _FILTERS if n != name and (v := query.get(n))]
        others = [f for _, f in facts if all(f[n] == v for n, v in limits)]
        counts = Counter(v for f in others if (v := f[name]))
        values = sorted(counts, reverse=True) if name == "year" else [v for v, _ in counts.most_common(_MOST)]
        if not values:
            continue
        rows = [_facet(name, v, counts[v], query) for v in values]
        at = next((n for n, v in enumerate(values) if v == query.get(name)), 0)
        rest = "".join(rows[_FACET:])
        more = (
            f"<details{' open' if at >= _FACET else ''}><summary>更多 {len(rows) - _FACET}</summary><ul>{rest}</ul></details>"
            if rest
            else ""
        )
        columns += f"<section><h3>{label}</h3><ul>{''.join(rows[:_FACET])}</ul>{more}</section>"
    clear = '<a class="dz-clear" data-nav href="/library">清除筛选</a>' if chosen else ""
    title = f"筛选{f'（{chosen}）' if chosen else ''}"
    return f'<aside class="dz-facets" aria-label="筛选"><details class="dz-fold" open><summary>{title}</summary>{clear}{columns}</details></aside>'


def _facet(name: str, value: str, count: int, query: Mapping[str, str]) -> str:
    on = query.get(name) == value
    base = {k: v for k, v in query.items() if v and k not in ("page", name)}
    url = "/library" + (f"?{urlencode(base if on else {**base, name: value})}" if base or not on else "")
    words = STATUS_WORDS.get(value, value) if name == "status" else value  # type: ignore[call-overload]
    mark = ' aria-current="true"' if on else ""
    return f'<li><a data-nav href="{escape(url)}"{mark}><span>{escape(words)}</span><small>{count:,}</small></a></li>'


def _rows(named: list[tuple[DocumentInfo, dict[str, str | None]]], query: Mapping[str, str]) -> str:
    if not named:
        return notice("没有符合条件的文件", "请放宽筛选条件。")
    last = (len(named) - 1) // _PAGE
    given = query.get("page", "")
    at = min(int(given), last) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    rows = "".join(_row(i, f["status"]) for i, f in named[at * _PAGE : (at + 1) * _PAGE])  # type: ignore[arg-type]
    pages = ""
    if last:
        base = {k: v for k, v in query.items() if k != "page" and v}
        steps = [(at - 1, "上一页")] * (at > 0) + [(at + 1, "下一页")] * (at < last)
        urls = [(escape(f"/library?{urlencode({**base, 'page': n})}"), t) for n, t in steps]
        links = "".join(f'<a class="dz-step" data-nav href="{url}">{t}</a>' for url, t in urls)
        pages = f'<nav class="dz-pages" aria-label="翻页"><span>第 {at + 1} / {last + 1} 页</span>{links}</nav>'
    return f'<ul class="dz-list">{rows}</ul>{pages}'


def _row(info: DocumentInfo, status: Status) -> str:
    i = info.identity
    facts = " · ".join(escape(v) for v in (i.issuer, i.place, i.genre, f"{info.characters:,} 字") if v)
    return (
        f"<li>{link(source_url(info.document), i.title, 'dz-title')}{identity_badges(i, status)}"
        f'<div class="dz-meta">{facts}</div></li>'
    )


def _find(space: Workspace, words: str, kept: frozenset[str]) -> str:
    began = perf_counter()
    hits = space.searcher.search(words, k=_FOUND, scope=SearchScope(documents=kept))
    elapsed = (perf_counter() - began) * 1000
    if not hits:
        return notice("全文中没有找到", "请换一种说法，或放宽筛选条件。")
    marks = [w for w in dict.fromkeys([*words.split(), *space.words.cut(words)]) if len(w) > 1]
    rows = "".join(_hit(h, marks) for h in hits)
    return f'<h2 class="dz-sub">全文相关条文 <small>{len(hits)} 段 · {elapsed:.0f} 毫秒</small></h2><ol class="dz-hits">{rows}</ol>'


def _hit(hit: Hit, marks: Sequence[str]) -> str:
    p = hit.passage
    name = f"《{hit.title.strip('《》')}》{p.path}"
    return (
        f"<li>{link(source_url(p.document, p.start, p.end) + '#hit', name, 'dz-title')}"
        f"<p>{_snippet(hit.text, marks)}</p></li>"
    )


def _snippet(text: str, marks: Sequence[str]) -> str:
    """The passage around the first word found, all of them in <mark>."""
    flat = " ".join(text.split())
    places = [at for w in marks if (at := flat.find(w)) >= 0]
    begin = max(0, min(places, default=0) - 30)
    cut = flat[begin : begin + _SNIPPET]
    shown = escape(cut)
    if marks:
        pattern = "|".join(re.escape(escape(w)) for w in sorted(marks, key=len, reverse=True))
        shown = re.sub(pattern, lambda m: f"<mark>{m[0]}</mark>", shown)
    return f"{'…' if begin else ''}{shown}{'…' if begin + _SNIPPET < len(flat) else ''}"
