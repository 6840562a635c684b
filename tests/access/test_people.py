"""Passwords are hashed, keys and sessions kept as digests; groups hide documents from all but their members."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kb.access import people as module
from kb.access.history import History, Turn
from kb.access.people import Group, People, User
from kb.access.tables import FILE, open_desk
from kb.errors import UsageError
from kb.records import DocumentInfo, Identity


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(open_desk(tmp_path))


def info(document: str) -> DocumentInfo:
    return DocumentInfo(document, "v", "md", Identity("标题"), 1, 1)


def test_nothing_secret_is_in_the_file(people: People, tmp_path: Path) -> None:
    people.add_user("小王", "reader", "一个长长的密码123")
    key, token = people.add_key("小王", "值班室"), people.sign_in("小王", "一个长长的密码123")
    assert token is not None
    raw = (tmp_path / FILE).read_bytes() + (tmp_path / f"{FILE}-wal").read_bytes()
    for secret in ("一个长长的密码123", key, token):
        assert secret.encode() not in raw
    with sqlite3.connect(tmp_path / FILE) as c:
        assert c.execute("select password from users").fetchone()[0].startswith("$argon2id$")
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0  # nobody else of the machine reads it


def test_a_session_ends_with_sign_out_a_new_password_a_stop_and_time(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enter() -> str:
        token = people.sign_in("小王", "密码0123456789")
        assert token is not None
        assert people.find_by_session(token) == User("小王", "editor", has_password=True)
        return token

    people.add_user("小王", "editor", "密码0123456789")
    token = enter()
    people.sign_out(token)
    assert people.find_by_session(token) is None
    token = enter()
    people.change_user("小王", password="密码0123456789")
    assert people.find_by_session(token) is None
    token = enter()
    later = module.time() + 13 * 3600
    monkeypatch.setattr(module, "time", lambda: later)
    assert people.find_by_session(token) is None
    token = enter()
    people.change_user("小王", disabled=True)
    assert (people.find_by_session(token), people.sign_in("小王", "密码0123456789")) == (None, None)


def test_a_key_ends_when_withdrawn_or_with_its_user(people: People) -> None:
    people.add_user("小王", "reader")
    first, second = people.add_key("小王"), people.add_key("小王")
    assert people.find_by_key(first) == User("小王")
    people.remove_key(next(k.id for k in people.find_keys()))
    assert [people.find_by_key(k) for k in (first, second)].count(None) == 1
    people.remove_user("小王")
    assert [people.find_by_key(k) for k in (first, second)] == [None, None]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda p: p.add_user("小 王", "reader"), "用户名"),  # a space
        (lambda p: p.add_user("x" * 41, "reader"), "用户名"),
        (lambda p: p.add_user("甲", "root"), "角色"),
        (lambda p: p.add_user("甲", "reader", "太短"), "密码"),
        (lambda p: (p.add_user("甲", "reader"), p.add_user("甲", "admin")), "已经存在"),
        (lambda p: p.change_user("无", role="admin"), "没有用户"),
        (lambda p: p.remove_user("无"), "没有用户"),
        (lambda p: p.add_key("无"), "没有用户"),
        (lambda p: (p.add_user("甲", "reader"), p.add_key("甲", key="short")), "12"),
        (lambda p: p.set_group("组", ["  "], []), "范围"),
        (lambda p: p.set_group("组", ["内部/"], ["无"]), "没有用户"),
    ],
)
def test_what_is_refused_says_why(people: People, call, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=said):
        call(people)


@pytest.mark.parametrize(
    ("pattern", "document", "held"),
    [
        ("内部/", "内部/纪要.md", True),  # a folder
        ("内部", "内部/甲/纪要.md", True),  # with or without the stroke, to any depth
        ("内部", "内部通报.md", False),  # a name that only begins alike
        ("*.docx", "甲/乙.docx", True),
        ("甲.md", "甲.md", True),
        ("甲.md", "乙/甲.md", False),
        ("内部/*[2024]*", "内部/纪要2.md", True),  # shell patterns
    ],
)
def test_what_a_group_holds(pattern: str, document: str, held: bool) -> None:
    assert Group("组", (pattern,)).holds(document) is held


def test_a_document_of_two_groups_is_open_to_members_of_either(people: People) -> None:
    for name in ("甲", "乙", "丙"):
        people.add_user(name, "reader")
    people.set_group("机密", ["内部/"], ["甲"])
    people.set_group("纪要", ["内部/纪要.md"], ["乙"])
    users = {u.name: u for u in people.find_users()}

    def seen(name: str) -> list[str]:
        permits = people.permits(users[name])
        assert permits is not None
        return [d for d in ("公开.md", "内部/纪要.md", "内部/报告.md") if permits(info(d))]

    assert {n: seen(n) for n in users} == {
        "甲": ["公开.md", "内部/纪要.md", "内部/报告.md"],
        "乙": ["公开.md", "内部/纪要.md"],
        "丙": ["公开.md"],
    }
    assert people.permits(User("主管", "admin")) is None
    people.remove_group("机密")
    assert seen("丙") == ["公开.md", "内部/报告.md"]


def test_conversations_are_their_users_own(tmp_path: Path) -> None:
    history = History(open_desk(tmp_path))
    turn = Turn("谁清扫？", "<article>街道</article>", "街道", "a1", ("内部/纪要.md",))
    mine = history.add("甲", "", turn)
    assert history.add("甲", mine, Turn("那二级呢？", "<p>无</p>", "无")) == mine
    assert history.get_turns("甲", mine, {"内部/纪要.md"})[0] == turn
    # A document that may no longer be read takes the turns that quote it out of sight.
    assert [t.question for t in history.get_turns("甲", mine, set())] == ["那二级呢？"]
    assert history.get_turns("乙", mine, {"内部/纪要.md"}) == ()
    assert history.add("乙", mine, turn) != mine  # another's conversation is not joined but a new one begun
    history.remove("乙", mine)
    assert [c.title for c in history.find("甲")] == ["谁清扫？"]
    history.remove("甲", mine)
    assert (history.find("甲"), len(history.find("乙"))) == ((), 1)
