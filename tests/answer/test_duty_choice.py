"""Which bodies belong to an answer: one leading text, its bodies by how they stand there, both sides of a line."""

from __future__ import annotations

import numpy as np
import pytest

from kb.answer.across import contradicts
from kb.answer.duty_choice import choose_bodies, find_leading, find_other_sides
from kb.answer.duty_rank import OWN_NAMES, Candidate
from kb.answer.pool import NAMES
from kb.records import Basis, Duty, Role

SIGNALS = (*NAMES, *OWN_NAMES)


def candidate(
    agency: str, quote: str, score: float, *, document: str = "a.md", clause: str = "第九条", start: int = 0,
    role: Role = "own", part: int = 0, share: float = 0.6, cosine: float = 0.5,
) -> Candidate:  # fmt: skip
    signals = np.zeros(len(SIGNALS))
    signals[SIGNALS.index("share_full")], signals[SIGNALS.index("cosine_part")] = share, cosine
    duty = Duty(agency, role, "负责", "负责", "", Basis(document, "v", clause, start, start + len(quote), quote))
    return Candidate(duty, score, part, True, signals)


def test_bodies_of_the_best_sentence_belong_and_a_far_one_does_not() -> None:
    quote = "未实行物业管理的居民住宅区，由街道办事处、镇人民政府负责。"
    part = [
        candidate("街道办事处", quote, 16.0),
        candidate("镇人民政府", quote, 15.9),
        candidate(
            "城市管理部门",
            "城市管理部门负责户外广告的管理。",
            11.0,
            clause="第三十条",
            start=900,
            share=0.1,
            cosine=0.1,
        ),
    ]
    assert [c.duty.agency for c in choose_bodies([part], False)] == ["街道办事处", "镇人民政府"]


def test_a_body_of_which_only_its_own_duties_are_said_is_not_named() -> None:
    quote = "卫生健康部门是控制吸烟工作的主管部门。"
    rest = "教育、交通等部门按照各自职责，对本行业的控制吸烟工作进行监督管理。"
    part = [
        candidate("卫生健康部门", quote, 16.0, role="lead"),
        candidate("交通", rest, 15.0, start=60),
    ]
    assert [c.duty.agency for c in choose_bodies([part], False)] == ["卫生健康部门"]


def test_parts_are_answered_from_the_text_that_answers_them_together() -> None:
    first = [candidate("公安机关", "一", 16.0), candidate("乙部门", "二", 13.0, document="b.md")]
    second = [
        candidate("丙部门", "三", 12.0, document="b.md", part=1),
        candidate("环保部门", "四", 11.5, start=50, part=1),
    ]
    assert find_leading([first, second]) == "a.md"


def test_some_body_is_named_even_where_none_is_likely() -> None:
    part = [candidate("公安机关", "一", 10.0, share=0.0, cosine=0.0)]
    assert len(choose_bodies([part], False)) == 1
    assert choose_bodies([[]], False) == []


OUTSIDE = candidate("区城市管理局", "区城市管理局负责查处农贸市场红线以外占道经营。", 15.0)
INSIDE = candidate("市场开办单位", "农贸市场红线以内的经营秩序，由市场开办单位负责。", 13.0, start=40)


@pytest.mark.parametrize(
    ("question", "bodies"),
    [
        ("农贸市场门口的菜摊归谁管", ["市场开办单位"]),  # on which side the door is, only the two rules together say
        ("农贸市场红线外的菜摊归谁管", []),  # the side is said
    ],
)
def test_the_rule_for_the_other_side_of_a_line(question: str, bodies: list[str]) -> None:
    found = find_other_sides([OUTSIDE], [[OUTSIDE, INSIDE]], question)
    assert [c.duty.agency for c in found] == bodies


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("没请物业的小区谁管", "实行物业管理的区域，由物业服务企业负责", True),
        ("没请物业的小区谁管", "未实行物业管理的，由街道办事处负责", False),
        ("有物业和没物业的分别谁管", "已实行物业管理的，由物业管理单位负责", False),  # both are asked about
        ("没请物业的小区谁管", "实行物业管理的由物业负责，没有实行物业管理的由所在单位负责", False),  # both are said
    ],
)
def test_a_text_for_the_other_case(question: str, text: str, other: bool) -> None:
    assert contradicts(question, text) is other
