"""How fast each format is read, beside what a user would pick instead; and how much of the source comes back.

    python benchmarks/reading_speed.py [--json] [--scans]

Reads the demo corpus (each file as often as fills a second of CPU) and a PDF of 500 pages made from it. Times are CPU
seconds of this process, so that a busy machine does not distort them; LibreOffice, a program of its own, is timed by
the clock. ``kept`` is the share of the source's characters that comes back in order (difflib), page furniture and all.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pypdfium2

from corpus.build import DOCUMENTS, SOURCES, read_manifest
from corpus.writers.source import format_plain
from ingest.parse import parse_extract
from ingest.readers.registry import read_bytes
from kb.config import Limits

LIMITS = Limits()
SECONDS = 1.0
Read = Callable[[bytes], str]


def demo(n: int) -> tuple[str, bytes, str]:
    entry = read_manifest()[n - 1]
    source = format_plain((SOURCES / entry["source"]).read_text(encoding="utf-8"))
    return Path(entry["file"]).name, (DOCUMENTS / entry["file"]).read_bytes(), re.sub(r"\s", "", source)


def ours(name: str) -> Read:
    return lambda data: read_bytes(name, data, LIMITS).text


def python_docx(data: bytes) -> str:
    from docx import Document

    document = Document(io.BytesIO(data))
    rows = ["\t".join(c.text for c in r.cells) for t in document.tables for r in t.rows]
    return "\n".join([*(p.text for p in document.paragraphs), *rows])


def pdfminer(data: bytes) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(io.BytesIO(data))


def plumber(data: bytes) -> str:
    import pdfplumber

    out = []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            out.append(page.extract_text() or "")
            out += ["\t".join(c or "" for c in row) for t in page.extract_tables() for row in t]
    return "\n".join(out)


def selectolax_text(data: bytes) -> str:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(data.decode()).body
    return body.text(separator="\n") if body is not None else ""


def openpyxl_values(data: bytes) -> str:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return "\n".join("\t".join(str(v or "") for v in row) for s in book for row in s.iter_rows(values_only=True))


def calamine_values(data: bytes) -> str:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = (book.get_sheet_by_name(n).to_python() for n in book.sheet_names)
    return "\n".join("\t".join(map(str, row)) for sheet in sheets for row in sheet)


def charset(data: bytes) -> str:
    from charset_normalizer import from_bytes

    return str(from_bytes(data).best())


def rapid(data: bytes) -> str:
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})
    out = []
    for page in pypdfium2.PdfDocument(data):
        result = engine(page.render(scale=200 / 72).to_numpy())
        out += result.txts or ()
    return "\n".join(out)


# (what, number in the corpus, other readers)
CASES: list[tuple[str, int, dict[str, Read]]] = [
    ("docx, 条由 Word 编号", 1, {"python-docx": python_docx}),
    ("docx, 合并单元格的表", 11, {"python-docx": python_docx}),
    ("pdf, 文字", 2, {"pdfminer": pdfminer, "pdfplumber": plumber}),
    ("pdf, 跨页表", 22, {"pdfminer": pdfminer, "pdfplumber": plumber}),
    ("html", 5, {"selectolax（整页文字）": selectolax_text}),
    ("xlsx", 12, {"openpyxl": openpyxl_values, "calamine": calamine_values}),
    ("ofd", 14, {}),
    ("txt, GB18030", 15, {"charset-normalizer": charset}),
]


def time_reader(read: Read, data: bytes) -> tuple[float, str]:
    """CPU seconds of one reading, and its text; the first, which imports, is not counted."""
    text = read(data)
    rounds, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        read(data)
        rounds += 1
    return (time.process_time() - began) / rounds, text


def kept(source: str, text: str) -> float:
    found = re.sub(r"\s", "", text)
    blocks = SequenceMatcher(None, source, found, autojunk=False).get_matching_blocks()
    return round(sum(b.size for b in blocks) / len(source), 4)


def row(
    what: str, reader: str, seconds: float, data: bytes, text: str, source: str, pages: int | None
) -> dict[str, Any]:
    return {
        "what": what,
        "reader": reader,
        "ms": round(seconds * 1000, 2),
        "mb_per_s": round(len(data) / seconds / 1e6, 2),
        "characters_per_s": round(len(text) / seconds),
        "pages_per_s": round(pages / seconds, 1) if pages else None,
        "kept": kept(source, text) if source else None,
    }


def pages_of(name: str, data: bytes) -> int | None:
    return len(pypdfium2.PdfDocument(data)) if name.endswith(".pdf") else None


def measure_formats() -> list[dict[str, Any]]:
    rows = []
    for what, n, others in CASES:
        name, data, source = demo(n)
        pages = pages_of(name, data)
        for reader, read in {"dingze": ours(name), **others}.items():
            seconds, text = time_reader(read, data)
            rows.append(row(what, reader, seconds, data, text, source, pages))
    return rows


def measure_long_pdf() -> list[dict[str, Any]]:
    """500 pages: reading alone, and reading with the structure of the text."""
    _, data, _ = demo(2)
    made, part = pypdfium2.PdfDocument.new(), pypdfium2.PdfDocument(data)
    while len(made) < 500:
        made.import_pages(part)
    buffer = io.BytesIO()
    made.save(buffer)
    whole, pages = buffer.getvalue(), len(made)
    began = time.process_time()
    extract = read_bytes("长.pdf", whole, LIMITS)
    seconds = time.process_time() - began
    began = time.process_time()
    parse_extract("长.pdf", whole, extract)
    understood = time.process_time() - began
    began = time.process_time()
    other = pdfminer(whole)
    miner = time.process_time() - began
    return [
        row(f"pdf, {pages} 页", "dingze", seconds, whole, extract.text, "", pages),
        row(f"pdf, {pages} 页，结构与记录", "dingze", understood, whole, extract.text, "", pages),
        row(f"pdf, {pages} 页", "pdfminer", miner, whole, other, "", pages),
    ]


def measure_scan() -> list[dict[str, Any]]:
    name, data, source = demo(3)
    rows = []
    for reader, read in {"dingze": ours(name), "rapidocr 默认": rapid}.items():
        read(data)
        began = time.process_time()
        text = read(data)
        seconds = time.process_time() - began
        rows.append(row("扫描 pdf", reader, seconds, data, text, source, pages_of(name, data)))
    return rows


def measure_office() -> list[dict[str, Any]]:
    """Old Word files one by one, and eight of them converted ahead in one run (by the clock)."""
    from dataclasses import replace

    from ingest.readers.office import convert_ahead

    name, data, source = demo(7)
    began = time.perf_counter()
    text = read_bytes(name, data, LIMITS).text
    single = time.perf_counter() - began
    # Bytes behind the end of the container make each file another one without changing what it says.
    files = [(f"{n}.doc", data + bytes([n])) for n in range(8)]
    with tempfile.TemporaryDirectory() as folder:
        limits = replace(LIMITS, converted=Path(folder))
        began = time.perf_counter()
        convert_ahead(files, Path(folder), limits)
        for other, content in files:
            read_bytes(other, content, limits)
        batch = (time.perf_counter() - began) / len(files)
    return [
        row("doc, 逐个转换", "dingze", single, data, text, source, None),
        row("doc, 八个一次转换", "dingze", batch, data, text, source, None),
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--json", action="store_true")
    options.add_argument("--scans", action="store_true", help="also the scan and the old formats, which take longer")
    args = options.parse_args()
    rows = measure_formats() + measure_long_pdf()
    if args.scans:
        rows += measure_scan()
        rows += measure_office() if shutil.which("soffice") else []
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    first = {r["what"]: r["ms"] for r in reversed(rows) if r["reader"] == "dingze"}
    for r in rows:
        ratio = r["ms"] / first.get(r["what"], r["ms"])
        pages = f"{r['pages_per_s']:>8} 页/秒" if r["pages_per_s"] else " " * 12
        back = f"原文 {r['kept']:.2%}" if r["kept"] is not None else ""
        print(
            f"{r['what']:<18}{r['reader']:<20}{r['ms']:>10} ms  ×{ratio:<6.2f}{r['characters_per_s']:>12,} 字/秒{pages}  {back}"
        )


if __name__ == "__main__":
    main()
