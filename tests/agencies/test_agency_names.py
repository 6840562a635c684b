"""Two spellings of one body are one; two bodies are two."""

from __future__ import annotations

import pytest

from kb.agencies import Agencies

AGENCIES = Agencies.load(None)

SAME = [
    ("市城管局", "云泽市城市管理局"),  # short form; the city's name stands for the level
    ("市城市管理部门", "市城市管理局"),  # 市城市… is a level and 城市管理, not a place named 市城市
    ("各街道", "街道办事处"),
    ("临河街道办事处", "街道办事处"),  # one of them
    ("所在地街道办事处", "街道办"),
    ("市农贸市场管理中心", "市城市管理局所属市农贸市场管理中心"),  # 农贸市场: no place named 农贸市
    ("市住房和城乡建设局", "市住建局"),
    ("县级以上人民政府市场监督管理部门", "市监局"),  # 市监局 is a short form, not a level and 监局
    ("县级以上地方人民政府公安机关", "公安局"),
    ("镇人民政府", "乡（镇）人民政府"),
    ("市、区人民政府", "区人民政府"),  # two levels in one phrase
    ("云泽市人民政府", "市人民政府"),
    ("上海市卫生健康委员会", "市卫健委"),
    ("内蒙古自治区水利厅", "自治区水行政主管部门"),
]
DIFFERENT = [
    ("市城管局", "区城管局"),  # levels
    ("市人民政府", "区人民政府"),
    ("国务院生态环境主管部门", "省生态环境主管部门"),
    ("临河街道", "滨江街道办事处"),  # two places
    ("市城市管理局", "市住建局"),
    ("市容环境卫生主管部门", "市城市管理局"),  # the same only in a place that says so
    ("", "市城管局"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_body(one: str, other: str) -> None:
    assert AGENCIES.same(one, other)
    assert AGENCIES.same(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_bodies(one: str, other: str) -> None:
    assert not AGENCIES.same(one, other)
    assert not AGENCIES.same(other, one)


@pytest.mark.parametrize(
    ("name", "levels", "place", "core"),
    [
        ("云泽市城市管理局", {"市"}, "云泽市", "城市管理局"),
        ("县级以上地方人民政府公安机关", {"省", "市", "县"}, None, "公安机关"),
        ("市、区教育行政部门", {"市", "县"}, None, "教育行政部门"),
        ("市场监督管理部门", set(), None, "市场监督管理部门"),
        ("设区的市人民政府", {"市"}, None, "人民政府"),
        ("临河街道办事处", set(), "临河", "街道办事处"),
    ],
)
def test_a_name_taken_apart(name: str, levels: set[str], place: str | None, core: str) -> None:
    parsed = AGENCIES.parse(name)
    assert (set(parsed.levels), parsed.place, parsed.core) == (levels, place, core)
