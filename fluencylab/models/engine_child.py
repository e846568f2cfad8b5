"""The embedded engine: llama.cpp in a process of its own, shared by everything of ours that this user runs.

It is started as a script by `engine.py`, imports nothing of this package (so it is up in a second), and serves one model on
loopback twice, with two thread counts, because on two cores no single count is right (tokens a second, each alone):

                      idle machine    beside one busy process
    1 thread               79                  78
    2 threads             107                  31      llama.cpp's threads wait for each other at every layer

The `crowded` server leaves a core to others. The `calm` one takes all cores; it is loaded only when the machine has been
seen calm and the model is small. Every 0.3 s the load of *other* processes decides which address `engine.json` names.

The process ends when no lease (a file named after a living process) has been left for two seconds, so also after `kill -9`.
"""

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import psutil  # type: ignore[import-untyped]
import xllamacpp

KEY = "fluency-lab"
"""Not a secret: it makes a request from somebody else's web page need a CORS preflight, which is refused."""

TICK = 0.3
UNLEASED = 2.0
LOG_LIMIT = 1 << 20
SMALL = 1 << 30
"""Models below this size may be held in memory twice."""

CROWDED_ABOVE, CALM_BELOW = 0.35, 0.15
"""Cores used by others. A wrong "calm" costs a factor of three and more, a wrong "crowded" a quarter: hence so low."""


class Threads(NamedTuple):
    crowded: int
    calm: int


def choose_threads(cores: int, fixed: int = 0) -> Threads:
    """Beside other work one core (from eight cores on: a quarter) stays free; alone, up to eight are used."""
    if fixed > 0:
        return Threads(fixed, fixed)
    calm = max(1, min(cores, 8))
    return Threads(max(1, min(cores - 1, calm - calm // 4)), calm)


def usable_cpus() -> list[int]:
    """The processors we may run on, fewer where a container has a quota."""
    allowed: list[int] = psutil.Process().cpu_affinity() if hasattr(psutil.Process, "cpu_affinity") else list(range(psutil.cpu_count()))
    return allowed[: _quota() or None]


def usable_cores() -> int:
    """Physical cores: hyper-threads do not help llama.cpp. Two virtual ones count as two."""
    logical, physical = len(usable_cpus()), psutil.cpu_count(logical=False) or 1
    return min(logical, max(physical, 2))


def _quota() -> int:
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        return 0


class Load:
    """How many cores other processes use, smoothed over about a second, and what follows from it."""

    def __init__(self) -> None:
        self.cpus = usable_cpus()
        self.me = psutil.Process()
        self.before = self._read()
        self.others = 0.5
        self.calm = False

    def _read(self) -> tuple[float, float, float]:
        own = self.me.cpu_times()
        every = psutil.cpu_times(percpu=True)
        busy = sum(_busy(every[cpu]) for cpu in self.cpus if cpu < len(every))
        return time.monotonic(), busy, own.user + own.system

    def sample(self) -> None:
        now = self._read()
        wall, busy, own = (new - old for new, old in zip(now, self.before, strict=True))
        self.before = now
        self.judge(max(0.0, busy - own) / wall)

    def judge(self, others: float) -> None:
        """Half of the new, half of what was; between the two thresholds nothing changes."""
        self.others += (others - self.others) / 2
        if self.others > CROWDED_ABOVE:
            self.calm = False
        elif self.others < CALM_BELOW:
            self.calm = True


def _busy(times: Any) -> float:
    """Seconds of work, stolen time included: a neighbour of our virtual machine crowds us like any other process."""
    return float(sum(getattr(times, kind, 0.0) for kind in ("user", "nice", "system", "irq", "softirq", "steal")))


def serve(config: dict[str, Any], threads: int, port: int) -> Any:
    """Load the model and listen; returns when ready. Raises RuntimeError: the reason is in the log."""
    params = xllamacpp.CommonParams()
    params.model.path = config["model"]
    params.model_alias = {config["slug"]}
    params.n_ctx = config["window"]
    params.n_parallel = config["slots"]
    if config["adapter"]:
        adapter = xllamacpp.CommonAdapterLoraInfo()
        adapter.path, adapter.scale = config["adapter"], 0.0  # off, but for the calls that ask for it
        params.lora_adapters = [adapter]
    params.kv_unified = True  # or the window is divided among the slots
    params.n_batch = params.n_ubatch = config["batch"]
    params.cache_ram_mib = 0  # llama.cpp would keep up to 8 GB of old prompts in memory; a slot's own prefix is enough for us
    params.n_threads_http = 64  # a connection holds one as long as it stays open
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [KEY]
    params.cors_origins = "https://nobody.invalid"
    params.cors_origins_explicit = True
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = params.endpoint_metrics = True
    params.verbosity = 2
    return xllamacpp.Server(params)


def serve_somewhere(config: dict[str, Any], threads: int) -> Any:
    """On the preferred port, or, when somebody has taken it, on any free one."""
    if config["port"] and _free(config["port"]):
        try:
            return serve(config, threads, config["port"])
        except RuntimeError:
            if _free(config["port"]):
                raise
    return serve(config, threads, 0)


def _free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def publish(folder: Path, config: dict[str, Any], servers: dict[int, Any], threads: int) -> None:
    """Write `engine.json`, whole or not at all. `public` never changes; `address` is for the next call."""
    me = psutil.Process()
    note = {
        "pid": me.pid,
        "created": me.create_time(),
        "public": next(iter(servers.values())).listening_address,
        "address": servers[threads].listening_address,
        "addresses": {str(count): server.listening_address for count, server in servers.items()},
        "threads": threads,
        "sha256": config["sha256"],
    }
    fresh = folder / f"engine.json.{me.pid}"
    fresh.write_text(json.dumps(note))
    fresh.replace(folder / "engine.json")


def leased(folder: Path) -> bool:
    """Does anybody still need us? Leases of the dead are taken away."""
    living = False
    for lease in folder.glob("[0-9]*"):
        try:
            holder = psutil.Process(int(lease.name))
            same = abs(holder.create_time() - float(lease.read_text())) < 0.1
            alive = same and holder.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.Error):
            alive = False
        living |= alive
        if not alive:
            lease.unlink(missing_ok=True)
    return living


def trim(log: Path) -> None:
    """The log is opened for appending, so it may be emptied under its writer."""
    try:
        if log.stat().st_size > LOG_LIMIT:
            os.truncate(log, 0)
    except OSError:
        pass


def main() -> None:
    config: dict[str, Any] = json.loads(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    folder = Path(config["folder"])
    small = Path(config["model"]).stat().st_size < SMALL
    config["batch"] = 128 if small else 512  # a call can be cancelled, and others go on, only between batches
    threads = choose_threads(usable_cores(), config["threads"])
    servers = {threads.crowded: serve_somewhere(config, threads.crowded)}
    load = Load()
    seen = time.monotonic()
    published = 0
    while True:
        wanted = threads.calm if load.calm else threads.crowded
        if wanted not in servers and small:
            servers[wanted] = serve(config, wanted, 0)
        chosen = wanted if wanted in servers else threads.crowded
        if chosen != published:
            publish(folder, config, servers, chosen)
            published = chosen
        time.sleep(TICK)
        load.sample()
        trim(folder / "engine.log")
        if leased(folder / "leases"):
            seen = time.monotonic()
        elif time.monotonic() - seen > UNLEASED:
            break
    (folder / "engine.json").unlink(missing_ok=True)
    os._exit(0)


if __name__ == "__main__":
    main()
