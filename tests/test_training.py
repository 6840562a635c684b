"""Training of the shipped embedding: the pairs it makes of statutes, and a small run from files to a model folder."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.asked import Asker, read_plain_words
from training.statutes import Cited, Statute, plain_title

PLAIN = Path(__file__).resolve().parent.parent / "training" / "plain_words.txt"
CODE = Statute(
    "中华人民共和国民法典",
    True,
    (
        ("第一条", "总则", "为了保护民事主体的合法权益，制定本法，适用于全国范围。"),
        ("第二条", "总则", "民法调整平等主体之间的人身关系和财产关系，由本法规定。"),
    ),
)
RULES = Statute("云泽市养犬管理条例", False, (("第一条", "总则", "为了规范养犬行为，维护公共秩序，制定本条例。"),))


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("中华人民共和国民法典", "民法典"),  # the country
        ("云泽市养犬管理条例", "养犬管理条例"),  # the place
        ("最高人民法院、最高人民检察院关于办理贪污案件的解释（二）", "关于办理贪污案件的解释"),  # issuer and number
        ("城市供水条例（2020年修订）", "城市供水条例"),  # the year
        ("残疾人教育条例", "残疾人教育条例"),  # nothing to take off
    ],
)
def test_plain_title(title: str, plain: str) -> None:
    assert plain_title(title) == plain


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("根据《民法典》第二条的规定，您可以起诉。", ["第二条"]),
        ("《中华人民共和国民法典》（2021年施行）第一条、第二条", ["第一条", "第二条"]),  # full name, year, two labels
        ("《民法典》第二条规定……，《民法典》第二条又规定", ["第二条"]),  # once
        ("《云泽市养犬管理条例》第一条", ["第一条"]),
        ("《民法典》第九百条", []),  # no such article
        ("《刑法》第二条", []),  # another statute
        ("民法典第二条", []),  # not named as a title
    ],
)
def test_cited_articles(text: str, labels: list[str]) -> None:
    articles = {text: label for s in (CODE, RULES) for label, _, text in s.articles}
    assert [articles[article] for _, article in Cited([RULES, CODE]).find(text)] == labels


def test_a_question_says_official_words_plainly() -> None:
    asker = Asker(read_plain_words(PLAIN), random.Random(0))
    article = "用人单位拖欠劳动报酬的，由劳动保障行政部门责令限期支付。"
    found = {asker.ask("劳动保障监察", article) for _ in range(200)}
    assert any("老板" in q and "工资" in q and "用人单位" not in q for q in found if q)
    assert asker.ask("", "施行。") is None  # nothing to ask about


def test_quantised_rows_are_near() -> None:
    from training.folder import quantise

    rows = np.random.default_rng(0).standard_normal((50, 64)).astype(np.float32)
    rows[3] = 0
    whole, factor = quantise(rows)
    assert whole.dtype == np.int8
    np.testing.assert_allclose(whole * factor[:, None], rows, atol=np.abs(rows).max() / 127)
    assert not whole[3].any()


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)


def write_data(root: Path) -> Path:
    """Every training file with some sentences of its kind, and two statutes."""
    topics = [
        f"{a}{b}" for a in ("垃圾", "道路", "学校", "河道", "电梯", "路灯") for b in ("清运", "维修", "检查", "收费")
    ]
    long = [
        f"{t}工作今天有了新的安排。负责人介绍了{t}的办法。居民表示满意。{t}的费用由单位承担。下周开始{t}。"
        for t in topics
    ]
    training = root / "training"
    for folder in (training, root / "benchmarks", root / "documents" / "policies", root / "documents" / "reports"):
        folder.mkdir(parents=True)
    write_lines(
        training / "news_title_body.jsonl.gz", [{"title": t, "text": x} for t, x in zip(topics, long, strict=True)]
    )
    write_lines(training / "plain_news.jsonl.gz", [{"text": x} for x in long])
    write_lines(
        training / "question_passage.jsonl.gz",
        [{"title": "", "question": f"{t}谁负责？", "passage": x} for t, x in zip(topics, long, strict=True)],
    )
    answer = "根据《民法典》第2条，应当支付费用。"
    write_lines(
        training / "question_answer.jsonl.gz",
        [{"source": "lawyer-llama", "question": f"{t}没人管怎么办", "answer": answer} for t in topics],
    )
    write_lines(
        training / "paraphrase.jsonl.gz", [{"a": f"怎么{t}", "b": f"如何进行{t}呢", "label": 1} for t in topics]
    )
    (root / "documents" / "reports" / "a.txt").write_text(
        "\n".join(f"今年以来全市{t}工作的主要情况\n{x}" for t, x in zip(topics, long, strict=True)), encoding="utf-8"
    )
    for place in ("national", "local"):
        folder = root / "documents" / "laws" / place
        folder.mkdir(parents=True)
        articles = [
            f"第{n}条 {x}依照本法第{n + 1}条执行，{t}由主管部门负责，并按照有关规定公布{t}的结果，接受监督。"
            for n, (t, x) in enumerate(zip(topics, long, strict=True), 1)
        ]
        single = [
            f"第{n}条 {t}由县级以上人民政府主管部门负责，具体办法按照有关规定执行，{t}的结果应当依法向社会公布并接受监督和检查，任何单位和个人不得阻碍"
            for n, t in enumerate(topics, 30)
        ]
        (folder / "a.md").write_text(
            "# 民法典\n\n## 第一章 总则\n\n" + "\n\n".join(articles + single), encoding="utf-8"
        )
    return root


@pytest.mark.slow
def test_a_run_in_two_parts_gives_the_same_model(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from tokenizers import Tokenizer

    from kb.embedding import StaticEncoder
    from training import train_embedding as training

    data = write_data(tmp_path / "data")
    s = replace(training.Settings(), vocabulary=3000, dimension=16, batch=16, passes=1, hard=0.5, regroup=2, group=8)
    content, texts, sources = training.prepare(data, s)
    assert [x.name for x in sources if not len(x)] == []
    tokenizer = Tokenizer.from_str(content)
    whole = training.new_run(tokenizer, texts, s)
    training.train(texts, sources, whole, s)
    parted = training.new_run(tokenizer, texts, s)
    for limit in (5, None):  # stopped between two groupings, kept in a file, and taken up again
        training.train(texts, sources, parted, s, stop=limit)
        training.save(tmp_path / "run.pkl", parted)
        parted = training.load(tmp_path / "run.pkl", lambda: None)
    np.testing.assert_array_equal(whole.vectors.table().numpy(), parted.vectors.table().numpy())
    table = whole.vectors.table().numpy()
    training.write_model(tmp_path / "model", tokenizer, table)
    asked = "垃圾清运谁负责"
    expected = table[tokenizer.encode(asked).ids].sum(axis=0)
    cosine = StaticEncoder(tmp_path / "model").encode([asked])[0] @ expected / np.linalg.norm(expected)
    assert cosine > 0.999


def test_pairs_that_share_a_text_are_no_negatives() -> None:
    from training.batches import Source, same_elsewhere

    source = Source("heading", np.array([7, 8, 7, 9, 5]), np.array([1, 2, 3, 2, 4]))
    first, second = same_elsewhere(source, np.array([0, 1, 2, 3]))  # 0 and 2 share a query, 1 and 3 a passage
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == {(0, 2), (2, 0), (1, 3), (3, 1)}
    assert [len(places) for places in same_elsewhere(source, np.array([0, 1, 4]))] == [0, 0]


def test_a_batch_is_of_one_source_and_a_pass_holds_each_pair_as_often_as_told() -> None:
    pytest.importorskip("torch")
    from training.train_embedding import TIMES, batches_of_pass

    batches = batches_of_pass((("news", 64), ("cited", 32), ("asked", 64)), 16, 0, 0)
    begins = {"news": 0, "cited": 64, "asked": 96}
    ends = {"news": 64, "cited": 96, "asked": 160}
    for name in begins:
        own = [b for b in batches if b.min() < ends[name] and b.max() >= begins[name]]
        assert all(begins[name] <= b.min() and b.max() < ends[name] for b in own)
        _, counts = np.unique(np.concatenate(own), return_counts=True)
        assert sum(counts) == TIMES[name] * (ends[name] - begins[name])
        assert max(counts) == max(1, TIMES[name])
    again = batches_of_pass((("news", 64), ("cited", 32), ("asked", 64)), 16, 0, 1)
    assert not all(np.array_equal(a, b) for a, b in zip(batches, again, strict=True))  # each pass in another order
