"""What kind of question is asked; every row says why."""

from __future__ import annotations

import pytest

from kb.answer.question import find_kind, find_quoted_titles, find_years, resolve_follow_up


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("小广告谁来清？", "duty"),  # 谁来
        ("牛皮癣归城管还是街办？", "duty"),  # 归…还是…
        ("占道经营由哪个部门处罚？", "duty"),  # 问的是谁罚，不是罚多少
        ("乱张贴罚多少？", "requirement"),  # 罚则
        ("受理后多少个工作日内答复？", "requirement"),  # 期限
        ("2024年全市地区生产总值增长多少？", "figure"),  # 指标
        ("三年共拆除违法建设面积是多少？", "figure"),  # 报告数据
        ("农贸市场暂行办法还有效吗？", "status"),  # 效力
        ("责任区办法现行哪版？", "status"),  # 现行
        ("新旧两版条例的罚则有什么不同？", "compare"),  # 版本比较
        ("三定是啥？", "definition"),  # 名词
        ("列全街道市容职责", "duty"),  # 列举的是职责: 由职责表回答
        ("复工复产有哪些支持措施？", "list"),  # 列举
        ("企业如何申请延期缴税？", "general"),  # 没有类别线索
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert find_kind(text) == kind


def test_years_in_order_and_titles() -> None:
    assert find_years("按2004—2007年各年报告，2003年至2006年增速依次是多少？") == (2004, 2007, 2003, 2006)
    assert find_quoted_titles("《行政处罚法》与《立法法》的关系") == ("行政处罚法", "立法法")


@pytest.mark.parametrize(
    ("history", "text", "full"),
    [
        (["四级道路谁扫、谁考核？"], "那二级呢？", "二级道路谁扫、谁考核？"),  # 同类替换
        (["小广告谁来清？"], "那罚款呢？", "小广告谁来清，罚款？"),  # 补上前一问的主题
        (["小广告谁来清？"], "有物业的住宅小区由谁负责清扫保洁？", "有物业的住宅小区由谁负责清扫保洁？"),  # 自足
        ([], "那二级呢？", "那二级呢？"),  # 没有前文
    ],
)
def test_follow_up(history: list[str], text: str, full: str) -> None:
    assert resolve_follow_up(text, history) == full
