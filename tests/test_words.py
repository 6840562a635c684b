"""Words: the Rust twin cuts as jieba does, lay wordings lead to official ones, bad dictionary lines are named."""

from __future__ import annotations

from pathlib import Path

import jieba
import pytest

from kb.errors import UsageError
from kb.words import Synonyms, Words

WORDS = Words.load()

SAMPLE = [
    "街道办事处负责背街小巷的清扫保洁，城市管理部门负责主次干道。",
    "违反本条例第十三条第一款规定的，由城市管理行政执法部门责令限期改正，处以二百元以上五百元以下罚款。",
    "市人民政府办公室关于印发《云泽市生活垃圾分类工作方案》的通知",
    "2024年地区生产总值增长5.2%，城镇调查失业率为5.1%。",
    "小广告、牛皮癣由谁清理？物业服务企业应当及时清除。",
    "本办法自2026年5月1日起施行，有效期五年。",
    "各区卫生健康委员会、市场监督管理局按照各自职责做好灭鼠工作。",
]


def test_the_rust_twin_cuts_as_jieba_does() -> None:
    reference = jieba.Tokenizer()
    for word in WORDS.user_words:
        reference.add_word(word)
    for text in SAMPLE:
        assert WORDS.cut(text) == [w for w in reference.cut(text.translate(_WIDTH)) if w[0].isalnum()]


# Full-width marks are folded before cutting; the words themselves stay.
_WIDTH = {ord("，"): ",", ord("？"): "?", ord("："): ":"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("街道办事处负责背街小巷的清扫保洁。", ["街道办事处", "负责", "背街小巷", "的", "清扫保洁"]),  # 领域词不拆开
        ("ＰＭ2.5与ＧＤＰ", ["pm2.5", "与", "gdp"]),  # 全角折为半角、小写，小数不断开
        ("！？——《》", []),  # 只有标点
        ("", []),
    ],
)
def test_cut(text: str, words: list[str]) -> None:
    assert WORDS.cut(text) == words


def test_bigrams_do_not_cross_marks() -> None:
    assert WORDS.bigrams("市容，环卫2026年") == ["市容", "环卫", "2026", "年"]


def test_topic_leaves_out_words_that_carry_none() -> None:
    assert WORDS.topic("小广告由谁清理？小广告") == ["小广告", "清理"]


def test_common_nouns_without_names_of_places() -> None:
    assert WORDS.nouns("北京市的月球基地由谁管，雨伞呢？") == ["月球", "基地", "雨伞"]


def test_lay_wordings_lead_to_official_ones() -> None:
    words = Words((), Synonyms.parse("扫马路 扫大街 = 清扫保洁\n飞线 = 架空线  # 注\n\n", "示例"))
    assert words.expand("扫马路归谁，飞线又归谁") == ["清扫保洁", "架空线"]
    assert words.expand("清扫保洁也叫扫大街") == []  # 已经写了规范说法


def test_wordings_come_in_the_order_of_the_dictionary() -> None:
    words = Words(synonyms=Synonyms.parse("垃圾 = 生活垃圾\n小广告 广告 = 户外广告\n拉 = 运输", "词典"))
    assert words.expand("拉小广告，拉垃圾") == ["生活垃圾", "户外广告", "运输"]


def test_one_dictionary_does_not_see_another() -> None:
    first, second = Words(["飞线充电桩"]), Words()
    assert first.cut("飞线充电桩") == ["飞线充电桩"]
    assert second.cut("飞线充电桩") != ["飞线充电桩"]


def test_a_bad_dictionary_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"词典 own\.txt 第 2 行应写成“俗称 = 规范说法 …”，现为“只有俗称”。"):
        Synonyms.parse("甲 = 乙\n只有俗称", "own.txt")
    with pytest.raises(UsageError, match="找不到用户词典"):
        Words.load(tmp_path / "none.txt")


def test_the_users_file_is_added_to_the_packaged_one(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("大盖帽 = 执法人员", encoding="utf-8")
    words = Words.load(own)
    assert words.expand("大盖帽") == ["执法人员"]
    assert "清扫保洁" in words.expand("扫马路")
