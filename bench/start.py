"""From `fluency` to the first page, to the first token, and to what a command prints.

    python bench/start.py [--repeats 5] [--json]
    python bench/start.py --commands               only the commands, by the processor time that they take

Each repeat starts the lab in a process of its own, on a data folder that was used before and a model that was fetched before
(a warm disk), with no engine running, and measures the seconds from the start of the process

    first page     until GET / has answered with the landing page, whole
    first token    until a call posted as soon as the port was open shows its first word (`partial`, or the whole `step`)

A command is measured by the processor time of its process, beside that of a bare Python which imports what every command with a
database stands on, in turn: on a busy machine, too, that ratio holds.

Python's bytecode is kept, as pip leaves it: without it (PYTHONDONTWRITEBYTECODE) every start compiles all sources again, which takes
as long as all the rest.

Beside each, the ratio to what Python needs to import the same libraries and do nothing, in the same repeat: it says more than the
seconds when the machine is busy. A fresh folder's very first start, which also makes the database, is measured once.
"""

import argparse
import http.client
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

BARE = "import fastapi, uvicorn, sqlalchemy.ext.asyncio, httpx2, dbos"
BARE_COMMAND = "import typer, pydantic, sqlalchemy.ext.asyncio, httpx2"
COMMANDS = {
    "--help": 0.75,
    "call --help": 1.2,
    "lab run sampling --help": 1.2,
    "lab list": 1.5,
    "product list": 2.0,
}
"""Each with how much of the bare imports' processor time it may take."""
PROMISED = {"first_page_s": 1.5, "first_token_s": 3.0}
PATIENCE = 60.0
ABOUT = "The start, and beside it what a bare Python needs to import the same libraries in the same repeat."


def measure(environment: dict[str, str], *, warm: bool = True) -> dict[str, float]:
    """One start. `warm`: the imports of a bare Python are timed too."""
    found = {"bare_s": bare(environment)} if warm else {}
    port = free_port()
    command = [sys.executable, "-m", "fluencylab.cli.main", "serve", "--no-browser", f"--port={port}"]
    began = time.perf_counter()
    lab = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        call = threading.Thread(target=lambda: found.update(first_token_s=first_token(port) - began), daemon=True)
        wait_for_port(port)
        call.start()
        page = get(port, "/")
        found["first_page_s"] = time.perf_counter() - began
        assert any(b"<title>" + title in page for title in (b"Your first call", b"Today")), "this is not the landing page"
        call.join(PATIENCE)
    finally:
        lab.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        lab.wait(30)
    time.sleep(3.5)  # until its engine has ended too
    if warm:
        found |= {f"{name.removesuffix('_s')}_ratio": found[name] / found["bare_s"] for name in PROMISED}
    return found


def bare(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE], env=environment, check=True)
    return time.perf_counter() - began


def commands(environment: dict[str, str], repeats: int) -> list[dict[str, object]]:
    """The median of each command's processor time, and of its share of the bare imports' in the same repeat. The first is not counted."""
    bare_s, told = list[float](), {words: list[float]() for words in COMMANDS}
    for repeat in range(repeats + 1):
        took = {words: processor([sys.executable, "-m", "fluencylab.cli.main", *words.split()], environment) for words in COMMANDS}
        beside = processor([sys.executable, "-c", BARE_COMMAND], environment)
        if repeat:
            bare_s.append(beside)
            for words, seconds in took.items():
                told[words].append(seconds)
    ratios = {words: statistics.median(one / other for one, other in zip(each, bare_s, strict=True)) for words, each in told.items()}
    return [
        {
            "what": f"`fluency {words}`",
            "value": f"{statistics.median(told[words]):.2f} s of a processor, {ratios[words]:.2f} of the bare imports",
            "target": f"≤ {most:g}",
            "met": ratios[words] <= most,
            "means": "from the command to its end, on a folder used before",
        }
        for words, most in COMMANDS.items()
    ]


def processor(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def first_token(port: int) -> float:
    """When the first word of a call could be seen."""
    lab = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    asked = json.dumps({"instrument": "call", "params": {"seed": int(time.time())}})
    lab.request("POST", "/runs", asked, {"Content-Type": "application/json"})
    events = json.loads(lab.getresponse().read())["events"]
    lab.request("GET", events)
    seen, deadline = 0.0, time.perf_counter() + PATIENCE
    for line in lab.getresponse():
        if not seen and line.startswith((b"event: partial", b"event: step")):
            seen = time.perf_counter()
        if line.startswith(b"event: end") or time.perf_counter() > deadline:
            break  # a run left unfinished would be finished by the next start, and be measured with it
    lab.close()
    return seen or float("nan")


def get(port: int, path: str) -> bytes:
    lab = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    lab.request("GET", path, headers={"Accept": "text/html"})
    answer = lab.getresponse()
    page = answer.read()
    assert answer.status == 200, f"GET {path} answered {answer.status}"
    return page


def wait_for_port(port: int) -> None:
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise RuntimeError("the lab did not open its port")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def rows(median: dict[str, float]) -> list[dict[str, object]]:
    """What was promised, for the table in the docs."""
    means = {
        "first_page_s": "from the command to the whole landing page, on a folder used before",
        "first_token_s": "from the command to the first word of a call posted as soon as the port was open",
    }
    return [
        {
            "what": name.removesuffix("_s").replace("_", " "),
            "value": f"{median[name]:.2f} s, {median[name.removesuffix('_s') + '_ratio']:.2f} of a bare import",
            "target": f"≤ {most:g} s",
            "met": median[name] <= most,
            "means": means[name],
        }
        for name, most in PROMISED.items()
    ]


def tell_commands(asked: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"about": ABOUT, "rows": asked, "ok": all(one["met"] for one in asked)}, indent=1))
        return
    for one in asked:
        print(f"{one['what']:36} {one['value']:>60} (target {one['target']}){'' if one['met'] else '  MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--commands", action="store_true", help="Only the commands: the lab is not started.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fluency-bench-", ignore_cleanup_errors=True) as folder:
        own = {"FLUENCY_DATA": folder, "FLUENCY_ENGINE_PORT": str(free_port()), "PYTHONPATH": str(Path(__file__).parents[1])}
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own
        asked = commands(environment, given.repeats)
        if given.commands:
            return tell_commands(asked, given.json)
        fresh = measure(environment, warm=False)
        repeats = [measure(environment) for _ in range(given.repeats)]
    names = ("bare_s", "first_page_s", "first_token_s", "first_page_ratio", "first_token_ratio")
    median = {name: statistics.median(one[name] for one in repeats) for name in names}
    ok = all(median[name] <= most for name, most in PROMISED.items()) and all(one["met"] for one in asked)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    if given.json:
        found = {"about": ABOUT, "rows": rows(median) + asked, "median": median, "repeats": repeats, "fresh": fresh, "ok": ok, "load": load}
        print(json.dumps(found, indent=1))
        return
    for name in names:
        low, high = min(one[name] for one in repeats), max(one[name] for one in repeats)
        promise = f"   promised: {PROMISED[name]:g}" if name in PROMISED else ""
        print(f"{name:<18} {median[name]:6.2f}   ({low:.2f} – {high:.2f}){promise}")
    tell_commands(asked, False)
    print(f"first start ever   page {fresh['first_page_s']:.2f} s, token {fresh['first_token_s']:.2f} s; load of the machine {load}")


if __name__ == "__main__":
    main()
