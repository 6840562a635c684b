"""The web application: one FastAPI with the API, the reader and the pages, behind one guard."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import Any

import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from kb.access.people import People
from kb.access.tables import open_desk
from kb.config import Settings
from kb.errors import DocumentMissing, KBError, UsageError
from kb.web import layout
from kb.web.access import read_access
from kb.web.api import build_api, describe_invalid, http_status
from kb.web.completions import build_completions
from kb.web.exports import build_export_jobs, build_exports
from kb.web.guard import Guard
from kb.web.login import add_login
from kb.web.manage import build_manage
from kb.web.memory import keep_memory_level
from kb.web.observe import Observe, make_log
from kb.web.pages.plain import add_pages
from kb.web.render import notice
from kb.web.site import Site, open_site, user_of
from kb.web.sources import build_sources
from kb.web.upkeep import build_upkeep
from kb.workspace import Workspace, open_workspace

# The framework's own refusals, whose words are English.
_FRAMEWORK = {
    400: "请求内容无法解析，应为 UTF-8 的 JSON。",
    404: "没有这个地址。",
    405: "这个地址不支持该方法，用法见 /docs。",
}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_THREADS = 100  # most of them wait for their turn, and cost little meanwhile
_IDLE = 75  # seconds a connection is kept for its next request; below a reader's pause, one is lost now and then
_STOP = 3  # seconds that connected browsers get on shutdown; their event streams never end of themselves


def create_app(site: Site) -> FastAPI:
    """The whole application over one opened library."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # must be set before gradio is imported
    os.environ["GRADIO_RUN_HISTORY"] = "False"  # else the questions are kept in the browser, for whoever uses it next
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # events between two of its own statistics: never
    from kb.web.pages.site import mount_pages
    from kb.web.tools import build_tools

    tools = build_tools(site)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        async with tools.session_manager.run():
            yield
        site.jobs.stop()

    app = FastAPI(
        title="定责 Dingze",
        description="政务职责知识库：带逐字引证的问答",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    refused = _add_failures(app, site)
    for build in (
        build_api,
        build_completions,
        build_exports,
        build_export_jobs,
        build_manage,
        build_upkeep,
        build_sources,
    ):
        app.include_router(build(site))
    app.router.routes += [r for r in tools.streamable_http_app().routes if isinstance(r, Route)]
    _add_last_resort(app)
    add_pages(app, site)
    _add_assets(app, site)
    add_login(app, site)
    mounted: FastAPI = mount_pages(app, site)
    for route in mounted.routes:  # Gradio takes what no other route has, and refuses it in JSON and English
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            route.app.add_exception_handler(404, refused)
    mounted.add_middleware(Guard, access=site.access, audit=site.audit)
    mounted.add_middleware(Observe, metrics=site.metrics, log=site.log)
    return mounted


def serve(settings: Settings, space: Workspace | None = None, *, begin: Callable[[Site], None] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; raises KBError where the library, the port or the access rules do not allow it.

    ``begin`` may queue a first job; the pages are there meanwhile.
    """
    keep_memory_level()
    space = space or open_workspace(settings)
    people = People(open_desk(space.settings.library))
    access = read_access(settings.host, os.environ, people)
    bound = _bind(settings.host, settings.port)
    quiet = os.environ.get("DINGZE_LOG", "").lower() == "off"
    site = open_site(space, access, None if quiet else make_log())
    app = create_app(site)
    if begin is not None:
        begin(site)
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=_STOP, timeout_keep_alive=_IDLE, server_header=False
    )
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


def _add_failures(app: FastAPI, site: Site) -> Callable[[Request, Exception], Response]:
    """Refusals and failures as a page or as JSON, in Chinese; gives back the answer to what the framework refuses."""

    def reply(request: Request, status: int, message: str) -> Response:
        path = request.url.path
        if "text/html" in request.headers.get("accept", "") and not path.startswith(("/api", "/v1", "/mcp")):
            ways = '<p><a href="/library">到文库查找</a>，或<a href="/">回到问答</a>。</p>'
            body = f'<main class="dz-page">{notice("没有打开", message, "error")}{ways}</main>'
            return HTMLResponse(layout.page("出错了", body, "", user_of(request), site), status)
        if path.startswith("/v1/"):
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
        if site.log is not None:
            site.log.error("failed", request=request.scope.get("state", {}).get("request"), path=request.url.path, exc_info=error)  # fmt: skip
        return reply(request, 500, "服务内部出错，已记入日志；请稍后重试，或运行 kb doctor 检查。")

    return refused


def _add_last_resort(app: FastAPI) -> None:
    """Unknown addresses of the API are answered here, in Chinese, before Gradio's mount takes them."""

    @app.api_route("/api/{rest:path}", methods=_METHODS, include_in_schema=False)
    @app.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False)
    def unknown(rest: str) -> Response:
        raise DocumentMissing(f"没有“{rest[:80]}”这个接口，或它不支持该方法；用法见 /docs。")


def _add_assets(app: FastAPI, site: Site) -> None:
    files = (
        ("/style.css", layout.STYLE, "text/css"),
        ("/script.js", layout.SCRIPT, "text/javascript"),
        ("/manage.js", layout.MANAGE, "text/javascript"),
        ("/favicon.svg", layout.ICON, "image/svg+xml"),
    )
    for path, content, kind in files:
        reply = Response(content, media_type=kind, headers={"cache-control": "private, max-age=86400"})
        app.add_api_route(path, _constant(reply), include_in_schema=False)

    @app.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(layout.page("接口", _format_docs(app), "", user_of(request), site))


def _format_docs(app: FastAPI) -> str:
    """The routes of the API with their examples, from the definition itself; no script from elsewhere."""
    definition = app.openapi()
    schemas = definition.get("components", {}).get("schemas", {})
    rows = ""
    for path, methods in definition["paths"].items():
        for method, one in methods.items():
            content = one.get("requestBody", {}).get("content", {})
            body: dict[str, Any] = next(iter(content.values()), {})
            ref = str(body.get("schema", {}).get("$ref", ""))
            example = next(iter(schemas.get(ref.rpartition("/")[2], {}).get("examples", [])), None)
            shown = f"<pre>{escape(layout.dump(example))}</pre>" if example else _format_address(path, one)
            rows += (
                f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td>"
                f"<td>{escape(one.get('summary', ''))}{shown}</td></tr>"
            )
    return (
        '<main class="dz-page"><h1>接口</h1><p>完整定义：<a href="/openapi.json">/openapi.json</a>；'
        "MCP 地址：<code>/mcp</code>（工具 search、ask、compare、duties）；OpenAI 客户端的 base_url 设为 <code>/v1</code>。</p>"
        f'<div class="dz-scroll" tabindex="0" role="region" aria-label="表"><table class="dz-api dz-cards"><thead><tr><th>方法</th><th>地址</th><th>用途与示例</th></tr></thead><tbody>{rows}</tbody></table></div></main>'
    )


def _format_address(path: str, route: Mapping[str, Any]) -> str:
    """A request by its address alone, with the examples of its parameters; "" where none has one."""
    given: dict[str, Any] = {}
    for parameter in route.get("parameters", []):
        example = next(iter(parameter.get("schema", {}).get("examples", [])), None)
        if example is not None and parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(example))
        elif example is not None:
            given[parameter["name"]] = example
    query = "&".join(f"{k}={v}" for k, v in given.items())
    return f"<pre>{escape(path)}{'?' if query else ''}{escape(query)}</pre>" if query or "{" not in path else ""


def _constant(response: Response) -> Callable[[], Response]:
    return lambda: response
