"""Records → HTML; the one place where text meets markup, so the one place that escapes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from urllib.parse import quote, urlencode

from kb.answer.compose import STATUS_WORDS
from kb.records import Answer, Citation, Identity, Status
from kb.web.site import Chosen

ROLE_WORDS = {
    "lead": "牵头", "own": "负责", "joint": "共同负责", "support": "配合", "oversee": "监督指导",
    "coordinate": "统筹协调", "approve": "审批", "enforce": "执法", "duty-holder": "责任人", "decide": "裁定归属",
}  # fmt: skip
REASON_WORDS = {
    "no-evidence": "现有资料未见规定",
    "expired-only": "只见已失效的规定",
    "ambiguous": "需要补充条件",
    "missing-figure": "原文数字缺失",
    "out-of-scope": "不在回答范围",
}
WRONG = ("结论不对", "依据不对", "已经失效", "有遗漏", "答非所问", "其他")
_MARK = re.compile(r"\[(\d{1,3})\]")
_HEADING = re.compile(r"^(依据|待核实|分歧|缺口)[:：]\s*$", re.MULTILINE)


def source_url(document: str, start: int | None = None, end: int | None = None, version: str | None = None) -> str:
    """The reader's address of a document, of a span in it, or of an earlier version."""
    query = {k: v for k, v in (("start", start), ("end", end), ("version", version)) if v is not None}
    return f"/source/{quote(document)}" + (f"?{urlencode(query)}" if query else "")


def link(url: str, text: str, css: str = "") -> str:
    """An anchor with escaped text and address."""
    return f'<a href="{escape(url)}"{f" class={css!r}" if css else ""}>{escape(text)}</a>'


def format_badges(level: str | None, number: str | None, since: date | None, status: Status) -> str:
    """Level, number, in force since, status: the badge every source carries."""
    parts = [f'<span class="dz-badge">{escape(p)}</span>' for p in (level, number) if p]
    if since is not None:
        parts.append(f'<span class="dz-badge">{since.isoformat()} 起施行</span>')
    if level != "参考资料" or status == "proposed":  # a report is neither in force nor not
        parts.append(f'<span class="dz-badge dz-{status}">{STATUS_WORDS[status]}</span>')
    return f'<span class="dz-badges">{"".join(parts)}</span>'


def identity_badges(identity: Identity, status: Status) -> str:
    """The badge of a document."""
    return format_badges(identity.level, identity.doc_number, identity.effective_on, status)


def format_answer_html(answer: Answer, chosen: Chosen | None = None) -> str:
    """One answer: status line, 结论, tables, 依据, 分歧, 待核实, what to ask next, and the reader's own verdict."""
    sections = split_text(answer.text)
    links = {c.n: c for c in answer.citations}
    abstained = answer.status == "abstained"
    body = [_status_line(answer), _conclusion(sections.get("结论", ""), links, abstained)]
    if answer.agencies:
        body.append(_agencies(answer, links))
    if answer.figures:
        body.append(_figures(answer, links))
    if answer.citations:
        quotes = "".join(_citation(c) for c in answer.citations)
        body.append(f'<section><h4>依据</h4><ol class="dz-quotes">{quotes}</ol></section>')
    if answer.conflicts:
        body.append(_conflicts(answer, links))
    for name in ("分歧", "缺口", "待核实"):
        if sections.get(name):
            items = [line.removeprefix("- ") for line in sections[name].splitlines() if line.strip()]
            listed = "".join(f"<li>{_cited(i, links)}</li>" for i in items)
            body.append(f'<section><h4>{name}</h4><ul class="dz-notes">{listed}</ul></section>')
    if answer.choices:
        asked = "".join(f'<button type="button" class="dz-example">{escape(c)}</button>' for c in answer.choices)
        body.append(f'<div class="dz-follow"><span>您要问的是</span>{asked}</div>')
    elif not abstained and chosen is not None and answer.id:
        query = {"id": answer.id, **_scope(chosen)}
        body.append(f'<div class="dz-follow" data-load="/fragment/follow?{escape(urlencode(query))}"></div>')
    if answer.id:
        body.append(_judge(answer.id))
    return f'<article class="dz-answer dz-{answer.status}">{"".join(body)}</article>'


def _scope(chosen: Chosen) -> dict[str, str]:
    pairs = (("place", chosen.place), ("agency", chosen.agency), ("genre", chosen.genre))
    return {name: value for name, value in pairs if value}


def _judge(id: str) -> str:
    reasons = "".join(f"<option>{r}</option>" for r in WRONG)
    return (
        f'<div class="dz-judge" data-answer="{escape(id)}"><span>这个回答</span>'
        '<button type="button" data-verdict="right">有用</button><button type="button" data-verdict="wrong">有误</button>'
        f'<span class="dz-why" hidden><select aria-label="原因">{reasons}</select><input maxlength="500" aria-label="说明" placeholder="说明（可不填）">'
        '<button type="button" data-verdict="wrong" data-send="1">提交</button></span></div>'
    )


def split_text(text: str) -> dict[str, str]:
    """An answer's text by its headed sections; what stands before the first heading is the 结论."""
    parts = _HEADING.split(text)
    sections = {"结论": parts[0].strip()}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        sections[name] = (sections.get(name, "") + "\n" + body).strip()
    return sections


