"""Signing in and out with a name and a password, where it is asked for."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kb.web import layout
from kb.web.access import COOKIE, find_cookie
from kb.web.render import notice
from kb.web.site import Site, user_of


def add_login(app: FastAPI, site: Site) -> None:
    """The page, and what it sends."""

    @app.get("/login", response_class=HTMLResponse, include_in_schema=False)
    def login_page(next: Annotated[str, Query(max_length=4000)] = "/") -> HTMLResponse:
        return HTMLResponse(_form(next))

    @app.post("/login", include_in_schema=False)
    def login(
        request: Request,
        name: Annotated[str, Form(max_length=80)],
        password: Annotated[str, Form(max_length=200)],
        next: Annotated[str, Form(max_length=4000)] = "/",
    ) -> Any:
        state = request.scope.get("state", {})
        token = site.people.sign_in(name, password) if site.access.required else None
        site.audit.note(name[:40], "sign-in", "成功" if token else "失败", state.get("request", ""))
        if token is None:
            return HTMLResponse(_form(next, "用户名或密码不对，请核对；忘记密码请联系管理员重设。"), 401)
        reply = RedirectResponse(_inside(next), 303)
        secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        reply.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
        return reply

    @app.post("/logout", include_in_schema=False)
    def logout(request: Request) -> Any:
        token = find_cookie(request.headers)
        if token:
            site.people.sign_out(token)
            site.note(request, "sign-in", f"{user_of(request).name} 退出")
        reply = RedirectResponse("/login", 303)
        reply.delete_cookie(COOKIE, path="/")
        return reply


def _inside(target: str) -> str:
    """Where to go after signing in: only to a page of this server."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def _form(next: str, message: str = "") -> str:
    said = notice("不能进入", message, "error") if message else ""
    body = (
        f'<main class="dz-login"><h1>定责<small>政务职责知识库</small></h1>{said}<form method="post" action="/login">'
        f'<input type="hidden" name="next" value="{escape(next)}">'
        '<label>用户名<input name="name" required maxlength="80" autocomplete="username" autofocus></label>'
        '<label>密码<input type="password" name="password" required maxlength="200" autocomplete="current-password"></label>'
        '<button type="submit" class="dz-go">登录</button></form></main>'
    )
    return layout.bare("登录", body)
