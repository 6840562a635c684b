"""Bytes → Parsed: pure, the same bytes always give the same result."""

from __future__ import annotations

import hashlib

from ingest.clean import find_furniture
from ingest.duties import find_duties
from ingest.duty.units import find_units
from ingest.extract import Extract
from ingest.figures import find_figures
from ingest.identity import find_identity
from ingest.lineage import find_acts
from ingest.outline import find_clauses
from ingest.passages import find_passages
from ingest.readers.registry import read_bytes
from ingest.references import find_references
from ingest.requirements import find_requirements
from kb.config import Limits
from kb.records import Parsed, Version


def parse_document(document: str, content: bytes, limits: Limits) -> Parsed:
    """One file's bytes as everything the library stores of it; raises UnreadableFile."""
    return parse_extract(document, content, read_bytes(document, content, limits))


def parse_extract(document: str, content: bytes, extract: Extract) -> Parsed:
    """What a reader made of ``content``, understood: clauses, identity, references, passages, records."""
    furniture, damage = find_furniture(extract)
    clauses, numbering = find_clauses(extract, furniture)
    identity, contradictions = find_identity(document, extract, clauses)
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
        references=find_references(extract.text, clauses),
        doubts=(*extract.doubts, *contradictions, *numbering, *damage),
    )
    units = tuple(find_units(version, extract.tables))  # read once for the three kinds of record
    return Parsed(
        version,
        passages=find_passages(version, extract.tables),
        duties=find_duties(version, extract.tables, units),
        requirements=find_requirements(version, extract.tables, units),
        figures=find_figures(version, extract.tables, units),
        acts=find_acts(version),
    )
