"""Counts citations that cannot be verified, over question sets; shares no code with the product's own check.

    python -m benchmarks.check_citations --library DIR SUITE.jsonl … [--limit N]
    python -m benchmarks.check_citations --library DIR --answers OUT.jsonl      (as written by kb ask --batch)

It reads only the answers' JSON and the stored texts, and asks of every answer: is each [n] of the text among the
citations, and each citation used; is each quotation literally what stands at its place in that document; does each
number of a sentence stand in one of the quotations the sentence cites; does each body and figure point at a citation,
and stand in its quotation. What is said beside a citation in words of our own (推算, counts of items) is listed apart.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_DIGITS = "0123456789０１２３４５６７８９"
_OWN = ("推算", "项，并列", "，共", "以上规定", "为准", "年以来")  # sentences that count or reckon


def read_texts(library: Path) -> dict[str, str]:
    """document → the current text, straight from the library's file."""
    connection = sqlite3.connect(f"file:{library / 'library.sqlite'}?mode=ro", uri=True)
    try:
        return dict(connection.execute("select document, text from versions where current"))
    finally:
        connection.close()


def find_marks(text: str) -> Iterator[tuple[int, int]]:
    """Each [n]: its number and where it begins."""
    at = text.find("[")
    while at >= 0:
        end = text.find("]", at)
        inside = text[at + 1 : end] if end > at else ""
        if inside.isdigit() and len(inside) <= 3 and inside.isascii():
            yield int(inside), at
        at = text.find("[", at + 1)


def split_numbers(text: str) -> list[str]:
    """Runs of digits with their decimal point, half-width."""
    runs: list[str] = []
    current = ""
    for c in text + " ":
        if c in _DIGITS:
            current += str(_DIGITS.index(c) % 10)
        elif c in ".．" and current:
            current += "."
        else:
            if current.strip("."):
                runs.append(current.strip("."))
            current = ""
    return runs


def check_answer(answer: Json, texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """What cannot be verified in an answer, and the numbers of our own words that stand in no quotation."""
    cited = {c["n"]: c for c in answer["citations"]}
    used = {n for n, _ in find_marks(answer["text"])}
    faults = [f"[{n}] 没有引证" for n in sorted(used - set(cited))]
    faults += [f"[{n}] 未被引用" for n in sorted(set(cited) - used)]
    if len(cited) != len(answer["citations"]):
        faults.append("引证编号重复")
    for c in answer["citations"]:
        text = texts.get(c["document"])
        if text is None:
            faults.append(f"[{c['n']}] 库中没有 {c['document']}")
        elif not c["quote"].strip() or text[c["start"] : c["end"]] != c["quote"]:
            faults.append(f"[{c['n']}] 引文不是原文")
    for a in answer["agencies"]:
        quote = cited.get(a["citation"], {}).get("quote")
        if quote is None:
            faults.append(f"机构 {a['name']} 没有引证")
    for f in answer["figures"]:
        quote = cited.get(f["citation"], {}).get("quote", "")
        if unicodedata.normalize("NFKC", f["value"]) not in unicodedata.normalize("NFKC", quote):  # ９５９３３ is 95933
            faults.append(f"数据 {f['value']} 不在引文中")
    faults += [f"分歧所引 [{n}] 没有引证" for c in answer["conflicts"] for n in c["citations"] if n not in cited]
    loose = list(_loose_numbers(answer, cited))
    if answer["status"] == "answered" and not answer["citations"]:
        faults.append("作答而没有引证")
    return faults, loose


def _loose_numbers(answer: Json, cited: dict[int, Json]) -> Iterable[str]:
    """Numbers of a line that stand neither in the quotations it cites nor in the name, number or date of their documents."""
    body = answer["text"].split("\n\n待核实：")[0]
    for line in body.split("\n"):
        numbers = [n for n, _ in find_marks(line)]
        if not numbers or any(own in line for own in _OWN):
            continue
        said = line
        for n in set(numbers):
            said = said.replace(f"[{n}]", " ")
        held = " ".join(
            f"{c['quote']} {c['title']} {c['number'] or ''} {c['effective_on'] or ''} {c['document']}"
            for n in numbers
            if (c := cited.get(n))
        )
        known = Counter(split_numbers(f"{held} {answer.get('as_of') or ''}"))  # 2026-11-26现行的是…
        # The report of 2025 tells of 2024 as 去年, and its figures are given under that year.
        known.update(str(int(n) - 1) for n in list(known) if len(n) == 4 and n.isdigit() and n.startswith(("19", "20")))
        for number in split_numbers(said):
            if number not in known and number.lstrip("0") not in {k.lstrip("0") for k in known}:
                yield f"{number}：{said.strip()[:80]}"


def ask_suites(library: Path, suites: Iterable[Path], limit: int | None) -> Iterator[tuple[str, Json]]:
    """Every question of the sets with its answer."""
    from dataclasses import replace

    from kb.config import read_settings
    from kb.formats import format_answer
    from kb.workspace import open_workspace

    space = open_workspace(replace(read_settings(), library=library))
    for suite in suites:
        rows = [json.loads(line) for line in suite.read_text(encoding="utf-8").splitlines() if line.strip()]
        for row in [r for r in rows if "question" in r][:limit]:
            day = date.fromisoformat(row["as_of"]) if row.get("as_of") else None
            yield (
                f"{suite.stem} {row['id']}",
                format_answer(space.ask(row["question"], as_of=day, history=row.get("history", []))),
            )


def main() -> None:
    """Print every fault, then the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    texts = read_texts(args.library)
    if args.answers:
        lines = args.answers.read_text(encoding="utf-8").splitlines()
        pairs: Iterable[tuple[str, Json]] = ((a.get("id") or "", a) for a in map(json.loads, lines))
    else:
        pairs = ask_suites(args.library, args.suites, args.limit)
    answers = citations = 0
    bad: list[str] = []
    loose: list[str] = []
    for name, answer in pairs:
        answers += 1
        citations += len(answer["citations"])
        faults, numbers = check_answer(answer, texts)
        bad += [f"{name}: {f}" for f in faults]
        loose += [f"{name}: {n}" for n in numbers]
    for line in (*bad, *(f"数字不在引文中 {n}" for n in loose)):
        print(line, file=sys.stderr)
    print(
        json.dumps({"answers": answers, "citations": citations, "unverifiable": len(bad), "loose numbers": len(loose)})
    )


if __name__ == "__main__":
    main()
