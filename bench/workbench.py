"""The learner's own product with 100 and with 10,000 outputs, and how fast a version is run on its cases.

    python -m bench.workbench            a table
    python -m bench.workbench --json     for a program

Pages: a product whose cases came with answers of two versions and with labels, then each of its pages in turn, drawn anew every time; what
is told is processor time, of a page with 10,000 outputs against the same with 100. Running: 200 cases × 2 versions as two durable runs,
against the openai client, pooled, and a pool of connections alone, which make the same calls on the same server (`bench/running.py`).
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import running
from fluencylab.actions.runs import the_learner
from fluencylab.actions.workbench import cases, judging, products, reading, versions
from fluencylab.models import catalogue
from fluencylab.settings import settings
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.web import page_basis
from fluencylab.web.app import create_app
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.version import Version

SIZES = (100, 10_000)
PAGES = ("", "/read/{run}", "/versions", "/evaluate", "/evaluations/{run}", "/modes", "/checks", "/compare", "/memo")
READ = 40
"""Outputs that somebody read, however many there are."""
TARGET_READ_MS, TARGET_RATIO, TARGET_RATE, TARGET_ENGINE, TARGET_AGAIN, TARGET_GROWTH = 50, 4.0, 0.95, 0.95, 1.0, 40
CASES, AT_ONCE, TAKES = 200, 64, 0.02
ABOUT = "A product with 100 and with 10,000 outputs, half of each of two versions; and 200 cases × 2 versions run."


async def fill(store: Store, learner: str, size: int) -> tuple[str, str]:
    """A product with so many outputs, half of each of two versions. Gives it and the later evaluation."""
    product = await products.make(store, learner, f"Of {size}")
    for n in (1, 2):
        await versions.add(store, learner, product, Version.of(f"Be brief, {n}.", "{{question}}"), f"try {n}")
    for n in (1, 2):
        drafts = [CaseDraft({"question": f"Where is parcel {i}?"}, f"At depot {i % 9}", (), i % 50 == 0, f"row {i}", said(i, n), None, "")
                  for i in range(size // 2)]  # fmt: skip
        run = (await cases.add(store, learner, product, drafts, mask=False, version=n)).run
        for seq in range(1, READ + 1):
            await reading.say(store, learner, product, run, seq, bool(seq % 3), "names no depot" if seq % 3 == 0 else "")
    await judging.add_check(store, learner, product, "names a depot", {"kind": "pattern", "value": r"depot \d"})
    await judging.add_check(store, learner, product, "short", {"kind": "length", "most": 40})
    await judging.add_check(store, learner, product, "right depot", {"kind": "contains", "values": ["{{reference}}"]})
    await judging.add_check(store, learner, product, "in English", {"kind": "language", "code": "en"})
    return product, run


def said(i: int, version: int) -> str:
    where = f"at depot {i % 9}" if i % (2 + version) else "on its way"
    return f"Your parcel {i} is {where}, and we will write to you as soon as it can be picked up. " * 3


async def pages(size: int, rounds: int) -> dict[str, float]:
    """Milliseconds of the processor for each page, the median; and the first time the checks were looked at."""
    async with Store() as store:
        product, run = await fill(store, await the_learner(store), size)
    app, took = create_app(), dict[str, list[float]]()
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8700", timeout=600) as client:
            for _ in range(rounds + 1):
                for path in PAGES:
                    began = time.process_time()
                    answer = await client.get(f"/product/{product}{path.format(run=run)}", headers={"Accept": "text/html"})
                    took.setdefault(path, []).append(1000 * (time.process_time() - began))
                    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return {path: statistics.median(each[1:]) for path, each in took.items()} | {"first /checks": took["/checks"][0]}


async def drawn_anew(lab: Any) -> None:
    """No page is kept from one time to the next."""


# Running


class Answering:
    """A server that answers every chat with a few words, after a moment; 64 at once."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self.calls = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=512)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        finally:
            server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"GET /v1/count"):
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%d" % (len(str(self.calls)), self.calls))
                    continue
                self.calls += 1
                length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
                body = json.loads(await reader.readexactly(length)) if length else {}
                async with self._room:
                    await asyncio.sleep(TAKES)
                writer.write(streamed() if body.get("stream") else whole())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


USAGE = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}


def streamed() -> bytes:
    def event(told: Any) -> str:
        return "data: " + json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "told", **told}) + "\n\n"

    words = [
        {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]} for word in ("It ", "is ", "at ", "depot ", "4.")
    ]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    text = "".join(map(event, [*words, end, {"choices": [], "usage": USAGE}])) + "data: [DONE]\n\n"
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def whole() -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": "It is at depot 4."}, "finish_reason": "stop"}
    text = json.dumps({"id": "x", "object": "chat.completion", "created": 0, "model": "told", "choices": [choice], "usage": USAGE})
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


