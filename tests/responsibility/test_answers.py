"""Answers about the demo city: a body's own words decide whether it may, the item of a list that is asked is shown."""

from __future__ import annotations

from datetime import date

import pytest

from kb.workspace import Workspace

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 25)


def test_what_was_taken_from_a_body_answers_whether_it_may_punish(space: Workspace) -> None:
    answer = space.ask("街办能罚款吗？", as_of=DAY)
    assert "不承担行政处罚" in answer.text
    assert "（不由临河街道实施）" in answer.text  # the rows of the list of 2025
    assert answer.text.count("（不由临河街道实施）") == 3


def test_a_definition_decides_nothing(space: Workspace) -> None:
    answer = space.ask("街办已经是责任主体了吗？", as_of=DAY)
    assert "由协助转为主体" in answer.text
    assert "所称“负责”" not in answer.text


@pytest.mark.parametrize("question", ["养狗不牵绳归谁管，罚多少？", "谁负责中小学招生？"])
def test_a_matter_that_no_text_speaks_of_is_not_answered_from_what_bodies_do_besides(
    space: Workspace, question: str
) -> None:
    answer = space.ask(question, as_of=DAY)
    assert (answer.status, answer.reason, answer.agencies) == ("abstained", "no-evidence", ())
