"""Whether a body may do something: what the rules in force say; what a report tells only where the past is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from kb.workspace import Workspace

DOCUMENTS = {
    "三定规定.md": (
        "# 宁阳街道办事处职能配置规定\n\n第一条 宁阳街道办事处不承担行政处罚，发现违法行为的，移交区城市管理局处理。\n\n"
        "第二条 宁阳街道办事处负责背街小巷的清扫保洁。\n\n第三条 本规定自2021年5月1日起施行。\n"
    ),
    "情况报告.txt": (
        "关于宁阳市城市管理工作的情况报告\n\n宁阳街道办事处没有行政处罚权，工作主动性差，占道经营反复出现。\n\n"
        "建议宁阳街道办事处由协助转为主体。\n"
    ),
}


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space(DOCUMENTS)


def test_rules_in_force_say_who_punishes(space: Workspace) -> None:
    answer = space.ask("宁阳街道办事处能自己罚款吗？")
    assert "不承担行政处罚" in answer.text
    assert "主动性差" not in answer.text
    assert {c.document for c in answer.citations} == {"三定规定.md"}
