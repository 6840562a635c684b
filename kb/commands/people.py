"""Who may enter: ``kb users`` lists, adds, changes and removes users, and hands out keys."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass

from kb.access.people import MIN_PASSWORD, ROLE_NAMES, ROLES, People
from kb.access.tables import open_desk
from kb.commands.arguments import AddCommand, print_json
from kb.config import Settings
from kb.errors import LibraryMissing, UsageError

_VERBS = ("list", "add", "password", "role", "key", "remove")


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("users", _users, "管理可以登录的用户：list add password role key remove")
    sub.add_argument("verb", nargs="?", default="list", choices=_VERBS, metavar="动作", help="、".join(_VERBS))
    sub.add_argument("name", nargs="?", default="", metavar="用户名")
    sub.add_argument("--role", choices=ROLES, help="reader 查阅、editor 编辑、admin 管理；默认 reader")
    sub.add_argument("--no-password", action="store_true", help="add：不设密码，只用密钥")


def _users(args: argparse.Namespace, settings: Settings) -> int:
    if not (settings.library / "library.sqlite").exists():
        raise LibraryMissing(
            f"{settings.library} 中没有知识库，请先运行 kb ingest 文件夹 --library {settings.library}。"
        )
    people = People(open_desk(settings.library))
    if args.verb == "list":
        _list(people, args.json)
        return 0
    if not args.name:
        raise UsageError(f"请写出用户名，如 kb users {args.verb} 小王。")
    result = {"user": args.name, "done": args.verb}
    if args.verb == "add":
        people.add_user(args.name, args.role or "reader", None if args.no_password else _ask_password())
    elif args.verb == "password":
        people.change_user(args.name, password=_ask_password())
    elif args.verb == "role":
        if args.role is None:
            raise UsageError("请用 --role 写出角色：reader、editor 或 admin。")
        people.change_user(args.name, role=args.role)
    elif args.verb == "key":
        result["key"] = people.add_key(args.name)
    else:
        people.remove_user(args.name)
    if args.json:
        print_json(result)
    else:
        print(result.get("key") or f"用户“{args.name}”：{args.verb} 完成。正在运行的网页半分钟内生效。")
    return 0


def _list(people: People, as_json: bool) -> None:
    users = people.find_users()
    if as_json:
        rows = [{"name": u.name, "role": u.role, "groups": sorted(u.groups), "disabled": u.disabled} for u in users]
        print_json({"users": rows})
        return
    for u in users:
        groups = "、".join(sorted(u.groups)) or "—"
        print("\t".join([u.name, ROLE_NAMES[u.role], groups, *(["已停用"] if u.disabled else [])]))
    if not users:
        print("还没有用户；建立第一个：kb users add 用户名 --role admin")


def _ask_password() -> str:
    """From the terminal, typed twice; from a pipe, its first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass(f"密码（至少 {MIN_PASSWORD} 个字符）：")
    if getpass("再输一次：") != password:
        raise UsageError("两次输入的密码不同，请重来。")
    return password
