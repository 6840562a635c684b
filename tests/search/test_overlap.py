"""Overlap: counts over arrays of letters are those of plain Python over the texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.library.letters import Block, Letters
from kb.search.overlap import Overlap, bm25, idf

HEADS = ["云泽市市容条例 第二章", "", "pm2.5 监测"]
BODIES = ["第九条 市容市容整洁,市", "", "pm2.5 应当低于 35,容市"]
TOKENS = ["市容", "容市", "第九条", "市", "pm2.5", "35", "清扫", "𠮷"]


@pytest.fixture
def block(tmp_path: Path) -> Block:
    store = Letters.create(tmp_path)
    store.add([0, 1, 2], HEADS, BODIES)
    store.commit()
    return store.read([0, 1, 2])


def test_counts_are_those_of_the_texts(block: Block) -> None:
    found = Overlap(block, TOKENS).count(TOKENS)
    assert found.head.tolist() == [[h.count(t) for t in TOKENS] for h in HEADS]
    assert found.body.tolist() == [[b.count(t) for t in TOKENS] for b in BODIES]


def test_a_pair_does_not_reach_from_one_passage_into_the_next(tmp_path: Path) -> None:
    store = Letters.create(tmp_path)
    store.add([0, 1], ["街", "道"], ["道", "街"])
    store.commit()
    found = Overlap(store.read([0, 1]), ["街道", "道道", "道街"]).count(["街道", "道道", "道街"])
    assert found.both.sum() == 0


def test_no_candidates_and_no_tokens() -> None:
    empty = Block(np.zeros(0, dtype=np.uint16), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert Overlap(empty, ["市容"]).count(["市容"]).body.shape == (0, 1)


def test_bm25_by_hand() -> None:
    counts = np.asarray([[1, 0], [2, 1]])
    weights = idf([1, 2], 10)
    assert weights == pytest.approx([np.log(1 + 9.5 / 1.5), np.log(1 + 8.5 / 2.5)])
    scores = bm25(counts, weights, np.asarray([1.0, 1.0]), 0.75)
    assert scores == pytest.approx([weights[0], weights[0] * 4.4 / 3.2 + weights[1]])
    long, short = bm25(counts[:1].repeat(2, axis=0), weights, np.asarray([2.0, 0.5]), 0.75)
    assert long < short
