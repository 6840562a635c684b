"""Word: a walk of our own over the XML, because no library keeps insertions, text boxes, numbers and notes together."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.extract import Block, BlockKind, Extract, Table
from ingest.readers.numbering import Numbering
from ingest.readers.package import open_package, read_member, read_xml
from ingest.readers.word_styles import Styles, W
from ingest.readers.word_table import Row, is_layout, make_table, rows_of
from ingest.readers.word_text import MC, is_bold, is_hidden, is_joined, text_of
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt, Place, Span

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_ORDINAL = "dingze-paragraph"  # attribute under which the walk keeps a paragraph's place in the file
_DOCUMENT = "word/document.xml"
_LABELLED = re.compile(r"[\w）)]$")  # a number without a mark of its own needs a space behind it
_PICTURE = re.compile(r"\.(?:png|jpe?g|tiff?|bmp)$", re.I)


@dataclass(slots=True)
class _Walk:
    """The text so far, and what numbers and styles go with it."""

    numbering: Numbering
    styles: Styles
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    carried: str = ""  # words of a paragraph whose end was deleted

    def line(self, text: str, kind: BlockKind, ordinal: int | None = None, **more: object) -> int:
        """Write one line; gives its start."""
        start = self.length
        self.parts.append(text + "\n")
        self.length += len(text) + 1
        self.blocks.append(Block(kind, start, start + len(text), **more))  # type: ignore[arg-type]
        if ordinal is not None:
            self.places.append(Place(start, start + len(text), paragraph=ordinal))
        return start


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """Paragraphs, tables, text boxes and notes of a .docx in reading order; UnreadableFile says why not."""
    package = open_package(name, data, limits)
    body = read_xml(package, _DOCUMENT, name, limits).find(f"{W}body")
    if body is None:
        raise UnreadableFile("damaged", f"“{name}”没有正文部分，请用 Word 或 WPS 打开后另存。")
    for n, p in enumerate(body.iter(f"{W}p")):
        p.set(_ORDINAL, str(n))
    styles = Styles.parse(_part(package, "word/styles.xml", name, limits))
    walk = _Walk(Numbering.parse(_part(package, "word/numbering.xml", name, limits), styles), styles)
    heads, feet = _margins(package, body, name, limits)
    for words in heads:
        walk.line(words, "furniture")
    before = walk.length
    _children(body, walk)
    _write_notes(package, name, limits, walk)
    if walk.length == before:
        return _of_pictures(package, name, limits)
    for words in feet:
        walk.line(words, "furniture")
    furniture = tuple(Span(b.start, b.end) for b in walk.blocks if b.kind == "furniture")
    doubts = (*_doubts(body), *_comments(package))
    text = "".join(walk.parts)
    return Extract(text, "docx", tuple(walk.blocks), tuple(walk.tables), tuple(walk.places), furniture, doubts)


def _part(package: zipfile.ZipFile, member: str, name: str, limits: Limits) -> etree._Element | None:
    return read_xml(package, member, name, limits) if member in package.namelist() else None


def _children(parent: etree._Element, walk: _Walk) -> None:
    for element in _unwrapped(parent):
        if element.tag == f"{W}p":
            _write_paragraph(element, walk)
        else:
            _write_table(element, walk)


def _unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, also inside content controls and insertions."""
    for element in parent:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag == f"{W}sdt":
            content = element.find(f"{W}sdtContent")
            if content is not None:
                yield from _unwrapped(content)
        elif element.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _unwrapped(element)
        elif element.tag == f"{MC}AlternateContent":
            choice = element.find(f"{MC}Choice")
            if choice is not None:
                yield from _unwrapped(choice)


def _write_paragraph(p: etree._Element, walk: _Walk) -> None:
    properties = p.find(f"{W}pPr")
    words = walk.carried + text_of(p)
    walk.carried = words if is_joined(p) else ""
    if not walk.carried:
        words = words.strip("\n")
        label = walk.numbering.label(properties)  # an empty numbered paragraph counts, as Word counts it
        if words.strip():
            _write_words(p, _labelled(label, words), walk)
    for box in _boxes(p):
        _children_of_box(box, walk)


def _write_words(p: etree._Element, words: str, walk: _Walk) -> None:
    properties = p.find(f"{W}pPr")
    level, centred, bold = walk.styles.level_of(properties), walk.styles.is_centred(properties), is_bold(p)
    contents = walk.styles.is_contents(properties)
    for n, line in enumerate(words.split("\n")):
        if line.strip():
            kind: BlockKind = "furniture" if contents else "heading" if level and not n else "paragraph"
            walk.line(line, kind, _ordinal(p), level=None if n else level, centred=centred, bold=bold)


def _labelled(label: str, words: str) -> str:
    """第一条 and 1.1 stand apart from what follows; 一、 and （一） do not."""
    if not label:
        return words
    apart = label.startswith("第") or (_LABELLED.search(label) and not label.endswith(("）", ")")))
    return f"{label}{' ' if apart else ''}{words.lstrip()}"


