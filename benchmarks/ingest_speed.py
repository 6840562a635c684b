"""How fast a folder goes in, how fast it is searched, what it costs on disk and in memory.

Run: python benchmarks/ingest_speed.py FOLDER --library DIR   (DIR is made anew)
     python benchmarks/ingest_speed.py --synthetic 150000 --library DIR
Prints one JSON object; nothing is judged here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from ingest.pipeline import ingest
from kb.config import Settings
from kb.embedding import load_encoder
from kb.library.fulltext import Allowed
from kb.library.library import Library
from kb.records import Identity, Parsed, Passage, Version
from kb.words import Words

AGENCIES = (
    "街道办事处",
    "城市管理部门",
    "公安机关",
    "物业服务企业",
    "环境卫生主管部门",
    "市场监督管理部门",
    "居民委员会",
    "水务部门",
)
VERBS = ("负责", "牵头", "配合", "监督", "会同有关部门组织实施", "指导", "考核")
OBJECTS = ("背街小巷的清扫保洁", "违法张贴小广告的清除", "占道经营的查处", "窨井盖的维护", "河道漂浮物的打捞", "共享单车停放秩序", "油烟扰民投诉的办理", "建筑垃圾运输的监管")  # fmt: skip
PLACES = ("城东", "城西", "开发区", "老城", "高新区", "临港", "山前", "河湾")
PASSAGES_A_DOCUMENT = 42  # the mean of the real documents


def synthetic(number: int, rng: random.Random) -> Parsed:
    """One made-up document of passages of some 120 characters."""
    document = f"synthetic/{number:05}.md"
    id = hashlib.sha256(document.encode()).hexdigest()[:16]
    lines = []
    for n in range(PASSAGES_A_DOCUMENT):
        parts = [
            f"{rng.choice(PLACES)}{rng.randrange(1, 400)}号片区{rng.choice(OBJECTS)}由{rng.choice(AGENCIES)}{rng.choice(VERBS)}"
            for _ in range(4)
        ]
        lines.append(f"第{n + 1}条 {'，'.join(parts)}。")
    text, at, passages = "\n".join(lines), 0, []
    title = f"{rng.choice(PLACES)}区市容管理办法第{number}号"
    for n, line in enumerate(lines):
        path = f"第{n + 1}条"
        passages.append(Passage(f"{id}:{n}", id, document, n, path, path, at, at + len(line), title))
        at += len(line) + 1
    return Parsed(Version(id, document, text, "md", id, Identity(title)), tuple(passages))


def fill(library: Library, count: int) -> dict[str, float]:
    """Store so many synthetic passages; seconds of storing and of indexing."""
    rng = random.Random(7)
    documents = [synthetic(n, rng) for n in range(count // PASSAGES_A_DOCUMENT)]
    began = perf_counter()
    with library.writing():
        for parsed in documents:
            library.add(parsed)
        stored = perf_counter()
        library.flush()
    total = library.count("passages")
    return {
        "store_passages_per_second": round(total / (stored - began)),
        "index_passages_per_second": round(total / (perf_counter() - stored)),
    }


def time_searches(library: Library, settings: Settings) -> dict[str, Any]:
    """Median and 95th percentile, in milliseconds, of each kind of search under each kind of filter."""
    words, encoder = Words.load(), load_encoder(settings.encoder)
    rng = random.Random(11)
    asked = [f"{rng.choice(PLACES)}{rng.choice(OBJECTS)}由谁{rng.choice(VERBS)}" for _ in range(40)]
    versions = [i.version for i in library.find_documents()]
    filters = {
        "all": None,
        "without_5_in_100": Allowed(never=frozenset(versions[::20])),
        "only_10": Allowed(only=frozenset(versions[:10])),
        "only_half": Allowed(only=frozenset(versions[::2])),
    }
    fields: dict[str, Callable[[str], list[str]]] = {"words": words.cut, "bigrams": words.bigrams}
    result: dict[str, Any] = {}
    for name, allowed in filters.items():
        for field, cut in fields.items():
            tokens = [[(token, 1.0) for token in dict.fromkeys(cut(q))] for q in asked]
            result[f"{field}/{name}"] = _times(partial(library.search_text, field, w, 200, allowed) for w in tokens)  # type: ignore[arg-type]
        vectors = encoder.encode(asked)
        result[f"vectors/{name}"] = _times(partial(library.search_vectors, v, 200, allowed) for v in vectors)
    ids = [[id for id, _ in library.search_vectors(v, 60)] for v in encoder.encode(asked)]
    result["get_60_passages"] = _times(partial(library.get_passages, i) for i in ids)
    return result


def _times(calls: Iterable[Callable[[], Any]]) -> dict[str, float]:
    taken = []
    for call in calls:
        began = perf_counter()
        call()
        taken.append((perf_counter() - began) * 1000)
    return {"p50": round(statistics.median(taken), 2), "p95": round(sorted(taken)[int(len(taken) * 0.95)], 2)}


def megabytes(path: Path) -> float:
    files = [path] if path.is_file() else list(path.rglob("*"))
    return round(sum(f.stat().st_size for f in files if f.is_file()) / 1e6, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--encoder", default="builtin")
    args = parser.parse_args()
    shutil.rmtree(args.library, ignore_errors=True)
    settings = Settings(args.library, encoder=args.encoder)
    encoder = load_encoder(settings.encoder)
    library = Library.open(args.library, encoder, Words.load(), create=True)
    result: dict[str, Any] = {"encoder": encoder.name}
    if args.synthetic:
        result |= fill(library, args.synthetic)
    if args.folder:
        for run in ("first", "again"):
            report = ingest([args.folder], library, settings).to_json()
            failed = report.pop("failed")
            result[run] = {**report, "failed": len(failed)}
    result["passages"] = library.count("passages")
    result["disk_mb"] = {p.name: megabytes(p) for p in sorted(args.library.iterdir()) if megabytes(p) >= 0.1}
    result["writer_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    library.close()
    began = perf_counter()
    library = Library.open(args.library, encoder, Words.load())
    library.search_text("words", [("清扫", 1.0)], 10)
    result["open_and_first_search_ms"] = round((perf_counter() - began) * 1000)
    result["search_ms"] = time_searches(library, settings)
    began = perf_counter()
    result["problems"] = [p.message for p in library.check()]
    result["check_seconds"] = round(perf_counter() - began, 2)
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
