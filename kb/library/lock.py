"""One writer at a time, across processes; a lock dies with the process that held it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import UsageError


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the library's writer lock; UsageError at once when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"知识库 {folder} 正在被另一个进程写入，请等它结束后再试。") from None
        yield
