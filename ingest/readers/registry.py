"""Which reader reads what: the bytes decide, the name only where they are silent; bounds are checked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import PurePosixPath

from ingest.extract import Extract
from ingest.readers.sniff import NAMES, SUFFIXES, sniff, suffix_format
from kb.config import Limits
from kb.errors import UnreadableFile
from kb.records import Doubt

# Format -> module in ingest.readers with ``read(name, data, limits) -> Extract``; imported when first needed.
READERS = {
    "md": "text", "txt": "text", "html": "html", "mht": "mht", "docx": "docx", "xlsx": "xlsx", "csv": "xlsx", "pdf": "pdf",
    "ofd": "ofd", "doc": "office", "rtf": "office", "odt": "office", "xls": "office", "ods": "office", "image": "image",
}  # fmt: skip
_REMEDY = {
    "ppt": "请另存为 PDF 后再读入", "rar": "请解压后再读入", "7z": "请解压后再读入", "gzip": "请解压后再读入",
    "program": "不是文件材料，请核对", "media": "请提供文字材料", "binary": "请核对后缀或重新导出",
}  # fmt: skip


def read_bytes(name: str, data: bytes, limits: Limits) -> Extract:
    """The text, blocks and tables of one file; UnreadableFile says why not."""
    if not data:
        raise UnreadableFile("empty", f"“{name}”是空文件（0 字节），请重新导出后再上传。")
    if len(data) > limits.file_bytes:
        raise UnreadableFile(
            "too-large", f"“{name}”有 {len(data) >> 20} MB，超过 {limits.file_bytes >> 20} MB 的上限，请拆分后再读入。"
        )
    format = sniff(name, data)
    _refuse(name, format)
    reader: Callable[[str, bytes, Limits], Extract] = import_module(f"ingest.readers.{READERS[format]}").read
    extract = reader(name, data, limits)
    named = suffix_format(name)
    if named == format or (named in ("txt", "md") and format in ("txt", "md")):
        return extract
    suffix = PurePosixPath(name).suffix or "（无后缀）"
    message = f"文件名的后缀是 {suffix}，内容却是{NAMES[format]}，已按内容读取。"
    return replace(extract, doubts=(Doubt("wrong-extension", message), *extract.doubts))


def _refuse(name: str, format: str) -> None:
    """UnreadableFile for what no reader reads."""
    if format == "encrypted":
        raise UnreadableFile("encrypted", f"“{name}”设有打开密码，请在 Office 或 WPS 中去掉密码后再读入。")
    if format == "zip":
        raise UnreadableFile(
            "unsupported", f"“{name}”是压缩包，请用 kb ingest 读入（其中每份文件各为一份），后缀应为 .zip。"
        )
    if format not in READERS:
        known = " ".join(sorted(SUFFIXES))
        reason = f"“{name}”是{NAMES[format]}，不能读取；{_REMEDY[format]}。可读：{known}。"
        raise UnreadableFile("unsupported", reason)
