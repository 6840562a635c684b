"""OFD (GB/T 33190): our own small reader of its zip of XML; lines and ruled tables, and pictures of pages by OCR."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ingest.extract import Extract
from ingest.readers.layout import lay_out
from ingest.readers.lines import Box, Grid, Line
from ingest.readers.package import open_package, read_member, read_xml
from ingest.readers.ruling import Rule, find_cells, make_grid, rules_of_box
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

_MM = 72 / 25.4  # OFD measures in millimetres, a Place in points
_A4 = (210 * _MM, 297 * _MM)
_FEW = 8  # characters; a page with fewer has no text worth the name
_SEGMENT = re.compile(r"([MLQCABS])((?:\s+-?[\d.]+)*)")


@dataclass(frozen=True, slots=True)
class _Object:
    """One stretch of text with its box in points."""

    text: str
    box: Box

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class _Document:
    """One document body of the package: where its templates and pictures lie."""

    package: zipfile.ZipFile
    name: str
    limits: Limits
    folder: str
    templates: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    size: tuple[float, float] = _A4

    def xml(self, place: str) -> etree._Element:
        """The root of a part whose place is given from the document's folder, or from the package's root."""
        return read_xml(self.package, self.member(place), self.name, self.limits)

    def member(self, place: str) -> str:
        """The member of the package that a place names."""
        return place.lstrip("/") if place.startswith("/") else posixpath.normpath(posixpath.join(self.folder, place))


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of every page; UnreadableFile says why not."""
    package = open_package(name, data, limits)
    roots = [e.text or "" for e in read_xml(package, "OFD.xml", name, limits).iter("{*}DocRoot")]
    if not roots:
        raise UnreadableFile("damaged", f"“{name}”没有文档入口（DocRoot），请用 OFD 阅读器另存后再读入。")
    items: list[Line | Grid] = []
    sizes: dict[int, tuple[float, float]] = {}
    scanned = 0
    for entry in roots:
        document, pages = _open(package, entry.strip().lstrip("/"), name, limits)
        for place in pages:
            number = len(sizes) + 1
            if number > limits.pages:
                raise UnreadableFile("too-large", f"“{name}”超过 {limits.pages} 页的上限，请拆分后再读入。")
            content = document.xml(place)
            sizes[number] = _size(content) or document.size
            found = _read_page(document, content, number)
            if sum(len(x.text) for x in found if isinstance(x, Line)) < _FEW and scanned < limits.ocr_pages:
                pictures = _recognise(document, content, number, sizes[number])
                scanned += bool(pictures)
                found = pictures or found
            items += found
    if not items:
        raise UnreadableFile("no-text", f"“{name}”中没有文字，请确认文件能在 OFD 阅读器中显示。")
    doubts = [Doubt("ocr", f"共 {scanned} 页是扫描图像，文字由识别得来，引用前请核对原件。")] if scanned else []
    return lay_out(items, "ofd", sizes, doubts)


def _open(package: zipfile.ZipFile, entry: str, name: str, limits: Limits) -> tuple[_Document, list[str]]:
    """A document body and the places of its pages."""
    root = read_xml(package, entry, name, limits)
    document = _Document(package, name, limits, posixpath.dirname(entry))
    document.size = _size(root) or _A4
    for template in root.iter("{*}TemplatePage"):
        document.templates[template.get("ID", "")] = template.get("BaseLoc", "")
    for part in (*root.iter("{*}PublicRes"), *root.iter("{*}DocumentRes")):
        place = document.member((part.text or "").strip())
        if place not in package.namelist():
            continue
        resources = read_xml(package, place, name, limits)
        base = posixpath.join(posixpath.dirname(place), resources.get("BaseLoc", ""))
        for media in resources.iter("{*}MultiMedia"):
            file = media.findtext("{*}MediaFile") or ""
            document.pictures[media.get("ID", "")] = posixpath.normpath(posixpath.join(base, file.strip()))
    return document, [p.get("BaseLoc", "") for p in root.findall(".//{*}Pages/{*}Page")]


def _size(element: etree._Element) -> tuple[float, float] | None:
    box = element.find(".//{*}PhysicalBox")
    numbers = _numbers(box.text or "") if box is not None else []
    return (numbers[2] * _MM, numbers[3] * _MM) if len(numbers) == 4 else None


