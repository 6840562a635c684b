"""The web application: one FastAPI with the API, the reader and Gradio's pages, behind one guard."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Form, Query, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kb.config import Settings
from kb.errors import DocumentMissing, KBError, UsageError
from kb.validity import status_of
from kb.web import layout
from kb.web.api import build_api, describe_invalid, http_status
from kb.web.chat import build_chat
from kb.web.pages.compare import format_compare
from kb.web.pages.duties import format_duties
from kb.web.pages.library import format_library
from kb.web.reader import format_outline, format_reader
from kb.web.render import notice
from kb.web.security import COOKIE, Access, Guard, read_access
from kb.workspace import Workspace, open_workspace

FRAGMENTS: Mapping[str, Callable[[Workspace, Mapping[str, str]], str]] = {
    "library": format_library,
    "duties": format_duties,
    "compare": format_compare,
}
# The framework's own refusals, whose words are English.
_FRAMEWORK = {
    400: "请求内容无法解析，应为 UTF-8 的 JSON。",
    404: "没有这个地址。",
    405: "这个地址不支持该方法，用法见 /docs。",
}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_STOP = 3  # seconds that connected browsers get on shutdown; their event streams never end of themselves


def create_app(space: Workspace, access: Access) -> FastAPI:
    """The whole application over one opened library."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # must be set before gradio is imported
    from kb.web.pages.site import mount_pages

    app = FastAPI(title="定责 Dingze", description="政务职责知识库：带逐字引证的问答", docs_url=None, redoc_url=None)
    _add_failures(app)
    app.include_router(build_api(space))
    app.include_router(build_chat(space))

    _add_last_resort(app)
    _add_reader(app, space)
    _add_assets(app)
    _add_login(app, access)
    mounted: FastAPI = mount_pages(app, space, access)
    mounted.add_middleware(Guard, access=access)
    return mounted


