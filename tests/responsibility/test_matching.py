"""What a duty is about, and when two are about one thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.matching import TaskIndex, covers, find_cases, find_parts, fits_deed, fits_scope, parse_task, shared_item
from kb.records import Basis, Duty, Scope


def duty(action: str, obj: str = "", condition: str | None = None, quote: str = "") -> Duty:
    basis = Basis("a.md", "v", "第一条", 0, 1, quote or f"{obj}，由甲局{action}。")
    return Duty("甲局", "own", "负责", action, obj, basis, scope=Scope(condition=condition))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("负责背街小巷和居民小区的清扫保洁", ("背街小巷", "居民小区")),  # a list; the deed is taken out
        ("未实行物业管理的居住小区", ("居住小区",)),  # scope is kept apart
        ("协助区市容环境卫生主管部门做好背街小巷清扫保洁工作", ("背街小巷",)),  # the body assisted is not the task
        ("负责全市市容和环境卫生工作的指导、监督和考核", ("市容", "环境卫生")),
    ],
)
def test_parts_of_a_task(text: str, parts: tuple[str, ...]) -> None:
    assert find_parts(text) == parts


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("未实行物业管理的居民住宅区，由街道办事处负责", {False}),
        (
            "已实行物业管理的，由物业管理单位负责，没有实行物业管理的，由所在单位负责",
            {True, False},
        ),  # both in one sentence
        ("请了物业的又是谁", {True}),
        ("没请物业的老楼院", {False}),
        ("居住区的卫生谁管", set()),
    ],
)
def test_cases_with_and_without_property_management(text: str, cases: set[bool]) -> None:
    assert find_cases(text) == cases


@pytest.mark.parametrize(
    ("action", "obj", "deed"),
    [
        ("负责组织实施", "四级道路的清扫保洁", "clean"),
        ("考核", "四级道路的保洁质量", "assess"),  # the action before the object
        ("负责物业小区环境卫生的监督管理", "", "oversee"),
        ("负责", "实行物业管理的居住小区", ""),  # 物业管理 is the scope, not the deed
    ],
)
def test_deed(action: str, obj: str, deed: str) -> None:
    assert parse_task(duty(action, obj)).deed == deed


@pytest.mark.parametrize(
    ("deed", "actions"),
    [
        ("punish", "违规摊点的查处"), ("assess", "保洁质量的考评"), ("guide", "业务指导社区"), ("oversee", "督查工地扬尘"), ("approve", "核发施工许可证"),
        ("decide", "裁定管辖"), ("explain", "解释本办法"), ("plan", "拟订绿地方案"), ("fund", "养护款的拨付"), ("patrol", "日常巡查街面"), ("report", "上报隐患"),
        ("demolish", "拆除棚亭"), ("clean", "清运垃圾"), ("build", "新建公厕"), ("maintain", "管护绿地"), ("publicise", "公示收费"), ("collect", "采集数据"),
    ],
)  # fmt: skip
def test_what_is_done(deed: str, actions: str) -> None:
    assert parse_task(duty(actions)).deed == deed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        # words of a role stand before the task and are not of it
        ("负责路灯", ("路灯",)), ("牵头路灯", ("路灯",)), ("主管路灯", ("路灯",)), ("承担路灯", ("路灯",)), ("组织实施路灯", ("路灯",)), ("组织路灯", ("路灯",)), ("实施路灯", ("路灯",)),
        ("具体做好路灯", ("路灯",)), ("协助公安机关疏散人群", ("疏散人群",)), ("配合消防局疏散人群", ("疏散人群",)), ("参与路灯", ("路灯",)), ("应当依法统一归口路灯", ("路灯",)),
        ("经市公安局批准的灯会", ("灯会",)), ("会同城市管理部门照看路灯", ("照看路灯",)), ("按照职责分工照看路灯", ("照看路灯",)), ("由区城管局负责路灯", ("路灯",)),
        ("予以落实路灯", ("路灯",)), ("对路灯进行亮化", ("对路灯", "亮化")), ("开展灯会", ("灯会",)), ("推进灯会", ("灯会",)), ("加强灯会", ("灯会",)),
        # how far it reaches says nothing of what it is
        ("全市路灯", ("路灯",)), ("本市路灯", ("路灯",)), ("全区路灯", ("路灯",)), ("本区路灯", ("路灯",)), ("全省路灯", ("路灯",)), ("本省路灯", ("路灯",)), ("全县路灯", ("路灯",)), ("本县路灯", ("路灯",)),
        ("市区路灯", ("路灯",)), ("中心城区路灯", ("路灯",)), ("市中心城区路灯", ("路灯",)), ("本辖区内路灯", ("路灯",)), ("本行政区域内路灯", ("路灯",)), ("所在地路灯", ("路灯",)),
        ("各自路灯事务", ("路灯",)), ("相关路灯事项", ("路灯",)), ("有关路灯任务", ("路灯",)), ("其他路灯职责", ("路灯",)), ("日常路灯责任", ("路灯",)), ("具体路灯问题", ("路灯",)), ("路灯等活动", ("路灯",)), ("路灯的工作", ("路灯",)),
        # days, managing, and what stands between the members of a list
        ("自2026年5月1日起的灯会", ("灯会",)), ("临时摊点统一管理", ("临时摊点",)), ("路灯，护栏", ("路灯", "护栏")), ("路灯以及护栏", ("路灯", "护栏")), ("路灯及护栏", ("路灯", "护栏")),
        ("路灯与护栏", ("路灯", "护栏")), ("路灯或者护栏", ("路灯", "护栏")), ("路灯并护栏", ("路灯", "护栏")), ("一级和二级道路", ("道路",)),
    ],
)  # fmt: skip
def test_the_words_around_a_task(text: str, parts: tuple[str, ...]) -> None:
    assert find_parts(text) == parts


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("物业管理的居住小区内的绿地", {True}),
        ("住宅物业的共用部位", {True}),
        ("尚未聘请物业的老楼院", {False}),
        ("选聘物业服务企业的小区", {True}),
    ],
)
def test_more_cases_with_and_without_property_management(text: str, cases: set[bool]) -> None:
    assert find_cases(text) == cases


def test_a_property_manager_is_only_where_there_is_one() -> None:
    found = replace(duty("清扫", "楼道"), agency="物业服务企业")
    assert parse_task(found).property_managed is True


def test_what_stands_before_a_body_in_a_bracket_is_no_task() -> None:
    assert parse_task(duty("牵头", quote="（乙局配合，甲局牵头）")).items == ()


def test_the_topic_before_the_first_of_two_bodies() -> None:
    quote = "实行物业管理的居住小区的环境卫生，由甲局负责监督管理，乙局负责业务指导。"
    task = parse_task(duty("负责监督管理", quote=quote))
    assert (task.items, task.property_managed) == (("居住小区环境卫生",), True)


def test_scope_keeps_tasks_apart() -> None:
    managed = parse_task(duty("负责", "实行物业管理的居住小区"))
    unmanaged = parse_task(duty("负责", "未实行物业管理的居住小区"))
    unsaid = parse_task(duty("负责", "居住小区"))
    assert not fits_scope(managed, unmanaged)
    assert fits_scope(managed, unsaid)
    first, fourth = (parse_task(duty("清扫", f"{g}级道路")) for g in "一四")
    assert not fits_scope(first, fourth)


def test_grades_of_a_range() -> None:
    assert parse_task(duty("清扫", "一至三级道路")).grades == frozenset("一二三")


def test_a_bare_responsibility_covers_the_doing_only() -> None:
    bare, clean, assess = (parse_task(duty(a, "背街小巷")) for a in ("负责", "负责清扫保洁", "考核"))
    assert fits_deed(bare, clean)
    assert not fits_deed(bare, assess)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("物业小区环境卫生", "实行物业管理的居住小区的环境卫生", "小区环境卫生"),
        ("背街小巷", "背街小巷和未实行物业管理的居住小区", "背街小巷"),  # one item of a list
        ("一级、二级道路", "二级、三级道路", "二级道路"),
        ("出租、出借居民身份证", "出租、转让广告版面", None),  # a short item of two lists says nothing
        ("城市照明设施", "生活垃圾处理设施", None),
    ],
)
def test_what_two_tasks_share(one: str, other: str, shared: str | None) -> None:
    assert shared_item(parse_task(duty("负责", one)), parse_task(duty("负责", other))) == shared


def test_a_topic_is_covered_by_most_of_its_words() -> None:
    assert covers("对农贸市场外围道路上的流动摊点", "流动摊点")
    assert not covers("车站、码头、停车场、公园", "商业广场停车")


def test_the_index_finds_the_near_ones_and_not_the_common_ones() -> None:
    tasks = [parse_task(duty("负责", f"甲{n}乙设施的环境卫生")) for n in range(200)]
    odd = parse_task(duty("负责", "背街小巷"))
    index = TaskIndex([*tasks, odd])
    assert index.find_near(odd) == [200]
    assert all(len(index.find_near(t)) < 100 for t in tasks)  # 环境卫生 leads nowhere when all have it
