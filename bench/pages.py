"""Many readers at once, and many who watch one run.

    python bench/pages.py [--readers 200] [--streams 1000] [--json]

A lab of its own is started with one uvicorn worker, and beside it, from the same uvicorn, a bare FastAPI application with one route, which
sends the very bytes of the lab's pages, compressed as the lab does it: what a page costs whose making costs nothing.

    unchanged  each of the readers asks for every page of the learner's path in turn, ten times: requests a second, p50 and p95 of one
               page; as a ratio: the same with the bare application, in the same minute, on the same machine. Each page was drawn before
    304        the same by readers who have the pages, as a browser has them that comes back
    changing   the same while somebody does something ten times a second, after which every page has to be drawn anew
    word       for who likes a harder measure: the bare application answers with one word, and compresses nothing
    streams    so many pages follow the events of one live run on one connection each; every one must get every step and the end,
               in order, and none may be dropped; memory of the server before and while they watch

The model is a server on loopback that takes its time, so that the run lives while it is watched. Clients and servers share the processors.
"""

import argparse
import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["/", "/concepts/tokens-and-temperature", "/missions/twelve-names-for-one-cafe", "/cases/the-tavern-keeper", "/labs/sampling"]
ROUNDS = 10
PATIENCE = 80
TARGETS = {"unchanged": 0.6, "304": 0.6, "changing": 0.25}
"""Of the bare server's pages a second."""
HELLO = """
from pathlib import Path
from urllib.parse import quote
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
pages = {file.name: file.read_text() for file in Path("pages").iterdir()}
app = FastAPI()
app.add_middleware(GZipMiddleware, compresslevel=4)
@app.get("/{path:path}", response_class=HTMLResponse)
async def hello(path: str) -> HTMLResponse: return HTMLResponse(pages.get(quote("/" + path, ""), "hello"))
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

    async def ask(self, path: str, body: bytes = b"", more: str = "") -> dict[str, str]:
        """Sends, and reads the head of the answer; ":status" is in it too. `more`: further lines of the head."""
        head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n{more}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        return {":status": first.split()[1]} | {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}

    async def act(self, path: str, fields: str) -> None:
        """A form that is sent; where it leads to is not asked for."""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        self._writer.write(f"{head}Content-Length: {len(fields)}\r\n\r\n{fields}".encode())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert answer.split()[1] == "303", answer
        await self.reader.readexactly(int(answer.split("content-length: ")[1].split("\r\n")[0]))

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


async def read(port: int, server: psutil.Process, readers: int, paths: list[str], rounds: int, known: dict[str, str]) -> dict[str, float]:
    """Every reader has a connection of its own and asks for one page after another, packed. `known`: the ETags of pages a reader has."""
    took: list[float] = []
    more = {path: "Accept-Encoding: gzip\r\n" + (f"If-None-Match: {known[path]}\r\n" if path in known else "") for path in paths}

    async def reader(first: int) -> None:
        async with Wire(port) as wire:
            for number in range(first, first + len(paths) * rounds):
                path = paths[number % len(paths)]
                began = time.perf_counter()
                head = await wire.ask(path, more=more[path])
                await wire.reader.readexactly(int(head.get("content-length", 0)))
                assert head[":status"] == ("304" if path in known else "200"), f"{path} answered {head[':status']}"
                took.append(time.perf_counter() - began)

    began, busy = time.perf_counter(), sum(server.cpu_times()[:2])
    await asyncio.gather(*(reader(number) for number in range(readers)))
    whole, worked = time.perf_counter() - began, sum(server.cpu_times()[:2]) - busy
    took.sort()
    return {
        "per_second": len(took) / whole,
        "p50_ms": 1000 * took[len(took) // 2],
        "p95_ms": 1000 * took[int(len(took) * 0.95)],
        "cpu_ms": 1000 * worked / len(took),
    }


async def drawn(port: int) -> tuple[dict[str, str], dict[str, bytes]]:
    """Every page once: its ETag and its bytes."""
    known, pages = {}, {}
    async with Wire(port) as wire:
        for path in PAGES:
            head = await wire.ask(path)
            known[path], pages[path] = head["etag"], await wire.reader.readexactly(int(head["content-length"]))
    return known, pages


def put(folder: Path, pages: dict[str, bytes]) -> None:
    """Where the bare application takes them from."""
    folder.mkdir()
    for path, page in pages.items():
        (folder / quote(path, "")).write_bytes(page)


async def keep_changing(port: int) -> None:
    """A learner who plans another week ten times a second."""
    async with Wire(port) as wire:
        for minutes in itertools.cycle(range(30, 600)):
            await wire.act("/plan", f"target={minutes}")
            await asyncio.sleep(0.1)


async def read_changing(port: int, server: psutil.Process, readers: int, rounds: int) -> dict[str, float]:
    changing = asyncio.create_task(keep_changing(port))
    try:
        return await read(port, server, readers, PAGES, rounds, {})
    finally:
        assert not changing.done(), "nothing was changed"
        changing.cancel()


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
        entry = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": base, "model": "told", "abilities": {"seed": True}}
        (folder / "models.json").write_text(json.dumps({"current": "told", "models": [entry]}))
        (folder / "hello.py").write_text(HELLO)
        lab_port, bare_port = free_port(), free_port()
        lab = serve("fluencylab.web.app:create_app", lab_port, folder, "--factory")
        try:
            await wait_for(lab_port)
            _, pages = await drawn(lab_port)
            put(folder / "pages", pages)
            bare = serve("hello:app", bare_port, folder)
            try:
                await wait_for(bare_port)
                told = await _compared(lab_port, psutil.Process(lab.pid), bare_port, psutil.Process(bare.pid), readers)
            finally:
                bare.terminate()
                bare.wait(30)
            found = await streams(lab_port, model, psutil.Process(lab.pid), count)
        finally:
            lab.terminate()
            lab.wait(30)
            endpoint.close()
    ratios = {how: told[how]["per_second"] / told["hello"]["per_second"] for how in TARGETS}
    harder = {how: told[how]["per_second"] / told["word"]["per_second"] for how in TARGETS}
    ok = found["dropped"] == 0 and found["incomplete"] == 0
    return {"readers": readers, **told, "ratio": ratios, "harder": harder, "streams": found, "ok": ok, "load": os.getloadavg()[0]}


async def _compared(
    lab: int, lab_server: psutil.Process, bare: int, bare_server: psutil.Process, readers: int
) -> dict[str, dict[str, float]]:
    """Each way of reading, and the bare application before and after them: the better of the two counts."""
    for port, server in ((lab, lab_server), (bare, bare_server)):
        await read(port, server, 8, PAGES, 2, {})  # templates are compiled, pages are drawn, connections were made
    first = await read(bare, bare_server, readers, PAGES, ROUNDS, {})
    told = {
        "changing": await read_changing(lab, lab_server, readers, ROUNDS),
        "unchanged": await _warm(lab, lab_server, readers, {}),
        "304": await _warm(lab, lab_server, readers, (await drawn(lab))[0]),
    }
    again = await read(bare, bare_server, readers, PAGES, ROUNDS, {})
    told["hello"] = max(first, again, key=lambda one: one["per_second"])
    told["word"] = await read(bare, bare_server, readers, ["/word"], ROUNDS * len(PAGES), {})
    return told


async def _warm(port: int, server: psutil.Process, readers: int, known: dict[str, str]) -> dict[str, float]:
    await read(port, server, 8, PAGES, 1, {})
    return await read(port, server, readers, PAGES, ROUNDS, known)


ABOUT = (
    "Many readers at once, against a bare FastAPI application that sends the same bytes, compressed in the same way, by the same server in "
    "the same run; and a thousand pages that watch one run."
)


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What was promised, for the table in the docs."""
    told, readers = found["streams"], found["readers"]
    lost = told["dropped"] + told["incomplete"]
    means = {
        "unchanged": ("pages that have not changed", "the finished page is kept, and sent for as long as it is true"),
        "304": ("pages that have not changed, and the reader has", "nothing is drawn, and nothing but a line is sent"),
        "changing": ("pages that change ten times a second", "drawn anew after each change, once for all who ask meanwhile"),
    }
    speeds = [
        {
            "what": f"{readers} readers at once: {means[how][0]}",
            "value": f"{found['ratio'][how]:.2f} of the bare application, {found[how]['per_second']:.0f} pages a second; "
            f"p50 {found[how]['p50_ms']:.0f} ms, p95 {found[how]['p95_ms']:.0f} ms",
            "target": f">= {target}",
            "met": found["ratio"][how] >= target,
            "means": means[how][1],
        }
        for how, target in TARGETS.items()
    ]
    harder = ", ".join(f"{means[how][0]} {ratio:.2f}" for how, ratio in found["harder"].items())
    return [
        *speeds,
        {
            "what": "the same beside a bare application that answers with one word",
            "value": harder,
            "target": "told",
            "met": True,
            "means": f"a page costs the server's process {found['unchanged']['cpu_ms']:.2f} ms, a word {found['word']['cpu_ms']:.2f} ms",
        },
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
    print(f"{given.readers} readers at once     requests/s      p50 ms      p95 ms      ms of the server's processor")
    for name in (*TARGETS, "hello", "word"):
        one = found[name]
        print(f"  {name:<20}{one['per_second']:>10.0f}{one['p50_ms']:>12.0f}{one['p95_ms']:>12.0f}{one['cpu_ms']:>12.2f}")
    for how, ratio in found["ratio"].items():
        print(f"  {how}, of hello: {ratio:.3f}; of a word: {found['harder'][how]:.3f}")
    told = found["streams"]
    print(f"{told['streams']} streams on one worker: {told['dropped']} dropped, {told['incomplete']} incomplete")
    print(f"  {told['kb_per_stream']:.0f} kB each; the last saw the end {told['last_after_first_s'] or 0:.2f} s after the first")
    print(f"  a page meanwhile took at most {told['page_meanwhile_ms']:.0f} ms")
    print(f"load of the machine {found['load']:.1f}")


if __name__ == "__main__":
    main()
