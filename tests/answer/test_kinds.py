"""Answers by kind over a small city's documents: what each question must say, cite and admit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from kb.answer.verify import find_faults
from kb.config import Settings
from kb.records import Answer
from kb.workspace import Workspace, open_workspace

DAY = date(2026, 11, 24)
DOCUMENTS = {
    "养犬办法(2016).md": """# 宁阳市养犬管理办法
（2016年4月20日宁阳市人民政府令第8号公布　自2016年6月1日起施行）
第一条 为了规范养犬行为，制定本办法。
第二条 养犬登记由市公安局负责，街道办事处协助做好登记宣传。
第三条 携犬外出，应当为犬只束牵引带，牵引带长度不超过二米。
第四条 违反本办法第三条规定，不束牵引带的，由公安机关责令改正，可以处五十元以上二百元以下罚款。
第五条 本办法自2016年6月1日起施行，有效期五年。
""",
    "养犬办法(2022).md": """# 宁阳市养犬管理办法
（2022年2月10日宁阳市人民政府令第21号公布　自2022年5月1日起施行）
第一条 为了规范养犬行为，制定本办法。
第二条 本办法所称重点管理区，是指市中心城区和镇人民政府驻地的建成区。
第三条 养犬登记由市公安局负责，街道办事处负责登记受理和巡查。
第四条 携犬外出，应当为犬只束牵引带，牵引带长度不超过一点五米。
第五条 违反本办法第四条规定，不束牵引带的，由公安机关责令改正，可以处一百元以上五百元以下罚款。
第六条 街道办事处不承担养犬行政处罚，发现违法行为的，应当移交公安机关处理。
第七条 本办法自2022年5月1日起施行，有效期五年。《宁阳市养犬管理办法》（宁阳市人民政府令第8号）同时废止。
""",
    "整改台账.md": """# 宁阳市文明城市创建问题整改台账

