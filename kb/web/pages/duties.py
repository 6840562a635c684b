"""职责: who does what for a task or by an agency; roles as columns, every cell with its clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape

from kb.answer.compose import STATUS_WORDS
from kb.records import Duty, Role
from kb.validity import status_of
from kb.web.render import ROLE_WORDS, notice, source_url
from kb.workspace import Workspace

# The roles of one column each, in the order an official asks.
_COLUMNS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("牵头", ("lead", "coordinate")),
    ("负责", ("own", "joint", "duty-holder")),
    ("配合", ("support",)),
    ("监督", ("oversee",)),
    ("审批执法", ("approve", "enforce")),
    ("裁定", ("decide",)),
)
_HITS = 60  # passages in which the duties of a task are looked for
_ROWS = 200
_WORD = 100


def format_duties(space: Workspace, query: Mapping[str, str]) -> str:
    """The form, and the table for the agency and task in the address."""
    task, agency = query.get("task", "").strip()[:_WORD], query.get("agency", "").strip()[:_WORD]
    form = _form(task, agency)
    if not task and not agency:
        return form + notice("查一项工作，或一个机构", "例如工作“小广告”，或机构“街道办事处”；两者可同时填写。")
    duties = find_duties(space, task, agency)
    if not duties:
        return form + notice(
            "现有资料未见规定", "没有找到写明这一职责的条文；这不等于无人负责，请换一种说法，或到“问答”页提问。"
        )
    shown = duties[:_ROWS]
    more = f"，只列前 {_ROWS} 条" if len(duties) > _ROWS else ""
    count = f'<p class="dz-total" role="status">{len(duties)} 条职责，出自 {len({d.basis.document for d in duties})} 份文件{more}</p>'
    return form + count + _table(space, shown) + _unclear(shown)


def find_duties(space: Workspace, task: str, agency: str) -> tuple[Duty, ...]:
    """Duties of an agency (as written, in part), about a task, or both; those about a task in order of the search."""
    if not task:
        return space.library.find_duties(agency=agency)
    hits, _ = space.search(task, k=_HITS)
    spans = [(h.passage.document, h.passage.start, h.passage.end) for h in hits]
    documents = list(dict.fromkeys(d for d, _, _ in spans))
    words = [w for w in dict.fromkeys([*space.words.cut(task), *space.words.expand(task)]) if len(w) > 1] or [task]
    found = space.library.find_duties(agency=agency or None, documents=documents)

    def place(duty: Duty) -> int:
        b = duty.basis
        return next(
            (n for n, (d, s, e) in enumerate(spans) if d == b.document and s < b.end and b.start < e), len(spans)
        )

    def about(duty: Duty) -> bool:
        return any(w in duty.action + duty.object + duty.basis.quote for w in words)

    return tuple(
        sorted((d for d in found if place(d) < len(spans) and about(d)), key=lambda d: (place(d), d.basis.start))
    )


def _form(task: str, agency: str) -> str:
    boxes = "".join(
        f'<label>{label}<input type="search" name="{n}" value="{escape(v)}" maxlength="{_WORD}" placeholder="{hint}"></label>'
        for n, label, v, hint in (
            ("task", "工作", task, "小广告、垃圾分类…"),
            ("agency", "机构", agency, "街道办事处…"),
        )
    )
    return (
        '<form class="dz-form dz-two" method="get" action="/duties" data-fragment="/fragment/duties" role="search">'
        f'{boxes}<button type="submit">查职责</button></form>'
    )


def _table(space: Workspace, duties: Iterable[Duty]) -> str:
    infos = {i.document: i for i in space.library.find_documents()}
    today = date.today()
    rows: dict[tuple[str, str], list[Duty]] = {}
    for d in duties:
        rows.setdefault((d.basis.document, _what(d)), []).append(d)
    body = ""
    for (document, what), held in rows.items():
        info = infos.get(document)
        status = status_of(info.identity, today) if info else "unknown"
        title = info.identity.title if info else document
        cells = "".join(f"<td>{_cell(d for d in held if d.role in roles)}</td>" for _, roles in _COLUMNS)
        first = held[0].basis
        url = escape(source_url(document, first.start, first.end))
        body += (
            f'<tr><th scope="row">{escape(what)}</th>{cells}<td><a class="dz-open" href="{url}">《{escape(title.strip("《》"))}》{escape(first.clause)}</a>'
            f' <span class="dz-badge dz-{status}">{STATUS_WORDS[status]}</span></td></tr>'
        )
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("事项", *(name for name, _ in _COLUMNS), "依据"))
    return (
        '<div class="dz-scroll" tabindex="0" role="region" aria-label="职责表"><table class="dz-matrix">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _what(duty: Duty) -> str:
    """The task in the text's words; the object is often part of the action as written."""
    return duty.action if duty.object in duty.action else f"{duty.action}{duty.object}"


def _cell(duties: Iterable[Duty]) -> str:
    return "".join(f"<div>{one}</div>" for one in dict.fromkeys(_agency(d) for d in duties))


def _agency(d: Duty) -> str:
    s = d.scope
    scope = "、".join(v for v in (s.road_grade, s.property_management, s.area, s.time, s.condition) if v)
    tags = ['<span class="dz-badge dz-proposed">建议</span>'] if d.modality == "proposal" else []
    tags += ['<span class="dz-badge dz-repealed">不承担</span>'] if d.negative else []
    note = f"<small>{escape(scope)}</small>" if scope else ""
    return f'<span title="{escape(ROLE_WORDS[d.role])}：{escape(d.role_word)}">{escape(d.agency)}</span>{"".join(tags)}{note}'


def _unclear(duties: Iterable[Duty]) -> str:
    """Tasks for which only support is written down: a gap in what the library holds."""
    roles: dict[str, set[Role]] = {}
    for d in duties:
        if not d.negative and d.modality == "norm":
            roles.setdefault(_what(d), set()).add(d.role)
    gaps = [what for what, held in roles.items() if held <= {"support", "oversee"}]
    if not gaps:
        return ""
    listed = "".join(f"<li>{escape(what)}</li>" for what in gaps[:30])
    return f'<h3 class="dz-sub">只见配合或监督、现有资料未见主责规定</h3><ul class="dz-notes">{listed}</ul>'
