"""The file a document was read from: its bytes, and pictures of its pages for who wants to see the quote in place."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from PIL import Image

from ingest.readers.image import decode
from ingest.readers.sources import expand
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Place, Version

_WIDEST = 2_400  # pixels; a plan on A0 would otherwise take 100 MB
_A4 = (595.0, 842.0)  # points
_COLOURS = 64  # enough for print, and a fifth of the bytes
_PDFIUM = Lock()  # pdfium is not made for threads
PAGED = ("pdf", "ofd", "image")  # formats whose pages can be pictured


class Picture(NamedTuple):
    """页面图: one page as an image."""

    content: bytes
    media_type: str


def load_original(root: str, document: str, limits: Limits) -> bytes:
    """The bytes of the file, or of the archive's member, that a document was read from; UnreadableFile if it is gone."""
    folder = Path(root)
    path = folder / document
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnreadableFile("forbidden", f"“{document}”不在来源文件夹内，不能打开。")
    if path.is_file():
        return path.read_bytes()
    archive = next((p for p in path.parents if p != folder and p.is_file()), None)
    if archive is not None:
        inside = path.relative_to(archive.parent).as_posix()
        for source in expand(archive, limits):
            if source.document == inside:
                return source.load()
    raise UnreadableFile("missing", f"“{document}”的原件已不在原处，正文仍可阅读；需要原件请联系文库管理员。")


def find_sizes(version: Version, content: bytes, pages: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Page → its size in points, of those pages that there are."""
    if version.format == "pdf":
        with _open(version.document, content) as pdf:
            return {n: pdf[n - 1].get_size() for n in pages if 1 <= n <= len(pdf)}
    if version.format == "image":
        found = {}
        for n, (image, scale) in enumerate(decode(version.document, content), 1):
            found[n] = (image.shape[1] / scale, image.shape[0] / scale)
        return {n: found[n] for n in pages if n in found}
    return {n: _text_size(n, version.places) for n in pages}


def draw_page(version: Version, content: bytes, page: int, scale: float) -> Picture:
    """A page (from 1) of a PDF or of a picture as it is; of an OFD its text drawn where it stands."""
    if version.format == "pdf":
        return _render(version.document, content, page, scale)
    if version.format == "image":
        found = next(islice(decode(version.document, content), page - 1, page), None)
        if found is None:
            raise UnreadableFile("missing", f"“{version.document}”没有第 {page} 页。")
        return _encode(Image.fromarray(found[0][:, :, ::-1]))
    return _draw(version, page)


@contextmanager
def _open(document: str, content: bytes) -> Iterator[Any]:
    with _PDFIUM:
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as e:
            raise UnreadableFile("damaged", f"“{document}”的原件打不开（{e}），请重新上传。") from e
        try:
            yield pdf
        finally:
            pdf.close()


def _render(document: str, content: bytes, page: int, scale: float) -> Picture:
    with _open(document, content) as pdf:
        if not 1 <= page <= len(pdf):
            raise UnreadableFile("missing", f"“{document}”没有第 {page} 页，共 {len(pdf)} 页。")
        sheet = pdf[page - 1]
        width, height = sheet.get_size()
        image = sheet.render(scale=min(scale, _WIDEST / max(width, height, 1.0))).to_pil()
    return _encode(image)


def _encode(image: Image.Image) -> Picture:
    image.thumbnail((_WIDEST, _WIDEST))
    out = io.BytesIO()
    image.convert("RGB").quantize(_COLOURS).save(out, "PNG")
    return Picture(out.getvalue(), "image/png")


def _text_size(page: int, places: Sequence[Place]) -> tuple[float, float]:
    """A4, or larger where the text of the page reaches beyond it; the places do not tell the paper's own size."""
    boxes = [p.box for p in places if p.page == page and p.box is not None]
    return max([_A4[0], *(b[2] + 20 for b in boxes)]), max([_A4[1], *(b[3] + 20 for b in boxes)])


def _draw(version: Version, page: int) -> Picture:
    """The lines of a page where they stand, as SVG."""
    width, height = _text_size(page, version.places)
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
    return Picture(drawn.encode(), "image/svg+xml")
