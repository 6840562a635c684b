"""The benchmarks still run: nothing else calls them, so that a change elsewhere would break them unseen."""

from __future__ import annotations

import gzip
import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.answer.conftest import Make

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
ARTICLES = "\n\n".join(
    f"第{n}条 {topic}由市城市管理局负责，应当按照有关规定办理，{topic}的结果应当公布。"
    for n, topic in zip(
        "一二三四五六七八九十",
        ["清扫", "路灯", "井盖", "广告", "河道", "绿地", "公厕", "渣土", "停车", "早市"],
        strict=True,
    )
)


@pytest.mark.parametrize("name", sorted(p.stem for p in FOLDER.glob("*.py")))
def test_a_benchmark_tells_what_it_takes(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        module = importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] in ("benchmarks", "ingest", "kb", "training"):
            raise
        pytest.skip(f"needs {missing.name}, of an extra that is not installed")
    if hasattr(module, "main"):
        monkeypatch.setattr(sys, "argv", [name, "--help"])
        with pytest.raises(SystemExit) as ended:
            module.main()
        assert ended.value.code == 0
        assert "usage" in capsys.readouterr().out


def test_the_curve_of_cost_against_size_grows_its_stores(make_space: Make, tmp_path: Path) -> None:
    from benchmarks.scale_curve import Source, grow, measure
    from kb.library.fulltext import FullText
    from kb.library.letters import Letters
    from kb.library.vectors import VectorIndex

    space = make_space({"云泽市城市管理条例.md": f"# 云泽市城市管理条例\n\n{ARTICLES}\n"})
    source = Source(space, 6)
    text, letters, path = FullText.create(tmp_path / "fulltext"), Letters.create(tmp_path), tmp_path / "vectors.faiss"
    VectorIndex.create(path, space.encoder.dimension).commit()
    for start, end in ((0, 6), (6, 40)):  # real passages, then filler beyond them
        grow(source, start, end, text, VectorIndex(path, space.encoder.dimension, writable=True), letters)
    vectors = VectorIndex(path, space.encoder.dimension)
    assert (len(letters), len(vectors)) == (40, 40)
    found = measure(space, (text, vectors, letters), ["井盖归谁管"])
    assert sorted(found) == ["full text", "letters", "together", "vectors"]


def test_the_embedding_is_measured_with_and_without_what_a_text_stands_under(tmp_path: Path) -> None:
    from benchmarks.embedding_quality import bm25_scores, dense_scores, load_lecoqa, load_ncp, measures
    from kb.embedding import load_packaged
    from kb.words import Words

    notices, laws = tmp_path / "benchmarks/ncp/documents", tmp_path / "documents/laws"
    for folder in (notices, laws, tmp_path / "benchmarks/lecoqa", tmp_path / "training"):
        folder.mkdir(parents=True)
    topics = {"a.txt": "失业保险稳岗返还", "b.txt": "公交车停运", "c.txt": "口罩预约购买"}
    for name, topic in topics.items():
        body = "各区要抓好落实，及时报告进展情况。" * 20
        (notices / name).write_text(f"云泽市关于{topic}的通知\n{body}", encoding="utf-8")
    with gzip.open(tmp_path / "training/plain_news.jsonl.gz", "wt", encoding="utf-8") as news:
        for team in "红蓝黑白绿黄紫橙青灰":
            news.write(json.dumps({"text": f"昨天的比赛中，{team}队获胜。"}, ensure_ascii=False) + "\n")
    (laws / "乙.md").write_text(
        "# 云泽市养犬条例\n\n第一条 养犬应当登记。\n\n第二条 禁止养烈性犬。\n", encoding="utf-8"
    )
    (laws / "甲.md").write_text(f"# 云泽市城市管理条例\n\n## 第一章 总则\n\n{ARTICLES}\n", encoding="utf-8")
    asked = {
        "ncp": {"question": "公交车什么时候停运？", "documents": ["b.txt"]},
        "lecoqa": {"question": "井盖归谁管？", "gold": [{"documents": ["laws/甲.md"], "clause": "第三条"}]},
    }
    for name, row in asked.items():
        text = json.dumps(row, ensure_ascii=False)
        (tmp_path / "benchmarks" / name / "dev.jsonl").write_text(text + "\n", encoding="utf-8")

    plain, under = (load_ncp(tmp_path, context=c, distractors=True) for c in (False, True))
    assert (plain.name, under.name) == ("NCP+news plain", "NCP+news context")
    assert plain.owners.tolist() == under.owners.tolist() == [0, 0, 1, 1, 2, 2, *range(3, 13)]
    heads = [u.removesuffix(p) for u, p in zip(under.texts, plain.texts, strict=True)]
    assert ["公交车停运" in h for h in heads[:6]] == [False, False, True, True, False, False]
    assert [len(whole) > 250 for whole in plain.wholes] == [True] * 3 + [False] * 10
    narrow = load_ncp(tmp_path, context=False, distractors=True, window=80)
    assert len(narrow.texts) > len(plain.texts) and narrow.wholes == plain.wholes
    articles = load_lecoqa(tmp_path, context=True)
    assert articles.texts[4].startswith("云泽市城市管理条例 第一章 总则\n第三条 井盖")
    for suite in (plain, under, articles):
        for scores in (dense_scores(suite, load_packaged()), bm25_scores(suite, Words.load().cut)):
            found = {name: float(np.mean(values)) for name, values in measures(suite, scores).items()}
            assert found == {"hit@1": 1, "hit@10": 1, "nDCG@10": 1, "MRR": 1}