def serve(settings: Settings, space: Workspace | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; raises KBError where the library, the port or the access rules do not allow it."""
    access = read_access(settings.host, os.environ)
    bound = _bind(settings.host, settings.port)
    app = create_app(space or open_workspace(settings), access)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_STOP, server_header=False)
    _Server(config).run(sockets=[bound])


class _Server(uvicorn.Server):
    """Says so once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for bound in sockets or []:
            host, port = bound.getsockname()[:2]
            print(f"定责已就绪：http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)


def _bind(host: str, port: int) -> socket.socket:
    """A socket on the address, not yet listening; UsageError where it is taken or not ours."""
    name = host.strip("[]")
    bound = socket.socket(socket.AF_INET6 if ":" in name else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((name, port))
    except (OSError, OverflowError) as e:
        bound.close()
        raise UsageError(
            f"不能监听 {host}:{port}（{e}）：端口已被占用或地址不属于本机，请用 DINGZE_PORT、DINGZE_HOST 另设。"
        ) from e
    return bound


def _add_failures(app: FastAPI) -> None:
    def reply(request: Request, status: int, message: str) -> Response:
        if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(("/api", "/v1")):
            return HTMLResponse(layout.page("出错了", notice("没有打开", message, "error")), status)
        if request.url.path.startswith("/v1/"):
            return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status)
        return JSONResponse({"error": message}, status)

    @app.exception_handler(KBError)
    def known(request: Request, error: KBError) -> Response:
        return reply(request, http_status(error), str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return reply(request, 422, describe_invalid(list(error.errors())))

    def refused(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 400)
        said = str(getattr(error, "detail", ""))
        return reply(request, status, _FRAMEWORK.get(status, said) if said.isascii() else said)

    app.add_exception_handler(HTTPException, refused)
    for status in _FRAMEWORK:
        app.add_exception_handler(status, refused)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        return reply(request, 500, "服务内部出错，已记入日志；请稍后重试，或运行 kb doctor 检查。")


def _add_last_resort(app: FastAPI) -> None:
    """Unknown addresses of the API are answered here, in Chinese, before Gradio's mount takes them."""

    @app.api_route("/api/{rest:path}", methods=_METHODS, include_in_schema=False)
    @app.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False)
    def unknown(rest: str) -> Response:
        raise DocumentMissing(f"没有“{rest[:80]}”这个接口，或它不支持该方法；用法见 /docs。")


def _add_reader(app: FastAPI, space: Workspace) -> None:
    @app.get("/source/{document:path}", response_class=HTMLResponse, include_in_schema=False)
    def source(
        document: str,
        start: Annotated[int | None, Query(ge=0, le=10**9)] = None,
        end: Annotated[int | None, Query(ge=0, le=10**9)] = None,
        version: Annotated[str | None, Query(max_length=64)] = None,
        part: Annotated[str, Query(max_length=20)] = "",
    ) -> HTMLResponse:
        found = space.library.get_version(document, version or None)
        versions = space.library.find_versions(document)
        article = format_reader(found, status_of(found.identity, date.today()), versions, start, end)
        if part == "panel":
            return HTMLResponse(article)
        body = f'<main class="dz-reader">{format_outline(found)}{article}</main>'
        return HTMLResponse(layout.page(found.identity.title, body, "/library"))

    @app.get("/fragment/{name}", response_class=HTMLResponse, include_in_schema=False)
    def fragment(name: str, request: Request) -> HTMLResponse:
        build = FRAGMENTS.get(name)
        if build is None:
            raise DocumentMissing("没有这个页面。")
        return HTMLResponse(build(space, dict(request.query_params)))


def _add_assets(app: FastAPI) -> None:
    files = (
        ("/style.css", layout.STYLE, "text/css"),
        ("/script.js", layout.SCRIPT, "text/javascript"),
        ("/favicon.svg", layout.ICON, "image/svg+xml"),
    )
    for path, content, kind in files:
        reply = Response(content, media_type=kind, headers={"cache-control": "no-cache"})
        app.add_api_route(path, _constant(reply), include_in_schema=False)

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        rows = "".join(
            f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td><td>{escape(one.get('summary', ''))}</td></tr>"
            for path, methods in app.openapi()["paths"].items()
            for method, one in methods.items()
        )
        body = f'<main class="dz-page"><h1>接口</h1><p>完整定义与示例：<a href="/openapi.json">/openapi.json</a></p><div class="dz-scroll"><table>{rows}</table></div></main>'
        return HTMLResponse(layout.page("接口", body))


def _constant(response: Response) -> Callable[[], Response]:
    return lambda: response


def _add_login(app: FastAPI, access: Access) -> None:
    def form(next: str, message: str = "") -> str:
        said = notice("不能进入", message, "error") if message else ""
        return layout.page(
            "登录",
            f'<main class="dz-page dz-login"><h1>登录</h1>{said}<form method="post" action="/login" class="dz-form">'
            f'<input type="hidden" name="next" value="{escape(next)}"><label>密钥<input type="password" name="key" required maxlength="200" autocomplete="current-password" autofocus></label>'
            '<button type="submit">进入</button></form></main>',
        )

    @app.get("/login", response_class=HTMLResponse, include_in_schema=False)
    def login_page(next: Annotated[str, Query(max_length=500)] = "/") -> HTMLResponse:
        return HTMLResponse(form(next))

    @app.post("/login", include_in_schema=False)
    def login(
        request: Request,
        key: Annotated[str, Form(max_length=200)],
        next: Annotated[str, Form(max_length=500)] = "/",
    ) -> Any:
        if access.user(key) is None:
            return HTMLResponse(form(next, "密钥不对，请向管理员核对。"), 401)
        target = next if next.startswith("/") and not next.startswith(("//", "/\\")) else "/"
        reply = RedirectResponse(target, 303)
        reply.set_cookie(COOKIE, key, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return reply
