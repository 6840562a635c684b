"""OFD (GB/T 33190): our own small reader of its zip of XML; text in reading order with page and box."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass

from ingest.extract import Extract
from ingest.readers.layout import Line, lay_out
from ingest.readers.package import open_package, read_xml
from kb.config import Limits
from kb.errors import UnreadableFile

_MM = 72 / 25.4  # OFD measures in millimetres, a Place in points


@dataclass(frozen=True, slots=True)
class _Object:
    x: float
    y: float
    width: float
    height: float
    text: str


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of every page; UnreadableFile says why not."""
    package = open_package(name, data, limits)
    root = read_xml(package, "OFD.xml", name, limits)
    roots = [e.text or "" for e in root.iter("{*}DocRoot")]
    if not roots:
        raise UnreadableFile("damaged", f"“{name}”没有文档入口（DocRoot），请用 OFD 阅读器另存后再读入。")
    lines: list[Line] = []
    for entry in roots:
        document = entry.lstrip("/")
        folder = posixpath.dirname(document)
        for page in read_xml(package, document, name, limits).findall(".//{*}Pages/{*}Page"):
            if len(lines) > 200_000:
                break
            number = len({line.page for line in lines}) + 1
            lines += _read_page(package, posixpath.join(folder, page.get("BaseLoc", "")), number, name, limits)
    if not any(line.text.strip() for line in lines):
        raise UnreadableFile("no-text", f"“{name}”中没有文字层，若是扫描件请转为 PDF 后再读入。")
    return lay_out(lines, "ofd")


def _read_page(package: zipfile.ZipFile, member: str, number: int, name: str, limits: Limits) -> list[Line]:
    objects: list[_Object] = []
    for element in read_xml(package, member.lstrip("/"), name, limits).iter("{*}TextObject"):
        at = _numbers(element.get("Boundary", ""))
        words = "".join(code.text or "" for code in element.findall("{*}TextCode"))
        if len(at) == 4 and words.strip():
            objects.append(_Object(at[0], at[1], at[2], at[3], words))
    objects.sort(key=lambda o: (round(o.y, 1), o.x))
    lines: list[Line] = []
    row: list[_Object] = []
    for o in [*objects, None]:
        if o is None or (row and abs(o.y + o.height / 2 - row[0].y - row[0].height / 2) > row[0].height / 2):
            if row:
                row.sort(key=lambda r: r.x)
                x0, y0 = row[0].x, min(r.y for r in row)
                x1, y1 = max(r.x + r.width for r in row), max(r.y + r.height for r in row)
                box = (x0 * _MM, y0 * _MM, x1 * _MM, y1 * _MM)
                lines.append(Line("".join(r.text for r in row).rstrip(), number, box))
            row = []
        if o is not None:
            row.append(o)
    return lines


def _numbers(text: str) -> list[float]:
    try:
        return [float(n) for n in re.split(r"[\s,]+", text.strip()) if n]
    except ValueError:
        return []