def _status_line(answer: Answer) -> str:
    said = {
        "answered": "有据可查",
        "partial": "部分有据",
        "abstained": REASON_WORDS.get(answer.reason or "", "未能回答"),
    }
    copy = escape(_format_copy(answer))
    export = (
        f'<a class="dz-export" href="/export/answer.docx?id={escape(answer.id)}" download>导出 .docx</a>'
        if answer.id
        else ""
    )
    return (
        f'<div class="dz-line"><span class="dz-state">{said[answer.status]}</span>'
        f"<span>以 {answer.as_of.isoformat()} 为准</span><span>{answer.elapsed_ms:.0f} 毫秒</span>"
        f'<span class="dz-acts"><button type="button" class="dz-copy" data-copy="{copy}">复制（含引证）</button>{export}</span></div>'
    )


def _format_copy(answer: Answer) -> str:
    """The answer as plain text with every citation written out, ready to paste into a document."""
    lines = [f"问：{answer.question}", f"（以 {answer.as_of.isoformat()} 的效力为准）", "", answer.text.strip()]
    if answer.citations and "依据：" not in answer.text:
        lines += ["", "依据："]
        for c in answer.citations:
            badge = "，".join(p for p in (c.level, c.number, STATUS_WORDS[c.status]) if p)
            lines.append(f"[{c.n}] 《{c.title.strip('《》')}》{c.clause}（{badge}）：“{' '.join(c.quote.split())}”")
    return "\n".join(lines)


def _conclusion(text: str, links: Mapping[int, Citation], abstained: bool) -> str:
    lines = "".join(f"<p>{_cited(line, links)}</p>" for line in text.splitlines() if line.strip())
    return f'<section class="dz-conclusion">{"" if abstained else "<h4>结论</h4>"}{lines}</section>'


def _cited(text: str, links: Mapping[int, Citation]) -> str:
    """Escaped text in which every [n] that has a citation is a link to its source."""
    return _MARK.sub(lambda m: mark(links[int(m[1])]) if int(m[1]) in links else m[0], escape(text))


def mark(c: Citation) -> str:
    """The numbered link to a citation's source, opened in the side panel."""
    url = escape(source_url(c.document, c.start, c.end))
    name = escape(f"第 {c.n} 条依据：《{c.title.strip('《》')}》{c.clause}")
    return f'<a class="dz-cite" href="{url}" title="{name}" aria-label="{name}">{c.n}</a>'


def _agencies(answer: Answer, links: Mapping[int, Citation]) -> str:
    rows = ""
    for a in answer.agencies:
        tag = ' <span class="dz-badge dz-inferred">推断</span>' if a.inferred else ""
        cite = mark(links[a.citation]) if a.citation in links else ""
        rows += (
            f'<tr><th scope="row">{escape(a.action)}</th><td data-label="机构"><span><b>{escape(a.name)}</b>{tag}</span></td>'
            f'<td data-label="角色"><span class="dz-role dz-role-{a.role}">{ROLE_WORDS[a.role]}</span></td>'
            f'<td data-label="范围"><span>{escape(a.scope or "—")}</span></td><td data-label="依据">{cite}</td></tr>'
        )
    return _table("职责分工", ("事项", "机构", "角色", "范围", "依据"), rows)


def _figures(answer: Answer, links: Mapping[int, Citation]) -> str:
    rows = ""
    for f in answer.figures:
        cite = mark(links[f.citation]) if f.citation in links else ""
        kind = "目标" if f.target else "实际"
        rows += (
            f'<tr><th scope="row">{escape(f.indicator)}</th><td data-label="数值"><span class="dz-number">{escape(f.value)} {escape(f.unit)}</span></td>'
            f'<td data-label="时期"><span>{escape(f.period)}</span></td><td data-label="性质"><span>{kind}</span></td><td data-label="依据">{cite}</td></tr>'
        )
    return _table("数据", ("指标", "数值", "时期", "性质", "依据"), rows)


def _table(title: str, heads: Sequence[str], rows: str) -> str:
    top = "".join(f'<th scope="col">{h}</th>' for h in heads)
    return (
        f'<section><h4>{title}</h4><div class="dz-scroll" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="dz-cards"><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def _citation(c: Citation) -> str:
    where = f"《{c.title.strip('《》')}》{c.clause}"
    return (
        f'<li id="dz-c{c.n}">{mark(c)}<div><div class="dz-where">{link(source_url(c.document, c.start, c.end), where, "dz-open")}'
        f"{format_badges(c.level, c.number, c.effective_on, c.status)}</div>"
        f"<blockquote>{escape(c.quote.strip())}</blockquote></div></li>"
    )


def _conflicts(answer: Answer, links: Mapping[int, Citation]) -> str:
    body = ""
    for conflict in answer.conflicts:
        cited = [links[n] for n in conflict.citations if n in links]
        columns = "".join(
            f"<div>{mark(c)} <b>《{escape(c.title.strip('《》'))}》{escape(c.clause)}</b>"
            f"{format_badges(c.level, c.number, c.effective_on, c.status)}<blockquote>{escape(c.quote)}</blockquote></div>"
            for c in cited
        )
        body += f'<p>{escape(conflict.about)}</p><div class="dz-columns">{columns}</div>'
    return f'<section class="dz-conflict"><h4>分歧</h4>{body}</section>'


def notice(title: str, text: str, kind: str = "empty") -> str:
    """An empty, error or waiting state: what is so, and what to do."""
    role = "alert" if kind == "error" else "status"
    return f'<div class="dz-notice dz-{kind}" role="{role}"><b>{escape(title)}</b><p>{escape(text)}</p></div>'
