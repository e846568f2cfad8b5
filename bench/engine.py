"""What we promise about the engine's speed, as ratios from one run: `python -m bench.engine [--json]`, under 90 seconds.

    client    our client against bare HTTP on the same engine: tokens a second, and the time added to the first token
    threads   the engine as we run it against one thread and against all cores, on a quiet machine and beside one busy process

Medians of interleaved repeats, so that whatever else the machine does falls on all alike. Bare HTTP is a socket and a count of
lines: nothing can be faster. A machine that others use has no quiet half: how busy it was is printed, and belongs to the result.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any

import psutil  # type: ignore[import-untyped]

from fluencylab.models import catalogue, close, download, open_model
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY, Engine
from fluencylab.models.types import Message, Request
from fluencylab.settings import environment_name, settings

ABOUT = "The embedded engine: our client against bare HTTP, and our choice of threads against the fixed ones."
TOKENS = 48
REPEATS = 5
SETTLE = 2.0
PATIENCE = 4.0
PROMISES = {"client tokens/s": (">=", 0.97), "client added ms": ("<=", 5.0), "quiet": (">=", 0.8), "busy": (">=", 0.8)}


def request(number: int) -> Request:
    said = f"Tell a long story about lighthouse number {number}."
    return Request(messages=(Message(role="user", content=said),), max_tokens=TOKENS, temperature=0)


def bare(address: str, body: dict[str, Any]) -> tuple[float, float]:
    """(ms to the first token, tokens a second after it) of one streamed call, with nothing between us and the socket."""
    host, port = address.removeprefix("http://").split(":")
    text = json.dumps(body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n"
    began = time.perf_counter()
    moments: list[float] = []
    with socket.create_connection((host, int(port))) as wire:
        wire.sendall(f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text)
        with wire.makefile("rb") as lines:
            for line in lines:
                if line.startswith(b"data: {") and b'"content":"' in line:
                    moments.append(time.perf_counter())
    return (moments[0] - began) * 1000, (len(moments) - 1) / (moments[-1] - moments[0])


async def through_client(client: Client, asked: Request) -> tuple[float, float]:
    """(ms to the first token, tokens a second after it). Threads that wait for each other can nearly stand still: then what came counts."""
    moments: list[float] = []
    began = time.perf_counter()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            completion = await client.complete(asked, on_token=lambda token: moments.append(time.perf_counter()))
            return completion.timing.ttft_ms, completion.timing.tps
    return (moments[0] - began if moments else PATIENCE) * 1000, max(0, len(moments) - 1) / PATIENCE


async def client_against_bare(client: Client) -> dict[str, float]:
    """Both ask the same address with the same bodies; which of them goes first alternates."""
    assert client.engine
    address = await client.engine.public_address()
    steady = Client(client.entry, client.engine)
    steady.base_url = _fixed(f"{address}/v1")  # type: ignore[assignment,method-assign]
    body = (await steady.complete(request(0))).sent
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for turn in range(REPEATS * 2):
        if turn % 2:
            ours.append(await through_client(steady, request(0)))
        else:
            theirs.append(await asyncio.to_thread(bare, address, body))
    return {
        "client tokens/s": median(tps for _, tps in ours) / median(tps for _, tps in theirs),
        "client added ms": median(ms for ms, _ in ours) - median(ms for ms, _ in theirs),
    }


def _fixed(address: str) -> Callable[..., Awaitable[str]]:
    async def base_url(body: dict[str, Any] | None = None) -> str:
        return address

    return base_url


async def threads(ours: Client, others: dict[str, Client]) -> dict[str, float]:
    """Tokens a second of each, in turns. Before ours there is a pause: to it, the rivals' work is that of another process."""
    speeds: dict[str, list[float]] = {name: [] for name in ("ours", *others)}
    for turn in range(REPEATS):
        await asyncio.sleep(SETTLE)
        for name, client in {"ours": ours, **others}.items():
            speeds[name].append((await through_client(client, request(turn)))[1])
    return {name: median(values) for name, values in speeds.items()}