def _read_page(document: _Document, content: etree._Element, number: int) -> list[Line | Grid]:
    layers = [content]
    for used in content.iter("{*}Template"):
        place = document.templates.get(used.get("TemplateID", ""))
        if place:
            layers.append(document.xml(place))
    objects = [o for layer in layers for o in _texts(layer)]
    rules = [r for layer in layers for path in layer.iter("{*}PathObject") for r in _rules(path)]
    items: list[Line | Grid] = []
    for cells in find_cells(rules):
        inside = [o for o in objects if any(_holds(c, o) for c in cells)]
        if inside:
            items.append(make_grid(number, cells, lambda cell, held=inside: (_words(held, cell), None)))  # type: ignore[misc]
            objects = [o for o in objects if o not in inside]
    return sorted([*items, *_lines(objects, number)], key=lambda i: i.box[1])


def _texts(layer: etree._Element) -> Iterator[_Object]:
    """Every TextCode with its box: the object's own where it holds one line, else its size below the line it stands on."""
    for element in layer.iter("{*}TextObject"):
        at = _numbers(element.get("Boundary", ""))
        codes = [c for c in element.findall("{*}TextCode") if (c.text or "").strip()]
        if len(at) != 4:
            continue
        size = (_numbers(element.get("Size", "")) or [at[3]])[0]
        for code in codes:
            words = (code.text or "").replace("\n", "")
            x, y = ((_numbers(code.get(k, "")) or [0.0])[0] for k in ("X", "Y"))
            if len(codes) == 1:
                box = (at[0] + x, at[1], at[0] + at[2], at[1] + at[3])
            else:
                box = (at[0] + x, at[1] + y - size, at[0] + at[2], at[1] + y)
            yield _Object(words, (box[0] * _MM, box[1] * _MM, box[2] * _MM, box[3] * _MM))


def _rules(path: etree._Element) -> Iterator[Rule]:
    at = _numbers(path.get("Boundary", ""))
    if len(at) != 4:
        return
    last: tuple[float, float] | None = None
    for kind, numbers in _SEGMENT.findall(path.findtext("{*}AbbreviatedData") or "")[:64]:
        points = _numbers(numbers)
        if kind in "ML" and len(points) == 2:
            here = ((at[0] + points[0]) * _MM, (at[1] + points[1]) * _MM)
            if kind == "L" and last is not None and min(abs(here[0] - last[0]), abs(here[1] - last[1])) < 1:
                xs, ys = sorted((last[0], here[0])), sorted((last[1], here[1]))
                yield from rules_of_box((xs[0], ys[0], xs[1], ys[1]))
            last = here


def _lines(objects: Sequence[_Object], number: int) -> list[Line]:
    """Objects on one height make one line."""
    lines: list[Line] = []
    row: list[_Object] = []
    for o in [*sorted(objects, key=lambda o: (round(o.middle, 1), o.box[0])), None]:
        if row and (o is None or abs(o.middle - row[0].middle) > (row[0].box[3] - row[0].box[1]) / 2):
            row.sort(key=lambda r: r.box[0])
            box = (row[0].box[0], min(r.box[1] for r in row), row[-1].box[2], max(r.box[3] for r in row))
            lines.append(Line("".join(r.text for r in row).rstrip(), number, box))
            row = []
        if o is not None:
            row.append(o)
    return lines


def _holds(cell: Box, o: _Object) -> bool:
    return cell[0] <= (o.box[0] + o.box[2]) / 2 <= cell[2] and cell[1] <= o.middle <= cell[3]


def _words(objects: Sequence[_Object], cell: Box) -> str:
    return "".join(x.text.strip() for x in _lines([o for o in objects if _holds(cell, o)], 0))


def _recognise(
    document: _Document, content: etree._Element, number: int, size: tuple[float, float]
) -> list[Line | Grid]:
    """What the pictures of a page say, in the coordinates of the page."""
    from ingest.readers.image import decode
    from ingest.readers.ocr import read_page

    items: list[Line | Grid] = []
    for element in content.iter("{*}ImageObject"):
        place = document.pictures.get(element.get("ResourceID", ""), "")
        at = _numbers(element.get("Boundary", ""))
        if place not in document.package.namelist() or len(at) != 4 or at[2] * _MM < size[0] / 3:
            continue
        for image, _ in decode(document.name, read_member(document.package, place, document.name)):
            items += read_page(image, number, image.shape[1] / (at[2] * _MM))
            break
    return items


def _numbers(text: str) -> list[float]:
    try:
        return [float(n) for n in re.split(r"[\s,]+", text.strip()) if n]
    except ValueError:
        return []
