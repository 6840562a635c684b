"""One entry of a dictionary at a time: checked, and the rest of the file left as it was written."""

from __future__ import annotations

import re

import pytest

from kb.agencies import Agencies
from kb.errors import UsageError
from kb.web.entries import drop_entry, find_entries, put_entry

REGISTRY = Agencies.load(None)
SYNONYMS = """# 本市的叫法
扫大道 = 清扫保洁  # 东北话
牛皮癣 野广告 = 小广告
"""
AGENCIES = """# 我市机构

# 2024年设立
[[body]]
id = "own-park"
name = "公园中心"
aliases = ["公园管理中心", "园林[[x]]站"]

# 云泽
[[concrete]]
generic = "城市管理部门"  # 条例的说法
place = "云泽市"
name = "云泽市城市管理局"
from = 2019-03-01
"""
BODY, CONCRETE = (e.source for e in find_entries("agencies", AGENCIES, REGISTRY))


def shown(name: str, text: str) -> list[dict[str, str]]:
    return [e.fields for e in find_entries(name, text, REGISTRY)]


def test_entries_are_read_with_what_stands_around_them_left_out() -> None:
    assert shown("synonyms", SYNONYMS) == [
        {"lay": "扫大道", "official": "清扫保洁"},
        {"lay": "牛皮癣 野广告", "official": "小广告"},
    ]
    assert shown("agencies", AGENCIES) == [
        {"name": "公园中心", "aliases": "公园管理中心 园林[[x]]站", "id": "own-park"},
        {"generic": "城市管理部门", "place": "云泽市", "name": "云泽市城市管理局", "from": "2019-03-01", "to": ""},
    ]


def test_a_new_entry_comes_last_and_can_be_read_again() -> None:
    text = put_entry("synonyms", SYNONYMS, "synonym", {"lay": "飞线", "official": "私拉电线 架空线"}, REGISTRY)
    assert text == SYNONYMS + "飞线 = 私拉电线 架空线\n"
    reform = {"old": "工商局 质监局", "new": "市场监管局", "on": "2018-03-21", "note": "2018年机构改革"}
    text = put_entry("agencies", AGENCIES, "reform", reform, REGISTRY)
    assert text.startswith(AGENCIES.rstrip("\n"))
    assert shown("agencies", text)[-1] == {
        "old": "工商行政管理部门 质量技术监督部门", "new": "市场监督管理部门", "on": "2018-03-21", "note": "2018年机构改革",
    }  # fmt: skip


def test_an_entry_is_changed_in_its_place_and_remarks_stay() -> None:
    was = "扫大道 = 清扫保洁  # 东北话"
    text = put_entry("synonyms", SYNONYMS, "synonym", {"lay": "扫大道", "official": "道路清扫"}, REGISTRY, was)
    assert text == SYNONYMS.replace("清扫保洁  # 东北话", "道路清扫  # 东北话")
    fields = {"name": "公园中心", "aliases": "公园所", "id": "own-park"}
    text = put_entry("agencies", AGENCIES, "body", fields, REGISTRY, BODY)
    assert text == AGENCIES.replace('"公园管理中心", "园林[[x]]站"', '"公园所"')


def test_an_entry_is_removed_and_nothing_else() -> None:
    assert drop_entry("synonyms", SYNONYMS, "牛皮癣 野广告 = 小广告") == SYNONYMS.replace(
        "牛皮癣 野广告 = 小广告\n", ""
    )
    left = drop_entry("agencies", AGENCIES, BODY)
    assert left == AGENCIES.replace(BODY + "\n", "")
    assert shown("agencies", left) == shown("agencies", AGENCIES)[1:]


def test_words_that_look_like_markup_stay_words() -> None:
    fields = {"generic": '引"号\\斜线', "place": "全国", "name": "甲\n[[body]]"}
    text = put_entry("agencies", AGENCIES, "concrete", fields, REGISTRY)
    assert shown("agencies", text)[-1] == {
        "generic": '引"号\\斜线', "place": "全国", "name": "甲 [[body]]", "from": "", "to": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("synonym", {"lay": "飞线", "official": " "}, "请填写“规范说法”"),
        ("synonym", {"lay": "a=b", "official": "丙"}, "不能有 = 和 #"),
        ("synonym", {"lay": "新词 野广告", "official": "丙"}, "“野广告”已有一条（牛皮癣 野广告 = 小广告）"),
        ("body", {"name": ""}, "请填写“规范名称”"),
        ("body", {"name": "公园管理中心"}, "“公园管理中心”已登记在“公园中心”下"),
        ("reform", {"old": "没有的局", "new": "市场监管局", "on": "2020-01-01"}, "“没有的局”还没有登记"),
        ("reform", {"old": "工商局", "new": "工商局", "on": "2020-01-01"}, "既是原机构又是承接机构"),
        ("reform", {"old": "工商局", "new": "市场监管局", "on": "去年"}, "施行日期“去年”应写成"),
        ("concrete", {"generic": "甲", "place": "乙"}, "请填写“具体机关”"),
        ("concrete", {"generic": "甲", "place": "乙", "name": "丙", "from": "2020-01-01", "to": "2019-01-01"}, "早于起始"),
    ],
)  # fmt: skip
def test_a_bad_entry_says_what_is_wrong(kind: str, fields: dict[str, str], said: str) -> None:
    name, text = ("synonyms", SYNONYMS) if kind == "synonym" else ("agencies", AGENCIES)
    with pytest.raises(UsageError, match=re.escape(said)):
        put_entry(name, text, kind, fields, REGISTRY)


def test_an_entry_that_somebody_else_changed_is_not_overwritten() -> None:
    with pytest.raises(UsageError, match="刷新"):
        put_entry("synonyms", SYNONYMS, "synonym", {"lay": "甲", "official": "乙"}, REGISTRY, "甲 = 丙")
    with pytest.raises(UsageError, match="刷新"):
        drop_entry("agencies", AGENCIES, BODY.replace("公园所", "x") + "x")
