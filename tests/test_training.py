"""Training of the shipped embedding: the pairs it makes of statutes, and a small run from files to a model folder."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.advised import advised
from training.asked import Asker, asked, read_plain_words
from training.statutes import Cited, Statute, place_of, plain_title, read_statutes
from training.written import find_news, read_rows

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


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("云泽市养犬管理条例", "云泽市"),
        ("中华人民共和国城市房地产管理法", ""),  # the country is no place among others
        ("残疾人教育条例", ""),  # nothing before the matter
        ("云泽市养犬管理条例（2020年修订）", "云泽市"),  # the year beside it
    ],
)
def test_place_of(title: str, place: str) -> None:
    assert place_of(title) == place


def test_local_law_is_asked_for_with_its_place_and_national_law_without_one() -> None:
    body = "养犬人应当为犬只登记，携犬出户应当束犬链，并及时清理犬只排泄物。"
    local = [Statute("云泽市养犬管理条例", False, tuple((f"第{n}条", "总则", f"{n}、{body}") for n in range(200)))]
    plain = {"养犬人": ("养狗的",)}
    found = asked(local, plain, random.Random(0))
    named = sum(question.startswith(("云泽", "在云泽市")) for question, _ in found)
    assert 150 < named < 190  # fifteen in a hundred name no place
    national = [Statute("养犬管理条例", True, local[0].articles)]
    assert not any("云泽" in question for question, _ in asked(national, plain, random.Random(0)))


def test_advice_is_paired_with_the_article_it_is_about() -> None:
    code = Statute(
        "中华人民共和国民法典",
        True,
        (
            ("第一条", "借款合同", "借款人应当按照约定的期限返还借款。借款人逾期不返还借款的，应当支付逾期利息。"),
            ("第二条", "租赁合同", "承租人应当按照约定的期限支付租金。出租人应当保持租赁物符合约定的用途。"),
            ("第三条", "婚姻家庭", "夫妻双方自愿离婚的，应当签订书面离婚协议，到婚姻登记机关申请离婚登记。"),
        ),
    )
    rows = [
        # 返还 stands in the answer only
        {"question": "朋友借款不给怎么办", "answer": "根据《民法典》，借款人应当返还借款，逾期的支付利息。"},
        {"question": "今天天气怎么样", "answer": "《民法典》不涉及，请关注天气预报。"},  # nothing of any article
    ] * 3  # a law that is named three times is one that people ask about
    found = set(advised(rows, [code], list))
    assert {(q, a.splitlines()[1][:6]) for q, a in found if "借款" in q} == {("朋友借款不给怎么办", "借款人应当按")}


@pytest.mark.shared
def test_written_questions_lie_in_their_documents(shared_data: Path) -> None:
    news = find_news(shared_data)
    rows = [r for name in ("notice", "reader", "further") for r in read_rows(f"{name}_questions.jsonl")]
    folder = shared_data / "benchmarks" / "ncp" / "documents"
    texts = [
        news[row["document"]] if row["document"] in news else (folder / row["document"]).read_text(encoding="utf-8")
        for row in rows
    ]
    bad = [r for r, t in zip(rows, texts, strict=True) if not t or not t[int(r["start"]) : int(r["end"])].strip()]
    assert bad == []
    judged = {
        document
        for line in (shared_data / "benchmarks" / "ncp" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
        for document in json.loads(line)["documents"]
    }
    assert {row["document"] for row in rows} & judged == set()  # none about a document of the set's questions
    statutes = read_statutes(shared_data)
    asked_of = {(row["document"], row["article"]) for row in read_rows("lay_questions.jsonl")}
    assert asked_of - {(s.document, label) for s in statutes for label, _, _ in s.articles} == set()


@pytest.mark.shared
def test_written_duty_questions_are_on_documents_of_their_own(shared_data: Path) -> None:
    """Every body stands in its document, and none of the documents is one that is measured on."""
    rows = read_rows("duty_questions.jsonl")
    benchmarks = Path(__file__).parent.parent / "benchmarks"
    sets = [
        benchmarks / "duty_questions.jsonl",
        *sorted((shared_data / "benchmarks" / "governance").glob("*.jsonl")),
    ]
    measured = [json.loads(line) for path in sets for line in path.read_text(encoding="utf-8").splitlines()]
    assert {r["document"] for r in rows} & {d for r in measured for d in r.get("documents", [])} == set()
    texts = {
        r["document"]: "".join((shared_data / "documents" / r["document"]).read_text(encoding="utf-8").split())
        for r in rows
        if r["document"].endswith(".md")
    }
    absent = [
        (r["document"], a["name"])
        for r in rows
        for a in r["agencies"]
        if r["document"] in texts and "".join(a["name"].split()) not in texts[r["document"]]
    ]
    assert absent == []
    assert len({r["question"] for r in rows}) == len(rows)


def test_levelled_rows_keep_their_direction_and_order_of_length() -> None:
    from training.folder import level

    table = np.array([[3.0, 4.0], [0.0, 0.5], [0.0, 0.0]], np.float32)  # lengths 5, 0.5 and none
    found = level(table, 0.5)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [5**0.5, 0.5**0.5, 0], rtol=1e-6)
    np.testing.assert_allclose(found[0] / np.linalg.norm(found[0]), [0.6, 0.8], rtol=1e-6)


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


def write_questions(folder: Path) -> None:
    """A few questions on those data, in the place of the project's own."""
    lay = [
        {"document": "laws/national/a.md", "article": f"第{n}条", "question": f"第{n}件事没人管找谁"}
        for n in range(1, 20)
    ]
    reported = [
        {"document": f"plain_news-{n}.txt", "question": f"第{n}项工作谁介绍", "start": 4, "end": 12} for n in range(20)
    ]
    for name, rows in (("lay_questions", lay), ("notice_questions", reported)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_a_run_in_two_parts_gives_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from tokenizers import Tokenizer

    from kb.embedding import StaticEncoder
    from training import train_embedding as training

    data = write_data(tmp_path / "data")
    write_questions(tmp_path)
    monkeypatch.setattr("training.written.HERE", tmp_path)
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


def test_the_gradients_written_out_are_those_of_the_loss() -> None:
    """Autograd finds the same for InfoNCE in both directions, to what bfloat16 leaves of them."""
    torch = pytest.importorskip("torch")
    from training.train_embedding import contrast

    draw = torch.Generator().manual_seed(1)
    query, passage = (torch.nn.functional.normalize(torch.randn(6, 8, generator=draw), dim=1) for _ in range(2))
    one, other = query.clone().requires_grad_(), passage.clone().requires_grad_()
    scores, itself = 20 * one @ other.T, torch.arange(6)
    loss = sum(torch.nn.functional.cross_entropy(s, itself) for s in (scores, scores.T)) / 2
    loss.backward()
    none = np.zeros(0, np.int64), np.zeros(0, np.int64)
    told, *found = contrast(query, passage, none, None, 20)
    assert told == pytest.approx(loss.item(), rel=0.02)
    for gradient, expected in zip(found, (one.grad, other.grad), strict=True):
        assert torch.nn.functional.cosine_similarity(gradient.ravel(), expected.ravel(), dim=0) > 0.999
        np.testing.assert_allclose(gradient.norm(), expected.norm(), rtol=0.02)


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
