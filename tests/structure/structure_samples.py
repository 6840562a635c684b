"""Extracts built from text, as the reader of plain text gives them: one block a line."""

from __future__ import annotations

from ingest.extract import Block, Extract
from ingest.identity import find_identity
from ingest.outline import find_clauses
from ingest.readers.registry import read_bytes
from kb.config import Limits
from kb.records import Clause, Doubt, Version


def extract_of(text: str, *, name: str = "示例.md") -> Extract:
    """What the text reader makes of a Markdown text."""
    return read_bytes(name, text.encode(), Limits())


def centred(lines: list[tuple[str, bool]]) -> Extract:
    """Paragraphs, some of which the source centres."""
    blocks, at = [], 0
    for words, middle in lines:
        blocks.append(Block("paragraph", at, at + len(words), centred=middle))
        at += len(words) + 1
    return Extract("\n".join(words for words, _ in lines), "docx", tuple(blocks))


def clauses_of(text: str) -> tuple[tuple[Clause, ...], tuple[Doubt, ...]]:
    return find_clauses(extract_of(text))


def version_of(text: str, document: str = "示例.md") -> Version:
    extract = extract_of(text, name=document)
    clauses, doubts = find_clauses(extract)
    identity, _ = find_identity(document, extract, clauses)
    return Version("v", document, text, extract.format, "h", identity, clauses, doubts=doubts)
