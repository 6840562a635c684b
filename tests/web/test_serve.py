"""The server as a process: answers, and leaves when told to even while clients hold connections open."""

from __future__ import annotations

import http.client
import os
import platform
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

import app
from kb.config import read_settings
from kb.web.access import Access
from kb.web.memory import keep_memory_level
from kb.web.site import open_site
from kb.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def start(env: dict[str, str]) -> subprocess.Popen[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DINGZE_")}
    command = [sys.executable, str(ROOT / "app.py")]
    return subprocess.Popen(
        command, env={**clean, **env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


@pytest.mark.slow
def test_it_stops_within_five_seconds_of_sigterm_with_a_client_connected(space: Workspace) -> None:
    port = free_port()
    process = start(
        {"DINGZE_LIBRARY": str(space.settings.library), "DINGZE_ENCODER": "hashing", "DINGZE_PORT": str(port)}
    )
    try:
        assert process.stdout is not None
        assert "定责已就绪" in process.stdout.readline()  # blocks until it is said
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        client.request("POST", "/api/search", '{"question": "小广告"}'.encode(), {"content-type": "application/json"})
        assert client.getresponse().status == 200
        stream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)  # as an open browser page holds one
        stream.request("GET", "/gradio_api/heartbeat/abc")
        assert stream.getresponse().status == 200
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=5)  # the requirement; TimeoutExpired fails the test
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap a thread")
def test_the_heaps_are_bounded() -> None:
    assert keep_memory_level() is True


def test_a_missing_library_that_was_asked_for_is_named_with_its_remedy(tmp_path: Path) -> None:
    process = start({"DINGZE_LIBRARY": str(tmp_path / "无"), "DINGZE_ENCODER": "hashing"})
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert "kb ingest" in err


def test_a_taken_port_is_named_with_its_remedy(space: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        library = str(space.settings.library)
        process = start({"DINGZE_LIBRARY": library, "DINGZE_ENCODER": "hashing", "DINGZE_PORT": port})
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "DINGZE_PORT" in err


def test_a_demo_library_of_an_earlier_edition_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DEMO", tmp_path / "demo")
    settings = read_settings({"DINGZE_ENCODER": "hashing"})
    app.open_demo(settings).library.close()
    with sqlite3.connect(tmp_path / "demo" / "library.sqlite") as c:
        c.execute("update meta set value = '0' where key = 'schema'")
    assert app.open_demo(settings).library.find_documents() == ()
    assert (tmp_path / "demo.old" / "library.sqlite").exists()


@pytest.mark.slow
def test_a_job_under_way_is_left_and_can_be_taken_up_again(tmp_path: Path) -> None:
    """Told to stop while it reads, a job ends after the file at hand; the next process offers to go on."""
    documents = tmp_path / "d"
    documents.mkdir()
    for n in range(400):
        (documents / f"{n:03}.md").write_text(
            f"# 办法{n}\n\n" + "第一条 街道办事处负责清扫保洁。\n\n" * 60, encoding="utf-8"
        )
    settings = read_settings({"DINGZE_ENCODER": "hashing", "DINGZE_WORKERS": "1"}, library=tmp_path / "library")
    space = open_workspace(settings, create=True)
    site = open_site(space, Access())
    id = site.jobs.submit("ingest", "读入", "local", {"paths": [str(documents)]})
    pause = Event()
    for _ in range(2_400):  # until the first file is in
        if site.jobs.get(id).done:
            break
        pause.wait(0.025)
    site.jobs.stop()
    for _ in range(2_400):
        if site.jobs.get(id).ended_at:
            break
        pause.wait(0.025)
    stopped = site.jobs.get(id)
    assert (stopped.state, 0 < stopped.done < 400) == ("interrupted", True)
    again = open_site(space, Access())
    again.jobs.resume(id)
    for _ in range(4_800):
        if again.jobs.get(id).ended_at:
            break
        pause.wait(0.025)
    done = again.jobs.get(id)
    assert (done.state, done.result["documents"], done.result["failed"]) == ("done", 400, [])
    assert done.result["unchanged"] >= stopped.done - 1  # what was read is not read again
