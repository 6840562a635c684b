"""What questions about limits ask: their parts, and how the values they ask for are written in clauses."""

from __future__ import annotations

import pytest

from kb.answer.ask import _asks_what_is_set
from kb.answer.duty_question import Part
from kb.answer.limit_question import find_limit_parts, find_measure
from kb.answer.requirement import _article_of, sets_something, sort_sentence


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        # one value asked for: what leads up to it stays with it
        ("驻马店马路上井盖丢了，产权单位最迟多久要补上？", ["驻马店马路上井盖丢了，产权单位最迟多久要补上？"]),
        # two questions, each with a topic of its own
        ("检修要停水，得提前多久通知？水管坏了又要多久修好？", ["检修要停水，得提前多久通知", "水管坏了又要多久修好"]),
        # the second leans on the first
        (
            "企业多久检测一遍消防设施？记录留几年？",
            ["企业多久检测一遍消防设施", "企业多久检测一遍消防设施，记录留几年"],
        ),
        ("随地吐痰罚多少？乱倒垃圾呢？", ["随地吐痰罚多少", "随地吐痰罚多少，乱倒垃圾呢"]),
        ("遛狗不牵绳罚多少，最高罚多少", ["遛狗不牵绳罚多少", "遛狗不牵绳罚多少，最高罚多少"]),
        # what trails the last question belongs to it
        ("电梯保修几年；物业保修金要交多少，按造价算。", ["电梯保修几年", "物业保修金要交多少，按造价算"]),
        # nothing is asked in so many words
        ("机动车限速", ["机动车限速"]),
    ],
)
def test_the_questions_of_one_text(question: str, parts: list[str]) -> None:
    assert [p.text for p in find_limit_parts(question)] == parts


@pytest.mark.parametrize(
    "asking",
    ["收多少", "多久办", "绳多长", "店多大", "离多远", "墙多高", "路多宽", "跑多快", "沟多深", "配几台", "何时交", "哪天交", "什么条件", "怎么收费", "如何收费", "谁来交", "要交吗", "能办么", "逾期呢"],
)  # fmt: skip
def test_every_way_of_asking_makes_a_part(asking: str) -> None:
    assert find_limit_parts(f"开垃圾站要备案的，{asking}？养犬登记费收多少？")[0].own.endswith(asking)


@pytest.mark.parametrize(
    "own", ["那收多少", "又收多少", "还收多少", "再收多少", "最后交多少", "最多收多少", "最少收多少", "最高收多少", "最低收多少", "最晚收多少", "最迟多久", "最早多久", "最长多久", "最大多大", "多久的", "何时要", "什么时候交", "怎么交", "如何交"],
)  # fmt: skip
def test_a_part_without_a_topic_leans_on_the_first(own: str) -> None:
    assert find_limit_parts(f"挖掘城市道路的保证金收多少？{own}？")[1].text == f"挖掘城市道路的保证金收多少，{own}"


@pytest.mark.parametrize(
    ("asked", "written", "other"),
    [
        # what a breach costs
        ("罚多少 多少元 多少钱 多少块", "五千元 2万元 十余万元 一亿元 违法所得三倍 百分之五", "三十日"),
        ("几岁入学 多大年龄 多大岁数 多大年纪 多少岁 多少周岁 年龄怎么定", "六周岁 60岁", "六年"),
        ("几小时到 多少小时到 几个钟头到 几分钟到", "二十四小时 三十分钟 三个小时 三日 3天 立即赶到 当日到", "三米"),
        ("几天内办 几日内办 几个工作日 几个月 几年 几周 多少天", "五个工作日 三日 24小时 7天 两周 六个月 五年 半年 立即 当日 终身不予办理", "每年"),
        ("多久一次 多长时间 期限怎么定 时限怎么定 要提前吗 最迟哪天 最晚哪天 什么时候 何时交", "十五日 一小时 半年 立即 当日 每年一次 每月 每日 每周 每季 三十分钟 两个工作日 7天 两周 三个月 五年", "五百元"),
        ("比例怎么定 百分之几 几成", "百分之三十 30% 5％ 3‰ 三分之二 三成 半数", "三十米"),
        ("几点收摊 钟点怎么定 时段怎么定", "二十二时 晚八点", "三米"),
        ("离学校多远 路多宽 墙多高 沟多深 绳多长 多大范围 距离怎么定 间距怎么定 宽度怎么定 高度怎么定 长度怎么定 多少公里 多少米 多少厘米", "五米 一点五米 2公里 两千米 三十厘米", "五日"),
        ("用房多大 面积怎么定 多少平 多少个平方", "一百平方米 五亩 两公顷 三立方 五米", "五日"),
        ("按几倍收 按多少倍收", "五倍", "五元"),
        ("查几次 查多少次 扫几遍 收几趟 擦几回", "两次 三遍 一趟 两回 每年 每月 每日 每周 每季", "两人"),
        ("设几人 设几个人 设多少名人", "三人 三名", "三次"),
        ("跑多快 时速怎么定 车速怎么定", "40公里 四十千米 每秒四米", "四年"),
        ("养几条 养几只 养几户 配几台 管几部 停几辆 交几件 盖几层 管几个 开几家 养几种 设几处 种几棵 种几株 交几张 设几座", "一条 两只 三户 四台 三十部 五辆 两件 三层 两个 三家 两种 三处 一棵 一株 两张 一座", "一次"),
        # of what it does not say
        ("降到多少 降几", "十五 12.5", "若干"),
    ],
)  # fmt: skip
def test_how_the_value_asked_for_is_written(asked: str, written: str, other: str) -> None:
    for question in asked.split():
        measure = find_measure(Part(question, question))
        assert measure is not None
        assert [w for w in written.split() if not measure.search(w)] == []
        assert not measure.search(other)


