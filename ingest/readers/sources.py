"""Where files come from: folders walked, .zip archives opened; each document by its path, its bytes fetched when asked for."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.readers.package import check_members, read_member
from ingest.readers.sniff import sniff
from kb.config import Limits
from kb.errors import UnreadableFile

_UTF8_NAME = 0x800  # flag of a member whose name is UTF-8; without it Chinese programs write GBK
_RUBBISH = re.compile(r"(?:^|/)(?:__MACOSX|\.[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini)(?:/|$)", re.I)
_STEP = re.compile(r"[/\\]+")


@dataclass(frozen=True, slots=True)
class Source:
    """来源: one file to read, its bytes fetched only when asked for."""

    document: str
    root: str
    size: int
    modified: float
    load: Callable[[], bytes]


def expand(root: Path, limits: Limits) -> Iterator[Source]:
    """Every file under a folder (or the file itself), sorted by document; archives give a source a member.

    Hidden files are passed over. An archive that cannot be opened is one source, whose ``load`` says why.
    """
    if root.is_file():
        yield from _file(root, root.name, str(root.parent.resolve()), limits)
        return
    if not root.is_dir():
        raise UnreadableFile("missing", f"找不到“{root}”，请检查路径。")
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith((".", "~$")) and path.is_file():
                yield from _file(path, path.relative_to(root).as_posix(), str(root.resolve()), limits)


def _file(path: Path, document: str, root: str, limits: Limits) -> Iterator[Source]:
    info = path.stat()
    source = Source(document, root, info.st_size, info.st_mtime, path.read_bytes)
    if path.suffix.lower() == ".zip" and 0 < info.st_size <= limits.file_bytes:
        yield from _archive(source, (str(path), info.st_size, info.st_mtime), (), limits)
    else:
        yield source


def _archive(source: Source, file: tuple[str, int, float], inner: tuple[str, ...], limits: Limits) -> Iterator[Source]:
    """The members of an archive, and of archives in it down to the limit; ``inner`` leads from the file to it."""
    try:
        archive = _open(file, inner, limits)
        if archive is None:  # a .docx that is called .zip
            yield source
            return
        members = _members(archive, source.document, limits)
    except UnreadableFile as e:
        yield Source(source.document, source.root, source.size, source.modified, _failing(e))
        return
    for name, member in members:
        document = f"{source.document}/{name}"
        load = _loader(file, inner, member, document, limits)
        found = Source(document, source.root, member.file_size, source.modified, load)
        if name.lower().endswith(".zip") and member.file_size:
            if len(inner) + 1 < limits.depth:
                yield from _archive(found, file, (*inner, member.filename), limits)
                continue
            deep = UnreadableFile("too-deep", f"“{document}”在 {limits.depth} 层压缩包之内，请解压后再读入。")
            found = Source(document, source.root, member.file_size, source.modified, _failing(deep))
        yield found


@lru_cache(maxsize=2)
def _open(file: tuple[str, int, float], inner: tuple[str, ...], limits: Limits) -> zipfile.ZipFile | None:
    """An archive on disk, or one inside it; None where its bytes are a document's. Kept open while its members are read."""
    name = "/".join((Path(file[0]).name, *inner))
    try:
        if not inner:
            with Path(file[0]).open("rb") as stream:
                head = stream.read(4)
            if not head.startswith(b"PK"):
                return None
            archive = zipfile.ZipFile(file[0])
            size = file[1]
        else:
            outer = _open(file, inner[:-1], limits)
            if outer is None:
                return None
            data = read_member(outer, inner[-1], name)
            if sniff(name, data) != "zip":
                return None
            archive, size = zipfile.ZipFile(io.BytesIO(data)), len(data)
    except (zipfile.BadZipFile, OSError, ValueError) as e:
        raise UnreadableFile("damaged", f"“{name}”已损坏或不完整（{e}），请重新下载或打包。") from e
    if {"word/document.xml", "xl/workbook.xml", "OFD.xml", "mimetype"} & set(archive.namelist()):
        return None
    check_members(name, archive.infolist(), size, limits)
    return archive


def _members(archive: zipfile.ZipFile, name: str, limits: Limits) -> Sequence[tuple[str, zipfile.ZipInfo]]:
    """The files of an archive by their clean names, sorted; rubbish of file systems left out."""
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        clean = _clean(_decoded(member))
        if member.is_dir() or not clean or _RUBBISH.search(clean):
            continue
        found.setdefault(clean, member)
    if not found:
        raise UnreadableFile("empty", f"压缩包“{name}”中没有文件，请重新打包。")
    return sorted(found.items())


def _decoded(member: zipfile.ZipInfo) -> str:
    """The name of a member; without the flag of UTF-8 it is UTF-8 or GBK that was read as CP437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _clean(name: str) -> str:
    """A path that stays below its archive, whatever it claims: no root, drive or step upwards."""
    steps = _STEP.split(re.sub(r"^[A-Za-z]:", "", name).replace("\0", ""))
    return "/".join(s for s in steps if s not in ("", ".", ".."))


def _loader(
    file: tuple[str, int, float], inner: tuple[str, ...], member: zipfile.ZipInfo, document: str, limits: Limits
) -> Callable[[], bytes]:
    def load() -> bytes:
        if member.flag_bits & 1:
            raise UnreadableFile("encrypted", f"“{document}”设有解压密码，请去掉密码重新打包。")
        archive = _open(file, inner, limits)
        if archive is None:
            raise UnreadableFile("damaged", f"“{document}”所在的压缩包已被替换，请重新读入。")
        return read_member(archive, member.filename, document)

    return load


def _failing(error: UnreadableFile) -> Callable[[], bytes]:
    def load() -> bytes:
        raise error

    return load
