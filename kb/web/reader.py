"""The reader: a stored document as a plain page, with its outline, anchors, doubts and the cited span marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from kb.records import Clause, Status, Version
from kb.web.render import identity_badges, source_url

_SHOWN = 400_000  # characters on one page; a longer text is shown around the span
_OUTLINE = 1_500  # entries; beyond it only the upper levels help anyone
_HEADINGS = ("document", "annex", "part", "subpart", "chapter", "section", "article", "heading")
_HASHES = re.compile(r"^#{1,6} ", re.MULTILINE)  # Markdown's own signs, dimmed
_UNSAFE = re.compile(r"[^\w\u4e00-\u9fff-]+")


def anchor(clause_id: str) -> str:
    """A clause's fragment in the page's address: its id with dots for spaces."""
    return _UNSAFE.sub(".", clause_id).strip(".") or "top"


def format_reader(version: Version, status: Status, versions: Sequence[str], start: int | None, end: int | None) -> str:
    """The article that both the page and the side panel show; the span is cut to the text's bounds."""
    size = len(version.text)
    begin = max(0, min(start, size)) if start is not None else None
    stop = max(begin or 0, min(end if end is not None else size, size)) if begin is not None else None
    first = 0 if size <= _SHOWN else max(0, min((begin or 0) - _SHOWN // 2, size - _SHOWN))
    body = _format_body(version, begin, stop, first, min(size, first + _SHOWN))
    older = [v for v in versions if v != version.id]
    return (
        f'<article class="dz-doc"><header><h1>{escape(version.identity.title)}</h1>'
        f"{identity_badges(version.identity, status)}{_facts(version)}{_older(version.document, older)}</header>"
        f'{_doubts(version)}<div class="dz-text">{body}</div></article>'
    )


def format_outline(version: Version) -> str:
    """The outline at the side, as nested by depth."""
    shown = [c for c in version.clauses if c.kind in _HEADINGS and (c.label or c.title)]
    if len(shown) > _OUTLINE:
        shown = [c for c in shown if c.kind != "article"][:_OUTLINE]
    rows = "".join(
        f'<li style="--depth:{min(c.level, 6)}"><a href="#{escape(anchor(c.id))}">{escape(_name(c))}</a></li>'
        for c in shown
    )
    return f'<nav class="dz-outline" aria-label="目录"><h2>目录</h2><ol>{rows or "<li>未识别出层级</li>"}</ol></nav>'


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


def _older(document: str, versions: Sequence[str]) -> str:
    if not versions:
        return ""
    links = " ".join(f'<a href="{escape(source_url(document, version=v))}">{escape(v[:8])}</a>' for v in versions[:20])
    return f'<p class="dz-older">库中另存版本：{links}</p>'


def _doubts(version: Version) -> str:
    if not version.doubts:
        return ""
    rows = "".join(
        f'<li><a href="{escape(source_url(version.document, d.start, d.end))}">{escape(d.message)}</a></li>'
        if d.end > d.start
        else f"<li>{escape(d.message)}</li>"
        for d in version.doubts[:100]
    )
    return f'<details class="dz-doubts"><summary>解析存疑 {len(version.doubts)} 处（原文未作改动）</summary><ul>{rows}</ul></details>'


def _format_body(version: Version, start: int | None, end: int | None, first: int, last: int) -> str:
    """Escaped text with anchors where clauses begin, headings in bold, furniture dimmed, the span in <mark>."""
    tags: list[tuple[int, int, str]] = []  # place, order at one place, markup
    for c in version.clauses:
        if first <= c.start < last:
            name = f'<span class="dz-anchor" id="{escape(anchor(c.id))}"></span>'
            tags.append((c.start, 1, name))
            head = min(c.heading_end, last)
            if head > c.start and c.kind in _HEADINGS:
                kind = "dz-article" if c.kind == "article" else "dz-heading"
                tags += _wrap(c.start, head, f'<b class="{kind}">', "</b>", 2, start, end)
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
    cut = (
        '<p class="dz-cut">文件很长，这里只显示其中一段；全文可由接口取得。</p>'
        if last - first < len(version.text)
        else ""
    )
    return cut + "".join(out)


def _wrap(
    begin: int, stop: int, opening: str, closing: str, order: int, start: int | None, end: int | None
) -> list[tuple[int, int, str]]:
    """Markup around a stretch, broken where the marked span's ends would cross it."""
    cuts = sorted({begin, stop, *(x for x in (start, end) if x is not None and begin < x < stop)})
    pieces = []
    for a, b in pairwise(cuts):
        inside = start is not None and end is not None and start <= a < end
        pieces += [(a, 4 if inside else order, opening), (b, -1, closing)]
    return pieces
