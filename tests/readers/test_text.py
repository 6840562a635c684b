"""Text in the encodings that Chinese offices use, whole and damaged."""

from __future__ import annotations

import pytest

from ingest.readers.registry import read_bytes
from kb.config import Limits
from kb.errors import UnreadableFile

TEXT = "第一条 街道办事处负责背街小巷的清扫保洁。\n第二条 本办法自2023年3月1日起施行。\n" * 3
BROKEN = TEXT.encode()[:40] + b"\xff" + TEXT.encode()[40:]

# (bytes, whether some were lost)
ENCODED = [
    (TEXT.encode(), False),
    (b"\xef\xbb\xbf" + TEXT.encode(), False),
    (TEXT.encode("gb18030"), False),
    (TEXT.encode("utf-16"), False),
    (TEXT.encode("utf-16-le"), False),  # without its mark
    (b"\xfe\xff" + TEXT.encode("utf-16-be"), False),
    (BROKEN, True),  # one broken byte is no reason to refuse the rest
    (TEXT.encode("gb18030")[:21] + b"\xff" + TEXT.encode("gb18030")[21:], True),
]


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
@pytest.mark.parametrize(("data", "lost"), ENCODED)
def test_encodings(data: bytes, lost: bool, suffix: str) -> None:
    if suffix == "html":
        cut = 3 if data.startswith(b"\xef\xbb\xbf") else 2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 0
        if cut == 2 or data[1:2] == b"\0" or b"\0" in data[:40]:
            pytest.skip("网页不用 UTF-16")
        data = data[:cut] + b"<html><body><pre>" + data[cut:] + b"</pre></body></html>"
    extract = read_bytes(f"样.{suffix}", data, Limits())
    assert "第二条 本办法自2023年3月1日起施行。" in extract.text
    assert ("encoding" in {d.kind for d in extract.doubts}) is lost
    assert ("\ufffd" in extract.text) is lost


def test_what_is_mostly_lost_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("样.txt", b"\xff\xfd\xfb" * 400 + b"abc", Limits())
    assert caught.value.error == "damaged"
