"""Zip packages (docx, ofd, xlsx): opened within bounds, their XML parsed without entities or network."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from kb.config import Limits
from kb.errors import UnreadableFile

_SMALL = 10_000  # bytes; the ratio of a smaller file says nothing
_HEAD = 8192  # bytes in which a document type must stand: it comes before the first element
_BROKEN = (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error)


def open_package(name: str, data: bytes, limits: Limits) -> zipfile.ZipFile:
    """A zip whose unpacked size, ratio and member count are within the limits; UnreadableFile otherwise."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (*_BROKEN, IndexError, KeyError) as e:
        raise UnreadableFile("damaged", f"“{name}”已损坏或不完整（{e}），请重新下载或导出。") from e
    check_members(name, package.infolist(), len(data), limits)
    if any(m.flag_bits & 1 for m in package.infolist()):
        raise UnreadableFile("encrypted", f"“{name}”设有密码，请去掉密码后再读入。")
    return package


def check_members(name: str, members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """UnreadableFile for a zip that unpacks to more than the limits; what a member unpacks to beyond its own word is cut."""
    unpacked = sum(m.file_size for m in members)
    if (
        len(members) > limits.members
        or unpacked > limits.unpacked_bytes
        or unpacked > limits.unpack_ratio * max(size, _SMALL)
    ):
        raise UnreadableFile(
            "too-large", f"“{name}”解压后有 {unpacked >> 20} MB、{len(members)} 个成员，疑似压缩炸弹，已拒绝读取。"
        )


def read_member(package: zipfile.ZipFile, member: str, name: str) -> bytes:
    """The bytes of one member; UnreadableFile for a missing or broken one."""
    try:
        return package.read(member)
    except KeyError:
        raise UnreadableFile("damaged", f"“{name}”缺少 {member}，文件不完整，请重新导出。") from None
    except _BROKEN as e:
        raise UnreadableFile("damaged", f"“{name}”的 {member} 已损坏（{e}），请重新下载或导出。") from e


def forbid_entities(package: zipfile.ZipFile, name: str) -> None:
    """UnreadableFile where an XML member of a package that another library reads declares a document type."""
    for member in package.namelist():
        if not member.lower().endswith((".xml", ".rels")):
            continue
        try:
            with package.open(member) as stream:
                head = stream.read(_HEAD)
        except _BROKEN as e:
            raise UnreadableFile("damaged", f"“{name}”的 {member} 已损坏（{e}），请重新下载或导出。") from e
        plain = head.replace(b"\0", b"")  # UTF-16
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise UnreadableFile(
                "forbidden", f"“{name}”含有 XML 实体声明，可能有害，已拒绝读取；请用 Office 另存后再试。"
            )


def read_xml(package: zipfile.ZipFile, member: str, name: str, limits: Limits) -> etree._Element:
    """The root of one XML member; UnreadableFile for entities, too deep nesting or broken XML."""
    data = read_member(package, member, name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableFile("forbidden", f"“{name}”含有 XML 实体声明，可能有害，已拒绝读取；请用 Office 另存后再试。")
    # libxml2 itself stops at 256 levels and at texts of 10 MB.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        code = "too-deep" if "depth" in str(e).lower() else "damaged"
        raise UnreadableFile(code, f"“{name}”的 {member} 不能解析（{e.msg}），请用 Office 另存后再试。") from e
    if root.getroottree().docinfo.internalDTD is not None:  # a declaration in UTF-16 is not seen in the bytes
        raise UnreadableFile(
            "forbidden", f"“{name}”含有 XML 文档类型声明，可能有害，已拒绝读取；请用 Office 另存后再试。"
        )
    return root
