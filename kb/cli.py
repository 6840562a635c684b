"""The command line: parses arguments, calls one room, prints; results to stdout, progress and errors to stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from kb.config import Settings, read_settings
from kb.errors import KBError, UsageError
from kb.formats import format_answer, format_document, format_search
from kb.records import Version

Run = Callable[[argparse.Namespace, Settings], int]
CHANGE_WORDS = {
    "unchanged": "未变",
    "renumbered": "改号",
    "moved": "移位",
    "reworded": "改写",
    "merged": "合并",
    "split": "拆分",
    "added": "新增",
    "deleted": "删除",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 some inputs failed, 2 usage, 3 library missing or damaged)."""
    args = build_parser().parse_args(argv)
    try:
        run: Run = args.run
        return run(args, read_settings(library=getattr(args, "library", None)))
    except KBError as e:
        print(f"错误：{e}", file=sys.stderr)
        return e.exit_code
    except KeyboardInterrupt:
        print("已中断；已入库的文件不受影响，重新运行即可继续。", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; the shapes of design/interface.md."""
    parser = argparse.ArgumentParser(prog="kb", description="定责：政务职责知识库")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def add(name: str, run: Run, help: str, *, library: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="输出 JSON")
        if library:
            sub.add_argument("--library", metavar="DIR", help="知识库目录")
        return sub

    sub = add("ingest", _ingest, "读入文件或文件夹")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    sub.add_argument("--prune", action="store_true", help="移除源文件夹中已不存在的文件")
    for name, run, help in (("search", _search, "检索条文"), ("ask", _ask, "提问")):
        sub = add(name, run, help)
        sub.add_argument("question", nargs="?", metavar="问题")
        sub.add_argument("--batch", type=Path, metavar="IN", help="每行一个 {id, question, as_of?} 的文件")
        sub.add_argument("--out", type=Path, metavar="OUT", help="批量结果文件，默认标准输出")
        sub.add_argument("--as-of", type=_day, metavar="DATE", help="以该日为准，如 2026-11-24")
        if name == "search":
            sub.add_argument("-k", type=int, default=10, help="条数，默认 10")
    sub = add("show", _show, "显示文件正文、结构、版本与效力")
    sub.add_argument("document")
    sub = add("outline", _outline, "只读一个文件，不入库", library=False)
    sub.add_argument("file", type=Path)
    sub = add("report", _report, "解析报告：读出了什么、存疑什么、略去什么", library=False)
    sub.add_argument("file", type=Path)
    sub = add("compare", _compare, "两个版本逐条对照")
    sub.add_argument("old", metavar="OLD", help="库内文件、文件@版本，或磁盘上的文件")
    sub.add_argument("new", metavar="NEW")
    sub = add("eval", _eval, "用题集评测")
    sub.add_argument("suites", nargs="+", type=Path, metavar="SUITE.jsonl")
    sub = add("serve", _serve, "启动网页与接口")
    sub.add_argument("--host")
    sub.add_argument("--port", type=int)
    add("doctor", _doctor, "检查安装与知识库")
    add("rebuild", _rebuild, "由库内正文重建全文与向量索引")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期“{text}”应写成 2026-11-24 的样子") from None


def _print(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


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
        _print(result)
    else:
        print(
            f"库内文件 {result['documents']}：新增 {result['added']}，更新 {result['updated']}，未变 {result['unchanged']}，"
            f"移除 {result['removed']}，失败 {len(result['failed'])}；段落 {result['passages']}，职责 {result['duties']}；用时 {result['seconds']:.1f} 秒"
        )
    return 1 if result["failed"] else 0


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
            _print(result)
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
        return format_answer(space.ask(question, as_of=as_of), id)

    def show(result: Any) -> str:
        basis = [
            f"[{c['n']}] 《{c['title']}》 {c['clause']}：“{shorten(c['quote'])}”（{STATUS_WORDS[c['status']]}）"
            for c in result["citations"]
        ]
        return "\n".join([result["text"], *(["", "依据：", *basis] if basis else [])])

    return _answer_each(args, one, show)


def _show(args: argparse.Namespace, settings: Settings) -> int:
    from kb.validity import status_of
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    document, _, wanted = args.document.partition("@")
    version = space.library.get_version(document, wanted or None)
    result = format_document(version, space.library.find_versions(document), status_of(version.identity, date.today()))
    if args.json:
        _print(result)
    else:
        print(
            f"《{result['title']}》 {result['number'] or ''} {result['level'] or ''} {result['status']}\n\n{version.text}"
        )
    return 0


def _read_one(args: argparse.Namespace, settings: Settings) -> Any:
    from ingest.parse import parse_document

    if not args.file.is_file():
        raise UsageError(f"找不到文件 {args.file}，请检查路径。")
    return parse_document(args.file.name, args.file.read_bytes(), settings.limits)


def _outline(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.report import format_outline

    result = format_outline(_read_one(args, settings))
    if args.json:
        _print(result)
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
    from ingest.report import format_report

    result = format_report(_read_one(args, settings))
    _print(result) if args.json else print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


def _compare(args: argparse.Namespace, settings: Settings) -> int:
    from kb.compare import compare_versions, format_comparison

    result = format_comparison(compare_versions(_version(args.old, settings), _version(args.new, settings)))
    if args.json:
        _print(result)
        return 0
    for row in result["rows"]:
        if row["change"] != "unchanged":
            print(f"{'、'.join(row['old']) or '—'} → {'、'.join(row['new']) or '—'}  {CHANGE_WORDS[row['change']]}")
            for flag in row["flags"]:
                print(f"    [{flag['kind']}] {flag['old'] or '—'} → {flag['new'] or '—'}")
    return 0


def _version(name: str, settings: Settings) -> Version:
    """A document in the library (``DOCUMENT@version`` for an earlier text), or a file on disk."""
    from ingest.parse import parse_document
    from kb.workspace import open_workspace

    if Path(name).is_file():
        return parse_document(Path(name).name, Path(name).read_bytes(), settings.limits).version
    document, _, wanted = name.partition("@")
    return open_workspace(settings).library.get_version(document, wanted or None)


def _eval(args: argparse.Namespace, settings: Settings) -> int:
    from kb.evaluate import format_scores
    from kb.suites import evaluate_suite
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    for suite in args.suites:
        if not suite.is_file():
            raise UsageError(f"找不到题集 {suite}，请检查路径。")
        scores = evaluate_suite(suite, space)
        if args.json:
            _print(scores)
        else:
            print(format_scores(scores))
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
        _print({"problems": [{"severity": p.severity, "message": p.message, "remedy": p.remedy} for p in problems]})
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
    _print(result) if args.json else print(f"已重建 {result['documents']} 份文件的索引，用时 {result['seconds']} 秒。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
