"""管理 → 词典: every entry with its own form, and the whole text for who prefers to write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from kb.access.people import User
from kb.errors import UsageError
from kb.web.dictionaries import Dictionary, find_dictionaries
from kb.web.entries import DICTIONARY, KINDS, Entry, find_entries
from kb.web.render import notice
from kb.web.site import Site

# Kind → (field, label, hint, needed); the first two make up the line of the list.
FIELDS: Mapping[str, Sequence[tuple[str, str, str, bool]]] = {
    "synonym": (
        ("lay", "俗称", "牛皮癣 野广告（几个用空格隔开）", True),
        ("official", "规范说法", "小广告 乱张贴", True),
    ),
    "body": (
        ("name", "规范名称", "城市管理部门", True),
        ("aliases", "其他写法", "城管局 城管委（空格隔开，不写市、区、县）", False),
    ),
    "reform": (
        ("old", "原机构", "已登记的名称，几个用空格隔开", True),
        ("new", "承接机构", "已登记的名称", True),
        ("on", "施行日期", "", True),
        ("note", "依据", "如：2018年机构改革", False),
    ),
    "concrete": (
        ("generic", "泛称", "城市管理部门", True),
        ("name", "具体机关", "云泽市城市管理局", True),
        ("place", "地域", "云泽市；到处适用写 全国", True),
        ("from", "起", "", False),
        ("to", "止", "", False),
    ),
}
_ABOUT = {
    "synonym": "问题里出现俗称时，规范说法也参加检索；只管检索，不改答案里的引文。",
    "body": "一个机构的各种写法，查职责时合在一起。",
    "reform": "自施行之日起，原机构的职责由承接机构承担；答案中标“推断”。",
    "concrete": "泛称在某地指哪个具体机关；答案中标“推断”。",
}
_DAYS = ("on", "from", "to")


def format_dictionaries(site: Site, user: User, query: Mapping[str, str]) -> str:
    """The four kinds of entries one after another, then the texts."""
    space = site.spaces.whole
    found = find_dictionaries(space)
    out = '<p class="dz-total">程序自带的条目照旧有效，这里是本库自己的；保存后查询立即生效。</p>'
    for kind, title in KINDS.items():
        held = next(d for d in found if d.name == DICTIONARY[kind])
        try:
            entries = [e for e in find_entries(held.name, held.text, space.agencies) if e.kind == kind]
        except (UsageError, ValueError, KeyError):
            out += notice(f"{title}：文件不能读取", f"{held.path.name} 被改坏了，请在下面的全文中改正。", "error")
            continue
        out += _kind(kind, title, entries)
    return out + "".join(_text(d) for d in found)


def _kind(kind: str, title: str, entries: Sequence[Entry]) -> str:
    rows = "".join(_entry(e) for e in entries)
    add = f"<details><summary>添加一条</summary>{_form(kind)}</details>"
    return (
        f'<section class="dz-entries"><h2 class="dz-sub">{title} <small>{len(entries)} 条。{_ABOUT[kind]}</small></h2>'
        f'<ul class="dz-list">{rows}<li>{add}</li></ul></section>'
    )


def _entry(e: Entry) -> str:
    first, second, *rest = FIELDS[e.kind]
    arrow = {"synonym": "＝", "reform": "→", "concrete": "→"}.get(e.kind, "：")
    more = "，".join(f"{label} {e.fields[n]}" for n, label, _, _ in rest if e.fields.get(n))
    line = f"<b>{escape(e.fields[first[0]])}</b> {arrow} {escape(e.fields.get(second[0], '') or '—')}"
    meta = f' <span class="dz-meta">{escape(more)}</span>' if more else ""
    gone = (
        f'<form class="dz-drop-entry" data-json="/api/manage/entries/remove" data-ask="删除这一条？"><input type="hidden" name="kind" value="{e.kind}">'
        f'<textarea hidden name="was">{escape(e.source)}</textarea><button type="submit" class="dz-plainbutton dz-danger">删除</button></form>'
    )
    return f'<li><div class="dz-entry"><div>{line}{meta}</div>{gone}</div><details><summary>修改</summary>{_form(e.kind, e)}</details></li>'


def _form(kind: str, entry: Entry | None = None) -> str:
    boxes = ""
    for name, label, hint, needed in FIELDS[kind]:
        value = escape(entry.fields.get(name, "")) if entry else ""
        need = " required" if needed else ""
        day = (
            ' type="date" min="1949-10-01" max="2099-12-31"'
            if name in _DAYS
            else ' maxlength="2000" autocomplete="off"'
        )
        css = ' class="dz-short"' if name in _DAYS else ""
        boxes += (
            f'<label{css}>{label}<input name="fields.{name}" value="{value}" placeholder="{hint}"{day}{need}></label>'
        )
    id = entry.fields.get("id", "") if entry else ""
    hidden = f'<input type="hidden" name="kind" value="{kind}">'
    hidden += f'<input type="hidden" name="fields.id" value="{escape(id)}">' if id else ""
    hidden += f'<textarea hidden name="was">{escape(entry.source)}</textarea>' if entry else ""
    return (
        f'<form class="dz-form" data-json="/api/manage/entries">{hidden}{boxes}<button type="submit" class="dz-go">保存</button>'
        '<span class="dz-said" role="status"></span></form>'
    )


def _text(d: Dictionary) -> str:
    return (
        f'<details class="dz-whole"><summary>{d.title}的全文（{escape(d.path.name)}）</summary>'
        f'<form class="dz-dictionary" data-post="/api/manage/dictionaries/{d.name}" data-said="已保存，查询立即生效；刷新页面可见新的列表。">'
        f'<textarea name="text" rows="14" spellcheck="false" aria-label="{d.title}">{escape(d.text)}</textarea>'
        '<div class="dz-form"><button type="submit" class="dz-go">保存全文</button><span class="dz-said" role="status"></span></div></form></details>'
    )
