"""Old Office and WPS files (.doc .wps .rtf .xls .et .odt .ods): converted by LibreOffice, then read as .docx or .xlsx."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ingest.extract import Extract
from ingest.readers.sniff import sniff
from kb.config import Limits
from kb.errors import UnreadableFile

_TARGET = {"doc": "docx", "rtf": "docx", "odt": "docx", "xls": "xlsx", "ods": "xlsx"}
_SECONDS = 90.0  # of one conversion; a healthy one takes one to two, most of it the start of the program
_EACH = 3.0  # of every further file of one run; a healthy one takes a tenth
_SHARED = 64  # files of one run: one that hangs costs the others no more than this many seconds


def read(name: str, data: bytes, limits: Limits) -> Extract:
    """The text of an old format by way of LibreOffice; UnreadableFile where it is missing or fails."""
    format = sniff(name, data)
    target = _TARGET[format]
    ready = limits.converted / f"{_key(data)}.{target}" if limits.converted is not None else None
    held = ready is not None and ready.is_file()
    converted = ready.read_bytes() if ready is not None and held else _convert(name, data, format, limits)
    from ingest.readers import docx, xlsx  # only here: a run that converts ahead reads nothing itself

    reader = docx.read if target == "docx" else xlsx.read
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    return replace(reader(name, converted, limits), format=suffix if suffix in ("wps", "et") else format)


def convert_ahead(files: Iterable[tuple[str, bytes]], folder: Path, limits: Limits) -> int:
    """Convert the old formats among some files in one run, ten times as fast as one by one; gives how many succeeded.

    The results lie in ``folder`` under the hash of their source, where ``read`` finds them; what fails here is
    tried again there on its own.
    """
    soffice = shutil.which("soffice")
    old = {(_key(data), sniff(name, data)): data for name, data in files}
    wanted = [(key, format, data) for (key, format), data in old.items() if format in _TARGET][:_SHARED]
    if soffice is None or len(wanted) < 2:
        return 0
    for target in ("docx", "xlsx"):
        batch = [w for w in wanted if _TARGET[w[1]] == target]
        if batch:
            with tempfile.TemporaryDirectory(prefix="dingze-") as work:
                sources = []
                for key, format, data in batch:
                    sources.append(Path(work) / f"{key}.{format}")
                    sources[-1].write_bytes(data)
                seconds = min(_SECONDS, limits.seconds) + _EACH * len(sources)
                with suppress(TimeoutError):
                    _run(soffice, Path(work), target, sources, seconds, folder)
    return sum((folder / f"{key}.{_TARGET[format]}").is_file() for key, format, _ in wanted)


def _key(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _convert(name: str, data: bytes, format: str, limits: Limits) -> bytes:
    soffice = shutil.which("soffice")
    target = _TARGET[format]
    if soffice is None:
        raise UnreadableFile(
            "missing-tool",
            f"读取“{name}”需要 LibreOffice：apt-get install libreoffice-writer-nogui libreoffice-calc-nogui，或先另存为 .{target}。",
        )
    with tempfile.TemporaryDirectory(prefix="dingze-") as folder:
        work = Path(folder)
        source = work / f"source.{format}"
        source.write_bytes(data)
        try:
            _run(soffice, work, target, [source], min(_SECONDS, limits.seconds), work)
        except TimeoutError:
            reason = f"“{name}”转换超时，请用 Office 或 WPS 另存为 .{target} 后再读入。"
            raise UnreadableFile("timeout", reason) from None
        result = work / f"source.{target}"
        if not result.is_file():
            reason = f"“{name}”不能转换，可能已损坏或设有密码，请用 Office 或 WPS 打开后另存为 .{target}。"
            raise UnreadableFile("damaged", reason)
        return result.read_bytes()


def _run(soffice: str, work: Path, target: str, sources: list[Path], seconds: float, out: Path) -> None:
    """One run of LibreOffice under a profile of its own: two that share one silently yield nothing; TimeoutError."""
    options = [f"-env:UserInstallation=file://{work}/profile", "--headless", "--norestore", "--nologo"]
    command = [soffice, *options, "--convert-to", target, "--outdir", str(out), *map(str, sources)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
