"""比对: two versions beside each other, each change named; the two are in the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from html import escape
from urllib.parse import urlencode

from kb.errors import KBError
from kb.formats import Json
from kb.records import DocumentInfo
from kb.web.api import compare
from kb.web.render import notice, source_url
from kb.workspace import Workspace

CHANGES = {
    "unchanged": "未变", "renumbered": "改号", "moved": "移位", "reworded": "改写",
    "merged": "合并", "split": "拆分", "added": "新增", "deleted": "删去",
}  # fmt: skip
FLAGS = {
    "role": "角色", "modality": "语气", "number": "数字", "deadline": "期限", "agency-rename": "机构更名",
    "scope": "范围", "penalty": "处罚", "added-duty": "新增职责", "deleted-duty": "删去职责",
}  # fmt: skip
_FLAG = 60  # characters of both wordings together; longer ones are marked in the text itself
_PAIRS = 60  # offered to begin with
_DIFF = 6_000  # characters; marking the words of a longer pair would take seconds


def format_compare(space: Workspace, query: Mapping[str, str]) -> str:
    """The form, and the comparison where both sides are chosen."""
    old, new = query.get("old", "")[:1000], query.get("new", "")[:1000]
    form = _form(space, old, new, query)
    if not old or not new:
        return form + _start(space)
    try:
        result = compare(space, old, new)
    except KBError as e:
        return form + notice("无法比对", str(e), "error")
    return form + _result(result, query)


def _form(space: Workspace, old: str, new: str, query: Mapping[str, str]) -> str:
    names = []
    for info in space.library.find_documents():
        names.append((info.document, info.identity.title, info.identity.effective_on))
    listed = "".join(
        f'<option value="{escape(d)}">{escape(t)}{f"（{day.year}）" if day else ""}</option>'
        for d, t, day in names[:5000]
    )
    boxes = "".join(
        f'<label>{label}<input name="{n}" list="dz-documents" value="{escape(v)}" placeholder="输入标题或文件名；文件@版本 指早先文本" required></label>'
        for n, label, v in (("old", "旧", old), ("new", "新", new))
    )
    inline = " selected" if query.get("view") == "inline" else ""
    every = " checked" if query.get("all") == "1" else ""
    kept = "".join(
        f'<input type="hidden" name="{n}" value="{escape(query[n][:40])}">' for n in ("change", "flag") if query.get(n)
    )
    return (
        '<h1 class="dz-hidden">比对</h1><form class="dz-form" method="get" action="/compare" data-fragment="/fragment/compare">'
        f'{boxes}<datalist id="dz-documents">{listed}</datalist>{kept}'
        f'<label class="dz-short">版式<select name="view"><option value="">并排</option><option value="inline"{inline}>合并</option></select></label>'
        f'<label class="dz-check"><input type="checkbox" name="all" value="1"{every}>含未变</label>'
        '<button type="submit" class="dz-go">比对</button></form>'
    )


def _start(space: Workspace) -> str:
    """What can be compared: documents of one name in the library."""
    catalogue = space.searcher.catalogue()
    works: dict[tuple[str, str | None], list[DocumentInfo]] = {}
    for name, place, info in zip(catalogue.names, catalogue.places, catalogue.infos, strict=True):
        if name:
            works.setdefault((name, place), []).append(info)
    rows = ""
    for held in [w for w in works.values() if len(w) > 1][:_PAIRS]:
        held = sorted(held, key=lambda i: i.identity.effective_on or i.identity.issued_on or date.min)
        old, new = held[-2], held[-1]
        url = escape(f"/compare?{urlencode({'old': old.document, 'new': new.document})}")
        days = " → ".join(
            str(d) if (d := i.identity.effective_on or i.identity.issued_on) else "日期不明" for i in (old, new)
        )
        rows += f'<li><a class="dz-title" data-nav href="{url}">{escape(new.identity.title)}</a><span class="dz-meta">{days}</span></li>'
    listed = f'<h2 class="dz-sub">库中同名的文件</h2><ul class="dz-list">{rows}</ul>' if rows else ""
    return notice("选择两个版本", "左旧右新；逐条对齐后标出改号、改写、新增与删去。") + listed


def _result(result: Json, query: Mapping[str, str]) -> str:
    every, change, flag = query.get("all") == "1", query.get("change", ""), query.get("flag", "")
    rows = [r for r in result["rows"] if every or change or r["change"] not in ("unchanged", "renumbered")]
    shown = [
        r for r in rows if change in ("", r["change"]) and (not flag or any(f["kind"] == flag for f in r["flags"]))
    ]
    top = f'<div class="dz-summary" role="group" aria-label="按变化筛选">{_chips(result, query)}</div>'
    if not shown:
        return top + notice("没有实质变化", "勾选“含未变”可查看全部对应关系。")
    inline = query.get("view") == "inline"
    return f'{top}<div class="dz-diff">{"".join(_row(r, inline, result) for r in shown)}</div>'


def _chips(result: Json, query: Mapping[str, str]) -> str:
    """Each kind of change and of flag with its number; a click leaves only that kind."""
    changes = Counter(r["change"] for r in result["rows"])
    flags = Counter(f["kind"] for r in result["rows"] for f in {f["kind"]: f for f in r["flags"]}.values())
    out = ""
    for name, words, counts in (("change", CHANGES, changes), ("flag", FLAGS, flags)):
        for kind, label in words.items():
            if not counts[kind]:
                continue
            on = query.get(name) == kind
            base = {k: v for k, v in query.items() if v and k != name}
            url = escape("/compare?" + urlencode(base if on else {**base, name: kind}))
            mark = ' aria-current="true"' if on else ""
            css = f"dz-change-{kind}" if name == "change" else "dz-flag"
            out += f'<a class="dz-badge {css}" data-nav href="{url}"{mark}>{label} {counts[kind]}</a>'
    return out or "没有可比的条文"


def _row(row: Json, inline: bool, result: Json) -> str:
    flags = "".join(_flag(f) for f in row["flags"])
    labels = " → ".join(_labels(result[side], row[side]) for side in ("old", "new"))
    old, new = row["old_text"] or "", row["new_text"] or ""
    if inline:
        cells = f'<div class="dz-inline">{_marked(old, new, both=True)}</div>'
    else:
        cells = (
            f'<div class="dz-columns"><div>{_marked(old, new, side="old") or "<i>无对应条文</i>"}</div>'
            f"<div>{_marked(old, new, side='new') or '<i>无对应条文</i>'}</div></div>"
        )
    head = f'<span class="dz-badge dz-change-{escape(row["change"])}">{CHANGES.get(row["change"], "")}</span><b>{labels}</b>{flags}'
    return f'<section class="dz-row"><header>{head}</header>{cells}</section>'


def _labels(side: Json, labels: Sequence[str]) -> str:
    """The clauses of one side, each a link to its place in the reader."""
    document = str(side.get("document", ""))
    return (
        "、".join(
            f'<a class="dz-open" href="{escape(source_url(document))}?{escape(urlencode({"clause": n}))}#hit">{escape(n)}</a>'
            for n in labels
        )
        or "—"
    )


def _flag(flag: Json) -> str:
    """What kind of change, with both wordings where they are short enough to be read at a glance."""
    kind = FLAGS.get(flag["kind"], escape(flag["kind"]))
    old, new = str(flag.get("old") or "—"), str(flag.get("new") or "—")
    words = f"：{escape(old)} → {escape(new)}" if len(old) + len(new) <= _FLAG else ""
    return f'<span class="dz-flag">{kind}{words}</span>'


def _marked(old: str, new: str, *, side: str = "", both: bool = False) -> str:
    """The text with <del> and <ins> around what differs."""
    if not old or not new or max(len(old), len(new)) > _DIFF:
        text_old = f"<del>{escape(old)}</del>" if old and old != new else escape(old)
        text_new = f"<ins>{escape(new)}</ins>" if new and old != new else escape(new)
        return text_old + text_new if both else (text_old if side == "old" else text_new)
    out = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            out.append(escape(old[a:b]))
            continue
        if (both or side == "old") and b > a:
            out.append(f"<del>{escape(old[a:b])}</del>")
        if (both or side == "new") and d > c:
            out.append(f"<ins>{escape(new[c:d])}</ins>")
    return "".join(out)
