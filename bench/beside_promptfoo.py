"""How long an evaluation takes here and in promptfoo: the same calls, each program from its start to its end, cache off.

    python -m bench.beside_promptfoo                 on a server on loopback that takes 20 ms and answers 64 at once
    python -m bench.beside_promptfoo --engine        and on the embedded engine
    python -m bench.beside_promptfoo --cases 50      fewer than 200 cases

A product of two versions, with one check, is run by `fluency product run --version 1 --version 2`, every call and output stored and judged;
and its hand-off bundle is run by promptfoo, which is asked for 64 at once as well (on the engine for as many as the lab asks). Starting
Python is counted here, as starting Node.js is there, and what each compiles once is kept, as whoever installs it has it: a first round of
few cases is not counted. In turn, three times; the medians. Beside the seconds the processor time of each, which a busy machine
changes less.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import outside_tools  # noqa: E402

from fluencylab.actions.runs import the_learner  # noqa: E402
from fluencylab.actions.workbench import bundling, cases, judging, products, versions  # noqa: E402
from fluencylab.models import catalogue, open_model  # noqa: E402
from fluencylab.models.engine import KEY, Engine  # noqa: E402
from fluencylab.settings import settings  # noqa: E402
from fluencylab.store.engine import Store  # noqa: E402
from fluencylab.store.migrate import migrate  # noqa: E402
from fluencylab.workbench.bring_in import CaseDraft  # noqa: E402
from fluencylab.workbench.version import Version  # noqa: E402

CASES, ROUNDS, AT_ONCE, TOKENS = 200, 3, 64, 16
ENGINE_AT_ONCE = 8
TARGET, ENGINE_TARGET = 0.5, 0.85
WARM = 8
"""Cases of the round that is not counted."""
SERVE = "--serve-answers"


# One product, for both


async def made(number: int, size: int) -> tuple[str, dict[str, bytes]]:
    """A product that nobody has run yet, and its bundle."""
    async with Store() as store:
        learner = await the_learner(store)
        product = await products.make(store, learner, f"Running {number}")
        drafts = [
            CaseDraft({"question": f"Where is parcel {i} of {number}?"}, "", (), False, f"row {i}", "", None, "") for i in range(size)
        ]
        await cases.add(store, learner, product, drafts, mask=False)
        for n in (1, 2):
            await versions.add(store, learner, product, Version.of(f"Be brief, {n}.", "{{question}}", 0.0, TOKENS), f"try {n}")
        await judging.add_check(store, learner, product, "names a depot", {"kind": "pattern", "value": r"depot \d"})
        return product, (await bundling.make(store, learner, product, (1, 2))).files


class Took(NamedTuple):
    """Wall time and processor time of a program, in seconds, with all that it started."""

    seconds: float
    processor: float


def timed(act: Callable[[], dict[str, int]]) -> tuple[Took, dict[str, int]]:
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    told = act()
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), told


def by_the_lab(product: str) -> dict[str, int]:
    asked = ["product", "run", "--product", product, "--version", "1", "--version", "2", "--part", "all", "--expect", "50", "--json"]
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ran = subprocess.run(
        [sys.executable, "-m", "fluencylab.cli.main", *asked], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-1000:] + ran.stderr[-2000:]
    found = json.loads(ran.stdout)
    return {"outputs": sum(len(one["outputs"]) for one in found), "judged": sum(one["checks"][0]["told"] for one in found)}


def by_promptfoo(folder: Path, address: str, model: str, key: str, at_once: int) -> dict[str, int]:
    home = folder.parent
    surroundings = outside_tools.environment(home, OPENAI_BASE_URL=address, OPENAI_API_KEY=key, MODEL=model)
    command = [*outside_tools.promptfoo(), "eval", "--no-cache", "--no-progress-bar", "--no-table", "-j", str(at_once), "-o", "out.json"]
    ran = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 100), ran.stdout[-2000:] + ran.stderr[-2000:]
    results = json.loads((folder / "out.json").read_text(encoding="utf-8"))["results"]["results"]
    answered = [one for one in results if one.get("response", {}).get("output") is not None]
    return {"outputs": len(answered), "judged": sum(bool(one["gradingResult"]) for one in answered)}


async def rounds(numbers: range, size: int, address: str, model: str, key: str, at_once: int) -> list[tuple[Took, Took]]:
    """The lab and promptfoo, in turn. The first is not counted."""
    told = []
    for number, of in zip(numbers, (min(size, WARM), *(size for _ in numbers)), strict=False):
        product, files = await made(number, of)
        with tempfile.TemporaryDirectory(prefix="fluency-bench-") as name:
            folder = Path(name) / "bundle"
            for file, content in files.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_bytes(content)
            ours, here = await asyncio.to_thread(timed, partial(by_the_lab, product))
            theirs, there = await asyncio.to_thread(timed, partial(by_promptfoo, folder, address, model, key, at_once))
        assert here == there == {"outputs": 2 * of, "judged": 2 * of}, (here, there)
        told.append((ours, theirs))
    return told[1:]


@asynccontextmanager
async def answering() -> AsyncIterator[str]:
    """The server, in a process of its own, so that neither side has it within."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.beside_promptfoo", SERVE, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout
    try:
        yield (await child.stdout.readline()).decode().strip()
    finally:
        child.terminate()
        await child.wait()


