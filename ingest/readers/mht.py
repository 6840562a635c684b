"""Web pages saved in one file (.mht), which some programs also write under .doc: the page inside, read as HTML."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

from ingest.extract import Extract
from ingest.readers import html
from kb.config import Limits
from kb.errors import UnreadableFile


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of the page; UnreadableFile where there is none."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        page = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
        body = page.get_payload(decode=True) if page is not None else None
    except Exception as e:  # the parser raises many kinds for broken headers
        raise UnreadableFile("damaged", f"“{name}”不是完整的单文件网页（{type(e).__name__}），请重新保存。") from e
    if not isinstance(body, bytes) or not body:
        raise UnreadableFile("no-text", f"“{name}”中没有网页正文，请用浏览器打开后另存为网页。")
    return html.read(name, body, limits)
