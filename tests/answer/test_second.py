"""Where it is uncertain which text answers, the other one is pointed at with its own quotation; else it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from kb.answer.second import SEE_ALSO
from kb.answer.verify import find_faults
from kb.workspace import Workspace

DAY = date(2026, 11, 24)
DOCUMENTS = {
    "商贸通知.txt": "关于支持商贸企业的通知\n各有关单位：\n受影响的商贸企业，可以申请减免两个月的摊位租金，向所在街道提出。\n2020年2月7日\n",
    "小微通知.txt": "关于支持小微企业的通知\n各有关单位：\n受影响的小微企业，可以申请减免一个月的摊位租金，向所在乡镇提出。\n2020年2月9日\n",
    "婚姻公告.txt": "关于婚姻登记业务的公告\n广大市民朋友：\n自即日起暂停办理婚姻登记，恢复办理的时间另行通知。\n2020年2月3日\n",
}


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space(DOCUMENTS)


@pytest.mark.parametrize(
    ("question", "cites", "pointed"),
    [
        # 两份通知都说减免摊位租金，所问没有说是哪一类企业
        ("受影响的企业怎么申请减免摊位租金？", {"商贸通知.txt", "小微通知.txt"}, True),
        # 只有一份说婚姻登记
        ("什么时候恢复办理婚姻登记？", {"婚姻公告.txt"}, False),
    ],
)
def test_pointer(space: Workspace, question: str, cites: set[str], pointed: bool) -> None:
    answer = space.ask(question, as_of=DAY)
    assert {c.document for c in answer.citations} == cites
    assert (f"\n{SEE_ALSO}[2]" in answer.text) is pointed
    texts = {d: space.library.get_version(d).text for d in DOCUMENTS}
    assert find_faults(answer, texts.__getitem__) == ()
    for citation in answer.citations:
        assert texts[citation.document][citation.start : citation.end] == citation.quote
