"""职责: who does what for a task or by an agency; roles as columns, every cell with its clause; conflicts and gaps apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from urllib.parse import urlencode

from kb.export import CHANGE_WORDS, describe_state
from kb.records import Basis, Duty, Role
from kb.responsibility.changes import Change
from kb.responsibility.clashes import Clash
from kb.responsibility.entries import Entry
from kb.responsibility.gaps import Gap
from kb.responsibility.map import ResponsibilityMap
from kb.web.pages.library import most
from kb.web.pages.map import format_map
from kb.web.render import ROLE_WORDS, format_badges, notice, source_url
from kb.web.responsibility import Asked, find_map, is_large
from kb.workspace import Workspace

# The roles of one column each, in the order an official asks.
COLUMNS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("牵头", ("lead", "coordinate")),
    ("负责", ("own", "joint", "duty-holder")),
    ("配合", ("support",)),
    ("监督", ("oversee",)),
    ("审批执法", ("approve", "enforce")),
    ("裁定", ("decide",)),
)
_LIMITED = '<p class="dz-total">文库较大：冲突与缺口只在上面所列的职责之间查找；全库查找请用 kb duties --conflicts --gaps。</p>'
_ROWS = 200
_WORD = 100
_LISTED = 40  # conflicts and gaps shown
_CLASHES = {"owners": "不同机构负责同一事项", "role": "同一机构角色不一"}
_ENDED = ("repealed", "expired", "superseded")


def format_duties(space: Workspace, query: Mapping[str, str]) -> str:
    """The form, and the map for the agency, task, place and day in the address."""
    given = {n: query.get(n, "").strip()[:_WORD] for n in ("task", "agency", "place", "as_of", "since", "ended")}
    form = _form(space, given)
    if not given["task"] and not given["agency"]:
        return form + _start(space)
    try:
        as_of, since = (date.fromisoformat(given[n]) if given[n] else None for n in ("as_of", "since"))
    except ValueError:
        return form + notice("日期有误", "日期应写成 2026-11-24 的样子，请改正。", "error")
    found = find_map(space, Asked.read(given, as_of, since))
    entries = [e for e in found.entries if given["ended"] or not (e.ended or e.status in _ENDED)]
    hidden = len(found.entries) - len(entries)
    if not found.entries:
        return form + notice(
            "现有资料未见规定", "没有找到写明这一职责的条文；这不等于无人负责，请换一种说法，或到“问答”页提问。"
        )
    return (
        form
        + _summary(entries, found, hidden, given)
        + format_map(entries, given["task"], given["agency"])
        + _table(entries[:_ROWS])
        + (_LIMITED if is_large(space) else "")
        + _conflicts(found.conflicts)
        + _gaps(found.gaps)
        + _changes(found.changes, given)
    )


def _start(space: Workspace) -> str:
    tasks = ("小广告", "背街小巷 清扫", "农贸市场", "生活垃圾", "占道经营")
    links = "".join(f'<a class="dz-example" data-nav href="/duties?{urlencode({"task": t})}">{t}</a>' for t in tasks)
    return (
        '<div class="dz-notice dz-empty"><b>查一项工作，或一个机构</b>'
        f'<p>例如工作“小广告”，或机构“街道办事处”；两者可同时填写。</p><div class="dz-examples">{links}</div></div>'
    )


def _form(space: Workspace, given: Mapping[str, str]) -> str:
    boxes = "".join(
        f'<label>{label}<input type="search" name="{n}" value="{escape(given[n])}" maxlength="{_WORD}" placeholder="{hint}"></label>'
        for n, label, hint in (("task", "工作", "小广告、垃圾分类…"), ("agency", "机构", "街道办事处…"))
    )
    places = [p for p in most([i.identity.place for i in space.library.find_documents()]) if p != "全国"]
    listed = "".join(f"<option{' selected' if p == given['place'] else ''}>{escape(p)}</option>" for p in places)
    ended = " checked" if given["ended"] else ""
    return (
        '<h1 class="dz-hidden">职责</h1><form class="dz-form" method="get" action="/duties" data-fragment="/fragment/duties" role="search">'
        f'{boxes}<label class="dz-short">地域<select name="place"><option value="">不限</option>{listed}</select></label>'
        f'<label class="dz-short">变化自<input type="date" name="since" value="{escape(given["since"])}" min="1949-10-01" max="2099-12-31"></label>'
        f'<label class="dz-short">截至<input type="date" name="as_of" value="{escape(given["as_of"])}" min="1949-10-01" max="2099-12-31"></label>'
        f'<label class="dz-check"><input type="checkbox" name="ended" value="1"{ended}>含已失效</label>'
        '<button type="submit" class="dz-go">查职责</button></form>'
    )


def _summary(entries: Sequence[Entry], found: ResponsibilityMap, hidden: int, given: Mapping[str, str]) -> str:
    documents = len({e.duty.basis.document for e in entries})
    more = f"，只列前 {_ROWS} 条" if len(entries) > _ROWS else ""
    left = f"；另有 {hidden} 条出自已失效文件，勾选“含已失效”可看" if hidden else ""
    parts = f'<a href="#conflicts">冲突 {len(found.conflicts)}</a><a href="#gaps">缺口 {len(found.gaps)}</a>'
    parts += f'<a href="#changes">变化 {len(found.changes)}</a>' if given["since"] else ""
    query = urlencode({k: v for k, v in given.items() if v})
    return (
        f'<div class="dz-head" role="status"><span>{len(entries)} 条职责，出自 {documents} 份文件{more}{left}</span>{parts}'
        f'<a class="dz-export" href="/export/duties.xlsx?{escape(query)}" download>导出 .xlsx</a></div>'
    )


def _table(entries: Iterable[Entry]) -> str:
    """One row for each task of a document, as many columns as have something to show."""
    rows: dict[tuple[str, str], list[Entry]] = {}
    for e in entries:
        rows.setdefault((e.duty.basis.document, what(e.duty)), []).append(e)
    shown = [
        (name, roles) for name, roles in COLUMNS if any(e.duty.role in roles for held in rows.values() for e in held)
    ]
    body = ""
    for (_, task), held in rows.items():
        cells = "".join(
            f'<td data-label="{n}">{_cell(e.duty for e in held if e.duty.role in roles)}</td>' for n, roles in shown
        )
        body += f'<tr><th scope="row">{escape(task)}</th>{cells}<td data-label="依据">{_basis(held[0])}</td></tr>'
    if not body:
        return notice("没有现行的职责规定", "勾选“含已失效”可看出自已失效文件的条文。")
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("事项", *(name for name, _ in shown), "依据"))
    return (
        '<h2 class="dz-sub" id="table">职责表</h2><div class="dz-scroll" tabindex="0" role="region" aria-label="职责表">'
        f'<table class="dz-matrix dz-cards"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def what(duty: Duty) -> str:
    """The task in the text's words; the object is often part of the action as written."""
    return duty.action if duty.object in duty.action else f"{duty.action}{duty.object}"


