"""Furniture and damage: what is left out and what is doubted, and what is idiom and stays unmarked."""

from __future__ import annotations

import pytest
from structure_samples import extract_of

from ingest.clean import find_furniture
from ingest.damage import EACH, find_damage

DAMAGE = [
    ("清理卫生死角万平方米，", "lost-figure", "万平方米", "the number before a unit is gone"),
    ("清理牛皮癣万条，", "lost-figure", "万条", "likewise"),
    ("自年月以来，我市召开大会", "lost-figure", "年月", "a date without digits"),
    ("生产总值增长%，", "lost-figure", "增长%", "a share without its number"),
    ("推动XX城区环境", "placeholder", "XX", "redacted, lost or junk"),
    ("街道办事处负贵清扫", "scrape-garble", "负贵", "负责 misread"),
    ("各单位职费分工", "scrape-garble", "职费", "职责 misread"),
    ("依照《》予以处罚", "lost-name", "《》", "the name is gone"),
    ("处以l000元罚款", "ocr-digit", "l000元", "a letter read for a digit"),
    ("处以lO万元罚款", "ocr-digit", "lO万元", "two letters"),
    ("工作开解决展得如火如荼", "displaced-text", "开解决展", "one word inside another"),
    ("争取纳入近两2000年老旧小区", "displaced-text", "两2000年", "a year pushed into a numeral"),
    ("也应增设社1区，", "displaced-text", "社1区", "a digit inside a word"),
]


@pytest.mark.parametrize(("text", "kind", "quote", "why"), DAMAGE, ids=[d[3] + d[2] for d in DAMAGE])
def test_damage_is_seen_with_its_place(text: str, kind: str, quote: str, why: str) -> None:
    assert [(d.kind, text[d.start : d.end]) for d in find_damage(text)] == [(kind, quote)]


SOUND = [
    "每万人拥有公共厕所3座",
    "走进千家万户",
    "引进亿元以上项目904个",
    "万元地区生产总值能耗下降3.2%",
    "上万人参加",
    "清理卫生死角3.2万平方米",
    "增长5.2%，下降0.3个百分点",
    "离职费、退职费按照规定执行",
    "出生年月日",
    "第一条第二款",
    "增加实施强制免疫的病种",
    "新建改造设施农业10万亩",
    "近两年来",
]


@pytest.mark.parametrize("text", SOUND)
def test_idiom_is_not_damage(text: str) -> None:
    assert find_damage(text) == ()


def test_many_of_one_kind_are_told_in_a_sum() -> None:
    doubts = find_damage("XX，" * (EACH + 5))
    assert (len(doubts), doubts[-1].message) == (EACH + 1, f"此类疑点共 {EACH + 5} 处，只列出前 {EACH} 处。")


FURNITURE = [
    "还剩5页未读,继续阅读", "文本内容:", "来源：云泽日报", "— 3 —", "第3页 共9页", "责任编辑：王某", "打印本页",
    "原文链接：https://example.org/a.html", "【字体：", "相关报道：", "扫一扫在手机打开当前页",
]  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_a_span_of_its_own(line: str) -> None:
    text = f"关于整治的通知\n{line}\n一、目标\n年底完成。\n"
    furniture, _ = find_furniture(extract_of(text))
    assert [text[s.start : s.end] for s in furniture] == [line]


def test_front_matter_and_comments_are_furniture() -> None:
    text = '---\ntitle: "某条例"\n---\n# 某条例\n\n<!-- INFO END -->\n\n第一条 甲XX。\n'
    furniture, doubts = find_furniture(extract_of(text))
    assert [text[s.start : s.end] for s in furniture] == ['---\ntitle: "某条例"\n---', "<!-- INFO END -->"]
    assert [text[d.start : d.end] for d in doubts] == ["XX"]


def test_words_that_only_look_like_furniture_stay() -> None:
    text = "打印机由综合科负责采购。\n来源于财政拨款的资金，应当专款专用，不得截留、挤占或者挪作他用，违者依法处理。\n"
    assert find_furniture(extract_of(text))[0] == ()
