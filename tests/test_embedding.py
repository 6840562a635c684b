"""Encoders: what any of them promises, and the shipped static model beside sentence-transformers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from kb.embedding import HashingEncoder, StaticEncoder, load_encoder, unit_rows
from kb.errors import KBError

MODEL = Path(__file__).resolve().parent.parent / "kb" / "model"
needs_model = pytest.mark.skipif(not (MODEL / "model.safetensors").exists(), reason="自带模型文件不在")

CLAUSES = [
    "街道办事处负责背街小巷的清扫保洁。",
    "第二十三条　违反本条例规定，未按照规定清运生活垃圾的，责令限期改正，处五千元以上五万元以下罚款。",
    "县级以上人民政府应当将防汛抗旱经费纳入本级财政预算。",
    "一、总体要求\n（一）坚持问题导向。",  # numbering and a line break
    "ＡＢＣ１２３ abc123",  # full width beside half width
    "2026年5月1日起施行",
    "龘𠮷",  # a character beyond the basic plane, one code point but two UTF-16 units
]


def encoders() -> list[object]:
    found = [pytest.param(HashingEncoder(), id="hashing"), pytest.param(HashingEncoder(64), id="hashing-64")]
    if (MODEL / "model.safetensors").exists():
        found.append(pytest.param(StaticEncoder(MODEL), id="builtin"))
    return found


@pytest.mark.parametrize("encoder", encoders())
def test_rows_are_float32_of_length_one(encoder: HashingEncoder) -> None:
    rows = encoder.encode(CLAUSES)
    assert rows.dtype == np.float32
    assert rows.shape == (len(CLAUSES), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("encoder", encoders())
def test_a_row_does_not_depend_on_its_neighbours(encoder: HashingEncoder) -> None:
    alone = np.vstack([encoder.encode([c]) for c in CLAUSES])
    np.testing.assert_allclose(encoder.encode(CLAUSES), alone, atol=1e-6)
    np.testing.assert_allclose(encoder.encode(CLAUSES[::-1])[::-1], alone, atol=1e-6)


@pytest.mark.parametrize("encoder", encoders())
@pytest.mark.parametrize("empty", ["", "　\n", "\u200b"])
def test_a_text_without_characters_is_a_zero_row(encoder: HashingEncoder, empty: str) -> None:
    rows = encoder.encode(["清扫保洁", empty, "防汛"])
    assert not rows[1].any()
    assert rows[0].any()
    assert rows[2].any()


@pytest.mark.parametrize("encoder", encoders())
def test_no_texts_give_no_rows(encoder: HashingEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize("encoder", encoders())
def test_more_texts_than_a_batch(encoder: HashingEncoder) -> None:
    texts = [f"第{n}条　街道办事处负责第{n}号街巷" for n in range(2500)]
    rows = encoder.encode(texts)
    np.testing.assert_allclose(
        rows[[0, 1023, 1024, 2499]], encoder.encode([texts[i] for i in (0, 1023, 1024, 2499)]), atol=1e-6
    )


def test_hashing_is_the_same_in_another_process() -> None:
    code = (
        "import sys, hashlib; from kb.embedding import HashingEncoder;"
        "print(hashlib.sha256(HashingEncoder().encode(sys.argv[1:]).tobytes()).hexdigest())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code, *CLAUSES[:3]], env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(MODEL.parent.parent)},
                       capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(runs) == 1


def test_hashing_folds_width_and_space() -> None:
    rows = HashingEncoder().encode(["ＡＢＣ１２３ 号令", "abc123号令"])
    np.testing.assert_array_equal(rows[0], rows[1])


def test_hashing_puts_shared_wording_nearer() -> None:
    query, near, far = HashingEncoder().encode(["清理小广告", "小广告由谁清理", "财政预算"])
    assert query @ near > 0.4 > query @ far


def test_unit_rows_keeps_zero_rows() -> None:
    np.testing.assert_array_equal(
        unit_rows(np.array([[3, 4], [0, 0]], np.float32)), np.array([[0.6, 0.8], [0, 0]], np.float32)
    )


def test_an_unknown_model_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(KBError, match="没有的模型"):
        load_encoder(str(tmp_path / "没有的模型"))


def write_folder(folder: Path, tensors: dict[str, np.ndarray]) -> Path:
    vocab = [("[UNK]", -20.0), ("清扫", -2.0), ("保洁", -3.0)]
    Tokenizer(Unigram(vocab, unk_id=0)).save(str(folder / "tokenizer.json"))
    save_file(tensors, str(folder / "model.safetensors"))
    return folder


@pytest.mark.parametrize(
    "tensors",
    [
        # sentence-transformers' own layout, in either precision
        {"embedding.weight": np.array([[0, 0], [2, 0], [0, 1]], np.float32)},
        {"embedding.weight": np.array([[0, 0], [2, 0], [0, 1]], np.float16)},
        # model2vec's: rows in 8 bits, one factor a row; the row of an unknown piece has the factor 0
        {"embeddings": np.array([[0, 0], [127, 0], [0, 127]], np.int8), "weights": np.array([0, 2, 1], np.float32)},
    ],
    ids=["float32", "float16", "int8"],
)
def test_every_layout_of_a_static_model_is_read(tmp_path: Path, tensors: dict[str, np.ndarray]) -> None:
    encoder = StaticEncoder(write_folder(tmp_path, tensors))
    expected = unit_rows(np.array([[2, 0], [2, 1], [0, 0]], np.float32))
    np.testing.assert_allclose(encoder.encode(["清扫", "清扫保洁", "龘"]), expected, atol=1e-6)


@needs_model
def test_builtin_is_the_static_model_named_by_its_weights() -> None:
    encoder = load_encoder("builtin")
    assert isinstance(encoder, StaticEncoder)
    stem, _, digest = encoder.name.partition("@")
    assert stem == f"dingze-static-{encoder.dimension}"
    assert len(digest) == 8
    assert encoder.name == StaticEncoder(MODEL).name


@needs_model
def test_builtin_needs_no_torch() -> None:
    code = "import sys; from kb.embedding import load_encoder; load_encoder('builtin').encode(['清扫']); print('torch' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=MODEL.parent.parent
    )
    assert run.stdout.split() == ["False"]


@needs_model
def test_model_folder_is_small_enough() -> None:
    sizes = [p.stat().st_size for p in MODEL.rglob("*") if p.is_file()]
    assert sum(sizes) <= 20_000_000


@needs_model
@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        # lay wording against official wording, no shared word
        ("借钱不还怎么办", "借款人应当按照约定的期限返还借款。", "建设单位应当在竣工验收前修建配套的防空地下室。"),
        (
            "邻居半夜吵闹归谁管",
            "违反规定产生社会生活噪声干扰他人正常生活的，由公安机关处理。",
            "会计师事务所应当依法出具审计报告。",
        ),
        # a shared word must not be enough: 道路 occurs in both
        (
            "路灯坏了谁来修",
            "城市道路照明设施由市政设施管理部门负责维护维修。",
            "道路运输经营者应当加强驾驶员安全教育。",
        ),
    ],
)
def test_builtin_joins_lay_and_official_wording(query: str, near: str, far: str) -> None:
    rows = load_encoder("builtin").encode([query, near, far])
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


@needs_model
@pytest.mark.slow
def test_builtin_agrees_with_sentence_transformers() -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    assert [m["idx"] for m in json.loads((MODEL / "modules.json").read_text(encoding="utf-8"))] == [0, 1]
    theirs = sentence_transformers.SentenceTransformer(str(MODEL), device="cpu").encode(
        CLAUSES, normalize_embeddings=True
    )
    cosines = (load_encoder("builtin").encode(CLAUSES) * np.asarray(theirs, np.float32)).sum(axis=1)
    assert cosines.min() >= 0.999
