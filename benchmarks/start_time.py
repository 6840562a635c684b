"""Seconds from starting app.py on an existing library to its first answer, several times; the first run may read cold files.

python benchmarks/start_time.py --library DIR [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from time import perf_counter, sleep

ROOT = Path(__file__).resolve().parents[1]


def ask(port: int) -> bool:
    """Whether a question is answered."""
    body = json.dumps({"question": "背街小巷由谁清扫保洁？"}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/ask", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return "status" in json.load(reply)
    except urllib.error.URLError:
        return False


def run(library: Path) -> tuple[float, float, float]:
    """Seconds until the port answers, until the first answer, and for one more answer."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = {**os.environ, "DINGZE_LIBRARY": str(library), "DINGZE_PORT": str(port), "DINGZE_LOG": "off"}
    began = perf_counter()
    process = subprocess.Popen([sys.executable, str(ROOT / "app.py")], env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        ready = perf_counter() - began
        while not ask(port):
            sleep(0.02)
        first = perf_counter() - began
        again = perf_counter()
        ask(port)
        return ready, first, perf_counter() - again
    finally:
        process.terminate()
        process.wait(timeout=10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    for n in range(args.runs):
        ready, first, again = run(args.library)
        load = os.getloadavg()[0]
        print(
            f"第 {n + 1} 次：就绪 {ready:.1f} 秒，首个答案 {first:.1f} 秒，再答 {again * 1000:.0f} 毫秒（负载 {load:.1f}）"
        )


if __name__ == "__main__":
    main()
