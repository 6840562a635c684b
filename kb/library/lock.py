"""One writer at a time, across processes and threads; a lock dies with the process that held it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident

from kb.errors import UsageError


class WriterLock:
    """写锁: the thread that holds it may take it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner: int | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock; UsageError at once when another process or thread has it."""
        if self._owner == get_ident():
            yield
            return
        with (self._folder / "writer.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UsageError(
                    f"知识库 {self._folder} 正在被另一个进程写入，请等它结束后再试；查询不受影响。"
                ) from None
            self._owner = get_ident()
            try:
                yield
            finally:
                self._owner = None
