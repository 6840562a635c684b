"""Which reader reads what: sniffs the bytes, checks the bounds, walks folders and archives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath

from ingest.extract import Extract
from kb.config import Limits
from kb.errors import UnreadableFile

# Suffix -> module in ingest.readers with ``read(data, limits) -> Extract``; imported when first needed.
READERS = {
    ".md": "text", ".markdown": "text", ".txt": "text",
    ".html": "html", ".htm": "html",
    ".docx": "docx", ".xlsx": "xlsx", ".csv": "xlsx",
    ".pdf": "pdf", ".ofd": "ofd",
    ".doc": "office", ".wps": "office", ".rtf": "office", ".odt": "office", ".xls": "office", ".et": "office",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """来源: one file to read, its bytes fetched only when asked for."""

    document: str
    root: str
    size: int
    modified: float
    load: Callable[[], bytes]


def read_bytes(name: str, data: bytes, limits: Limits) -> Extract:
    """The text, blocks and tables of one file; UnreadableFile says why not."""
    if not data:
        raise UnreadableFile("empty", f"“{name}”是空文件（0 字节），请重新导出后再上传。")
    if len(data) > limits.file_bytes:
        raise UnreadableFile(
            "too-large", f"“{name}”有 {len(data) >> 20} MB，超过 {limits.file_bytes >> 20} MB 的上限，请拆分后再读入。"
        )
    suffix = PurePosixPath(name).suffix.lower()
    module = READERS.get(suffix)
    if module is None:
        known = " ".join(sorted(READERS))
        raise UnreadableFile("unsupported", f"“{name}”的格式 {suffix or '（无后缀）'} 不能读取；可读：{known}。")
    reader: Callable[[str, bytes, Limits], Extract] = import_module(f"ingest.readers.{module}").read
    return reader(name, data, limits)


def expand(root: Path, limits: Limits) -> Iterator[Source]:
    """Every file under a folder (or the file itself), sorted by document; hidden files are passed over."""
    if root.is_file():
        yield _source(root, root.name, str(root.parent.resolve()))
        return
    if not root.is_dir():
        raise UnreadableFile("missing", f"找不到“{root}”，请检查路径。")
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith((".", "~$")) and path.is_file():
                yield _source(path, path.relative_to(root).as_posix(), str(root.resolve()))


def _source(path: Path, document: str, root: str) -> Source:
    info = path.stat()
    return Source(document, root, info.st_size, info.st_mtime, path.read_bytes)
