"""What every request leaves behind: a request id, security headers, one line of log as JSON, and its numbers."""

from __future__ import annotations

import re
import sys
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kb.web.guard import ASGI, Message, Receive, Scope, Send

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
# Gradio compiles its components' templates in the browser, hence 'unsafe-eval'; nothing may come from elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self' blob:; frame-src 'none'; frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
# Our own pages run only our own files.
_STRICT = _POLICY.replace(" 'unsafe-inline' 'unsafe-eval'", "", 1)
_GRADIO = ("/gradio_api", "/assets", "/static", "/svelte", "/config", "/theme.css")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),  # a shared machine's browser must not keep what only a user may read
)
_AREAS = ("api", "v1", "mcp", "source", "page", "original", "fragment", "admin", "gradio_api", "assets", "static")


class Metrics:
    """指标: in the Prometheus text format, one registry an application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("dingze_requests", "请求数", ["area", "method", "status"], registry=self.registry)
        self.seconds = Histogram(
            "dingze_request_seconds", "请求用时", ["area"], buckets=_BUCKETS, registry=self.registry
        )
        self.running = Gauge("dingze_requests_running", "正在处理的请求", registry=self.registry)
        self.answers = Counter("dingze_answers", "答案数", ["kind", "status"], registry=self.registry)
        self.documents = Gauge("dingze_documents", "库中文件", registry=self.registry)
        self.passages = Gauge("dingze_passages", "库中段落", registry=self.registry)

    def format(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)


def make_log(stream: TextIO | None = None) -> Any:
    """A logger that writes one JSON object a line, to stderr unless told otherwise."""
    return structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        cache_logger_on_first_use=True,
    )


class Observe:
    """观测: the outermost middleware."""

    def __init__(self, app: ASGI, metrics: Metrics, log: Any | None) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and note what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((v.decode("latin-1") for k, v in scope["headers"] if k.lower() == b"x-request-id"), "")
        request = given if _ID.fullmatch(given) else uuid4().hex[:16]
        scope.setdefault("state", {})["request"] = request
        status = 0
        path = scope["path"]
        policy = (_POLICY if path == "/" or path.startswith(_GRADIO) else _STRICT).encode()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                there = {k.lower() for k, _ in message["headers"]}
                extra = (*_HEADERS, (b"content-security-policy", policy), (b"x-request-id", request.encode()))
                message["headers"] = [*message["headers"], *(h for h in extra if h[0] not in there)]
            await send(message)

        began = perf_counter()
        self._metrics.running.inc()
        try:
            await self._app(scope, receive, sending)
        finally:
            self._metrics.running.dec()
            self._record(scope, request, status, perf_counter() - began)

    def _record(self, scope: Scope, request: str, status: int, seconds: float) -> None:
        area = scope["path"].strip("/").partition("/")[0] or "ask"
        area = area if area in _AREAS else "page" if status < 400 else "other"
        method = scope["method"] if scope["method"] in ("GET", "POST", "HEAD") else "other"
        self._metrics.requests.labels(area, method, str(status)).inc()
        self._metrics.seconds.labels(area).observe(seconds)
        if self._log is None or (area in ("assets", "static") and status < 400):
            return
        user = scope.get("state", {}).get("user")
        self._log.info(
            "request", request=request, user=user.name if user else None, method=scope["method"],
            path=scope["path"], status=status, ms=round(seconds * 1000, 1),
        )  # fmt: skip
