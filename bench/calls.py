"""The same calls through the lab's page, through its command line, and by a bare client that keeps its connections.

    python -m bench.calls                 a table
    python -m bench.calls --rounds 3      fewer rounds
    python -m bench.calls --json          for a program

24 answers of the embedded engine at two temperatures, with the same prompt, seeds and settings each way. The page: a run is posted to a lab
that is open, and over when its stream says so; every step is stored and told on the way. The command line: `fluency lab run sampling`, from
the start of its process to its end. The bare client is `openai`, all at once, and does nothing with what comes. The three take turns, so
that a busy minute hits them all; a first turn of each is not counted.
"""

import argparse
import asyncio
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.sampling import PARAMS, all_at_once  # noqa: E402
from bench.start import free_port, get, wait_for_port  # noqa: E402
from fluencylab.labs.sampling import instrument as sampling  # noqa: E402
from fluencylab.models import close, open_model  # noqa: E402
from fluencylab.models.engine import KEY  # noqa: E402
from fluencylab.settings import settings  # noqa: E402

PAGE, COMMAND, BARE = "the page", "the command line", "a bare client"
TARGETS = {PAGE: 0.97, COMMAND: 0.90}
PATIENCE = 600.0
ABOUT = "The same 24 calls through the lab's page and through its command line, beside a bare client that keeps its connections."
Way = Callable[[], Awaitable[int]]
"""Makes the calls; gives how many were answered."""


@asynccontextmanager
async def serving(environment: dict[str, str]) -> AsyncIterator[int]:
    """An open lab in a process of its own. Gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "fluencylab.cli.main", "serve", "--no-browser", f"--port={port}"]
    lab = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.DEVNULL, cwd=ROOT)
    try:
        await asyncio.to_thread(wait_for_port, port)
        await asyncio.to_thread(get, port, "/")
        yield port
    finally:
        lab.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        await lab.wait()


def by_the_page(port: int) -> int:
    lab = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    asked = json.dumps({"instrument": "sampling", "params": PARAMS.model_dump(mode="json")})
    lab.request("POST", "/runs", asked, {"Content-Type": "application/json"})
    lab.request("GET", json.loads(lab.getresponse().read())["events"])
    steps = 0
    for line in lab.getresponse():
        steps += line.startswith(b"event: step")
        if line.startswith(b"event: end"):
            break
    lab.close()
    return steps


def by_the_command(environment: dict[str, str]) -> int:
    given = PARAMS.model_dump(mode="json", exclude_defaults=True)
    options = [
        f"--{name.replace('_', '-')}={','.join(map(str, value)) if isinstance(value, list) else value}" for name, value in given.items()
    ]
    command = [sys.executable, "-m", "fluencylab.cli.main", "lab", "run", "sampling", *options, "--json"]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return len(json.loads(ran.stdout)["steps"])


async def measure(rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="fluency-bench-", ignore_cleanup_errors=True) as folder:
        own = {"FLUENCY_DATA": folder, "PYTHONPATH": str(ROOT)}
        os.environ |= own
        settings.cache_clear()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        model = await open_model()
        bare = openai.AsyncOpenAI(base_url=await model.base_url(), api_key=KEY, max_retries=0)

        async def by_a_bare_client() -> int:
            return len(await all_at_once(model, bare, PARAMS))

        try:
            async with serving(environment) as port:
                ways: dict[str, Way] = {
                    PAGE: lambda: asyncio.to_thread(by_the_page, port),
                    COMMAND: lambda: asyncio.to_thread(by_the_command, environment),
                    BARE: by_a_bare_client,
                }
                took = await in_turn(ways, rounds)
        finally:
            await bare.close()
            await close(model)
    return {
        "about": ABOUT,
        "rows": rows(took),
        "each_s": {name: [round(one, 2) for one in each] for name, each in took.items()},
        "rounds": rounds,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


async def in_turn(ways: dict[str, Way], rounds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(rounds + 1):
        for name in names[number % 3 :] + names[: number % 3]:
            began = time.perf_counter()
            answered = await ways[name]()
            assert answered == sampling.calls(PARAMS), (name, answered)
            if number:
                took[name].append(time.perf_counter() - began)
    return took


def rows(took: dict[str, list[float]]) -> list[dict[str, Any]]:
    """The rate of each beside the bare client's in the same round: the median of the rounds."""
    ratios = {name: statistics.median(bare / one for one, bare in zip(took[name], took[BARE], strict=True)) for name in TARGETS}
    seconds = {name: statistics.median(each) for name, each in took.items()}
    return [
        {
            "what": f"24 answers through {name}, beside {BARE}",
            "value": f"{ratios[name]:.2f} of its rate",
            "target": f"≥ {least:.2f}",
            "met": ratios[name] >= least,
            "means": f"{seconds[name]:.1f} s, and {seconds[BARE]:.1f} s",
        }
        for name, least in TARGETS.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = asyncio.run(measure(given.rounds))
    if given.json:
        print(json.dumps(found))
        return 0
    for one in found["rows"]:
        print(f"{one['what']:60} {one['value']:>18} (target {one['target']})  {one['means']}")
    print(f"load {found['load']} on {found['cores']} cores, medians of {found['rounds']} rounds")
    return 0 if all(one["met"] for one in found["rows"]) else 1


if __name__ == "__main__":
    sys.exit(main())
