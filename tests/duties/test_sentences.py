"""Sentences with a subject: its modal, its verbs, whom it brings along, what it does no longer.

A duty is written 主体｜角色｜做什么｜对象, then what narrows it; every row asserts all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # V of 负责O的V工作 gives the role: the same 负责 is supervision here
        ("价格主管部门负责停车收费的监督管理工作。", ["价格主管部门｜oversee｜负责停车收费的监督管理工作｜停车收费"]),
        # and plain work there
        ("规划部门负责停车专项规划的编制工作。", ["规划部门｜own｜负责停车专项规划的编制工作｜停车专项规划"]),
        # and enforcement where V enforces
        ("公安机关负责对违法停放行为的查处工作。", ["公安机关｜enforce｜负责对违法停放行为的查处工作｜违法停放行为"]),
        # 对O进行V: the object stands before the verb
        ("城市管理部门应当对餐厨垃圾收运单位进行监督检查。", ["城市管理部门｜oversee｜对餐厨垃圾收运单位进行监督检查｜餐厨垃圾收运单位"]),
        # 对O应当V: the object stands before the modal
        ("镇人民政府对群众反映的噪声问题应当及时处理。", ["镇人民政府｜own｜处理｜群众反映的噪声问题"]),
        # 将O纳入P
        ("区人民政府应当将环卫经费纳入本级财政预算。", ["区人民政府｜own｜将环卫经费纳入本级财政预算｜环卫经费"]),
        # a list of bodies takes one duty each
        ("公安、交通运输、城市管理等部门应当建立执法协作机制。", ["公安部门｜own｜建立执法协作机制｜—", "交通运输部门｜own｜建立执法协作机制｜—", "城市管理部门｜own｜建立执法协作机制｜—"]),
        # 会同: the subject leads, the other joins
        ("镇人民政府应当会同市政部门划定摊贩经营区域。", ["镇人民政府｜lead｜划定摊贩经营区域｜—｜相对方 市政部门", "市政部门｜joint｜划定摊贩经营区域｜—｜相对方 镇人民政府"]),
        # 商 is 会同 too, but not in 工商
        ("市发展改革委商市财政局制定收费标准。", ["市发展改革委｜lead｜制定收费标准｜—｜相对方 市财政局", "市财政局｜joint｜制定收费标准｜—｜相对方 市发展改革委"]),
        # 工商 names a body
        ("工商行政管理部门负责查处无照经营。", ["工商行政管理部门｜enforce｜负责查处无照经营｜—"]),
        # 联合
        ("市教育局可以联合市体育局开展检查。", ["市教育局｜lead｜开展检查｜—｜相对方 市体育局", "市体育局｜joint｜开展检查｜—｜相对方 市教育局"]),
        # 会同 before a rule: the verb stands behind the comma
        ("市水务局会同市生态环境局，根据流域水质，制定排放标准。", ["市水务局｜lead｜制定排放标准｜—｜相对方 市生态环境局", "市生态环境局｜joint｜制定排放标准｜—｜相对方 市水务局"]),
        # 指导Y做Z: the guide oversees, Y does
        ("街道办事处指导居民委员会做好垃圾分类宣传工作。", ["街道办事处｜oversee｜指导居民委员会做好垃圾分类宣传工作｜—", "居民委员会｜own｜做好垃圾分类宣传工作｜—｜相对方 街道办事处"]),
        # 组织Y开展Z
        ("区城管局应当组织环卫作业单位开展清雪作业。", ["区城管局｜own｜组织环卫作业单位开展清雪作业｜—", "环卫作业单位｜duty-holder｜开展清雪作业｜—｜相对方 区城管局"]),
        # 配合Y做Z supports
        ("公安派出所配合综合执法队做好违建拆除现场秩序维护。", ["公安派出所｜support｜配合综合执法队做好违建拆除现场秩序维护｜—", "综合执法队｜own｜做好违建拆除现场秩序维护｜—｜相对方 公安派出所"]),
        # 支持 alone is a policy, no role of support
        ("市人民政府支持社会资本建设停车设施。", []),
        # 支持、配合 is a role
        ("供电企业应当支持、配合架空线整治工作。", ["供电企业｜support｜支持、配合架空线整治工作｜—"]),
        # 委托Y做Z: Y does, at the other's behest
        ("市城管局可以委托区城管局实施行政处罚。", ["市城管局｜own｜委托区城管局实施行政处罚｜—", "区城管局｜enforce｜实施行政处罚｜—｜相对方 市城管局"]),
        # 受托的 name keeps its 委托
        ("业主委托的物业服务企业应当设置分类收集容器。", ["业主委托的物业服务企业｜duty-holder｜设置分类收集容器｜—"]),
        # a power given up
        ("有关行政管理部门不得再行使已经集中的处罚权。", ["有关行政管理部门｜enforce｜行使已经集中的处罚权｜—｜否定"]),
        # 不再 says no longer
        ("区环卫中心不再承担建筑垃圾清运工作。", ["区环卫中心｜own｜承担建筑垃圾清运工作｜—｜否定"]),
        # 不承担
        ("街道办事处不承担企业环保验收工作。", ["街道办事处｜own｜企业环保验收工作｜—｜否定"]),
        # 没有执法权
        ("物业服务企业没有执法权。", ["物业服务企业｜duty-holder｜没有执法权｜—｜否定"]),
        # 有权拒绝 is no power over others
        ("停车人有权拒绝支付费用，经营者不得强行收取。", []),
        # a prohibition names nobody responsible
        ("街道办事处不得擅自收费。", []),
        # 要 of 要求 is no modal
        ("市场举办者应当要求经营者亮证经营。", ["市场举办者｜duty-holder｜要求经营者亮证经营｜—"]),
        # 应 of 应急 is no modal
        ("应急管理部门负责防汛物资储备。", ["应急管理部门｜own｜负责防汛物资储备｜—"]),
        # an event without 后: the subject of the event takes the duty
        ("停车场经营者变更收费标准，应当提前公示。", ["停车场经营者｜duty-holder｜提前公示｜—｜条件 停车场经营者变更收费标准"]),
        # an event with 后
        ("城管执法人员发现违法行为后，应当责令停止。", ["城管执法人员｜enforce｜责令停止｜—｜条件 城管执法人员发现违法行为后"]),
        # a second stretch goes on with the subject
        ("环卫作业单位应当按时清扫道路，及时清运垃圾，保持路面整洁。", ["环卫作业单位｜duty-holder｜清扫道路｜—", "环卫作业单位｜duty-holder｜清运垃圾｜—", "环卫作业单位｜duty-holder｜保持路面整洁｜—"]),
        # a subject in the sentence before
        ("居民委员会发现乱倒垃圾的，应当劝阻。", ["居民委员会｜own｜劝阻｜—｜条件 居民委员会发现乱倒垃圾的"]),
        # 按照…的要求 is a rule, not an action
        ("各区人民政府应当按照市人民政府的要求制定实施方案。", ["各区人民政府｜own｜制定实施方案｜—"]),
        # 自…之日起…内 is time
        ("镇人民政府应当自收到申请之日起七日内作出答复。", ["镇人民政府｜own｜作出答复｜—｜时间 自收到申请之日起七日内"]),
        # in brackets after the subject: an abbreviation
        ("云泽市城市管理局（以下简称市城管局）负责本规定的组织实施。", ["云泽市城市管理局｜own｜负责本规定的组织实施｜本规定"]),
        # levels act by their bare word before 应当
        ("设区的市、县（市、区）应当设立举报电话。", ["设区的市、县（市、区）｜own｜设立举报电话｜—"]),
        # 牵头
        ("市住建局牵头老旧小区改造工作。", ["市住建局｜lead｜牵头老旧小区改造工作｜—"]),
        # 牵头考核 only examines
        ("市效能办牵头考核各区任务完成情况。", ["市效能办｜oversee｜牵头考核各区任务完成情况｜—"]),
        # 统筹协调
        ("市创建办统筹协调全市文明创建工作。", ["市创建办｜coordinate｜统筹协调全市文明创建工作｜—"]),
        # a definition gives nobody work
        ("本办法所称责任人，是指负责门前清扫的单位。", []),
        # 建议 is a proposal
        ("建议区人民政府明确一个部门负责窨井盖管理。", ["区人民政府｜own｜明确一个部门负责窨井盖管理｜—｜proposal"]),
        # what was done in a text that rules is told
        ("近年来，市城管局组织了多次整治。", ["市城管局｜own｜组织了多次整治｜—｜description"]),
        # punished for not doing it, not punishing
        ("行政机关不履行职责的，依法给予处分。", []),
        # 管理 inside a name is no verb
        ("机构编制管理部门负责解释本规定。", ["机构编制管理部门｜own｜负责解释本规定｜—"]),
        # a verb of work inside a relative clause is no verb
        ("批准设立该机构的部门应当公告。", ["批准设立该机构的部门｜own｜公告｜—"]),
        # a rule without 的规定
        ("财政部门根据贷款规模给予贴息。", ["财政部门｜own｜给予贴息｜—"]),
        # a clause about the thing a body made is no duty
        ("财政部门制定的文件应当公开。", []),
        # 要 of 必要 and 需要 is no modal
        ("市人民政府应当给予必要的经费支持。", ["市人民政府｜own｜给予必要的经费支持｜—"]),
        # what is leaned on tells how
        ("各级人民政府依托网上交易平台，应当公开中介服务信息。", []),
        # 办理建议 is no proposal
        ("主办部门应当提出办理建议，报区人民政府。", ["主办部门｜own｜提出办理建议｜—"]),
        # an occasion before a prohibition
        ("证券公司向客户提供投资建议，不得作出确定性判断。", []),
        # a clause about a time limit is no duty
        ("纳税人缴纳税款的期限不得超过六十日。", []),
        # what a body runs is no new body
        ("卫生部门应当设立康复科，举办康复医疗机构，开展技术指导。", ["卫生部门｜own｜设立康复科｜—", "卫生部门｜oversee｜开展技术指导｜—"]),
        # 根据实际情况 is one rule
        ("村民委员会应当根据实际情况组织清扫。", ["村民委员会｜own｜组织清扫｜—"]),
        # an action cut before its verb goes on
        ("区人民政府应当鼓励、支持学校和社会组织，通过举办培训班开展宣传。", ["区人民政府｜own｜鼓励、支持学校和社会组织，通过举办培训班开展宣传｜—"]),
        # 并应当 goes on with the subject
        ("携犬人应当携带养犬登记证，并应当避让老年人。", ["携犬人｜duty-holder｜携带养犬登记证｜—", "携犬人｜duty-holder｜避让老年人｜—"]),
        # 向X进行V
        ("监管机构应当责令改正，向利益相关人进行风险提示。", ["监管机构｜enforce｜责令改正｜—", "监管机构｜own｜向利益相关人进行风险提示｜—"]),
        # 应 of 应当事人要求 is no modal
        ("专利代理机构可以应当事人要求提供咨询。", ["专利代理机构｜duty-holder｜应当事人要求提供咨询｜—"]),
        # an event whose end stands at the comma
        ("处理单位转移废水时，发现异常情形的，应当记录。", ["处理单位｜duty-holder｜记录｜—｜条件 发现异常情形的"]),
        # minutes: 会议议定
        ("会议议定，由市财政局安排专项经费，市城管局负责组织实施。", ["市财政局｜own｜安排专项经费｜—", "市城管局｜own｜负责组织实施｜—"]),
    ],
)  # fmt: skip
def test_sentences_with_a_subject(read_duties: Callable[[str], list[str]], sentence: str, found: list[str]) -> None:
    assert read_duties(sentence) == found
