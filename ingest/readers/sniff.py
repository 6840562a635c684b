"""What a file is by its bytes, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

# Suffix → format. A format is what a reader of that name reads, see registry.
SUFFIXES = {
    ".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt", ".csv": "csv", ".tsv": "csv",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html", ".mht": "mht", ".mhtml": "mht",
    ".docx": "docx", ".docm": "docx", ".dotx": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".pdf": "pdf", ".ofd": "ofd", ".zip": "zip",
    ".doc": "doc", ".dot": "doc", ".wps": "doc", ".wpt": "doc", ".rtf": "rtf", ".odt": "odt",
    ".xls": "xls", ".et": "xls", ".ett": "xls", ".ods": "ods",
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".tif": "image", ".tiff": "image", ".bmp": "image",
    ".webp": "image",
}  # fmt: skip
_TEXTS = ("md", "txt", "csv")
NAMES = {
    "md": "Markdown", "txt": "纯文本", "csv": "CSV 表", "html": "网页", "mht": "单文件网页", "docx": "Word 文档（.docx）",
    "xlsx": "Excel 工作簿（.xlsx）", "pdf": "PDF", "ofd": "OFD", "zip": "压缩包", "doc": "旧版 Word 或 WPS 文字", "rtf": "RTF",
    "odt": "OpenDocument 文字", "xls": "旧版 Excel 或 WPS 表格", "ods": "OpenDocument 表格", "image": "图片",
    "ppt": "演示文稿", "rar": "RAR 压缩包", "7z": "7z 压缩包", "gzip": "gzip 压缩文件", "encrypted": "加密的 Office 文件",
    "program": "程序文件", "media": "音像文件", "binary": "二进制文件",
}  # fmt: skip
_MAGIC = (
    (b"%PDF-", "pdf"), (b"{\\rtf", "rtf"), (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff", "image"), (b"II*\x00", "image"),
    (b"MM\x00*", "image"), (b"BM", "bmp"), (b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"),
    (b"MZ", "program?"), (b"\x7fELF", "program"), (b"ID3", "media"), (b"GIF8", "image"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"),
                ("PowerPoint Document", "ppt"), ("WpsContents", "doc"))  # fmt: skip
_PARTS = (
    ("OFD.xml", "ofd"),
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "ppt"),
)
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "ppt",
}
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)
_WORD_XML = re.compile(rb"progid=\"(Word|Excel)\.|<w:wordDocument|<pkg:package", re.I)
_HEAD = 4096


def suffix_format(name: str) -> str | None:
    """The format that a name's suffix stands for."""
    return SUFFIXES.get(PurePosixPath(name).suffix.lower())


def sniff(name: str, data: bytes) -> str:
    """The format of a file by its bytes; by its suffix only where text gives no sign of its own."""
    named = suffix_format(name)
    found = _by_magic(data, named)
    if found is not None:
        return found
    head = data[:_HEAD]
    if named in ("html", "mht"):
        return named
    if named not in _TEXTS or named == "txt":
        if head.lstrip()[:13].lower() == b"mime-version:" and b"multipart/related" in head.lower():
            return "mht"
        if _WORD_XML.search(head):
            return "doc"
        if _HTML.search(head) and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            return "html"
    if named in _TEXTS:
        return named
    return "txt" if _is_text(head) else "binary"


def _by_magic(data: bytes, named: str | None) -> str | None:
    if data.startswith(_OLE):
        return _of_ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(data, named)
    if b"%PDF-" in data[:1024] and data.lstrip()[:1] != b"<":
        return "pdf"
    for magic, format in _MAGIC:
        if data.startswith(magic):
            if format == "bmp":
                return (
                    "image" if len(data) > 26 and data[14:18] in (b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0") else None
                )
            if format == "program?":
                return "program" if data[:_HEAD].count(0) > 64 else None
            return format
    if data[:4] == b"RIFF":
        return "image" if data[8:12] == b"WEBP" else "media"
    return "media" if data[4:8] == b"ftyp" else None


def _of_ole(data: bytes) -> str:
    """By the names of its streams, which the container keeps in UTF-16; a password shows in Word's own header."""
    for stream, format in _OLE_STREAMS:
        if stream.encode("utf-16-le") + b"\0\0" in data:
            if format == "doc" and _is_locked_word(data):
                return "encrypted"
            return format
    return "binary"


def _is_locked_word(data: bytes) -> bool:
    """fEncrypted of the file information block, which opens the WordDocument stream ([MS-DOC] 2.5.2)."""
    at = data.find(b"\xec\xa5", 512)
    return at >= 0 and at % 64 == 0 and len(data) > at + 12 and bool(data[at + 11] & 0x01)


def _of_zip(data: bytes, named: str | None) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            for part, format in _PARTS:
                if part in names:
                    return format
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT.get(package.read("mimetype").strip(), "zip")
    except Exception:  # broken: the reader its name calls for says how
        head = data[:65536]
        told = named if named in ("docx", "xlsx", "ofd", "zip") else "docx"
        return next((f for part, f in _PARTS if part.encode() in head), told)
    return "zip"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(b < 9 or 13 < b < 32 for b in head)
    return controls * 50 < len(head)
