"""Which duties rule, which can contradict one another, and what a report calls unsettled: one example for each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from kb.agencies import Agencies
from kb.records import Basis, Duty, Identity, Role, Scope, Version
from kb.responsibility.clashes import find_clashes
from kb.responsibility.entries import Entry, _is_over
from kb.responsibility.gaps import Problem, find_gaps, find_problems

AGENCIES = Agencies.load(None)


class Everywhere:
    """Every place belongs to every other."""

    def related(self, one: str | None, other: str | None) -> bool:
        return True


def entry(
    document: str, agency: str, quote: str, *, role: Role = "own", word: str = "负责", obj: str = "道路照明设施"
) -> Entry:
    duty = Duty(agency, role, word, word, obj, Basis(document, "v", "第四条", 0, len(quote), quote))
    return Entry(duty, document, "地方性法规", 3, "in-force", "上海市", None)


def clash(*entries: Entry) -> list[str]:
    return [c.kind for c in find_clashes(entries, AGENCIES, Everywhere())]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        "{}负责道路照明设施。", "{}对道路照明设施负总责。", "道路照明设施由{}牵头。", "{}主管道路照明设施。", "{}主办道路照明设施。", "{}主责道路照明设施。",
        "道路照明设施归口{}。", "{}承担道路照明设施。", "{}组织实施道路照明设施。", "道路照明设施\t{}", "道路照明设施由{}管护。",
    ],
)  # fmt: skip
def test_two_texts_that_share_out_one_thing_to_two_bodies(words: str) -> None:
    bodies = ("住房城乡建设部门", "城市管理部门")
    assert clash(*(entry(f"{n}.md", b, words.format(b)) for n, b in enumerate(bodies))) == ["owners"]


@pytest.mark.parametrize("word", ["协助", "配合", "参与", "协同", "协办"])
def test_a_body_that_helps_in_one_text_and_is_responsible_in_another(word: str) -> None:
    one = entry("a.md", "城市管理部门", f"城市管理部门{word}道路照明设施。", role="support", word=word)
    assert clash(one, entry("b.md", "城市管理部门", "城市管理部门负责道路照明设施。")) == ["role"]


@pytest.mark.parametrize(
    "agency",
    [
        "市人民政府", "国务院", "市委党委", "街道党工委", "人民法院", "人民检察院", "供电企业", "照明公司", "居民委员会", "村委会", "有关部门", "相关行政主管部门", "各部门",
    ],
)  # fmt: skip
def test_a_body_that_rivals_none(agency: str) -> None:
    assert clash(*(entry(f"{b}.md", b, f"{b}负责道路照明设施。") for b in (agency, "城市管理部门"))) == []


@pytest.mark.parametrize(
    "obj",
    [
        # a list of bodies is no task
        "街面保洁部门", "道路养护机关", "区县政府", "沿街单位", "检测机构", "养护人员", "业主委员会",
        # what any statute says, not what is done
        "下列路灯", "以下路灯", "前款路灯", "本条路灯", "本法路灯", "本条例路灯", "本办法路灯", "规定路灯", "紧急情形路灯", "破坏路灯行为", "情节轻微路灯", "路灯后果", "逾期路灯", "拒不配合路灯",
        "同意", "报送路灯材料", "路灯施行", "路灯办法", "鉴定费用", "路灯手续", "路灯随时", "路灯代为", "会商机制", "联席会议召集", "拆除后",
    ],
)  # fmt: skip
def test_words_that_are_no_task_contradict_nothing(obj: str) -> None:
    bodies = ("住房城乡建设部门", "城市管理部门")
    assert clash(*(entry(f"{b}.md", b, f"{b}负责{obj}。", obj=obj) for b in bodies)) == []


@pytest.mark.parametrize(
    ("agency", "action", "rules"),
    [
        ("市城管局", "负责路灯管护", True),
        # what is left over for anybody
        ("市城管局", "按照各自职责做好保洁", False), ("市城管局", "做好有关工作", False), ("市城管局", "完成交办的任务", False), ("市城管局", "承担其他事项", False),
        ("有关部门", "负责路灯管护", False),
    ],
)  # fmt: skip
def test_whether_a_duty_allots_work(agency: str, action: str, rules: bool) -> None:
    found = entry("a.md", agency, f"{agency}{action}。")
    assert replace(found, duty=replace(found.duty, action=action)).rules is rules


@pytest.mark.parametrize(
    ("time", "action", "quote", "over"),
    [
        ("2020年9月30日前完成", "改造", "由市城管局负责，2020年9月30日前完成。", True),
        ("2020年底", "改造", "改造（市城管局，2020年底）", True),
        ("2020年9月30日", "改造", "改造\t市城管局\t2020年9月30日\t未销号", True),  # 表中的一栏
        ("2030年", "改造", "改造（市城管局，2030年）", False),
        ("2019年8月", "适用新利率", "自2019年8月20日之后按新利率适用", False),  # 从那一天起，不是到那一天止
        ("2015年", "另行规定", "2015年，由市城管局另行规定", False),
        (None, "2021年6月底前完成改造", "2021年6月底前完成改造。", True),
        (None, "改造路灯", "改造路灯。", False),
    ],
)
def test_a_duty_ends_with_its_deadline(time: str | None, action: str, quote: str, over: bool) -> None:
    found = entry("a.md", "市城管局", "由市城管局负责。").duty
    found = replace(found, basis=replace(found.basis, quote=quote))
    assert _is_over(replace(found, action=action, scope=Scope(time=time)), date(2026, 11, 26)) is over


def problems(text: str) -> list[str]:
    return [p.topic for p in find_problems(Version("v", "报告.md", text, "md", "h", Identity("调研报告")))]


@pytest.mark.parametrize(
    ("sentence", "topics"),
    [
        # ways to say that nobody owns it
        ("例如窨井盖，部门之间推诿。", ["窨井盖"]), ("比如飞线，各家扯皮。", ["飞线"]), ("又如僵尸车，两局互推。", ["僵尸车"]), ("譬如楼道杂物，街道与物业互相推。", ["楼道杂物"]),
        ("再如共享单车，几家踢皮球。", ["共享单车"]), ("诸如绿化带积水，各有各的理。", ["绿化带积水"]), ("例如插花地，纠纷悬而不决。", ["插花地"]), ("例如加装电梯，尚未明确由哪个部门牵头。", ["加装电梯"]),
        ("例如河边垃圾，没人管。", ["河边垃圾"]), ("例如网约摊点，存在监管空白。", ["网约摊点"]),
        # the topic before the words
        ("架空线缆职责不清。", ["架空线缆"]), ("城中村消防长期无人过问。", ["城中村消防"]), ("二次供水尚需明确责任。", ["二次供水"]),
        # several topics in one sentence
        ("飞线、窨井盖和插花地以及僵尸车及路边摊等职责不清。", ["飞线", "窨井盖", "插花地", "僵尸车", "路边摊"]),
        ("例如飞线、窨井盖等，职责不清。", ["飞线", "窨井盖"]),
        # each point is read by itself
        ("一是楼道杂物无人管；二是飞线无人管。（一）路灯无人管", ["楼道杂物", "飞线", "路灯"]),
        # words that name nothing
        ("部门职责不清。体制机制有待理顺职责。", []), ("有的推诿的环节职责不清。", []), ("常年扯皮的环节职责不清。", []),
    ],
)  # fmt: skip
def test_what_a_report_calls_unsettled(sentence: str, topics: list[str]) -> None:
    assert problems(sentence) == topics


GROUNDS = ("插花地", "背街小区", "沿河地带", "城乡结合部", "两区交界", "无主小巷")
CLAUSES = ("责任区", "责任人", "责任单位", "区域", "范围", "地段", "管辖", "界线", "交界")


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", CLAUSES)
def test_a_clause_on_ground_decides_for_a_stretch_of_ground(ground: str, word: str) -> None:
    quote = f"{word}不清的，由区城管局指定。"
    rule = entry("条例.md", "区城管局", quote, role="decide", word="指定", obj=f"{word}不清的")
    problem = Problem(ground, Basis("报告.md", "v", "", 0, 4, "无人管"))
    words = SimpleNamespace(synonyms=SimpleNamespace(table={}))
    (gap,) = find_gaps([problem], [rule], words, Everywhere(), {"报告.md": "上海市"})  # type: ignore[arg-type]
    assert gap.default == (rule,)


@pytest.mark.parametrize("words", ["职责分工有争议的", "职责不清的"])
def test_how_a_dispute_is_settled_is_told_where_no_clause_decides(words: str) -> None:
    rule = entry(
        "条例.md", "市委编办", f"部门{words}，由市委编办协调。", role="decide", word="协调", obj=f"部门{words}"
    )
    problem = Problem("空中飞线", Basis("报告.md", "v", "", 0, 4, "无人管"))
    synonyms = SimpleNamespace(synonyms=SimpleNamespace(table={}))
    (gap,) = find_gaps([problem], [rule], synonyms, Everywhere(), {"报告.md": "上海市"})  # type: ignore[arg-type]
    assert (gap.default, gap.procedure) == ((), (rule,))


def test_a_thing_that_is_no_ground_is_not_decided_by_it() -> None:
    rule = entry(
        "条例.md", "区城管局", "责任区不清的，由区城管局指定。", role="decide", word="指定", obj="责任区不清的"
    )
    problem = Problem("空中飞线", Basis("报告.md", "v", "", 0, 4, "无人管"))
    words = SimpleNamespace(synonyms=SimpleNamespace(table={}))
    (gap,) = find_gaps([problem], [rule], words, Everywhere(), {"报告.md": "上海市"})  # type: ignore[arg-type]
    assert gap.default == ()
