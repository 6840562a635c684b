"""Commands about documents and their versions: ``kb show``, ``kb compare``."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from kb.commands.arguments import AddCommand, print_json
from kb.config import Settings
from kb.formats import format_document
from kb.records import Version


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("show", _show, "显示文件正文、结构、版本与效力")
    sub.add_argument("document")
    sub = add("compare", _compare, "两个版本逐条对照")
    sub.add_argument("old", metavar="OLD", help="库内文件、文件@版本，或磁盘上的文件")
    sub.add_argument("new", metavar="NEW")
    sub.add_argument("more", metavar="NEXT", nargs="*", help="更多版本，按先后排列，输出条款矩阵")
    sub.add_argument("--out", metavar="FILE", help="另存为 .docx（修订样式）、.xlsx 或 .html")
    sub = add("series", _series, "历年报告并列：数据、变化与可比性、栏目、主题与表述")
    sub.add_argument("documents", metavar="DOCUMENT", nargs="+", help="库内的历年报告，两份以上")
    sub.add_argument("--theme", metavar="词", help="列出历年关于这个词的表述，如 推诿")


def _show(args: argparse.Namespace, settings: Settings) -> int:
    from kb.blame import describe_validity, format_edition
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    document, _, wanted = args.document.partition("@")
    version = space.library.get_version(document, wanted or None)
    lineage = space.library.lineage()
    edition, work = lineage.edition(document, version.id), lineage.work(document, version.id)
    status = space.library.status_of(document, date.today(), version.id)
    result = format_document(version, space.library.find_versions(document), status)
    if edition is not None:
        result["validity"] = format_edition(edition)
        result["editions"] = [format_edition(e) for e in work.editions] if work is not None else []
    if args.json:
        print_json(result)
        return 0
    print(f"《{result['title']}》 {result['number'] or ''} {result['level'] or ''} {result['status']}")
    if edition is not None:
        print(describe_validity(edition))
    print(f"\n{version.text}")
    return 0


def _compare(args: argparse.Namespace, settings: Settings) -> int:
    from kb.agencies import Agencies
    from kb.compare.format import describe_comparison, describe_matrix, format_comparison, format_matrix
    from kb.compare.matrix import build_matrix
    from kb.export_comparison import write_comparison
    from kb.words import Words

    versions = [read_version(name, settings) for name in (args.old, args.new, *args.more)]
    words = Words.load(settings.dictionary)
    matrix = build_matrix(versions, Agencies.load(settings.agencies), words)
    if args.out:
        write_comparison(Path(args.out), matrix, words)
    if len(versions) == 2:
        comparison = matrix.comparisons[0]
        print_json(format_comparison(comparison)) if args.json else print(describe_comparison(comparison))
    else:
        print_json(format_matrix(matrix)) if args.json else print(describe_matrix(matrix))
    return 0


def _series(args: argparse.Namespace, settings: Settings) -> int:
    from kb.compare.series import build_series
    from kb.compare.series_format import describe_series, format_series
    from kb.errors import UsageError
    from kb.workspace import open_workspace

    if len(args.documents) < 2:
        raise UsageError("请给出两份以上的历年报告。")
    space = open_workspace(settings)
    reports = [space.library.get_version(d) for d in args.documents]
    figures = {d: space.library.find_figures(documents=[d]) for d in args.documents}
    series = build_series(reports, figures, space.words)
    if args.json:
        print_json(format_series(series, args.theme))
    else:
        print(describe_series(series, args.theme))
    return 0


def read_version(name: str, settings: Settings) -> Version:
    """A document in the library (``DOCUMENT@version`` for an earlier text), or a file on disk."""
    from ingest.parse import parse_document
    from kb.workspace import open_workspace

    if Path(name).is_file():
        return parse_document(Path(name).name, Path(name).read_bytes(), settings.limits).version
    document, _, wanted = name.partition("@")
    return open_workspace(settings).library.get_version(document, wanted or None)
