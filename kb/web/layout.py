"""What every page shares: the masthead, the assets, the plain page around an article."""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path

from kb.access.people import ROLE_NAMES, User
from kb.web.site import Site

_HERE = Path(__file__).parent
STYLE = (_HERE / "style.css").read_text(encoding="utf-8")
SCRIPT = (_HERE / "script.js").read_text(encoding="utf-8")
MANAGE = (_HERE / "manage.js").read_text(encoding="utf-8")
# In the address of the assets, so that browsers keep them until they change.
EDITION = hashlib.sha256((STYLE + SCRIPT + MANAGE).encode()).hexdigest()[:8]
PAGES = (("/", "问答"), ("/duties", "职责"), ("/library", "文库"), ("/compare", "比对"), ("/admin", "管理"))


def masthead(current: str, user: User, site: Site) -> str:
    """The bar on top: name and pages, the current one marked; who is signed in; what is being read."""
    links = "".join(
        f'<a href="{path}"{" aria-current=page" if path == current else ""}>{name}</a>'
        for path, name in PAGES
        if path != "/admin" or user.may("editor")
    )
    return (
        '<a class="dz-skip" href="#dz-main">跳到正文</a>'
        '<header class="dz-bar"><div class="dz-barin"><a class="dz-name" href="/">定责<small>政务职责知识库</small></a>'
        f'<nav aria-label="页面">{links}</nav><span class="dz-progress" id="dz-progress" role="status" hidden></span>{_signed_in(user, site)}</div></header>'
    )


def _signed_in(user: User, site: Site) -> str:
    if not site.access.required:
        return ""
    return (
        f'<form class="dz-user" method="post" action="/logout"><span title="{ROLE_NAMES[user.role]}">{escape(user.name)}</span>'
        '<button type="submit">退出</button></form>'
    )


def dump(value: object) -> str:
    """JSON as people read it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def head() -> str:
    """For Gradio's pages: language, icon and the script."""
    return f'<link rel="icon" href="/favicon.svg" type="image/svg+xml"><script>document.documentElement.lang="zh-CN";{SCRIPT}</script>'


def page(title: str, body: str, current: str, user: User, site: Site) -> str:
    """A whole plain page."""
    manage = f'<script src="/manage.js?{EDITION}" defer></script>' if current == "/admin" else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · 定责</title>"
        f'<link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/style.css?{EDITION}">'
        f'<script src="/script.js?{EDITION}" defer></script>{manage}</head>'
        f'<body class="dz-plain">{masthead(current, user, site)}<div id="dz-main" tabindex="-1">{body}</div></body></html>'
    )


def bare(title: str, body: str) -> str:
    """A page for who is not signed in: it needs nothing else from this server."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · 定责</title><link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f'<body class="dz-plain">{body}</body></html>'
    )


ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f4e79"/>'
    '<path d="M8 9h16M8 16h10M8 23h13" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>'
)
