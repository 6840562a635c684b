"""The reader: a stored document with outline, anchors, linked references, doubts, and the cited span marked in text or page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from itertools import pairwise
from urllib.parse import quote, urlencode

from kb.answer.compose import STATUS_WORDS
from kb.lineage.editions import END_WORDS
from kb.records import Clause, Place, Reference, Status, Version
from kb.timeline import EVENT_WORDS, Timeline
from kb.web.render import identity_badges, notice, source_url

_SHOWN = 400_000  # characters on one page; a longer text is shown around the span
_OUTLINE = 1_500  # entries; beyond it only the upper levels help anyone
_EVENTS = 40
_SHEETS = 60  # page pictures on one page; they load as they come into view
_HEADINGS = ("document", "annex", "part", "subpart", "chapter", "section", "article", "heading")
_HASHES = re.compile(r"^#{1,6} ", re.MULTILINE)  # Markdown's own signs, dimmed
_UNSAFE = re.compile(r"[^\w\u4e00-\u9fff-]+")
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?")


@dataclass(frozen=True, slots=True)
class Shown:
    """展示: a version with what the page shows around it."""

    version: Version
    status: Status
    versions: Sequence[str]  # ids, newest first
    start: int | None = None
    end: int | None = None
    sizes: Mapping[int, tuple[float, float]] = field(default_factory=dict)  # page → points; empty: show the text
    paged: bool = False  # whether pictures of its pages can be had
    find_document: Callable[[str], str | None] = lambda title: None  # a title as written → a readable document
    notice: str = ""  # what could not be shown
    timeline: Timeline | None = None
    as_of: date = field(default_factory=date.today)
    traced: bool = (
        False  # where the words come from, in place of the text; it takes seconds, so it comes after the page
    )
    correct: bool = False  # whether this reader may correct what was concluded about validity


def anchor(clause_id: str) -> str:
    """A clause's fragment in the page's address: its id with dots for spaces."""
    return _UNSAFE.sub(".", clause_id).strip(".") or "top"


def find_clause(version: Version, wanted: str) -> Clause | None:
    """The clause that a path, an id or the last part of a path names."""
    plain = wanted.strip()
    article = _ARTICLE.match(plain)
    tests: tuple[Callable[[Clause], bool], ...] = (
        lambda c: plain in (c.id, c.path),
        lambda c: c.path.endswith(f" {plain}"),
        lambda c: c.label == plain or f"{c.label} {c.title}".strip() == plain,
        lambda c: article is not None and c.label == article[0],
    )
    return next((c for fits in tests for c in version.clauses if fits(c)), None)


def format_reader(shown: Shown) -> str:
    """The article that both the page and the side panel show; the span is cut to the text's bounds."""
    version = shown.version
    size = len(version.text)
    begin = max(0, min(shown.start, size)) if shown.start is not None else None
    stop = max(begin or 0, min(shown.end if shown.end is not None else size, size)) if begin is not None else None
    if shown.traced:
        url = "/fragment/blame?" + urlencode({"document": version.document, "version": version.id})
        body = f'<div class="dz-traced" data-load="{escape(url)}">{notice("正在逐条比对各个版次…", "条款很多时要几秒钟。", "waiting")}</div>'
    elif shown.sizes:
        body = _sheets(shown, begin, stop)
    else:
        first = 0 if size <= _SHOWN else max(0, min((begin or 0) - _SHOWN // 2, size - _SHOWN))
        body = f'<div class="dz-text">{_format_body(shown, begin, stop, first, min(size, first + _SHOWN))}</div>'
    said = f'<p class="dz-cut" role="status">{escape(shown.notice)}</p>' if shown.notice else ""
    return (
        f'<article class="dz-doc"><header><h1>{escape(version.identity.title)}</h1>'
        f"{identity_badges(version.identity, shown.status)}{_facts(version)}{_tools(shown)}{_timeline(shown)}</header>"
        f"{_lost(shown)}{_doubts(version)}{said}{body}</article>"
    )


def format_outline(shown: Shown) -> str:
    """The outline at the side, as nested by depth."""
    version = shown.version
    listed = [c for c in version.clauses if c.kind in _HEADINGS and (c.label or c.title)]
    if len(listed) > _OUTLINE:
        listed = [c for c in listed if c.kind != "article"][:_OUTLINE]
    base = source_url(version.document) if shown.sizes else ""
    rows = "".join(
        f'<li style="--depth:{min(c.level, 6)}"><a href="{escape(base)}#{escape(anchor(c.id))}">{escape(_name(c))}</a></li>'
        for c in listed
    )
    return (
        '<nav class="dz-outline" aria-label="目录"><details open><summary>目录</summary>'
        f"<ol>{rows or '<li>未识别出层级</li>'}</ol></details></nav>"
    )


def _name(clause: Clause) -> str:
    name = f"{clause.label} {clause.title}".strip()
    return name if len(name) <= 40 else name[:39] + "…"


def _facts(version: Version) -> str:
    i = version.identity
    days = (("通过", i.adopted_on), ("印发", i.issued_on), ("施行", i.effective_on), ("有效期至", i.expires_on), ("废止", i.repealed_on))  # fmt: skip
    facts = [
        ("发文机关", i.issuer),
        ("地域", i.place),
        ("类型", i.genre),
        *((n, d.isoformat() if d else None) for n, d in days),
    ]
    rows = "".join(f"<div><dt>{n}</dt><dd>{escape(v)}</dd></div>" for n, v in facts if v)
    return f'<dl class="dz-facts">{rows}<div><dt>来源</dt><dd>{escape(version.document)}</dd></div></dl>'


def _tools(shown: Shown) -> str:
    """Text or page pictures, versions, the original."""
    version = shown.version
    current = shown.versions[0] if shown.versions else version.id
    older = None if version.id == current else version.id
    span = (shown.start, shown.end)
    tools = []
    views: list[tuple[str, str | None, bool]] = [("正文", None, not (shown.sizes or shown.traced))]
    views += [("原版页面", "page", bool(shown.sizes))] if shown.paged else []
    views += [("逐条溯源", "blame", shown.traced)] if shown.timeline and len(shown.timeline.editions) > 1 else []
    if len(views) > 1:
        for name, view, here in views:
            url = escape(_with(source_url(version.document, *span, older), view=view))
            mark = ' aria-current="true"' if here else ""
            tools.append(f'<a class="dz-view" data-panel href="{url}"{mark}>{name}</a>')
    tools.append(f'<a class="dz-view" href="/original/{quote(version.document)}" download>下载原件</a>')
    if shown.correct:
        url = "/admin/lineage?" + urlencode({"document": version.document})
        tools.append(f'<a class="dz-view" href="{escape(url)}">更正沿革</a>')
    choices = _choices(shown)
    if len(choices) > 1:
        options = "".join(
            f'<option value="{escape(url)}"{" selected" if here else ""}>{escape(label)}</option>'
            for url, label, here, _ in choices
        )
        tools.append(f'<label class="dz-version">版次<select data-go aria-label="版次">{options}</select></label>')
        at = next((n for n, c in enumerate(choices) if c[2]), 0)
        if at:
            pair = {"old": choices[at - 1][3], "new": choices[at][3]}
            tools.append(f'<a class="dz-view" href="/compare?{escape(urlencode(pair))}">与前一版比对</a>')
    return f'<div class="dz-tools">{"".join(tools)}</div>'


def _choices(shown: Shown) -> list[tuple[str, str, bool, str]]:
    """The texts that one can switch to, oldest first: address, label, whether it is the one shown, name to compare by."""
    version = shown.version
    found = []
    for e in shown.timeline.editions if shown.timeline is not None else ():
        begins = f"{e.begins} 起" if e.begins else "日期不明"
        name = e.document if e.current else f"{e.document}@{e.version[:12]}"
        url = source_url(e.document, version=None if e.current else e.version)
        here = (e.document, e.version) == (version.document, version.id)
        found.append((url, f"{begins} · {STATUS_WORDS[e.status_on(shown.as_of)]}", here, name))
    return found


def _timeline(shown: Shown) -> str:
    """When each text of the work held and what ended it; days without one, and a term that a list passes over."""
    t = shown.timeline
    if t is None or len(t.events) < 2:
        return ""
    rows = ""
    for e in t.events[:_EVENTS]:
        here = ' aria-current="true"' if e.edition.document == shown.version.document else ""
        basis = ""
        if e.basis is not None:
            url = escape(source_url(e.basis.document, e.basis.start, e.basis.end) + "#hit")
            basis = f' <a class="dz-ref" data-panel href="{url}">依据</a>'
        note = f"（{escape(e.note)}）" if e.note else ""
        rows += f"<li{here}>{e.on or '日期不详'} {EVENT_WORDS[e.kind]}：《{escape(e.edition.title.strip('《》')[:60])}》{note}{basis}</li>"
    for w in t.windows:
        rows += f'<li class="dz-window">空窗：{w.first} 至 {w.last or "今"}，没有有效的文本</li>'
    for h in t.hidden:
        rows += f'<li class="dz-window">清理结果列为有效，但有效期到 {h.expires_after} 为止</li>'
    return f'<details class="dz-timeline"><summary>沿革（{len(t.editions)} 个文本）</summary><ol>{rows}</ol></details>'


def _lost(shown: Shown) -> str:
    """The parts that no longer hold, each with the words that say so."""
    key = (shown.version.document, shown.version.id)
    editions = shown.timeline.editions if shown.timeline is not None else ()
    rows = ""
    for p in next((e.lost for e in editions if (e.document, e.version) == key), ()):
        act = p.ending.act
        url = source_url(act.basis.document, act.basis.start, act.basis.end) + "#hit" if act is not None else ""
        basis = (
            f' <a class="dz-ref" data-panel href="{escape(url)}">依据</a>' if url else f"（{escape(p.ending.reason)}）"
        )
        part = escape(source_url(shown.version.document, p.start, p.end) + "#hit")
        rows += (
            f'<p class="dz-cut" role="status">其中<a class="dz-ref" data-panel href="{part}">“{escape(p.name)}”</a>'
            f"自 {p.ending.on or '日期不详'} 起{END_WORDS[p.ending.kind]}{basis}</p>"
        )
    return rows


def _with(url: str, **more: str | None) -> str:
    query = urlencode({k: v for k, v in more.items() if v})
    return url + (("&" if "?" in url else "?") + query if query else "")


def _doubts(version: Version) -> str:
    if not version.doubts:
        return ""
    rows = "".join(
        f'<li><a data-panel href="{escape(source_url(version.document, d.start, d.end))}">{escape(d.message)}</a></li>'
        if d.end > d.start
        else f"<li>{escape(d.message)}</li>"
        for d in version.doubts[:100]
    )
    return f'<details class="dz-doubts"><summary>解析存疑 {len(version.doubts)} 处（原文未作改动）</summary><ul>{rows}</ul></details>'


# --- pages ---------------------------------------------------------------------------------------------------------


def find_pages(version: Version, start: int | None, end: int | None) -> list[int]:
    """The pages to show: all, or those around the span in a long document."""
    pages = sorted({p.page for p in version.places if p.page is not None})
    if len(pages) <= _SHEETS:
        return pages
    hit = next((p.page for p in _boxes(version, start, end) if p.page is not None), pages[0])
    at = max(0, min(pages.index(hit) - _SHEETS // 2, len(pages) - _SHEETS))
    return pages[at : at + _SHEETS]


def _boxes(version: Version, start: int | None, end: int | None) -> list[Place]:
    """The places that a span touches."""
    if start is None or end is None:
        return []
    hidden = {(f.start, f.end) for f in version.furniture}
    return [
        p
        for p in version.places
        if p.box is not None
        and p.page is not None
        and p.start < end
        and start < p.end
        and (p.start, p.end) not in hidden
    ]


def _sheets(shown: Shown, start: int | None, end: int | None) -> str:
    """Pictures of the pages, with the lines of the span marked on them."""
    version = shown.version
    marked = _boxes(version, start, end)
    current = shown.versions[0] if shown.versions else version.id
    older = "" if version.id == current else f"&version={version.id[:12]}"
    sheets = []
    first = True
    for page, (width, height) in sorted(shown.sizes.items()):
        marks = ""
        for place in marked:
            if place.page != page or place.box is None:
                continue
            x0, y0, x1, y1 = place.box
            at = f"left:{100 * x0 / width:.2f}%;top:{100 * y0 / height:.2f}%;width:{100 * (x1 - x0) / width:.2f}%;height:{100 * (y1 - y0) / height:.2f}%"
            marks += f'<mark{" id=hit tabindex=-1" if first else ""} style="{at}"></mark>'
            first = False
        sheets.append(
            f'<figure class="dz-sheet" id="page-{page}"><div class="dz-paper"><img src="/page/{quote(version.document)}?n={page}{older}" loading="lazy" '
            f'width="{width:.0f}" height="{height:.0f}" alt="第 {page} 页">{marks}</div><figcaption>第 {page} 页</figcaption></figure>'
        )
    return f'<div class="dz-sheets">{"".join(sheets)}</div>'


# --- text ----------------------------------------------------------------------------------------------------------

Tag = tuple[int, int, str]  # place, order at one place, markup


def _format_body(shown: Shown, start: int | None, end: int | None, first: int, last: int) -> str:
    """Escaped text with anchors where clauses begin, headings in bold, furniture dimmed, the span in <mark>."""
    version = shown.version
    tags: list[Tag] = []
    for c in version.clauses:
        if first <= c.start < last:
            tags.append((c.start, 1, f'<span class="dz-anchor" id="{escape(anchor(c.id))}"></span>'))
            head = min(c.heading_end, last)
            if head > c.start and c.kind in _HEADINGS:
                kind = "dz-article" if c.kind == "article" else "dz-heading"
                tags += _wrap(c.start, head, f'<b class="{kind}">', "</b>", 2, start, end)
    tags += _references(shown, start, end, first, last)
    for f in version.furniture:
        if first <= f.start < f.end <= last:
            tags += _wrap(f.start, f.end, '<span class="dz-furniture">', "</span>", 2, start, end)
    if version.format == "md":
        for m in _HASHES.finditer(version.text, first, last):
            tags += _wrap(m.start(), m.end(), '<span class="dz-furniture">', "</span>", 2, start, end)
    if start is not None and end is not None and end > start:
        tags += [(max(start, first), 3, '<mark id="hit" tabindex="-1">'), (min(end, last), 0, "</mark>")]
    out: list[str] = []
    at = first
    for place, _, markup in sorted(tags, key=lambda t: (t[0], t[1])):
        out += [escape(version.text[at:place]), markup]
        at = place
    out.append(escape(version.text[at:last]))
    whole = last - first >= len(version.text)
    cut = "" if whole else '<p class="dz-cut">文件很长，这里只显示其中一段；全文可由接口取得。</p>'
    return cut + "".join(out)


def _references(shown: Shown, start: int | None, end: int | None, first: int, last: int) -> list[Tag]:
    """Links from what the text refers to, where that is in the library and the reader may see it."""
    version = shown.version
    heads = [(c.start, c.heading_end) for c in version.clauses if c.heading_end > c.start and c.kind in _HEADINGS]
    tags: list[Tag] = []
    at = first
    for r in sorted(version.references, key=lambda r: (r.start, -r.end)):
        if r.start < at or r.end > last or any(a < r.end and r.start < b for a, b in heads):
            continue
        url = _target(shown, r)
        if url:
            tags += _wrap(r.start, r.end, f'<a class="dz-ref" href="{escape(url)}">', "</a>", 2, start, end)
            at = r.end
    return tags


def _target(shown: Shown, reference: Reference) -> str | None:
    here = shown.version
    if reference.document in (None, here.document) and reference.clause:
        return f"#{anchor(reference.clause)}"
    document = reference.document or (shown.find_document(reference.title) if reference.title else None)
    if document is None or document == here.document:
        return None
    article = _ARTICLE.match(reference.label or "")
    return _with(source_url(document), clause=article[0] if article else None) + ("#hit" if article else "")


def _wrap(
    begin: int, stop: int, opening: str, closing: str, order: int, start: int | None, end: int | None
) -> list[Tag]:
    """Markup around a stretch, broken where the marked span's ends would cross it."""
    cuts = sorted({begin, stop, *(x for x in (start, end) if x is not None and begin < x < stop)})
    pieces: list[Tag] = []
    for a, b in pairwise(cuts):
        inside = start is not None and end is not None and start <= a < end
        pieces += [(a, 4 if inside else order, opening), (b, -1, closing)]
    return pieces
