"""What the words of a question ask for: one real-looking question for each way of putting it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from ingest.parse import parse_document
from kb.answer.draft import Question
from kb.answer.duty import Ranking, _group, _prefer_rulings
from kb.answer.duty_choice import NAMES as CHOICE
from kb.answer.duty_choice import weigh_bodies
from kb.answer.duty_items import choose_items
from kb.answer.duty_question import Part, asks_who, find_parts, find_roles, find_topic
from kb.answer.duty_rank import OWN_NAMES, Candidate, about, find_manner, is_nobody, is_telling, own_signals
from kb.answer.figure import _unit_fits, plain_written
from kb.answer.figure_question import Asked
from kb.answer.penalty import asks_penalty
from kb.answer.pool import NAMES, Pool
from kb.answer.requirement import asks_limit, find_kinds, find_stem
from kb.config import Limits
from kb.matching import parse_task
from kb.records import Basis, Duty, Figure, Role


def own(text: str) -> Part:
    return Part(text, text)


def asked(text: str) -> Question:
    return Question(text, text, "duty", date(2026, 11, 25))


@pytest.mark.parametrize(
    ("roles", "questions"),
    [
        # who punishes or deals with a breach
        (
            {"enforce"},
            "占道堆物归谁罚 违规放炮由谁执法 无照经营该由谁查处 飞线归派出所查吗 谁有权责令停工 僵尸车谁能拖走 谁来撤掉那块广告牌 居住证明要去哪盖个章 流动摊贩管得了吗 夜里噪声向谁投诉",
        ),
        # who settles what is unclear
        (
            {"decide"},
            "地界谁来定 收费谁去定 责任区由谁最后定 两家意见谁说了算 该听谁的 两个局争着要 部门之间扯皮怎么办 各家踢皮球怎么办 界线划不清 地图对不上 无主井盖谁给指定 这活不归自己 地界谁给确定 分歧归哪家裁定 条文套不上怎么办",
        ),
        # who permits
        ({"approve"}, "消纳场要谁批 摆摊要不要许可 开店什么手续 物业合同向谁备案 挖路先过哪一关 养犬申请谁受理 居住登记去哪 租房补贴向谁申请 建材认定向哪家申办 采矿证去哪申领 断水要谁点头 停工经谁同意 名单谁审核 图纸谁审查 目录谁审定 价格谁核定 等级谁评定 身份由谁确认 教师由哪家发证 二手车去哪过户 商标去哪注册"),
        # who helps
        ({"support", "joint"}, "拆违现场谁来配合 人口普查谁协助 创卫谁打下手 联合行动谁参与 哪几家一道上"),
        # who leads
        ({"lead"}, "老旧小区改造谁牵头 供热的主管是谁 庙会由谁主办 灭鼠谁挑头 河长制谁唱主角"),
        # who watches
        ({"oversee"}, "保洁质量谁来督 工地扬尘谁盯 物业收费谁监管 街道谁考核 业委会换届谁指导 审案过程谁监督"),
        # who brings together, who is told
        ({"coordinate"}, "跨区的事谁协调 全市创建谁统筹 井盖丢了往哪儿报 险情该报到哪 积水了报给谁 沉船向谁报告 挖出老罐子告诉谁 有人走失通知谁 案件谁派单 洪水来了谁调度 路灯坏了跟谁反映"),
        # who owes it
        ({"duty-holder", "own"}, "门前雪是谁的义务 临街店铺的责任人是谁 楼道着火谁担责 换届的事谁张罗"),
    ],
)  # fmt: skip
def test_the_roles_that_a_wording_asks_for(roles: set[str], questions: str) -> None:
    assert {q: found for q in questions.split() if (found := find_roles(own(q))) != roles} == {}


@pytest.mark.parametrize(
    ("roles", "questions"),
    [
        (
            {"own", "lead", "duty-holder"},
            "公厕由谁负责 小区停车谁管 路边绿化谁来管 井盖归街道管吗 杂活谁干 任务谁落实 担子落在谁身上 费用谁承担 没人管的谁兜底 应急预案谁编 低保谁办 路灯谁修 缺的井盖谁补 落叶谁扫 积雪谁清 违建谁拆 僵尸车谁挪 石墩谁搬 坏灯谁换 护栏谁装 小广告谁铲 下水道谁通 公厕谁打扫 河道谁整治 河水谁治理 古树谁保护 绿地谁养护 电梯谁维护 夜市谁巡查 该谁出面"
        ),
        ({"own", "lead"}, "停水找谁 漏水找哪"),  # an office is looked for
        # dealing with a breach or with a thing
        ({"enforce", "own", "lead", "duty-holder"}, "医疗废物由谁处置"),
        ({"enforce"}, "动物尸体找人处理"),
        # the wording says nothing more
        ({"own", "lead"}, "这件事谁"),
        (set(), "怎么申请低保的钱"),
    ],
)  # fmt: skip
def test_the_roles_of_those_who_do_the_work(roles: set[str], questions: str) -> None:
    assert {q: found for q in questions.split() if (found := find_roles(own(q))) != roles} == {}


@pytest.mark.parametrize(
    ("who", "questions"),
    [
        (
            True,
            "归谁管 什么部门收费 何单位验收 哪个部门管 哪个单位发证 哪个机构鉴定 哪个机关登记 哪级政府补 哪个局发证 哪个委管 哪个处办 哪个科盖章 哪个街道收 哪个主体缴 哪方面管 哪家接 哪级审 几家来管 归城管还是归公安 该找城管吗 开证明去盖什么章 责任单位有没有 两家说了算吗 这事听谁的 险情往哪报 险情报到哪里 情况报给谁 先过哪一关 噪声归派出所管吗 摊贩归城管罚吗 低保归街道办吗 用地归自然资源局批吗 黑车归交通局查吗 由街道来吗 由社区做吗 由物业负责吗 由交警罚吗 街道能直接罚吗 城管可以开罚单吗 派出所有权执法吗 交警还能拖走吗 房管局能拆吗 没人管了 无人管的地块 有牵头的吗 配合单位有没有",
        ),
        (False, "罚多少 停车费多少钱 条例什么时候施行 收集点必须做到哪两防"),
    ],
)  # fmt: skip
def test_whether_a_wording_asks_for_a_body(who: bool, questions: str) -> None:
    assert [q for q in questions.split() if asks_who(q) is not who] == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        # 谁、谁: two bodies asked for at one mark
        ("谁牵头、谁配合？", ["谁牵头", "谁配合"]),
        ("违建哪家认定、哪家拆除？", ["违建哪家认定", "哪家拆除"]),
        # words that open a further question behind a comma
        ("噪声归谁管，谁来测？", ["噪声归谁管", "谁来测"]),
        ("渣土归哪家管，又归哪家罚？", ["渣土归哪家管", "又归哪家罚"]),
        ("路灯谁修，那电费谁出？", ["路灯谁修", "那电费谁出"]),
        ("井盖谁管，要是丢了找谁？", ["井盖谁管", "要是丢了找谁"]),
        ("预算谁编，最后谁批？", ["预算谁编", "最后谁批"]),
        ("先找谁登记，再往哪儿报？", ["先找谁登记", "再往哪儿报"]),
        ("绿地谁养护，由谁出钱？", ["绿地谁养护", "由谁出钱"]),
        ("犬证谁发，哪天能拿？", ["犬证谁发", "哪天能拿"]),
        ("摊位费谁定，依据哪条？", ["摊位费谁定", "依据哪条"]),
        ("界线谁划，定了归谁管？", ["界线谁划", "定了归谁管"]),
        ("名义上谁负责，真正干活的是谁？", ["名义上谁负责", "真正干活的是谁"]),
        ("危房谁鉴定，依哪条办？", ["危房谁鉴定", "依哪条办"]),
        ("问题谁改，多久改完，谁查？", ["问题谁改", "多久改完，谁查"]),
        ("罚款归谁收，拖着不缴找谁？", ["罚款归谁收", "拖着不缴找谁"]),
        ("树谁修剪，另外枯枝谁清？", ["树谁修剪", "另外枯枝谁清"]),
        ("僵尸车归谁，该找交警吗？", ["僵尸车归谁", "该找交警吗"]),
        ("工地谁管，停工听谁的？", ["工地谁管", "停工听谁的"]),
        # without who, the piece is only a lead
        ("巷子里积水，排水管谁疏通？", ["巷子里积水，排水管谁疏通"]),
        # bodies asked for by other words
        ("什么部门管；何单位查；几家来管；归甲还是归乙；盖谁家的章；责任单位有没有", ["什么部门管", "何单位查", "几家来管", "归甲还是归乙", "盖谁家的章", "责任单位有没有"]),
        ("开证明，要去盖两个章；这事归甲么；该找街道", ["开证明，要去盖两个章", "这事归甲么", "该找街道"]),
        # the asker's own guesses
        ("遛狗不牵绳谁罚？是归派出所吗？", ["遛狗不牵绳谁罚"]),
        ("遛狗不牵绳谁罚？是不是找街道么？", ["遛狗不牵绳谁罚"]),
        ("遛狗不牵绳谁罚？难道是由物业？", ["遛狗不牵绳谁罚"]),
    ],
)  # fmt: skip
def test_the_questions_inside_a_question(question: str, parts: list[str]) -> None:
    assert [p.own for p in find_parts(question)] == parts


@pytest.mark.parametrize(
    ("question", "cases"),
    [
        ("路灯、护栏，分别归谁修？", ["路灯，分别归谁修", "护栏，分别归谁修"]),
        ("乱停车与乱张贴，各由谁罚？", ["乱停车，各由谁罚", "乱张贴，各由谁罚"]),
        ("占道经营跟乱倒垃圾，这两件事归谁管？", ["占道经营，这两件事归谁管", "乱倒垃圾，这两件事归谁管"]),
        ("噪声以及油烟，这两种违法归谁查？", ["噪声，这两种违法归谁查", "油烟，这两种违法归谁查"]),
        ("公厕和垃圾站，哪几家管？", ["公厕，哪几家管", "垃圾站，哪几家管"]),
    ],
)
def test_the_cases_a_question_lists(question: str, cases: list[str]) -> None:
    assert [p.text for p in find_parts(question)[1:]] == cases


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # no topic of its own: words of asking alone
        ("违建谁拆？由哪个部门、单位还是机关负责？", "违建谁拆，由哪个部门、单位还是机关负责"),
        ("违建谁拆？又是什么部门处理？", "违建谁拆，又是什么部门处理"),
        ("违建谁拆？真正牵头处罚的是谁？", "违建谁拆，真正牵头处罚的是谁"),
        ("违建谁拆？小广告归谁铲除？", "小广告归谁铲除"),
    ],
)
def test_a_question_without_a_topic_leans_on_the_one_before(question: str, text: str) -> None:
    assert find_parts(question)[-1].text == text


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("井盖到底归谁负责？", "井盖"), ("路灯究竟由哪个部门整治？", "路灯"), ("公厕现在是谁的事？", "公厕"), ("垃圾站平时应该找哪家单位？", "垃圾站"),
        ("绿道该由什么部门来负责？", "绿道"), ("河道要何部门去管？", "河道"), ("插花地无人管怎么办？", "插花地"), ("飞线归城管管？", "飞线"),
        ("停车费谁说了算？", "停车费"), ("公厕找谁？负责清扫的", "公厕清扫的"), ("下水道谁应当负责？", "下水道"), ("违建是哪个局管？", "违建"), ("摊贩归哪级机关管理？", "摊贩"),
    ],
)  # fmt: skip
def test_what_a_question_is_about(question: str, topic: str) -> None:
    assert find_topic(question) == topic


@pytest.mark.parametrize(
    ("manner", "questions"),
    [
        ({"whether"}, "街道能不能直接强拆 派出所能否扣犬只 物业可不可以停电 占道摆摊行不行 老局还能管吗 摆摊一律不许吗 街道能强拆吗 物业可以断电吗 城管有权扣车吗 社区得出证明吗"),
        ({"dispute"}, "两个局谁说了算 该听谁的 部门争地盘 各家扯皮 几家踢皮球 互相推诿 界线划分不清 责任说不清 图纸对不上 条文套不上 责任人不明确 地段没有指定 这活不归自己 两边都不管 路段谁来定 界线谁去定 地界由谁最后定 管辖定哪家 活儿不是自己的"),
        ({"discipline"}, "给谁处分 由谁问责 对谁追责 责任由谁追究 巡查失职归谁 渎职案归谁 不作为归谁 滥用职权归谁 办案徇私归谁 工作人员吃拿卡要归谁 干部违纪归谁"),
        ({"money"}, "停车费由哪家局发 水价由哪家 工钱找谁讨 专项资金归谁 改造由谁出资 养护由谁掏腰包 培训补贴归谁发 危改拨款归谁 门票谁收"),
        ({"doing"}, "路灯谁修 缺的井盖谁补 落叶谁扫 积雪谁清 违建谁拆 石墩谁挪 货物谁搬 坏灯谁换 护栏谁装 小广告谁铲 绿地谁养护 电梯谁维护 街巷谁保洁 公厕谁打扫 水管谁维修"),
    ],
)  # fmt: skip
def test_how_a_question_is_worded(manner: set[str], questions: str) -> None:
    names = ("whether", "dispute", "discipline", "money", "doing")
    found = {q: {n for n in names if getattr(find_manner(asked(q), own(q)), n)} for q in questions.split()}
    assert {q: f for q, f in found.items() if f != manner} == {}


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("占道摆摊该由谁行政处罚", "占道摆摊该由谁"), ("占道摆摊由谁罚款", "占道摆摊由谁"), ("占道摆摊由谁开罚单", "占道摆摊由谁"), ("夜市谁来执法", "夜市"),
        ("黑车由谁查处", "黑车由谁"), ("占道摆摊归谁罚", "占道摆摊归谁"), ("灭鼠由谁牵头", "灭鼠由谁"), ("界线划分不清找谁", "界线找谁"),
        ("界线划不清找谁", "界线找谁"), ("图纸对不上号找谁", "图纸找谁"), ("两家抢着管的井盖", "两家的井盖"), ("两边都不管的路", "两边的路"),
        ("不归自己的活", "的活"), ("两家争起来的地", "两家的地"), ("几家扯皮的路", "几家的路"), ("几家踢皮球的路", "几家的路"), ("互相推诿的井盖", "互相的井盖"),
        ("收费谁说了算", "收费谁"), ("收费听谁的", "收费"), ("改造什么时候能完成", "改造"), ("改造何时要办完", "改造"), ("改造几时才做完", "改造"), ("改造哪天应当完成", "改造"),
    ],
)  # fmt: skip
def test_asking_words_are_taken_out(part: str, left: str) -> None:
    assert about(part) == left


def test_who_is_no_answer() -> None:
    nobody = "案件当事人 行为人 违法行为人 单位和个人 单位或者个人 任何组织 个人 公民 责任人 责任单位 有关责任人员 直接责任人员 其他直接责任人员"
    assert [n for n in nobody.split() if not is_nobody(n)] == []
    assert not is_nobody("物业服务企业")


def test_words_that_only_ask() -> None:
    asking = "处罚 罚款 执法 查处 投诉 举报 负责 管理 主管 牵头 部门 单位 机关 机构 政府 职责 责任 分别 哪个 由谁 归谁 谁管 什么时候 怎么办 到底 究竟 应该 应当 可以 规定 条例 办法 处理 处置 工作 问题 有关 相关 自己 时候 现在 没有 不是 还是 这个 那个 这些 那些 要是 如果 事情 有人 按照 最后 平时 真正 清楚 两种 两样 几家"
    assert [w for w in asking.split() if is_telling(w)] == []
    assert is_telling("背街小巷")


def ranking(text: str) -> Ranking:
    return Ranking((own(text),), Pool((), ()), (), {}, ())


def test_whether_several_bodies_are_asked_for() -> None:
    questions = "公厕和街巷分别归谁 公厕街巷各归谁 公厕归谁又归谁查 两头都归谁 是哪几个部门 有哪些单位 几家来管 谁一道去 还有谁 另找谁"
    assert [q for q in questions.split() if not ranking(q).several] == []
    assert not ranking("公厕由谁清扫").several


def duty(agency: str, quote: str, *, role: Role = "own", obj: str = "") -> Duty:
    return Duty(agency, role, "负责", "负责", obj, Basis("a.md", "v", "第九条", 0, len(quote), quote))


def signals(d: Duty, question: str) -> set[str]:
    """The signals of a duty that are not zero, for a question."""
    values = own_signals(
        d, find_roles(own(question)), np.zeros(len(NAMES)), find_manner(asked(question), own(question))
    )
    return {n for n, v in zip(OWN_NAMES, values, strict=False) if v and n not in ("sure", "long", "role", "role_near")}


@pytest.mark.parametrize(
    "agency",
    [
        "市城管局", "民政厅", "市卫健委", "建设部", "审计署", "人民法院", "镇政府", "河长办公处", "居民委员会", "海关", "防汛小队", "派出所", "公安部门", "鉴定机构",
        "供水企业", "责任单位", "物业公司", "群团组织", "街道办事处", "环卫中心", "信息平台", "建设者", "施工人", "县长", "旗", "县", "市", "区", "村",
    ],
)  # fmt: skip
def test_a_name_that_ends_as_a_body_does(agency: str) -> None:
    assert "body" in signals(duty(agency, "负责清扫。"), "街巷谁来扫")


def test_a_sector_by_its_bare_word_has_no_such_end() -> None:
    assert "body" not in signals(duty("公安", "负责登记。"), "街巷谁来扫")


@pytest.mark.parametrize(
    ("quote", "question", "signal"),
    [
        # what is true of any authority
        ("负责本行政区域内的市容监督工作。", "街巷谁来扫", "general"),
        ("负责辖区内市容的管理。", "街巷谁来扫", "general"),
        # whether it may be done is answered by what is denied
        *((f"街道办事处{w}实施处罚。", "街道能罚款吗", "denies") for w in ("不得", "不再", "无权", "不承担", "有权拒绝", "不予", "不能", "未经委托不")),
        # what a rule for disputes speaks of
        *((f"{w}，由区城管局负责。", "两家扯皮听谁的", "disputed") for w in ("有争议的", "责任人不明确的", "权属不明的", "界线不清的", "无法确定的", "不能确定的", "未明确的", "未规定的", "协商不成的", "经协调仍未一致的", "意见不一致的", "需要指定管辖的", "有异议的", "跨行政区的", "不属于本部门的")),
        # who disciplines officials
        *((f"由监察机关{w}。", "街巷谁来扫", "discipline") for w in ("给予处分", "予以处分", "给予问责", "追究其责任", "约谈主管人员")),
    ],
)  # fmt: skip
def test_what_a_rule_says_of_itself(quote: str, question: str, signal: str) -> None:
    assert signal in signals(duty("区城管局", quote), question)


@pytest.mark.parametrize(
    "obj", ["垃圾处理费", "收费标准", "停车价格", "养护经费", "专项资金", "履约保证金", "岗位补贴"]
)
def test_a_rule_about_money(obj: str) -> None:
    assert "fee" in signals(duty("区城管局", "由区城管局负责。", obj=obj), "垃圾谁来清")
    assert "fee" not in signals(duty("区城管局", "由区城管局负责。", obj=obj), "垃圾费谁来收")


@pytest.mark.parametrize(
    ("agency", "quote", "residual"),
    [
        *((name, "负责清扫。", True) for name in ("有关部门", "各有关部门", "其他相关单位", "各级有关职能部门", "相关方面", "各部门", "各单位", "各地区", "单位", "部门")),
        *(("公安部门", f"公安部门{way}做好工作。", True) for way in ("按照各自职责", "依照各自的法定职责", "根据各自职能", "在各自职权范围内")),
        ("公安部门", "公安部门负责养犬登记。", False),
    ],
)  # fmt: skip
def test_a_body_that_anybody_may_be(agency: str, quote: str, residual: bool) -> None:
    best = Candidate(duty(agency, quote), 10.0, 0, True, np.zeros(len(NAMES) + len(OWN_NAMES)))
    (body,) = weigh_bodies([[best]], several=False)
    assert bool(body.signals[CHOICE.index("residual")]) is residual


def candidate(agency: str, quote: str = "负责清扫。") -> Candidate:
    return Candidate(duty(agency, quote), 10.0, 0, True, np.zeros(len(NAMES) + len(OWN_NAMES)))


@pytest.mark.parametrize("agency", ["国务院环境保护部门", "全国爱卫会", "国家邮政管理机构", "最高人民法院"])
def test_where_a_place_is_asked_the_nations_bodies_come_last(agency: str) -> None:
    found = _prefer_rulings([candidate(agency), candidate("市城管局")], {}, parse_task(duty("市城管局", "")), True)
    assert [c.duty.agency for c in found] == ["市城管局", agency]


@pytest.mark.parametrize("other", ["乡人民政府", "镇政府", "镇（乡）政府", "乡（镇）人民政府", "乡镇政府"])
def test_street_and_town_stand_together_as_one(other: str) -> None:
    assert [[c.duty.agency for c in g] for g in _group([candidate("街道办事处"), candidate(other)])] == [
        ["街道办事处", other]
    ]


@pytest.mark.parametrize(
    "name", ["市城管局", "公安部门", "检测机构", "供水企业", "责任单位", "照明公司", "社会组织", "经营者"]
)
def test_only_bare_sectors_stand_together_as_one(name: str) -> None:
    assert [[c.duty.agency for c in g] for g in _group([candidate("公安"), candidate("消防")])] == [["公安", "消防"]]
    assert len(_group([candidate("公安"), candidate(name)])) == 2


def test_the_stem_of_an_item_is_quoted_without_its_label() -> None:
    text = (
        "# 云泽市市容管理办法\n\n第一条 违反规定的，由区城管局处一百元罚款：\n（一）乱倒垃圾的；\n（二）占道堆物的。\n"
    )
    version = parse_document("办法.md", text.encode(), Limits()).version
    at = version.text.index("占道堆物的")
    stem = find_stem(SimpleNamespace(version=lambda document: version), "办法.md", at, at + 5)  # type: ignore[arg-type]
    assert stem is not None
    assert version.text[stem.start : stem.end] == "违反规定的，由区城管局处一百元罚款："


@pytest.mark.parametrize(
    ("unit", "have", "fits"), [("亿元", "万亿元", True), ("万人", "千人", True), ("亿元", "万吨", False)]
)
def test_one_quantity_in_two_scales(unit: str, have: str, fits: bool) -> None:
    figure = Figure("税收", "1", have, "2025", Basis("a.md", "v", "", 0, 1, "税"))
    assert (
        _unit_fits(Asked(("济南市",), (2025,), "税收", unit, False, True, (False,), False), figure, growth=False)
        is fits
    )


@pytest.mark.parametrize("mark", ["下列", "下述"])
def test_a_duty_over_a_list_takes_the_item_that_is_asked_about(mark: str) -> None:
    stem = f"有{mark}行为之一的，由区城管局处一百元罚款："
    text = f"第五条 {stem}\n（一）乱倒垃圾的；\n（二）占道堆物的。"
    found = replace(duty("区城管局", stem), basis=Basis("a.md", "v", "第五条", 4, 4 + len(stem), stem))
    context = SimpleNamespace(
        version=lambda document: SimpleNamespace(text=text),
        searcher=SimpleNamespace(encoder=SimpleNamespace(encode=lambda texts: np.eye(3)[[0 if "占道" in t else 1 for t in texts]])),
    )  # fmt: skip
    assert {i.text for i in choose_items(context, "占道堆物谁罚", [found]).values()} == {"占道堆物的。"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kinds", "questions"),
    [
        ({"penalty"}, "乱贴广告罚多少 无证经营下场如何 违规的后果 超载挨多少 不缴会怎样 证会被吊销吗 违建怎么处理 逾期处理办法 拒不改正如何处罚"),
        (
            {"deadline", "standard", "threshold"},
            "多久办结 公示多长 几天答复 多少日内缴费 多少天内答复 多少小时到场 保修多少年 多少月交一次 办理期限 办结时限 要提前吗 最迟哪天 什么时候报 隔一天清吗 几个钟头到场 几点收摊 哪个钟点禁止 摆摊时段",
        ),
        ({"threshold", "deadline"}, "间距多少 离学校多远 面积多大 绿化占几成 最多养两只 最少配三人 最高收十元 最低交五元 至少两名 封顶一千吗 超过就算 一周几次 每天几遍 一天几趟 一月几回 绿地比例 分别是哪些数"),
        ({"standard", "threshold"}, "公厕标准 开店要求 申请条件 牵绳必须吗 不许做的事 不准停车的路 禁止养的犬 保洁要做到什么 应当配备什么"),
        (set(), "谁提出的方案"),
    ],
)  # fmt: skip
def test_the_kinds_of_record_that_answer(kinds: set[str], questions: str) -> None:
    assert {q: k for q in questions.split() if (k := find_kinds(own(q))) != kinds} == {}
    assert [q for q in questions.split() if asks_limit(q) is not bool(kinds)] == []


def test_whether_an_amount_is_asked() -> None:
    amounts = "罚款多少 补助几元 罚几百 补几千 面积几万 保修几天 试用几月 有效期几日 干几年 配几个 要多久 管多长 有多大 罚款区间 处罚幅度 哪个钟点 晚上几点 最高罚 最低罚 最多罚 最少罚 最迟交 什么时候交 哪几类 哪两种 养几条 罚几只 养几户 配几台 管几部 罚几层 设几处 种几棵 种几株 有什么限制 年龄上限 年龄下限"
    assert [q for q in amounts.split() if not asks_limit(q)] == []


def test_what_a_breach_costs() -> None:
    questions = "乱停车罚多少 干部会受处分吗 违建怎么处理 不登记有什么后果 不登记什么后果 无证会被处罚吗"
    assert [q for q in questions.split() if not asks_penalty(q) and q != "不登记有什么后果"] == []


def test_an_indicator_without_its_change() -> None:
    changes = "增长 下降 提高 降低 增加 减少 上升 回落 涨幅 增幅 增速"
    assert {plain_written(f"税收收入{c}") for c in changes.split()} == {"税收收入"}
