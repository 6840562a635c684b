"""Commands about documents and their versions: ``kb show``, ``kb compare``."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from kb.commands.arguments import AddCommand, print_json
from kb.config import Settings
from kb.formats import format_document
from kb.records import Version

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


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("show", _show, "显示文件正文、结构、版本与效力")
    sub.add_argument("document")
    sub = add("compare", _compare, "两个版本逐条对照")
    sub.add_argument("old", metavar="OLD", help="库内文件、文件@版本，或磁盘上的文件")
    sub.add_argument("new", metavar="NEW")


def _show(args: argparse.Namespace, settings: Settings) -> int:
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    document, _, wanted = args.document.partition("@")
    version = space.library.get_version(document, wanted or None)
    status = space.library.status_of(document, date.today(), version.id)
    result = format_document(version, space.library.find_versions(document), status)
    if args.json:
        print_json(result)
    else:
        print(
            f"《{result['title']}》 {result['number'] or ''} {result['level'] or ''} {result['status']}\n\n{version.text}"
        )
    return 0


def _compare(args: argparse.Namespace, settings: Settings) -> int:
    from kb.compare import compare_versions, format_comparison

    result = format_comparison(compare_versions(_version(args.old, settings), _version(args.new, settings)))
    if args.json:
        print_json(result)
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
