"""Gradio's pages: one Blocks with five addresses, mounted at the root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request

from kb.web import layout
from kb.web.pages.admin import build_admin
from kb.web.pages.ask import build_ask
from kb.web.pages.compare import format_compare
from kb.web.pages.duties import format_duties
from kb.web.pages.library import format_library
from kb.web.security import Access
from kb.workspace import Workspace

_LISTS: tuple[tuple[str, str, Callable[[Workspace, Mapping[str, str]], str]], ...] = (
    ("职责", "duties", format_duties),
    ("文库", "library", format_library),
    ("比对", "compare", format_compare),
)
# Fonts of the reader's own machine: a name given as a string is never fetched.
_SANS = [
    "system-ui",
    "-apple-system",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "sans-serif",
]
_MONO = ["ui-monospace", "Consolas", "monospace"]


def mount_pages(app: FastAPI, space: Workspace, access: Access) -> FastAPI:
    """Mount the pages on the application; Gradio takes what no other route has."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_pages(space, access),
        path="/",
        theme=_theme(),
        css=layout.STYLE,
        head=layout.head(),
        footer_links=[],
        auth_dependency=_username,
        max_file_size=space.settings.limits.file_bytes,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    return mounted


def build_pages(space: Workspace, access: Access) -> Any:
    """The Blocks with all pages."""
    with gr.Blocks(title="定责 · 政务职责知识库", analytics_enabled=False, fill_width=True) as block:
        gr.Navbar(visible=False)
        gr.HTML(layout.masthead("/"), padding=False, apply_default_css=False)
        build_ask(space, block)
    for name, path, build in _LISTS:
        with block.route(name, f"/{path}", show_in_navbar=False) as page:
            gr.HTML(layout.masthead(f"/{path}"), padding=False, apply_default_css=False)
            _list_page(space, build, page)
    with block.route("管理", "/admin", show_in_navbar=False) as page:
        gr.HTML(layout.masthead("/admin"), padding=False, apply_default_css=False)
        with gr.Column(elem_classes="dz-page"):
            build_admin(space, access, page)
    return block


def _list_page(space: Workspace, build: Callable[[Workspace, Mapping[str, str]], str], page: Any) -> None:
    shown = gr.HTML(
        '<div class="dz-fragment dz-page" aria-busy="true">正在载入…</div>', padding=False, apply_default_css=False
    )

    def load(request: gr.Request) -> str:
        return f'<div class="dz-fragment dz-page">{build(space, dict(request.query_params))}</div>'

    page.load(load, None, [shown], show_progress="hidden", api_visibility="private")


def _username(request: Request) -> str:
    """The user the guard has let in; a name of its own where no key is asked for."""
    return str(request.scope.get("state", {}).get("user") or "local")


def _theme() -> Any:
    base = gr.themes.Base(
        primary_hue=gr.themes.colors.blue, neutral_hue=gr.themes.colors.slate, font=_SANS, font_mono=_MONO
    )
    # One blue for every button that acts, white on it at 7:1 in light and dark.
    return base.set(
        button_primary_background_fill="#1f5a96",
        button_primary_background_fill_dark="#1f5a96",
        button_primary_background_fill_hover="#174a7d",
        button_primary_background_fill_hover_dark="#174a7d",
        button_primary_text_color="#fff",
    )
