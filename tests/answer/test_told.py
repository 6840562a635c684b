"""Notices and news are answered in their own words: who did something, what a slogan says, whether something is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from kb.answer.verify import find_faults
from kb.workspace import Workspace

DAY = date(2026, 11, 24)
DOCUMENTS = {
    "婚姻公告.txt": (
        "关于暂停办理婚姻登记业务的公告\n广大市民朋友：\n鉴于当前形势，经研究决定，自即日起宁阳市民政局婚姻登记处暂停办理所有婚姻登记业务"
        "（包括结婚登记、离婚登记），恢复办理的时间另行通知。\n2020年2月3日\n"
    ),
    "车管通告.txt": (
        "关于车辆管理业务的通告\n对不能按期办理驾驶证换证业务的，可以延期到疫情结束以后办理。机动车检验不需要预约排队。\n2020年2月5日\n"
    ),
    "婚姻条例.txt": (
        "婚姻登记条例\n（2003年8月8日国务院令第387号公布　自2003年10月1日起施行）\n第一条 为了规范婚姻登记工作，制定本条例。\n"
        "第二条 内地居民办理婚姻登记的机关是县级人民政府民政部门。\n"
    ),
    "口罩报道.txt": "多方筹措保障口罩供应\n记者9日了解到，对企业多生产的口罩，全部由政府兜底采购。企业负责人说，机器日夜不停。\n",
    "医保报道.txt": (
        "医保部门推出“三个确保”\n昨天，医保部门推出“三个确保”，即确保患者不因费用影响就医，确保参保人员不因疫情中断服务，确保医院不因支付政策影响救治。\n"
    ),
    "呼叫报道.txt": "智能外呼系统上线\n自1月30日启用，外呼系统已累计呼叫65.6万次，接通率达85%。另有人工座席每天呼叫300次。\n",
    "消杀报道.txt": "社区加强楼栋消杀\n社区工作人员对各楼栋的楼道已累计消杀三遍，另有志愿者每天巡查楼栋。\n",
    "税期报道.txt": (
        "二月申报期延长至24日 税务部门优化服务\n为阻断疫情扩散蔓延，避免人员聚集，税务部门已明确二月份申报纳税期限延长至2月24日。"
        "节后第一周，税务部门面向社会制作了问题百答。\n"
    ),
    "工程通知.txt": "关于工程质量评定的通知\n工程交工前，对工程建设内容是否满足设计要求出具评价意见。\n",
    "预警报道.txt": "社区推行四色预警\n“四色预警”将对象划分为红色（确诊病例）、橙色（密切接触者）、黄色（疫区返回人员）、蓝色（退出隔离人员）。\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space(DOCUMENTS)


@pytest.mark.parametrize(
    ("question", "says", "document", "never"),
    [
        # 报道里的谁：不拿别处的职责记录，也不罗列
        ("对企业多生产的口罩，由谁兜底采购？", ["政府"], "口罩报道.txt", ["责任人", "《"]),
        # 三个确保：连着三个“确保”就是其内容
        ("医保部门推出的“三个确保”具体指什么？", ["确保患者不因费用影响就医", "影响救治[1]"], "医保报道.txt", ["没有界定"]),
        # “内容”不是要定义的词，别处的“内容是否”更不是定义
        ("社区的“四色预警”内容是什么？", ["红色"], "预警报道.txt", ["设计要求"]),
        # 问期限：报道的话就是答案，不套要求记录，也不从电头、标题引起
        ("税务部门将二月份申报纳税期限延长至何时？", ["2月24日[1]"], "税期报道.txt", ["问题百答", "优化服务"]),
        # 65.6万次也是次数
        ("外呼系统已累计呼叫多少次？", ["65.6万次"], "呼叫报道.txt", []),
        # 三遍也是次数
        ("各楼栋的楼道已累计消杀几遍？", ["消杀三遍"], "消杀报道.txt", []),
    ],
)  # fmt: skip
def test_own_words(space: Workspace, question: str, says: list[str], document: str, never: list[str]) -> None:
    answer = space.ask(question, as_of=DAY)
    assert answer.citations[0].document == document
    assert [w for w in says if w not in answer.text] == []
    assert [w for w in never if w in answer.text] == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # 先说结论，括号里的不带；条例的条文不能替公告回答
        ("宁阳市民政局还能办理婚姻登记业务吗？", "暂停办理所有婚姻登记业务[1]"),
        # 有前提的，结论之后照录全句
        (
            "驾驶证换证可以延期办理吗？",
            "可以延期到疫情结束以后办理[1]\n对不能按期办理驾驶证换证业务的，可以延期到疫情结束以后办理。[1]",
        ),
        # 否定的结论
        ("机动车检验需要预约吗？", "机动车检验不需要预约排队[1]"),
    ],
)
def test_the_finding_comes_first(space: Workspace, question: str, text: str) -> None:
    answer = space.ask(question, as_of=DAY)
    assert answer.text == text
    assert find_faults(answer, lambda d: space.library.get_version(d).text) == ()
