"""报X批准, 向X报告, 征求X的意见: the body at the other end.

A duty is written 主体｜角色｜做什么｜对象, then what narrows it; every row asserts all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # 报X批准
        ("设置方案报省人民政府批准。", ["省人民政府｜approve｜报省人民政府批准｜设置方案"]),
        # 经X同意后报Y备案
        ("占道施工经市公安局同意后，报市城市管理局备案。", ["市公安局｜approve｜经市公安局同意｜占道施工", "市城市管理局｜approve｜报市城市管理局备案｜占道施工"]),
        # 报X确定 of a matter in dispute decides
        ("管辖有争议的，报请市人民政府决定。", ["市人民政府｜decide｜报请市人民政府决定｜管辖有争议的"]),
        # 提请X协调
        ("协商不一致的，提请市委编办协调。", ["市委编办｜coordinate｜提请市委编办协调｜协商不一致的"]),
        # 向X报告
        ("单位发现病媒生物密度超标的，应当向所在地街道办事处报告。", ["所在地街道办事处｜coordinate｜应当向所在地街道办事处报告｜—｜条件 单位发现病媒生物密度超标的", "单位｜duty-holder｜向所在地街道办事处报告｜—｜条件 单位发现病媒生物密度超标的"]),
        # 向X申请
        ("设置户外广告应当向市城市管理局申请。", ["市城市管理局｜approve｜应当向市城市管理局申请｜设置户外广告"]),
        # 征求X的意见
        ("制定方案应当征求市自然资源局的意见。", ["市自然资源局｜support｜征求市自然资源局的意见｜制定方案"]),
        # 接受X的监督
        ("环卫作业单位应当接受街道办事处的监督检查。", ["街道办事处｜oversee｜接受街道办事处的监督检查｜—", "环卫作业单位｜duty-holder｜接受街道办事处的监督检查｜—"]),
        # 经 inside a name is no 经…批准
        ("设立企业报对外贸易经济合作部备案。", ["对外贸易经济合作部｜approve｜报对外贸易经济合作部备案｜设立企业"]),
        # 未向X报告 is a breach, no report
        ("发生泄漏未及时向生态环境局报告的，由城管执法部门处一千元罚款。", ["城管执法部门｜enforce｜处一千元罚款｜发生泄漏未及时向生态环境局报告的"]),
        # submitted to a meeting
        ("重大事项应当提交市人民政府常务会议研究决定。", ["市人民政府常务会议｜approve｜提交市人民政府常务会议研究决定｜重大事项"]),
    ],
)  # fmt: skip
def test_bodies_at_the_other_end(read_duties: Callable[[str], list[str]], sentence: str, found: list[str]) -> None:
    assert read_duties(sentence) == found
