"""What the wording of a question says of the duty that answers it: whose guess it holds, and whether an office is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from kb.answer.draft import Question
from kb.answer.duty_question import Part
from kb.answer.duty_rank import _OFFICE, about, find_manner


@pytest.mark.parametrize(
    ("question", "left"),
    [
        # what the asker guesses is not the matter
        ("遛狗拉了屎不捡，是派出所来管吗", "遛狗拉了屎不捡，来管吗"),
        ("路边停车没交钱，是交警的事吗", "路边停车没交钱，的事吗"),
        ("小区物业涨停车费，归价格部门管吗", "小区物业涨停车费，管吗"),
        ("两条渔船撞了，由海事来查事故吗", "两条渔船撞了，来查事故吗"),
        ("河滩里挖沙，手续找水利局行不行", "河滩里挖沙，手续行不行"),
        ("露天烧烤是归环保管吗", "露天烧烤管吗"),
        ("占道经营归城管管吗", "占道经营管吗"),
        ("入户盗窃归公安管吗", "入户盗窃管吗"),
        ("楼道堆杂物归消防管吗", "楼道堆杂物管吗"),
        ("共享单车约谈是文明办的事吗", "共享单车约谈的事吗"),
        ("拆违建找执法队吗", "拆违建吗"),
        ("国有资产出租由国资委管吗", "国有资产出租管吗"),
        # a body that is asked about, or told of, stays
        ("城管执法部门管哪些事", "城管执法部门管哪些事"),
        ("养犬登记由公安机关办理，费用交给谁", "养犬登记由公安机关办理，费用交给谁"),
    ],
)
def test_a_guessed_body_is_no_part_of_the_matter(question: str, left: str) -> None:
    assert about(question) == left


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("养犬登记归哪个部门", True),
        ("向哪个机关申请", True),
        ("事故由哪级政府调查", True),
        ("乱倒垃圾谁来罚", True),
        ("无证经营谁查处", True),
        ("挖路找谁批", True),
        ("施工许可向谁要", True),
        ("租房合同去哪登记", True),
        ("竣工资料送到哪备案", True),
        ("宾馆抽烟向谁投诉", True),
        ("渣土车超载向谁举报", True),
        ("城市绿化谁主管", True),
        ("工地扬尘谁监管", True),
        ("这三件事归谁管", True),
        ("志愿者具体哪家来组织", True),
        ("哪一级能定", True),
        ("事故调查是县政府的事吗", True),
        ("挖路由谁批", True),
        ("竣工资料谁备案", True),
        ("二手电动车去哪儿过户", True),
        ("老手艺评非遗找谁", True),
        # who does the work may be anybody
        ("小区的树坏了谁来修", False),
    ],
)
def test_whether_an_office_is_asked_for(question: str, asked: bool) -> None:
    part = Part(question, question)
    assert find_manner(Question(question, question, "duty", date(2026, 1, 1)), part).office is asked


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("市、县人民政府", True), ("公安机关", True), ("房产管理部门", True), ("区城管局", True), ("省生态环境厅", True),
        ("海关总署", True), ("镇综合执法队", True), ("教育部", True), ("市发展改革委", True), ("教育督导委员会", True),
        ("领导小组办公室", True), ("街道办事处", True), ("人民法院", True), ("派出所", True), ("城市管理综合执法组织", True),
        ("海事管理机构", True), ("国务院", True),
        ("业主委员会", False), ("居民委员会", False), ("村民委员会", False), ("物业服务企业", False), ("养犬人", False),
    ],
)  # fmt: skip
def test_which_names_are_of_offices(name: str, office: bool) -> None:
    assert (_OFFICE.search(name) is not None) is office
