"""The sixty questions of the demo corpus: shape, documents and key facts of each answer, and the ones that miss.

    python -m benchmarks.demo_questions [--library DIR] [--show ID …]

Without --library the demo documents are ingested into a temporary folder first. A question is right when its status
(and reason) is one of the expected, every expected document is cited (or named, where the answer abstains), every key
fact stands in the text or a quotation, and nothing is claimed that must not be.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ingest.pipeline import ingest
from kb.config import read_settings
from kb.formats import format_answer
from kb.text import normalise
from kb.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
Json = dict[str, Any]


def read_questions() -> list[Json]:
    """The questions with what their answers must hold."""
    return [json.loads(line) for line in (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def mark(question: Json, answer: Json, titles: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong with an answer, by measure; nothing for a right one."""
    said = _plain(" ".join([answer["text"], *(c["quote"] for c in answer["citations"])]))
    cited = {c["document"] for c in answer["citations"]}
    named = {d for d, title in titles.items() if _plain(title) in said} if answer["status"] == "abstained" else set()
    reasons = question["reason"] or []
    wrong: dict[str, list[str]] = {}
    if answer["status"] not in question["status"]:
        wrong["status"] = [answer["status"]]
    elif answer["status"] == "abstained" and reasons and answer["reason"] not in reasons:
        wrong["reason"] = [str(answer["reason"])]
    lacking = [d for d in question["documents"] if d not in cited | named]
    if lacking:
        wrong["documents"] = lacking
    unsaid = [f for f in question["key_facts"] if _plain(f) not in said]
    if unsaid:
        wrong["key facts"] = unsaid
    text = _plain(answer["text"])
    forbidden = [f for f in question["must_not"] if _plain(f) in text]
    if forbidden:
        wrong["must not"] = forbidden
    return wrong


def _plain(text: str) -> str:
    return re.sub(r"[\s,，、。；;：:．.（）()\[\]《》\"'“”]", "", normalise(re.sub(r"\[\d+\]", "", text)))


def run(space: Workspace, show: frozenset[str] = frozenset()) -> Json:
    """Every question asked; scores, and what is wrong with each that is not right."""
    titles = {i.document: i.identity.title for i in space.library.find_documents()}
    rows = []
    for question in read_questions():
        answer = format_answer(
            space.ask(question["question"], as_of=date.fromisoformat(question["as_of"]), history=question["history"])
        )
        wrong = mark(question, answer, titles)
        rows.append({"id": question["id"], "question": question["question"], "wrong": wrong})
        if question["id"] in show or "all" in show or ("wrong" in show and wrong):
            _print(question, answer, wrong)
    return {
        "questions": len(rows),
        "right": sum(not r["wrong"] for r in rows),
        "by": {
            m: sum(m not in r["wrong"] for r in rows)
            for m in ("status", "reason", "documents", "key facts", "must not")
        },
        "missed": [r for r in rows if r["wrong"]],
    }


def _print(question: Json, answer: Json, wrong: dict[str, list[str]]) -> None:
    print(
        f"\n=== {question['id']} {question['question']}  {''.join(question['shapes'])} {answer['kind']} {answer['status']} {answer['reason'] or ''}"
    )
    print(answer["text"])
    for c in answer["citations"]:
        print(f"   [{c['n']}] {c['document']} {c['clause']} {c['status']}: {c['quote'][:100]!r}")
    print("   WRONG" if wrong else "   right", wrong)


def main() -> None:
    """Print the scores as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--show", nargs="*", default=[])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = args.library or Path(folder)
        settings = replace(read_settings(), library=library)
        space = open_workspace(settings, create=args.library is None)
        if args.library is None:
            ingest([CORPUS / "documents"], space.library, settings)
        result = run(space, frozenset(args.show))
        space.library.close()
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
