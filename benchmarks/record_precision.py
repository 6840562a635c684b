"""Records drawn at random, printed with the text around them, for reading: how many say what the text says.

    python benchmarks/record_precision.py [DATA] [--kind duties] [--seed 1] [--around 60] [--count laws=100 …]

DATA is the folder with ``documents`` (default: beside the project). Documents are drawn with a weight of their
size, then one record of each, so that long texts count by what they hold; the same seed gives the same draw from
the same code. Judge each by reading: the body, its role and what it does must be right, and the words must be
whole; then add up the verdicts by stratum. Read-only.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from ingest.parse import parse_document
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Duty, Figure, Parsed, Requirement

ROOT = Path(__file__).resolve().parent.parent
STRATA = {"laws": 110, "policies": 40, "sanding": 20, "reports": 30}
Record = Duty | Requirement | Figure


def describe(record: Record) -> str:
    """The fields a reader judges, on one line."""
    if isinstance(record, Duty):
        s = record.scope
        scope = "；".join(w for w in (s.road_grade, s.property_management, s.area, s.time, s.condition) if w)
        marks = "" if record.modality == "norm" else f"〔{record.modality}〕"
        return (
            f"{record.agency}｜{record.role}/{record.role_word}｜{record.action}｜对象 {record.object or '—'}｜"
            f"范围 {scope or '—'}｜相对方 {record.counterpart or '—'}{'｜否定' if record.negative else ''}{marks}"
        )
    if isinstance(record, Requirement):
        return (
            f"{record.kind}｜{record.item}｜{record.indicator or '—'} {record.operator or ''}{record.value or ''}"
            f"｜单位 {record.unit or '—'}｜期限 {record.deadline or '—'}｜责任 {record.responsible or '—'}"
        )
    return (
        f"{record.indicator}｜{record.qualifier or ''}{record.value if record.value is not None else '缺失'}"
        f"{record.unit or ''}｜{record.period or '—'}{'｜累计' if record.cumulative else ''}{'｜目标' if record.target else ''}"
    )


def show(record: Record, parsed: Parsed, around: int) -> str:
    """The record under its place and above the words it rests on, between those before and after."""
    text, b = parsed.version.text, record.basis
    before, after = text[max(0, b.start - around) : b.start], text[b.end : b.end + around]
    return f"{b.document} {b.clause}\n    {describe(record)}\n    …{before}【{b.quote}】{after}…".replace("\n\n", "\n")


def draw(files: Sequence[Path], root: Path, kind: str, count: int, seed: int, around: int) -> list[str]:
    """``count`` records of one stratum; a document without any is passed over for the next draw."""
    chance = random.Random(seed)
    weights = [f.stat().st_size for f in files]
    drawn: list[str] = []
    seen: set[tuple[str, int, str, str]] = set()
    parsed: dict[Path, Parsed | None] = {}
    for _ in range(count * 20):
        if len(drawn) == count:
            break
        (path,) = chance.choices(files, weights)
        if path not in parsed:
            try:
                parsed[path] = parse_document(str(path.relative_to(root)), path.read_bytes(), Limits())
            except UnreadableFile:
                parsed[path] = None
        document = parsed[path]
        records = getattr(document, kind) if document is not None else ()
        if document is None or not records:
            continue
        record = chance.choice(records)
        key = (record.basis.document, record.basis.start, record.basis.quote, describe(record))
        if key not in seen:
            seen.add(key)
            drawn.append(show(record, document, around))
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--kind", choices=("duties", "requirements", "figures"), default="duties")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--around", type=int, default=60)
    parser.add_argument("--count", nargs="*", default=[], metavar="STRATUM=N")
    options = parser.parse_args()
    root = options.data / "documents"
    counts = {k: int(n) for k, n in (pair.split("=") for pair in options.count)} or STRATA
    number = 0
    for stratum, count in counts.items():
        files = sorted(p for p in (root / stratum).rglob("*") if p.is_file())
        for record in draw(files, root, options.kind, count, options.seed, options.around):
            number += 1
            print(f"{number}. {record}")


if __name__ == "__main__":
    main()
