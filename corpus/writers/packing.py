"""Zip containers that come out the same every time: sorted as written, one fixed date, no host marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

STAMP = (2026, 1, 1, 0, 0, 0)
_CORE_DATE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A zip of the parts in their order."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = ZipInfo(name, STAMP)
            info.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def repack(data: bytes) -> bytes:
    """An Office file with every date in it fixed."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    core = "docProps/core.xml"
    if core in parts:
        parts[core] = _CORE_DATE.sub(rb"\g<1>2026-01-01T00:00:00Z\g<2>", parts[core])
    return pack(parts)
