"""Statutes are quoted by whole rules: an article, a paragraph, an item behind the line that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from kb.answer.ask import find_hits, understand
from kb.answer.draft import Context
from kb.answer.general import answer_general
from kb.workspace import Workspace

LONG = "经营者应当建立进货查验、索证索票、台账登记和不合格商品退出制度，并将有关材料保存至商品售出后两年；" * 10
DOCUMENTS = {
    "市场管理条例.md": f"""# 云城市农产品市场管理条例
（2021年9月28日云城市第三届人民代表大会常务委员会第十次会议通过　自2022年1月1日起施行）
第一条 为了规范农产品市场的经营活动，制定本条例。
第二条 下列商品不得在农产品市场内陈列：

（一）活体野生动物；

（二）变质的熟食。

前款所列商品的目录由市人民政府公布。
第三条 市场开办者对场内设施的安全负责。

场内设施的检修记录应当张贴在入口处。
第四条 {LONG}

经营者搬迁摊位的，应当事先告知市场开办者。
第五条 经营者有下列行为之一的，由市场开办者劝阻：

（一）在通道上堆放箱筐的；

（二）夜间播放广播的；

（三）{LONG}
""",
}


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space(DOCUMENTS)


@pytest.mark.parametrize(
    ("question", "begins", "holds", "lacks"),
    [
        # 一项离开“不得陈列”就不成规定
        ("农产品市场内变质的熟食如何陈列？", "第二条 下列商品不得", "（二）变质的熟食。", "第三条"),
        # 短的条整条引
        ("农产品市场场内设施的检修记录如何张贴？", "第三条", "检修记录应当张贴在入口处。", "第四条"),
        # 长的条引相关的一款
        ("农产品市场经营者搬迁摊位应当怎样？", "经营者搬迁摊位的", "应当事先告知市场开办者。", "索证索票"),
        # 项太长的，引导语与相关的一项
        ("农产品市场经营者夜间播放广播如何劝阻？", "第五条 经营者有下列行为之一的", "（二）夜间播放广播的；", "索证索票"),
    ],
)  # fmt: skip
def test_a_rule_is_quoted_whole(space: Workspace, question: str, begins: str, holds: str, lacks: str) -> None:
    answer = space.ask(question, as_of=date(2026, 11, 24))
    assert answer.text.startswith(begins)
    assert holds in answer.text
    assert lacks not in answer.text
    text = space.library.get_version(answer.citations[0].document).text
    assert all(text[c.start : c.end] == c.quote for c in answer.citations)


def test_a_number_of_a_statute_comes_with_its_sentence(make_space: Callable[[Mapping[str, str]], Workspace]) -> None:
    space = make_space(
        {
            "公墓管理条例.md": """# 云城市公墓管理条例
（2021年9月28日云城市第三届人民代表大会常务委员会第十次会议通过　自2022年1月1日起施行）
第一条 为了加强公墓管理，制定本条例。
第二条 墓位使用期限，家族墓不超过五十年，单人墓不超过二十年。期满可以续用。
"""
        }
    )
    asked = understand(space.searcher, "公墓的单人墓使用期限不超过多少年？", date(2026, 11, 24), ())
    context = Context(space.searcher, space.agencies, ())
    draft = answer_general(replace(context, hits=find_hits(context, asked)), asked)
    assert draft is not None
    # 只引“二十年”，看不出说的是哪一种墓
    assert [s.text for s in draft.statements] == ["第二条 墓位使用期限，家族墓不超过五十年，单人墓不超过二十年。"]
