"""Markdown and plain text: the text is the decoded file itself."""

from __future__ import annotations

import re
from itertools import pairwise

from charset_normalizer import from_bytes

from ingest.extract import Block, Cell, Extract, Table
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADING = re.compile(r"(#{1,6})\s+\S")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"\s*<!--.*-->\s*$")
_FRONT = re.compile(r"---\n.{0,4000}?\n---(?=\n)", re.S)  # front matter describes the file, it is not its text
_LOST, _LOST_SHARE = "\ufffd", 0.03  # of the characters; more is not a text with some damage
_KNOWN_SHARE = 0.8  # of the characters of a text that are Chinese, ASCII or common marks
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of a Markdown or plain file, one block a line; UnreadableFile for bytes that are no text."""
    text, encoding = decode(name, data)
    if len(text) > limits.text_characters:
        raise UnreadableFile(
            "too-large", f"“{name}”有 {len(text):,} 字，超过 {limits.text_characters:,} 字的上限，请拆分后再读入。"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise UnreadableFile("no-text", f"“{name}”中没有文字，请检查导出是否成功。")
    doubts = () if encoding != "replaced" else (Doubt("encoding", f"“{name}”的编码不能完全识别，部分字符以 � 代替。"),)
    markdown = name.lower().endswith((".md", ".markdown"))
    blocks, tables = _blocks(text, markdown)
    return Extract(text, "md" if markdown else "txt", blocks, tables, doubts=doubts)


def decode(name: str, data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: BOM first, then UTF-8, then GB18030, then what the bytes look like."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, errors="replace"), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if not _CONTROL.search(text[:4096]):
            return text, "utf-8"
    if 0 in data[:4096]:  # UTF-16 without its mark, or no text at all
        wide = _decode_wide(data)
        if wide is not None:
            return wide
        raise UnreadableFile("damaged", f"“{name}”不是文本文件（含空字节），请核对后缀或重新导出。")
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        return _decode_damaged(name, data), "replaced"


def _decode_wide(data: bytes) -> tuple[str, str] | None:
    """A text in UTF-16 of either order, told by what its characters are; None for neither."""
    for encoding in ("utf-16-le", "utf-16-be"):
        head = data[:4096].decode(encoding, errors="replace")
        known = sum(
            "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or c in "\t\n\r" or " " <= c <= "~" for c in head
        )
        if known > _KNOWN_SHARE * len(head):
            return data.decode(encoding, errors="replace"), encoding
    return None


def _decode_damaged(name: str, data: bytes) -> str:
    """A text with some broken bytes, in the encoding that loses the fewest; UnreadableFile where most is lost."""
    texts = [data.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    best = from_bytes(data[:65536]).best()
    if best is not None and best.encoding.startswith(("big5", "euc", "shift")):
        texts.append(data.decode(best.encoding, errors="replace"))
    text = min(texts, key=lambda t: t.count(_LOST))
    if text.count(_LOST) > _LOST_SHARE * len(text) or _CONTROL.search(text[:4096]):
        raise UnreadableFile("damaged", f"“{name}”的文字编码无法识别，请另存为 UTF-8 后再读入。")
    return text


def _blocks(text: str, markdown: bool) -> tuple[tuple[Block, ...], tuple[Table, ...]]:
    blocks: list[Block] = []
    tables: list[Table] = []
    rows: list[tuple[int, int]] = []

    def end_table() -> None:
        if rows:
            table = _table(text, rows)
            blocks.extend(Block("row", s, e, table=len(tables)) for s, e in rows)
            tables.append(table)
            rows.clear()

    front = _FRONT.match(text) if markdown else None
    if front is not None:
        blocks.append(Block("furniture", 0, front.end()))
    at = 0
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if front is not None and end <= front.end():
            continue
        if markdown and (_TABLE_ROW.match(line) or (rows and _TABLE_RULE.match(line))):
            if not _TABLE_RULE.match(line):
                rows.append((start, end))
            continue
        end_table()
        if not line.strip():
            continue
        heading = _HEADING.match(line) if markdown else None
        if markdown and _COMMENT.match(line):
            blocks.append(Block("furniture", start, end))
        else:
            blocks.append(
                Block("heading" if heading else "paragraph", start, end, len(heading[1]) if heading else None)
            )
    end_table()
    return tuple(blocks), tuple(tables)


def _table(text: str, rows: list[tuple[int, int]]) -> Table:
    cells = []
    for r, (start, end) in enumerate(rows):
        bars = [i for i in range(start, end) if text[i] == "|"]
        for c, (left, right) in enumerate(pairwise(bars)):
            inner = text[left + 1 : right]
            lead = len(inner) - len(inner.lstrip())
            first = left + 1 + lead
            cells.append(Cell(r, c, first, first + len(inner.strip())))
    return Table(rows[0][0], rows[-1][1], 1, tuple(cells))
