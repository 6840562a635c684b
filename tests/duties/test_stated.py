"""X是O的主管部门, O划入X, 牵头单位由A调整为B: who is responsible or takes over.

A duty is written 主体｜角色｜做什么｜对象, then what narrows it; every row asserts all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # X是O的主管部门
        ("市卫生健康部门是控烟工作的主管部门。", ["市卫生健康部门｜lead｜控烟工作的主管部门｜控烟工作"]),
        # O的主管部门是X
        ("城市照明的主管部门是市城市管理局。", ["市城市管理局｜lead｜城市照明的主管部门｜城市照明"]),
        # X是第一责任人
        ("各街道办事处主任是辖区安全工作的第一责任人，负责组织隐患排查。", ["各街道办事处主任｜own｜辖区安全工作的第一责任人｜辖区安全工作", "各街道办事处主任｜own｜负责组织隐患排查｜—"]),
        # 责任主体
        ("区人民政府是老旧小区改造的责任主体。", ["区人民政府｜own｜老旧小区改造的责任主体｜老旧小区改造"]),
        # 牵头单位由A调整为B: a move, the old one no longer leads
        ("“公共厕所改造”的牵头单位由市住建局调整为市城管局。", ["市城管局｜lead｜公共厕所改造｜公共厕所改造", "市住建局｜lead｜公共厕所改造｜公共厕所改造｜否定"]),
        # 划入
        ("将市住建局的城市排水管理职责划入市水务局。", ["市水务局｜own｜将市住建局的城市排水管理职责划入市水务局｜城市排水管理职责｜相对方 市住建局", "市住建局｜own｜将市住建局的城市排水管理职责划入市水务局｜城市排水管理职责｜相对方 市水务局｜否定"]),
        # 划给 of the subject before
        ("市住建局负责房屋征收工作，其承担的物业管理职责划转给市房管局。", ["市住建局｜own｜负责房屋征收工作｜—", "市房管局｜own｜其承担的物业管理职责划转给市房管局｜物业管理职责｜相对方 市住建局", "市住建局｜own｜其承担的物业管理职责划转给市房管局｜物业管理职责｜相对方 市房管局｜否定"]),
        # 不再保留
        ("不再保留市爱国卫生运动委员会办公室。", ["市爱国卫生运动委员会办公室｜own｜不再保留市爱国卫生运动委员会办公室｜—｜否定"]),
        # 组建
        ("组建市综合行政执法局。", ["市综合行政执法局｜own｜组建市综合行政执法局｜—"]),
        # 在X的指导下
        ("村民委员会在镇人民政府的指导下做好清扫保洁。", ["镇人民政府｜oversee｜在镇人民政府的指导下｜—", "村民委员会｜own｜做好清扫保洁｜—"]),
        # 按照X的统一部署
        ("各区按照市创建办的统一部署开展整治。", ["市创建办｜coordinate｜按照市创建办的统一部署｜—", "各区｜own｜开展整治｜—"]),
    ],
)  # fmt: skip
def test_statements_of_responsibility(read_duties: Callable[[str], list[str]], sentence: str, found: list[str]) -> None:
    assert read_duties(sentence) == found
