"""Commands that question the library: ``kb search``, ``kb ask``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kb.commands.arguments import AddCommand, parse_day, print_json
from kb.config import Settings
from kb.errors import UsageError
from kb.formats import format_answer, format_search


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    for name, run, help in (("search", _search, "检索条文"), ("ask", _ask, "提问")):
        sub = add(name, run, help)
        sub.add_argument("question", nargs="?", metavar="问题")
        sub.add_argument("--batch", type=Path, metavar="IN", help="每行一个 {id, question, as_of?} 的文件")
        sub.add_argument("--out", type=Path, metavar="OUT", help="批量结果文件，默认标准输出")
        sub.add_argument("--as-of", type=parse_day, metavar="DATE", help="以该日为准，如 2026-11-24")
        if name == "ask":
            sub.add_argument(
                "--after", action="append", default=[], metavar="前问", help="此前问过的问题，可重复，先问的在前"
            )
        if name == "search":
            sub.add_argument("-k", type=int, default=10, help="条数，默认 10")


def _questions(args: argparse.Namespace) -> Iterator[tuple[str | None, str, date | None]]:
    if args.batch is None:
        if not args.question:
            raise UsageError('请写出问题，或用 --batch 指定问题文件，例如 kb ask "小广告谁来清？"')
        yield None, args.question, args.as_of
        return
    if not args.batch.is_file():
        raise UsageError(f"找不到问题文件 {args.batch}，请检查路径。")
    for number, line in enumerate(args.batch.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            day = date.fromisoformat(row["as_of"]) if row.get("as_of") else args.as_of
            yield row.get("id"), str(row["question"]), day
        except (ValueError, KeyError, TypeError) as e:
            raise UsageError(f"{args.batch} 第 {number} 行不是 {{id, question, as_of?}} 的 JSON，请改正后重试。") from e


def _answer_each(
    args: argparse.Namespace, one: Callable[[str | None, str, date | None], Any], show: Callable[[Any], str]
) -> int:
    questions = list(_questions(args))
    if args.out is not None:
        with args.out.open("w", encoding="utf-8") as out:
            for number, question in enumerate(questions, 1):
                out.write(json.dumps(one(*question), ensure_ascii=False) + "\n")
                print(f"\r[{number}/{len(questions)}]", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        return 0
    for question in questions:
        result = one(*question)
        if args.json or args.batch:
            print_json(result)
        else:
            print(show(result))
    return 0


def _search(args: argparse.Namespace, settings: Settings) -> int:
    from kb.workspace import open_workspace

    space = open_workspace(settings)

    def one(id: str | None, question: str, as_of: date | None) -> Any:
        hits, elapsed = space.search(question, k=args.k, as_of=as_of)
        return format_search(question, hits, elapsed, id)

    def show(result: Any) -> str:
        return (
            "\n\n".join(
                f"{n}. 《{h['title']}》 {h['clause']}（{h['document']}）\n{h['text']}"
                for n, h in enumerate(result["hits"], 1)
            )
            or "没有找到相关条文。"
        )

    return _answer_each(args, one, show)


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    from kb.answer.compose import STATUS_WORDS, shorten
    from kb.workspace import open_workspace

    space = open_workspace(settings)

    def one(id: str | None, question: str, as_of: date | None) -> Any:
        answer = space.ask(question, as_of=as_of, history=args.after)
        return format_answer(answer if args.batch else space.record(answer), id)

    def show(result: Any) -> str:
        basis = [
            f"[{c['n']}] 《{c['title']}》 {c['clause']}：“{shorten(c['quote'])}”（{STATUS_WORDS[c['status']]}）"
            for c in result["citations"]
        ]
        kept = ["", f"记录编号：{result['id']}"] if result["id"] else []
        used = result.get("model")
        if used:
            cost = f"，费用 {used['cost']:.4f} {used['currency']}" if used["cost"] is not None else ""
            about = "约 " if used["estimated"] else ""
            kept.append(
                f"语言模型 {used['name']}：读 {about}{used['prompt_tokens']}、写 {about}{used['completion_tokens']} 词元{cost}"
            )
        return "\n".join([result["text"], *(["", "出处：", *basis] if basis else []), *kept])

    return _answer_each(args, one, show)
