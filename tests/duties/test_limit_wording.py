"""Penalties, terms and thresholds by how the sentence goes on, and what looks like one and is none."""

from __future__ import annotations

import pytest

from tests.duties.lines import Parse, read_requirements


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # lead words
        ("其中厨余垃圾收运率不低于90%，但是高峰时段间隔不超过5分钟，原则上面积不少于50平方米，力争满意率达到95%，确保合格率达到98%，并且容积率不超过2倍。", [
            "threshold｜指标 厨余垃圾收运率｜≥90%｜单位 %",
            "threshold｜指标 高峰时段间隔｜≤5分钟｜单位 分钟",
            "threshold｜指标 面积｜≥50平方米｜单位 平方米",
            "threshold｜指标 满意率｜≥95%｜单位 %",
            "threshold｜指标 合格率｜≥98%｜单位 %",
            "threshold｜指标 容积率｜≤2倍｜单位 倍",
        ]),
        ("投放点距离一般不超过100米，噪声最高不超过60分贝，时间最长不超过2小时，摊位最多不超过30个，押金必须不超过500元，同时层数不超过6层。", [
            "threshold｜指标 投放点距离｜≤100米｜单位 米",
            "threshold｜指标 噪声｜≤60分贝｜单位 分贝",
            "threshold｜指标 时间｜≤2小时｜单位 小时",
            "threshold｜指标 摊位｜≤30个｜单位 个",
            "threshold｜指标 押金｜≤500元｜单位 元",
            "threshold｜指标 层数｜≤6层｜单位 层",
        ]),
        # sanctions alone
        ("涂改许可证的，没收证件；冒用他人名义的，予以拘留；存在重大隐患的，责令停业，关闭场所；拒不配合的，暂扣驾驶证；屡教不改的，通报批评。", [
            "penalty｜涂改许可证",
            "penalty｜冒用他人名义",
            "penalty｜存在重大隐患",
            "penalty｜存在重大隐患，拒不配合",
            "penalty｜屡教不改",
        ]),
        # definitions
        ("所称大型商场，是指营业面积5000平方米以上的商场；近三年来平均客流超过2万人次；绿地率已经达到38%。", []),
        # chapters
        ("第三章 罚款与处罚", []),
        # told
        ("近年来每年举办2场活动；已出版3部年鉴。", []),
        # powers
        ("移送行政处罚案件应当附3份材料，办理行政处罚、行政许可应当出示2种证件。", []),
        # contested
        ("对处罚决定不服的，可以在60日内申请复议；处罚结果应当在7日内公开；处罚信息应当在7日内归集。", [
            "deadline｜对处罚决定不服｜在60日内｜期限 在60日内",
            "deadline｜处罚结果应当在7日内公开｜指标 处罚结果｜在7日内｜期限 在7日内",
            "deadline｜处罚信息应当在7日内归集｜指标 处罚信息｜在7日内｜期限 在7日内",
        ]),
        # scales
        ("注册资本不低于5千亿元的，单独列名。", ["threshold｜注册资本不低于5千亿元｜指标 注册资本｜≥5千亿元｜单位 千亿元"]),
        # sanctions alone
        ("不符合安全条件的，予以关闭，通报批评。", ["penalty｜不符合安全条件"]),
        ("拒不配合检查的，暂扣驾驶证。", ["penalty｜拒不配合检查"]),
        ("考核不合格的，予以通报批评。", ["penalty｜考核不合格"]),
        # definitions
        ("大型商场是指营业面积5000平方米以上的商场。", []),
        # powers
        ("移送行政处罚案件应当在3日内完成，办理行政处罚、行政许可应当在5日内公示。", [
            "deadline｜指标 移送行政处罚案件｜在3日内｜期限 在3日内",
            "deadline｜指标 行政许可｜在5日内｜期限 在5日内",
        ]),
        # what was seized is no penalty that is set
        ("扣押、没收的犬只应当在3日内移交收容场所。", [
            "deadline｜指标 没收的犬只｜在3日内｜期限 在3日内",
        ]),
        # items of a prohibition
        ("公园内禁止下列行为：\n（一）携犬只进入；\n（二）攀折花木。", [
            "standard｜公园内禁止下列行为：",
            "standard｜携犬只进入",
            "standard｜攀折花木",
        ]),
        ("沿街商户不得有以下行为：\n（一）占道堆放物品；\n（二）高声叫卖。", [
            "standard｜占道堆放物品｜责任 沿街商户",
            "standard｜高声叫卖｜责任 沿街商户",
        ]),
        # items of a standard
        ("公共厕所应当符合以下规定：\n（一）地面无积水；\n（二）标识清晰。", [
            "standard｜公共厕所应当符合以下规定：",
            "standard｜地面无积水",
            "standard｜标识清晰",
        ]),
        ("转运站达到下列要求：\n（一）垃圾日产日清；\n（二）设施完好。", [
            "standard｜垃圾日产日清",
            "standard｜设施完好",
        ]),
        ("申请摆摊的人员具备下列条件，并不得转让：\n（一）身体健康；\n（二）持有健康证明。", [
            "standard｜身体健康",
            "standard｜持有健康证明",
        ]),
        # an offence that is none yet goes on with its act
        ("工作人员玩忽职守，构成犯罪的，依法追究刑事责任；尚不构成犯罪的，依法给予处分。", [
            "penalty｜工作人员玩忽职守，尚不构成犯罪",
        ]),
        ("收费人员徇私舞弊，涉嫌犯罪的，依法追究刑事责任；尚未构成犯罪的，给予警告。", [
            "penalty｜收费人员徇私舞弊，尚未构成犯罪",
        ]),
        # who of those that did it
        ("擅自移植树木的，由区绿化局责令改正；对直接负责的主管人员给予处分。", [
            "penalty｜擅自移植树木｜责任 区绿化局",
            "penalty｜擅自移植树木｜指标 直接负责的主管人员｜责任 区绿化局",
        ]),
        ("截留专项资金的，由财政部门责令退还；并对其直接责任人员依法给予处分。", [
            "penalty｜截留专项资金｜责任 财政部门",
            "penalty｜截留专项资金｜指标 其直接责任人员｜责任 财政部门",
        ]),
        ("瞒报事故的，由区应急局责令改正；同时建议有关部门对单位负责人和责任人员给予处分。", [
            "penalty｜瞒报事故｜责任 区应急局",
            "penalty｜瞒报事故｜指标 单位负责人和责任人员｜责任 区应急局",
        ]),
        ("未及时上报险情的，由区应急局责令改正；对负有责任的人员给予处分。", [
            "penalty｜未及时上报险情｜责任 区应急局",
            "penalty｜未及时上报险情｜指标 负有责任的人员｜责任 区应急局",
        ]),
        # how long a sanction lasts
        ("违反规定招生的，责令停止招生一年以上三年以下。超载运输渣土的，暂扣营运证三个月以上六个月以下。泄露标底的，给予暂停执业六个月以上一年以下的处罚。弄虚作假中标的，给予限制投标一年以上二年以下的处罚，可以处一万元罚款。", [
            "penalty｜违反规定招生｜range一年以上三年以下｜单位 年",
            "penalty｜超载运输渣土｜range三个月以上六个月以下｜单位 个月",
            "penalty｜泄露标底｜range六个月以上一年以下｜单位 个月",
            "penalty｜弄虚作假中标｜一万元｜单位 元",
            "penalty｜弄虚作假中标｜range一年以上二年以下｜单位 年",
        ]),
        # a purpose
        ("以营利为目的，出租摊位的，处五百元罚款。", [
            "penalty｜以营利为目的，出租摊位｜五百元｜单位 元",
        ]),
        # an amount for each
        ("未报送人数的，按照每人一百元的数额处以罚款。毁坏草坪的，处每平方米十元以上三十元以下的罚款。乱贴广告的，处每处五十元罚款。", [
            "penalty｜未报送人数｜每人一百元｜单位 元",
            "penalty｜毁坏草坪｜range每平方米十元以上三十元以下｜单位 元",
            "penalty｜乱贴广告｜每处五十元｜单位 元",
        ]),
        # from one amount to another
        ("强行代办的，处一千元至五千元的罚款。", [
            "penalty｜强行代办｜range一千元至五千元｜单位 元",
        ]),
        # what somebody suffered
        ("平台应当停止为被药品监督管理部门依法作出吊销许可证的经营者提供服务。犬只收容所应当照料公安机关没收的犬只。", []),
        # which ones, not until when
        ("2018年12月31日之前已完成转制的企业，可以继续免税。", []),
        # the act behind a time
        ("人民法院在执行三日前，应当通知家属。", [
            "deadline｜在执行三日前｜期限 在执行三日前｜责任 人民法院",
        ]),
        # who takes measures
        ("对被责令停产的煤矿，有关地方人民政府应当采取有效措施。", [
            "standard｜责任 有关地方人民政府",
        ]),
        # what is rewarded is not asked
        ("对具备下列条件的单位，予以奖励：\n\n（一）保护古树名木成绩显著的；", []),
        ("对符合下列条件的个人，给予表彰：\n\n（一）救助走失儿童有功的；", []),
        # 金额 is no fee
        ("赔偿金额不足一千元的，为一千元。", [
            "threshold｜赔偿金额不足一千元｜指标 赔偿金额｜<一千元｜单位 元",
        ]),
        # what came of it goes on with its act
        ("销售有毒食品的，处三年以下有期徒刑；后果特别严重的，没收财产。", [
            "penalty｜销售有毒食品｜≤三年以下｜单位 年",
            "penalty｜销售有毒食品，后果特别严重",
        ]),
        ("骗取补贴的，责令退还；数额巨大的，取缔资格。", [
            "penalty｜骗取补贴",
            "penalty｜骗取补贴，数额巨大",
        ]),
        # imprisonment
        ("销售假药的，处三年以上十年以下有期徒刑；致人死亡的，处十年以上有期徒刑。", [
            "penalty｜销售假药｜range三年以上十年以下｜单位 年",
            "penalty｜致人死亡｜≥十年以上｜单位 年",
        ]),
        # a fee from X to Y
        ("占用耕地的税额，每平方米为十元至五十元。", [
            "threshold｜每平方米｜指标 每平方米｜十元至五十元｜单位 元",
        ]),
        # a comma of another width
        ("决定受理的,区城管局应当自受理之日起五日内答复。", [
            "deadline｜自受理之日起五日内｜期限 自受理之日起五日内｜责任 区城管局",
        ]),
        # 不满 is not 满
        ("处理不满十四周岁未成年人信息的，应当征得监护人同意。", [
            "threshold｜处理不满十四周岁未成年人信息｜指标 处理｜<十四周岁｜单位 周岁",
        ]),
        # may be fined as well
        ("非法转让土地的，没收地上建筑物；可以并处罚款。", [
            "penalty｜非法转让土地",
            "penalty｜非法转让土地，可以并处罚款",
        ]),
        # and who of them
        ("未设置统计台账的，由区统计局责令改正；其负有责任的人员属于公职人员的，给予处分。", [
            "penalty｜未设置统计台账｜责任 区统计局",
            "penalty｜未设置统计台账，其负有责任的人员属于公职人员｜责任 区统计局",
        ]),
        ("虚报统计数据的，由区统计局责令改正；其直接责任人员属于公职人员的，给予处分。", [
            "penalty｜虚报统计数据｜责任 区统计局",
            "penalty｜虚报统计数据，其直接责任人员属于公职人员｜责任 区统计局",
        ]),
        # reported to who may close it
        ("违法建设排污口的，由区生态环境局责令停止；并报区人民政府批准，责令关闭。", [
            "penalty｜违法建设排污口｜责任 区生态环境局",
            "penalty｜违法建设排污口，并报区人民政府批准｜责任 区生态环境局",
        ]),
        # what may be done is not asked
        ("区市场监管局可以行使下列职权，当事人不得拒绝：\n\n（一）询问有关当事人；", []),
        # how long somebody is barred
        ("医疗机构逾期不改正的，暂停其六个月以上一年以下执业活动。", [
            "penalty｜医疗机构逾期不改正｜range六个月以上一年以下｜单位 个月",
        ]),
        # what was done all along
        ("自七十年代以来，区地震局每年进行趋势会商。", []),
        # an event and its order in one stretch
        ("区住建局收到征询函后应当于十五个工作日内书面答复。", [
            "deadline｜指标 区住建局收到征询函后｜于十五个工作日内｜期限 于十五个工作日内｜责任 区住建局",
        ]),
        # a rate for each day is no term
        ("逾期缴纳的，每日加收千分之五的滞纳金。", []),
        # the comma before what is given
        ("擅自倒卖药品的，由区卫生健康局责令改正；对直接负责的主管人员，依法给予开除的处分。", [
            "penalty｜擅自倒卖药品｜责任 区卫生健康局",
            "penalty｜擅自倒卖药品｜指标 直接负责的主管人员｜责任 区卫生健康局",
        ]),
        # a fine of a court
        ("盗窃数额无法计算的，在一千元以上十万元以下判处罚金。", [
            "penalty｜盗窃数额无法计算｜range一千元以上十万元以下｜单位 元",
        ]),
        # in which case the fine is another
        ("无证出口的，给予警告，违法经营额五十万元以上的，并处违法经营额五倍以上十倍以下罚款。", [
            "penalty｜无证出口｜range五倍以上十倍以下｜单位 倍",
        ]),
        ("货值金额一万元以上的，处五倍罚款。", [
            "penalty｜货值金额一万元以上｜五倍｜单位 倍",
        ]),
        ("违法所得十万元以上的，由区市场监管局处二倍罚款。", [
            "penalty｜违法所得十万元以上｜二倍｜单位 倍｜责任 区市场监管局",
        ]),
        # items of a penalty are no standards
        ("供应商有下列情形之一的，处一万元罚款，禁止参加采购：\n\n（一）提供虚假材料的；", [
            "penalty｜供应商有下列情形之一｜一万元｜单位 元",
            "penalty｜提供虚假材料的｜一万元｜单位 元",
        ]),
        # an event whose order stands behind the comma
        ("人民法院收到确认申请，应当在三日内决定是否受理。", [
            "deadline｜人民法院收到确认申请｜在三日内｜期限 在三日内｜责任 人民法院",
        ]),
        # no gains at all
        ("违法所得不足三万元或者没有违法所得的，并处三万元以上十万元以下的罚款。", [
            "penalty｜违法所得不足三万元或者没有违法所得｜range三万元以上十万元以下｜单位 元",
        ]),
    ],
)  # fmt: skip
def test_limits_by_wording(parse: Parse, sentence: str, found: list[str]) -> None:
    """The item is left out where it is the whole sentence."""
    whole = sentence.rstrip("。：")
    read = [r.split("｜") for r in read_requirements(parse, sentence)]
    assert ["｜".join([r[0], *r[2:]] if r[1] == whole else r) for r in read] == found
