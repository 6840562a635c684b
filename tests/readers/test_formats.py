"""One text in every format an office has gives the same clauses."""

from __future__ import annotations

import re
import shutil
from difflib import SequenceMatcher

import pytest

from corpus.build import SOURCES, read_manifest
from corpus.writers.docx import write_docx
from corpus.writers.html import write_html
from corpus.writers.ofd import write_ofd
from corpus.writers.office import convert, write_pdf, write_scan
from corpus.writers.source import format_plain
from ingest.parse import parse_document
from kb.config import Limits
from kb.records import Version

NEEDS_OFFICE = pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdftoppm") is None, reason="要借助 LibreOffice 与 poppler 写出"
)
Unit = tuple[str, str, str, str]


def write(n: int, format: str) -> bytes:
    entry = read_manifest()[n - 1]
    source, title = (SOURCES / entry["source"]).read_text(encoding="utf-8"), entry["title"]
    if format == "txt":
        return format_plain(source).encode("gb18030")
    if format == "md":
        return format_plain(source).encode()
    if format == "html":
        return write_html(source, title=title, published=entry["issued_on"], column="政府信息公开")
    if format == "ofd":
        return write_ofd(source, title=title)
    docx = write_docx(source, title=title, header=f"{entry['id']}　合成样例", automatic=format == "docx" and n == 1)
    if format == "docx":
        return docx
    if format in ("doc", "rtf", "odt"):
        return convert(docx, format)
    return write_scan(write_pdf(docx)) if format == "scan" else write_pdf(docx)


def read(n: int, format: str) -> Version:
    suffix = {"scan": "pdf"}.get(format, format)
    return parse_document(f"样例.{suffix}", write(n, format), Limits()).version


def units(version: Version) -> list[Unit]:
    """Kind, label, title and words of every clause, without white space and page furniture."""
    kept = list(version.text)
    for span in version.furniture:
        kept[span.start : span.end] = " " * (span.end - span.start)
    text = "".join(kept)
    return [(c.kind, c.label, squeeze(c.title), squeeze(text[c.start : c.end])) for c in version.clauses]


def squeeze(words: str) -> str:
    return re.sub(r"\s", "", words)


# 1 is a regulation whose articles and items Word counts itself, 8 a 办法 with a cover notice, 13 a standard of lists.
CASES = [(n, format) for n in (1, 8, 13) for format in ("docx", "html", "ofd", "md")]
CASES += [pytest.param(*c, marks=NEEDS_OFFICE) for c in ((1, "pdf"), (8, "pdf"), (13, "pdf"), (1, "doc"), (8, "rtf"))]


@pytest.mark.parametrize(("n", "format"), CASES)
def test_the_clauses_are_those_of_the_plain_text(n: int, format: str) -> None:
    plain, other = read(n, "txt"), read(n, format)
    assert units(other) == units(plain)
    assert len(plain.clauses) > 20
    assert (other.identity.doc_number, other.identity.effective_on, squeeze(other.identity.title)) == (
        plain.identity.doc_number,
        plain.identity.effective_on,
        squeeze(plain.identity.title),
    )


@NEEDS_OFFICE
@pytest.mark.slow
def test_a_scan_gives_the_same_clauses_with_one_character_in_a_hundred_wrong_at_most() -> None:
    plain, scan = units(read(13, "txt")), units(read(13, "scan"))
    assert [u[:2] for u in scan] == [u[:2] for u in plain]
    wanted, found = ("".join(u[2] + u[3] for u in us) for us in (plain, scan))
    changes = SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes()
    wrong = sum(max(j - i, b - a) for what, i, j, a, b in changes if what != "equal")
    assert wrong <= len(wanted) / 100
