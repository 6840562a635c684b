"""Old Office and WPS files (.doc .wps .rtf .xls .et): converted by LibreOffice, then read as .docx or .xlsx."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ingest.extract import Extract
from ingest.readers import docx, xlsx
from kb.config import Limits
from kb.errors import UnreadableFile

_TARGET = {".doc": "docx", ".wps": "docx", ".rtf": "docx", ".odt": "docx", ".xls": "xlsx", ".et": "xlsx"}
_SECONDS = 90.0  # of one conversion; a healthy one takes about one


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of an old format by way of LibreOffice; UnreadableFile where it is missing or fails."""
    soffice = shutil.which("soffice")
    suffix = PurePosixPath(name).suffix.lower()
    if soffice is None:
        raise UnreadableFile(
            "missing-tool",
            f"读取“{name}”需要 LibreOffice：apt-get install libreoffice-writer-nogui libreoffice-calc-nogui，或先另存为 {_TARGET[suffix]}。",
        )
    target = _TARGET[suffix]
    with tempfile.TemporaryDirectory(prefix="dingze-") as folder:
        source = Path(folder) / f"source{'.doc' if suffix == '.wps' else '.xls' if suffix == '.et' else suffix}"
        source.write_bytes(data)
        # A profile of its own: two runs that share one silently yield nothing.
        command = [
            soffice,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            target,
            "--outdir",
            folder,
            str(source),
        ]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                process.wait(timeout=min(_SECONDS, limits.seconds))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise UnreadableFile(
                    "timeout", f"“{name}”转换超时，请用 Office 或 WPS 另存为 .{target} 后再读入。"
                ) from None
        result = Path(folder) / f"source.{target}"
        if not result.is_file():
            raise UnreadableFile(
                "damaged", f"“{name}”不能转换，可能已损坏或设有密码，请用 Office 或 WPS 另存为 .{target}。"
            )
        reader = docx.read if target == "docx" else xlsx.read
        return replace(reader(f"{name}.{target}", result.read_bytes(), limits), format=suffix[1:])
