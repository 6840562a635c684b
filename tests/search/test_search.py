"""Search end to end over a small library: what each row's question must find first, and why."""

from __future__ import annotations

from datetime import date

import pytest

from kb.records import Hit
from kb.search.search import Searcher, SearchScope

TODAY = date(2026, 11, 1)


def first(hits: tuple[Hit, ...]) -> tuple[str, str]:
    return hits[0].passage.document, hits[0].passage.path


NEW, OLD, RIVER = "甲/云泽市市容条例(2023).md", "甲/云泽市市容条例(2018).md", "乙/临江市市容条例.md"


@pytest.mark.parametrize(
    ("question", "document", "clause"),
    [
        ("云泽市背街小巷由谁清扫保洁？", NEW, "第九条"),  # 地名认得；新旧两版并存时取现行的
        ("临江的背街小巷谁来扫？", RIVER, "第七条"),  # 地名省了“市”字
        ("云泽市飞线归谁管？", NEW, "第十一条"),  # 俗称“飞线”由词典引到“架空线”
        ("乱贴小广告罚多少钱？", "国/市容法.md", "第二条"),  # 没说地方，先给全国性规定
        ("临江市牛皮癣怎么罚？", RIVER, "第八条"),  # 俗称加地名
        ("北京抽烟罚多少？", "北京/北京市控制吸烟条例.md", "第二十五条"),  # 罚则在前，禁令在后；“抽烟”即吸烟
        ("《北京市控制吸烟条例》第九条怎么规定？", "北京/北京市控制吸烟条例.md", "第九条"),  # 点名文件和条
        ("北京控烟条例第9条", "北京/北京市控制吸烟条例.md", "第九条"),  # 简称、阿拉伯数字
        ("云政办发〔2022〕7号要求什么时候完成整治？", "通知/云政办发7号.md", "各区政府:"),  # 文号
        ("云泽市2024年地区生产总值增长多少？", "报告/云泽市2024年政府工作报告.md", "2024年全市地区生产总值增长百分之五点二,新增停车泊位三千个。"),  # 年份
        ("云泽市2023年GDP增速", "报告/云泽市2023年政府工作报告.md", "2023年全市地区生产总值增长百分之四点八,新增停车泊位两千个。"),  # GDP 是别名
    ],
)  # fmt: skip
def test_the_first_hit(searcher: Searcher, question: str, document: str, clause: str) -> None:
    assert first(searcher.search(question, as_of=TODAY)) == (document, clause)


def test_a_question_as_of_a_day_finds_what_held_then(searcher: Searcher) -> None:
    question = "云泽市背街小巷由谁清扫保洁？"
    assert first(searcher.search(question, as_of=date(2020, 1, 1))) == (OLD, "第九条")
    assert first(searcher.search(question, as_of=TODAY)) == (NEW, "第九条")


@pytest.mark.parametrize(
    ("scope", "documents"),
    [
        (SearchScope(documents=frozenset({RIVER})), {RIVER}),
        (SearchScope(withheld=frozenset({NEW, OLD, RIVER})), {"国/市容法.md"}),
        (SearchScope(places=frozenset({"临江市"})), {"国/市容法.md", RIVER}),  # 全国性文件在任何地方都适用
        (SearchScope(levels=frozenset({"法律"})), {"国/市容法.md"}),
    ],
)
def test_filters_come_before_the_best_are_taken(searcher: Searcher, scope: SearchScope, documents: set[str]) -> None:
    hits = searcher.search("背街小巷清扫保洁由谁负责", k=2, as_of=TODAY, scope=scope)
    assert len(hits) >= 1
    assert {h.passage.document for h in hits} <= documents
    assert searcher.search("清扫", scope=SearchScope(documents=frozenset())) == ()


def test_the_same_clause_takes_one_place(searcher: Searcher) -> None:
    hits = searcher.search("流动摊贩占道经营怎么处罚？", k=3, as_of=TODAY)
    assert sum(h.passage.path == "第十二条" for h in hits) == 1  # three texts say it word for word


def test_places_take_turns_where_none_is_named(searcher: Searcher) -> None:
    hits = searcher.search("背街小巷的清扫保洁由谁负责？", k=4, as_of=TODAY)
    local = [h.passage.document.split("/")[0] for h in hits if not h.passage.document.startswith("国/")]
    assert sorted(local[:2]) == ["乙", "甲"]  # 甲市有两个版本，也只先出一次


def test_the_same_question_gives_the_same_hits(searcher: Searcher) -> None:
    again = Searcher(searcher.library, searcher.encoder, searcher.words)
    for question in ("清扫保洁", "云泽市市容", "罚款"):
        assert searcher.search(question, as_of=TODAY) == again.search(question, as_of=TODAY)


@pytest.mark.parametrize("question", ["", "？！", "《》", " ", "😀", "的", "a", "第条"])
def test_questions_with_nothing_in_them(searcher: Searcher, question: str) -> None:
    hits = searcher.search(question, k=3, as_of=TODAY)
    assert len(hits) <= 3


def test_a_hit_is_a_literal_span_with_the_scores_that_put_it_there(searcher: Searcher) -> None:
    hit = searcher.search("云泽市背街小巷由谁清扫保洁？", as_of=TODAY)[0]
    text = searcher.library.get_version(hit.passage.document).text
    assert text[hit.passage.start : hit.passage.end] == hit.text
    assert hit.scores["place_same"] == 1
    assert 0 < hit.scores["flat"] <= 1
