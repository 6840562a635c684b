"""What texts say of their own validity and of others: each row a sentence as real documents write it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.parse import parse_document
from kb.config import Limits
from kb.records import Act

Said = tuple[str, str | None, str | None, date | None]


def acts(body: str, title: str = "云泽市犬类管理办法") -> list[Said]:
    parsed = parse_document("a.md", f"# {title}\n\n{body}\n".encode(), Limits())
    assert all(parsed.version.text[a.basis.start : a.basis.end] == a.basis.quote for a in parsed.acts)
    return [(a.kind, a.title, a.number, a.on) for a in parsed.acts if a.part is None]


def others(body: str, title: str = "云泽市犬类管理办法") -> list[Said]:
    return [a for a in acts(body, title) if a[1] is not None]


FIRST = "第一条 为了加强管理，制定本办法。\n\n第二条 "


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "本办法自2021年7月1日起施行。《云泽市养犬规定》（云泽政发〔2016〕9号）同时废止。",
            [("repeal", "云泽市养犬规定", "云泽政发〔2016〕9号", date(2021, 7, 1))],
        ),  # 文号在括号里，废止日即施行日
        (
            "本办法自2021年7月1日起施行，1997年3月8日市政府发布的《云泽市养犬规定》即行废止。",
            [("repeal", "云泽市养犬规定", None, date(2021, 7, 1))],
        ),  # 同一句
        (
            "本办法自2021年7月1日起施行。《云泽市甲规定》和《云泽市乙规定（试行）》同时废止。",
            [
                ("repeal", "云泽市甲规定", None, date(2021, 7, 1)),
                ("repeal", "云泽市乙规定（试行）", None, date(2021, 7, 1)),
            ],
        ),  # 一句废止两件
        (
            "《云泽市养犬规定》已于2022年6月30日期满失效，有关工作按照本办法执行。",
            [("expire", "云泽市养犬规定", None, date(2022, 6, 30))],
        ),  # 期满失效的日子写在句中
        ("《云泽市养犬规定》第五条同时废止。", []),  # 只废止一条，见 test_parts
        ("《云泽市养犬规定》中与本办法不一致的规定同时废止。", []),  # 只废止不一致的部分
        ("区人民政府应当及时修改或者废止与《云泽市养犬规定》不一致的文件。", []),  # 是要求，不是废止
        ("根据《国务院关于废止和修改部分行政法规的决定》的要求，制定细则。", []),  # “废止”在书名号里
        ("许可证遗失的，依照《云泽市养犬规定》声明失效的证件不得使用。", []),  # 失效的是证件
    ],
)
def test_what_becomes_of_others(sentence: str, said: list[Said]) -> None:
    assert others(FIRST + sentence) == said


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("本办法自2016年5月1日起施行，有效期五年。", [("begin", date(2016, 5, 1)), ("term", date(2021, 4, 30))]),
        ("本办法自2016年5月1日起施行。", [("begin", date(2016, 5, 1))]),
        ("通行证有效期五年，可以延期二次。", []),  # 证件的有效期
    ],
)
def test_own_days(sentence: str, kinds: list[tuple[str, date]]) -> None:
    assert [(kind, on) for kind, _, _, on in acts(FIRST + sentence)] == kinds


def test_history_lines_are_revisions() -> None:
    history = (
        "1998年6月1日市政府令第3号公布　2011年5月27日市政府令第20号第一次修订　"
        "根据2019年9月30日《云泽市人民政府关于修改部分规章的决定》第二次修订"
    )
    found = acts(f"{history}\n\n{FIRST}本办法自1998年7月1日起施行。")
    assert [(k, on) for k, _, _, on in found if k == "revise"] == [
        ("revise", date(2011, 5, 27)),
        ("revise", date(2019, 9, 30)),
    ]


def test_clean_up_notice_lists_what_ends_and_what_stays() -> None:
    body = (
        "清理结果已经市人民政府同意，其中废止1件、失效1件、继续有效1件，现予公布。\n\n"
        "附件1：废止的行政规范性文件目录（1件）\n\n1. 《云泽市甲办法》（云泽政发〔2014〕2号）\n\n"
        "附件2：失效的行政规范性文件目录（1件）\n\n1. 《云泽市乙办法》（云泽政发〔2015〕3号）\n\n"
        "附件3：继续有效的行政规范性文件目录（1件）\n\n1. 《云泽市丙办法》（云泽政规〔2021〕3号）\n"
    )
    assert others(body, "云泽市人民政府关于公布规范性文件清理结果的公告") == [
        ("repeal", "云泽市甲办法", "云泽政发〔2014〕2号", None),
        ("expire", "云泽市乙办法", "云泽政发〔2015〕3号", None),
        ("valid", "云泽市丙办法", "云泽政规〔2021〕3号", None),
    ]


def test_decision_amends_what_it_names() -> None:
    body = "决定对《云泽市养犬规定》（云泽政发〔2016〕9号）作如下修改：\n\n一、将第三条修改为“略”。"
    assert others(body, "云泽市人民政府关于修改《云泽市养犬规定》的决定") == [
        ("amend", "云泽市养犬规定", None, None),
        ("amend", "云泽市养犬规定", "云泽政发〔2016〕9号", None),
    ]


ADJUSTED = "决定对《云泽市养犬工作方案》（云泽政发〔2019〕11号）所附任务分解表作如下调整：\n\n一、新增任务1项。\n\n"


@pytest.mark.parametrize(
    ("body", "ended"),
    [
        ("《云泽市养犬规定》第五条同时废止。", [("repeal", "云泽市养犬规定", "第五条", None)]),  # 只废止一条
        (
            "自2021年7月1日起执行。《云泽市养犬规定》（云泽政发〔2016〕9号）第五条、第七条停止执行。",
            [
                ("repeal", "云泽市养犬规定", "第五条", date(2021, 7, 1)),
                ("repeal", "云泽市养犬规定", "第七条", date(2021, 7, 1)),
            ],
        ),  # 两条，日子在上一句
        ("《云泽市养犬规定》第五条第二款同时废止。", []),  # 不是整条
        ("《云泽市养犬规定》第五条规定的登记费停止执行。", []),  # 停止的是费，不是条文
        (
            "《云泽市养犬工作方案》附件2任务分解表同时废止。",
            [("repeal", "云泽市养犬工作方案", "任务分解表", None)],
        ),  # 附件
        (
            ADJUSTED + "二、自2020年4月10日起执行，原任务分解表不再执行。",
            [("replace", "云泽市养犬工作方案", "任务分解表", date(2020, 4, 10))],
        ),  # 由调整通知所附的新表代替
        (
            ADJUSTED + "二、其余任务以调整后的任务分解表为准。",
            [("replace", "云泽市养犬工作方案", "任务分解表", None)],
        ),  # 没有明说原表不再执行
        (ADJUSTED + "二、抓好落实。", []),  # 只改了几项，原表其余各项照旧
        (ADJUSTED + "二、原实施方案不再执行。", []),  # 说的不是这张表
    ],
)
def test_what_becomes_of_a_part(body: str, ended: list[tuple[str, str, str, date | None]]) -> None:
    parsed = parse_document("a.md", f"# 关于调整养犬任务分解表的通知\n\n{body}\n".encode(), Limits())
    assert all(parsed.version.text[a.basis.start : a.basis.end] == a.basis.quote for a in parsed.acts)
    assert [(a.kind, a.title, a.part, a.on) for a in parsed.acts if a.part is not None] == ended


def test_act_knows_its_clause() -> None:
    parsed = parse_document("a.md", f"# 甲办法\n\n{FIRST}本办法自2016年5月1日起施行。\n".encode(), Limits())
    found: tuple[Act, ...] = parsed.acts
    assert [(a.basis.clause, a.basis.quote) for a in found] == [("第二条", "第二条 本办法自2016年5月1日起施行")]