def _basis(entry: Entry) -> str:
    b = entry.duty.basis
    url = escape(source_url(b.document, b.start, b.end) + "#hit")
    title = escape(entry.title.strip("《》"))
    return (
        f'<a class="dz-open" href="{url}" title="{escape(b.quote[:200])}">《{title}》{escape(b.clause)}</a>'
        f' <span class="dz-badge dz-{"expired" if entry.ended else entry.status}">{describe_state(entry)}</span>'
    )


def _cell(duties: Iterable[Duty]) -> str:
    return "".join(f"<div>{one}</div>" for one in dict.fromkeys(_agency(d) for d in duties))


def _agency(d: Duty) -> str:
    s = d.scope
    scope = "、".join(v for v in (s.road_grade, s.property_management, s.area, s.time, s.condition) if v)
    tags = ['<span class="dz-badge dz-proposed">建议</span>'] if d.modality == "proposal" else []
    tags += ['<span class="dz-badge dz-repealed">不承担</span>'] if d.negative else []
    tags += (
        [f'<span class="dz-badge dz-inferred" title="{escape("；".join(d.inference))}">推断</span>']
        if d.inference
        else []
    )
    note = f"<small>{escape(scope)}</small>" if scope else ""
    name = f'<a data-nav href="/duties?{escape(urlencode({"agency": d.agency}))}" title="{escape(ROLE_WORDS[d.role])}：{escape(d.role_word)}">{escape(d.agency)}</a>'
    return f"{name}{''.join(tags)}{note}"


