"""What LibreOffice and poppler make of a Word file: PDF, scanned PDF, and the old binary .doc."""

from __future__ import annotations

import random
import re
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageFilter

_DPI = 150
_SEED = 20150612
_INFO_DATE = re.compile(rb"(/(?:CreationDate|ModDate)\s*\(D:)\d{14}")
_FILE_ID = re.compile(rb"(/ID\s*\[\s*)<[0-9A-F]{32}>(\s*)<[0-9A-F]{32}>")
_CHECKSUM = re.compile(rb"(/DocChecksum\s*/)[0-9A-F]{32}")


def convert(docx: bytes, target: str) -> bytes:
    """The Word file as ``pdf`` or ``doc`` by LibreOffice, under a profile of its own."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(docx)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", target,
             "--outdir", folder, str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return source.with_suffix(f".{target}").read_bytes()


def write_pdf(docx: bytes) -> bytes:
    """A PDF with a text layer; dates and ids are overwritten in place, so that offsets stay."""
    data = convert(docx, "pdf")
    data = _INFO_DATE.sub(rb"\g<1>20260101000000", data)
    data = _CHECKSUM.sub(rb"\g<1>" + b"0" * 32, data)
    zeros = b"<" + b"0" * 32 + b">"
    return _FILE_ID.sub(rb"\g<1>" + zeros + rb"\g<2>" + zeros, data)


def write_scan(pdf: bytes) -> bytes:
    """Images only: grey pages, a little turned, blurred and speckled, as from an office scanner."""
    chance = random.Random(_SEED)  # noqa: S311
    with TemporaryDirectory() as folder:
        source = Path(folder) / "pages.pdf"
        source.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", str(_DPI), "-gray", str(source), str(Path(folder) / "page")], check=True, timeout=180
        )
        pages = [_worn(Image.open(p), chance) for p in sorted(Path(folder).glob("page*.pgm"))]
    buffer = BytesIO()
    pages[0].save(
        buffer, "PDF", save_all=True, append_images=pages[1:], resolution=float(_DPI), quality=60,
        creationDate=None, modDate=None, producer="合成样例",
    )  # fmt: skip
    return buffer.getvalue()


def _worn(page: Image.Image, chance: random.Random) -> Image.Image:
    turned = page.convert("L").rotate(chance.uniform(-0.5, 0.5), resample=Image.Resampling.BICUBIC, fillcolor=250)
    soft = turned.filter(ImageFilter.GaussianBlur(0.4))
    pixels = soft.load()
    assert pixels is not None
    for _ in range(soft.width * soft.height // 4000):
        x, y = chance.randrange(soft.width), chance.randrange(soft.height)
        pixels[x, y] = chance.randrange(90, 220)
    return soft