def _boxes(p: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, each once: the same box stands again in the fallback for old programs."""
    for box in p.iter(f"{W}txbxContent"):
        outer = [a.tag for a in box.iterancestors()]
        if f"{MC}Fallback" not in outer and f"{W}txbxContent" not in outer:
            yield box


def _children_of_box(box: etree._Element, walk: _Walk) -> None:
    for element in _unwrapped(box):
        if element.tag == f"{W}p":
            words = text_of(element).replace("\n", " ").strip()
            if words:
                walk.line(_labelled(walk.numbering.label(element.find(f"{W}pPr")), words), "textbox", _ordinal(element))
        else:
            _write_table(element, walk)


def _ordinal(p: etree._Element) -> int | None:
    n = p.get(_ORDINAL)
    return int(n) if n is not None else None


def _write_table(table: etree._Element, walk: _Walk) -> None:
    """Rows as lines; a frame of one column is no table, and a first row of one value is the title above it."""
    if is_layout(table):
        for cell in table.iter(f"{W}tc"):
            if next(cell.iterancestors(f"{W}tbl")) is table:
                _children(cell, walk)
        return
    rows = rows_of(table, walk.numbering)
    while len(rows) > 1 and len({w for w, _, _ in rows[0].cells if w}) == 1 and len(rows[0].cells) > 1:
        title: Row = rows.pop(0)
        walk.line(next(w for w, _, _ in title.cells if w), "paragraph", _first(title), centred=True)
    if not rows:
        return
    start = walk.length
    for row in rows:
        walk.line("\t".join(w for w, _, _ in row.cells), "row", _first(row), table=len(walk.tables))
    walk.tables.append(make_table(rows, start))


def _first(row: Row) -> int | None:
    p = next(row.element.iter(f"{W}p"), None)
    return _ordinal(p) if p is not None else None


def _write_notes(package: zipfile.ZipFile, name: str, limits: Limits, walk: _Walk) -> None:
    for member, tag in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
        root = _part(package, member, name, limits)
        for note in root.findall(f"{W}{tag}") if root is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                line = " ".join(filter(None, (text_of(p).replace("\n", " ").strip() for p in note.iter(f"{W}p"))))
                if line:
                    walk.line(line, "footnote")


def _margins(package: zipfile.ZipFile, body: etree._Element, name: str, limits: Limits) -> tuple[list[str], list[str]]:
    """The words of page heads and feet, each once; numbers that Word counts are not among them."""
    relations = _part(package, "word/_rels/document.xml.rels", name, limits)
    targets = (
        {r.get("Id", ""): r.get("Target", "") for r in relations.iter(f"{_PACKAGE}Relationship")}
        if relations is not None
        else {}
    )
    found: dict[str, list[str]] = {"header": [], "footer": []}
    for kind, lines in found.items():
        for reference in body.iter(f"{W}{kind}Reference"):
            target = targets.get(reference.get(f"{_R}id", ""), "")
            member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"word/{target}")
            root = _part(package, member, name, limits) if target else None
            for p in root.iter(f"{W}p") if root is not None else ():
                words = " ".join(text_of(p).split())
                if any(c.isalnum() for c in words) and words not in lines:
                    lines.append(words)
    return found["header"], found["footer"]


def _of_pictures(package: zipfile.ZipFile, name: str, limits: Limits) -> Extract:
    """A file that holds nothing but pictures of pages: read as a scan."""
    from ingest.readers import image

    members = sorted(
        (m for m in package.namelist() if m.startswith("word/media/") and _PICTURE.search(m)),
        key=lambda m: (len(m), m),
    )
    if not members:
        raise UnreadableFile("no-text", f"“{name}”中没有文字，请确认保存的不是空白文档。")
    return image.read_pages(name, (read_member(package, m, name) for m in members), limits, "docx")


def _doubts(body: etree._Element) -> Iterator[Doubt]:
    deleted = len(body.findall(f".//{W}del")) + len(body.findall(f".//{W}moveFrom"))
    inserted = len(body.findall(f".//{W}ins")) + len(body.findall(f".//{W}moveTo"))
    if deleted or inserted:
        message = f"有未接受的修订（插入 {inserted} 处、删除 {deleted} 处），读入的是全部接受后的文字。"
        yield Doubt("tracked-deletion" if deleted else "tracked-insertion", message)
    if any(is_hidden(r) for r in body.iter(f"{W}r")):
        yield Doubt("hidden-text", "文件含隐藏文字，未读入。")
    pictures = sum(
        not any(a.tag == f"{MC}Fallback" for a in e.iterancestors())
        for e in body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip")
    )
    if pictures:
        yield Doubt("picture", f"文件含 {pictures} 幅图片，图中的文字未读入。")
    if body.find(f".//{W}object") is not None:
        yield Doubt("embedded-object", "文件嵌有其他文件（对象），其内容未读入，请另行提供。")
    if body.find(f".//{W}altChunk") is not None:
        yield Doubt("embedded-object", "文件并入了外部片段，其内容未读入，请用 Word 打开后另存。")


def _comments(package: zipfile.ZipFile) -> Iterator[Doubt]:
    if "word/comments.xml" in package.namelist() and package.getinfo("word/comments.xml").file_size > 1500:
        yield Doubt("comment", "文件带有批注，未读入。")
