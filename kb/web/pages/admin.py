"""管理: files in and out with a parse report each, jobs, dictionaries, health, people and groups, the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from urllib.parse import urlencode

from kb.access.audit import ACTIONS
from kb.access.people import LOCAL, MIN_PASSWORD, ROLE_NAMES, ROLES, Group, Role, User
from kb.answer.record import VERDICTS
from kb.errors import DocumentMissing
from kb.records import DocumentInfo, Status
from kb.web.pages.dictionaries import format_dictionaries
from kb.web.pages.lineage import format_lineage
from kb.web.render import identity_badges, notice, source_url
from kb.web.site import Site

_PAGE = 40
_WORD = 100
_FEEDBACK = 200
_NAMES = {LOCAL.name: "本机"}  # who is not asked to sign in
Query = Mapping[str, str]
Build = Callable[[Site, User, Query], str]


def format_admin(site: Site, user: User, section: str, query: Query) -> str:
    """One section of the page below its tabs; DocumentMissing for one that is not there or not the user's to see."""
    held = next((s for s in SECTIONS if s[0] == section and user.may(s[2])), None)
    if held is None:
        raise DocumentMissing("没有这个页面，或您的角色不能查看。")
    tabs = "".join(
        f'<a href="/admin{f"/{path}" if path else ""}"{" aria-current=page" if path == section else ""}>{title}</a>'
        for path, title, role, _ in SECTIONS
        if user.may(role)
    )
    return (
        f'<main class="dz-page dz-admin"><h1 class="dz-hidden">管理：{held[1]}</h1>'
        f'<nav class="dz-tabs" aria-label="管理">{tabs}</nav>{held[3](site, user, query)}</main>'
    )


# --- files ---------------------------------------------------------------------------------------------------------


