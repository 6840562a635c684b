"""Lines of composed answers: their own words are held against what they cite, as a model's sentences are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ingest.pipeline import ingest
from kb.answer.draft import Context, Draft, DraftAgency, Question, Statement
from kb.answer.naming import cite
from kb.answer.own_words import check_own_words
from kb.config import Settings
from kb.records import Role
from kb.workspace import open_workspace

TEXT = """# 宁阳市养犬管理办法
（2022年2月10日宁阳市人民政府令第21号公布　自2022年5月1日起施行）
第三条 养犬登记由市公安局负责，街道办事处负责登记受理和巡查。
第五条 不束牵引带的，由公安机关责令改正，可以处一百元以上五百元以下罚款。
第六条 街道办事处不承担养犬行政处罚，发现违法行为的，应当移交公安机关处理。
第七条 铁路沿线的防护绿地，分别由铁路、水务管理部门负责建设。
"""
ASKED = Question("养犬归谁管？", "养犬归谁管？", "duty", date(2026, 11, 24))


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = tmp_path_factory.mktemp("own")
    (folder / "files").mkdir()
    (folder / "files" / "养犬办法.md").write_text(TEXT, encoding="utf-8")
    settings = Settings(folder / "library", workers=1)
    space = open_workspace(settings, create=True)
    ingest([folder / "files"], space.library, settings)
    return Context(space.searcher, space.agencies, ())


def _line(context: Context, text: str, quote: str) -> Statement:
    at = context.version("养犬办法.md").text.index(quote)
    return Statement(text, (cite(context, "养犬办法.md", at, at + len(quote)),))


THIRD = "养犬登记由市公安局负责，街道办事处负责登记受理和巡查。"
FIFTH = "不束牵引带的，由公安机关责令改正，可以处一百元以上五百元以下罚款。"
SIXTH = "街道办事处不承担养犬行政处罚，发现违法行为的，应当移交公安机关处理。"
SEVENTH = "铁路沿线的防护绿地，分别由铁路、水务管理部门负责建设。"


@pytest.mark.parametrize(
    ("text", "quote", "claim"),
    [
        (f"市公安局（负责）：{THIRD}", THIRD, None),
        (f"《宁阳市养犬管理办法》（2022年5月1日起施行）：{FIFTH}", FIFTH, None),  # 施行日期见于文件本身
        ("罚款100元以上500元以下。", FIFTH, None),  # 数字换写法
        ("罚款100元以上5000元以下。", FIFTH, "5000元"),  # 数额
        ("根据宁政发〔2021〕8号，由公安机关责令改正。", FIFTH, "根据宁政发[2021]8号"),  # 文号
        (f"自2023年1月1日起施行：{FIFTH}", FIFTH, "2023年"),  # 日期
        (f"市城市管理局（负责）：{THIRD}", THIRD, "市城市管理局"),  # 机构
        (f"铁路管理部门（负责）、水务管理部门（负责）：{SEVENTH}", SEVENTH, None),  # 并列的名称共用末尾
        (f"街道办事处（不承担或者无权：执法处罚）：{SIXTH}", SIXTH, None),
        (f"市公安局（不承担或者无权：负责）：{THIRD}", THIRD, "不承担或者无权"),  # 肯定说成否定
        ("推算（两数相减，非原文所述）：高400元。", FIFTH, None),  # 写明是推算
    ],
)
def test_a_line_says_no_more_than_it_cites(context: Context, text: str, quote: str, claim: str | None) -> None:
    draft = Draft("duty", statements=(_line(context, text, quote),))
    kept, faults = check_own_words(context, ASKED, draft)
    assert [f.claim for f in faults] == ([] if claim is None else [claim])
    assert len(kept.statements) == (claim is None)


@pytest.mark.parametrize(
    ("name", "role", "action", "quote", "stands"),
    [
        ("市公安局", "own", "养犬登记", THIRD, True),
        ("街道办事处", "own", "登记受理和巡查", THIRD, True),
        ("市城市管理局", "own", "养犬登记", THIRD, False),  # 机构不在引文
        ("铁路管理部门", "own", "建设防护绿地", SEVENTH, True),  # 并列的名称共用末尾
        ("市公安局", "oversee", "养犬登记", THIRD, True),  # 题名有“管理”
        ("市公安局", "decide", "养犬登记", THIRD, False),  # 引文没有确定、裁决
        ("街道办事处", "enforce", "养犬行政处罚", SIXTH, False),  # 否定说成肯定
        ("街道办事处", "enforce", "不养犬行政处罚", SIXTH, True),
    ],
)
def test_a_body_stands_in_its_quotation_in_its_role(
    context: Context, name: str, role: Role, action: str, quote: str, stands: bool
) -> None:
    line = _line(context, quote, quote)
    draft = Draft("duty", statements=(line,), agencies=(DraftAgency(name, role, action, line.evidence[0]),))
    kept, faults = check_own_words(context, ASKED, draft)
    assert (len(kept.agencies), len(faults)) == ((1, 0) if stands else (0, 1))
    inferred = replace(draft, agencies=tuple(replace(a, inferred=True) for a in draft.agencies))
    assert stands or _is_denied(quote) or check_own_words(context, ASKED, inferred)[1] == ()  # 推断另行标明


def test_a_body_that_stands_is_told_by_the_bare_quotation_where_its_line_falls(context: Context) -> None:
    line = _line(context, f"市公安局（负责）、市城市管理局（负责）：{THIRD}", THIRD)
    body = DraftAgency("市公安局", "own", "养犬登记", line.evidence[0])
    kept, _ = check_own_words(context, ASKED, Draft("duty", statements=(line,), agencies=(body,)))
    assert (kept.agencies, kept.statements) == ((body,), (Statement(THIRD, line.evidence),))


def _is_denied(quote: str) -> bool:
    return quote == SIXTH
