"""Pictures of pages (.png .jpg .tif .bmp .webp): read by OCR, a .tif of several pages page by page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any

from ingest.extract import Extract
from ingest.readers.layout import lay_out
from ingest.readers.lines import Grid, Line
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

_DPI = 150.0  # of a picture that does not say; a smaller figure is the screen's, not the scanner's
_PIXELS = 120_000_000  # of one page: A3 at 600 dpi is 70 million; a compressed bomb claims more
_SIDE = 4_000  # pixels of the longer side; more tells recognition nothing


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of a picture; UnreadableFile says why not."""
    return read_pages(name, (data,), limits, "image")


def read_pages(name: str, files: Iterable[bytes], limits: Limits, format: str) -> Extract:
    """The text of pictures one after another."""
    from ingest.readers.ocr import Recogniser

    asked: list[Future[list[Line | Grid]]] = []
    sizes: dict[int, tuple[float, float]] = {}
    doubts: list[Doubt] = []
    with Recogniser() as recogniser:
        for number, (image, scale) in enumerate((p for data in files for p in decode(name, data)), start=1):
            if number > limits.ocr_pages:
                doubts.append(Doubt("ocr-limit", f"图片超过 {limits.ocr_pages} 页，第 {number} 页起未识别。"))
                break
            sizes[number] = (image.shape[1] / scale, image.shape[0] / scale)
            asked.append(recogniser.ask(image, number, scale))
        items = [item for future in asked for item in future.result()]
    if not items:
        raise UnreadableFile("no-text", f"“{name}”中没有认出文字，请确认图片清晰、方向端正后再读入。")
    doubts.append(Doubt("ocr", f"共 {len(sizes)} 页图片，文字由识别得来，引用前请核对原件。"))
    return lay_out(items, format, sizes, doubts)


def decode(name: str, data: bytes) -> Iterator[tuple[Any, float]]:
    """Every page as grey pixels, with its pixels a point."""
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as file:
            for frame in ImageSequence.Iterator(file):
                if frame.width * frame.height > _PIXELS:
                    raise UnreadableFile(
                        "too-large", f"“{name}”有 {frame.width}×{frame.height} 像素，请缩小到 300 dpi 后再读入。"
                    )
                dpi = float(frame.info.get("dpi", (_DPI,))[0] or _DPI)
                page = ImageOps.exif_transpose(frame).convert("RGB")
                scale = max(dpi, _DPI) / 72 if dpi >= 100 else _DPI / 72
                if max(page.size) > _SIDE:
                    scale *= _SIDE / max(page.size)
                    page.thumbnail((_SIDE, _SIDE))
                yield np.asarray(page)[:, :, ::-1], scale
    except UnreadableFile:
        raise
    except Exception as e:  # Pillow raises many kinds for broken pictures
        raise UnreadableFile("damaged", f"“{name}”不是完整的图片（{type(e).__name__}），请重新导出。") from e
