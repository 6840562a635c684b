"""Pairs of texts that belong together, from the training files and from the statutes themselves.

Every source yields (query side, passage side). No question of a benchmark is read to train on; the benchmarks'
questions are read once, to drop training questions that nearly repeat one of them.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from lookup import leaning

Pair = tuple[str, str]

NUMERAL = "零〇○一二三四五六七八九十百千0-9"
ARTICLE = re.compile(rf"^[ \t　#*]*(?P<label>第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?)[ \t　*]*", re.M)
HEADING = re.compile(rf"^[ \t　#*]*第[{NUMERAL}]+[编章节][ \t　]+(?P<text>\S.*)$", re.M)
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
# 本条例第十二条, 《土地管理法》第四十五条
REFERENCE = re.compile(
    rf"(?:本(?:法|条例|办法|规定|细则|规则)|《(?P<law>[^《》]{{3,40}})》)(?P<label>第[{NUMERAL}]+条)"
)
# Reading-comprehension questions that only make sense beside their passage.
BOUND = re.compile(
    r"下列|以下|本文|这篇|文中|文章|短文|作者|录音|对话|男的|女的|这段|上文|材料|说话人|划线|标题|正确的|错误的"
)
CITY = re.compile(r"^(?:中华人民共和国|[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|自治州|自治县|县))")


def read_lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def sentences(text: str) -> list[str]:
    return [s.strip() for s in SENTENCE.findall(text) if len(s.strip()) > 5]


def bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def find_benchmark_questions(data: Path) -> list[frozenset[str]]:
    """Bigrams of every benchmark question, only to keep near repeats out of training."""
    found = []
    for path in sorted((data / "benchmarks").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            question = json.loads(line).get("question")
            if question:
                found.append(bigrams(question))
    return found


def repeats(asked: list[frozenset[str]], limit: float = 0.6) -> Callable[[str], bool]:
    """Whether a question nearly repeats a benchmark's: Jaccard of character bigrams at least ``limit``."""
    holders: dict[str, list[int]] = {}
    for i, grams in enumerate(asked):
        for gram in grams:
            holders.setdefault(gram, []).append(i)

    def is_repeat(question: str) -> bool:
        grams = bigrams(question)
        shared: dict[int, int] = {}
        for gram in grams:
            for i in holders.get(gram, ()):
                shared[i] = shared.get(i, 0) + 1
        return any(n >= limit * (len(grams) + len(asked[i]) - n) for i, n in shared.items())

    return is_repeat


def news(data: Path) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "news_title_body.jsonl.gz"):
        body = re.sub(r"\(视频编辑.*|（视频编辑.*", "", row["text"], flags=re.S).strip()
        if len(body) > 20:
            yield row["title"], body[:1500]


def plain(data: Path) -> Iterator[Pair]:
    """The first two sentences of an article against the rest of it."""
    for row in read_lines(data / "training" / "plain_news.jsonl.gz"):
        parts = sentences(row["text"])
        if len(parts) > 4:
            yield "".join(parts[:2]), "".join(parts[2:])[:1500]


def reading(data: Path, is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "question_passage.jsonl.gz"):
        if not BOUND.search(row["question"]) and not is_repeat(row["question"]):
            yield row["question"], f"{row['title']}\n{row['passage']}"[:1500]


def consultation(data: Path, is_repeat: Callable[[str], bool], only: str | None = None) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "question_answer.jsonl.gz"):
        if only in (None, row["source"]) and not is_repeat(row["question"]):
            yield row["question"], row["answer"][:1500]


def paraphrase(data: Path, is_repeat: Callable[[str], bool]) -> Iterator[Pair]:
    for row in read_lines(data / "training" / "paraphrase.jsonl.gz"):
        if row["label"] == 1 and not is_repeat(row["a"]) and not is_repeat(row["b"]):
            yield row["a"], row["b"]


