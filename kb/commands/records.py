"""Commands about answers that were given: ``kb records``, ``kb verify``, ``kb feedback``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from kb.commands.arguments import AddCommand, print_json
from kb.config import Settings
from kb.errors import UsageError


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("records", _records, "答复记录：列出、查看、导出 Word")
    sub.add_argument("id", nargs="?", metavar="编号", help="编号或其开头；不写则列出最近的记录")
    sub.add_argument("--docx", type=Path, metavar="FILE", help="把这条记录写成带脚注的 Word 文件")
    sub.add_argument("-n", type=int, default=20, help="列出条数，默认 20")
    sub = add("verify", _verify, "复核答复记录：引文是否仍与库内原文一致")
    sub.add_argument("ids", nargs="*", metavar="编号", help="编号或其开头；不写则复核全部")
    sub = add("feedback", _feedback, "评价一条答复，或导出评价作评测题")
    sub.add_argument("id", nargs="?", metavar="编号")
    sub.add_argument("verdict", nargs="?", choices=("right", "partial", "wrong"), metavar="right|partial|wrong")
    sub.add_argument("--why", default="", help="理由")
    sub.add_argument("--by", default="", help="评价人")
    sub.add_argument("--export", type=Path, metavar="FILE", help="把全部评价写成评测题，每行一题")


def _records(args: argparse.Namespace, settings: Settings) -> int:
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    if args.id is None:
        if args.docx is not None:
            raise UsageError("请写出要导出的记录编号，例如 kb records 20261124-3f2a --docx 答复.docx。")
        rows = space.library.answers.find(limit=args.n)
        if args.json:
            print_json(rows)
        for row in rows if not args.json else ():
            print(f"{row['id']}  {row['asked_at']}  {row['answer']['status']}  {row['question']}")
        if not rows and not args.json:
            print("还没有答复记录；用 kb ask 提问后即有。")
        return 0
    record = space.get_record(args.id)
    if args.docx is not None:
        from kb.export_answer import export_answer

        args.docx.write_bytes(export_answer(record.answer))
        print(f"已写出 {args.docx}。")
    elif args.json:
        print_json(record.body)
    else:
        print(
            f"{record.id}（{record.body['asked_at']}，以 {record.body['as_of']} 为准）\n问：{record.body['question']}\n"
        )
        print(record.answer["text"])
    return 0


def _verify(args: argparse.Namespace, settings: Settings) -> int:
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    book = space.library.answers
    ids = args.ids or [row["id"] for row in book.find(limit=book.count())]
    checked = [space.verify_record(id) for id in ids]
    if args.json:
        print_json([{"id": v.id, "ok": v.ok, "faults": list(v.faults), "changes": list(v.changes)} for v in checked])
    else:
        for v in checked:
            print(f"{v.id}  {'相符' if v.ok else '不符'}")
            for line in (*v.faults, *v.changes):
                print(f"    {line}")
        print(f"复核 {len(checked)} 条，不符 {sum(not v.ok for v in checked)} 条。")
    return 1 if any(not v.ok for v in checked) else 0


def _feedback(args: argparse.Namespace, settings: Settings) -> int:
    from kb.answer.record import export_feedback
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    if args.export is not None:
        rows: list[Any] = export_feedback(space.library)
        args.export.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        print(f"已写出 {len(rows)} 题：{args.export}。")
        return 0
    if args.id is None or args.verdict is None:
        raise UsageError(
            '请写出编号和评价，例如 kb feedback 20261124-3f2a wrong --why "引的是旧条例"；或用 --export 导出。'
        )
    space.give_feedback(args.id, args.verdict, args.why, args.by)
    print("已记下。")
    return 0