async def serve() -> None:
    from bench.workbench import Answering  # noqa: PLC0415 (it brings the pages along, which the lab's side does not need)

    async with Answering().serving() as address:
        print(address, flush=True)
        await asyncio.Event().wait()


def use(address: str) -> None:
    endpoint = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": address, "model": "told"}
    (settings().data / "models.json").write_text(json.dumps({"current": "told", "models": [endpoint]}))


async def measure(size: int, on_engine: bool, times: int) -> list[dict[str, Any]]:
    outside_tools.promptfoo()
    told = []
    with tempfile.TemporaryDirectory(prefix="fluency-bench-", ignore_cleanup_errors=True) as name:
        os.environ["FLUENCY_DATA"] = name
        settings.cache_clear()
        await asyncio.to_thread(migrate)
        async with answering() as address:
            use(address)
            told.append(
                row("a server that takes 20 ms", TARGET, size, await rounds(range(times + 1), size, address, "told", "none", AT_ONCE))
            )
        if on_engine:
            (settings().data / "models.json").unlink()
            client = await open_model(catalogue.DEFAULT)
            engine = Engine(catalogue.find(catalogue.DEFAULT))
            address = f"{await engine.public_address()}/v1"
            found = await rounds(range(times + 1, 2 * times + 2), size, address, client.card.slug, KEY, ENGINE_AT_ONCE)
            told.append(row("the embedded engine", ENGINE_TARGET, size, found))
            engine.release()
    return told


def row(where: str, target: float, size: int, found: list[tuple[Took, Took]]) -> dict[str, Any]:
    ours, theirs = (statistics.median(one[side].seconds for one in found) for side in (0, 1))
    ratio = statistics.median(one.seconds / other.seconds for one, other in found)
    busy, busy_there = (statistics.median(one[side].processor for one in found) for side in (0, 1))
    return {
        "what": f"{size} cases × 2 versions on {where}, `fluency product run` / promptfoo {outside_tools.PROMPTFOO}",
        "value": f"{ours:.1f} / {theirs:.1f} s, {ratio:.2f}",
        "target": f"≤ {target:g}",
        "met": ratio <= target,
        "means": f"from the start of each program to its end; {busy:.1f} / {busy_there:.1f} s of a processor",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(SERVE, action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve_answers:
        asyncio.run(serve())
        return 0
    found = asyncio.run(measure(given.cases, given.engine, given.rounds))
    if given.json:
        print(json.dumps({"about": (__doc__ or "").splitlines()[0], "rows": found, "cores": os.cpu_count(), "load": os.getloadavg()[0]}))
    else:
        for one in found:
            print(f"{one['what']:96} {one['value']:>24} (target {one['target']})  {one['means']}")
    return 0 if all(one["met"] for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
