"""The network that reads windows token by token: what it sees, what it says of spans, and that numpy reads as torch does."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from kb.answer.reader import COLUMNS, Network, Reader, Reading, load_reader
from kb.answer.reader_tokens import QUESTION_FEATURES, TOKEN_FEATURES, cut_tokens
from kb.answer.span_layout import Window
from kb.answer.spans import lay_all
from kb.embedding import HashingEncoder, load_packaged
from kb.errors import KBError
from kb.words import Words
from training.reader_network import ReaderNetwork
from training.train_reader import HALVES, Batches, Lesson, measure_overlap, train

TEXT = (
    "关于支持企业的通知\n一、房租　对受影响的中小企业，免收三个月房租；\n"
    "二、补助　对餐饮企业，给予最高5万元补助。咨询电话：010-12345678（工作日）。"
)
WINDOW = Window("a.txt", 0, TEXT, "关于支持企业的通知", 0, 1.0, 1.0)
OTHER = Window("b.txt", 40, "对旅行社暂退质量保证金，期限为两年。", "关于旅行社的通知", 1, 0.6, -0.4)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("免收3个月房租。", ["免收", "3", "个", "月", "房租", "。"]),  # 词片与标点
        ("一、房租　二、补助", ["一", "、", "房租", "　", "二", "、", "补助"]),  # 全角空格是一个词元
        ("通知\n\n  各单位", ["通知", "\n\n  ", "各", "单位"]),  # 连着的空白是一个
        ("ＡＢ㎡", ["Ａ", "Ｂ", "㎡", "㎡"]),  # 全角字母仍在原处；一个字符可以是两个词片
        ("", []),
    ],
)
def test_tokens_cover_the_text_in_order(text: str, tokens: list[str]) -> None:
    found = cut_tokens(text, load_packaged())
    said = [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)]
    assert said == tokens


def test_what_it_sees() -> None:
    asked, laid = lay_all("对餐饮企业最高补助多少？", [WINDOW, OTHER], Words.load(), HashingEncoder())
    question, seen = Reader((), load_packaged()).see(asked, [WINDOW, OTHER], laid)
    assert question.features.shape == (len(question.tokens.ids), QUESTION_FEATURES)
    assert [s.features.shape[1] for s in seen] == [TOKEN_FEATURES, TOKEN_FEATURES]
    tokens = seen[0].tokens
    said = [TEXT[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    same = seen[0].features[:, 0]
    assert {w for w, x in zip(said, same, strict=True) if x} == {"对", "餐饮企业", "最高", "补助"}
    assert same[said.index("房租")] == 0
    assert np.isfinite(seen[0].features).all()


def test_what_it_says_of_spans() -> None:
    starts, ends = np.asarray([0, 2, 4, 6]), np.asarray([2, 4, 6, 8])
    reading = Reading(
        starts, ends, np.asarray([0.1, 0.7, 0.1, 0.1]), np.asarray([0.0, 0.2, 0.8, 0.0]), np.asarray([0, 1, 1, 0.0])
    )
    found = reading.measure(np.asarray([2, 0]), np.asarray([6, 8]))
    assert tuple(found) == COLUMNS
    assert {name: values.round(3).tolist() for name, values in found.items()} == {
        "read_start": [-0.357, -2.303],
        "read_end": [-0.223, -12.0],  # 没有可能的，记到下限为止
        "read_both": [-0.58, -14.303],
        "read_inside": [1.0, 0.5],
        "read_overlap": [1.0, 0.667],
        "read_start_near": [0.9, 1.0],
        "read_end_near": [1.0, 1.0],
        "read_start_around": [1.0, 1.0],
    }


def test_numpy_reads_as_torch_does() -> None:
    torch.manual_seed(1)
    encoder = load_packaged()
    network = ReaderNetwork(encoder.dimension, 8, 0.2).eval()
    asked, laid = lay_all("对餐饮企业最高补助多少？", [WINDOW, OTHER], Words.load(), HashingEncoder())
    question, seen = Reader((), encoder).see(asked, [WINDOW, OTHER], laid)
    told = Network({name: value.numpy() for name, value in network.state_dict().items()}).read(question, seen)
    batches = Batches(encoder)
    lesson = Lesson("a.txt", question, tuple(seen), (0, 0, 0))
    with torch.no_grad():
        for window, rows in zip(seen, told, strict=True):
            expected = network(batches.asked([lesson]), batches.crop([(window, 0, len(window.tokens.ids))]))[0]
            assert np.abs(rows - expected.numpy()).max() < 1e-4


def test_it_learns_where_an_answer_stands() -> None:
    encoder = load_packaged()
    lessons = []
    for question, answer in (("对餐饮企业最高补助多少？", "5万元"), ("免收几个月房租？", "三个月")):
        asked, laid = lay_all(question, [WINDOW, OTHER], Words.load(), HashingEncoder())
        seen_question, seen = Reader((), encoder).see(asked, [WINDOW, OTHER], laid)
        at = TEXT.index(answer)
        first = int(np.searchsorted(seen[0].tokens.ends, at, side="right"))
        last = int(np.searchsorted(seen[0].tokens.starts, at + len(answer), side="left")) - 1
        lessons.append(Lesson("a.txt", seen_question, tuple(seen), (0, first, last)))
    random.seed(0)
    assert measure_overlap(train(lessons, seed=0, epochs=40), lessons) == 1.0


def test_one_that_learned_with_other_vectors_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_packaged()
    monkeypatch.setattr(encoder, "name", "dingze-static-384@00000000")
    with pytest.raises(KBError, match="重新训练"):
        load_reader(encoder)


def test_the_packaged_one_takes_the_mean() -> None:
    asked, laid = lay_all("对餐饮企业最高补助多少？", [WINDOW, OTHER], Words.load(), HashingEncoder())
    whole, *parts = (
        load_reader(load_packaged(), of=name).read(asked, [WINDOW, OTHER], laid) for name in ("", "all.0", "all.1")
    )
    assert sum(float(r.begin.sum()) for r in whole) == pytest.approx(1)
    assert whole[0].end == pytest.approx((parts[0][0].end + parts[1][0].end) / 2)
    assert not np.allclose(parts[0][0].end, parts[1][0].end)


def test_the_halves_learned_with_the_same_vectors() -> None:
    assert all(load_reader(load_packaged(), HALVES, f"{half}.") for half in (0, 1))
