"""Pages with boxes: paragraphs over lines and pages, furniture, tables over pages, columns, turned pages, scans."""

from __future__ import annotations

import io
import random
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.build import DOCUMENTS, read_manifest
from ingest.extract import Extract
from ingest.readers.layout import lay_out
from ingest.readers.lines import Grid, Line
from ingest.readers.registry import read_bytes
from kb.config import Limits

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
SIZES = dict.fromkeys(range(1, 9), (595.0, 842.0))
EM = 16.0
LEFT = 80.0
FULL = 27  # characters of a full line


def draw(paint: Any) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("STSong-Light", 14)
    paint(canvas)
    canvas.save()
    return buffer.getvalue()


def paragraphs(extract: Extract) -> list[str]:
    return [extract.text[b.start : b.end] for b in extract.blocks if b.kind in ("paragraph", "row")]


def furniture(extract: Extract) -> list[str]:
    return [extract.text[s.start : s.end] for s in extract.furniture]


def line(text: str, page: int, y: float, *, x: float = LEFT, full: bool = False) -> Line:
    width = FULL * EM - (x - LEFT) if full else len(text) * EM
    return Line(text, page, (x, y, x + width, y + EM))


def test_lines_make_paragraphs_over_pages_around_the_furniture() -> None:
    head = [line("云泽市人民政府文件", n, 40) for n in (1, 2)]
    body1 = [
        line("第一条 市容环境卫生责任区的责任人应当履行下列责任，", 1, 120, x=LEFT + 2 * EM, full=True),
        line("保持", 1, 145),
        line("第二条 违反本办法规定，依照", 1, 170, x=LEFT + 2 * EM, full=True),
    ]
    body2 = [line("第三条处罚。", 2, 120), line("第四条 本办法自印发之日起施行。", 2, 145, x=LEFT + 2 * EM)]
    feet = [line(f"— {n} —", n, 790, x=280) for n in (1, 2)]
    extract = lay_out([head[0], *body1, feet[0], head[1], *body2, feet[1]], "pdf", SIZES)
    assert paragraphs(extract) == [
        "第一条 市容环境卫生责任区的责任人应当履行下列责任，保持",
        "第二条 违反本办法规定，依照第三条处罚。",  # 第三条 at the margin is no article
        "第四条 本办法自印发之日起施行。",
    ]
    assert furniture(extract) == ["云泽市人民政府文件", "— 1 —", "云泽市人民政府文件", "— 2 —"]


def test_a_signature_does_not_run_into_the_title_behind_it() -> None:
    right = LEFT + FULL * EM
    items = [
        line("现将《责任区办法》印发给你们，请认真贯彻执行，并将贯彻", 1, 90, x=LEFT + 2 * EM, full=True),
        line("执行中遇到的问题报市城市管理局。", 1, 120),
        Line("2021年6月1日", 1, (right - 7 * EM, 150, right, 166)),
        line("云泽市市容环境卫生责任区管理办法及其考核评价标准的", 1, 200, full=True),
        Line("补充规定", 1, (LEFT + 11.5 * EM, 225, right - 11.5 * EM, 241)),
        line("第一条 为了加强市容环境卫生责任区管理，根据有关规定", 1, 260, x=LEFT + 2 * EM, full=True),
        line("制定本办法。", 1, 285),
    ]
    assert paragraphs(lay_out(items, "pdf", SIZES))[1:3] == [
        "2021年6月1日", "云泽市市容环境卫生责任区管理办法及其考核评价标准的补充规定",
    ]  # fmt: skip


# (what, rows of the second page, rows of the joined table)
CONTINUED = [
    ("head repeated", [["序号", "事项"], ["3", "灭蝇"]], ["序号│事项", "1│灭鼠", "2│灭蚊", "3│灭蝇"]),
    ("head not repeated", [["3", "灭蝇"]], ["序号│事项", "1│灭鼠", "2│灭蚊", "3│灭蝇"]),
    ("row cut by the page", [["", "和灭蟑"], ["3", "灭蝇"]], ["序号│事项", "1│灭鼠", "2│灭蚊和灭蟑", "3│灭蝇"]),
]


def grid(page: int, rows: list[list[str]], right: float = 500.0) -> Grid:
    boxes = tuple((80.0, 100.0 + 20 * n, right, 120.0 + 20 * n) for n in range(len(rows)))
    cells = tuple(tuple((w, False) for w in row) for row in rows)
    return Grid(page, (80.0, 100.0, right, 100.0 + 20 * len(rows)), cells, boxes, (80.0, 140.0, right))


@pytest.mark.parametrize(("second", "joined"), [c[1:] for c in CONTINUED], ids=[c[0] for c in CONTINUED])
def test_a_table_goes_on_over_the_page(second: list[list[str]], joined: list[str]) -> None:
    first = grid(1, [["序号", "事项"], ["1", "灭鼠"], ["2", "灭蚊"]])
    feet = [line(f"第{n}页", n, 800, x=280) for n in (1, 2)]
    extract = lay_out([first, feet[0], grid(2, second), feet[1]], "pdf", SIZES)
    assert [p.replace("\t", "│") for p in paragraphs(extract)] == joined
    assert len(extract.tables) == 1
    other = lay_out([first, feet[0], grid(2, second, right=420.0), feet[1]], "pdf", SIZES)
    assert len(other.tables) == 2  # other columns: another table


