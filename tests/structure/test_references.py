"""References: found with their spans, resolved only where exactly one target exists."""

from __future__ import annotations

import pytest
from structure_samples import clauses_of

from ingest.references import find_references
from kb.linking import Titles, resolve_references
from kb.records import Clause, DocumentInfo, Identity, Reference

TEXT = """第一条 根据《城市市容和环境卫生管理条例》第二十三条、第二十四条和有关规定，制定本办法。
第二条 街道办事处负责清扫。
前款规定的范围由区人民政府公布。
第三条 违反本办法第二条第一款规定的，依照前条处理；前两条另有规定的除外。
第四条 依照本办法第九条处罚。
"""


def found() -> list[tuple[str, str | None, str | None, str | None]]:
    clauses, _ = clauses_of(TEXT)
    return [(TEXT[r.start : r.end], r.title, r.label, r.clause) for r in find_references(TEXT, clauses)]


def test_references_in_order_with_their_targets() -> None:
    assert found() == [
        ("《城市市容和环境卫生管理条例》第二十三条", "城市市容和环境卫生管理条例", "第二十三条", None),
        ("第二十四条", "城市市容和环境卫生管理条例", "第二十四条", None),
        ("前款", None, "前款", "第二条"),
        ("本办法第二条第一款", None, "第二条第一款", "第二条"),
        ("前条", None, "前条", "第二条"),
        ("前两条", None, "前两条", None),  # two targets: left open
        ("本办法第九条", None, "第九条", None),  # no such article: left open
    ]


def test_a_label_that_occurs_twice_is_left_open() -> None:
    text = "第一条 甲。\n第二条 乙。\n第二条 丙。\n第三条 依照本办法第二条办理。\n"
    references = find_references(text, clauses_of(text)[0])
    assert [(r.label, r.clause) for r in references] == [("第二条", None)]


def test_items_and_paragraphs_resolve_inside_the_text() -> None:
    text = """第一条 根据《城市绿化条例》第三条、第五条第一款、第二款，制定本办法。
第二条 责任人应当：
（一）清扫；
（二）清运。
第二款规定的范围由区人民政府公布；违反前款第（二）项的，依照本办法第二条第（一）项、第二款处理。
第三条 违反本条第一款的，依照第二条第（三）项处理；本条例另有规定的除外。
"""
    references = find_references(text, clauses_of(text)[0])
    assert [(text[r.start : r.end], r.title, r.clause) for r in references] == [
        ("《城市绿化条例》第三条", "城市绿化条例", None),
        ("第五条第一款", "城市绿化条例", None),  # goes on in the other document
        ("第二款", "城市绿化条例", None),
        ("第二款", None, "第二条"),
        ("前款第（二）项", None, "第二条 （二）"),
        ("本办法第二条第（一）项", None, "第二条 （一）"),
        ("第二款", None, "第二条 （一）"),
        ("本条第一款", None, "第三条"),
        ("第二条第（三）项", None, "第二条"),  # no such item: the article
    ]


def info(document: str, title: str) -> DocumentInfo:
    return DocumentInfo(document, "v", "md", Identity(title), 0, 0)


LIBRARY = Titles.of(
    [
        info("laws/a.md", "城市绿化条例"),
        info("laws/b.md", "中华人民共和国民法典"),
        info("laws/c-2018.md", "云泽市市容管理条例（2018年修正）"),
        info("laws/c-2023.md", "云泽市市容管理条例（2023年修正）"),
        info("laws/d-1.md", "云泽市物业管理条例"),
        info("laws/d-2.md", "云泽市物业管理条例"),
        info("docs/e.md", "云泽市人民政府关于印发云泽市责任区管理办法的通知"),
    ],
    lambda document: "superseded" if document == "laws/c-2018.md" else "in-force",
)

# (title as written, document)
NAMED = [
    ("城市绿化条例", "laws/a.md"),
    ("绿化条例", None),  # a short form is not guessed at
    ("民法典", "laws/b.md"),
    ("中华人民共和国 民法典", "laws/b.md"),
    ("云泽市市容管理条例", "laws/c-2023.md"),  # the one edition that holds
    ("云泽市物业管理条例", None),  # two, and nothing tells which
    ("云泽市责任区管理办法", "docs/e.md"),  # what a notice passes on
    ("从未见过的条例", None),
]


@pytest.mark.parametrize(("title", "document"), NAMED)
def test_a_title_names_a_document_only_where_it_is_one(title: str, document: str | None) -> None:
    assert LIBRARY.find(title) == document


def test_references_resolve_to_document_and_clause() -> None:
    clauses, _ = clauses_of("第一条 甲。\n第二条 责任人应当：\n（一）清扫；\n（二）清运。\n第三条 乙。\n第三条 丙。\n")
    asked: list[str] = []

    def find(document: str) -> tuple[Clause, ...]:
        asked.append(document)
        return clauses

    labels = ["第一条", "第二条第二款第（二）项", "第三条", "第九条", None]
    references = [Reference(n, n + 1, "城市绿化条例", label) for n, label in enumerate(labels)]
    found = resolve_references([*references, Reference(9, 10, "无此条例", "第一条")], LIBRARY, find)
    assert [(r.document, r.clause) for r in found] == [
        ("laws/a.md", "第一条"), ("laws/a.md", "第二条 （二）"),
        ("laws/a.md", None),  # twice in the text: left open
        ("laws/a.md", None), ("laws/a.md", None), (None, None),
    ]  # fmt: skip
    assert asked == ["laws/a.md"]
