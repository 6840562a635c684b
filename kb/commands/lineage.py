"""Commands about what holds when: ``kb timeline``, ``kb blame``, ``kb lineage``."""

from __future__ import annotations

import argparse
import getpass
from datetime import date, datetime
from typing import Any

from kb.commands.arguments import AddCommand, parse_day, print_json
from kb.config import Settings
from kb.errors import DocumentMissing, UsageError
from kb.library.library import Library
from kb.records import Correction

LINK_WORDS = {
    "edition": "同一作品的版次",
    "copy": "同一文本",
    "replaces": "接替",
    "amends": "修改",
    "series": "同名系列",
}


def add_commands(add: AddCommand) -> None:
    """The commands of this module."""
    sub = add("timeline", _timeline, "一份文件或一个主题的沿革：施行、修改、废止、届满与空窗")
    sub.add_argument("target", metavar="TARGET", help="库内文件、文号、题名，或主题词")
    sub.add_argument("--as-of", type=parse_day, metavar="DATE", help="按哪一天看效力，默认今天")
    sub = add("blame", _blame, "每一条款的措辞自何时起、出自哪一版次")
    sub.add_argument("document", metavar="DOCUMENT", help="库内文件或文件@版本")
    sub.add_argument("clause", nargs="?", metavar="CLAUSE", help="只看一条，逐句列出，如 第十一条")
    sub = add("lineage", _lineage, "一份文件的版次、关系与有效期间；也用来更正推定的关系和日期")
    sub.add_argument("document", nargs="?", metavar="DOCUMENT", help="不写则列出全部更正")
    sub.add_argument("--link", metavar="OTHER", help="更正：与 OTHER 是同一作品的版次")
    sub.add_argument("--unlink", metavar="OTHER", help="更正：与 OTHER 不是同一作品的版次")
    sub.add_argument("--begins", type=parse_day, metavar="DATE", help="更正：自这一天起施行")
    sub.add_argument("--ends", type=parse_day, metavar="DATE", help="更正：自这一天起不再有效")
    sub.add_argument("--note", default="", metavar="理由")
    sub.add_argument("--by", metavar="姓名", help="更正人，默认当前系统用户")
    sub.add_argument("--withdraw", type=int, metavar="ID", help="撤回一项更正")


def _timeline(args: argparse.Namespace, settings: Settings) -> int:
    from kb.timeline import describe_timeline, find_named, find_topic_timelines, format_timeline
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    day = args.as_of or date.today()
    documents = find_named(space.library.find_documents(), args.target)
    if not documents:
        documents = list(dict.fromkeys(h.passage.document for h in space.search(args.target, k=20)[0]))
    found = find_topic_timelines(space.library.lineage(), documents)
    if args.json:
        print_json([format_timeline(t, day) for t in found])
    else:
        print("\n\n".join(describe_timeline(t, day) for t in found) or "没有找到相关文件。")
    return 0


def _blame(args: argparse.Namespace, settings: Settings) -> int:
    from kb.blame import describe_blame, find_blame, format_blame
    from kb.workspace import open_workspace

    space = open_workspace(settings)
    document, _, wanted = args.document.partition("@")
    blame = find_blame(space.library, document, wanted or None, clause=args.clause)
    if args.json:
        print_json(format_blame(blame))
    else:
        print(describe_blame(blame, sentences=args.clause is not None))
    return 0


def _lineage(args: argparse.Namespace, settings: Settings) -> int:
    from kb.workspace import open_workspace

    library = open_workspace(settings).library
    if args.withdraw is not None:
        library.withdraw_correction(args.withdraw)
    if args.document is None:
        if args.json:
            print_json(format_corrections(library))
        else:
            print("\n".join(_describe_correction(c) for c in library.find_corrections()) or "没有更正。")
        return 0
    if args.link or args.unlink or args.begins or args.ends:
        library.correct(_read_correction(args))
    result = format_lineage(library, args.document)
    if args.json:
        print_json(result)
    else:
        print(_describe_lineage(result))
    return 0


def _read_correction(args: argparse.Namespace) -> Correction:
    days = bool(args.begins or args.ends)
    if sum((bool(args.link), bool(args.unlink), days)) > 1:
        raise UsageError("一次只能作一项更正：--link、--unlink，或 --begins/--ends。")
    return Correction(
        "link" if args.link else "unlink" if args.unlink else "dates",
        args.document, args.link or args.unlink, args.begins, args.ends, args.note,
        args.by or getpass.getuser(), datetime.now().isoformat(timespec="seconds"),
    )  # fmt: skip


def format_lineage(library: Library, document: str) -> dict[str, Any]:
    """The JSON of ``kb lineage``: the editions of a document's work and its links with their reasons."""
    from kb.blame import format_edition

    lineage = library.lineage()
    work = lineage.work(document)
    if work is None:
        raise DocumentMissing(f"库中没有“{document}”，请核对名称。")
    return {
        "document": document,
        "work": work.name,
        "series": work.series,
        "editions": [format_edition(e) for e in work.editions],
        "links": [
            {
                "kind": k.kind, "older": k.older[0], "newer": k.newer[0], "confidence": k.confidence,
                "reasons": list(k.reasons), "quote": k.act.basis.quote if k.act is not None else None,
            }
            for k in lineage.links_of(document)
        ],
    }  # fmt: skip


def format_corrections(library: Library) -> list[dict[str, Any]]:
    """What users said about lineage."""
    return [
        {
            "id": c.id, "kind": c.kind, "document": c.document, "other": c.other,
            "begins": c.begins.isoformat() if c.begins else None, "ends": c.ends.isoformat() if c.ends else None,
            "note": c.note, "by": c.made_by, "at": c.made_at,
        }
        for c in library.find_corrections()
    ]  # fmt: skip


def _describe_lineage(result: dict[str, Any]) -> str:
    lines = [f"作品：{result['work']}" + ("（同名系列，互不取代）" if result["series"] else "")]
    for e in result["editions"]:
        until = f"至 {e['ends']} 前" if e["ends"] else "至今"
        exact = "" if e["exact"] else "（推定）"
        lines.append(f"  {e['begins'] or '日期不详'}{exact} {until}  {e['document']}  {e['number'] or ''}".rstrip())
        lines += [f"      {end['on'] or '日期不详'} {end['quote']}" for end in e["endings"]]
    for k in result["links"]:
        reasons = "，".join(k["reasons"])
        lines.append(f"  {LINK_WORDS[k['kind']]}（{k['confidence']:.0%}）：{k['older']} → {k['newer']}；{reasons}")
    return "\n".join(lines)


def _describe_correction(c: Correction) -> str:
    what = {
        "link": f"与 {c.other} 同一作品",
        "unlink": f"与 {c.other} 不是同一作品",
        "dates": f"{c.begins or '…'} 至 {c.ends or '…'}",
    }
    return f"{c.id}  {c.document}  {what[c.kind]}  {c.made_by} {c.made_at}  {c.note}".rstrip()