def test_words_painted_twice_for_bold_stand_once() -> None:
    def paint(canvas: Any) -> None:
        for shift in (0.0, 0.4):
            canvas.drawString(100 + shift, 700, "街道办事处负责清扫")

    assert paragraphs(read_bytes("粗.pdf", draw(paint), Limits())) == ["街道办事处负责清扫"]


def test_a_page_in_two_columns_is_read_column_by_column() -> None:
    left, right = ([f"{side}{n}街道办事处负责背街小巷的清扫保洁和" for n in range(14)] for side in "左右")

    def paint(canvas: Any) -> None:
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(150, 780, "云泽市人民政府公报二〇二一年第三号目录与正文内容")
        for n in range(14):
            canvas.drawString(60, 750 - 16 * n, left[n])
            canvas.drawString(310, 750 - 16 * n, right[n])

    text = read_bytes("栏.pdf", draw(paint), Limits()).text.replace("\n", "")
    assert text.index("左13") < text.index("右0")
    assert text.startswith("云泽市人民政府公报")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_places_on_a_turned_page_are_those_shown(turn: int) -> None:
    def paint(canvas: Any) -> None:
        canvas.drawString(100, 700, "第一条 街道办事处负责清扫。")
        canvas.drawString(100, 670, "第二条 物业服务企业负责小区。")

    document = pypdfium2.PdfDocument(draw(paint))
    document[0].set_rotation(turn)
    buffer = io.BytesIO()
    document.save(buffer)
    found = read_bytes("转.pdf", buffer.getvalue(), Limits())
    x0, y0, x1, y1 = (100, 842 - 715, 310, 842 - 665)  # where the two lines stand on the page before it is turned
    shown = {
        90: (842 - y1, x0, 842 - y0, x1),
        180: (595 - x1, 842 - y1, 595 - x0, 842 - y0),
        270: (y0, 595 - x1, y1, 595 - x0),
    }
    for place in found.places:
        assert place.box is not None
        left, top, right, bottom = shown[turn]
        assert left - 8 <= place.box[0] <= place.box[2] <= right + 8
        assert top - 8 <= place.box[1] <= place.box[3] <= bottom + 8


def scan_page(number: int = 0) -> Any:
    document = pypdfium2.PdfDocument((DOCUMENTS / read_manifest()[2]["file"]).read_bytes())
    return document[number].render(scale=150 / 72).to_pil().convert("L")


def pictured(image: Any, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def upright() -> str:
    return read_bytes("页.png", pictured(scan_page(), "PNG", dpi=(150, 150)), Limits()).text


def alike(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "format", "turn"),
    [("页.tif", "TIFF", 0), ("倒.png", "PNG", 180), ("横.png", "PNG", 90)],
)
def test_pictures_of_pages_are_read_whichever_way_they_lie(name: str, format: str, turn: int, upright: str) -> None:
    image = scan_page().rotate(turn, expand=True)
    extract = read_bytes(name, pictured(image, format, dpi=(150, 150)), Limits())
    assert extract.format == "image"
    assert alike(extract.text, upright) > 0.97
    assert all(p.confidence is not None and p.box is not None for p in extract.places)
    assert "ocr" in {d.kind for d in extract.doubts}


@pytest.mark.slow
def test_what_is_read_with_little_confidence_is_doubted_in_its_place() -> None:
    image = scan_page().crop((0, 0, 1275, 700))
    chance = random.Random(3)
    pixels = image.load()
    for _ in range(150_000):
        pixels[chance.randrange(image.width), chance.randrange(image.height)] = chance.randrange(256)
    extract = read_bytes("脏.png", pictured(image, "PNG", dpi=(150, 150)), Limits())
    low = [d for d in extract.doubts if d.kind == "ocr-low-confidence"]
    assert low
    unsure = {(p.start, p.end) for p in extract.places if p.confidence is not None and p.confidence < 0.8}
    assert {(d.start, d.end) for d in low} == unsure


@pytest.mark.slow
def test_a_scan_without_text_layer_keeps_page_and_box() -> None:
    extract = read_bytes("扫描.pdf", Path(DOCUMENTS / read_manifest()[2]["file"]).read_bytes(), Limits())
    assert sorted({p.page for p in extract.places if p.page}) == [1, 2, 3, 4]
    assert [f.replace(" ", "") for f in furniture(extract)] == [
        f for n in range(1, 5) for f in (["SYN-3合成样例", f"-{n}-"])
    ]


@pytest.mark.slow
def test_a_word_file_of_pictures_is_read_as_a_scan(upright: str) -> None:
    document = Document()
    document.add_picture(io.BytesIO(pictured(scan_page(), "PNG", dpi=(150, 150))))
    buffer = io.BytesIO()
    document.save(buffer)
    extract = read_bytes("图.docx", buffer.getvalue(), Limits())
    assert extract.format == "docx"
    assert alike(extract.text, upright) > 0.97
