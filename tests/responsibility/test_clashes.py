"""When two texts give one task to two bodies, and the many ways in which they only seem to."""

from __future__ import annotations

import pytest

from kb.agencies import Agencies
from kb.records import Basis, Duty, Role
from kb.responsibility.clashes import find_clashes
from kb.responsibility.entries import Entry

AGENCIES = Agencies.load(None)


class Everywhere:
    """Every place belongs to every other."""

    def related(self, one: str | None, other: str | None) -> bool:
        return True


def entry(document: str, agency: str, action: str, obj: str, quote: str, role: Role = "oversee") -> Entry:
    duty = Duty(agency, role, action[:2], action, obj, Basis(document, "v", "第四条", 0, len(quote), quote))
    return Entry(duty, document, "地方性法规", 3, "in-force", "上海市", None)


def clash(*entries: Entry) -> int:
    return len(find_clashes(entries, AGENCIES, Everywhere()))  # type: ignore[arg-type]


QUOTE = "居民住宅区环境卫生的监督管理，由{}负责。"
OBJECT = "居民住宅区环境卫生"


def test_two_bodies_given_one_task() -> None:
    one = entry("a.md", "住房城乡建设部门", "监督管理", OBJECT, QUOTE.format("住房城乡建设部门"))
    other = entry("b.md", "城市管理部门", "监督管理", OBJECT, QUOTE.format("城市管理部门"))
    assert clash(one, other) == 1


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("户外广告设施的设置由{}审批。", 1),  # 由X: work is shared out
        ("户外广告设施的设置由区人民政府或者{}审批。", 1),  # 由 stands before another body too
        ("{}收到申请后，户外广告设施的设置由{}审批。", 1),  # named twice, the second time with 由
        ("户外广告设施的设置由业主申请，{}审批。", 0),  # 由 is said of somebody else
        ("户外广告设施的设置，{}应当在十日内审批。", 0),  # how it proceeds with what is its own already
    ],
)
def test_by_whom_a_task_is_done_shares_it_out(quote: str, found: int) -> None:
    bodies = (("a.md", "住房城乡建设部门"), ("b.md", "城市管理部门"))
    entries = [
        entry(d, agency, "审批", "户外广告设施设置", quote.replace("{}", agency), "approve") for d, agency in bodies
    ]
    assert clash(*entries) == found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # 负责 by the body's name of before the reform: the same body today
        (
            entry("a.md", "质量技术监督部门", "监督管理", "商品包装物减量", "质量技术监督部门负责商品包装物减量的监督管理。"),
            entry("b.md", "市场监督管理部门", "监督管理", "商品包装物减量", "市场监督管理部门负责商品包装物减量的监督管理。"),
        ),
        # every authority answers in a field of its own: no work is shared out
        (
            entry("a.md", "公安机关", "作出答复", "申请人的查询", "公安机关应当在二个工作日内对申请人的查询作出答复。", "own"),
            entry("b.md", "民政部门", "作出答复", "申请人的查询", "民政部门应当在三十日内对申请人的查询作出答复。", "own"),
        ),
        (
            entry("a.md", "公安机关", "承担", "鉴定费用", "鉴定费用由公安机关承担。", "own"),
            entry("b.md", "民政部门", "承担", "鉴定费用", "鉴定费用由民政部门承担。", "own"),
        ),
        # one item of two longer lists
        (
            entry("a.md", "公安机关", "负责", "饮用水水源地保护，重大活动安全保卫，道路交通秩序", "由公安机关负责。", "own"),
            entry("b.md", "水行政主管部门", "负责", "饮用水水源地保护，河道采砂许可，防汛抗旱物资", "由水行政主管部门负责。", "own"),
        ),
    ],
)  # fmt: skip
def test_what_only_seems_a_conflict(first: Entry, second: Entry) -> None:
    assert clash(first, second) == 0


def test_two_texts_that_name_the_same_bodies_agree() -> None:
    quote = "自然资源部门、农业农村部门负责村庄规划技术指引的监督管理。"
    found = [
        entry(document, agency, "监督管理", "村庄规划技术指引", quote)
        for document in ("a.md", "b.md")
        for agency in ("自然资源部门", "农业农村部门")
    ]
    assert clash(*found) == 0
