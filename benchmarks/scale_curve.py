"""What search costs as the library grows: passages → milliseconds, memory, disk; synthetic filler for this curve only.

    python benchmarks/scale_curve.py --library LIBRARY [--sizes 20000,50000,167000,500000,1000000] [--questions FILE]

The stores grow from size to size by adding, as a library does: real passages first, then filler of halves of two real
ones with the vector of one of them moved, so that words stay as frequent as they are. Times are of the stores alone, one
thread, in CPU time: full text (words and bigrams), vectors, letters of 300 candidates.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from kb.config import read_settings
from kb.evaluate import read_suite
from kb.library.fulltext import Entry, FullText
from kb.library.letters import Letters
from kb.library.vectors import VectorIndex
from kb.text import normalise
from kb.workspace import Workspace, open_workspace

RESULTS = Path(__file__).resolve().parent / "results" / "scale.jsonl"
BATCH = 5_000
CANDIDATES = 300
SAMPLE = 60_000  # real passages; beyond them filler


def disk(folder: Path) -> float:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


class Source:
    """Passages to fill stores with: sentences cut once, put together anew, with the vector of one of them moved."""

    def __init__(self, space: Workspace, sample: int) -> None:
        rng = np.random.default_rng(1)
        infos = [space.library.find_documents()[n] for n in rng.permutation(len(space.library.find_documents()))]
        plain: list[str] = []
        for info in infos:
            ids = [f"{info.version}:{n}" for n in range(info.passages)]
            plain += [normalise(text) for _, text in space.library.get_passages(ids)]
            if len(plain) >= sample:
                break
        self.texts = plain[:sample]
        self.words = [" ".join(space.words.cut_normal(t)) for t in self.texts]
        self.grams = [" ".join(space.words.bigrams_normal(t)) for t in self.texts]
        self.vectors = space.encoder.encode(self.texts)

    def draw(self, start: int, count: int) -> tuple[list[Entry], list[str], np.ndarray]:
        """``count`` passages: real ones first, then halves of two real ones joined."""
        rng = np.random.default_rng(start)
        one = np.arange(start, start + count) % len(self.texts)
        real = start + count <= len(self.texts)
        other = one if real else rng.integers(0, len(self.texts), count)
        entries, bodies = [], []
        for key, a, b in zip(range(start, start + count), one.tolist(), other.tolist(), strict=True):
            parts = [
                [x[a]] if real else [x[a][: len(x[a]) // 2], x[b][len(x[b]) // 2 :]] for x in (self.words, self.grams)
            ]
            entries.append(Entry(key, f"v{key // 40}", *(" ".join(p) for p in parts)))
            bodies.append(self.texts[a])
        noise = (
            0.0 if real else 0.3 * rng.standard_normal((count, self.vectors.shape[1])) / self.vectors.shape[1] ** 0.5
        )
        rows = self.vectors[one] + noise
        return entries, bodies, (rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)).astype(np.float32)


def grow(source: Source, start: int, end: int, text: FullText, vectors: VectorIndex, letters: Letters) -> None:
    for at in range(start, end, BATCH):
        entries, bodies, rows = source.draw(at, min(BATCH, end - at))
        keys = [e.key for e in entries]
        text.add(entries)
        vectors.add(keys, rows)
        letters.add(keys, [""] * len(bodies), bodies)
    text.commit()
    vectors.commit()
    letters.commit()
    text.reload()


def measure(space: Workspace, stores: tuple[FullText, VectorIndex, Letters], questions: list[str]) -> dict[str, Any]:
    text, vectors, letters = stores
    spent: dict[str, list[float]] = {"full text": [], "vectors": [], "letters": [], "together": []}
    rng = np.random.default_rng(2)
    for question in questions:
        words = [(w, 1.0) for w in space.words.topic(question)]
        grams = [(g, 1.0) for g in dict.fromkeys(space.words.bigrams(question))]
        vector = space.encoder.encode([question])[0]
        marks = [process_time()]
        text.search("words", words, 100, None)
        text.search("bigrams", grams, 100, None)
        marks.append(process_time())
        vectors.search(vector, 100, None)
        marks.append(process_time())
        letters.read(rng.integers(0, len(letters), CANDIDATES))
        marks.append(process_time())
        for name, took in zip(spent, [*np.diff(marks), marks[-1] - marks[0]], strict=True):
            spent[name].append(took * 1000)
    return {name: [round(float(np.percentile(v, q)), 2) for q in (50, 99)] for name, v in spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--sizes", default="20000,50000,167000,500000,1000000")
    parser.add_argument("--questions", type=Path, required=True)
    args = parser.parse_args()
    space = open_workspace(read_settings(library=args.library))
    source = Source(space, SAMPLE)
    questions = [row["question"] for row in read_suite(args.questions)][:200]
    folder = Path(tempfile.mkdtemp(prefix="scale"))
    text, letters = FullText.create(folder / "fulltext"), Letters.create(folder)
    VectorIndex.create(folder / "vectors.faiss", space.encoder.dimension).commit()
    done = 0
    for size in map(int, args.sizes.split(",")):
        began = process_time()
        grow(
            source,
            done,
            size,
            text,
            VectorIndex(folder / "vectors.faiss", space.encoder.dimension, writable=True),
            letters,
        )
        spent, done = process_time() - began, size
        vectors = VectorIndex(folder / "vectors.faiss", space.encoder.dimension)
        line = {
            "date": date.today().isoformat(), "passages": size, "index": vectors.kind, "added_cpu_s": round(spent, 1),
            "disk_mb": round(disk(folder)), "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "cpu_ms_p50_p99": measure(space, (text, vectors, letters), questions),
        }  # fmt: skip
        print(json.dumps(line, ensure_ascii=False), flush=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
