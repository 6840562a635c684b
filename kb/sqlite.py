"""How every SQLite file of the program is opened: readers never wait for the writer, memory stays bounded."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, create_engine, event

_WAIT = 30  # seconds for another writer to finish
# Connections kept open, each with a page cache of its own. The last one put back is taken first, so that few of them
# fill their caches however many threads come by; the system keeps the file's pages for all of them anyway.
_KEPT = 4
_CACHE_KB = 8_000


def open_engine(path: Path) -> Engine:
    """An engine on one SQLite file, made where there is none; a commit survives a kill of the process."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": _WAIT, "check_same_thread": False},
        pool_size=_KEPT,
        max_overflow=-1,  # nobody waits for a connection: how much is worked on at once is for the faces to bound
        pool_use_lifo=True,
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record) -> None:  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        cursor.close()

    return engine
