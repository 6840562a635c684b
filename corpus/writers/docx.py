"""Word files: automatic numbering, merged cells, tracked changes, a page number in the footer."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from corpus.writers.packing import repack
from corpus.writers.source import MERGED, Line, parse_runs, parse_source

FONT = "Noto Serif CJK SC"
_AUTHOR, _DATE = "市政府办公室", "2022-08-29T09:00:00Z"
_ARTICLE = re.compile(r"第[零一二三四五六七八九十百]+条 ")
_ITEM = re.compile(r"（[一二三四五六七八九十]+）")
# Level 0 is 第一条 (then a space), level 1 is （一）; Word counts, the text does not hold the numbers.
_LEVELS = (("chineseCountingThousand", "第%1条", "space"), ("chineseCounting", "（%2）", "nothing"))
_NUMBERING = 90  # ids that python-docx's template does not use


def write_docx(source: str, *, title: str, header: str, automatic: bool = False) -> bytes:
    """A Word file; ``automatic`` leaves 第X条 and （一） to Word's own numbering."""
    document = Document()
    _set_up(document, title, header)
    if automatic:
        _add_numbering(document)
    for line in parse_source(source):
        if line.kind == "table":
            _add_table(document, line)
        else:
            _add_paragraph(document, line, automatic)
    buffer = BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


def _set_up(document: Any, title: str, header: str) -> None:
    style = document.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.core_properties.title = title
    document.core_properties.author = "合成样例"
    section = document.sections[0]
    section.header.paragraphs[0].text = header
    section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)
    footer.add_run(" —")


def _add_paragraph(document: Any, line: Line, automatic: bool) -> None:
    text = line.text
    level = None
    if automatic and line.kind == "paragraph":
        for n, mark in enumerate((_ARTICLE, _ITEM)):
            found = mark.match(text)
            if found:
                level, text = n, text[found.end() :]
                break
    paragraph = document.add_paragraph()
    if level is not None:
        _number(paragraph, level)
    if line.kind in ("title", "heading", "centred"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif line.kind == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        paragraph.paragraph_format.first_line_indent = Pt(28)
    for n, run in enumerate(parse_runs(text)):
        _add_run(paragraph, run.text, run.change, n, line.kind)


def _add_run(paragraph: Any, text: str, change: str, n: int, kind: str) -> None:
    run = paragraph.add_run(text)
    run.bold = True if kind in ("title", "heading") else None
    run.font.size = Pt(20) if kind == "title" else None
    if not change:
        return
    wrapper = OxmlElement("w:ins" if change == "inserted" else "w:del")
    for name, value in (("id", str(100 + n)), ("author", _AUTHOR), ("date", _DATE)):
        wrapper.set(qn(f"w:{name}"), value)
    run._r.addprevious(wrapper)
    wrapper.append(run._r)
    if change == "deleted":
        for t in run._r.findall(qn("w:t")):
            t.tag = qn("w:delText")


def _add_table(document: Any, line: Line) -> None:
    table = document.add_table(rows=len(line.rows), cols=len(line.rows[0]))
    table.style = "Table Grid"
    for c in range(len(line.rows[0])):
        r = 0
        while r < len(line.rows):
            end = r
            while end + 1 < len(line.rows) and line.rows[end + 1][c] == MERGED:
                end += 1
            cell = table.cell(r, c)
            if end > r:
                cell = cell.merge(table.cell(end, c))
            cell.text = line.rows[r][c]
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
            r = end + 1
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)


def _add_numbering(document: Any) -> None:
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:suff w:val="{suff}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
        for n, (fmt, text, suff) in enumerate(_LEVELS)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_NUMBERING}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    number = parse_xml(f'<w:num {nsdecls("w")} w:numId="{_NUMBERING}"><w:abstractNumId w:val="{_NUMBERING}"/></w:num>')
    numbering.insert(0, abstract)  # abstractNum must stand before every num
    numbering.append(number)


def _number(paragraph: Any, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = _NUMBERING
