"""Word: a walk of our own over the XML, because no library keeps insertions, text boxes, numbers and notes together."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.extract import Block, BlockKind, Cell, Extract, Table
from ingest.readers.numbering import Numbering, W
from ingest.readers.package import open_package, read_xml
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt, Place

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = {
    f"{W}del",
    f"{W}moveFrom",
    f"{W}instrText",
    f"{W}delText",
    f"{W}rPr",
    f"{W}pPr",
    f"{_MC}Fallback",
    f"{W}sdtPr",
    f"{W}commentReference",
}
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)$", re.I)


@dataclass(slots=True)
class _Writer:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def line(self, text: str, kind: BlockKind, **more: object) -> int:
        start = self.length
        self.parts.append(text + "\n")
        self.length += len(text) + 1
        self.blocks.append(Block(kind, start, start + len(text), **more))  # type: ignore[arg-type]
        self.places.append(Place(start, start + len(text), paragraph=len(self.places)))
        return start


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """Paragraphs, tables, text boxes and notes of a .docx in reading order; UnreadableFile says why not."""
    package = open_package(name, data, limits)
    body = read_xml(package, "word/document.xml", name, limits).find(f"{W}body")
    if body is None:
        raise UnreadableFile("damaged", f"“{name}”没有正文部分，请用 Word 或 WPS 打开后另存。")
    styles = _part(package, "word/styles.xml", name, limits)
    numbering = Numbering.parse(_part(package, "word/numbering.xml", name, limits), styles)
    writer = _Writer()
    names = _style_names(styles)
    _write_children(body, writer, numbering, names)
    _write_notes(package, name, limits, writer)
    text = "".join(writer.parts)
    if not text.strip():
        raise UnreadableFile("no-text", f"“{name}”中没有文字，若是扫描图片请转为 PDF 后再读入。")
    return Extract(
        text, "docx", tuple(writer.blocks), tuple(writer.tables), tuple(writer.places), doubts=tuple(_doubts(body))
    )


def _part(package: zipfile.ZipFile, member: str, name: str, limits: Limits) -> etree._Element | None:
    return read_xml(package, member, name, limits) if member in package.namelist() else None


def _style_names(styles: etree._Element | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for style in styles.findall(f"{W}style") if styles is not None else ():
        label = style.find(f"{W}name")
        found[style.get(f"{W}styleId", "")] = label.get(f"{W}val", "") if label is not None else ""
    return found


def _write_children(parent: etree._Element, writer: _Writer, numbering: Numbering, names: dict[str, str]) -> None:
    for element in _unwrapped(parent):
        if element.tag == f"{W}p":
            _write_paragraph(element, writer, numbering, names)
        elif element.tag == f"{W}tbl":
            _write_table(element, writer, numbering)


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


def _write_paragraph(p: etree._Element, writer: _Writer, numbering: Numbering, names: dict[str, str]) -> None:
    properties = p.find(f"{W}pPr")
    words = _text(p).strip("\n")
    label = numbering.label(properties) if words.strip() else ""
    if words.strip():
        joined = f"{label}{' ' if label.startswith('第') else ''}{words.lstrip()}" if label else words
        level = _level(properties, names)
        for n, line in enumerate(joined.split("\n")):
            if line.strip():
                kind: BlockKind = "heading" if level and not n else "paragraph"
                writer.line(line, kind, level=level if not n else None, centred=_centred(properties), bold=_bold(p))
    for box in p.iter(f"{W}txbxContent"):
        if not any(a.tag == f"{_MC}Fallback" for a in box.iterancestors()):
            for inner in box.iter(f"{W}p"):
                line = _text(inner).replace("\n", " ").strip()
                if line:
                    writer.line(line, "textbox")


def _text(p: etree._Element) -> str:
    """The words of a paragraph: insertions kept, deletions, field codes, hidden words and text boxes left out."""
    out: list[str] = []
    stack = [iter(p)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        tag = element.tag
        if tag in _GONE or tag == f"{W}txbxContent" or (tag == f"{W}r" and _hidden(element)):
            continue
        if tag == f"{W}t":
            out.append(element.text or "")
        elif tag == f"{W}tab":
            out.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            out.append("\n" if element.get(f"{W}type") not in ("page", "column") else "")
        elif tag == f"{W}noBreakHyphen":
            out.append("-")
        else:
            stack.append(iter(element))
    return "".join(out)


def _hidden(run: etree._Element) -> bool:
    properties = run.find(f"{W}rPr")
    mark = properties.find(f"{W}vanish") if properties is not None else None
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false")


def _write_table(table: etree._Element, writer: _Writer, numbering: Numbering) -> None:
    """Rows as lines; words of a cell merged downwards stand again in each row."""
    cells: list[Cell] = []
    held: dict[int, str] = {}
    first, header = writer.length, 0
    rows = [r for r in table.iter(f"{W}tr") if next(r.iterancestors(f"{W}tbl")) is table]
    for r, row in enumerate(rows):
        values: list[tuple[str, bool]] = []
        for cell in (c for c in row.iter(f"{W}tc") if next(c.iterancestors(f"{W}tr")) is row):
            words = _cell_text(cell, numbering)
            properties = cell.find(f"{W}tcPr")
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            wide = properties.find(f"{W}gridSpan") if properties is not None else None
            filled = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            column = len(values)
            words = held.get(column, words) if filled else words
            for n in range(min(int(wide.get(f"{W}val", "1")), 100) if wide is not None else 1):
                held[len(values)] = words
                values.append((words, filled or n > 0))
        properties = row.find(f"{W}trPr")
        if r == header and properties is not None and properties.find(f"{W}tblHeader") is not None:
            header += 1
        at = writer.line("\t".join(w for w, _ in values), "row", table=len(writer.tables))
        for c, (words, filled) in enumerate(values):
            cells.append(Cell(r, c, at, at + len(words), filled))
            at += len(words) + 1
    if rows:
        writer.tables.append(Table(first, writer.length - 1, max(header, 1), tuple(cells)))


def _cell_text(cell: etree._Element, numbering: Numbering) -> str:
    lines = []
    for p in cell.iter(f"{W}p"):
        words = _text(p).replace("\n", " ").replace("\t", " ").strip()
        if words:
            lines.append(numbering.label(p.find(f"{W}pPr")) + words)
    return " ".join(lines)


def _write_notes(package: zipfile.ZipFile, name: str, limits: Limits, writer: _Writer) -> None:
    for member, tag in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
        root = _part(package, member, name, limits)
        for note in root.findall(f"{W}{tag}") if root is not None else ():
            if note.get(f"{W}type") is None:
                line = " ".join(filter(None, (_text(p).replace("\n", " ").strip() for p in note.iter(f"{W}p"))))
                if line:
                    writer.line(line, "footnote")


def _level(properties: etree._Element | None, names: dict[str, str]) -> int | None:
    if properties is None:
        return None
    style = properties.find(f"{W}pStyle")
    m = _HEADING.search(names.get(style.get(f"{W}val", ""), "")) if style is not None else None
    if m:
        return int(m[1])
    outline = properties.find(f"{W}outlineLvl")
    value = outline.get(f"{W}val", "9") if outline is not None else "9"
    return int(value) + 1 if value.isdigit() and int(value) < 9 else None


def _centred(properties: etree._Element | None) -> bool:
    mark = properties.find(f"{W}jc") if properties is not None else None
    return mark is not None and mark.get(f"{W}val") == "center"


def _bold(p: etree._Element) -> bool:
    runs = [r for r in p.findall(f"{W}r") if r.find(f"{W}t") is not None]
    return bool(runs) and all(r.find(f"{W}rPr/{W}b") is not None for r in runs)


def _doubts(body: etree._Element) -> Iterator[Doubt]:
    deleted = len(body.findall(f".//{W}del"))
    if deleted:
        yield Doubt("tracked-deletion", f"有 {deleted} 处修订删除未接受，读入的是删除后的文字。")
    if any(_hidden(r) for r in body.iter(f"{W}r")):
        yield Doubt("hidden-text", "文件含隐藏文字，未读入。")
