"""One middleware over every route: size of bodies, who may enter, which paths exist, and the headers of every reply."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from kb.errors import UsageError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "dingze_key"
API_BODY = 512 * 1024  # bytes of a question with a long conversation
UPLOAD_BODY = 310 * 1024 * 1024  # one file at its limit, with the form around it
OPEN_PATHS = ("/health", "/login")  # all that answers without a key
# Doors of Gradio that this application has no use for.
_CLOSED = ("proxy=", "vibe-", "monitoring", "runs", "run-history", "custom_component", "process_recording", "deep_link", "dev/reload")  # fmt: skip
# Gradio compiles its components' templates in the browser, hence 'unsafe-eval'; nothing may come from elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self' blob:; frame-src 'none'; frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


@dataclass(frozen=True, slots=True)
class Access:
    """访问控制: key digest → user; ``required`` is off only where nobody but this machine can connect."""

    required: bool = False
    users: Mapping[str, str] = field(default_factory=dict, repr=False)  # sha256 of a key → user
    admins: frozenset[str] = frozenset()
    hosts: frozenset[str] | None = None  # names a request may call this server by; None for any

    def user(self, key: str | None) -> str | None:
        """The user a key belongs to, or None; every key is compared, in constant time."""
        digest = hashlib.sha256((key or "").encode()).hexdigest()
        found = None
        for known, name in self.users.items():
            if hmac.compare_digest(known, digest):
                found = name
        return found

    def is_admin(self, user: str | None) -> bool:
        """Whether a user may change the library; everybody on this machine may, where no key is asked for."""
        return not self.required or user in self.admins


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_access(host: str, environ: Mapping[str, str]) -> Access:
    """Who may enter, from ``DINGZE_KEYS`` (name:key,…) and ``DINGZE_USERS`` (a file of ``name key [admin]`` lines).

    Raises UsageError where others could connect and no key is set.
    """
    users: dict[str, str] = {}
    admins: set[str] = set()
    rows = [(n.strip(), k.strip(), True) for n, _, k in (p.partition(":") for p in environ.get("DINGZE_KEYS", "").split(",")) if n.strip()]  # fmt: skip
    if environ.get("DINGZE_USERS"):
        rows += _read_users(Path(environ["DINGZE_USERS"]).expanduser())
    for name, key, admin in rows:
        if len(key) < 12:
            raise UsageError(f"用户“{name}”的密钥不足 12 个字符，请换用更长的随机密钥。")
        users[hashlib.sha256(key.encode()).hexdigest()] = name
        admins |= {name} if admin else set()
    local = is_loopback(host)
    if not local and not users:
        raise UsageError(
            f"监听地址 {host} 可被他人访问，须先设置 DINGZE_KEYS=用户名:密钥（至少 12 个字符）或 DINGZE_USERS=用户文件；只在本机使用请设 DINGZE_HOST=127.0.0.1。"
        )
    # On this machine without keys, another site's page must not reach us through a name that it points here.
    names = frozenset(["localhost", "127.0.0.1", "[::1]", host]) if local and not users else None
    return Access(bool(users), users, frozenset(admins), names)


def _read_users(path: Path) -> list[tuple[str, str, bool]]:
    if not path.is_file():
        raise UsageError(f"找不到 DINGZE_USERS 所指的用户文件 {path}，请检查路径。")
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        parts = line.split("#")[0].split()
        if not parts:
            continue
        if len(parts) not in (2, 3) or parts[2:] not in ([], ["admin"]):
            raise UsageError(f"用户文件 {path} 第 {number} 行应为“用户名 密钥 [admin]”，请改正。")
        rows.append((parts[0], parts[1], len(parts) == 3))
    return rows


class Guard:
    """门卫: the middleware; nothing behind it is reached by a request it turns away."""

    def __init__(self, app: ASGI, access: Access) -> None:
        self._app = app
        self._access = access

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
            await _reply(_with_headers(send), *refusal)
            return
        limit = UPLOAD_BODY if scope["path"] == "/gradio_api/upload" else API_BODY
        await self._app(scope, _bounded(receive, limit), _with_headers(send))

    def _refuse(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str, str | None] | None:
        """Status, message and where to go instead; None to let the request in."""
        path = scope["path"]
        host = headers.get("host", "")
        if self._access.hosts is not None and _name(host) not in self._access.hosts:
            return 421, f"本服务不以“{host[:80]}”为名，请用 127.0.0.1 或 localhost 访问。", None
        origin = headers.get("origin")
        if scope["method"] not in ("GET", "HEAD") and origin and urlsplit(origin).netloc != host:
            return 403, "请求来自其他网站，已拒绝。", None
        user = self._access.user(_key(headers))
        scope.setdefault("state", {})["user"] = user
        if self._access.required and user is None and path not in OPEN_PATHS:
            page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
            return (
                401,
                "需要密钥：请在请求头中写 Authorization: Bearer 密钥。",
                f"/login?next={quote(path)}" if page else None,
            )
        if any(part.startswith(_CLOSED) for part in path.removeprefix("/gradio_api").strip("/").split("/")[:1]):
            return 404, "没有这个地址。", None
        upload = path.startswith("/gradio_api/upload")
        if upload and not self._access.is_admin(user):
            return 403, "只有管理员可以上传文件。", None
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > (UPLOAD_BODY if upload else API_BODY):
            return 413, "请求内容过大，请缩短后重试。", None
        return None


def _name(host: str) -> str:
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _key(headers: Mapping[str, str]) -> str | None:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        return key.strip()
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return None


def _bounded(receive: Receive, limit: int) -> Receive:
    """A body without a declared length is cut off, as if the client had left, once it passes the limit."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > limit else message

    return bounded


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {k.lower() for k, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(h for h in _HEADERS if h[0] not in there)]
        await send(message)

    return sending


async def _reply(send: Send, status: int, message: str, location: str | None) -> None:
    body = json.dumps({"error": message}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if location is not None:
        status = 303
        headers.append((b"location", location.encode()))
    elif status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
