"""A text that a later notice adjusted without replacing any part of it is cited with the notice's name beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from kb.workspace import Workspace

DAY = date(2026, 11, 24)
TABLE = (
    "\n| 序号 | 工作任务 | 牵头单位 | 责任单位 |\n| --- | --- | --- | --- |\n"
    "| 1 | 背街小巷清扫保洁 | 市住建局 | 各街道 |\n| 2 | 公共厕所改造 | 市住建局 | 各区人民政府 |\n"
)
DOCUMENTS = {
    "方案.md": (
        "云泽市人民政府关于印发云泽市创建卫生城市工作方案的通知\n云泽政发〔2019〕11号\n各区人民政府：\n现将方案印发给你们。\n"
        "云泽市人民政府\n2019年4月1日\n云泽市创建卫生城市工作方案\n附件：云泽市创建卫生城市任务分解表\n" + TABLE
    ),
    "通知.md": (
        "云泽市人民政府办公室关于调整创建卫生城市部分任务牵头单位的通知\n云泽政办发〔2020〕12号\n各区人民政府：\n"
        "决定对《云泽市创建卫生城市工作方案》（云泽政发〔2019〕11号）作如下调整：\n"
        "一、“公共厕所改造”的牵头单位由市住建局调整为市城管局。\n二、其他任务的分工不变。\n云泽市人民政府办公室\n2020年4月10日\n"
    ),
    "办法.md": (
        "云泽市养犬管理办法\n（2016年3月1日云泽市人民政府令第9号公布）\n第一条 为了加强养犬管理，制定本办法。\n"
        "第二条 公安机关负责犬只登记。\n第三条 本办法自2016年5月1日起施行。\n"
    ),
    "决定.md": (
        "云泽市人民政府关于修改《云泽市养犬管理办法》的决定\n（2022年6月1日云泽市人民政府令第30号公布）\n"
        "对《云泽市养犬管理办法》作如下修改：\n第一条修改为：“为了规范养犬行为，制定本办法。”\n本决定自2022年7月1日起施行。\n"
    ),
}
NOTE = (
    "《云泽市创建卫生城市工作方案》已由《云泽市人民政府办公室关于调整创建卫生城市部分任务牵头单位的通知》作过调整，"
    "所引内容有无变动请一并核对。"
)


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space({n: re.sub(r"(?<!\|)\n(?!\|)", "\n\n", text) for n, text in DOCUMENTS.items()})


@pytest.mark.parametrize(
    ("question", "day", "first", "noted"),
    [
        ("公共厕所改造由谁牵头？", DAY, "市城管局", True),  # 调整的正是这一项：先答调整以后的
        ("背街小巷清扫保洁由谁牵头？", DAY, "市住建局", True),  # 没有调整这一项，读者要能自己核对
        ("公共厕所改造由谁牵头？", date(2020, 4, 9), "市住建局", False),  # 那时还没有调整
        ("犬只登记由谁负责？", DAY, "公安机关", False),  # 规章收的是修改以后的文本
    ],
)
def test_note(space: Workspace, question: str, day: date, first: str, noted: bool) -> None:
    answer = space.ask(question, as_of=day)
    assert answer.agencies[0].name == first
    assert (NOTE in answer.text) is noted and ("作过调整" in answer.text) is noted
