"""Limits, deadlines, penalties and standards of a rule, whole values."""

from __future__ import annotations

import pytest

from tests.duties.lines import Parse, read_requirements


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # a penalty range as written
        ("违反本条例规定，占道堆物的，由城市管理部门责令改正，处五百元以上二千元以下罚款。", ["penalty｜占道堆物｜range五百元以上二千元以下｜单位 元｜责任 城市管理部门"]),
        # for persons and units apart
        ("乱倒垃圾的，由城管执法部门对个人处五十元以上二百元以下罚款，对单位处五百元以上五千元以下罚款。", ["penalty｜乱倒垃圾｜指标 个人｜range五十元以上二百元以下｜单位 元｜责任 城管执法部门", "penalty｜乱倒垃圾｜指标 单位｜range五百元以上五千元以下｜单位 元｜责任 城管执法部门"]),
        # how grave it is belongs to the act of the sentence before
        ("擅自占用城市道路的，由市城市管理局责令改正；情节严重的，处五千元罚款。", ["penalty｜擅自占用城市道路｜责任 市城市管理局", "penalty｜擅自占用城市道路，情节严重｜五千元｜单位 元｜责任 市城市管理局"]),
        # times of an amount
        ("未缴纳处理费的，处应缴费用一倍以上三倍以下罚款。", ["penalty｜未缴纳处理费｜range一倍以上三倍以下｜单位 倍"]),
        # a sanction without an amount
        ("逾期不改正的，吊销许可证。", ["penalty｜逾期不改正"]),
        # hours after an event
        ("环卫作业单位接到投诉后，应当在24小时内清理完毕。", ["deadline｜环卫作业单位接到投诉后｜在24小时内｜期限 在24小时内｜责任 环卫作业单位"]),
        # working days from an event
        ("区城管局应当自受理申请之日起10个工作日内作出决定。", ["deadline｜区城管局应当自受理申请之日起10个工作日内作出决定｜自受理申请之日起10个工作日内｜期限 自受理申请之日起10个工作日内｜责任 区城管局"]),
        # in advance
        ("施工单位应当提前三日告知周边居民。", ["deadline｜施工单位应当提前三日告知周边居民｜提前三日｜期限 提前三日｜责任 施工单位"]),
        # until a day of the year
        ("各区应当于每年3月底前报送计划。", ["deadline｜各区应当于每年3月底前报送计划｜每年3月底前｜期限 每年3月底前｜责任 各区"]),
        # how often
        ("公共厕所每日保洁不少于三次。", ["deadline｜公共厕所每日保洁不少于三次｜指标 公共厕所｜每日保洁不少于三次｜期限 每日保洁不少于三次", "threshold｜公共厕所每日保洁不少于三次｜指标 公共厕所每日保洁｜≥三次｜单位 次"]),
        # 每半年至少一次
        ("供水单位每半年至少清洗一次水箱。", ["deadline｜供水单位每半年至少清洗一次水箱｜每半年至少清洗一次｜期限 每半年至少清洗一次｜责任 供水单位"]),
        # at least
        ("道路清扫率不低于98%。", ["threshold｜道路清扫率不低于98%｜指标 道路清扫率｜≥98%｜单位 %"]),
        # at most in Chinese numbers
        ("夜间噪声不得超过五十五分贝。", ["threshold｜夜间噪声不得超过五十五分贝｜指标 夜间噪声｜≤五十五分贝｜单位 分贝"]),
        # 以上 and 以内
        ("垃圾容器间距应当在50米以内，绿地率达到35%以上。", ["threshold｜垃圾容器间距应当在50米以内，绿地率达到35%以上｜指标 垃圾容器间距｜≤50米｜单位 米", "threshold｜垃圾容器间距应当在50米以内，绿地率达到35%以上｜指标 绿地率｜≥35%｜单位 %"]),
        # per mille and signs
        ("果皮箱破损率≤2‰。", ["threshold｜果皮箱破损率≤2‰｜指标 果皮箱破损率｜≤2‰｜单位 ‰"]),
        # sign for at least
        ("机械化清扫率≥90％。", ["threshold｜机械化清扫率≥90%｜指标 机械化清扫率｜≥90%｜单位 %"]),
        # two or more is no limit
        ("两个以上单位共有的，由其协商。", []),
        # a definition asks nothing
        ("本办法所称大型犬，是指肩高六十厘米以上的犬。", []),
        # fees
        ("停车费每小时5元。", ["threshold｜停车费｜指标 停车费｜每小时5元｜单位 元"]),
        # opening hours
        ("夜间施工时间为22时至次日6时。", ["standard｜夜间施工时间为22时至次日6时｜22时至次日6时"]),
        # standards
        ("垃圾转运站应当符合国家环境卫生标准。", ["standard｜垃圾转运站应当符合国家环境卫生标准"]),
        # 百分之
        ("本市回收利用率应当达到百分之三十五以上。", ["threshold｜本市回收利用率应当达到百分之三十五以上｜指标 本市回收利用率｜≥百分之三十五｜单位 %", "standard｜本市回收利用率应当达到百分之三十五以上"]),
        # an hour has two writings
        ("事故发生后最迟不超过4个小时上报。", ["threshold｜事故发生后最迟不超过4个小时上报｜指标 事故发生后｜≤4个小时｜单位 个小时"]),
        # a rate per unit of time
        ("建筑垃圾处置费每吨30元。", ["threshold｜建筑垃圾处置费｜指标 建筑垃圾处置费｜每吨30元｜单位 元"]),
        # a day of the year in Chinese
        ("主管部门应当于每年三月底前公布名单。", ["deadline｜主管部门应当于每年三月底前公布名单｜每年三月底前｜期限 每年三月底前｜责任 主管部门"]),
        # what befell somebody is no penalty
        ("执业资格被吊销的，人民法院可以更换管理人。", []),
        # a penalty contested is no penalty set
        ("对罚款决定不服的，可以申请复议。", []),
        # the body before the limit must keep it, not the one behind
        ("环卫作业单位应当在两小时内处置，由区城管局复查。", ["deadline｜环卫作业单位应当在两小时内处置｜在两小时内｜期限 在两小时内｜责任 环卫作业单位"]),
        # 尚不构成犯罪 belongs to the act before
        ("伪造许可证的，处一千元罚款；尚不构成犯罪的，处五千元罚款。", ["penalty｜伪造许可证｜一千元｜单位 元", "penalty｜伪造许可证，尚不构成犯罪｜五千元｜单位 元"]),
        # a penalty only spoken of
        ("抽查结果需要立案的，按照行政处罚程序处理。", []),
        # when it was so is no deadline
        ("2008年以前，会议每半年召开一次。", ["deadline｜2008年以前，会议每半年召开一次｜指标 会议｜每半年召开一次｜期限 每半年召开一次"]),
        # an age
        ("驾驶人应当年满十八周岁。", ["threshold｜驾驶人应当年满十八周岁｜≥十八周岁｜单位 周岁｜责任 驾驶人"]),
    ],
)  # fmt: skip
def test_requirements_of_a_sentence(parse: Parse, sentence: str, found: list[str]) -> None:
    assert read_requirements(parse, sentence) == found
