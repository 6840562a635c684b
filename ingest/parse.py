"""Bytes → everything the library keeps of one document; pure: the same bytes give the same result."""

from __future__ import annotations

import hashlib

from ingest.extract import Extract
from ingest.identity import find_identity
from ingest.outline import find_clauses
from ingest.passages import find_passages
from ingest.readers.registry import read_bytes
from kb.config import Limits
from kb.records import Parsed, Span, Version


def parse_document(document: str, content: bytes, limits: Limits) -> Parsed:
    """Read and understand one file; UnreadableFile says why not."""
    return parse_extract(document, content, read_bytes(document, content, limits))


def parse_extract(document: str, content: bytes, extract: Extract) -> Parsed:
    """Understand what a reader extracted."""
    furniture = tuple(extract.furniture) + tuple(Span(b.start, b.end) for b in extract.blocks if b.kind == "furniture")
    clauses, outline_doubts = find_clauses(extract, furniture)
    identity, identity_doubts = find_identity(document, extract, clauses)
    digest = hashlib.sha256(content).hexdigest()
    version = Version(
        id=hashlib.sha256(f"{document}\0{digest}".encode()).hexdigest()[:16],
        document=document,
        text=extract.text,
        format=extract.format,
        content_hash=digest,
        identity=identity,
        clauses=clauses,
        places=extract.places,
        furniture=furniture,
        doubts=(*extract.doubts, *outline_doubts, *identity_doubts),
    )
    return Parsed(version, find_passages(version, extract.tables))
