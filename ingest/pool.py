"""Worker processes that parse files in parallel: each may hang, crash or run out of memory without ending the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import wait
from time import monotonic

from kb.config import Limits
from kb.errors import KBError, UnreadableFile
from kb.records import Parsed

# How far reading may run ahead of the oldest unfinished file: results are handed on in order, so a slow scan
# holds back what follows; these bounds keep that in memory without stopping the other workers early.
AHEAD_FILES = 256
AHEAD_BYTES = 64 * 1024 * 1024
START_SECONDS = 60.0  # a worker imports the parsers in about a second; a minute means that it never will


@dataclass(frozen=True, slots=True)
class Job:
    """任务: one file to parse, with the seconds it may take; ``number`` is the caller's own."""

    number: int
    document: str
    content: bytes
    seconds: float


Outcome = Parsed | UnreadableFile


@dataclass(slots=True)
class _Slot:
    """A place in the queue: a job and, once known, its outcome."""

    job: Job
    outcome: Outcome | None = None


class _Worker:
    """One process and the line to it."""

    def __init__(self, parse: str) -> None:
        self.connection, far = Pipe(duplex=True)
        with far:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ingest.worker", str(far.fileno())],
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # a library that prints must not disturb our own output
                start_new_session=True,  # so that programs the parser started die with it
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
        self.slot: _Slot | None = None
        self.ready = False
        self.deadline = monotonic() + START_SECONDS
        self.connection.send((sys.path, parse))

    def start(self, slot: _Slot, limits: Limits) -> None:
        self.slot = slot
        if self.ready:
            self.send(limits)

    def send(self, limits: Limits) -> None:
        """Hand over the job in the slot; the clock starts now."""
        slot = self.slot
        assert slot is not None
        self.deadline = monotonic() + slot.job.seconds
        with suppress(BrokenPipeError, ConnectionResetError):  # it has just died: the next wait says so
            self.connection.send((slot.job.document, slot.job.content, limits))

    def stop(self) -> int:
        """End the process and whatever it started; its exit status, negative for a signal."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        status = self._process.poll()
        self.connection.close()
        return self._process.wait() if status is None else status

    def status(self) -> int:
        """Exit status of a process that has closed its line."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=5)
        return 0


class Pool:
    """进程池: hands jobs to workers, and outcomes back in the order of the jobs."""

    def __init__(self, count: int, parse: str, limits: Limits) -> None:
        self._count = max(1, count)
        self._parse = parse
        self._limits = limits
        self._workers: list[_Worker] = []

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Outcome]]:
        """Every job with its outcome, in order; the jobs are drawn only as fast as they can be parsed."""
        queue: deque[_Slot] = deque()
        more = True
        try:
            while more or queue:
                while more and self._has_room(queue):
                    job = next(jobs, None)
                    more = job is not None
                    if job is not None:
                        queue.append(_Slot(job))
                        self._idle_worker().start(queue[-1], self._limits)
                if queue and queue[0].outcome is None:
                    self._wait()
                while queue and (outcome := queue[0].outcome) is not None:
                    yield queue.popleft().job, outcome
        finally:
            for worker in self._workers:
                worker.stop()
            self._workers.clear()

    def _has_room(self, queue: deque[_Slot]) -> bool:
        busy = sum(w.slot is not None for w in self._workers)
        if busy >= self._count or len(queue) >= AHEAD_FILES:
            return False
        return sum(len(s.job.content) for s in queue) < AHEAD_BYTES

    def _idle_worker(self) -> _Worker:
        for worker in self._workers:
            if worker.slot is None:
                return worker
        self._workers.append(_Worker(self._parse))
        return self._workers[-1]

    def _wait(self) -> None:
        """Until a worker answers, dies or runs over its time."""
        busy = [w for w in self._workers if w.slot is not None]
        left = max(0.0, min(w.deadline for w in busy) - monotonic())
        lines = wait([w.connection for w in busy], timeout=left)
        for worker in busy:
            if worker.connection in lines:
                self._receive(worker)
            elif monotonic() >= worker.deadline:
                self._give_up(worker)

    def _receive(self, worker: _Worker) -> None:
        slot = worker.slot
        assert slot is not None
        try:
            reply = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            self._bury(worker)
            return
        if not worker.ready:  # the first reply says that the parsers are imported
            worker.ready = True
            worker.send(self._limits)
            return
        slot.outcome = UnreadableFile(*reply) if isinstance(reply, tuple) else reply
        worker.slot = None

    def _give_up(self, worker: _Worker) -> None:
        slot = worker.slot
        assert slot is not None
        if not worker.ready:
            raise KBError(f"解析进程 {START_SECONDS:.0f} 秒内未能启动，请运行 kb doctor 检查安装。")
        slot.outcome = UnreadableFile(
            "timeout",
            f"读取“{slot.job.document}”超过 {slot.job.seconds:.0f} 秒，已中止，其余文件不受影响；请拆分或转换格式后再读入。",
        )
        worker.stop()
        self._workers.remove(worker)

    def _bury(self, worker: _Worker) -> None:
        slot = worker.slot
        assert slot is not None
        status = worker.status()
        worker.stop()
        self._workers.remove(worker)
        if not worker.ready:
            raise KBError(f"解析进程无法启动（退出码 {status}），请运行 kb doctor 检查安装。")
        cause = f"信号 {-status}，可能是内存不足" if status == -signal.SIGKILL else f"退出状态 {status}"
        slot.outcome = UnreadableFile(
            "crashed",
            f"读取“{slot.job.document}”时解析进程意外退出（{cause}），其余文件不受影响；请拆分或另存后再读入。",
        )