def median(values: Iterable[float]) -> float:
    return statistics.median(list(values))


@contextlib.contextmanager
def busy_process() -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


@contextlib.asynccontextmanager
async def fixed_engine(count: int) -> AsyncIterator[Client]:
    """An engine of its own with a fixed number of threads, and the same weights."""
    os.environ[environment_name("engine_threads")] = str(count)
    settings.cache_clear()
    entry = catalogue.find(catalogue.DEFAULT)
    client = Client(entry, Engine(entry))
    del os.environ[environment_name("engine_threads")]
    try:
        await client.complete(request(0))  # started with the settings of this moment
        settings.cache_clear()
        yield client
    finally:
        if client.engine:
            await client.engine.stop()
        await client.close()


async def measure() -> dict[str, Any]:
    cores = psutil.cpu_count() or 1
    others_busy = await asyncio.to_thread(psutil.cpu_percent, 2) / 100 * cores
    async with fixed_engine(1) as one, fixed_engine(cores) as every:
        ours = await open_model(catalogue.DEFAULT)
        rivals = {"1 thread": one, f"{cores} threads": every}
        result: dict[str, Any] = {"cores": cores, "cores used by others": round(others_busy, 2)}
        result |= await client_against_bare(ours)
        result["quiet speeds"] = await threads(ours, rivals)
        with busy_process():
            result["busy speeds"] = await threads(ours, rivals)
        await close(ours)
    for state in ("quiet", "busy"):
        speeds = result[f"{state} speeds"]
        result[state] = speeds["ours"] / max(speed for name, speed in speeds.items() if name != "ours")
    return result


def kept(result: dict[str, Any], name: str) -> bool:
    sign, limit = PROMISES[name]
    return bool(result[name] >= limit if sign == ">=" else result[name] <= limit)


def rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    """What was promised, for the table in the docs."""
    speeds = {
        state: ", ".join(f"{name} {speed:.0f}" for name, speed in result[f"{state} speeds"].items()) + " tokens/s"
        for state in ("quiet", "busy")
    }
    others = f"others used {result['cores used by others']} of {result['cores']} cores before we began"
    said = {
        "client tokens/s": ("tokens a second through our client, over bare HTTP", "what the lab's care for every token costs"),
        "client added ms": ("milliseconds our client adds to the first token", "nobody feels it"),
        "quiet": (f"our choice of threads over the better fixed one, alone ({speeds['quiet']})", f"all cores when they are free; {others}"),
        "busy": (f"the same beside one busy process ({speeds['busy']})", "fewer threads when they are not"),
    }
    return [
        {
            "what": what,
            "value": f"{result[name]:.2f}",
            "target": "{} {:g}".format(*PROMISES[name]),
            "met": kept(result, name),
            "means": means,
        }
        for name, (what, means) in said.items()
    ]


def show(result: dict[str, Any]) -> None:
    for name, (sign, limit) in PROMISES.items():
        value = result[name]
        print(f"{name:18} {value:8.2f}   promised {sign} {limit:<5}  {'kept' if kept(result, name) else 'BROKEN'}")
    for state in ("quiet", "busy"):
        print(f"  {state}: " + ", ".join(f"{name} {speed:.0f} tokens/s" for name, speed in result[f"{state} speeds"].items()))
    print(f"  {result['cores']} cores, of which others used {result['cores used by others']} before we began")


def main() -> None:
    parser = argparse.ArgumentParser(description="Ratios of the embedded engine's speed")
    parser.add_argument("--json", action="store_true", help="for programs")
    arguments = parser.parse_args()
    download.fetch(catalogue.find(catalogue.DEFAULT))
    result = asyncio.run(measure())
    if arguments.json:
        print(json.dumps({"about": ABOUT, "rows": rows(result), **result}))
    else:
        show(result)


if __name__ == "__main__":
    main()
