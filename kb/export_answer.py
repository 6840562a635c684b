"""An answer as a Word document: the text as shown, every [n] a footnote with its source, place, status and quotation."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from kb.answer.compose import STATUS_WORDS

Json = dict[str, Any]
_MARK = re.compile(r"\[(\d{1,3})\]")
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_FONT = "仿宋"  # of official documents, GB/T 9704
# Characters that XML 1.0 cannot hold; a scanned text may have them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def export_answer(answer: Json) -> bytes:
    """The .docx of an answer in its JSON shape; a footnote is repeated where its number is used again."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.add_heading(_clean(answer["question"]), level=1)
    document.add_paragraph(
        f"以 {answer['as_of']} 的效力为准。" + (f"记录编号：{answer['id']}" if answer.get("id") else "")
    )
    cited = {c["n"]: c for c in answer["citations"]}
    notes: list[str] = []
    for line in answer["text"].split("\n"):
        _write_line(document.add_paragraph(), line, cited, notes)
    if answer["agencies"]:
        _write_agencies(document, answer, cited, notes)
    _attach_footnotes(document, notes)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def format_footnote(citation: Json) -> str:
    """Title, number, clause, validity and the quotation, on one line."""
    since = f"{citation['effective_on']}起施行" if citation["effective_on"] else ""
    parts = [citation["level"], citation["number"], since, STATUS_WORDS[citation["status"]]]
    badge = "，".join(p for p in parts if p)
    quote = " ".join(citation["quote"].split())
    return f"《{citation['title'].strip('《》')}》{citation['clause']}（{badge}）：“{quote}”（{citation['document']}）"


def _write_line(paragraph: Any, line: str, cited: dict[int, Json], notes: list[str]) -> None:
    at = 0
    for m in _MARK.finditer(line):
        paragraph.add_run(_clean(line[at : m.start()]))
        citation = cited.get(int(m[1]))
        if citation is None:
            paragraph.add_run(m.group())
        else:
            notes.append(format_footnote(citation))
            run = paragraph.add_run()
            run.font.superscript = True
            run._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="{len(notes)}"/>'))
        at = m.end()
    paragraph.add_run(_clean(line[at:]))


def _write_agencies(document: Any, answer: Json, cited: dict[int, Json], notes: list[str]) -> None:
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, ("机构", "角色", "事项", "范围"), strict=True):
        cell.text = name
    for a in answer["agencies"]:
        cells = table.add_row().cells
        inferred = "（推断）" if a["inferred"] else ""
        _write_line(cells[0].paragraphs[0], f"{a['name']}{inferred}[{a['citation']}]", cited, notes)
        for cell, words in zip(
            cells[1:], (ROLE_WORDS.get(a["role"], a["role"]), a["action"], a["scope"] or ""), strict=True
        ):
            cell.text = _clean(words)


ROLE_WORDS = {
    "lead": "牵头（主管）", "own": "负责", "joint": "会同参与", "support": "配合协助", "oversee": "指导监督", "coordinate": "统筹协调",
    "approve": "审批备案", "enforce": "执法处罚", "duty-holder": "责任人", "decide": "责任不清时决定",
}  # fmt: skip


def _attach_footnotes(document: Any, notes: list[str]) -> None:
    """python-docx has no footnotes: the part is written here and related to the document's own."""
    body = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve"> {_escape(note)}</w:t></w:r></w:p></w:footnote>'
        for n, note in enumerate(notes, 1)
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>{_SEPARATORS}{body}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _escape(text: str) -> str:
    return _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
