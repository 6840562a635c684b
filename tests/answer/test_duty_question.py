"""What a question about responsibility asks: its parts, the roles it wants, whether it wants a body at all."""

from __future__ import annotations

import pytest

from kb.answer.duty_question import Part, asks_who, find_parts, find_roles, find_topic


def test_two_cases_are_two_parts() -> None:
    parts = find_parts("夜里施工吵人归谁罚？路边烧烤冒烟又归谁罚？")
    assert [p.own for p in parts] == ["夜里施工吵人归谁罚", "路边烧烤冒烟又归谁罚"]


def test_a_part_without_a_topic_leans_on_the_one_before() -> None:
    parts = find_parts("车把人行道堵死了，该谁挪走？谁来罚？")
    assert parts[-1] == Part("车把人行道堵死了，该谁挪走，谁来罚", "谁来罚")


def test_cases_listed_before_an_each_are_parts_of_their_own() -> None:
    parts = find_parts("饭馆没备案，和油烟没净化就往外排，这两样分别由哪个部门处罚？")
    assert [p.text for p in parts[1:]] == [
        "饭馆没备案，这两样分别由哪个部门处罚",
        "油烟没净化就往外排，这两样分别由哪个部门处罚",
    ]
    assert len(find_parts("居住区的卫生由哪个部门负责？")) == 1  # nothing is listed


def test_the_same_asked_of_another_case_is_a_part() -> None:
    parts = find_parts("环卫责任人对不上号，谁来指定？要是卡在两个县的交界上呢？")
    assert [p.own for p in parts] == ["环卫责任人对不上号，谁来指定", "要是卡在两个县的交界上呢"]


def test_two_bodies_asked_for_side_by_side() -> None:
    assert [p.own for p in find_parts("半夜偷倒渣土，责令清走的是哪家、开罚单的是哪家？")][1] == "开罚单的是哪家"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("给厂长办普法班归谁，给一般职工办普法班归哪个部门？", ["给厂长办普法班归谁", "给一般职工办普法班归哪个部门"]),
        ("规划由哪几家单位编，什么部门批准？", ["规划由哪几家单位编", "什么部门批准"]),
        ("名录由什么单位提出，哪一级批准？", ["名录由什么单位提出", "哪一级批准"]),
        ("监测归什么机构，哪家机构出报告？", ["监测归什么机构", "哪家机构出报告"]),
        ("处罚归何单位，哪个机关执行？", ["处罚归何单位", "哪个机关执行"]),
        ("许可由哪级机关给，谁监督？", ["许可由哪级机关给", "谁监督"]),
        ("渣土谁都不管，归哪家清走？", ["渣土谁都不管，归哪家清走"]),  # 谁都: nobody is asked for
        ("渣土倒在绿地里，谁也不清，该谁罚？", ["渣土倒在绿地里，谁也不清，该谁罚"]),
    ],
)
def test_one_part_for_each_body_asked_for(text: str, own: list[str]) -> None:
    assert [p.own for p in find_parts(text)] == own


@pytest.mark.parametrize("unit", ["种", "家", "户", "件", "样", "类", "项", "个"])
def test_two_cases_counted_are_a_list_of_them(unit: str) -> None:
    parts = find_parts(f"一处往河里排油，一处往河里倒灰，这两{unit}归哪个部门罚？")
    assert len(parts) == 3


def test_the_askers_own_guess_is_no_part() -> None:
    assert [p.own for p in find_parts("遛狗拉了屎不捡，该由谁来处罚？是派出所吗？")] == ["遛狗拉了屎不捡，该由谁来处罚"]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("乱倒渣土归谁罚", {"enforce"}),
        ("边界划不清，由谁来定", {"decide"}),
        ("消纳场要谁批", {"approve"}),
        ("编制时要会同谁", {"support", "joint", "own", "lead", "duty-holder"}),
        ("定之前先征求谁的意见", {"support", "joint"}),
        ("背街小巷谁来扫", {"own", "lead", "duty-holder"}),
        ("这件事谁", {"own", "lead"}),  # nothing says more: whoever is responsible
    ],
)
def test_the_roles_asked_for(text: str, roles: set[str]) -> None:
    assert find_roles(Part(text, text)) == roles


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("飞线谁负责整治？", True),
        ("该往哪儿报？", True),
        ("由城管还是公安来罚，归城管还是归公安？", True),
        ("几家扯皮谁说了算", True),
        ("河道里每天哪个钟点不准采砂？", False),  # 哪 of a time
        ("收集点必须做到哪两防？", False),  # 哪 of a thing
        ("罚多少？", False),
    ],
)
def test_whether_a_body_is_asked_for(text: str, who: bool) -> None:
    assert asks_who(text) is who


@pytest.mark.parametrize(
    ("text", "topic"),
    [("飞线谁负责整治？", "飞线"), ("插花地没人管咋办？", "插花地"), ("商业广场里乱停车谁管？", "商业广场里乱停车")],
)
def test_the_topic_without_the_asking(text: str, topic: str) -> None:
    assert find_topic(text) == topic