def read_statute(path: Path) -> tuple[str, list[tuple[str, str, str]]]:
    """(title, [(label, nearest heading, text without its label)])."""
    content = path.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", content, re.M)
    text = FRONT_MATTER.sub("", content)
    headings = [(m.start(), m["text"].strip()) for m in HEADING.finditer(text)]
    marks = list(ARTICLE.finditer(text))
    articles = []
    at = -1
    for n, mark in enumerate(marks):
        while at + 1 < len(headings) and headings[at + 1][0] < mark.start():
            at += 1
        end = marks[n + 1].start() if n + 1 < len(marks) else len(text)
        if at + 1 < len(headings):
            end = min(end, headings[at + 1][0])
        articles.append((mark["label"], headings[at][1] if at >= 0 else "", text[mark.end() : end].strip()))
    return (title[1].strip() if title else path.stem), articles


def statute_sources(data: Path, rng: random.Random) -> dict[str, list[Pair]]:
    """Pairs inside and between statutes: heading, sentence and reference against article.

    An article that occurs word for word in several statutes (a common case among cities) is used once.
    """
    out: dict[str, list[Pair]] = {"heading": [], "sentence": [], "halves": [], "reference": []}
    statutes = [read_statute(path) for path in sorted((data / "documents" / "laws").rglob("*.md"))]
    by_title = {CITY.sub("", title): {label: text for label, _, text in articles} for title, articles in statutes}
    seen: set[str] = set()
    for title, articles in statutes:
        own = {label: text for label, _, text in articles}
        short = CITY.sub("", title)
        for _label, heading, text in articles:
            key = "".join(text.split())
            if len(key) < 20 or key in seen:
                continue
            seen.add(key)
            parts = sentences(text)
            head = f"{title} {heading}\n" if rng.random() < 0.5 else ""
            out["heading"].append((f"{short} {heading}", text[:800]))
            if len(parts) >= 2:
                pick = rng.randrange(len(parts))
                out["sentence"].append((parts[pick], (head + "".join(parts[:pick] + parts[pick + 1 :]))[:800]))
            elif len(text) > 60:  # one long sentence: its halves, cut at a comma
                cut = text.find("，", len(text) // 3)
                if 10 < cut < len(text) - 10:
                    out["halves"].append((text[:cut], head + text[cut + 1 :]))
            for mark in REFERENCE.finditer(text):
                target = (by_title.get(CITY.sub("", mark["law"]), {}) if mark["law"] else own).get(mark["label"])
                if target and target != text and len(target) > 20:
                    out["reference"].append((text[:800], target[:800]))
    return out


def pieces(data: Path) -> Iterator[Pair]:
    """Two neighbouring stretches of a policy notice or a work report, and its headings against what follows."""
    for path in sorted(
        [*(data / "documents" / "policies").rglob("*.txt"), *(data / "documents" / "reports").rglob("*.txt")]
    ):
        lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
        lines = [line for line in lines if len(line) > 12]
        for first, second in pairwise(lines):
            parts = sentences(second)
            if len(first) <= 40 and len(second) > 40:
                yield first, second[:800]
            elif len(parts) >= 3:
                yield parts[0], "".join(parts[1:])[:800]


def national_articles(data: Path) -> list[Pair]:
    """(statute title, text) of each article of national law; the rules of single ministries are left out."""
    root = data / "documents" / "laws" / "national"
    found: dict[str, Pair] = {}
    for path in sorted(root.rglob("*.md")):
        if path.relative_to(root).parts[0] in ("部门规章", "其他"):
            continue
        title, articles = read_statute(path)
        for _label, _heading, text in articles:
            if len(text) > 20:
                found.setdefault("".join(text.split()), (title, text[:800]))
    return list(found.values())


def find_sources(data: Path, seed: int, cut: Callable[[str], Sequence[str]]) -> dict[str, list[Pair]]:
    """Every source's pairs, by name, in a fixed order; ``cut`` segments text into words."""
    is_repeat = repeats(find_benchmark_questions(data))
    lawyers = list(consultation(data, is_repeat, "lawyer-llama"))
    found = {
        "news": list(news(data)),
        "plain": list(plain(data)),
        "reading": list(reading(data, is_repeat)),
        "consultation": list(consultation(data, is_repeat)),
        "paraphrase": list(paraphrase(data, is_repeat)),
        "pieces": list(pieces(data)),
    }
    found |= statute_sources(data, random.Random(seed))
    return found | {"leaning": leaning(lawyers, national_articles(data), cut, random.Random(seed))}
