"""Hostile and broken input: a clear reason in Chinese, in bounded time, whatever the bytes are."""

from __future__ import annotations

import io
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from corpus.build import DOCUMENTS, read_manifest
from ingest.pipeline import ingest
from ingest.readers.registry import read_bytes
from ingest.readers.sources import expand
from kb.config import Limits, Settings
from kb.embedding import HashingEncoder
from kb.errors import UnreadableFile
from kb.library.library import Library
from kb.words import Words

LIMITS = Limits()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
CHINESE = re.compile(r"[\u4e00-\u9fff]")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def demo(n: int) -> bytes:
    return (DOCUMENTS / read_manifest()[n - 1]["file"]).read_bytes()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return buffer.getvalue()


def docx(body: bytes) -> bytes:
    return zipped(word__document_dot_xml=body)


def locked_zip() -> bytes:
    data = bytearray(docx(b"<x/>"))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + at] |= 1
    return bytes(data)


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (400, 300), 255).save(buffer, "PNG")
    return buffer.getvalue()


# (name, bytes, code of the error)
BROKEN = [
    ("空.docx", b"", "empty"),
    ("空白.txt", b" \r\n\t\n", "no-text"),
    ("截断.docx", demo(1)[: len(demo(1)) // 2], "damaged"),  # the directory of a zip stands at its end
    ("截断.xlsx", demo(12)[:2000], "damaged"),
    ("截断.ofd", demo(14)[:3000], "damaged"),
    ("截断.pdf", demo(6)[:400], "damaged"),
    ("垃圾.docx", b"PK\x03\x04" + bytes(range(256)) * 20, "damaged"),
    ("缺正文.ofd", zipped(OFD_dot_xml=b"<OFD/>"), "damaged"),
    ("加密.docx", OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "encrypted"),
    ("加密.doc", OLE + "WordDocument".encode("utf-16-le") + b"\0" * 40 + b"\xec\xa5\xc1\0" + b"\0" * 7 + b"\x01" + b"\0" * 500, "encrypted"),
    ("加密成员.docx", locked_zip(), "encrypted"),
    ("演示.pptx", zipped(ppt__presentation_dot_xml=b"<p/>"), "unsupported"),
    ("演示.doc", OLE + "PowerPoint Document".encode("utf-16-le") + b"\0" * 600, "unsupported"),
    ("压缩.rar", b"Rar!\x1a\x07\x00" + b"\0" * 64, "unsupported"),
    ("程序.pdf", b"MZ" + b"\0" * 500, "unsupported"),
    ("录音.doc", b"ID3" + b"\0" * 500, "unsupported"),
    ("散文件.docx", zipped(a_dot_txt="街道办事处".encode()), "unsupported"),  # a plain zip is no document
    ("实体.docx", docx(b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><w:document ' + W.encode() + b"><w:body>&x;</w:body></w:document>"), "forbidden"),
    ("实体16.docx", docx('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'.encode("utf-16")), "forbidden"),
    ("实体.ofd", zipped(OFD_dot_xml=b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><OFD>&x;</OFD>'), "forbidden"),
    ("实体.xlsx", zipped(xl__workbook_dot_xml=b'<!DOCTYPE d [<!ENTITY x SYSTEM "http://a/">]><workbook>&x;</workbook>'), "forbidden"),
    ("笑.docx", docx(b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'), "forbidden"),
    ("深.docx", docx(f"<w:document {W}><w:body>".encode() + b"<w:sdt><w:sdtContent>" * 10_000), "too-deep"),
    ("炸弹.docx", docx(b"<x>" + b" " * 60_000_000 + b"</x>"), "too-large"),
    ("白页.png", picture(), "no-text"),
    ("坏图.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 300, "damaged"),
    ("图炸弹.png", picture()[:16] + (60_000).to_bytes(4, "big") * 2 + picture()[24:], "damaged"),
    ("二进制.txt", bytes(range(256)) * 40, "damaged"),
    ("二进制.dat", bytes(range(256)) * 40, "unsupported"),
    ("空字节.md", b"\0" * 5000, "damaged"),
    ("深.html", ("<html><body>前文" + "<div>" * 10_000 + "后文").encode(), "too-deep"),  # cut off by the parser: not silently
    ("不是网页.html", b"<html><body><script>1</script></body></html>", "no-text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "code"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_file_says_why_and_what_to_do(name: str, data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(name, data, LIMITS)
    assert caught.value.error == code
    assert f"“{name}”" in caught.value.reason
    assert len(CHINESE.findall(caught.value.reason)) >= 8


# A wrong name is no reason to refuse: (name, bytes, format read, a word of the text)
MISNAMED = [
    ("其实是网页.doc", "<html><body><p>街道办事处负责清扫保洁。</p></body></html>".encode(), "html", "清扫保洁"),
    ("其实是docx.doc", demo(4), "docx", "临河街道"),
    ("其实是docx.txt", demo(4), "docx", "临河街道"),
    ("其实是pdf.docx", demo(6), "pdf", "物业小区"),
    ("其实是xlsx.csv", demo(12), "xlsx", "灭鼠"),
    ("其实是ofd.pdf", demo(14), "ofd", "评价标准"),
    ("其实是文本.docx", "街道办事处负责清扫保洁。".encode("gb18030"), "txt", "清扫保洁"),
    ("没有后缀", "街道办事处负责清扫保洁。".encode(), "txt", "清扫保洁"),
    (
        "其实是单文件网页.doc",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        + "<html><body><p>街道办事处负责清扫保洁。</p></body></html>".encode() + b"\r\n--x--\r\n",
        "html", "清扫保洁",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "format", "word"), MISNAMED, ids=[m[0] for m in MISNAMED])
def test_a_wrong_suffix_is_read_as_what_it_is_with_a_doubt(name: str, data: bytes, format: str, word: str) -> None:
    extract = read_bytes(name, data, LIMITS)
    assert extract.format == format
    assert word in extract.text
    assert [d.kind for d in extract.doubts][:1] == ["wrong-extension"]


def test_nesting_without_end_is_bounded() -> None:
    text = "街道办事处负责清扫保洁。"
    page = f"<html><body>{'<div>' * 1_000}{text}</body></html>".encode()
    assert text in read_bytes("深.html", page, LIMITS).text
    for name, data in (("深.md", "> " * 10_000 + text), ("深.txt", "（" * 10_000 + text)):
        assert text in read_bytes(name, data.encode(), LIMITS).text


def test_text_beyond_the_limit_is_refused_at_once() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("大.txt", "街道办事处负责清扫。\n".encode() * 6_500_000, LIMITS)  # 200 MB
    assert caught.value.error == "too-large"


def test_pages_beyond_the_limit_are_refused_before_they_are_read() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("长.pdf", demo(2), Limits(pages=5))
    assert caught.value.error == "too-large"


def test_scanned_pages_beyond_the_limit_are_said_to_be_missing() -> None:
    extract = read_bytes("扫描.pdf", demo(3), Limits(ocr_pages=1))
    assert {p.page for p in extract.places} == {1}
    assert "ocr-limit" in {d.kind for d in extract.doubts}


def fuzzed(data: bytes, chance: random.Random) -> bytes:
    """Some damage of the kinds that files meet: flipped, lost, doubled, zeroed stretches, a cut."""
    broken = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(broken)), chance.randint(1, max(2, len(broken) // 20))
        what = chance.choice(["flip", "flip", "flip", "zero", "lose", "double", "cut"])
        if what == "flip":
            for _ in range(chance.randint(1, 30)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        elif what == "zero":
            broken[at : at + length] = b"\0" * len(broken[at : at + length])
        elif what == "lose":
            del broken[at : at + length]
        elif what == "double":
            broken[at:at] = broken[at : at + length]
        elif len(broken) > 200:
            del broken[max(100, at) :]
        if not broken:
            return b"\0"
    return bytes(broken)


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A sound zip around one damaged member, which plain damage seldom reaches behind the checksums."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    name = chance.choice([n for n in members if n.endswith(".xml") and members[n]])
    members[name] = fuzzed(members[name], chance)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n, d in members.items():
            archive.writestr(n, d)
    return buffer.getvalue()


FUZZED = [
    ("样.docx", 1, 60), ("样.xlsx", 12, 40), ("样.ofd", 14, 60), ("样.pdf", 6, 60), ("样.html", 5, 60),
    ("样.txt", 15, 60), ("样.md", 15, 30), ("样.csv", 15, 30),
]  # fmt: skip


@pytest.mark.parametrize(("name", "n", "rounds"), FUZZED, ids=[f[0] for f in FUZZED])
def test_damage_gives_a_text_or_a_reason(name: str, n: int, rounds: int) -> None:
    chance = random.Random(20261125 + n)
    data = demo(n)
    for i in range(rounds):
        broken = repacked(data, chance) if data.startswith(b"PK") and i % 2 else fuzzed(data, chance)
        try:
            extract = read_bytes(name, broken, LIMITS)
        except UnreadableFile as e:
            assert CHINESE.search(e.reason)
            continue
        assert all(0 <= b.start <= b.end <= len(extract.text) for b in extract.blocks)
        assert all(0 <= c.start <= c.end <= len(extract.text) for t in extract.tables for c in t.cells)


def picture(format: str) -> bytes:
    """A small picture with strokes on it; what matters is its container."""
    page = Image.new("L", (240, 80), 255)
    page.paste(0, (20, 30, 60, 36))
    page.paste(0, (38, 14, 44, 60))
    buffer = io.BytesIO()
    page.save(buffer, format)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "format"), [("页.png", "PNG"), ("页.jpg", "JPEG"), ("页.tif", "TIFF")])
def test_damage_to_pictures_gives_a_text_or_a_reason(name: str, format: str) -> None:
    chance = random.Random(20261126)
    data = picture(format)
    for _ in range(20):
        try:
            read_bytes(name, fuzzed(data, chance), LIMITS)
        except UnreadableFile as e:
            assert CHINESE.search(e.reason)


def test_damage_to_archives_gives_documents_or_a_reason(tmp_path: Path) -> None:
    chance = random.Random(20261126)
    data = zipped(
        通知_dot_md="# 关于清理小广告的通知\n一、由街道办事处负责。".encode(),
        表_dot_csv="事项,单位\n灭鼠,爱卫办".encode(),
    )
    for i in range(60):
        (tmp_path / "包.zip").write_bytes(fuzzed(data, chance))
        for source in expand(tmp_path, LIMITS):
            assert source.document.startswith("包.zip"), i
            try:
                read_bytes(source.document, source.load(), LIMITS)
            except UnreadableFile as e:
                assert CHINESE.search(e.reason)


RTF = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}\f0 " + rb"\u19968?\u12289?\u36127?\u36131?\par " * 20 + b"}"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="旧格式要借助 LibreOffice")
@pytest.mark.slow
@pytest.mark.parametrize(("name", "make"), [
    ("样.doc", lambda: demo(7)), ("样.wps", lambda: demo(9)), ("样.rtf", lambda: RTF),
])  # fmt: skip
def test_damage_to_old_formats_gives_a_text_or_a_reason(name: str, make: Callable[[], bytes]) -> None:
    chance = random.Random(7)
    for _ in range(3):
        try:
            assert read_bytes(name, fuzzed(make(), chance), LIMITS).text
        except UnreadableFile as e:
            assert CHINESE.search(e.reason)


def archive(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def documents_of(folder: Path, **limits: int) -> list[str]:
    return [s.document for s in expand(folder, Limits(**limits))]


def test_a_zip_gives_a_document_a_member(tmp_path: Path) -> None:
    inner = archive([("丙.txt", "丙".encode())])
    (tmp_path / "材料.zip").write_bytes(
        archive([
            ("办法/甲.md", "第一条 甲。".encode()), ("../../乙.txt", "乙".encode()), ("C:\\win\\丁.txt", "丁".encode()),
            ("里层.zip", inner), ("__MACOSX/._甲.md", b"x"), (".DS_Store", b"x"),
        ])
    )  # fmt: skip
    sources = {s.document: s for s in expand(tmp_path, LIMITS)}
    assert sorted(sources) == [
        "材料.zip/win/丁.txt", "材料.zip/乙.txt", "材料.zip/办法/甲.md", "材料.zip/里层.zip/丙.txt",
    ]  # fmt: skip
    assert sources["材料.zip/办法/甲.md"].load() == "第一条 甲。".encode()
    assert sources["材料.zip/里层.zip/丙.txt"].load() == "丙".encode()


def test_names_in_gbk_are_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("xx.txt", "城管局".encode())
    name = "城.txt".encode("gbk")  # as Windows writes it: without the flag of UTF-8; as long as the name it replaces
    (tmp_path / "a.zip").write_bytes(buffer.getvalue().replace(b"xx.txt", name))
    assert documents_of(tmp_path) == ["a.zip/城.txt"]


# (bytes, limits, code of the failure, in which document)
ARCHIVES = [
    (archive([("a.txt", "甲".encode() * 9)])[:60], {}, "damaged", "包.zip"),
    (archive([("0.txt", b" " * 30_000_000)]), {}, "too-large", "包.zip"),
    (archive([(f"{n}.txt", b"x") for n in range(30)]), {"members": 20}, "too-large", "包.zip"),
    (archive([]), {}, "empty", "包.zip"),
    (archive([("1.zip", archive([("2.zip", archive([("a.txt", b"x")]))]))]), {"depth": 2}, "too-deep", "包.zip/1.zip/2.zip"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "limits", "code", "document"), ARCHIVES, ids=[a[2] + a[3] for a in ARCHIVES])
def test_a_bad_archive_is_one_source_that_says_why(
    tmp_path: Path, data: bytes, limits: dict[str, int], code: str, document: str
) -> None:
    (tmp_path / "包.zip").write_bytes(data)
    (source,) = expand(tmp_path, Limits(**limits))
    assert source.document == document
    with pytest.raises(UnreadableFile) as caught:
        source.load()
    assert caught.value.error == code


def test_a_run_goes_on_past_every_broken_file(tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    for name, data, _ in BROKEN:
        (folder / name).write_bytes(data)
    (folder / "好.md").write_text("第一条 街道办事处负责清扫保洁。", encoding="utf-8")
    (folder / "好.zip").write_bytes(archive([("里面.md", "第一条 街道办事处负责劝导。".encode())]))
    library = Library.open(tmp_path / "lib", HashingEncoder(16), Words.load(), create=True)
    report = ingest([folder], library, Settings(library.folder, workers=2))
    assert (report.documents, report.added) == (2, 2)
    assert {f["document"]: f["error"] for f in report.failed} == {name: code for name, _, code in BROKEN}
