"""Commands that read files: ``kb ingest``, ``kb outline``, ``kb report``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from kb.commands.arguments import AddCommand, print_json
from kb.config import Settings
from kb.errors import UsageError


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("ingest", _ingest, "读入文件或文件夹")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    sub.add_argument("--prune", action="store_true", help="移除源文件夹中已不存在的文件")
    sub = add("outline", _outline, "只读一个文件，不入库", library=False)
    sub.add_argument("file", type=Path)
    sub = add("report", _report, "解析报告：读出了什么、存疑什么、略去什么", library=False)
    sub.add_argument("file", type=Path)


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.pipeline import ingest
    from kb.workspace import open_workspace

    space = open_workspace(settings, create=True)
    last = 0.0

    def progress(done: int, total: int, document: str) -> None:
        nonlocal last
        now = perf_counter()
        if now - last > 0.5 or done == total:
            last = now
            print(f"\r[{done}/{total}] {document[-60:]}\x1b[K", end="", file=sys.stderr, flush=True)

    report = ingest(args.paths, space.library, settings, prune=args.prune, progress=progress)
    print(file=sys.stderr)
    result = report.to_json()
    for failure in result["failed"]:
        print(f"未读入 {failure['document']}：{failure['reason']}", file=sys.stderr)
    if args.json:
        print_json(result)
    else:
        print(
            f"库内文件 {result['documents']}：新增 {result['added']}，更新 {result['updated']}，未变 {result['unchanged']}，"
            f"移除 {result['removed']}，失败 {len(result['failed'])}；段落 {result['passages']}，职责 {result['duties']}；用时 {result['seconds']:.1f} 秒"
        )
    return 1 if result["failed"] else 0


def _read_one(args: argparse.Namespace, settings: Settings) -> Any:
    from ingest.parse import parse_document

    if not args.file.is_file():
        raise UsageError(f"找不到文件 {args.file}，请检查路径。")
    return parse_document(args.file.name, args.file.read_bytes(), settings.limits)


def _outline(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.report import format_outline

    result = format_outline(_read_one(args, settings))
    if args.json:
        print_json(result)
        return 0
    print(
        f"{result['title']}（{result['doc_number'] or '无文号'}，{result['issuer'] or '发文机关未见'}），条 {result['articles']}"
    )
    for h in result["headings"]:
        print("  " * h["level"] + f"{h['label']} {h['title']}".strip())
    for w in result["warnings"]:
        print(f"存疑：{w['message'] if isinstance(w, dict) else w}", file=sys.stderr)
    return 0


def _report(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.report import describe_report, format_report

    result = format_report(_read_one(args, settings))
    print_json(result) if args.json else print(describe_report(result))
    return 0