def _files(site: Site, user: User, query: Query) -> str:
    library = site.spaces.of(user).library
    words = query.get("q", "").strip()[:_WORD]
    infos = [i for i in library.find_documents() if words in i.identity.title or words in i.document]
    given = query.get("page", "")
    last = max(0, (len(infos) - 1) // _PAGE)
    at = min(int(given), last) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    today = date.today()
    shown = infos[at * _PAGE : (at + 1) * _PAGE]
    rows = "".join(_file(i, library.status_of(i.document, today)) for i in shown)
    steps = [(at - 1, "上一页")] * (at > 0) + [(at + 1, "下一页")] * (at < last)
    links = "".join(
        f'<a class="dz-step" href="/admin?{escape(urlencode({"q": words, "page": n}))}">{t}</a>' for n, t in steps
    )
    pages = (
        f'<nav class="dz-pages" aria-label="翻页"><span>第 {at + 1} / {last + 1} 页</span>{links}</nav>' if last else ""
    )
    listed = (
        f'<ul class="dz-list dz-checks">{rows}</ul>{pages}'
        if rows
        else notice("没有文件", "拖入文件即可开始；也可用 kb ingest 文件夹。")
    )
    return (
        '<section class="dz-drop" id="dz-drop"><input type="file" id="dz-files" multiple aria-label="选择文件" class="dz-hidden">'
        '<label for="dz-files" class="dz-go" tabindex="0">选择文件</label>'
        "<p>或把文件拖到这里，可多选。docx、pdf、扫描件、html、txt、md、xlsx、ofd、wps、zip 均可；同名文件会被替换。</p></section>"
        '<div id="dz-uploads" aria-live="polite"></div><div id="dz-jobs" data-jobs></div>'
        '<h2 class="dz-sub">库中文件</h2><form class="dz-form" method="get" action="/admin" role="search">'
        f'<input type="search" name="q" value="{escape(words)}" placeholder="查标题或文件名" aria-label="查找" maxlength="{_WORD}">'
        '<button type="submit" class="dz-go">查找</button>'
        '<button type="button" class="dz-plainbutton" data-documents="reread">重新读入所选</button>'
        '<button type="button" class="dz-plainbutton dz-danger" data-documents="remove">移除所选</button></form>'
        f'<p class="dz-total" role="status">{len(infos):,} 份</p>{listed}'
    )


def _file(info: DocumentInfo, status: Status) -> str:
    return (
        f'<li><input type="checkbox" value="{escape(info.document)}" aria-label="选择 {escape(info.identity.title)}"><div>'
        f'<a class="dz-title" href="{escape(source_url(info.document))}">{escape(info.identity.title)}</a>{identity_badges(info.identity, status)}'
        f'<div class="dz-meta">{escape(info.document)} · {info.characters:,} 字 · {info.passages} 段</div></div></li>'
    )


# --- health ----------------------------------------------------------------------------------------------------------


def _health(site: Site, user: User, query: Query) -> str:
    space = site.spaces.whole
    library = space.library
    counts = [
        ("文件", len(library.find_documents())),
        ("段落", library.count("passages")),
        ("职责", library.count("duties")),
        ("要求", library.count("requirements")),
        ("数据", library.count("figures")),
    ]
    facts = "".join(f"<div><dt>{n}</dt><dd>{v:,}</dd></div>" for n, v in counts)
    problems = "".join(f"<li><b>{escape(p.message)}</b>处理办法：{escape(p.remedy)}</li>" for p in library.check())
    said = f'<ul class="dz-list">{problems}</ul>' if problems else '<p class="dz-good">未发现问题。</p>'
    return (
        f'<h2 class="dz-sub">文库状况</h2><dl class="dz-facts dz-big">{facts}</dl>'
        f'<dl class="dz-facts"><div><dt>编码器</dt><dd>{escape(space.encoder.name)}</dd></div></dl>{said}'
        '<div class="dz-form"><button type="button" class="dz-plainbutton" data-post="/api/manage/rebuild">重建索引</button>'
        '<a class="dz-plainbutton" href="/metrics">运行指标</a><a class="dz-plainbutton" href="/docs">接口说明</a></div>'
        '<h2 class="dz-sub">后台任务</h2><div id="dz-jobs" data-jobs></div>'
    )


# --- people ----------------------------------------------------------------------------------------------------------


def _people(site: Site, user: User, query: Query) -> str:
    users = site.people.find_users()
    off = (
        ""
        if site.access.required
        else notice("现在不要求登录", "本机使用时任何人都是管理员。建立用户并重新启动后，所有页面与接口都要求登录。")
    )
    rows = "".join(_person(u) for u in users) or '<tr><td colspan="4">还没有用户。</td></tr>'
    roles = "".join(f'<option value="{r}">{ROLE_NAMES[r]}</option>' for r in ROLES)
    keys = "".join(
        f'<li>{escape(k.user)} · {escape(k.note or k.id)} · {k.created_at[:10]} <button type="button" class="dz-plainbutton dz-danger" '
        f'data-post="/api/manage/people/keys/{escape(k.id)}/remove" data-ask="收回这个密钥？">收回</button></li>'
        for k in site.people.find_keys()
    )
    groups = "".join(_group(g) for g in site.people.find_groups())
    return (
        f'{off}<h2 class="dz-sub">用户</h2><div class="dz-scroll" tabindex="0" role="region" aria-label="表"><table><thead><tr><th>用户</th><th>角色</th><th>文件组</th><th>操作</th></tr></thead><tbody>{rows}</tbody></table></div>'
        '<form class="dz-form" data-json="/api/manage/people/users"><label>用户名<input name="name" required maxlength="40" autocomplete="off"></label>'
        f'<label class="dz-short">角色<select name="role">{roles}</select></label>'
        f'<label>密码<input name="password" type="password" maxlength="200" autocomplete="new-password" placeholder="至少 {MIN_PASSWORD} 个字符；修改时不填则不变"></label>'
        '<button type="submit" class="dz-go">建立或修改</button></form>'
        f'<h2 class="dz-sub">密钥</h2><ul class="dz-list">{keys or "<li>还没有密钥；在用户一行点“发密钥”。</li>"}</ul>'
        f'<h2 class="dz-sub">文件组 <small>组内文件只有成员和管理员能看到、检索到</small></h2><ul class="dz-list">{groups or "<li>还没有文件组，所有用户可看全部文件。</li>"}</ul>'
        '<form class="dz-form" data-json="/api/manage/people/groups"><label>组名<input name="name" required maxlength="40"></label>'
        '<label>范围<input name="patterns" required data-list placeholder="内部/，或文件名；多个用空格隔开"></label>'
        '<label>成员<input name="members" data-list placeholder="用户名，空格隔开"></label><button type="submit" class="dz-go">保存</button></form>'
    )


def _person(u: User) -> str:
    name = escape(u.name)
    state = '<span class="dz-badge dz-repealed">已停用</span>' if u.disabled else ""
    way = "" if u.has_password else '<span class="dz-badge">仅密钥</span>'
    base = f"/api/manage/people/users/{name}"
    return (
        f'<tr><th scope="row">{name} {state}{way}</th><td>{ROLE_NAMES[u.role]}</td><td>{escape("、".join(sorted(u.groups)) or "—")}</td>'
        f'<td><div class="dz-acts"><button type="button" class="dz-plainbutton" data-post="{base}/keys">发密钥</button>'
        f'<form data-json="/api/manage/people/users"><input type="hidden" name="name" value="{name}"><input type="hidden" name="disabled" value="{str(not u.disabled).lower()}">'
        f'<button type="submit" class="dz-plainbutton">{"启用" if u.disabled else "停用"}</button></form>'
        f'<button type="button" class="dz-plainbutton dz-danger" data-post="{base}/remove" data-ask="删除用户 {name}？其密钥与登录立即失效。">删除</button></div></td></tr>'
    )


def _group(g: Group) -> str:
    name = escape(g.name)
    return (
        f'<li><b>{name}</b> <span class="dz-meta">范围 {escape("、".join(g.patterns))} · 成员 {escape("、".join(g.members) or "无")}</span> '
        f'<button type="button" class="dz-plainbutton dz-danger" data-post="/api/manage/people/groups/{name}/remove" data-ask="删除文件组 {name}？其中文件将对所有用户开放。">删除</button></li>'
    )


# --- audit -----------------------------------------------------------------------------------------------------------


def _audit(site: Site, user: User, query: Query) -> str:
    who, action, text = (query.get(n, "").strip()[:_WORD] for n in ("user", "action", "q"))
    before = query.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    entries = site.audit.find(user=who, action=action, text=text, before=last)
    options = "".join(
        f'<option value="{k}"{" selected" if k == action else ""}>{v}</option>' for k, v in ACTIONS.items()
    )
    rows = "".join(
        f'<tr><td data-label="时间">{e.at[:19].replace("T", " ")}</td><td data-label="用户">{escape(_NAMES.get(e.user, e.user))}</td><td data-label="动作">{ACTIONS.get(e.action, e.action)}</td><td data-label="内容">{escape(e.what)}</td><td data-label="请求号"><code>{escape(e.request)}</code></td></tr>'
        for e in entries
    )
    base = {k: v for k, v in (("user", who), ("action", action), ("q", text)) if v}
    more = (
        f'<nav class="dz-pages"><a class="dz-step" href="/admin/audit?{escape(urlencode({**base, "before": entries[-1].key}))}">更早</a></nav>'
        if len(entries) == 100
        else ""
    )
    table = (
        f'<div class="dz-scroll" tabindex="0" role="region" aria-label="审计日志"><table class="dz-cards dz-log"><thead><tr><th>时间</th><th>用户</th><th>动作</th><th>内容</th><th>请求号</th></tr></thead><tbody>{rows}</tbody></table></div>{more}'
        if rows
        else notice("没有符合条件的记录", "请放宽条件。")
    )
    return (
        '<form class="dz-form" method="get" action="/admin/audit">'
        f'<label class="dz-short">用户<input name="user" value="{escape(who)}" maxlength="40"></label>'
        f'<label class="dz-short">动作<select name="action"><option value="">全部</option>{options}</select></label>'
        f'<label>内容<input type="search" name="q" value="{escape(text)}" maxlength="{_WORD}"></label><button type="submit" class="dz-go">查找</button></form>{table}'
    )


def _feedback(site: Site, user: User, query: Query) -> str:
    """What readers said of answers, the newest first, with the answer a click away."""
    library = site.spaces.of(user).library
    readable = {i.document for i in library.find_documents()}
    given = list(reversed(library.answers.find_feedback()))
    rows = ""
    for row in given[:_FEEDBACK]:
        record = library.answers.get(row["answer"])
        if record is None or any(c["document"] not in readable for c in record["answer"]["citations"]):
            continue
        answer = record["answer"]
        url = escape("/?" + urlencode({"q": record["question"], "as_of": record["as_of"]}))
        verdict = VERDICTS.get(row["verdict"], row["verdict"])
        css = "dz-good" if row["verdict"] == "right" else "dz-bad"
        rows += (
            f'<tr><td data-label="时间">{escape(row["at"][:16].replace("T", " "))}</td><td data-label="用户">{escape(_NAMES.get(row["by"], row["by"] or "—"))}</td><td data-label="评价" class="{css}">{escape(verdict)}</td>'
            f'<td data-label="原因">{escape(row["why"] or "—")}</td><td data-label="问题"><a class="dz-open" href="{url}">{escape(record["question"][:80])}</a>'
            f'<div class="dz-meta">{escape(" ".join(answer["text"].split())[:120])}</div></td></tr>'
        )
    if not rows:
        return notice("还没有反馈", "答案下方的“有用”“有误”会汇集到这里；kb feedback --export 可导出为评测题。")
    wrong = sum(r["verdict"] == "wrong" for r in given)
    return (
        f'<p class="dz-total" role="status">{len(given)} 条，其中有误 {wrong} 条；可用 kb feedback --export 文件 导出为评测题。</p>'
        '<div class="dz-scroll" tabindex="0" role="region" aria-label="反馈"><table class="dz-cards dz-log"><thead><tr><th>时间</th><th>用户</th><th>评价</th><th>原因</th><th>问题</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


SECTIONS: tuple[tuple[str, str, Role, Build], ...] = (
    ("", "文件", "editor", _files),
    ("dictionaries", "词典", "editor", format_dictionaries),
    ("lineage", "沿革更正", "editor", format_lineage),
    ("feedback", "反馈", "editor", _feedback),
    ("health", "文库状况", "editor", _health),
    ("people", "用户与权限", "admin", _people),
    ("audit", "审计日志", "admin", _audit),
)
