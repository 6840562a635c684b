"""The responsibility table: ``kb duties``."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from kb.commands.arguments import AddCommand, parse_day, print_json
from kb.config import Settings
from kb.errors import UsageError


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("duties", _duties, "职责表：谁负责、冲突、缺口、变化")
    sub.add_argument("--agency", metavar="机构", help="只看某一机构，别名也算，如 市城管局")
    sub.add_argument("--task", metavar="事项", help="只看某一事项，几个词用空格分开，如 “小广告 清除”")
    sub.add_argument("--place", metavar="地域", help="只看在某地适用的规定，如 云泽市")
    sub.add_argument("--as-of", type=parse_day, metavar="DATE", help="以该日为准，默认今天")
    sub.add_argument("--conflicts", action="store_true", help="列出互相矛盾的规定")
    sub.add_argument("--gaps", action="store_true", help="列出未见规定责任单位的事项")
    sub.add_argument("--between", nargs=2, type=parse_day, metavar=("A", "B"), help="列出两日之间的变化")
    sub.add_argument("--export", type=Path, metavar="FILE", help="导出为 .xlsx 或 .docx，附原文和出处")


def _duties(args: argparse.Namespace, settings: Settings) -> int:
    from kb.export import format_lines, format_map, write_file
    from kb.responsibility.map import Sources, Wanted, find_responsibility
    from kb.workspace import open_workspace

    between = tuple(args.between) if args.between else None
    if between is not None and between[0] >= between[1]:
        raise UsageError(f"--between 的两个日期应由早到晚，现为 {between[0]} 和 {between[1]}。")
    space = open_workspace(settings)
    sources = Sources(space.library, space.searcher.catalogue(), space.agencies, space.words)
    wanted = Wanted(
        args.as_of or date.today(), args.agency, args.task, args.place, args.conflicts, args.gaps, between
    )  # fmt: skip
    found = find_responsibility(sources, wanted)
    if args.export is not None:
        write_file(found, space.agencies, args.export)
    if args.json:
        print_json(format_map(found, space.agencies))
    elif args.export is None:
        print("\n".join(format_lines(found)))
    return 0
