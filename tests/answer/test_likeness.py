"""How like a record is to what is asked: by its best sentence, and by lay words of one character too."""

from __future__ import annotations

from datetime import date

import numpy as np

from kb.answer.ask import understand
from kb.answer.draft import Context
from kb.answer.duty import rank_question
from kb.answer.duty_rank import OWN_NAMES
from kb.answer.pool import NAMES, find_likeness
from kb.embedding import load_encoder
from tests.answer.conftest import Make

PLAN = "健全产业标准。制定各类赛事的办赛指南和服务规范。对确需保留的道路、空域、水域、无线电使用等审批事项，进一步优化流程。"
ASKED = "办马拉松占道路、用空域，优化审批"


def test_a_text_of_several_sentences_is_as_like_as_its_best() -> None:
    encoder = load_encoder("builtin")
    one = "对确需保留的道路、空域、水域、无线电使用等审批事项，进一步优化流程"
    alone, first, part, none = find_likeness(encoder, [ASKED, "赛事指南"], [one, PLAN, "灭鼠。灭蝇。", ""]).T
    rows = encoder.encode([ASKED, "赛事指南", one])
    assert np.allclose(alone, rows[:2] @ rows[2])  # one sentence: its own cosine
    assert first[0] == alone[0]
    assert first[1] > alone[1]  # another of its sentences is nearer to another question
    assert (part >= 0).all() and part[0] < first[0]
    assert none.tolist() == [0, 0]


def test_nothing_is_like_no_text() -> None:
    assert find_likeness(load_encoder("builtin"), ["问", "答"], []).shape == (2, 0)


DOGS = """# 云泽市养犬管理规定

第一条 本市行政区域内的养犬管理适用本规定。

第二条 在禁养区内养犬的，由公安机关没收其犬，并可以对单位处一万元罚款，对个人处五千元罚款。

第三条 携犬人对犬在户外排泄粪便不立即清除，破坏市容环境卫生的，由城市管理综合执法部门责令改正，并可以处五十元罚款。

第四条 未经登记养犬的，由公安机关没收其犬，或者对个人处二千元罚款。
"""


def test_a_lay_word_of_one_character_tells_what_is_asked(make_space: Make) -> None:
    space = make_space({"云泽市养犬管理规定.md": DOGS})
    context = Context(space.searcher, space.agencies, ())
    question = understand(space.searcher, "云泽市养犬管理规定里，遛狗拉了屎不捡，由谁来处罚", date(2026, 11, 25), ())
    ranked = rank_question(context, question).ranked[0]
    core = [*NAMES, *OWN_NAMES].index("core")  # whether the article has what is asked by its rarest word: 屎, 粪便
    assert {c.duty.agency for c in ranked if c.signals[core]} == {"城市管理综合执法部门"}
    assert (ranked[0].duty.agency, ranked[0].duty.role) == ("城市管理综合执法部门", "enforce")
