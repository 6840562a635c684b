"""OFD beyond lines of text: ruled tables, templates, several lines in one object, places outside the usual folders."""

from __future__ import annotations

import io
import zipfile

from ingest.extract import Extract
from ingest.readers.registry import read_bytes
from kb.config import Limits

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(words: str, x: float, y: float, width: float = 60) -> str:
    return f'<ofd:TextObject Boundary="{x} {y} {width} 5" Size="5"><ofd:TextCode X="0" Y="4">{words}</ofd:TextCode></ofd:TextObject>'


def path(boundary: str, data: str) -> str:
    return f'<ofd:PathObject Boundary="{boundary}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def read(content: str, template: str = "") -> Extract:
    page = f"<ofd:Page {NS}>{{}}<ofd:Content><ofd:Layer>{{}}</ofd:Layer></ofd:Content></ofd:Page>"
    used = '<ofd:Template TemplateID="9"/>' if template else ""
    parts = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>/D/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "D/Document.xml": (
            f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            '<ofd:TemplatePage ID="9" BaseLoc="T/Content.xml"/></ofd:CommonData>'
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="P/Content.xml"/></ofd:Pages></ofd:Document>'
        ),
        "D/P/Content.xml": page.format(used, content),
        "D/T/Content.xml": page.format("", template),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return read_bytes("样.ofd", buffer.getvalue(), Limits())


def test_a_ruled_table_is_a_table() -> None:
    rules = "".join(path(f"30 {y} 120 0.2", "M 0 0 L 120 0") for y in (50, 60, 70))
    rules += "".join(path(f"{x} 50 0.2 20", "M 0 0 L 0 20") for x in (30, 60, 150))
    words = text("任务分解表", 80, 40) + text("事项", 32, 52, 20) + text("牵头单位", 62, 52) + text("灭鼠", 32, 62, 20)
    extract = read(rules + words + text("市卫健委", 62, 62))
    assert extract.text == "任务分解表\n事项\t牵头单位\n灭鼠\t市卫健委\n"
    assert len(extract.tables) == 1
    assert {p.page for p in extract.places} == {1}


def test_a_page_shows_the_words_of_its_template() -> None:
    assert read(text("第一条 正文在版面上。", 30, 60), text("固定在模板上的话。", 30, 50)).text == (
        "固定在模板上的话。\n第一条 正文在版面上。\n"
    )


def test_lines_of_one_object_keep_their_heights() -> None:
    two = (
        '<ofd:TextObject Boundary="30 50 100 20" Size="5"><ofd:TextCode X="0" Y="5">第一条 甲。</ofd:TextCode>'
        '<ofd:TextCode X="0" Y="15">第二条 乙。</ofd:TextCode></ofd:TextObject>'
    )
    assert read(two).text == "第一条 甲。\n第二条 乙。\n"
