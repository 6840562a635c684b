"""What a duty is about, and when two are about one thing."""

from __future__ import annotations

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
