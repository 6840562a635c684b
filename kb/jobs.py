"""Long work in the background: one job of a lane at a time, with progress, cancel, and resume after a stop."""

from __future__ import annotations

import json
import secrets
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Literal

from sqlalchemy import Engine, delete, insert, select, update

from kb.access import tables as t
from kb.errors import KBError, UsageError

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
STATES: dict[State, str] = {
    "waiting": "排队", "running": "进行中", "done": "完成", "failed": "失败", "cancelled": "已取消", "interrupted": "已中断",
}  # fmt: skip
_KEPT = 200  # finished jobs in the list
_WRITE_EVERY = 0.5  # seconds between two notes of progress in the database
Json = dict[str, Any]


class Cancelled(KBError):
    """The job was told to stop; what it had finished stays."""


@dataclass(frozen=True, slots=True)
class Job:
    """任务."""

    id: str
    kind: str
    title: str
    user: str
    state: State
    done: int
    total: int
    at: str
    result: Json
    created_at: str
    ended_at: str | None

    @property
    def resumable(self) -> bool:
        """Whether it can be taken up again."""
        return self.state in ("failed", "cancelled", "interrupted")


class Handle:
    """What a running job holds: it says how far it is, and learns whether it should stop."""

    def __init__(self, note: Callable[[int, int, str], None], stopping: Callable[[], bool]) -> None:
        self._note = note
        self._stopping = stopping

    def step(self, done: int, total: int, at: str) -> None:
        """Say how far the work is; Cancelled where it should stop."""
        self._note(done, total, at)
        if self._stopping():
            raise Cancelled("已按要求停止。")


Work = Callable[[Json, Handle], Json]  # request → result


class Jobs:
    """任务队列: one worker thread a lane. What writes shares one, for a library has one writer anyway."""

    def __init__(self, engine: Engine, kinds: Mapping[str, Work], lanes: Mapping[str, str] | None = None) -> None:
        """What an earlier process left running or waiting is marked as interrupted; ``lanes``: kind → lane, else one."""
        self._engine = engine
        self._kinds = dict(kinds)
        self._lanes = dict(lanes or {})
        self._queues: dict[str, SimpleQueue[str | None]] = {}
        self._cancelled: set[str] = set()
        self._live: dict[str, tuple[int, int, str]] = {}
        self._stop = Event()
        self._lock = Lock()
        unfinished = t.jobs.c.state.in_(["running", "waiting"])
        with engine.begin() as c:
            c.execute(update(t.jobs).where(unfinished).values(state="interrupted", ended_at=_now()))

    def submit(self, kind: str, title: str, user: str, request: Json) -> str:
        """Queue a job; its id."""
        if kind not in self._kinds:
            raise UsageError(f"没有“{kind[:40]}”这种任务。")
        id = secrets.token_hex(6)
        row = {
            "id": id, "kind": kind, "title": title, "user": user, "state": "waiting", "created_at": _now(),
            "request": json.dumps(request, ensure_ascii=False), "result": "{}", "done": 0, "total": 0, "at": "",
        }  # fmt: skip
        with self._engine.begin() as c:
            old = select(t.jobs.c.id).where(t.jobs.c.ended_at.is_not(None)).order_by(t.jobs.c.created_at.desc())
            c.execute(delete(t.jobs).where(t.jobs.c.id.in_(list(c.execute(old.offset(_KEPT)).scalars()))))
            c.execute(insert(t.jobs).values(**row))
        self._start(id, kind)
        return id

    def resume(self, id: str) -> None:
        """Take a stopped job up again; what it had finished costs nothing."""
        job = self.get(id)
        if not job.resumable:
            raise UsageError(f"任务“{job.title}”{STATES[job.state]}，不需要继续。")
        self._set(id, state="waiting", ended_at=None, result="{}")
        self._start(id, job.kind)

    def cancel(self, id: str) -> None:
        """Tell a job to stop: at once where it waits, after the file at hand where it runs."""
        job = self.get(id)
        if job.state == "waiting":
            self._set(id, state="cancelled", ended_at=_now())
        elif job.state == "running":
            self._cancelled.add(id)

    def get(self, id: str) -> Job:
        """One job; UsageError for an unknown id."""
        with self._engine.connect() as c:
            row = c.execute(select(t.jobs).where(t.jobs.c.id == id)).first()
        if row is None:
            raise UsageError(f"没有任务 {id[:40]}，它可能已从列表中清除。")
        return self._load(row)

    def find(self, limit: int = 20, *, without: str = "") -> tuple[Job, ...]:
        """The newest jobs, those of one kind left out."""
        query = select(t.jobs).where(t.jobs.c.kind != without)
        query = query.order_by(t.jobs.c.created_at.desc(), t.jobs.c.id).limit(limit)
        with self._engine.connect() as c:
            return tuple(self._load(row) for row in c.execute(query))

    def stop(self) -> None:
        """Stop after the file at hand; the process does not wait for it."""
        self._stop.set()
        with self._lock:
            for queue in self._queues.values():
                queue.put(None)

    def _start(self, id: str, kind: str) -> None:
        lane = self._lanes.get(kind, "")
        with self._lock:
            queue = self._queues.get(lane)
            if queue is None:
                queue = self._queues[lane] = SimpleQueue()
                Thread(target=self._run, args=(queue,), name=f"jobs {lane}".strip(), daemon=True).start()
        queue.put(id)

    def _run(self, queue: SimpleQueue[str | None]) -> None:
        while (id := queue.get()) is not None and not self._stop.is_set():
            if self.get(id).state == "waiting":
                self._work(id)

    def _work(self, id: str) -> None:
        with self._engine.connect() as c:
            row = c.execute(select(t.jobs).where(t.jobs.c.id == id)).one()
        self._set(id, state="running")
        written = [0.0]

        def note(done: int, total: int, at: str) -> None:
            self._live[id] = (done, total, at)
            if monotonic() - written[0] >= _WRITE_EVERY:
                written[0] = monotonic()
                self._set(id, done=done, total=total, at=at[:500])

        handle = Handle(note, lambda: self._stop.is_set() or id in self._cancelled)
        state: State = "done"
        result: Json = {}
        try:
            result = self._kinds[row.kind](json.loads(row.request), handle)
        except Cancelled:
            state = "interrupted" if self._stop.is_set() else "cancelled"
        except KBError as e:
            state, result = "failed", {"error": str(e)}
        except Exception:  # a job must not take the queue with it
            traceback.print_exc(file=sys.stderr)
            state, result = "failed", {"error": "任务内部出错，已记入日志；请重试，或运行 kb doctor 检查。"}
        self._cancelled.discard(id)
        done, total, at = self._live.pop(id, (0, 0, ""))
        ended = {"state": state, "ended_at": _now(), "result": json.dumps(result, ensure_ascii=False)}
        self._set(id, **ended, done=done, total=total, at=at[:500])

    def _set(self, id: str, **values: Any) -> None:
        with self._engine.begin() as c:
            c.execute(update(t.jobs).where(t.jobs.c.id == id).values(**values))

    def _load(self, row: Any) -> Job:
        done, total, at = self._live.get(row.id, (row.done, row.total, row.at))
        return Job(
            row.id, row.kind, row.title, row.user, row.state, done, total, at, json.loads(row.result),
            row.created_at, row.ended_at,
        )  # fmt: skip


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")
