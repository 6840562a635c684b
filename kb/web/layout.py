"""What every page shares: the masthead, the assets, the plain page around an article."""

from __future__ import annotations

from html import escape
from pathlib import Path

_HERE = Path(__file__).parent
STYLE = (_HERE / "style.css").read_text(encoding="utf-8")
SCRIPT = (_HERE / "script.js").read_text(encoding="utf-8")
PAGES = (("/", "问答"), ("/duties", "职责"), ("/library", "文库"), ("/compare", "比对"), ("/admin", "管理"))


def masthead(current: str) -> str:
    """The bar on top: name and pages, the current one marked."""
    links = "".join(
        f'<a href="{path}"{" aria-current=page" if path == current else ""}>{name}</a>' for path, name in PAGES
    )
    return (
        '<header class="dz-bar"><a class="dz-name" href="/">定责<small>政务职责知识库</small></a>'
        f'<nav aria-label="页面">{links}</nav></header>'
    )


def head() -> str:
    """For Gradio's pages: language, icon and the script."""
    return f'<link rel="icon" href="/favicon.svg" type="image/svg+xml"><script>document.documentElement.lang="zh-CN";{SCRIPT}</script>'


def page(title: str, body: str, current: str = "") -> str:
    """A whole plain page."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · 定责</title>"
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/style.css">'
        f'<script src="/script.js" defer></script></head><body class="dz-plain">{masthead(current)}{body}</body></html>'
    )


ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f4e79"/>'
    '<path d="M8 9h16M8 16h10M8 23h13" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>'
)
