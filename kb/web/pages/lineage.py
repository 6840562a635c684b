"""管理 → 沿革更正: what was concluded about a document's editions and days, and what people say instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from urllib.parse import urlencode

from kb.access.people import User
from kb.blame import describe_validity
from kb.errors import DocumentMissing
from kb.library.library import Library
from kb.lineage.works import Link, Work
from kb.records import Correction
from kb.web.render import identity_badges, notice, source_url
from kb.web.site import Site

_NAME = 1_000
_LINKS = {"edition": "同一作品的版次", "copy": "同一文本", "replaces": "接替", "amends": "修改", "series": "同名系列"}
_DAY = 'type="date" min="1949-10-01" max="2099-12-31"'


def format_lineage(site: Site, user: User, query: Mapping[str, str]) -> str:
    """The document asked for with its forms, then every correction there is."""
    library = site.spaces.of(user).library
    document = query.get("document", "").strip()[:_NAME]
    titles = {i.document: i.identity.title for i in library.find_documents()}
    listed = "".join(f'<option value="{escape(d)}">{escape(t)}</option>' for d, t in titles.items())
    form = (
        '<form class="dz-form" method="get" action="/admin/lineage" role="search">'
        f'<input type="search" name="document" list="dz-documents" value="{escape(document)}" maxlength="{_NAME}" required '
        'placeholder="文件名，可从列表中选；也可在阅读页点“更正沿革”" aria-label="文件">'
        f'<datalist id="dz-documents">{listed}</datalist><button type="submit" class="dz-go">查看</button></form>'
    )
    if not document:
        shown = notice("查一份文件的版次与有效期间", "程序由原文推定的关系和日期有误时，在这里更正；更正优先于推定。")
    elif document not in titles:
        shown = notice("没有这份文件", f"库中没有“{document}”，请从列表中选一份。", "error")
    else:
        shown = _document(library, document)
    return form + shown + _corrections(library.find_corrections(), titles)


def _document(library: Library, document: str) -> str:
    """The work of a document and what links it to others, with the two forms."""
    lineage = library.lineage()
    work, info = lineage.work(document), library.get_version(document)
    if work is None:
        raise DocumentMissing(f"库中没有“{document}”，请核对名称。")
    status = lineage.status_of(document, date.today())
    links = "".join(_link(k) for k in lineage.links_of(document))
    related = f'<h2 class="dz-sub">与其他文件的关系</h2><ul class="dz-list">{links}</ul>' if links else ""
    hidden = f'<input type="hidden" name="document" value="{escape(document)}">'
    end = '<label>理由<input name="note" maxlength="500" placeholder="如：见公报2020年第3期"></label><button type="submit" class="dz-go">保存更正</button><span class="dz-said" role="status"></span></form>'
    return (
        f'<h2 class="dz-sub"><a class="dz-open" href="{escape(source_url(document))}">{escape(info.identity.title)}</a> {identity_badges(info.identity, status)}</h2>'
        f"{_editions(work, document)}{related}"
        f'<h2 class="dz-sub">更正有效期间 <small>只填要改的；另一个日期照推定的</small></h2><form class="dz-form" data-json="/api/manage/lineage">{hidden}<input type="hidden" name="kind" value="dates">'
        f'<label class="dz-short">施行日<input {_DAY} name="begins"></label>'
        f'<label class="dz-short">失效日<input {_DAY} name="ends" title="自这一天起不再有效"></label>{end}'
        f'<h2 class="dz-sub">更正版次关系</h2><form class="dz-form" data-json="/api/manage/lineage">{hidden}'
        f'<label>与<input name="other" list="dz-documents" required maxlength="{_NAME}" placeholder="另一份文件"></label>'
        '<label class="dz-short"><select name="kind" aria-label="关系"><option value="link">是同一作品的版次</option><option value="unlink">不是同一作品的版次</option></select></label>'
        f"{end}"
    )


def _editions(work: Work, document: str) -> str:
    name = f"《{escape(work.name.strip('《》'))}》" + ("（同名系列，互不取代）" if work.series else "")
    rows = ""
    for e in work.editions:
        mark = ' aria-current="true"' if e.document == document else ""
        url = source_url(e.document, version=None if e.current else e.version)
        number = f'<span class="dz-badge">{escape(e.number)}</span>' if e.number else ""
        rows += (
            f'<li{mark}><a class="dz-title" href="{escape(url)}">{escape(e.title.strip("《》"))}</a>{number}'
            f'<div class="dz-meta">{escape(describe_validity(e))}</div><div class="dz-meta">{escape(e.document)}{"" if e.current else "（早先文本）"}</div></li>'
        )
    return f'<h2 class="dz-sub">推定的版次 <small>{name} {len(work.editions)} 个文本</small></h2><ul class="dz-list">{rows}</ul>'


def _link(k: Link) -> str:
    reasons = "；".join(k.reasons)
    quoted = f"“{escape(k.act.basis.quote[:200])}”" if k.act is not None else ""
    return (
        f'<li><span class="dz-badge">{_LINKS[k.kind]}</span> {escape(k.older[0])} → {escape(k.newer[0])}'
        f'<div class="dz-meta">把握 {k.confidence:.0%}；{escape(reasons)}{quoted}</div></li>'
    )


def _corrections(corrections: tuple[Correction, ...], titles: Mapping[str, str]) -> str:
    if not corrections:
        return '<h2 class="dz-sub">已有的更正</h2><p class="dz-total">还没有更正。</p>'
    rows = "".join(
        f'<tr><td data-label="文件"><a class="dz-open" href="/admin/lineage?{escape(urlencode({"document": c.document}))}">{escape(titles.get(c.document, c.document))}</a></td>'
        f'<td data-label="更正为">{escape(_describe(c))}</td><td data-label="理由">{escape(c.note or "—")}</td><td data-label="更正人">{escape(c.made_by)}</td><td data-label="时间">{escape(c.made_at[:16].replace("T", " "))}</td>'
        f'<td data-label="操作"><button type="button" class="dz-plainbutton dz-danger" data-post="/api/manage/lineage/{c.id}/withdraw" data-ask="撤回这项更正？推定的结果重新生效。">撤回</button></td></tr>'
        for c in reversed(corrections)
    )
    return (
        f'<h2 class="dz-sub">已有的更正 <small>{len(corrections)} 项</small></h2><div class="dz-scroll" tabindex="0" role="region" aria-label="已有的更正"><table class="dz-cards dz-log">'
        f"<thead><tr><th>文件</th><th>更正为</th><th>理由</th><th>更正人</th><th>时间</th><th>操作</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _describe(c: Correction) -> str:
    if c.kind == "link":
        return f"与 {c.other} 是同一作品的版次"
    if c.kind == "unlink":
        return f"与 {c.other} 不是同一作品的版次"
    return "；".join([f"自 {c.begins} 起施行"] * bool(c.begins) + [f"自 {c.ends} 起不再有效"] * bool(c.ends))
