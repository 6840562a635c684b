"""The registry: reforms and concrete bureaus are inferences with dates; a bad file says what is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb.agencies import Agencies
from kb.errors import UsageError

OWN = """
[[body]]
id = "market-centre"
name = "农贸市场管理中心"
aliases = ["市管中心"]

[[concrete]]
generic = "市容环境卫生主管部门"
place = "青禾市"
name = "青禾市城市管理局"
from = 2019-03-18
"""


@pytest.fixture
def agencies(tmp_path: Path) -> Agencies:
    path = tmp_path / "agencies.toml"
    path.write_text(OWN, encoding="utf-8")
    return Agencies.load(path)


def test_a_users_file_adds_bodies_and_concrete_bureaus(agencies: Agencies) -> None:
    assert agencies.same("市管中心", "市农贸市场管理中心")
    found = agencies.resolve("市容环境卫生主管部门", "青禾市", date(2020, 1, 1))
    assert found is not None
    assert found.concrete == "青禾市城市管理局"
    assert found.inference == ("推断：“市容环境卫生主管部门”在青禾市为青禾市城市管理局",)


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("赤水市", date(2020, 1, 1)),
        ("青禾市", date(2018, 1, 1)),
        (None, date(2020, 1, 1)),
    ],  # elsewhere, before, nowhere
)
def test_a_concrete_bureau_holds_in_its_place_and_time_only(agencies: Agencies, place: str | None, day: date) -> None:
    found = agencies.resolve("市容环境卫生主管部门", place, day)
    assert found is not None
    assert found.concrete is None


def test_the_reform_of_2018_is_followed_from_its_day(agencies: Agencies) -> None:
    before = agencies.resolve("工商行政管理部门", None, date(2017, 1, 1))
    after = agencies.resolve("工商行政管理部门", None, date(2020, 1, 1))
    assert before is not None and after is not None
    assert (before.name, before.inference) == ("工商行政管理部门", ())
    assert after.name == "市场监督管理部门"
    assert after.inference[0].startswith("推断：")


def test_an_unknown_body_stays_as_written(agencies: Agencies) -> None:
    assert agencies.resolve("云泽书画协会", None, None) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[body]]\nname = 'x'", "id"),  # a field is missing
        ("[[reform]]\nold = ['no-such']\nnew = 'market'\non = 2018-03-21", "no-such"),
        ("[[body", "TOML"),
    ],
)
def test_a_bad_file_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        Agencies.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        Agencies.load(tmp_path / "none.toml")
