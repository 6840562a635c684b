"""Questions made from articles: a few of an article's clauses, half of their official wordings said plainly.

They stand in for what people ask: short, incomplete, in other words than the article, framed as a question. The
table of plain words (plain_words.txt) is written from general knowledge of the language.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from training.statutes import Pair, Statute, distinct_articles, place_of, plain_title

CLAUSE = re.compile(r"[^，。；：、\n（）()《》“”]{4,40}")
# Phrases that say nothing about the topic.
FILLER = re.compile(
    r"违反(?:本法|本条例|本办法|本规定|前款)[^，。；]{0,12}规定|按照(?:国家)?(?:有关)?规定|依照[^，。；]{0,12}规定|"
    r"依法|有下列(?:情形|行为)之一的|法律、行政法规|法律另有规定的除外|第[零一二三四五六七八九十百千]+[条款项]|"
    r"根据本(?:法|条例|办法)|前款|本(?:法|条例|办法|规定|市|省)"
)
# What is asked of an article that contains the first: the frames, {} is the matter.
FRAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("有期徒刑", ("{}会判几年", "{}要坐牢吗", "{}算犯罪吗", "{}怎么判刑")),
    ("罚款", ("{}罚多少钱", "{}会被怎么处罚", "{}违法吗", "{}会罚款吗", "{}谁来处罚")),
    ("赔偿", ("{}要赔偿吗", "{}谁来赔", "{}怎么赔", "{}责任谁承担")),
    ("日内", ("{}要多少天", "{}期限是多久", "{}多长时间内办")),
    ("负责", ("{}谁负责", "{}归谁管", "{}找哪个部门")),
    ("材料", ("{}需要什么材料", "{}要准备什么")),
    ("不得", ("{}可以吗", "{}合法吗", "{}允许吗")),
)
COMMON = (
    "{}怎么办", "{}有什么规定", "{}该怎么处理", "{}合法吗", "{}是什么意思", "请问{}", "我{}怎么办", "{}可以吗",
    "{}，我该怎么办？", "{}吗？", "{}", "如果{}，法律怎么规定？", "什么情况下{}", "{}需要什么条件",
)  # fmt: skip


def read_plain_words(path: Path) -> dict[str, tuple[str, ...]]:
    """Official wording → the plain ones, from lines ``规范说法 = 百姓说法 百姓说法``."""
    table: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        left, mark, right = line.partition("=")
        if mark and not line.startswith("#"):
            for word in left.split():
                table[word] = (*table.get(word, ()), *right.split())
    return table


class Asker:
    """提问者: makes one question of an article; draws from the random numbers that it is given."""

    def __init__(self, plain: dict[str, tuple[str, ...]], rng: random.Random) -> None:
        self._plain, self._rng = plain, rng
        # the longest first: 公安机关交通管理部门 before 公安机关
        self._official = re.compile("|".join(sorted(plain, key=lambda w: (-len(w), w))))

    def _say(self, mark: re.Match[str]) -> str:
        return self._rng.choice(self._plain[mark[0]]) if self._rng.random() < 0.7 else mark[0]

    def ask(self, topic: str, text: str) -> str | None:
        """A question; None where the article has no clause to ask about."""
        rng = self._rng
        clauses = [c for c in CLAUSE.findall(FILLER.sub("", text)) if len(c) >= 4]
        if not clauses:
            return None
        weights = [1 + 2 * len(self._official.findall(c)) for c in clauses]  # what people talk about
        picked = sorted({rng.choices(range(len(clauses)), weights)[0] for _ in range(rng.choice((1, 1, 2, 3)))})
        matter = "".join(self._official.sub(self._say, clauses[i]) for i in picked)
        if rng.random() < 0.25:
            matter = topic + matter
        frames = [f for word, own in FRAMES if word in text for f in own]
        frame = rng.choice(frames) if frames and rng.random() < 0.5 else rng.choice(COMMON)
        return frame.format(matter)


def asked(statutes: Sequence[Statute], plain: dict[str, tuple[str, ...]], rng: random.Random) -> list[Pair]:
    """(question, article) for every distinct article: two questions where national law, one where local.

    Most questions on local law name its place; one that names none means national law.
    """
    asker = Asker(plain, rng)
    found = []
    for statute, heading, text in distinct_articles(statutes):
        topic = re.sub(r"(?:管理)?(?:条例|办法|规定|法|细则|规则)$", "", plain_title(statute.title))
        place = "" if statute.national or rng.random() < 0.15 else place_of(statute.title)
        shown = 0.85 if statute.national or place else 0.15
        head = f"{statute.title} {heading}\n" if rng.random() < shown else ""
        if place:
            place = rng.choice((place, re.sub("[省市]$", "", place), f"在{place}"))
        for _ in range(2 if statute.national else 1):
            question = asker.ask(topic if len(topic) <= 12 else "", text)
            if question:
                found.append((place + question, head + text))
    return found
