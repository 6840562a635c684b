"""Gradio's page, mounted at the root behind every other route."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fastapi import FastAPI, Request

from kb.access.people import LOCAL
from kb.web import layout
from kb.web.pages.ask import build_ask
from kb.web.site import Site

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
_SESSIONS = 300  # open pages whose state Gradio keeps, 0.1 MB each; one beyond takes its conversation up again
_MONO = ["ui-monospace", "Consolas", "monospace"]


def mount_pages(app: FastAPI, site: Site) -> FastAPI:
    """Mount the conversation on the application; Gradio takes what no other route has."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_pages(site),
        path="/",
        theme=_theme(),
        css=layout.STYLE,
        head=layout.head(),
        footer_links=[],
        auth_dependency=_username,
        max_file_size=site.spaces.whole.settings.limits.file_bytes,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    return mounted


def build_pages(site: Site) -> Any:
    """The Blocks with the conversation."""
    with gr.Blocks(title="定责 · 政务职责知识库", analytics_enabled=False, fill_width=True) as block:
        block.state_session_capacity = _SESSIONS
        bar = gr.HTML(layout.masthead("/", LOCAL, site), padding=False, apply_default_css=False)
        build_ask(site, block)

        def greet(request: gr.Request) -> str:
            user = site.access.named(request.username)
            return layout.masthead("/", user, site) if user is not None else ""

        if site.access.required:
            block.load(greet, None, [bar], show_progress="hidden", api_visibility="private")
    return block


def _username(request: Request) -> str:
    """The user the guard has let in; a name of its own where no sign-in is asked for."""
    user = request.scope.get("state", {}).get("user")
    return user.name if user is not None else "local"


def _theme() -> Any:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue, neutral_hue=gr.themes.colors.slate, font=_SANS, font_mono=_MONO
    )
