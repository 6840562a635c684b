"""A seeded draw of pairs that lineage takes for versions of one work, or one for the other's successor, to be read.

    python -m benchmarks.lineage_pairs --library DIR --under laws/ --count 100 --seed 20261125

Prints one line a pair: both files, when each begins and by what, and why they are linked. A reader marks the wrong
ones; precision is what is left.
"""

from __future__ import annotations

import argparse
import random

from kb.config import read_settings
from kb.lineage.works import Link
from kb.workspace import open_workspace


def main() -> None:
    """Print the draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--under", default="", help="only documents whose path begins with this")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    lineage = open_workspace(read_settings(library=arguments.library)).library.lineage()
    pairs: dict[tuple[tuple[str, str], tuple[str, str]], list[Link]] = {}
    for link in lineage.links:
        inside = link.older[0].startswith(arguments.under) and link.newer[0].startswith(arguments.under)
        if inside and link.kind in ("edition", "copy", "replaces"):
            pairs.setdefault((link.older, link.newer), []).append(link)
    drawn = random.Random(arguments.seed).sample(sorted(pairs), min(arguments.count, len(pairs)))
    print(f"{len(pairs)} pairs, {len(drawn)} drawn with seed {arguments.seed}")
    for n, pair in enumerate(drawn, 1):
        links = pairs[pair]
        sides = (f"{e.document} [{e.begins}]" for e in (lineage.editions[pair[0]], lineage.editions[pair[1]]))
        reasons = "；".join(r for k in links for r in k.reasons)
        quote = next((k.act.basis.quote[-80:] for k in links if k.act is not None), "")
        print(f"{n}\t{'+'.join(k.kind for k in links)}\t{' → '.join(sides)}\t{reasons}\t{quote}")


if __name__ == "__main__":
    main()
