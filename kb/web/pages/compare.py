"""比对: versions beside each other, each change named; versions, view and filters are in the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from kb.compare.comparison import Comparison, Row
from kb.compare.format import CHANGE_WORDS, FLAG_WORDS, label_of
from kb.compare.matrix import Cell, Matrix
from kb.compare.tables import MOVED_TOGETHER
from kb.errors import KBError
from kb.export_comparison import format_inline
from kb.lineage.works import Work
from kb.records import Clause, Version
from kb.web.comparing import APART, find_matrix, read_names, read_series
from kb.web.pages.series import format_series_page
from kb.web.render import notice, source_url
from kb.words import Words
from kb.workspace import Workspace

_WORKS = 60  # offered to begin with
_DIFF = 20_000  # characters; marking the words of a longer pair would take seconds
_PLAIN = ("unchanged", "renumbered")


def format_compare(space: Workspace, query: Mapping[str, str]) -> str:
    """The form, and the comparison of what the address names."""
    if query.get("series"):
        return format_series_page(space, read_series(query), query)
    names = read_names(query)
    form = _form(space, names, query)
    if len(names) < 2:
        return form + _start(space)
    try:
        matrix = find_matrix(space, names)
    except KBError as e:
        return form + notice("无法比对", str(e), "error")
    at = int(query["pair"]) if query.get("pair", "").isdigit() and len(query["pair"]) < 3 else -1
    if len(names) > 2 and not 0 <= at < len(matrix.comparisons):
        return form + _exports(names) + _matrix(matrix, query)
    return form + _exports(names) + _comparison(matrix.comparisons[max(at, 0)], query, space.words)


def _form(space: Workspace, names: Sequence[str], query: Mapping[str, str]) -> str:
    listed = "".join(
        f'<option value="{escape(i.document)}">{escape(i.identity.title)}{f"（{i.identity.effective_on.year}）" if i.identity.effective_on else ""}</option>'
        for i in space.library.find_documents()[:5000]
    )
    filled = [*names, "", ""]
    boxes = "".join(
        f'<label>{label}<input name="{n}" list="dz-documents" value="{escape(v)}" placeholder="标题或文件名；文件@版本 指早先文本" required></label>'
        for n, label, v in (("old", "旧", filled[0]), ("new", "新", filled[1]))
    )
    inline = " selected" if query.get("view") == "inline" else ""
    every = " checked" if query.get("all") == "1" else ""
    kept = "".join(
        f'<input type="hidden" name="{n}" value="{escape(query[n][:40])}">'
        for n in ("change", "flag", "pair")
        if query.get(n)
    )
    more = escape(APART.join(names[2:]))
    boxes += f'<label class="dz-more">再加<input name="more" list="dz-documents" value="{more}" placeholder="可不填，用 | 隔开"></label>'
    return (
        '<h1 class="dz-hidden">比对</h1><form class="dz-form" method="get" action="/compare" data-fragment="/fragment/compare">'
        f'{boxes}<datalist id="dz-documents">{listed}</datalist>{kept}'
        f'<label class="dz-short">版式<select name="view"><option value="">并排</option><option value="inline"{inline}>合并</option></select></label>'
        f'<label class="dz-check"><input type="checkbox" name="all" value="1"{every}>含未变</label>'
        '<button type="submit" class="dz-go">比对</button></form>'
    )


def _start(space: Workspace) -> str:
    """What can be compared: the works of the library that have several editions, and series of reports."""
    works = [w for w in space.library.lineage().works if len(w.editions) > 1]
    rows = "".join(_work(w) for w in works[:_WORKS])
    listed = (
        f'<h2 class="dz-sub">库中有多个版次的文件 <small>{len(works)} 种</small></h2><ul class="dz-list">{rows}</ul>'
        if rows
        else ""
    )
    return notice("选择两个版本", "左旧右新；逐条对齐后标出改号、改写、新增与删去。也可从下面直接选。") + listed


def _work(work: Work) -> str:
    names = [e.document if e.current else f"{e.document}@{e.version[:12]}" for e in work.editions]
    days = " → ".join(str(e.begins) if e.begins else "日期不明" for e in work.editions)
    if work.series:
        url = "/compare?" + urlencode({"series": APART.join(names)})
        links = f'<a class="dz-view" data-nav href="{escape(url)}">历年数据</a>'
    else:
        links = ""
    pair = "/compare?" + urlencode({"old": names[-2], "new": names[-1]})
    if len(names) > 2:
        every = "/compare?" + urlencode({"old": names[0], "new": names[1], "more": APART.join(names[2:])})
        links += f'<a class="dz-view" data-nav href="{escape(every)}">{len(names)} 个版次的条款对照</a>'
    title = work.editions[-1].title
    return f'<li class="dz-work-row"><a class="dz-title" data-nav href="{escape(pair)}">{escape(title)}</a><span class="dz-meta">{days}</span><span class="dz-acts">{links}</span></li>'


def _exports(names: Sequence[str]) -> str:
    query = urlencode({"old": names[0], "new": names[1], **({"more": APART.join(names[2:])} if names[2:] else {})})
    links = "".join(
        f'<a class="dz-export" href="/export/compare.{kind}?{escape(query)}" download>{label}</a>'
        for kind, label in (("docx", "修订样式 .docx"), ("xlsx", "表格 .xlsx"), ("html", "网页 .html"))
    )
    return f'<div class="dz-head"><span class="dz-acts dz-right">{links}</span></div>'


# --- two versions ----------------------------------------------------------------------------------------------------


def _comparison(comparison: Comparison, query: Mapping[str, str], words: Words) -> str:
    every, change, flag = query.get("all") == "1", query.get("change", ""), query.get("flag", "")
    rows = [r for r in comparison.rows if every or change or r.change not in _PLAIN or r.flags]
    shown = [r for r in rows if change in ("", r.change) and (not flag or any(f.kind == flag for f in r.flags))]
    top = f'<div class="dz-summary" role="group" aria-label="按变化筛选">{_chips(comparison, query)}</div>{_renames(comparison)}'
    heads = (
        f'<div class="dz-sides"><span>旧 <a class="dz-open" href="{escape(_url(comparison.old))}">{escape(comparison.old.identity.title)}</a></span>'
        f'<span>新 <a class="dz-open" href="{escape(_url(comparison.new))}">{escape(comparison.new.identity.title)}</a></span></div>'
    )
    if not shown:
        return top + notice("没有实质变化", "勾选“含未变”可查看全部对应关系。")
    inline = query.get("view") == "inline"
    body = "".join(_row(r, inline, comparison, words) for r in shown)
    return f'{top}{"" if inline else heads}<div class="dz-diff">{body}</div>'


def _chips(comparison: Comparison, query: Mapping[str, str]) -> str:
    """Each kind of change and of flag with its number; a click leaves only that kind."""
    changes = Counter(r.change for r in comparison.rows)
    flags = Counter(kind for r in comparison.rows for kind in {f.kind for f in r.flags})
    out = ""
    for name, words, counts in (("change", CHANGE_WORDS, changes), ("flag", FLAG_WORDS, flags)):
        for kind, label in words.items():
            if not counts[kind]:  # type: ignore[index]
                continue
            on = query.get(name) == kind
            base = {k: v for k, v in query.items() if v and k != name}
            url = escape("/compare?" + urlencode(base if on else {**base, name: kind}))
            mark = ' aria-current="true"' if on else ""
            css = f"dz-change-{kind}" if name == "change" else "dz-flag"
            out += f'<a class="dz-badge {css}" data-nav href="{url}"{mark}>{label} {counts[kind]}</a>'  # type: ignore[index]
    return out or "没有可比的条文"


def _renames(comparison: Comparison) -> str:
    said = "；".join(f"{escape(was)} → {escape(now)}" for was, now in comparison.renames)
    return f'<p class="dz-total">机构更名（另列，不算变化）：{said}</p>' if said else ""


def _row(row: Row, inline: bool, comparison: Comparison, words: Words) -> str:
    flags = "".join(
        f'<span class="dz-flag">{FLAG_WORDS[f.kind]}：{escape(f.note or f"{f.old} → {f.new}")}</span>'
        for f in row.flags
        if not f.note.endswith(MOVED_TOGETHER)
    )
    labels = f"{_labels(comparison.old, row.old)} → {_labels(comparison.new, row.new)}"
    if max(len(row.old_text), len(row.new_text)) > _DIFF:
        old, new, both = f"<del>{escape(row.old_text)}</del>", f"<ins>{escape(row.new_text)}</ins>", ""
    else:
        old, new, both = _sides(row, words)
    if inline:
        cells = f'<div class="dz-inline">{both or old + new}</div>'
    else:
        cells = f'<div class="dz-columns"><div>{old or "<i>无对应条文</i>"}</div><div>{new or "<i>无对应条文</i>"}</div></div>'
    head = f'<span class="dz-badge dz-change-{row.change}">{CHANGE_WORDS[row.change]}</span><b>{labels}</b>{flags}'
    return f'<section class="dz-row"><header>{head}</header>{cells}</section>'


def _sides(row: Row, words: Words) -> tuple[str, str, str]:
    """Old with what was taken out, new with what was put in, and both as one text."""
    if row.change in _PLAIN or not row.old_text or not row.new_text:
        tag_old = f"<del>{escape(row.old_text)}</del>" if row.old_text and not row.new_text else escape(row.old_text)
        tag_new = f"<ins>{escape(row.new_text)}</ins>" if row.new_text and not row.old_text else escape(row.new_text)
        return tag_old, tag_new, tag_new or tag_old
    runs = row.edits(words)
    old = "".join(f"<del>{escape(r.old)}</del>" if r.kind == "delete" else escape(r.old) for r in runs)
    new = "".join(f"<ins>{escape(r.new)}</ins>" if r.kind == "insert" else escape(r.new) for r in runs)
    return old, new, format_inline(row, words)


def _labels(version: Version, clauses: Sequence[Clause]) -> str:
    """The clauses of one side, each a link to its place in the reader."""
    return "、".join(_clause(version, c) for c in clauses) or "—"


def _clause(version: Version, clause: Clause) -> str:
    return f'<a class="dz-open" href="{escape(_url(version, clause))}">{escape(label_of(clause) or "段落")}</a>'


def _url(version: Version, clause: Clause | None = None) -> str:
    if clause is None:
        return source_url(version.document, version=version.id[:12])
    return source_url(version.document, clause.start, clause.end, version.id[:12]) + "#hit"


# --- more than two ---------------------------------------------------------------------------------------------------


def _matrix(matrix: Matrix, query: Mapping[str, str]) -> str:
    """Clauses down, versions across; a head opens the comparison of a version with the one before."""
    heads = ""
    for n, version in enumerate(matrix.versions):
        day = version.identity.effective_on or version.identity.issued_on
        title = f"{escape(version.identity.title)}<small>{day or '日期不明'}</small>"
        if n:
            pair = urlencode({**{k: v for k, v in query.items() if v and k != "pair"}, "pair": n - 1})
            title += f'<a class="dz-step" data-nav href="/compare?{escape(pair)}">与前一版比对</a>'
        heads += f'<th scope="col">{title}</th>'
    every = query.get("all") == "1"
    rows = ""
    for row in matrix.rows:
        changed = any(c is None or (c.change not in (None, *_PLAIN)) for c in row.cells)
        if changed or every:
            rows += "<tr>" + "".join(_matrix_cell(matrix.versions[n], c) for n, c in enumerate(row.cells)) + "</tr>"
    if not rows:
        return notice("各版条款没有实质变化", "勾选“含未变”可查看全部对应关系。")
    return (
        '<div class="dz-scroll" tabindex="0" role="region" aria-label="条款对照"><table class="dz-versions">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _matrix_cell(version: Version, cell: Cell | None) -> str:
    if cell is None:
        return '<td class="dz-absent">—</td>'
    mark = (
        f' <span class="dz-badge dz-change-{cell.change}">{CHANGE_WORDS[cell.change]}</span>'
        if cell.change and cell.change != "unchanged"
        else ""
    )
    return f"<td>{_labels(version, cell.clauses)}{mark}</td>"
