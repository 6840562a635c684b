"""The items of a list under a stem, and what a part of a question is about."""

from __future__ import annotations

from datetime import date

import pytest

from kb.answer.draft import Question
from kb.answer.duty_items import find_items, find_rest
from kb.answer.duty_question import find_parts
from kb.answer.duty_rank import about, find_manner, scope_of

STEM = "违反本条例，有下列行为之一的，由城市综合执法部门给予警告，并处以五千元以上罚款："
ARTICLE = f"第二十七条 {STEM}\n（一）未按照规定清洗消毒的；\n（二）未对水质进行检测的。\n第二十八条 （一）另一条的项。"


def asked(text: str) -> Question:
    return Question(text, text, "duty", date(2026, 11, 25))


def test_the_items_of_the_same_article_with_their_places() -> None:
    items = find_items(ARTICLE, ARTICLE.index(STEM) + len(STEM))
    assert [ARTICLE[i.start : i.end] for i in items] == [i.text for i in items]
    assert [i.text for i in items] == ["未按照规定清洗消毒的；", "未对水质进行检测的。"]


def test_what_a_body_goes_on_to_do_after_the_semicolon() -> None:
    text = "环保总局拟积极推广节水经验；依据有关规定，要求排污大户进行清洁生产审核。建设部拟做好规划。"
    rest = find_rest(text, text.index("；") + 1)
    assert rest is not None and text[rest.start : rest.end] == "依据有关规定，要求排污大户进行清洁生产审核。"
    assert find_rest("由X处罚；\n（二）另一项。", 5) is None  # the next item of a list


@pytest.mark.parametrize(
    ("question", "part", "managed"),
    [
        ("没请物业的老楼院，卫生该谁管？请了物业的又是谁？", 0, False),
        ("没请物业的老楼院，卫生该谁管？请了物业的又是谁？", 1, True),  # its own words before those it leans on
        ("居住区的卫生谁管？", 0, None),
    ],
)
def test_the_case_a_part_is_about(question: str, part: int, managed: bool | None) -> None:
    assert scope_of(asked(question), find_parts(question)[part]).property_managed is managed


@pytest.mark.parametrize(
    ("question", "manner"),
    [
        ("原来的主管局还能照样开罚单吗", {"whether"}),
        ("两家抢着管，最后听谁的", {"dispute"}),
        ("窨井盖丢失由谁补", {"doing"}),
        ("占道堆物由谁来罚", set()),  # punishing is no work on the thing
        ("工作人员失职由谁追究", {"discipline"}),
        ("垃圾处理费由谁定", {"dispute", "money"}),
    ],
)
def test_what_the_wording_of_a_question_says_of_the_rule(question: str, manner: set[str]) -> None:
    found = find_manner(asked(question), find_parts(question)[0])
    names = ("whether", "dispute", "discipline", "money", "doing")
    assert {n for n in names if getattr(found, n)} == manner


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("遛狗拉屎不捡该由谁来处罚", "遛狗拉屎不捡该由谁来"),  # a role is asked for
        ("市容方面的处罚由谁实施", "市容方面的处罚由谁实施"),  # the penalties themselves are the matter
        ("处罚权划给了谁", "处罚权划给了谁"),
        ("灭鼠谁牵头、什么时候完成", "灭鼠谁、"),
    ],
)
def test_words_of_asking_are_no_part_of_the_matter(part: str, left: str) -> None:
    assert about(part) == left
