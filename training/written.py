"""Questions written for this project about articles and notices, and the texts that answer them.

``lay_questions.jsonl``: what people ask, in everyday words, of an article: {"document", "article", "question"}, the
document as a path below the data's ``documents``. ``notice_questions.jsonl``: questions on notices of early 2020 and on
news of other years, with the stretch that answers each: {"document", "question", "start", "end"}, in characters of the
file below ``ncp/documents`` or of the news text (``plain_news-12.txt``: the thirteenth line of that training file).
``reader_questions.jsonl``: more of the same on a third of those notices, for the reader of tokens and for what chooses
answer spans (docs/answers.md). ``further_questions.jsonl``: more of the same on other notices; no shipped weight has been
learned from them yet.
``duty_questions.jsonl``: who does, approves, punishes or decides, in the words of officials and residents: {"document",
"clauses", "question", "style", "agencies"}, the bodies as their clause names them; 1,931 questions on 538 statutes and
plans that no set of duty questions asks about. Search learns from them (benchmarks/train_ranker.py).
Of ``lay_questions.jsonl`` the first 6,901 and of ``notice_questions.jsonl`` the first 6,229 are a first lot; the rest, two
questions to an article or a stretch of news, were written later (docs/embedding.md).
None holds text of a document. A language model wrote them, document by document, without sight of any question set but
for sixty questions shown as examples of style, to those first ones alone; for the last three files it was shown at most
questions of this project.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.statutes import LONGEST, Pair, Statute

HERE = Path(__file__).parent
EDITORS = re.compile(r"\(视频编辑.*|（视频编辑.*", re.S)
AROUND = 120  # characters of a notice on either side of the answer: a passage of common length


def read_rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def lay(statutes: Sequence[Statute], is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    """(question, title, heading and article); questions on statutes that are not in the data are passed over."""
    texts = {
        (statute.document, label): f"{statute.title} {heading}\n{text[:LONGEST]}"
        for statute in statutes
        for label, heading, text in statute.articles
    }
    for row in read_rows("lay_questions.jsonl"):
        text = texts.get((row["document"], row["article"]))
        if text and not is_repeat(row["question"]):
            yield row["question"], text


def find_news(data: Path) -> dict[str, str]:
    """The news texts that have questions, by the name of their document; a title stands on a line of its own."""
    wanted = {row["document"] for row in read_rows("notice_questions.jsonl")}
    found = {}
    for name in ("news_title_body", "plain_news"):
        with gzip.open(data / "training" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if (document := f"{name}-{number}.txt") in wanted:
                    row = json.loads(line)
                    body = EDITORS.sub("", row["text"]).strip()
                    found[document] = f"{row['title']}\n{body}\n" if row.get("title") else f"{body}\n"
    return found


def reported(data: Path, is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    """(question on news, the answer with what stands around it); the notices of a question set are left out."""
    news = find_news(data)
    for row in read_rows("notice_questions.jsonl"):
        text = news.get(row["document"])
        if text and not is_repeat(row["question"]):
            yield row["question"], text[max(int(row["start"]) - AROUND, 0) : int(row["end"]) + AROUND]


@dataclass(frozen=True, slots=True)
class Written:
    """自拟题: a question on a notice and the stretch that answers it, in characters of its text."""

    question: str
    document: str
    start: int
    end: int


def read_notices(
    data: Path, names: Sequence[str] = ("notice_questions.jsonl", "reader_questions.jsonl")
) -> list[Written]:
    """The questions on notices that are in the data; those on news are left out."""
    folder = data / "benchmarks" / "ncp" / "documents"
    return [
        Written(row["question"], row["document"], int(row["start"]), int(row["end"]))
        for name in names
        for row in read_rows(name)
        if (folder / row["document"]).exists()
    ]
