"""Many people at work at once: asking, finding, reading, comparing; latency by kind, errors, and the server's memory over time.

    python benchmarks/load_users.py --library DIR [--users 50] [--seconds 300] [--most 6000]

The library is served by a process of its own on this machine; give a copy, for questions are recorded in it. Each user
does one thing after another with a pause to read, as people do; ``--most`` bounds the requests of a whole run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
PAUSE = (4.0, 12.0)  # seconds between two things a user does: reading an answer takes longer than that
QUESTIONS = (
    "背街小巷由谁清扫保洁？", "小广告由谁清理、由谁处罚？", "农贸市场由哪个部门监管？", "物业服务企业应当承担哪些责任？",
    "城市道路挖掘由谁审批？", "建筑垃圾乱倒怎么处罚？", "养犬登记由哪个部门负责？", "生活垃圾分类管理由谁负责？",
    "河道管理范围内禁止哪些行为？", "电动自行车充电由谁监管？", "户外广告设置由谁批准？", "餐厨垃圾由谁收运？",
    "占道经营罚多少？", "窨井盖缺失由谁处置？", "噪声扰民归谁管？", "街道办事处有哪些职责？",
)  # fmt: skip
WORDS = ("清扫保洁", "窨井盖 缺失", "生活垃圾 分类", "占道经营 处罚", "绿化 养护", "燃气 安全")


@dataclass
class Seen:
    """What the users met."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    count: int = 0


Act = Callable[[httpx.AsyncClient, random.Random], Awaitable[httpx.Response]]


async def ask(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
    return await client.post("/api/ask", json={"question": r.choice(QUESTIONS)})


async def search(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
    return await client.post("/api/search", json={"question": r.choice(QUESTIONS), "k": 10})


async def find(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
    return await client.get("/library", params={"q": r.choice(WORDS)})


async def browse(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
    return await client.get("/library", params={"page": r.randrange(20)})


async def open_page(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
    return await client.get("/")


async def conversation(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
    """A streamed answer as other programs take it."""
    body = {"messages": [{"role": "user", "content": r.choice(QUESTIONS)}], "stream": True}
    return await client.post("/v1/chat/completions", json=body)


class Page:
    """One open page of the conversation: Gradio's queue carries each question, its events bring the answer."""

    def __init__(self) -> None:
        self.session = secrets.token_hex(6)
        self.event: dict[str, Any] | None = None

    async def ask(self, client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
        """Ask one question and wait for the whole answer."""
        if self.event is None:
            found = (await client.get("/config")).json()["dependencies"]
            self.event = next(d for d in found if d["targets"][0][1] == "submit")
        event = {"fn_index": self.event["id"], "trigger_id": self.event["targets"][0][0], "session_hash": self.session}
        body = {"data": [None, ""], "event_data": {"question": r.choice(QUESTIONS)}, **event}
        reply = await client.post("/gradio_api/queue/join", json=body)
        if reply.status_code != 200:
            return reply
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            async for line in stream.aiter_lines():
                if '"process_completed"' in line and not json.loads(line.removeprefix("data:"))["success"]:
                    return httpx.Response(500)
                if '"process_completed"' in line or '"close_stream"' in line:
                    break
        return stream


def reader(documents: list[str]) -> Act:
    async def read(client: httpx.AsyncClient, r: random.Random) -> httpx.Response:
        return await client.get(f"/source/{r.choice(documents)}", params={"start": 100, "end": 160, "part": "panel"})

    return read


async def user(
    number: int, address: str, acts: dict[str, tuple[int, Act]], until: float, most: int, seen: Seen
) -> None:
    r = random.Random(number)
    acts = {**acts, "在问答页提问": (15, Page().ask)}
    names, weights = list(acts), [w for w, _ in acts.values()]
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await asyncio.sleep(r.uniform(0, PAUSE[1]))  # people do not all arrive in one second
        while perf_counter() < until and seen.count < most:
            name = r.choices(names, weights)[0]
            seen.count += 1
            began = perf_counter()
            try:
                reply = await acts[name][1](client, r)
                if reply.status_code != 200:
                    seen.errors.append(f"{name}: {reply.status_code}")
            except httpx.HTTPError as e:
                seen.errors.append(f"{name}: {type(e).__name__}")
            seen.times[name].append(perf_counter() - began)
            await asyncio.sleep(r.uniform(*PAUSE))


async def watch(process: psutil.Process, until: float, memory: list[float]) -> None:
    while perf_counter() < until:
        memory.append(process.memory_info().rss / 1e6)
        await asyncio.sleep(5)


async def run(address: str, process: psutil.Process, users: int, seconds: float, most: int) -> tuple[Seen, list[float]]:
    async with httpx.AsyncClient(base_url=address, timeout=120) as client:
        listed = (await client.get("/api/documents", params={"limit": 300})).json()["documents"]
        for question in QUESTIONS:  # what the server keeps in memory fills here, so that growth later is growth
            await client.post("/api/ask", json={"question": question})
    acts: dict[str, tuple[int, Act]] = {
        "问答 /api/ask": (15, ask), "流式 /v1": (10, conversation), "检索 /api/search": (15, search), "全文查找": (10, find),
        "浏览文库": (10, browse), "打开问答页": (5, open_page), "打开原文": (20, reader([d["document"] for d in listed])),
    }  # fmt: skip
    seen, memory = Seen(), list[float]()
    until = perf_counter() + seconds
    await asyncio.gather(
        watch(process, until, memory), *(user(n, address, acts, until, most, seen) for n in range(users))
    )
    return seen, memory


def at(values: list[float], percent: int) -> float:
    return values[0] if len(values) == 1 else quantiles(values, n=100)[percent - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--most", type=int, default=6_000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = {**os.environ, "DINGZE_LIBRARY": str(args.library), "DINGZE_PORT": str(port), "DINGZE_LOG": "off"}
    server = subprocess.Popen([sys.executable, str(ROOT / "app.py")], env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        if not server.stdout.readline():
            raise SystemExit("服务没有启动，原因见上。")
        load = os.getloadavg()[0]
        began = perf_counter()
        seen, memory = asyncio.run(
            run(f"http://127.0.0.1:{port}", psutil.Process(server.pid), args.users, args.seconds, args.most)
        )
        took = perf_counter() - began
    finally:
        server.terminate()
        server.wait(timeout=10)
    every = [t for times in seen.times.values() for t in times]
    print(
        f"{args.users} 人，{took:.0f} 秒，{seen.count} 次请求，错误 {len(seen.errors)}；开始时机器负载 {load:.1f}，结束时 {os.getloadavg()[0]:.1f}"
    )
    for name, times in sorted(seen.times.items()):
        print(f"{name}\t{len(times)} 次\tp50 {at(times, 50) * 1000:.0f} 毫秒\tp95 {at(times, 95) * 1000:.0f} 毫秒")
    print(f"全部\t{len(every)} 次\tp50 {at(every, 50) * 1000:.0f} 毫秒\tp95 {at(every, 95) * 1000:.0f} 毫秒")
    level = memory[len(memory) // 5 :]  # the first fifth warms up
    print(
        f"内存 MB：开始 {memory[0]:.0f}；五分之一以后最低 {min(level):.0f}，最高 {max(level):.0f}，最后 {memory[-1]:.0f}；"
        f"逐分钟 {'、'.join(f'{m:.0f}' for m in memory[::12])}"
    )
    for error in sorted(set(seen.errors))[:20]:
        print(f"错误：{error} ×{seen.errors.count(error)}")
    if args.json:
        args.json.write_text(
            json.dumps({"times": seen.times, "errors": seen.errors, "memory": memory}), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
