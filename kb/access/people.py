"""People: users with hashed passwords, bearer keys, sessions, and the groups that may read restricted documents."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from threading import Lock
from time import time
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.access import tables as t
from kb.errors import UsageError
from kb.records import DocumentInfo

Role = Literal["reader", "editor", "admin"]
ROLES: tuple[Role, ...] = ("reader", "editor", "admin")  # each may do what those before it may
ROLE_NAMES: dict[Role, str] = {"reader": "查阅", "editor": "编辑", "admin": "管理"}
MIN_PASSWORD = 10  # characters
MIN_KEY = 12  # of a key the operator chose; those made here have 43
_SESSION = 12 * 3600.0  # seconds: a working day
_NAME = re.compile(r"[\w\u4e00-\u9fff.@-]{1,40}")
_SEEN_FOR = 30.0  # seconds a key or session is remembered, so that not every request reads the database


@dataclass(frozen=True, slots=True)
class User:
    """用户."""

    name: str
    role: Role = "reader"
    groups: frozenset[str] = frozenset()
    disabled: bool = False
    has_password: bool = False

    def may(self, role: Role) -> bool:
        """Whether the user may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Group:
    """文件组: the documents whose name fits a pattern are read only by the group's members, and by administrators."""

    name: str
    patterns: tuple[str, ...]
    members: tuple[str, ...] = ()

    def holds(self, document: str) -> bool:
        """Whether a document belongs to the group."""
        return any(fnmatchcase(document, p) or document.startswith(p.rstrip("/") + "/") for p in self.patterns)


@dataclass(frozen=True, slots=True)
class Key:
    """密钥 of a user, without the key itself."""

    id: str
    user: str
    note: str
    created_at: str


LOCAL = User("local", "admin")  # everybody on this machine, where no sign-in is asked for


