"""Commands that serve, score and mend a library: ``kb eval``, ``kb serve``, ``kb doctor``, ``kb rebuild``."""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

from kb.commands.arguments import AddCommand, print_json
from kb.config import Settings
from kb.errors import UsageError


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("eval", _eval, "用题集评测")
    sub.add_argument("suites", nargs="+", type=Path, metavar="SUITE.jsonl")
    sub.add_argument("--errors", type=int, default=0, metavar="N", help="列出前 N 道有误的题，应有与实得对照")
    sub = add("serve", _serve, "启动网页与接口")
    sub.add_argument("--host")
    sub.add_argument("--port", type=int)
    add("doctor", _doctor, "检查安装与知识库")
    add("rebuild", _rebuild, "由库内正文重建全文与向量索引")


def _eval(args: argparse.Namespace, settings: Settings) -> int:
    from kb.evaluate import format_errors, format_scores
    from kb.suites import evaluate_suite
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    for suite in args.suites:
        if not suite.is_file():
            raise UsageError(f"找不到题集 {suite}，请检查路径。")
        scores = evaluate_suite(suite, space)
        if args.json:
            print_json(scores)
        else:
            print(format_scores(scores))
            if args.errors:
                print(format_errors(scores, args.errors))
    return 0


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import replace

    from kb.web.app import serve

    serve(replace(settings, host=args.host or settings.host, port=args.port or settings.port))
    return 0


def _doctor(args: argparse.Namespace, settings: Settings) -> int:
    from kb.doctor import check_installation, check_library

    problems = [*check_installation(settings), *check_library(settings)]
    if args.json:
        print_json({"problems": [{"severity": p.severity, "message": p.message, "remedy": p.remedy} for p in problems]})
    else:
        for p in problems:
            print(f"[{p.severity}] {p.message} 处理办法：{p.remedy}")
        if not problems:
            print("安装与知识库均正常。")
    return 3 if any(p.severity == "error" for p in problems) else 0


def _rebuild(args: argparse.Namespace, settings: Settings) -> int:
    from kb.workspace import open_workspace

    began = perf_counter()
    space = open_workspace(settings, adopt=True)
    space.library.rebuild()
    result = {"documents": len(space.library.find_documents()), "seconds": round(perf_counter() - began, 1)}
    print_json(result) if args.json else print(
        f"已重建 {result['documents']} 份文件的索引，用时 {result['seconds']} 秒。"
    )
    return 0
