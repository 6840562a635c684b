"""The file a document was read from: its bytes, and pictures of its pages for who wants to see the quote in place."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from threading import Lock

import pypdfium2 as pdfium

from ingest.readers.registry import expand
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Place, Version

_WIDEST = 2_400  # pixels; a plan on A0 would otherwise take 100 MB
_A4 = (595.0, 842.0)  # points
_PDFIUM = Lock()  # pdfium is not made for threads
PICTURES: Mapping[str, str] = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """页面图: one page as an image, with the size of the page in points."""

    content: bytes
    media_type: str
    width: float
    height: float


def load_original(root: str, document: str, limits: Limits) -> bytes:
    """The bytes of the file, or of the archive's member, that a document was read from; UnreadableFile where it is gone."""
    folder = Path(root)
    path = folder / document
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnreadableFile("forbidden", f"“{document}”不在来源文件夹内，不能打开。")
    if path.is_file():
        return path.read_bytes()
    archive = next((p for p in path.parents if p != folder and p.is_file()), None)
    if archive is not None:
        for source in expand(archive, limits):
            if document.endswith(source.document):
                return source.load()
    raise UnreadableFile("missing", f"“{document}”的原件已不在原处，正文仍可阅读；需要原件请联系文库管理员。")


def has_pages(document: str) -> bool:
    """Whether pages of a document can be pictured."""
    return PurePosixPath(document).suffix.lower() in (".pdf", ".ofd", *PICTURES)


def draw_page(version: Version, content: bytes, page: int, scale: float) -> Picture:
    """A page (from 1) of a PDF or an image as it is; of an OFD its text drawn where it stands."""
    suffix = PurePosixPath(version.document).suffix.lower()
    if suffix in PICTURES:
        return Picture(content, PICTURES[suffix], *_A4)
    if suffix == ".ofd":
        return _draw(version, page)
    return _render(version.document, content, page, scale)


def find_sizes(version: Version, content: bytes, pages: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Page → its size in points, of those pages that there are."""
    suffix = PurePosixPath(version.document).suffix.lower()
    if suffix != ".pdf":
        return {n: page_size(n, version.places) for n in pages}
    with _PDFIUM:
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as e:
            raise UnreadableFile("damaged", f"“{version.document}”的原件打不开（{e}），请重新上传。") from e
        try:
            return {n: pdf[n - 1].get_size() for n in pages if 1 <= n <= len(pdf)}
        finally:
            pdf.close()


def _render(document: str, content: bytes, page: int, scale: float) -> Picture:
    with _PDFIUM:
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as e:
            raise UnreadableFile("damaged", f"“{document}”的原件打不开（{e}），请重新上传。") from e
        try:
            if not 1 <= page <= len(pdf):
                raise UnreadableFile("missing", f"“{document}”没有第 {page} 页，共 {len(pdf)} 页。")
            sheet = pdf[page - 1]
            width, height = sheet.get_size()
            image = sheet.render(scale=min(scale, _WIDEST / max(width, height, 1.0))).to_pil()
        finally:
            pdf.close()
    out = io.BytesIO()
    image.convert("P", palette=1, colors=64).save(out, "PNG")  # text needs few colours; a fifth of the bytes
    return Picture(out.getvalue(), "image/png", width, height)


def page_size(page: int, places: tuple[Place, ...]) -> tuple[float, float]:
    """A4, or larger where the text of the page reaches beyond it; the places do not tell the paper's own size."""
    boxes = [p.box for p in places if p.page == page and p.box is not None]
    return max([_A4[0], *(b[2] + 20 for b in boxes)]), max([_A4[1], *(b[3] + 20 for b in boxes)])


def _draw(version: Version, page: int) -> Picture:
    """The lines of a page where they stand, as SVG."""
    width, height = page_size(page, version.places)
    lines = []
    for p in version.places:
        if p.page != page or p.box is None:
            continue
        x0, y0, x1, y1 = p.box
        size = max(6.0, min(y1 - y0, 40.0) * 0.86)
        words = escape(version.text[p.start : p.end].replace("\n", " "))
        lines.append(
            f'<text x="{x0:.1f}" y="{y1 - (y1 - y0) * 0.18:.1f}" font-size="{size:.1f}" '
            f'textLength="{max(x1 - x0, 1):.1f}" lengthAdjust="spacingAndGlyphs">{words}</text>'
        )
    if not lines:
        raise UnreadableFile("missing", f"“{version.document}”没有第 {page} 页。")
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f"font-family=\"'Noto Serif CJK SC','Source Han Serif SC',SimSun,serif\">"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(lines)}</svg>'
    )
    return Picture(drawn.encode(), "image/svg+xml", width, height)
