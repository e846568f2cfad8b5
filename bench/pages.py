"""Many readers at once, and many who watch one run.

    python bench/pages.py [--readers 200] [--streams 1000] [--json]

A lab of its own is started with one uvicorn worker, and beside it, from the same uvicorn, a bare Starlette application that says "hello".

    pages      each of the readers asks for every page of the learner's path in turn: requests a second, p50 and p95 of one page;
               as a ratio: the same with the bare application, in the same minute, on the same machine
    streams    so many pages follow the events of one live run on one connection each; every one must get every step and the end,
               in order, and none may be dropped; memory of the server before and while they watch

The model is a server on loopback that takes its time, so that the run lives while it is watched. Clients and servers share the processors.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["/", "/concepts/tokens-and-temperature", "/missions/twelve-names-for-one-cafe", "/cases/the-tavern-keeper", "/labs/sampling"]
ROUNDS = 1
PATIENCE = 80
HELLO = """
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
async def hello(request): return HTMLResponse("hello")
app = Starlette(routes=[Route("/{path:path}", hello)])
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def serve(app: str, port: int, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        app,
        *options,
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--backlog",
        "2048",
        "--http",
        "h11",
    ]
    environment = os.environ | {"FLUENCY_DATA": str(folder), "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    return subprocess.Popen([*command, "--no-access-log"], env=environment, cwd=folder)


class Wire:
    """One connection that is kept; the least that HTTP needs, so that the clients leave the processors to the server."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Wire":
        self.reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def ask(self, path: str, body: bytes = b"") -> dict[str, str]:
        """Sends, and reads the head of the answer; ":status" is in it too."""
        head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        return {":status": first.split()[1]} | {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}

    async def page(self, path: str, body: bytes = b"") -> bytes:
        head = await self.ask(path, body)
        answer = await self.reader.readexactly(int(head["content-length"]))
        assert head[":status"] in ("200", "201"), f"{path} answered {head[':status']}"
        return answer


async def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            async with Wire(port) as wire:
                await wire.page("/")
            return
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.1)
    raise RuntimeError("a server did not start")


# Pages


async def read(port: int, readers: int) -> dict[str, float]:
    """Every reader has a connection of its own and asks for one page after another."""
    took: list[float] = []

    async def reader() -> None:
        async with Wire(port) as wire:
            for path in PAGES * ROUNDS:
                began = time.perf_counter()
                await wire.page(path)
                took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(reader() for _ in range(readers)))
    whole = time.perf_counter() - began
    took.sort()
    return {"per_second": len(took) / whole, "p50_ms": 1000 * took[len(took) // 2], "p95_ms": 1000 * took[int(len(took) * 0.95)]}


# Streams


class Model:
    """An endpoint that answers one call after another, slowly, so that all can watch."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self._one = asyncio.Semaphore(1)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        await self.go.wait()
        async with self._one:
            for number in range(4):
                choice = {"index": 0, "delta": {"content": f"word {number} "}, "finish_reason": "stop" if number == 3 else None}
                writer.write(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n")
                await asyncio.sleep(0.1)
        writer.write(b"data: [DONE]\n\n")
        await writer.drain()
        writer.close()


async def watch(port: int, run: str, ready: asyncio.Event, joined: list[int]) -> tuple[list[int], bool, float]:
    """The steps seen, whether the end came, and when."""
    steps: list[int] = []
    try:
        async with Wire(port) as wire:
            await wire.ask(f"/runs/{run}/events")
            joined.append(1)
            if len(joined) == joined_wanted[0]:
                ready.set()
            while line := await wire.reader.readline():
                if line.startswith(b"id: "):
                    steps.append(int(line[4:]))
                elif line.startswith(b"event: end"):
                    return steps, True, time.perf_counter()
    except (OSError, asyncio.IncompleteReadError):
        pass
    return steps, False, time.perf_counter()


joined_wanted = [0]


async def streams(port: int, model: Model, server: psutil.Process, count: int) -> dict[str, Any]:
    asked = {"instrument": "sampling", "params": {"parts": ["again"], "temperatures": [0.7], "samples": 24, "max_tokens": 8}}
    async with Wire(port) as wire:
        run = json.loads(await wire.page("/runs", json.dumps(asked).encode()))["id"]
    before = server.memory_info().rss
    ready, joined = asyncio.Event(), list[int]()
    joined_wanted[0] = count
    watching = [asyncio.create_task(watch(port, run, ready, joined)) for _ in range(count)]
    async with asyncio.timeout(PATIENCE):
        await ready.wait()
        held = server.memory_info().rss
        model.go.set()
        began = time.perf_counter()
        slowest_page = 0.0
        while not all(task.done() for task in watching):
            asked_at = time.perf_counter()
            async with Wire(port) as wire:
                await wire.page("/model/strip")
            slowest_page = max(slowest_page, time.perf_counter() - asked_at)
            await asyncio.sleep(0.2)
        seen = [task.result() for task in watching]
    ends = [when for _, ended, when in seen if ended]
    return {
        "streams": count,
        "dropped": sum(not ended for _, ended, _ in seen),
        "incomplete": sum(steps != list(range(1, 25)) for steps, _, _ in seen),
        "run_s": max(ends) - began if ends else None,
        "last_after_first_s": max(ends) - min(ends) if ends else None,
        "page_meanwhile_ms": 1000 * slowest_page,
        "memory_before_mb": before / 1e6,
        "memory_while_mb": held / 1e6,
        "memory_at_end_mb": server.memory_info().rss / 1e6,
        "kb_per_stream": (held - before) / count / 1000,
    }


async def measure(readers: int, count: int) -> dict[str, Any]:
    model = Model()
    endpoint = await asyncio.start_server(model.answer, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{endpoint.sockets[0].getsockname()[1]}/v1"
    with tempfile.TemporaryDirectory(prefix="fluency-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        told = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": base, "model": "told", "abilities": {"seed": True}}
        (folder / "models.json").write_text(json.dumps({"current": "told", "models": [told]}))
        (folder / "hello.py").write_text(HELLO)
        lab_port, bare_port = free_port(), free_port()
        lab = serve("fluencylab.web.app:create_app", lab_port, folder, "--factory")
        bare = serve("hello:app", bare_port, folder)
        try:
            await asyncio.gather(wait_for(lab_port), wait_for(bare_port))
            await read(lab_port, 2)  # templates are compiled, content is read
            pages, hello = await read(lab_port, readers), await read(bare_port, readers)
            found = await streams(lab_port, model, psutil.Process(lab.pid), count)
        finally:
            for process in (lab, bare):
                process.terminate()
            for process in (lab, bare):
                process.wait(30)
            endpoint.close()
    ratios = {"per_second": pages["per_second"] / hello["per_second"], "p95": pages["p95_ms"] / hello["p95_ms"]}
    ok = found["dropped"] == 0 and found["incomplete"] == 0
    return {"readers": readers, "pages": pages, "hello": hello, "ratio": ratios, "streams": found, "ok": ok, "load": os.getloadavg()[0]}


ABOUT = "Many readers at once, against a bare “hello” of the same server in the same run; and a thousand pages that watch one run."


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What was promised, for the table in the docs."""
    pages, told = found["pages"], found["streams"]
    lost = told["dropped"] + told["incomplete"]
    speed = f"{pages['per_second']:.0f} pages a second, {found['ratio']['per_second']:.3f} of the bare server"
    wait = f"p50 {pages['p50_ms']:.0f} ms, p95 {pages['p95_ms']:.0f} ms"
    return [
        {
            "what": "200 readers at once",
            "value": speed,
            "target": "told",
            "met": True,
            "means": "each page is drawn anew from the database",
        },
        {"what": "what they wait", "value": wait, "target": "told", "met": True, "means": "with all of them asking without a pause"},
        {
            "what": "1,000 open event streams",
            "value": f"{lost} lost",
            "target": "0",
            "met": lost == 0,
            "means": "every page saw every step and the end",
        },
        {
            "what": "memory of a stream",
            "value": f"{told['kb_per_stream']:.0f} kB",
            "target": "told",
            "met": True,
            "means": "a class that watches together fits one worker",
        },
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = asyncio.run(measure(given.readers, given.streams))
    if given.json:
        print(json.dumps({"about": ABOUT, "rows": rows(found), **found}, indent=1))
        return
    print(f"{given.readers} readers at once     requests/s      p50 ms      p95 ms")
    for name in ("pages", "hello"):
        print(f"  {name:<20}{found[name]['per_second']:>10.0f}{found[name]['p50_ms']:>12.0f}{found[name]['p95_ms']:>12.0f}")
    print(f"  ratio               {found['ratio']['per_second']:>10.3f}{'':>12}{found['ratio']['p95']:>12.1f}")
    told = found["streams"]
    print(f"{told['streams']} streams on one worker: {told['dropped']} dropped, {told['incomplete']} incomplete")
    print(f"  {told['kb_per_stream']:.0f} kB each; the last saw the end {told['last_after_first_s'] or 0:.2f} s after the first")
    print(f"  a page meanwhile took at most {told['page_meanwhile_ms']:.0f} ms")
    print(f"load of the machine {found['load']:.1f}")


if __name__ == "__main__":
    main()
