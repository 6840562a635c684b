"""Letters: characters come back by key; what a killed run left is cut off; removed keys are empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.library.letters import Letters


def read(store: Letters, *keys: int) -> list[tuple[str, str]]:
    block = store.read(keys)
    return list(zip(block.titles(range(len(keys))), block.bodies(range(len(keys))), strict=True))


@pytest.fixture
def store(tmp_path: Path) -> Letters:
    made = Letters.create(tmp_path)
    made.add([3, 4], ["市容条例", ""], ["第一条 清扫保洁", "𠮷祥里"])  # one letter beyond 16 bits
    made.commit()
    return made


def test_letters_come_back_by_key(store: Letters, tmp_path: Path) -> None:
    for one in (store, Letters(tmp_path)):
        assert read(one, 4, 3) == [("", "\ufffd祥里"), ("市容条例", "第一条 清扫保洁")]
        assert len(one) == 2
        assert one.keys().tolist() == [3, 4]
        assert one.mean_length == (5 + 9 + 1 + 4) / 2  # each with its break


def test_keys_that_are_not_held_are_empty(store: Letters) -> None:
    assert read(store, 0, 99, -1) == [("", "")] * 3
    store.remove([3, 99])
    assert read(store, 3) == [("", "")]
    assert len(store) == 1


def test_a_replaced_key_has_its_new_letters(store: Letters, tmp_path: Path) -> None:
    store.remove([3])
    store.add([3, 7], ["市容条例", "市容条例"], ["第一条 道路清扫", "第二条"])
    store.commit()
    assert read(Letters(tmp_path), 3, 7) == [("市容条例", "第一条 道路清扫"), ("市容条例", "第二条")]


def test_characters_without_their_table_are_cut_off(store: Letters, tmp_path: Path) -> None:
    with (tmp_path / "letters.bin").open("ab") as file:
        file.write("半截".encode("utf-16-le"))  # a run was killed between the two files
    again = Letters(tmp_path)
    again.add([5], [""], ["全部"])
    again.commit()
    assert read(Letters(tmp_path), 5, 3) == [("", "全部"), ("市容条例", "第一条 清扫保洁")]


def test_a_file_shorter_than_its_table_is_refused(store: Letters, tmp_path: Path) -> None:
    (tmp_path / "letters.bin").write_bytes(b"\0\0")
    with pytest.raises(ValueError, match=r"letters\.bin: 1 characters, expected 19"):
        Letters(tmp_path)


def test_odd_characters_move_nothing(tmp_path: Path) -> None:
    store = Letters.create(tmp_path)
    store.add([0, 1], ["", ""], ["\ud83d\udc00 两个半边字符", "后一段"])  # read together, the halves would be one
    store.commit()
    assert read(store, 0, 1) == [("", "\ufffd\ufffd 两个半边字符"), ("", "后一段")]