async def rates(rounds: int) -> dict[str, list[dict[str, float]]]:
    """On the server on loopback and on the embedded engine: calls a second of each client and of the lab, in turn."""
    with running.answering() as address:
        use(address)
        hosted = [await running.against(catalogue.current(), address, "none", n, 200, AT_ONCE) for n in range(rounds)]
        before = running.calls_so_far(address)
        many = await running.ten_thousand(address)
        many["calls"] -= before
    catalogue.use(catalogue.DEFAULT)
    return {"hosted": hosted, "many": [many], "engine": await running.on_the_engine(catalogue.current(), 1)}


def use(address: str) -> None:
    endpoint = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": address, "model": "told"}
    (settings().data / "models.json").write_text(json.dumps({"current": "told", "models": [endpoint]}))


async def measure(rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="fluency-bench-", ignore_cleanup_errors=True) as name:
        os.environ["FLUENCY_DATA"] = name
        settings.cache_clear()
        use("http://127.0.0.1:9/v1")
        await asyncio.to_thread(migrate)
        page_basis.basis = drawn_anew
        drawn = {size: await pages(size, rounds) for size in SIZES}
        return {"pages": drawn, **await rates(3)}


def table(found: dict[str, Any]) -> list[dict[str, Any]]:
    few, many = (found["pages"][size] for size in SIZES)
    told = []
    for path in PAGES:
        ratio, read = many[path] / few[path], path.startswith("/read")
        value = f"{few[path]:.0f} / {many[path]:.0f} ms, {ratio:.1f} times"
        target = f"≤ {TARGET_READ_MS} ms" if read else f"≤ {TARGET_RATIO:g} times"
        met = many[path] <= TARGET_READ_MS if read else ratio <= TARGET_RATIO
        told.append(_told(f"/product/…{path.format(run='…')}, at 100 / 10,000 outputs", value, target, met, "processor time of a page"))
    first = f"{few['first /checks']:.0f} / {many['first /checks']:.0f} ms"
    told.append(_told("/product/…/checks, the first time after a start", first, "told", True, "four checks judge every output once"))
    for where, name, least in (("a server that takes 20 ms", "hosted", TARGET_RATE), ("the embedded engine", "engine", TARGET_ENGINE)):
        told += _of_rates(where, found[name], least)
    many = found["many"][0]
    few, all_of_them = (many[f"memory {n}"] / 1e6 for n in (running.MANY // 10, running.MANY))
    what = f"{running.MANY:,} calls in two runs, beside {running.MANY // 10:,}"
    value = f"{many['rate']:.0f} calls a second; {few:.0f} / {all_of_them:.0f} MB"
    told.append(_told(what, value, f"≤ {TARGET_GROWTH} MB more", all_of_them - few <= TARGET_GROWTH, "memory of the lab's process"))
    return told


def _of_rates(where: str, rounds: list[dict[str, float]], target: float) -> list[dict[str, Any]]:
    """The lab beside the pooled client that everybody uses, and beside one that only reads; and the same again. Medians of all rounds."""
    lab, ours, bare, again = (statistics.median(one[name] for one in rounds) for name in ("lab", "openai", "httpx2", "again"))
    what = f"{CASES} cases × 2 versions on {where}"
    rates = f"{lab:.1f} / {ours:.1f} calls a second, {lab / ours:.2f}"
    means = "each call and output stored on the way"
    soon, beside = again <= TARGET_AGAIN, f"{lab / bare:.2f} of {bare:.1f} calls a second"
    return [
        _told(f"{what}, the lab beside the openai client, pooled", rates, f"≥ {target:g}", lab / ours >= target, means),
        _told(f"{what}, beside a pool of connections alone", beside, "told", True, "it reads and forgets"),
        _told(f"again on {where}, with nothing changed", f"{again:.2f} s", f"≤ {TARGET_AGAIN:g} s", soon, "no call"),
    ]


def _told(what: str, value: str, target: str, met: bool, means: str) -> dict[str, Any]:
    return {"what": what, "value": value, "target": target, "met": met, "means": means}


async def serve() -> int:
    async with Answering().serving() as address:
        print(address, flush=True)
        await asyncio.Event().wait()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help="Only answer, as the server on loopback that the others are measured on.")
    given = parser.parse_args()
    if given.serve:
        return asyncio.run(serve())
    found = asyncio.run(measure(given.rounds))
    if given.json:
        print(json.dumps({"about": ABOUT, "rows": table(found), "cores": os.cpu_count(), "load": os.getloadavg()[0]}))
        return 0
    for one in table(found):
        print(f"{one['what']:72} {one['value']:>38} (target {one['target']})  {one['means']}")
    return 0 if all(one["met"] for one in table(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
