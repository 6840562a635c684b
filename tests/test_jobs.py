"""Background jobs: progress, cancel, failure, and resume after the process has gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from kb.access.tables import open_desk
from kb.errors import UsageError
from kb.jobs import Handle, Job, Jobs, Json


def wait(jobs: Jobs, id: str, reached: Callable[[Job], bool]) -> Job:
    """The job once it is so; a bounded number of looks, each of which lets the worker run."""
    pause = Event()
    for _ in range(2_000):
        job = jobs.get(id)
        if reached(job):
            return job
        pause.wait(0.005)
    raise AssertionError(f"{jobs.get(id)}")


def ended(job: Job) -> bool:
    return job.ended_at is not None


def test_a_job_runs_to_its_end_and_says_how_far_it_is(tmp_path: Path) -> None:
    go, halfway = Event(), Event()

    def work(request: Json, handle: Handle) -> Json:
        handle.step(1, 2, "甲.docx")
        halfway.set()
        assert go.wait(10)
        handle.step(2, 2, "乙.docx")
        return {"read": request["files"]}

    jobs = Jobs(open_desk(tmp_path), {"read": work})
    id = jobs.submit("read", "读入", "小王", {"files": 2})
    assert halfway.wait(10)
    now = jobs.get(id)
    assert (now.state, now.done, now.total, now.at, now.user) == ("running", 1, 2, "甲.docx", "小王")
    go.set()
    done = wait(jobs, id, ended)
    assert (done.state, done.done, done.result, done.resumable) == ("done", 2, {"read": 2}, False)
    with pytest.raises(UsageError):
        jobs.resume(id)


def test_cancel_stops_a_running_job_at_its_next_step_and_a_waiting_one_at_once(tmp_path: Path) -> None:
    begun, go = Event(), Event()

    def work(request: Json, handle: Handle) -> Json:
        handle.step(0, 9, "甲")
        begun.set()
        assert go.wait(10)
        handle.step(1, 9, "乙")
        raise AssertionError("went on after it was cancelled")

    jobs = Jobs(open_desk(tmp_path), {"read": work})
    first, second = jobs.submit("read", "一", "甲", {}), jobs.submit("read", "二", "甲", {})
    assert begun.wait(10)
    jobs.cancel(second)
    assert jobs.get(second).state == "cancelled"
    jobs.cancel(first)
    go.set()
    assert wait(jobs, first, ended).state == "cancelled"


def test_a_lane_does_not_wait_for_another(tmp_path: Path) -> None:
    go = Event()

    def read(request: Json, handle: Handle) -> Json:
        assert go.wait(10)
        return {}

    jobs = Jobs(
        open_desk(tmp_path), {"read": read, "export": lambda request, handle: {"made": 1}}, {"export": "export"}
    )
    long, short = jobs.submit("read", "读入", "甲", {}), jobs.submit("export", "导出", "乙", {})
    assert wait(jobs, short, ended).result == {"made": 1}
    assert wait(jobs, long, lambda job: job.state != "waiting").state == "running"
    assert [j.id for j in jobs.find(without="export")] == [long]
    go.set()
    assert wait(jobs, long, ended).state == "done"


def test_a_failure_is_told_and_the_queue_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(request: Json, handle: Handle) -> Json:
        raise UsageError("找不到文件夹。") if request["known"] else ZeroDivisionError

    jobs = Jobs(open_desk(tmp_path), {"broken": broken, "fine": lambda request, handle: {}})
    known, unknown, fine = (
        jobs.submit(kind, "任务", "甲", {"known": k})
        for kind, k in (("broken", True), ("broken", False), ("fine", True))
    )
    assert wait(jobs, fine, ended).state == "done"
    assert (jobs.get(known).state, jobs.get(known).result) == ("failed", {"error": "找不到文件夹。"})
    assert "kb doctor" in jobs.get(unknown).result["error"]
    assert "ZeroDivisionError" in capfd.readouterr().err  # the operator's log has the whole
    with pytest.raises(UsageError):
        jobs.submit("nonsense", "任务", "甲", {})


def test_what_a_stopped_process_left_is_interrupted_and_can_be_resumed(tmp_path: Path) -> None:
    begun, go = Event(), Event()
    seen: list[Json] = []

    def slow(request: Json, handle: Handle) -> Json:
        begun.set()
        assert go.wait(10)
        handle.step(1, 2, "甲")
        return {}

    def quick(request: Json, handle: Handle) -> Json:
        seen.append(request)
        return {"ok": True}

    before = Jobs(open_desk(tmp_path), {"read": slow})
    running, waiting = before.submit("read", "一", "甲", {"n": 1}), before.submit("read", "二", "甲", {"n": 2})
    assert begun.wait(10)
    before.stop()
    go.set()
    assert wait(before, running, ended).state == "interrupted"
    after = Jobs(open_desk(tmp_path), {"read": quick})
    assert [after.get(id).state for id in (running, waiting)] == ["interrupted", "interrupted"]
    for id in (running, waiting):
        after.resume(id)
    assert [wait(after, id, ended).result for id in (running, waiting)] == [{"ok": True}] * 2
    assert seen == [{"n": 1}, {"n": 2}]
