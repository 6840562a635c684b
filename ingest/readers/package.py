"""Zip packages (docx, ofd, xlsx): opened within bounds, their XML parsed without entities or network."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from kb.config import Limits
from kb.errors import UnreadableFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_package(name: str, data: bytes, limits: Limits) -> zipfile.ZipFile:
    """A zip whose unpacked size, ratio and member count are within the limits; UnreadableFile otherwise."""
    if data.startswith(_OLE):
        raise UnreadableFile(
            "encrypted", f"“{name}”已加密或实为旧版 Office 文件，请去掉打开密码、另存为 .docx 后再读入。"
        )
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        members = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as e:
        raise UnreadableFile("damaged", f"“{name}”已损坏或不完整（{e}），请重新下载或导出。") from e
    unpacked = sum(m.file_size for m in members)
    if (
        len(members) > limits.members
        or unpacked > limits.unpacked_bytes
        or unpacked > limits.unpack_ratio * max(len(data), 10_000)
    ):
        raise UnreadableFile(
            "too-large", f"“{name}”解压后有 {unpacked >> 20} MB、{len(members)} 个成员，疑似压缩炸弹，已拒绝读取。"
        )
    if any(m.flag_bits & 1 for m in members):
        raise UnreadableFile("encrypted", f"“{name}”设有密码，请去掉密码后再读入。")
    return package


def read_xml(package: zipfile.ZipFile, member: str, name: str, limits: Limits) -> etree._Element:
    """The root of one XML member; UnreadableFile for entities, too deep nesting or broken XML."""
    try:
        data = package.read(member)
    except KeyError:
        raise UnreadableFile("damaged", f"“{name}”缺少 {member}，文件不完整，请重新导出。") from None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as e:
        raise UnreadableFile("damaged", f"“{name}”的 {member} 已损坏（{e}），请重新下载或导出。") from e
    except Exception as e:
        if type(e).__module__ != "zlib":
            raise
        raise UnreadableFile("damaged", f"“{name}”的 {member} 已损坏，请重新下载或导出。") from e
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise UnreadableFile("forbidden", f"“{name}”含有 XML 实体声明，可能有害，已拒绝读取；请用 Office 另存后再试。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        code = "too-deep" if "depth" in str(e) else "damaged"
        raise UnreadableFile(code, f"“{name}”的 {member} 不能解析（{e.msg}），请用 Office 另存后再试。") from e