def _conflicts(conflicts: Sequence[Clash]) -> str:
    if not conflicts:
        return _none("conflicts", "冲突", "未发现现行文件把同一事项交给不同机构，或对同一机构一处写负责、一处写协助。")
    rows = "".join(
        f'<section class="dz-row"><header><b>{escape(c.about)}</b><span class="dz-badge dz-flag">{_CLASHES[c.kind]}</span><span>{escape(c.decides)}</span></header>'
        f'<div class="dz-columns">{"".join(_side(e) for e in c.entries)}</div></section>'
        for c in conflicts[:_LISTED]
    )
    return f'<h2 class="dz-sub" id="conflicts">冲突 <small>{len(conflicts)} 处，各方并列，不作取舍</small></h2>{rows}'


def _side(e: Entry) -> str:
    d = e.duty
    badges = format_badges(e.level, None, e.effective_on, e.status)
    return f"<div><b>{escape(d.agency)}</b>（{ROLE_WORDS[d.role]}）{badges}<br>{_basis(e)}<blockquote>{escape(d.basis.quote.strip())}</blockquote></div>"


def _gaps(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return _none("gaps", "缺口", "未发现文件反映责任不清、又未见规定主责的事项。")
    rows = ""
    for g in gaps[:_LISTED]:
        told = "".join(_problem(p.basis) for p in g.problems[:3])
        ways = "".join(f"<p>由谁确定：{escape(e.duty.agency)} {_basis(e)}</p>" for e in g.default[:2])
        ways += "".join(f"<p>可循程序：{escape(e.duty.agency)} {_basis(e)}</p>" for e in g.procedure[:2])
        rows += f"<li><b>{escape(g.task)}</b> <span class=dz-meta>现有资料未见规定责任单位</span>{told}{ways or '<p>也未见确定责任单位的条款。</p>'}</li>"
    return f'<h2 class="dz-sub" id="gaps">缺口 <small>{len(gaps)} 处</small></h2><ul class="dz-list">{rows}</ul>'


def _problem(b: Basis) -> str:
    url = escape(source_url(b.document, b.start, b.end) + "#hit")
    return f'<p>反映问题：<a class="dz-open" href="{url}">“{escape(" ".join(b.quote.split())[:120])}”</a></p>'


def _changes(changes: Sequence[Change], given: Mapping[str, str]) -> str:
    if not given["since"]:
        return ""
    if not changes:
        return _none("changes", "变化", "这段时间内未见变化。")
    rows = "".join(
        f'<section class="dz-row"><header><span class="dz-badge dz-flag">{CHANGE_WORDS[c.kind]}</span><b>{escape(c.about)}</b></header>'
        f'<div class="dz-columns"><div>{"".join(_side(e) for e in c.before) or "<i>此前未见规定</i>"}</div><div>{"".join(_side(e) for e in c.after) or "<i>不再规定</i>"}</div></div></section>'
        for c in changes[:_LISTED]
    )
    return f'<h2 class="dz-sub" id="changes">变化 <small>自 {escape(given["since"])} 起 {len(changes)} 处</small></h2>{rows}'


def _none(id: str, title: str, said: str) -> str:
    return f'<h2 class="dz-sub" id="{id}">{title}</h2><p class="dz-total">{said}</p>'
