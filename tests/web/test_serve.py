"""The server as a process: answers, and leaves when told to even while clients hold connections open."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kb.workspace import Workspace

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