| 序号 | 存在问题 | 牵头单位 | 完成时限 | 销号情况 |
|---|---|---|---|---|
| 1 | 人民路路灯损坏 | 市城管局 | 2025年3月31日 | 已销号 |
| 2 | 河西市场积水 | 市商务局 | 2025年5月31日 | 未销号 |
""",
}  # fmt: skip


@pytest.fixture(scope="module")
def space(make_space: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return make_space(DOCUMENTS)


@pytest.mark.parametrize(
    ("question", "status", "says", "cites", "never"),
    [
        # 现行哪版：新的在施行，旧的被废止，各有原文
        ("养犬管理办法现行的是哪一版？", "answered", ["2022-05-01起施行", "有效期五年", "废止"], ["养犬办法(2022).md"], []),
        # 条号变化
        ("养犬管理办法原来的第三条现在是第几条？", "answered", ["第四条"], ["养犬办法(2016).md", "养犬办法(2022).md"], []),
        # 罚则变化：两边的数都要有
        ("养犬管理办法的罚则有什么变化？", "answered", ["五十元以上二百元以下", "一百元以上五百元以下"], ["养犬办法(2016).md", "养犬办法(2022).md"], []),
        # 角色变化
        ("养犬管理办法里街道办的职责有什么变化？", "answered", ["协助", "负责登记受理和巡查"], ["养犬办法(2022).md"], []),
        # 罚多少：取现行的数
        ("养犬不束牵引带罚多少？", "answered", ["一百元以上五百元以下"], ["养犬办法(2022).md"], ["二百元以下"]),
        # 名词解释
        ("重点管理区是指什么？", "answered", ["市中心城区和镇人民政府驻地的建成区"], ["养犬办法(2022).md"], []),
        ("“重点管理区”具体指什么？", "answered", ["市中心城区和镇人民政府驻地的建成区"], ["养犬办法(2022).md"], []),  # 具体不是所问的词
        # 能不能：否定性规定
        ("街道办能罚款吗？", "answered", ["不承担养犬行政处罚"], ["养犬办法(2022).md"], []),
        # 台账的一行
        ("整改台账第2条办完没有？", "answered", ["未销号"], ["整改台账.md"], ["已销号"]),
        # 问第几条：现行那一版的全条
        ("宁阳市养犬管理办法第四条规定了什么？", "answered", ["牵引带长度不超过一点五米"], ["养犬办法(2022).md"], ["二米"]),
        # 没有这个地方的规定
        ("西安市养犬不束牵引带罚多少？", "abstained", ["西安"], [], ["五百元"]),
        # 没有这份文件，不带书名号的也算
        ("哈尔滨市养犬管理条例对烈性犬怎么规定？", "abstained", ["哈尔滨市养犬管理条例"], [], []),
        ("《宁阳市烟花爆竹管理条例》对燃放时间怎么规定？", "abstained", ["烟花爆竹管理条例"], [], []),
        # 电话不编
        ("举报遛狗不牵绳打什么电话？", "abstained", ["未收录联系电话"], [], ["110"]),
        # 预测
        ("明年养犬罚款会定多少？", "abstained", ["预测"], [], ["元以上"]),
    ],
)  # fmt: skip
def test_answers(
    space: Workspace, question: str, status: str, says: list[str], cites: list[str], never: list[str]
) -> None:
    answer = space.ask(question, as_of=DAY)
    assert answer.status == status, answer.text
    assert [s for s in says if s not in answer.text] == []
    assert [s for s in never if s in answer.text] == []
    assert [d for d in cites if d not in {c.document for c in answer.citations}] == []
    assert find_faults(answer, lambda d: space.library.get_version(d).text) == ()


def test_an_answer_as_of_a_day_takes_the_text_of_that_day(space: Workspace) -> None:
    then = space.ask("养犬管理办法现行的是哪一版？", as_of=date(2018, 1, 1))
    between = space.ask("养犬管理办法现行的是哪一版？", as_of=date(2021, 9, 1))
    assert "2018-01-01现行的是" in then.text
    assert "2021-09-01没有现行有效的版本" in between.text
    assert between.status == "partial"


def test_only_what_has_lapsed_is_told_as_that(space: Workspace) -> None:
    answer = space.ask("养犬不束牵引带罚多少？", as_of=date(2028, 1, 1))
    assert (answer.status, answer.reason) == ("abstained", "expired-only")
    assert answer.text.startswith("2028-01-01现行有效的规定，现有资料未见；下列规定已经失效")
    assert {c.status for c in answer.citations} <= {"expired", "repealed", "superseded"}


def test_an_article_that_was_not_yet_in_force_is_told_as_that(space: Workspace) -> None:
    answer = space.ask("《宁阳市养犬管理办法》第三条规定了什么？", as_of=date(2015, 1, 1))
    assert answer.status == "partial"
    assert answer.text.startswith("2015-01-01当时有效的规定，现有资料未见")


def test_an_act_the_library_lacks_is_not_taken_for_another(space: Workspace) -> None:
    answer = space.ask("城市生活垃圾管理办法现行有效吗？", as_of=DAY)
    assert (answer.status, answer.reason) == ("abstained", "no-evidence")
    assert "城市生活垃圾管理办法" in answer.text


def test_a_follow_up_leans_on_the_question_before(space: Workspace) -> None:
    answer: Answer = space.ask("那罚款呢？", as_of=DAY, history=["养犬不束牵引带归谁管？"])
    assert "一百元以上五百元以下" in answer.text


def test_two_questions_in_one_message_are_both_answered(space: Workspace) -> None:
    answer = space.ask("养犬登记由谁负责？不束牵引带罚多少？", as_of=DAY)
    assert "市公安局" in answer.text
    assert "一百元以上五百元以下" in answer.text
    assert find_faults(answer, lambda d: space.library.get_version(d).text) == ()


def test_the_same_question_gives_the_same_answer(space: Workspace) -> None:
    one, other = (space.ask("养犬登记由谁负责？", as_of=DAY) for _ in range(2))
    assert (one.text, one.citations) == (other.text, other.citations)
    assert "市公安局" in one.text


def test_a_thing_the_library_does_not_know_is_named(space: Workspace) -> None:
    answer = space.ask("月球犬的登记由谁负责？", as_of=DAY)
    assert answer.status in ("partial", "abstained")
    assert "月球" in answer.text


def test_an_exact_title_is_that_document_alone(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for name, number in (("养犬管理条例", "国务院令第9号"), ("宁阳市养犬管理条例", "宁阳市人大常委会公告第3号")):
        text = f"# {name}\n（2020年3月1日{number}公布　自2020年5月1日起施行）\n第一条 为了规范养犬行为，制定本条例。\n第二条 本条例自2020年5月1日起施行。\n"
        (tmp_path / "files" / f"{name}.md").write_text(text, encoding="utf-8")
    settings = Settings(tmp_path / "library", workers=1)
    small = open_workspace(settings, create=True)
    ingest([tmp_path / "files"], small.library, settings)
    answer = small.ask("《养犬管理条例》现在还有效吗？", as_of=DAY)
    assert {c.document for c in answer.citations} == {"养犬管理条例.md"}


@pytest.fixture(scope="module")
def three_places(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("places")
    (folder / "files").mkdir()
    acts = {"济南市": "市公安局", "青岛市": "市城市管理局", "烟台市": "市综合行政执法局"}
    for place, body in acts.items():
        act = f"# {place}养犬管理条例\n（2020年3月1日{place}人大常委会公告第3号公布　自2020年5月1日起施行）\n第一条 为了规范养犬行为，制定本条例。\n第二条 {place}行政区域内的养犬管理适用本条例。\n第三条 {body}负责养犬管理工作。\n第四条 本条例自2020年5月1日起施行。\n"
        report = f"# 2025年{place}政府工作报告\n（2025年1月10日）\n一、2024年工作回顾\n2024年，城镇新增就业12.6万人，地区生产总值增长5.1%。\n二、2025年工作安排\n预期目标是：地区生产总值增长5.5%左右。\n"
        (folder / "files" / f"{place}养犬管理条例.md").write_text(act, encoding="utf-8")
        (folder / "files" / f"{place}报告2025.md").write_text(report, encoding="utf-8")
    settings = Settings(folder / "library", workers=1)
    space = open_workspace(settings, create=True)
    ingest([folder / "files"], space.library, settings)
    return space


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        # 哪一份条例：库里有这一条的
        ("条例第三条规定了什么？", {f"《{p}养犬管理条例》第三条规定了什么？" for p in ("济南市", "青岛市", "烟台市")}),
        # 哪个地区、哪一年：库里有这一数据的
        ("去年城镇新增就业多少人？", {f"{p}2024年城镇新增就业是多少？" for p in ("济南市", "青岛市", "烟台市")}),
        # 什么事项：库里有规定的
        ("主管部门是谁？", {f"{p}养犬管理主管部门是谁？" for p in ("济南市", "青岛市", "烟台市")}),
        # 哪个机构：库里有职责的
        ("该局负责什么？", {f"{b}负责什么？" for b in ("市公安局", "市城市管理局", "市综合行政执法局")}),
    ],
)  # fmt: skip
def test_what_is_left_open_is_asked_back_with_what_the_library_has(
    three_places: Workspace, question: str, choices: set[str]
) -> None:
    answer = three_places.ask(question, as_of=DAY)
    assert (answer.status, answer.reason) == ("abstained", "ambiguous")
    assert set(answer.choices) == choices
    assert all(c in answer.text for c in choices)
    assert {three_places.ask(c, as_of=DAY).reason for c in choices} & {"ambiguous"} == set()


def test_an_answer_without_a_place_offers_the_places_that_have_rules(three_places: Workspace) -> None:
    answer = three_places.ask("养犬管理由谁负责？", as_of=DAY)
    assert {c[:3] for c in answer.choices} == {"济南市", "青岛市", "烟台市"}
    assert three_places.ask("济南市养犬管理由谁负责？", as_of=DAY).choices == ()


def test_another_places_rule_is_no_answer(three_places: Workspace) -> None:
    answer = three_places.ask("青岛市养犬管理由谁负责？", as_of=DAY)
    assert {c.document for c in answer.citations} == {"青岛市养犬管理条例.md"}


def test_the_definition_of_another_word_is_no_answer(space: Workspace) -> None:
    """本办法所称重点管理区 defines nothing that is asked of a 补助办法."""
    answer = space.ask("犬只绝育的补助办法是什么？", as_of=DAY)
    assert "建成区" not in answer.text
