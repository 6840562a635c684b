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
    from kb.agencies import Agencies
    from kb.compare.comparison import compare_versions
    from kb.compare.format import CHANGE_WORDS, FLAG_WORDS, format_comparison, label_of
    from kb.words import Words

    comparison = compare_versions(
        read_version(args.old, settings),
        read_version(args.new, settings),
        Agencies.load(settings.agencies),
        Words.load(settings.dictionary),
    )
    if args.json:
        print_json(format_comparison(comparison))
        return 0
    for row in comparison.rows:
        if row.change != "unchanged":
            sides = ("、".join(label_of(c) for c in clauses) or "—" for clauses in (row.old, row.new))
            print(f"{' → '.join(sides)}  {CHANGE_WORDS[row.change]}")
            for flag in row.flags:
                print(f"    [{FLAG_WORDS[flag.kind]}] {flag.note}")
    for was, now in comparison.renames:
        print(f"机构更名：{was} → {now}")
    return 0


def read_version(name: str, settings: Settings) -> Version:
    """A document in the library (``DOCUMENT@version`` for an earlier text), or a file on disk."""
    from ingest.parse import parse_document
    from kb.workspace import open_workspace

    if Path(name).is_file():
        return parse_document(Path(name).name, Path(name).read_bytes(), settings.limits).version
    document, _, wanted = name.partition("@")
    return open_workspace(settings).library.get_version(document, wanted or None)
