"""How fast a version is run on its cases: through the lab, and by the best pooled client that makes the same calls.

Each side has the same server in a process of its own: one on loopback that takes 20 ms and answers 64 at once, and the embedded engine.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import openai
import psutil  # type: ignore[import-untyped]

from fluencylab.actions import verdicts
from fluencylab.actions.runs import the_learner
from fluencylab.actions.workbench import cases, evaluations, products, versions
from fluencylab.models import wire
from fluencylab.models.catalogue import Entry
from fluencylab.models.engine import KEY, Engine
from fluencylab.models.types import Message, Request
from fluencylab.runs.feed import Feed
from fluencylab.runs.queue import RunQueue
from fluencylab.settings import settings
from fluencylab.store import product_queries
from fluencylab.store.engine import Store
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.version import Version

CASES, AT_ONCE = 200, 64
MANY = 10_000
ENGINE_TOKENS = 24
SYSTEMS = ("Be brief, 1.", "Be brief, 2.")
Bodies = list[dict[str, Any]]
Asking = Callable[[str, str, Bodies, int], Awaitable[float]]


@contextmanager
def answering() -> Iterator[str]:
    """The server of `bench/workbench.py` in a process of its own. Gives its address."""
    command = [sys.executable, "-m", "bench.workbench", "--serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    assert server.stdout
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def calls_so_far(address: str) -> int:
    with urllib.request.urlopen(f"{address}/count") as answer:
        return int(answer.read())


def bodies(entry: Entry, number: int, tokens: int) -> Bodies:
    """What the lab sends for the cases of one product, both versions."""
    return [
        wire.body(entry, Request(messages=(Message(role="system", content=system), Message(role="user", content=question)),
                                 temperature=0, max_tokens=tokens))
        for system in SYSTEMS for question in questions(number)
    ]  # fmt: skip


def questions(number: int) -> list[str]:
    return [f"Where is parcel {i} of {number}?" for i in range(CASES)]


async def by_openai(address: str, key: str, asked: Bodies, at_once: int) -> float:
    """Calls a second of the openai client, which keeps its connections."""
    async with openai.AsyncOpenAI(base_url=address, api_key=key) as client:

        async def one(body: dict[str, Any]) -> None:
            async with room:
                told = {name: body[name] for name in ("model", "messages", "stream", "temperature", "max_tokens")}
                rest = {name: value for name, value in body.items() if name not in told}
                async for _ in await client.chat.completions.create(**told, extra_body=rest):
                    pass

        room = asyncio.Semaphore(at_once)
        return await _rate(one(body) for body in asked)


async def by_httpx(address: str, key: str, asked: Bodies, at_once: int) -> float:
    """Calls a second of nothing but a pool of connections, which reads each stream to its end and parses its events.

    llama.cpp promises to keep a connection and closes it after each stream: there it is opened anew.
    """
    limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=0 if key == KEY else at_once)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(limits=limits, timeout=600, headers=headers, trust_env=False) as client:

        async def one(body: dict[str, Any]) -> None:
            async with room, client.stream("POST", f"{address}/chat/completions", json=body) as answer:
                async for line in answer.aiter_lines():
                    if line.startswith("data: {"):
                        json.loads(line[6:])

        room = asyncio.Semaphore(at_once)
        return await _rate(one(body) for body in asked)


async def _rate(work: Any) -> float:
    began, tasks = time.perf_counter(), [asyncio.ensure_future(one) for one in work]
    await asyncio.gather(*tasks)
    return len(tasks) / (time.perf_counter() - began)


@asynccontextmanager
async def desk(number: int, many: int = CASES, tokens: int = 200) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """A product with so many cases and two versions. Gives what runs both, and tells the seconds from the start to the end of both."""
    async with Store() as store:
        learner, queue = await the_learner(store), RunQueue(verdicts.of_run)
        product = await products.make(store, learner, f"Running {number}")
        asked = questions(number) if many == CASES else [f"Where is parcel {i} of {number}?" for i in range(many)]
        drafts = [CaseDraft({"question": one}, "", (), False, f"row {i}", "", None, "") for i, one in enumerate(asked)]
        await cases.add(store, learner, product, drafts, mask=False)
        for n, system in enumerate(SYSTEMS, start=1):
            await versions.add(store, learner, product, Version.of(system, "{{question}}", max_tokens=tokens), f"try {n}")
        await queue.open()

        async def both() -> float:
            began = time.perf_counter()
            runs = [await evaluations.start(store, queue, learner, product, n, "all", 1, 50, 1) for n in (1, 2)]
            for run in runs:
                await ended(store, run)
            took = time.perf_counter() - began
            async with store.read() as session:
                outputs = await product_queries.output_counts(session, product)
            assert all(outputs[run] == many for run in runs), outputs
            return took

        try:
            yield both
        finally:
            await queue.close()


async def ended(store: Store, run_id: str) -> None:
    feed = Feed(store)
    async for news in feed.watch(run_id):
        if news[-1].kind == "end":
            assert news[-1].data["status"] == "done", news[-1].data
    await feed.close()


async def against(entry: Entry, address: str, key: str, number: int, tokens: int, at_once: int) -> dict[str, float]:
    """One round: the lab and each client make the same 400 calls, in turn; and the lab again, with nothing changed."""
    clients: dict[str, Asking] = {"openai": by_openai, "httpx2": by_httpx}
    found = {name: await ask(address, key, bodies(entry, 3 * number + n, tokens), at_once) for n, (name, ask) in enumerate(clients.items())}
    async with desk(3 * number + 2, tokens=tokens) as both:
        found["lab"] = 2 * CASES / await both()
        found["again"] = await both()
    return found


async def on_the_engine(entry: Entry, rounds: int) -> list[dict[str, float]]:
    engine = Engine(entry)
    address = f"{await engine.ensure()}/v1"
    try:
        await by_httpx(address, KEY, bodies(entry, 10**6, ENGINE_TOKENS)[:16], settings().engine_slots)  # warm
        return [await against(entry, address, KEY, number, ENGINE_TOKENS, 2 * settings().engine_slots) for number in range(rounds)]
    finally:
        engine.release()


async def ten_thousand(address: str) -> dict[str, float]:
    """Two runs of 5,000 calls each after two of 500: calls a second, and by how many bytes the process has grown meanwhile."""
    process, found = psutil.Process(), dict[str, float]()
    for number, many in ((10**6, MANY // 20), (10**6 + 1, MANY // 2)):
        async with desk(number, many) as both, _peak(process) as peak:
            found["rate"] = 2 * many / await both()
        found[f"memory {2 * many}"] = peak[0]
    found["calls"] = calls_so_far(address)
    return found


@asynccontextmanager
async def _peak(process: Any) -> AsyncIterator[list[int]]:
    """The most memory that was seen."""
    seen = [process.memory_info().rss]

    async def look() -> None:
        while True:
            seen[0] = max(seen[0], process.memory_info().rss)
            await asyncio.sleep(0.1)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
