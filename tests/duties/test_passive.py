"""由X…: who acts behind 由, in which case, and the consequences of a breach.

A duty is written 主体｜角色｜做什么｜对象, then what narrows it; every row asserts all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # a shared object before 由
        ("无法确定权属单位的井盖，由区城市管理部门负责处置。", ["区城市管理部门｜own｜负责处置｜无法确定权属单位的井盖"]),
        # 由X会同Y
        ("临时停车泊位由公安机关会同城市管理部门划定。", ["公安机关｜lead｜划定｜临时停车泊位｜相对方 城市管理部门", "城市管理部门｜joint｜划定｜临时停车泊位｜相对方 公安机关"]),
        # with and without property management: two records
        ("居民住宅区，实行物业管理的，由物业服务企业负责，未实行物业管理的，由街道办事处负责。", ["物业服务企业｜duty-holder｜负责｜居民住宅区｜物业 实行物业管理｜条件 实行物业管理的", "街道办事处｜own｜负责｜居民住宅区｜物业 未实行物业管理｜条件 未实行物业管理的"]),
        # road grades narrow two duties
        ("一级、二级道路的保洁质量，由市城市管理局考核；三级道路，由区城市管理局考核。", ["市城市管理局｜oversee｜考核｜一级、二级道路的保洁质量｜道路 一级、二级道路", "区城市管理局｜oversee｜考核｜三级道路｜道路 三级道路"]),
        # ordering and fining by different bodies
        ("随意倾倒垃圾的，由城市管理局责令限期清理，并由城管执法部门处一千元以下罚款。", ["城市管理局｜enforce｜责令限期清理｜随意倾倒垃圾的", "城管执法部门｜enforce｜处一千元以下罚款｜随意倾倒垃圾的"]),
        # a consequence over several commas is one action
        ("擅自占用城市道路的，由城市管理部门责令改正，没收违法所得，处五百元以上二千元以下罚款；情节严重的，处五千元罚款。", ["城市管理部门｜enforce｜责令改正，没收违法所得，处五百元以上二千元以下罚款｜擅自占用城市道路的"]),
        # 处分 by the unit one works for
        ("由其所在单位或者上级机关给予处分。", ["其所在单位｜enforce｜给予处分｜—", "上级机关｜enforce｜给予处分｜—"]),
        # 确定 decides only where responsibility is unclear
        ("责任人不明确的，由所在地街道办事处确定。", ["所在地街道办事处｜decide｜确定｜责任人不明确的"]),
        # where nothing is unclear it is plain work
        ("收费标准由市人民政府确定。", ["市人民政府｜own｜确定｜收费标准"]),
        # a default clause with 自…之日起
        ("责任区划分有争议的，由区城市管理局自收到申请之日起十个工作日内确定。", ["区城市管理局｜decide｜自收到申请之日起十个工作日内确定｜责任区划分有争议的"]),
        # across districts
        ("跨区的道路，责任不清的，由市城市管理局指定。", ["市城市管理局｜decide｜指定｜跨区的道路｜条件 责任不清的"]),
        # 由X组成 says who is in it
        ("领导小组由市城管局、市财政局组成。", []),
        # 由X制定的办法 is a clause about something else
        ("收费办法按照由价格部门制定的标准执行。", []),
        # 交由街道办事处承担 is no duty
        ("不得将行政事务交由街道办事处承担。", []),
        # 指定的部门 is a name
        ("由市人民政府指定的部门负责日常管理。", ["市人民政府指定的部门｜own｜负责日常管理｜—"]),
        # a place acts before 牵头
        ("由青川县牵头，云东区配合。", ["青川县｜lead｜牵头｜—", "云东区｜support｜配合｜—"]),
        # 根据情节 tells how; the verb stands behind the comma
        ("由城市管理部门根据情节轻重，处二百元以上一千元以下罚款。", ["城市管理部门｜enforce｜根据情节轻重，处二百元以上一千元以下罚款｜—"]),
        # 由政府负责的体制 describes, it gives no duty
        ("农村教育实行由地方政府负责、分级管理的体制。", []),
        # 理由, 自由 hold no 由
        ("申请人应当说明理由，行政机关应当书面答复。", ["申请人｜duty-holder｜说明理由｜—", "行政机关｜own｜书面答复｜—"]),
    ],
)  # fmt: skip
def test_bodies_behind_by(read_duties: Callable[[str], list[str]], sentence: str, found: list[str]) -> None:
    assert read_duties(sentence) == found
