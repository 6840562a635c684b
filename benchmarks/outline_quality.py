"""How well titles, numbers, dates, headings and articles are read: scores on outline.jsonl, gaps over the statutes.

    python benchmarks/outline_quality.py [DATA] [--statutes] [--show]

DATA is the folder with ``documents`` and ``benchmarks`` (default: beside the project). Read-only.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from ingest.parse import parse_document
from ingest.report import format_outline
from kb.config import Limits
from kb.errors import UnreadableFile

FIELDS = ("title", "doc_number", "issuer", "adopted_on", "effective_on")
ROOT = Path(__file__).resolve().parent.parent


def squeeze(words: str | None) -> str:
    """Words without the spaces and bracket widths that carry no meaning."""
    plain = re.sub(r"\s", "", words or "")
    return plain.translate(str.maketrans("（），：；", "(),:;"))


def gold_headings(case: dict[str, Any], text: str) -> list[tuple[str, str, int]]:
    """(label, title, start) of every heading; its quote is found in order, so that repeats keep their places."""
    at, found = 0, []
    for h in case["headings"]:
        quote = (h.get("title_lines") or [h["heading_quote"]])[0]
        place = text.find(quote, at)
        while place > 0 and text[:place].rsplit("\n", 1)[-1].strip(" \t\u3000\u2003#*"):
            place = text.find(quote, place + 1)
        found.append((squeeze(h["label"]), squeeze(h["title"]), place))
        at = max(at, place + 1)
    return found


def score_case(case: dict[str, Any], documents: Path) -> dict[str, Any]:
    """Hits, misses and extras of one document; a list item named under ``items`` is neither."""
    path = documents / case["document"]
    parsed = parse_document(path.name, path.read_bytes(), Limits())
    outline = format_outline(parsed)
    text = parsed.version.text
    gold = gold_headings(case, text)
    neutral = {text.find(i["heading_quote"]) for i in case.get("items") or []}
    found = [(squeeze(h["label"]), squeeze(h["title"]), h["start"]) for h in outline["headings"]]
    found = [(a, b, s + len(text[s : s + 9]) - len(text[s : s + 9].lstrip(" \u3000\u2003#*"))) for a, b, s in found]
    fields = {f: outline[f] == case[f] or squeeze(outline[f]) == squeeze(case[f]) for f in FIELDS}
    revised = [d.isoformat() for d in parsed.version.identity.revised_on]
    fields["revised_on"] = revised == case["revised_on"]
    starts = {text.find(q) for q in case.get("not_headings") or []}
    return {
        "id": case["id"],
        "hits": [g for g in gold if g in found],
        "missed": [g for g in gold if g not in found],
        "extra": [f for f in found if f not in gold and f[2] not in neutral],
        "fields": fields,
        "wrong": {f: (outline.get(f), case[f]) for f, ok in fields.items() if not ok},
        "articles": (outline["articles"], case["articles"] or 0),
        "false": [f for f in found if f[2] in starts and f not in gold],
    }


def score_outlines(data: Path, *, show: bool) -> dict[str, Any]:
    """Heading F1, exact fields and article counts over outline.jsonl."""
    cases = [json.loads(x) for x in (data / "benchmarks/governance/outline.jsonl").read_text("utf-8").splitlines()]
    results = []
    for case in cases:
        try:
            results.append(score_case(case, data / "documents"))
        except UnreadableFile as e:
            print(f"{case['id']} unreadable: {e}")
    hits, missed, extra = (sum(len(r[k]) for r in results) for k in ("hits", "missed", "extra"))
    fields = [ok for r in results for ok in r["fields"].values()]
    if show:
        for r in results:
            print(r["id"], "missed", r["missed"], "extra", r["extra"], "fields", r["wrong"], "articles", r["articles"])
    return {
        "documents": len(results),
        "heading_f1": round(2 * hits / (2 * hits + missed + extra), 4) if hits else 0.0,
        "fields_exact": round(sum(fields) / len(fields), 4),
        "articles_right": sum(r["articles"][0] == r["articles"][1] for r in results),
        "false_headings": sum(len(r["false"]) for r in results),
    }


def scan_statutes(data: Path) -> dict[str, Any]:
    """Doubts over all statutes, and the files whose articles do not count on."""
    counts: Counter[str] = Counter()
    gaps: list[str] = []
    characters, started = 0, time.perf_counter()
    for path in sorted((data / "documents/laws").rglob("*.md")):
        document = path.relative_to(data / "documents").as_posix()
        version = parse_document(document, path.read_bytes(), Limits()).version
        characters += len(version.text)
        kinds = {d.kind for d in version.doubts}
        counts.update(kinds)
        gaps += [f"{path.name}: {d.message}" for d in version.doubts if d.kind.startswith(("article-", "duplicate-"))]
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 1),
        "characters": characters,
        "characters_per_second": round(characters / seconds),
        "files_by_doubt": dict(counts.most_common()),
        "article_doubts": gaps,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path, nargs="?", default=ROOT.parent / "shared" / "data")
    options.add_argument("--statutes", action="store_true", help="also read every statute")
    options.add_argument("--show", action="store_true", help="list what was missed and what was too much")
    args = options.parse_args()
    print(json.dumps(score_outlines(args.data, show=args.show), ensure_ascii=False))
    if args.statutes:
        print(json.dumps(scan_statutes(args.data), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
