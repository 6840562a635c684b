"""One middleware over every route: size of bodies, who may enter, which role, how often, and which paths exist."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kb.access.audit import Audit
from kb.access.people import ROLE_NAMES, User
from kb.web.access import OPEN_PATHS, Access, find_bearer, find_role

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]

API_BODY = 512 * 1024  # bytes of a question with a long conversation
UPLOAD_BODY = 310 * 1024 * 1024  # one file at its limit, with the form around it
_UPLOADS = ("/gradio_api/upload", "/api/manage/uploads")
_SIGN_INS = 10  # a minute from one address; each costs the server an argon2 hash
# What costs the server work, and so counts towards a user's rate.
_COUNTED = ("/api/ask", "/api/search", "/api/compare", "/api/duties", "/api/export", "/v1/chat", "/mcp", "/gradio_api/queue/join", "/page/", "/fragment/follow", "/export/")  # fmt: skip
_FOLLOWING = "/api/exports/"  # asking how far an export is costs nothing
# Doors of Gradio that this application has no use for.
_CLOSED = ("proxy=", "vibe-", "monitoring", "runs", "run-history", "custom_component", "process_recording", "deep_link", "dev/reload")  # fmt: skip
Refusal = tuple[int, str, tuple[tuple[bytes, bytes], ...]]


class Guard:
    """门卫: nothing behind it is reached by a request it turns away."""

    def __init__(self, app: ASGI, access: Access, audit: Audit | None = None) -> None:
        self._app = app
        self._access = access
        self._audit = audit
        self._rates = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(access.per_minute)
        self._sign_ins = RateLimitItemPerMinute(_SIGN_INS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._refuse(scope, headers)
        if refusal is not None:
            self._note(scope, refusal)
            await _reply(send, *refusal)
            return
        limit = UPLOAD_BODY if scope["path"].startswith(_UPLOADS) else API_BODY
        await self._app(scope, _bounded(receive, limit), send)

    def _refuse(self, scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request is turned away; None to let it in, with its user noted."""
        path, method = scope["path"], scope["method"]
        host = headers.get("host", "")
        if self._access.hosts is not None and _name(host) not in self._access.hosts:
            return 421, f"本服务不以“{host[:80]}”为名，请用 127.0.0.1 或 localhost 访问。", ()
        if method not in ("GET", "HEAD", "OPTIONS") and not self._same_site(headers, host):
            return 403, "请求来自其他网站，已拒绝。", ()
        user = self._access.identify(headers)
        scope.setdefault("state", {})["user"] = user
        open_path = path in OPEN_PATHS
        if user is None and not open_path:
            return _unknown(scope, headers)
        if any(part.startswith(_CLOSED) for part in path.removeprefix("/gradio_api").strip("/").split("/")[:1]):
            return 404, "没有这个地址。", ()
        if user is not None and not user.may(role := find_role(path)):
            return 403, f"需要“{ROLE_NAMES[role]}”角色，您的角色是“{ROLE_NAMES[user.role]}”；请联系管理员。", ()
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > (UPLOAD_BODY if path.startswith(_UPLOADS) else API_BODY):
            return 413, "请求内容过大，请缩短后重试。", ()
        return self._too_often(scope, user)

    def _same_site(self, headers: Mapping[str, str], host: str) -> bool:
        """Whether a request that changes something comes from our own pages or from a program.

        Browsers name the origin of every such request; one with a session but neither sign is not from a page of ours.
        """
        origin = headers.get("origin")
        if origin:
            return urlsplit(origin).netloc == host
        site = headers.get("sec-fetch-site")
        if site:
            return site in ("same-origin", "none")
        return "cookie" not in headers or find_bearer(headers) is not None or not self._access.required

    def _too_often(self, scope: Scope, user: User | None) -> Refusal | None:
        path = scope["path"]
        if path == "/login" and scope["method"] == "POST":
            item, who = self._sign_ins, f"sign-in:{(scope.get('client') or ('',))[0]}"
        elif (
            self._access.required and user is not None and path.startswith(_COUNTED) and not path.startswith(_FOLLOWING)
        ):
            item, who = self._rate, f"user:{user.name}"
        else:
            return None
        if self._rates.hit(item, who):
            return None
        return 429, f"过于频繁（每分钟至多 {item.amount} 次），请稍候再试。", ((b"retry-after", b"30"),)

    def _note(self, scope: Scope, refusal: Refusal) -> None:
        if self._audit is not None and refusal[0] in (403, 429):
            state = scope.get("state", {})
            user = state.get("user")
            self._audit.note(user.name if user else "—", "refused", f"{refusal[0]} {scope['path']}", state.get("request", ""))  # fmt: skip


def _unknown(scope: Scope, headers: Mapping[str, str]) -> Refusal:
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        query = scope.get("query_string", b"").decode("latin-1")
        target = quote(scope["path"]) + (f"?{query}" if query else "")
        return 303, "请先登录。", ((b"location", f"/login?next={quote(target, safe='/')}".encode()),)
    message = "需要登录：浏览器请打开 /login；程序请在请求头中写 Authorization: Bearer 密钥。"
    return 401, message, ((b"www-authenticate", b"Bearer"),)


def _name(host: str) -> str:
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _bounded(receive: Receive, limit: int) -> Receive:
    """A body without a declared length is cut off, as if the client had left, once it passes the limit."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > limit else message

    return bounded


async def _reply(send: Send, status: int, message: str, more: tuple[tuple[bytes, bytes], ...]) -> None:
    body = json.dumps({"error": message}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *more]})
    await send({"type": "http.response.body", "body": body})
