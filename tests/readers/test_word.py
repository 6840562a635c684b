"""What Word hides from other libraries: automatic numbers, tracked changes, boxes, controls, notes, merged cells."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.extract import Extract
from ingest.parse import parse_extract
from ingest.readers.registry import read_bytes
from kb.config import Limits

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(body: str, **parts: str) -> Extract:
    """A .docx of this body, with numbering, styles, footnotes, header1 or footer1 as further parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        for name, inner in parts.items():
            root = {"header1": "hdr", "footer1": "ftr"}.get(name, name)
            package.writestr(f"word/{name}.xml", f"<w:{root} {NS}>{inner}</w:{root}>")
        package.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + "".join(f'<Relationship Id="{p}" Type="{RELS}/x" Target="{p}.xml"/>' for p in ("header1", "footer1"))
            + "</Relationships>",
        )
    return read_bytes("样例.docx", buffer.getvalue(), Limits())


def lines(extract: Extract) -> list[str]:
    return [extract.text[b.start : b.end] for b in extract.blocks if b.kind != "furniture"]


def r(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def p(words: str = "", properties: str = "", inner: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(words) if words else ''}{inner}</w:p>"


def numbered(words: str, level: int, number: int = 1) -> str:
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(n: int, format: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


STATUTE = (
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCounting", "（%3）"),
)


def test_articles_run_on_over_chapters_and_items_restart() -> None:
    body = (
        numbered("总则", 0) + numbered("立法目的。", 1) + numbered("责任如下：", 1) + numbered("清扫；", 2)
        + numbered("清运。", 2) + numbered("管理", 0) + numbered("分工：", 1) + numbered("道路；", 2)
    )  # fmt: skip
    assert lines(read(body, numbering=numbering(*STATUTE))) == [
        "第一章 总则", "第一条 立法目的。", "第二条 责任如下：", "（一）清扫；", "（二）清运。",
        "第二章 管理", "第三条 分工：", "（一）道路；",
    ]  # fmt: skip


# (format, text, start, label before 甲 in the second of two paragraphs)
FORMATS = [
    ("chineseCounting", "%1、", 1, "二、"),
    ("chineseCountingThousand", "第%1条", 104, "第一百零五条 "),
    ("ideographDigital", "%1、", 9, "一〇、"),
    ("chineseLegalSimplified", "%1、", 1, "贰、"),
    ("decimal", "%1.", 1, "2."),
    ("decimal", "%1", 1, "2 "),  # a bare figure needs a space, lest it run into the words
    ("decimalEnclosedCircle", "%1", 1, "② "),
    ("decimalFullWidth", "%1．", 1, "２．"),
    ("upperRoman", "%1.", 3, "IV."),
    ("lowerLetter", "%1)", 1, "b)"),
    ("ideographTraditional", "%1、", 1, "乙、"),
    ("bullet", "●", 1, ""),  # a dot is no number
    ("none", "", 1, ""),
]


@pytest.mark.parametrize(("format", "text", "start", "label"), FORMATS)
def test_formats_of_numbers(format: str, text: str, start: int, label: str) -> None:
    body = numbered("乙", 0) + numbered("甲", 0)
    found = lines(read(body, numbering=numbering(level(0, format, text, start=start))))
    assert found[1] == f"{label}甲"


def test_a_second_list_counts_on_unless_it_starts_anew() -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(numbered("甲", 0, n) for n in (1, 1, 2, 3, 3, 2))
    found = lines(read(body, numbering=numbering(level(0, "decimal", "%1."), nums=nums)))
    assert found == ["1.甲", "2.甲", "3.甲", "1.甲", "2.甲", "3.甲"]


def test_numbers_come_from_styles_and_what_they_are_based_on() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    )
    levels = (level(0, "decimal", "%1."), level(1, "chineseCounting", "第%2条", '<w:pStyle w:val="a"/>'))
    body = p("甲。", '<w:pStyle w:val="a"/>') + p("乙。", '<w:pStyle w:val="b"/><w:numPr><w:ilvl w:val="1"/></w:numPr>')
    body += p("丙。", '<w:pStyle w:val="a"/><w:numPr><w:numId w:val="0"/></w:numPr>')  # numId 0 takes the number away
    assert lines(read(body, numbering=numbering(*levels), styles=styles)) == ["第一条 甲。", "第二条 乙。", "丙。"]


def test_an_empty_numbered_paragraph_counts() -> None:
    body = numbered("甲", 0) + numbered("", 0) + numbered("乙", 0)
    assert lines(read(body, numbering=numbering(level(0, "decimal", "%1.")))) == ["1.甲", "3.乙"]


def test_outer_numbers_are_figures_where_the_list_says_so() -> None:
    levels = (level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    body = numbered("总则", 0) + numbered("范围", 1)
    assert lines(read(body, numbering=numbering(*levels))) == ["第一章 总则", "1.1 范围"]


# (what, paragraphs as XML, lines read)
CHANGES = [
    ("insertion kept", p(inner=r("自") + f"<w:ins>{r('2026年5月1日')}</w:ins>" + r("起施行")), ["自2026年5月1日起施行"]),
    ("deletion gone", p(inner=f"{r('由')}<w:del><w:r><w:delText>市</w:delText></w:r></w:del>{r('区城管局负责')}"), ["由区城管局负责"]),
    (
        "moved once",
        p(inner=f"<w:moveFrom>{r('街道负责。')}</w:moveFrom>") + p(inner=f"<w:moveTo>{r('街道负责。')}</w:moveTo>"),
        ["街道负责。"],
    ),
    ("deleted paragraph end joins", p("街道办事处", "<w:rPr><w:del/></w:rPr>") + p("负责清扫。"), ["街道办事处负责清扫。"]),
    ("hidden left out", p(inner="<w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r>" + r("公开")), ["公开"]),
    ("field shown, not its code", p(inner="<w:r><w:instrText>PAGE</w:instrText></w:r>" + r("第3页说明")), ["第3页说明"]),
    ("control read", f"<w:sdt><w:sdtPr/><w:sdtContent>{p('控件中的段落')}</w:sdtContent></w:sdt>", ["控件中的段落"]),
    (
        "prompt left out",
        p("姓名：", inner=f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r('单击此处输入')}</w:sdtContent></w:sdt>"),
        ["姓名："],
    ),
    (
        "box once, behind its paragraph",
        p("正文", inner=(
            f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{p('框中的字')}</w:txbxContent>"
            f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{p('框中的字')}</w:txbxContent>"
            "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )),
        ["正文", "框中的字"],
    ),
    ("reading of a name left out", p(inner=f"<w:r><w:ruby><w:rt>{r('liáng')}</w:rt><w:rubyBase>{r('梁')}</w:rubyBase></w:ruby></w:r>{r('某')}"), ["梁某"]),
    ("tick box", p(inner="<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>" + r("主动公开")), ["☑主动公开"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_paragraphs(body: str, expected: list[str]) -> None:
    assert lines(read(body)) == expected


def test_heads_and_feet_are_furniture_and_notes_stand_behind_the_last_clause() -> None:
    body = (
        p("第一条 街道负责。") + p("第二条 本办法自印发之日起施行。", inner='<w:r><w:footnoteReference w:id="2"/></w:r>')
        + '<w:sectPr><w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/></w:sectPr>'
    )  # fmt: skip
    notes = f'<w:footnote w:type="separator">{p("——")}</w:footnote><w:footnote w:id="2">{p("印发之日即成文之日。")}</w:footnote>'
    extract = read(body, footnotes=notes, header1=p("内部资料"), footer1=p("— ") + p("云泽市政府办"))
    assert [extract.text[s.start : s.end] for s in extract.furniture] == ["内部资料", "云泽市政府办"]
    assert lines(extract)[-1] == "印发之日即成文之日。"
    parsed = parse_extract("样例.docx", b"x", extract)
    last = parsed.version.clauses[-1]
    assert extract.text[last.start : last.end] == "第二条 本办法自印发之日起施行。"
    assert [(q.path, extract.text[q.start : q.end]) for q in parsed.passages][-1] == ("", "印发之日即成文之日。")


def cell(words: str, properties: str = "", inner: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner or p(words)}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


START, ON, TWO = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
# (what, table, rows as read with │ for tabs, header rows)
TABLES = [
    ("filled down", table(cell("类别") + cell("事项"), cell("市容", START) + cell("清扫"), cell("", ON) + cell("清运")),
     ["类别│事项", "市容│清扫", "市容│清运"], 1),
    ("two header rows", table(cell("事项", START) + cell("责任单位", TWO), cell("", ON) + cell("牵头") + cell("配合"),
                              cell("灭鼠") + cell("卫健委") + cell("街道")),
     ["事项│责任单位│责任单位", "事项│牵头│配合", "灭鼠│卫健委│街道"], 2),
    ("title row above", table(cell("任务分解表", TWO), cell("事项") + cell("单位"), cell("灭鼠") + cell("卫健委")),
     ["任务分解表", "事项│单位", "灭鼠│卫健委"], 1),
    ("table in a cell", table(cell("事项") + cell("要求"), cell("清扫") + cell("", inner=table(cell("早") + cell("晚"), cell("6点") + cell("18点")))),
     ["事项│要求", "清扫│早 晚 6点 18点"], 1),
    ("deleted row gone", table(cell("事项") + cell("单位"), "<w:trPr><w:del/></w:trPr>" + cell("旧") + cell("旧"), cell("新") + cell("新局")),
     ["事项│单位", "新│新局"], 1),
    ("empty cells before", table(cell("甲") + cell("乙"), '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("只有乙")),
     ["甲│乙", "│只有乙"], 1),
    ("frame of one column", table(cell("", inner=p("第一条 甲。") + p("第二条 乙。"))), ["第一条 甲。", "第二条 乙。"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("body", "rows", "heads"), [t[1:] for t in TABLES], ids=[t[0] for t in TABLES])
def test_tables(body: str, rows: list[str], heads: int) -> None:
    extract = read(body)
    assert [line.replace("\t", "│") for line in lines(extract)] == rows
    assert [t.header_rows for t in extract.tables] == ([heads] if heads else [])
    for t in extract.tables:
        assert all("\t" not in extract.text[c.start : c.end] for c in t.cells)


def test_a_column_of_automatic_numbers_is_read() -> None:
    number = numbered("", 0)
    body = table(
        cell("序号") + cell("事项"), cell("", inner=number) + cell("灭鼠"), cell("", inner=number) + cell("灭蝇")
    )
    assert lines(read(body, numbering=numbering(level(0, "decimal", "%1")))) == ["序号\t事项", "1\t灭鼠", "2\t灭蝇"]


def test_a_row_knows_its_columns() -> None:
    body = table(cell("事项") + cell("牵头单位"), cell("灭鼠") + cell("卫健委"))
    parsed = parse_extract("样例.docx", b"x", read(p("任务分解表") + body))
    row = next(q for q in parsed.passages if "灭鼠" in parsed.version.text[q.start : q.end])
    assert "事项 牵头单位" in row.context
