"""Builds corpus/documents from corpus/sources: ``python -m corpus.build [N …]``; needs LibreOffice and poppler."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.writers.docx import write_docx
from corpus.writers.html import write_html
from corpus.writers.ofd import write_ofd
from corpus.writers.office import convert, write_pdf, write_scan
from corpus.writers.source import format_plain
from corpus.writers.xlsx import write_xlsx

HERE = Path(__file__).resolve().parent
SOURCES, DOCUMENTS, MANIFEST = HERE / "sources", HERE / "documents", HERE / "manifest.json"
_OFFICE = ("pdf", "scan", "doc", "wps")


def read_manifest() -> list[dict[str, Any]]:
    """The documents of the manifest in order of their number."""
    documents: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["documents"]
    return documents


def build_document(entry: dict[str, Any]) -> bytes:
    """The bytes of one document in the format its manifest entry names; ValueError for an unknown one."""
    source = (SOURCES / entry["source"]).read_text(encoding="utf-8")
    title, format = entry["title"], entry["format"]
    if format == "txt":
        return format_plain(source).encode("gb18030")
    if format == "html":
        return write_html(source, title=title, published=entry["issued_on"], column="政府信息公开")
    if format == "xlsx":
        return write_xlsx(source, title=title, sheet="Sheet1")
    if format == "ofd":
        return write_ofd(source, title=title)
    if format != "docx" and format not in _OFFICE:
        raise ValueError(f"清单中 {entry['file']} 的格式“{format}”没有写出程序，请改正 manifest.json。")
    automatic = bool(entry.get("automatic_numbering"))
    docx = write_docx(source, title=title, header=f"{entry['id']}　合成样例", automatic=automatic)
    if format == "docx":
        return docx
    if format in ("doc", "wps"):  # WPS 文字 itself writes the binary Word format under .wps
        return convert(docx, "doc")
    pdf = write_pdf(docx)
    return write_scan(pdf) if format == "scan" else pdf


def main(argv: Sequence[str]) -> int:
    """Write every document, or those whose numbers are given; returns the exit code."""
    wanted = {int(a) for a in argv}
    documents = [e for e in read_manifest() if not wanted or e["n"] in wanted]
    needs = [tool for tool in ("soffice", "pdftoppm") if shutil.which(tool) is None]
    if needs and any(e["format"] in _OFFICE for e in documents):
        print(f"缺少 {'、'.join(needs)}，请先安装 LibreOffice 与 poppler-utils。", file=sys.stderr)
        return 1
    for entry in documents:
        target = DOCUMENTS / entry["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        data = build_document(entry)
        target.write_bytes(data)
        print(f"SYN-{entry['n']} {entry['file']} {len(data):,} 字节", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
