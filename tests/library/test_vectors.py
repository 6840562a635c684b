"""Vectors: the kind of index follows the size, and every kind adds, removes, filters and comes back from disk alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.library import vectors
from kb.library.vectors import Kind, VectorIndex

ROWS = 2_000
SIZES: list[tuple[Kind, int, int]] = [  # kind, CODES_FROM, LISTS_FROM that lead to it
    ("flat", 10_000, 20_000),
    ("codes", 500, 20_000),
    ("lists", 500, 1_000),
]


def unit(count: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, 32)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(params=SIZES, ids=[kind for kind, *_ in SIZES])
def index(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    kind, codes, lists = request.param
    monkeypatch.setattr(vectors, "CODES_FROM", codes)
    monkeypatch.setattr(vectors, "LISTS_FROM", lists)
    made = VectorIndex.create(tmp_path / "v.faiss", 32)
    for start in range(0, ROWS, 400):  # grows from one kind into the next
        made.add(range(start, start + 400), unit(ROWS, 1)[start : start + 400])
        made.commit()
    assert made.kind == kind
    return VectorIndex(tmp_path / "v.faiss", 32, writable=True)


def nearest(index: VectorIndex, vector: NDArray[np.float32], permitted: NDArray[np.bool_] | None = None) -> int:
    return int(index.search(vector, 1, permitted)[0][0])


def test_each_row_finds_itself(index: VectorIndex) -> None:
    assert len(index) == ROWS
    assert sorted(index.keys().tolist()) == list(range(ROWS))
    assert [nearest(index, unit(ROWS, 1)[n]) for n in range(0, ROWS, 100)] == list(range(0, ROWS, 100))


def test_rows_come_back_in_the_order_asked(index: VectorIndex) -> None:
    rows = index.rows([7, 1_500, 3])
    assert np.abs(rows - unit(ROWS, 1)[[7, 1_500, 3]]).max() < 0.02  # 8-bit codes lose that much
    assert index.rows([]).shape == (0, 32)


def test_only_what_is_permitted_is_found_however_little_it_is(index: VectorIndex) -> None:
    permitted = np.zeros(ROWS, dtype=np.bool_)
    permitted[[11, 1_999]] = True
    keys, _ = index.search(unit(ROWS, 1)[500], 5, permitted)
    assert set(keys.tolist()) == {11, 1_999}


def test_rows_are_removed_and_added_without_a_rebuild(index: VectorIndex) -> None:
    index.remove([10, 20, 99_999])  # an unknown key is ignored
    index.commit()
    again = VectorIndex(index.path, 32, writable=True)
    assert len(again) == ROWS - 2
    assert nearest(again, unit(ROWS, 1)[10]) != 10
    again.add([20], unit(ROWS, 1)[20:21])
    again.commit()
    assert nearest(VectorIndex(index.path, 32), unit(ROWS, 1)[20]) == 20
    assert again.kind == index.kind


def test_a_file_of_other_dimensions_is_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="32 dimensions, expected 64"):
        VectorIndex(index.path, 64)


def test_large_lists_are_read_from_the_file(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MAPPED_FROM", 1)
    mapped = VectorIndex(index.path, 32)
    assert [nearest(mapped, unit(ROWS, 1)[n]) for n in (0, 999)] == [0, 999]
