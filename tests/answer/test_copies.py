"""One text published in two places is cited in both; what merely resembles it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from kb.workspace import Workspace

SAID = "对受影响的餐饮企业，免收三个月的国有房屋租金，由房屋产权单位直接减免。"
DOCUMENTS = {
    "通知.txt": f"关于支持餐饮企业的通知\n各有关单位：\n{SAID}\n市商务局\n2020年2月7日\n",
    # 报道中同一句话，空格不同
    "报道.txt": f"我市支持餐饮企业\n记者今日获悉，我市出台措施。{SAID.replace('，由', '， 由')}企业负责人表示欢迎。\n",
    "别处.txt": "邻市支持餐饮企业的做法\n对受影响的餐饮企业，减半收取六个月的国有房屋租金，由财政部门补贴。\n",
}


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space(DOCUMENTS)


def test_both_places_are_cited(space: Workspace) -> None:
    answer = space.ask("受影响的餐饮企业免收国有房屋租金有哪些支持？", as_of=date(2026, 11, 24))
    assert {c.document for c in answer.citations} == {"通知.txt", "报道.txt"}
    for citation in answer.citations:
        text = space.library.get_version(citation.document).text
        assert text[citation.start : citation.end] == citation.quote
