"""References: found with their spans, resolved only where exactly one target exists."""

from __future__ import annotations

from structure_samples import clauses_of

from ingest.references import find_references, resolve_references
from kb.records import Reference

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


def test_titles_resolve_to_documents_only_in_full() -> None:
    references = (
        Reference(0, 9, "城市绿化条例", "第三条"),
        Reference(9, 20, "绿化条例", None),
        Reference(20, 30, "中华人民共和国民法典", None),
    )
    titles = {"城市绿化条例": "laws/a.md", "民法典": "laws/b.md"}
    assert [r.document for r in resolve_references(references, titles)] == ["laws/a.md", None, "laws/b.md"]
