"""How well versions are compared, beside what a user would pick instead: difflib by line, and articles by number.

    python -m benchmarks.compare_quality SUITE.jsonl --documents FOLDER

The set names pairs of documents below the folder; every row of the table is scored in the same run.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from ingest.parse import parse_document
from kb.compare.comparison import compare_versions
from kb.compare.format import format_comparison
from kb.config import Limits
from kb.evaluate import Runners, evaluate
from kb.records import Version

Json = dict[str, Any]
_LABEL = re.compile(
    r"^[\s　#*]*(第[一二三四五六七八九十百零〇\d]+条|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)"
)


def _refuse(*_: Any) -> Any:
    raise NotImplementedError("only pairs of versions are compared here")


def by_line(old: Version, new: Version) -> Json:
    """difflib over the lines of both texts; a replaced block pairs its lines in order."""
    a, b = ([line.strip() for line in v.text.split("\n") if line.strip()] for v in (old, new))
    rows = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for n in range(max(i2 - i1, j2 - j1)):
            was = a[i1 + n] if i1 + n < i2 else ""
            now = b[j1 + n] if j1 + n < j2 else ""
            labels = [[m[1]] if (m := _LABEL.match(line)) else [] for line in (was, now)]
            if labels != [[], []]:
                rows.append(_row(*labels, was, now, what == "equal"))
    return {"rows": rows}


def by_number(old: Version, new: Version) -> Json:
    """The article of a number beside the article of the same number."""
    sides = [
        {c.label: v.text[c.start : c.end].strip() for c in v.clauses if c.kind in ("article", "heading")}
        for v in (old, new)
    ]
    labels = list(dict.fromkeys([*sides[1], *sides[0]]))
    return {
        "rows": [
            _row(
                [x] if x in sides[0] else [], [x] if x in sides[1] else [], sides[0].get(x, ""), sides[1].get(x, ""),
                sides[0].get(x) == sides[1].get(x),
            )
            for x in labels
        ]
    }  # fmt: skip


def _row(old: list[str], new: list[str], was: str, now: str, same: bool) -> Json:
    change = "unchanged" if same else "added" if not old else "deleted" if not new else "reworded"
    flags = [] if same else [{"kind": "scope", "old": was, "new": now}]
    return {"old": old, "new": new, "change": change, "old_text": was, "new_text": now, "flags": flags}


def ours(old: Version, new: Version) -> Json:
    """The project's own comparison."""
    return format_comparison(compare_versions(old, new))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--errors", action="store_true", help="what our own comparison missed")
    arguments = parser.parse_args()

    @cache
    def version(document: str) -> Version:
        return parse_document(document, (arguments.documents / document).read_bytes(), Limits()).version

    methods: dict[str, Callable[[Version, Version], Json]] = {
        "difflib by line": by_line, "articles by number": by_number, "dingze": ours,
    }  # fmt: skip
    for name, method in methods.items():
        spent = [0.0]

        def compare(old: str, new: str, method: Any = method, spent: list[float] = spent) -> Json:
            a, b = version(old), version(new)
            began = perf_counter()
            result: Json = method(a, b)
            spent[0] += perf_counter() - began
            return result

        found = evaluate(arguments.suite, Runners(ask=_refuse, search=_refuse, outline=_refuse, compare=compare))
        scores = {k: s["mean"] for k, s in found["scores"].items()}
        print(f"{name:<20}", *(f"{k} {v:.3f}" for k, v in scores.items()), f"{spent[0]:.2f} s", sep="  ")
    if arguments.errors:
        print(json.dumps(found["errors"], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
