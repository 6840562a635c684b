"""Task tables and ledgers by row and column: a row is found again by what it is about, not by its number."""

from __future__ import annotations

from ingest.parse import parse_document
from kb.agencies import Agencies
from kb.compare.comparison import Comparison, compare_versions
from kb.config import Limits
from kb.records import Version

HEAD = "序号\t工作任务\t工作标准\t牵头单位\t责任单位\t完成时限"


def version(name: str, *rows: str) -> Version:
    body = "\n".join(f"{n}\t{row}" for n, row in enumerate(rows, 1))
    return parse_document(name, f"任务分解表\n\n{HEAD}\n{body}\n".encode(), Limits()).version


def compare(old: Version, new: Version) -> Comparison:
    return compare_versions(old, new, Agencies.load(None))


TOILET = "公共厕所改造\t新建、改建公共厕所60座\t市住建局\t各区人民政府\t2019年10月31日"
RATS = "灭鼠\t鼠密度达到国家标准\t市卫健委\t各街道\t2019年10月31日"
SMOKE = "控烟工作\t室内公共场所设置禁烟标识\t市卫健委\t市教育局\t2019年9月30日"
BUS = "汽车站环境整治\t站内环境整洁\t市交通运输局\t客运企业\t2019年8月31日"


def notes(comparison: Comparison) -> list[tuple[str, str, list[str]]]:
    return [
        ((r.new or r.old)[0].label, r.change, [f"{f.kind} {f.note}" for f in r.flags])
        for r in comparison.rows
        if r.change != "unchanged"
    ]


def test_rows_in_another_order_are_no_change() -> None:
    assert notes(compare(version("旧.txt", TOILET, RATS, SMOKE), version("新.txt", SMOKE, TOILET, RATS))) == []


def test_lead_row_added_row_dropped() -> None:
    new = version(
        "新.txt",
        SMOKE,
        TOILET.replace("市住建局", "市城管局"),
        RATS,
        "预防性消毒\t每日消毒\t市卫健委\t各街道\t2019年9月30日",
    )
    assert notes(compare(version("旧.txt", TOILET, RATS, SMOKE, BUS), new)) == [
        ("公共厕所改造", "reworded", ["role 牵头单位：市住建局→市城管局"]),
        ("预防性消毒", "added", ["added-duty 新增：预防性消毒"]),
        ("汽车站环境整治", "deleted", ["deleted-duty 取消：汽车站环境整治"]),
    ]


def test_the_day_that_did_not_move_with_the_others() -> None:
    later = [r.replace("2019年", "2020年") for r in (TOILET, SMOKE, BUS)]
    new = version("新.txt", *later, RATS.replace("2019年10月31日", "2020年9月30日"))
    found = compare(version("旧.txt", TOILET, SMOKE, BUS, RATS), new)
    assert found.sheets[0].years == 1
    assert [c.note for r in found.sheets[0].rows for c in r.cells if not c.usual] == [
        "完成时限：2019年10月31日→2020年9月30日"
    ]


def test_style_of_a_cell_is_no_change() -> None:
    assert (
        notes(
            compare(
                version("旧.txt", TOILET, RATS, SMOKE), version("新.txt", TOILET.replace("60座", "六十座"), RATS, SMOKE)
            )
        )
        == []
    )
