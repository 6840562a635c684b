"""How long it takes to compare two long laws and to tabulate many reports.

    python -m benchmarks.compare_speed OLD NEW --library DIR

OLD and NEW are long texts of the library, cut to 400 articles each; the reports are its 30 longest 政府工作报告,
cut to 20,000 characters. Times are of this process alone (CPU) and by the clock, the best of three.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter, process_time

from kb.compare.comparison import compare_versions
from kb.compare.format import format_comparison
from kb.compare.series import build_series
from kb.compare.series_format import format_series
from kb.config import read_settings
from kb.records import Version
from kb.workspace import open_workspace

ARTICLES = 400
REPORTS = 30
CHARACTERS = 20_000
_RUNS = 3


def cut_articles(version: Version, articles: int) -> Version:
    """A version's first articles."""
    found = [c for c in version.clauses if c.kind == "article"][:articles]
    end = found[-1].end if found else 0
    return replace(version, text=version.text[:end], clauses=tuple(c for c in version.clauses if c.end <= end))


def cut_text(version: Version, characters: int) -> Version:
    """A version's first characters."""
    kept = tuple(c for c in version.clauses if c.end <= characters)
    return replace(version, text=version.text[:characters], clauses=kept)


def measure(run: Callable[[], object]) -> tuple[float, float]:
    """(CPU seconds, seconds by the clock), the best of three."""
    found = []
    for _ in range(_RUNS):
        cpu, clock = process_time(), perf_counter()
        run()
        found.append((process_time() - cpu, perf_counter() - clock))
    return min(found)


def main() -> None:
    """Print both times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--library", required=True)
    arguments = parser.parse_args()
    space = open_workspace(read_settings(library=arguments.library))
    pair = [cut_articles(space.library.get_version(d), ARTICLES) for d in (arguments.old, arguments.new)]
    agencies, words = space.agencies, space.words
    cpu, clock = measure(lambda: format_comparison(compare_versions(pair[0], pair[1], agencies, words)))
    counts = [sum(c.kind == "article" for c in v.clauses) for v in pair]
    print(f"compare {counts[0]} and {counts[1]} articles: {cpu:.2f} s CPU, {clock:.2f} s")
    infos = [i for i in space.library.find_documents() if "政府工作报告" in i.identity.title]
    chosen = sorted(infos, key=lambda i: (-i.characters, i.document))[:REPORTS]
    reports = [cut_text(space.library.get_version(i.document), CHARACTERS) for i in chosen]
    figures = {
        i.document: [f for f in space.library.find_figures(documents=[i.document]) if f.basis.end <= CHARACTERS]
        for i in chosen
    }
    cpu, clock = measure(lambda: format_series(build_series(reports, figures, words)))
    size = sum(len(r.text) for r in reports) // max(len(reports), 1)
    total = sum(map(len, figures.values()))
    print(f"tabulate {len(reports)} reports of {size} characters, {total} figures: {cpu:.2f} s CPU, {clock:.2f} s")


if __name__ == "__main__":
    main()
