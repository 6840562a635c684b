"""Bodies that others set up, seat, turn to, hand over to or bring in: each of them owns its part of the sentence.

A duty is written 主体｜角色｜做什么｜对象, then what narrows it; every row asserts all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # A设立B，负责…: B takes charge, not who set it up
        ("市、区人民政府设立教育督导委员会，负责统筹、协调本行政区域的教育督导工作。", [
            "市、区人民政府｜own｜设立教育督导委员会｜—",
            "教育督导委员会｜coordinate｜负责统筹、协调本行政区域的教育督导工作｜—",
        ]),
        ("县级人民政府应当依法成立防汛抗旱指挥部，统一领导防汛抗旱工作。", [
            "县级人民政府｜own｜成立防汛抗旱指挥部｜—",
            "防汛抗旱指挥部｜coordinate｜领导防汛抗旱工作｜—",
        ]),
        ("区人民政府应当组建拆违工作领导小组，具体负责存量违法建设的认定工作。", [
            "区人民政府｜own｜组建拆违工作领导小组｜—",
            "拆违工作领导小组｜own｜负责存量违法建设的认定工作｜存量违法建设",
        ]),
        ("镇人民政府应当建立交通安全议事协调机构，承担日常工作。", [
            "镇人民政府｜own｜建立交通安全议事协调机构｜—",
            "交通安全议事协调机构｜own｜承担日常工作｜—",
        ]),
        # … but what the founder still has to do is its own
        ("市人民政府应当设立城市管理委员会，每年公布工作情况。", [
            "市人民政府｜own｜设立城市管理委员会｜—",
            "市人民政府｜own｜公布工作情况｜—｜时间 每年",
        ]),
        # an office in a seat, named where it was set up
        ("协调委下设办公室，办公室设在区民政局。", ["区民政局｜own｜设在区民政局｜办公室"]),
        # a building is no body
        ("领导小组办公室设在政务大楼一层。", []),
        # 负责制定 is a duty like any other; 负责人 and 负责制 are none
        ("市司法局负责制定统一的执法文书格式，有关部门可以参照该格式制定本部门的文本。", [
            "市司法局｜own｜负责制定统一的执法文书格式｜—",
            "有关部门｜own｜参照该格式制定本部门的文本｜—",
        ]),
        ("市教育局负责人员培训工作。", ["市教育局｜own｜负责人员培训工作｜—"]),
        # those who turn to a body with papers, or within some days
        ("租赁当事人应自合同签订之日起十五日内持下列材料到市房产管理部门申请登记备案。", [
            "市房产管理部门｜approve｜持下列材料到市房产管理部门申请登记备案｜—",
            "租赁当事人｜duty-holder｜持下列材料到市房产管理部门申请登记备案｜—｜时间 自合同签订之日起十五日内",
        ]),
        ("房屋租赁当事人应当在三十日内到区住房保障局办理租赁登记备案。", [
            "区住房保障局｜approve｜到区住房保障局办理租赁登记备案｜—",
            "房屋租赁当事人｜duty-holder｜到区住房保障局办理租赁登记备案｜—｜时间 在三十日内",
        ]),
        ("收养人凭收养登记证到所在地公安机关办理户口登记。", [
            "所在地公安机关｜approve｜凭收养登记证到所在地公安机关办理户口登记｜—",
        ]),
        # nor is the time in which they may
        ("当事人对鉴定结果不服的，可以自收到之日起十五日内向市卫生健康委申请复核。", [
            "市卫生健康委｜approve｜向市卫生健康委申请复核｜—｜条件 当事人对鉴定结果不服的",
            "当事人｜duty-holder｜向市卫生健康委申请复核｜—｜时间 自收到之日起十五日内｜条件 当事人对鉴定结果不服的",
        ]),
        ("旅行社应当办理设立登记，并自登记之日起三日内向市文化旅游局备案。", [
            "旅行社｜duty-holder｜办理设立登记｜—",
            "市文化旅游局｜approve｜向市文化旅游局备案｜—",
            "旅行社｜duty-holder｜向市文化旅游局备案｜—｜时间 自登记之日起三日内",
        ]),
        # those who turn to a body are not what is submitted
        ("租赁双方应当到区住房保障局办理登记手续。", [
            "区住房保障局｜approve｜应当到区住房保障局办理登记手续｜—",
        ]),
        # who announces decides: 报X发布通告
        ("焰火晚会经市公安局审核，报市人民政府发布通告后，在指定地点举行。", [
            "市公安局｜approve｜经市公安局审核｜焰火晚会",
            "市人民政府｜approve｜报市人民政府发布｜焰火晚会",
        ]),
        # 由A移交B处理: two bodies
        ("使用伪造证件乘车的，由轨道交通企业移交公安部门依法处理。", [
            "轨道交通企业｜duty-holder｜移交公安部门依法处理｜—｜条件 使用伪造证件乘车的",
            "公安部门｜own｜依法处理｜使用伪造证件乘车的",
        ]),
        # 由A组织B、C查处: the others act too
        ("违法设卡的，由区人民政府组织公安部门和交通部门查处，撤销关卡。", [
            "区人民政府｜own｜组织公安部门和交通部门查处｜违法设卡的",
            "公安部门｜enforce｜查处｜—｜条件 违法设卡的｜相对方 区人民政府",
            "交通部门｜enforce｜查处｜—｜条件 违法设卡的｜相对方 区人民政府",
        ]),
        ("逾期不拆除的，由区人民政府组织城市管理部门强制拆除。", [
            "区人民政府｜own｜组织城市管理部门强制拆除｜逾期不拆除的",
            "城市管理部门｜enforce｜强制拆除｜—｜条件 逾期不拆除的｜相对方 区人民政府",
        ]),
        ("责任人不明的垃圾，由街道办事处组织环卫作业单位清除。", [
            "街道办事处｜own｜组织环卫作业单位清除｜责任人不明的垃圾",
            "环卫作业单位｜duty-holder｜清除｜责任人不明的垃圾｜相对方 街道办事处",
        ]),
        # 代收, 代管 at another's behest
        ("市农业农村局可以委托区农业农村局代收保证金。", [
            "市农业农村局｜own｜委托区农业农村局代收保证金｜—",
            "区农业农村局｜own｜代收保证金｜—｜相对方 市农业农村局",
        ]),
        ("市国资委可以委托区房管局代管直管公房。", [
            "市国资委｜own｜委托区房管局代管直管公房｜—",
            "区房管局｜own｜代管直管公房｜—｜相对方 市国资委",
        ]),
        # 发生 in the name of a place or of a unit is no event
        ("跨区的事故，由事故发生地人民政府负责调查，事故发生单位所在地人民政府应当派人参加。", [
            "事故发生地人民政府｜own｜负责调查｜跨区的事故",
            "事故发生单位所在地人民政府｜own｜派人参加｜跨区的事故",
        ]),
        # 城市、县人民政府: 城市 is a level as 市 is, and takes no tail of its own
        ("在名镇保护范围内违法建设的，由城市、县人民政府城乡规划主管部门责令限期拆除。", [
            "城市、县人民政府城乡规划主管部门｜enforce｜责令限期拆除｜在名镇保护范围内违法建设的｜区域 在名镇保护范围内",
        ]),
        # who stands above: under its 统筹指导
        ("在市水污染防治领导小组统筹指导下，区水务局负责河道巡查。", [
            "市水污染防治领导小组｜coordinate｜在市水污染防治领导小组统筹指导下｜—",
            "区水务局｜own｜负责河道巡查｜—",
        ]),
        # both go together: 共同 is no part of the name
        ("双方当事人应当持驾驶证、行驶证，共同到交通事故理赔服务中心办理理赔手续。", [
            "双方当事人｜duty-holder｜持驾驶证、行驶证｜—",
            "交通事故理赔服务中心｜own｜办理理赔手续｜—",
        ]),
        # what is done stands after the whole of what it follows, and after 中 of a place in the text, not of 中国
        *(
            (f"扣缴义务人应当{rule}他人提供的{what}计算办理扣缴申报。", ["扣缴义务人｜duty-holder｜计算办理扣缴申报｜—"])
            for rule, what in (("按照", "信息"), ("根据", "资料"), ("依据", "数据"), ("按照", "材料"))
        ),
        *(
            (f"申请人应当在进入{name}阶段声明中指明样品的保藏事项。", ["申请人｜duty-holder｜指明样品的保藏事项｜—"])
            for name in ("中国国家", "中央审核", "中心审查", "中学报名", "中小企业认定", "中级评审")
        ),
        # 主管单位 is 主管部门 in notices
        ("市政府办公室是全市政务新媒体工作的主管单位。", ["市政府办公室｜lead｜全市政务新媒体工作的主管单位｜全市政务新媒体工作"]),
    ],
)  # fmt: skip
def test_every_body_of_a_sentence(read_duties: Callable[[str], list[str]], sentence: str, found: list[str]) -> None:
    assert read_duties(sentence) == found