def now() -> str:
    """The present second, as it is written in the desk's tables."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def digest(secret: str) -> str:
    """What is kept of a key or a session token."""
    return hashlib.sha256(secret.encode()).hexdigest()


class People:
    """用户名册."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex())  # an unknown name takes as long as a wrong password
        self._lock = Lock()
        self._seen: dict[str, tuple[float, User | None]] = {}
        self._groups: tuple[Group, ...] | None = None

    # --- users -----------------------------------------------------------------------------------------------------

    def find_users(self) -> tuple[User, ...]:
        """Everybody, by name."""
        with self._engine.connect() as c:
            held: dict[str, set[str]] = {}
            for row in c.execute(select(t.members)):
                held.setdefault(row.user, set()).add(row.group)
            rows = c.execute(select(t.users).order_by(t.users.c.name))
            return tuple(
                User(r.name, r.role, frozenset(held.get(r.name, ())), r.disabled, r.password is not None) for r in rows
            )

    def get_user(self, name: str) -> User | None:
        """One user; None for an unknown name."""
        return self._remember(f"name:{name}", lambda: next((u for u in self.find_users() if u.name == name), None))

    def add_user(self, name: str, role: Role, password: str | None = None) -> None:
        """A new user; UsageError for a name that is taken or not fit, or a password that is too short."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"用户名“{name[:40]}”只能用汉字、字母、数字和 . _ @ -，至多 40 个字符。")
        _check_role(role)
        row = {"name": name, "role": role, "disabled": False, "created_at": now(), "password": self._hash(password)}
        try:
            self._write(insert(t.users).values(**row))
        except IntegrityError:
            raise UsageError(f"用户“{name}”已经存在，可改密码或角色。") from None

    def change_user(
        self, name: str, *, role: Role | None = None, disabled: bool | None = None, password: str | None = None
    ) -> None:
        """Change what is given; a new password or a stop ends the user's sessions."""
        if role is not None:
            _check_role(role)
        given = {"role": role, "disabled": disabled, "password": self._hash(password)}
        values = {k: v for k, v in given.items() if v is not None}
        self._require(name)
        statements: list[Any] = [update(t.users).where(t.users.c.name == name).values(**values)] if values else []
        if password is not None or disabled:
            statements.append(delete(t.sessions).where(t.sessions.c.user == name))
        self._write(*statements)

    def remove_user(self, name: str) -> None:
        """Take a user out, with keys, sessions and memberships."""
        self._require(name)
        self._write(
            delete(t.users).where(t.users.c.name == name),
            *(delete(table).where(table.c.user == name) for table in (t.keys, t.sessions, t.members)),
        )

    def _require(self, name: str) -> None:
        if all(u.name != name for u in self.find_users()):
            raise UsageError(f"没有用户“{name[:40]}”，请先建立。")

    def _hash(self, password: str | None) -> str | None:
        if password is None:
            return None
        if not MIN_PASSWORD <= len(password) <= 200:
            raise UsageError(f"密码须有 {MIN_PASSWORD} 至 200 个字符。")
        return self._hasher.hash(password)

    # --- entering ---------------------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str) -> str | None:
        """A session token for a right name and password, else None; both take the time of one hash."""
        with self._engine.connect() as c:
            row = c.execute(select(t.users).where(t.users.c.name == name)).first()
        held = row.password if row is not None and row.password is not None else self._nobody
        try:
            self._hasher.verify(held, password[:200])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return None
        if row is None or row.password is None or row.disabled:
            return None
        token = secrets.token_urlsafe(32)
        self._write(
            delete(t.sessions).where(t.sessions.c.expires_at < time()),
            insert(t.sessions).values(digest=digest(token), user=name, expires_at=time() + _SESSION),
        )
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._write(delete(t.sessions).where(t.sessions.c.digest == digest(token)))

    def find_by_session(self, token: str) -> User | None:
        """The user of a running session."""
        s = t.sessions.c
        query = select(s.user).where(s.digest == digest(token), s.expires_at > time())
        return self._remember(f"session:{digest(token)}", lambda: self._active(query))

    def find_by_key(self, key: str) -> User | None:
        """The user a bearer key belongs to."""
        query = select(t.keys.c.user).where(t.keys.c.digest == digest(key))
        return self._remember(f"key:{digest(key)}", lambda: self._active(query))

    def _active(self, query: Any) -> User | None:
        with self._engine.connect() as c:
            name = c.execute(query).scalar()
        found = next((u for u in self.find_users() if u.name == name), None) if name is not None else None
        return None if found is None or found.disabled else found

    def add_key(self, user: str, note: str = "", key: str | None = None) -> str:
        """A new bearer key of a user; this is the only time it can be read."""
        self._require(user)
        if key is not None and len(key) < MIN_KEY:
            raise UsageError(f"用户“{user}”的密钥不足 {MIN_KEY} 个字符，请换用更长的随机密钥。")
        key = key or secrets.token_urlsafe(32)
        row = {"id": secrets.token_hex(4), "digest": digest(key), "user": user, "note": note[:80], "created_at": now()}
        self._write(insert(t.keys).values(**row))
        return key

    def find_keys(self) -> tuple[Key, ...]:
        """All keys, by user and age."""
        with self._engine.connect() as c:
            rows = c.execute(select(t.keys).order_by(t.keys.c.user, t.keys.c.created_at))
            return tuple(Key(r.id, r.user, r.note, r.created_at) for r in rows)

    def remove_key(self, id: str) -> None:
        """Withdraw a key."""
        self._write(delete(t.keys).where(t.keys.c.id == id))

    # --- groups -----------------------------------------------------------------------------------------------------

    def find_groups(self) -> tuple[Group, ...]:
        """All groups, by name."""
        groups = self._groups
        if groups is None:
            with self._engine.connect() as c:
                held: dict[str, list[str]] = {}
                for row in c.execute(select(t.members).order_by(t.members.c.user)):
                    held.setdefault(row.group, []).append(row.user)
                rows = c.execute(select(t.groups).order_by(t.groups.c.name))
                groups = tuple(Group(r.name, tuple(r.patterns.split("\n")), tuple(held.get(r.name, ()))) for r in rows)
            self._groups = groups
        return groups

    def set_group(self, name: str, patterns: Sequence[str], members: Sequence[str]) -> None:
        """Make or replace a group; UsageError for one without a name or patterns, or with an unknown member."""
        kept = [p.strip() for p in patterns if p.strip()]
        if not name.strip() or len(name) > 40 or not kept:
            raise UsageError("文件组要有名称（至多 40 个字符）和至少一个文件范围，如“内部/”。")
        known = {u.name for u in self.find_users()}
        unknown = sorted(set(members) - known)
        if unknown:
            raise UsageError(f"没有用户“{'、'.join(unknown)[:80]}”，请先建立用户再加入文件组。")
        self._write(
            delete(t.groups).where(t.groups.c.name == name),
            delete(t.members).where(t.members.c.group == name),
            insert(t.groups).values(name=name, patterns="\n".join(kept)),
            *(insert(t.members).values(user=m, group=name) for m in dict.fromkeys(members)),
        )

    def remove_group(self, name: str) -> None:
        """Take a group out: its documents are open to everybody again."""
        self._write(delete(t.groups).where(t.groups.c.name == name), delete(t.members).where(t.members.c.group == name))

    def permits(self, user: User) -> Callable[[DocumentInfo], bool] | None:
        """Which documents a user may read; None where there is nothing to hide."""
        if user.role == "admin":
            return None
        closed = tuple(g for g in self.find_groups())
        if all(g.name in user.groups for g in closed):
            return None

        def permitted(info: DocumentInfo) -> bool:
            holding = [g.name for g in closed if g.holds(info.document)]
            return not holding or any(name in user.groups for name in holding)

        return permitted

    # --- the database -----------------------------------------------------------------------------------------------

    def _write(self, *statements: Any) -> None:
        with self._engine.begin() as c:
            for statement in statements:
                c.execute(statement)
        with self._lock:
            self._seen.clear()
            self._groups = None

    def _remember(self, name: str, find: Callable[[], User | None]) -> User | None:
        with self._lock:
            kept = self._seen.get(name)
            if kept is not None and kept[0] > time():
                return kept[1]
        found = find()
        with self._lock:
            if len(self._seen) > 10_000:  # guesses fill it too
                self._seen.clear()
            self._seen[name] = (time() + _SEEN_FOR, found)
        return found


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise UsageError(f"角色“{role[:20]}”应为 {'、'.join(ROLES)} 之一。")