def test_a_part_with_no_measure_of_its_own_takes_that_of_what_it_leans_on() -> None:
    assert find_measure(Part("乱倒垃圾罚钱，逾期不改呢", "逾期不改呢")) is not None
    assert find_measure(Part("开店有哪些要求", "开店有哪些要求")) is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("违反前款规定的，处五十元罚款。", "penalty", "五十元"),
        ("情节严重的，吊销许可证。", "penalty", None),
        ("没收其采出的砂石。", "penalty", None),
        ("由综合行政执法部门责令改正。", "penalty", None),
        ("给予警告。", "penalty", None),
        ("对直接负责的主管人员依法给予处分。", "penalty", None),
        ("应当自变更之日起三日内移交全部档案。", "deadline", "三日"),
        ("提前2个工作日以内通知用户。", "deadline", "2个"),
        ("应当在48小时前通知用户。", "deadline", "48小"),
        ("应当于三十分钟内到场。", "deadline", "三十分"),
        ("五年之后方可申请。", "deadline", "五年"),
        ("七天内答复。", "deadline", "七天"),
        ("六个月内签订补偿安置协议。", "deadline", "六个"),
        ("每名安全管理人员负责管理的电梯不超过三十部。", "threshold", "三十部"),
        ("牵引带长度不得超过1.5米。", "threshold", "1."),
        ("每处不得少于二十平方米。", "threshold", "二十平"),
        ("每次不超过五公里。", "threshold", "五公"),
        ("保险金额为十万元。", "threshold", "十万元"),
        ("从业人员一百人的单位应当设置安全总监。", "threshold", "一百人"),
        ("三以上的风力等级。", "threshold", "三以"),
        ("五以上、十以下的单位。", "threshold", "五以"),
        ("九以下的风力。", "threshold", "九以"),
        ("年满六周岁的儿童应当入学。", "threshold", "六周"),
        ("年满70岁的老人免票。", "threshold", "70岁"),
        ("余额不足百分之三十的，应当续交。", "threshold", "百分"),
        ("绿地率不低于30％。", "threshold", "30％"),
        ("绿地率不低于30%。", "threshold", "30%"),
        ("并加收五倍的修复费。", "threshold", "五倍"),
        ("经三分之二的业主同意。", "threshold", "三分"),
        ("每年定期检查两次。", "threshold", "两次"),
        ("每户限养一条犬只。", "threshold", "一条"),
        ("每户不超过两只。", "threshold", "两只"),
        ("应当保持整洁、完好。", "standard", None),
    ],
)
def test_what_a_sentence_without_a_record_states(text: str, kind: str, value: str | None) -> None:
    assert sort_sentence(text) == (kind, value)


def test_whether_a_sentence_may_set_something() -> None:
    sets = "应当保持整洁和完好 不得占用盲道停车 禁止在河道内采砂 必须由专人负责牵领 可以推迟入学的地区 每户限养犬只一条整 每户限养犬只1条整"
    assert [s for s in sets.split() if not sets_something(s)] == []
    assert not sets_something("本市行政区域内的犬只")
    assert not sets_something("第三条")
    assert not sets_something("新华社云泽2月4日电（记者 张三）")  # 电头
    assert not sets_something("应当遵守下列规定：")  # what heads a list says nothing without its items
    assert sets_something("有下列行为之一的，处五十元罚款：")


def test_the_number_of_an_article_is_no_amount() -> None:
    measure = find_measure(Part("一户能养几条狗", "一户能养几条狗"))
    assert measure is not None
    assert not measure.search("将超过限养数量的犬只送交符合本条例第十二条规定条件的个人")


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("监事的年龄上限各是多少", True),
        ("一届几年", True),
        ("2023年财政收入是多少", False),  # a report's figure
        ("这件事归谁管", False),
    ],
)
def test_limits_asked_together_are_answered_together(part: str, told: bool) -> None:
    assert _asks_what_is_set(part) is told


def test_the_article_of_a_path() -> None:
    assert _article_of("第三章 第三十二条 （五）") == "第三章 第三十二条"
    assert _article_of("二、 （一）") == "二、 （一）"
