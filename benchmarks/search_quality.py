"""How well search finds the right document or article, beside what a user would pick instead, in one run.

    python benchmarks/search_quality.py --library LIBRARY --data ../shared/data [--every 1] [--llamaindex] [--note WORDS]

Systems: BM25 over jieba words; BM25 over character bigrams; the embedding alone; words and embedding at equal weight
(reciprocal rank fusion, as common Chinese document-QA systems do); with ``--llamaindex`` that library's default
pipeline (SentenceSplitter, VectorStoreIndex; with our embedding, for its own default is a service on the internet);
and this project. All search the same texts. One line a run is added to ``benchmarks/results/search.jsonl``. The weights
of this project's ranker have seen these questions: quote the out-of-fold figures, printed last, and not the others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from kb.config import read_settings
from kb.evaluate import rank_scores, read_suite, same_clause, summarise
from kb.search.search import Searcher
from kb.workspace import Workspace, open_workspace

Json = dict[str, Any]
Found = list[tuple[str, str]]  # document and clause path, best first
System = Callable[[str], Found]
SUITES = ("ncp/dev", "lecoqa/dev")
DEEP = 100  # passages fetched so that ten different documents or articles are among them
CONSTANT = 60  # of reciprocal rank fusion, Cormack et al. 2009
RESULTS = Path(__file__).resolve().parent / "results" / "search.jsonl"


def find_systems(space: Workspace) -> dict[str, System]:
    library, words, encoder = space.library, space.words, space.encoder
    searcher = Searcher(library, encoder, words)

    def places(ids: Sequence[str]) -> Found:
        return [(p.document, p.path) for p, _ in library.get_passages(ids)]

    def by_words(question: str) -> list[str]:
        return [id for id, _ in library.search_text("words", [(w, 1.0) for w in words.topic(question)], DEEP)]

    def by_bigrams(question: str) -> list[str]:
        grams = dict.fromkeys(words.bigrams(question))
        return [id for id, _ in library.search_text("bigrams", [(g, 1.0) for g in grams], DEEP)]

    def by_vectors(question: str) -> list[str]:
        return [id for id, _ in library.search_vectors(encoder.encode([question])[0], DEEP)]

    def fused(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for ids in (by_words(question), by_vectors(question)):
            for rank, id in enumerate(ids, 1):
                scores[id] = scores.get(id, 0.0) + 1 / (CONSTANT + rank)
        return sorted(scores, key=lambda id: (-scores[id], id))

    return {
        "BM25, jieba words": lambda q: places(by_words(q)),
        "BM25, bigrams": lambda q: places(by_bigrams(q)),
        "embedding alone": lambda q: places(by_vectors(q)),
        "words + embedding, equal": lambda q: places(fused(q)),
        "this project": lambda q: [(h.passage.document, h.passage.path) for h in searcher.search(q, k=DEEP)],
    }


def llamaindex(space: Workspace) -> System:
    """Its default chunks of 1,024 tokens; a chunk stands for the articles that begin in it, in order: generous."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter

    encoder = space.encoder

    class Ours(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return list(map(float, encoder.encode([query])[0]))

        _get_text_embedding = _get_query_embedding

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [list(map(float, row)) for row in encoder.encode(texts)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    versions = {i.document: space.library.get_version(i.document) for i in space.library.find_documents()}
    documents = [Document(text=v.text, id_=d, metadata={}) for d, v in versions.items()]
    embedding = Ours(embed_batch_size=1000)
    index = VectorStoreIndex.from_documents(documents, embed_model=embedding, transformations=[SentenceSplitter()])
    retriever = index.as_retriever(similarity_top_k=DEEP // 2)
    articles = {
        d: sorted((c.start, c.path) for c in v.clauses if c.kind in ("article", "heading", "chapter"))
        for d, v in versions.items()
    }

    def search(question: str) -> Found:
        found: Found = []
        for hit in retriever.retrieve(question):
            document = str(hit.node.ref_doc_id)
            starts = articles[document]
            begin, end = hit.node.start_char_idx or 0, hit.node.end_char_idx or 0
            inside = [path for start, path in starts if begin <= start < end]
            before = bisect_right(starts, (begin, chr(0x10FFFF))) - 1
            found += [(document, path) for path in inside or ([starts[before][1]] if before >= 0 else [""])]
        return found

    return search


def mark(row: Json, found: Found) -> dict[str, float]:
    if "gold" not in row:
        order = list(dict.fromkeys(document for document, _ in found))
        return rank_scores([n for n, d in enumerate(order, 1) if d in row["documents"]], len(row["documents"]))
    ranks: dict[int, int] = {}
    for n, (document, path) in enumerate(dict.fromkeys(found), 1):
        for index, gold in enumerate(row["gold"]):
            if index not in ranks and document in gold["documents"] and same_clause(gold["clause"], path):
                ranks[index] = n
                break
    return rank_scores(sorted(ranks.values()), len(row["gold"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only each n-th question of lecoqa")
    parser.add_argument("--llamaindex", action="store_true")
    parser.add_argument("--note", default="")
    args = parser.parse_args()
    space = open_workspace(read_settings(library=args.library))
    systems = find_systems(space)
    if args.llamaindex:
        began = perf_counter()
        systems["LlamaIndex default"] = llamaindex(space)
        print(f"LlamaIndex indexed in {perf_counter() - began:.0f} s")
    scores: Json = {}
    for suite in SUITES:
        rows = read_suite(args.data / "benchmarks" / f"{suite}.jsonl")[:: args.every if suite == "lecoqa/dev" else 1]
        print(f"{suite}, {len(rows)} questions")
        for name, system in systems.items():
            began = process_time()
            marked = summarise([mark(row, system(row["question"])) for row in rows])
            cost = (process_time() - began) / len(rows) * 1000
            scores.setdefault(suite, {})[name] = {m: s["mean"] for m, s in marked.items()} | {"cpu_ms": round(cost, 1)}
            line = "  ".join(f"{m} {s['mean']:.3f} [{s['low']:.3f}, {s['high']:.3f}]" for m, s in marked.items())
            print(f"  {name:<26}{line}  {cost:.1f} ms", flush=True)
    learned = json.loads((files("kb") / "search" / "ranker.json").read_text(encoding="utf-8"))
    out = {suite: learned["out_of_fold"][suite] for suite in SUITES}
    print(f"this project, out of fold: {json.dumps(out, ensure_ascii=False)}")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    line = {
        "date": date.today().isoformat(), "commit": commit.stdout.strip(), "encoder": space.encoder.name,
        "documents": len(space.library.find_documents()), "passages": space.library.count("passages"),
        "every": args.every, "note": args.note, "scores": scores, "out_of_fold": out,
    }  # fmt: skip
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
