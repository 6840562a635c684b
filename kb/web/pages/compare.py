"""比对: two versions beside each other, each change named; the two are in the address."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from html import escape

from kb.errors import KBError
from kb.formats import Json
from kb.web.api import compare
from kb.web.render import notice
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
_DIFF = 6_000  # characters; marking the words of a longer pair would take seconds


def format_compare(space: Workspace, query: Mapping[str, str]) -> str:
    """The form, and the comparison where both sides are chosen."""
    old, new = query.get("old", "")[:1000], query.get("new", "")[:1000]
    form = _form(space, old, new, query.get("all") == "1", query.get("view", ""))
    if not old or not new:
        return form + notice("选择两个版本", "左旧右新；逐条对齐后标出改号、改写、新增与删去。")
    try:
        result = compare(space, old, new)
    except KBError as e:
        return form + notice("无法比对", str(e), "error")
    return form + _result(result, query.get("all") == "1", query.get("view") == "inline")


def _form(space: Workspace, old: str, new: str, every: bool, view: str) -> str:
    names = []
    for info in space.library.find_documents():
        names.append((info.document, info.identity.title, info.identity.effective_on))
    listed = "".join(
        f'<option value="{escape(d)}">{escape(t)}{f"（{day.year}）" if day else ""}</option>'
        for d, t, day in names[:5000]
    )
    boxes = "".join(
        f'<label>{label}<input name="{n}" list="dz-documents" value="{escape(v)}" placeholder="文件，或 文件@版本" required></label>'
        for n, label, v in (("old", "旧", old), ("new", "新", new))
    )
    return (
        '<form class="dz-form dz-two" method="get" action="/compare" data-fragment="/fragment/compare">'
        f'{boxes}<datalist id="dz-documents">{listed}</datalist>'
        '<select name="view" aria-label="版式"><option value="">并排</option>'
        f'<option value="inline"{" selected" if view == "inline" else ""}>合并</option></select>'
        f'<label class="dz-check"><input type="checkbox" name="all" value="1"{" checked" if every else ""}>含未变</label>'
        '<button type="submit">比对</button></form>'
    )


def _result(result: Json, every: bool, inline: bool) -> str:
    rows = [r for r in result["rows"] if every or r["change"] not in ("unchanged", "renumbered")]
    counts: dict[str, int] = {}
    for r in result["rows"]:
        counts[r["change"]] = counts.get(r["change"], 0) + 1
    chips = "".join(
        f'<span class="dz-badge dz-change-{k}">{CHANGES[k]} {n}</span>' for k, n in counts.items() if k in CHANGES
    )
    top = f'<div class="dz-summary" role="status">{chips or "没有可比的条文"}</div>'
    if not rows:
        return top + notice("没有实质变化", "勾选“含未变”可查看全部对应关系。")
    return f'{top}<div class="dz-diff">{"".join(_row(r, inline) for r in rows)}</div>'


def _row(row: Json, inline: bool) -> str:
    flags = "".join(_flag(f) for f in row["flags"])
    labels = f"{'、'.join(row['old']) or '—'} → {'、'.join(row['new']) or '—'}"
    old, new = row["old_text"] or "", row["new_text"] or ""
    if inline:
        cells = f'<div class="dz-inline">{_marked(old, new, both=True)}</div>'
    else:
        cells = (
            f'<div class="dz-columns"><div>{_marked(old, new, side="old") or "<i>无对应条文</i>"}</div>'
            f"<div>{_marked(old, new, side='new') or '<i>无对应条文</i>'}</div></div>"
        )
    head = f'<span class="dz-badge dz-change-{escape(row["change"])}">{CHANGES.get(row["change"], "")}</span><b>{escape(labels)}</b>{flags}'
    return f'<section class="dz-row"><header>{head}</header>{cells}</section>'


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
