"""The line of an answer: who, in which role, and the clause's own sentence, literal and shortened at its ends only."""

from __future__ import annotations

from dataclasses import replace

from kb.answer.duty import format_line
from kb.answer.requirement import asks_limit
from kb.records import Basis, Duty

QUOTE = "居住区、街巷等地方，由街道办事处负责组织专人清扫保洁。"
DUTY = Duty(
    "街道办事处",
    "own",
    "负责",
    "负责组织专人清扫保洁",
    "居住区、街巷",
    Basis("a.md", "v", "第九条", 0, len(QUOTE), QUOTE),
)


def test_the_sentence_is_the_clauses_own() -> None:
    assert format_line([("街道办事处", DUTY)]) == f"街道办事处（负责）：{QUOTE}"


def test_bodies_of_one_sentence_share_a_line() -> None:
    other = replace(DUTY, agency="居民委员会", role="support")
    assert format_line([("街道办事处", DUTY), ("居民委员会", other)]) == (
        f"街道办事处（负责）、居民委员会（配合协助）：{QUOTE}"
    )


def test_a_proposal_and_a_negative_say_so() -> None:
    assert format_line([("街道办事处", replace(DUTY, modality="proposal"))]).startswith(
        "该文件建议（拟议，尚非现行职责），"
    )
    line = format_line([("街道办事处", replace(DUTY, negative=True, role="enforce"))])
    assert line.startswith("街道办事处（不承担或者无权：执法处罚）")


def test_a_long_sentence_is_cut_at_its_ends_around_the_body() -> None:
    long = "前" * 300 + QUOTE + "后" * 300
    line = format_line([("街道办事处", replace(DUTY, basis=replace(DUTY.basis, quote=long)))])
    shown = line.partition("：")[2]
    assert shown.startswith("……") and shown.endswith("……")
    assert shown.strip("…") in long
    assert "由街道办事处负责组织专人清扫保洁" in shown


def test_what_a_rule_sets_is_told_from_what_happened() -> None:
    assert asks_limit("最迟什么时候办结？")
    assert asks_limit("遛狗不牵绳罚多少？")
    assert not asks_limit("谁提出的方案？")
