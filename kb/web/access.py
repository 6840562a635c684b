"""Who may enter: off on this machine alone, sign-in and keys everywhere else; which role a path asks for."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from kb.access.people import LOCAL, MIN_KEY, People, Role, User, digest
from kb.errors import UsageError

COOKIE = "dingze_session"
OPEN_PATHS = ("/healthz", "/readyz", "/login")  # all that answers without a user
# Path beginnings and the role they ask for; everything else is open to every reader. The longest beginning counts.
_ROLES: tuple[tuple[str, Role], ...] = (
    ("/admin", "editor"),
    ("/admin/people", "admin"),
    ("/admin/audit", "admin"),
    ("/api/manage", "editor"),
    ("/api/manage/people", "admin"),
    ("/api/manage/audit", "admin"),
    ("/gradio_api/upload", "admin"),
)


@dataclass(frozen=True, slots=True)
class Access:
    """访问控制: ``required`` is off only where nobody but this machine can connect."""

    required: bool = False
    people: People | None = None
    fixed: Mapping[str, User] = field(default_factory=dict, repr=False)  # digest of a key from the settings → user
    hosts: frozenset[str] | None = None  # names a request may call this server by; None for any
    per_minute: int = 120  # questions, searches and comparisons of one user

    def identify(self, headers: Mapping[str, str]) -> User | None:
        """The user of a request by bearer key or session; everybody on this machine where no sign-in is asked for."""
        if not self.required:
            return LOCAL
        key = find_bearer(headers)
        if key is not None:
            return self._by_key(key)
        token = find_cookie(headers)
        return self.people.find_by_session(token) if token and self.people is not None else None

    def _by_key(self, key: str) -> User | None:
        wanted = digest(key)
        for known, user in self.fixed.items():
            if hmac.compare_digest(known, wanted):
                return user
        return self.people.find_by_key(key) if self.people is not None else None

    def named(self, name: str | None) -> User | None:
        """The user whom the guard has let in under a name."""
        if not self.required:
            return LOCAL
        fixed = next((u for u in self.fixed.values() if u.name == name), None)
        return fixed or (self.people.get_user(name) if name and self.people is not None else None)


def find_role(path: str) -> Role:
    """The least role that may enter a path."""
    fitting = [(len(p), role) for p, role in _ROLES if path == p or path.startswith(p + "/")]
    return max(fitting)[1] if fitting else "reader"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_access(host: str, environ: Mapping[str, str], people: People | None = None) -> Access:
    """Who may enter, from the library's users and ``DINGZE_KEYS`` (name:key,…: administrators by key only).

    Raises UsageError where others could connect and there is neither.
    """
    fixed: dict[str, User] = {}
    for pair in environ.get("DINGZE_KEYS", "").split(","):
        name, _, key = (p.strip() for p in pair.partition(":"))
        if not name:
            continue
        if len(key) < MIN_KEY:
            raise UsageError(f"用户“{name}”的密钥不足 {MIN_KEY} 个字符，请换用更长的随机密钥。")
        fixed[digest(key)] = User(name, "admin")
    local = is_loopback(host)
    required = bool(fixed) or (people is not None and bool(people.find_users()))
    if not local and not required:
        raise UsageError(
            f"监听地址 {host} 可被他人访问，须先建立用户：kb users add 用户名 --role admin；"
            f"或设置 DINGZE_KEYS=用户名:密钥（至少 {MIN_KEY} 个字符）。只在本机使用请设 DINGZE_HOST=127.0.0.1。"
        )
    # On this machine without users, another site's page must not reach us through a name that it points here.
    names = frozenset(["localhost", "127.0.0.1", "[::1]", host]) if local and not required else None
    rate = environ.get("DINGZE_RATE", "").strip()
    if rate and (not rate.isdigit() or int(rate) < 1):
        raise UsageError(f"环境变量 DINGZE_RATE 应为每分钟次数（正整数），现为“{rate}”。")
    return Access(required, people, fixed, names, int(rate or 120))


def find_bearer(headers: Mapping[str, str]) -> str | None:
    """The bearer key of a request."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


def find_cookie(headers: Mapping[str, str]) -> str | None:
    """The session token of a request."""
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return None
