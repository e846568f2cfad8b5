"""The whole program killed in the middle of a run, with SIGKILL, and started again: nothing is lost, doubled or asked for twice."""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from lab_fixture import AGAIN, PATIENCE, Endpoint, configured, postgres, rows
from server_fixture import Server

from fluencylab.models import catalogue

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")]
CAFE = str(AGAIN["prompt"])
KINDS = {(t, i) for t in (0.7, 1.3) for i in range(12)}


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """Not started yet."""
    server = Server(home / "data")
    yield server
    server.stop()


def ask(server: Server, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.url(path), data, {"Content-Type": "application/json", "Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def start(server: Server, **params: Any) -> str:
    return str(ask(server, "/runs", {"instrument": "sampling", "params": AGAIN | params})["id"])


def wait(server: Server, run_id: str, *, steps: int = 0) -> dict[str, Any]:
    """Until so many steps are stored or the run has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        run: dict[str, Any] = ask(server, f"/runs/{run_id}")
        if run["status"] in ("done", "failed", "cancelled") or (steps and run["done"] >= steps):
            return run
        time.sleep(0.05)
    raise AssertionError(f"still {run['status']} after {run['done']} steps")


def calls(run_id: str) -> dict[str, tuple[Any, ...]]:
    found = rows("SELECT id, request, made, completion FROM calls WHERE run_id = :run", run=run_id)
    return {id: (request, str(made), bytes(completion)) for id, request, made, completion in found}


def steps(run_id: str) -> list[tuple[int, str, str]]:
    found = rows("SELECT seq, data, made FROM steps WHERE run_id = :run ORDER BY seq", run=run_id)
    return [(seq, data if isinstance(data, str) else json.dumps(data), str(made)) for seq, data, made in found]


def whole(run_id: str) -> None:
    """All 24, each once, numbered without a gap."""
    stored = steps(run_id)
    assert [seq for seq, _, _ in stored] == list(range(1, 25))
    said = [json.loads(data) for _, data, _ in stored]
    assert sorted((one["temperature"], one["i"]) for one in said) == sorted(KINDS)
    assert len(calls(run_id)) == 24


def test_killed_in_the_middle_it_finishes_by_itself_and_asks_for_nothing_twice(database: str, endpoint: Endpoint, server: Server) -> None:
    endpoint.gives = 9
    server.start()
    run_id = start(server)
    before = wait(server, run_id, steps=9)
    assert before["status"] == "running"
    server.kill()
    kept, stored, asked = calls(run_id), steps(run_id), len(endpoint.asked)
    assert len(kept) == len(stored) == 9

    endpoint.gives = None
    server.start()
    assert wait(server, run_id)["status"] == "done"
    whole(run_id)
    assert steps(run_id)[:9] == stored, "a stored step changed"
    assert {key: row for key, row in calls(run_id).items() if key in kept} == kept, "a completed call was made again"
    answered = {json.loads(data)["text"] for _, data, _ in stored}
    again = ["".join(endpoint.says(body)) for body in endpoint.asked[asked:]]
    assert not answered & set(again), "a completed call was asked for again"
    assert (len(set(again)), len(again)) == (15, 15), "a call was asked for twice"


def test_killed_again_and_again_it_still_ends_with_each_step_once(endpoint: Endpoint, server: Server) -> None:
    endpoint.delay = 0.15
    server.start()
    run_id = start(server)
    for _ in range(2):
        run = wait(server, run_id, steps=len(steps(run_id)) + 3)
        assert run["status"] == "running"
        server.kill()
        server.start()
    endpoint.delay = 0
    ended = wait(server, run_id)
    assert ended["status"] == "done", ended
    whole(run_id)


def test_an_evaluation_of_a_product_goes_on_where_it_was_and_asks_no_case_twice(endpoint: Endpoint, server: Server) -> None:
    endpoint.says, endpoint.gives = lambda body: ["To ", body["messages"][-1]["content"]], 5
    cases = [{"number": number, "inputs": {"question": f"question {number}"}} for number in range(1, 31)]
    content = {"messages": [{"role": "user", "content": "{{question}}"}], "temperature": 0, "max_tokens": 20}
    server.start()
    run_id = str(ask(server, "/runs", {"instrument": "evaluation", "params": {"content": content, "cases": cases}})["id"])
    wait(server, run_id, steps=5)
    server.kill()
    stored, asked = steps(run_id), len(endpoint.asked)
    endpoint.gives = None
    server.start()
    assert wait(server, run_id)["status"] == "done"
    outputs = [json.loads(data) for _, data, _ in steps(run_id)]
    assert sorted(one["case"] for one in outputs) == list(range(1, 31))
    assert all(one["text"] == f"To question {one['case']}" for one in outputs)
    assert steps(run_id)[: len(stored)] == stored, "a stored step changed"
    answered = {json.loads(data)["text"] for _, data, _ in stored}
    again = ["".join(endpoint.says(body)) for body in endpoint.asked[asked:]]
    assert not answered & set(again) and len(set(again)) == len(again), "a case was asked for again"


def test_a_queued_run_is_not_forgotten(endpoint: Endpoint, server: Server) -> None:
    endpoint.gives = 0
    server.start()
    ids = [start(server, samples=1, prompt=f"Number {number}.") for number in range(4)]
    server.kill()
    endpoint.gives = None
    server.start()
    assert [wait(server, run_id)["status"] for run_id in ids] == ["done"] * 4


def test_stopped_politely_what_ran_goes_on_and_what_was_cancelled_stays_so(endpoint: Endpoint, server: Server) -> None:
    endpoint.gives = 2
    server.start()
    cancelled = start(server, prompt="Never mind.")
    wait(server, cancelled, steps=2)
    server.post(f"/runs/{cancelled}/cancel")
    assert wait(server, cancelled)["status"] == "cancelled"
    endpoint.gives = 14
    run_id = start(server)
    assert wait(server, run_id, steps=1)["status"] == "running"
    server.stop()
    endpoint.gives = None
    asked = len(endpoint.asked)
    server.start()
    assert wait(server, run_id)["status"] == "done"
    whole(run_id)
    run = ask(server, f"/runs/{cancelled}")
    assert (run["status"], run["done"]) == ("cancelled", 2)
    assert all("Never mind." not in str(body) for body in endpoint.asked[asked:])


# Two servers that share a PostgreSQL

NEVER_OPENS = """
from fluencylab.cli.main import main
from fluencylab.runs import queue_file
def launch():
    raise OSError("the queue cannot be opened")
queue_file.launch = launch
main()
"""


@pytest.fixture
def pair(home: Path, postgres_shape: str, endpoint: Endpoint) -> Iterator[tuple[Server, Server]]:
    """Neither is started yet. The first works on one run at a time."""
    with postgres(postgres_shape) as address, configured(FLUENCY_DATABASE=address):
        servers = Server(home / "data", FLUENCY_PARALLEL_RUNS="1"), Server(home / "other", FLUENCY_PARALLEL_RUNS="8")
        shutil.copytree(home / "data", home / "other", dirs_exist_ok=True)
        yield servers
        for server in servers:
            server.send(signal.SIGCONT)
            server.stop()


def lease(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setenv("FLUENCY_LEASE", str(seconds))


@pytest.mark.postgres
def test_what_a_killed_server_left_another_one_ends_and_asks_for_nothing_twice(
    pair: tuple[Server, Server], endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease(monkeypatch, 8)
    one, other = pair
    endpoint.gives = 9
    one.start(), other.start()
    run_id, waiting = start(one), start(one, samples=1, prompt="In line behind it.")
    assert wait(one, run_id, steps=9)["status"] == "running"
    assert ask(other, f"/runs/{waiting}")["status"] == "queued"
    one.kill()
    kept, stored = calls(run_id), steps(run_id)
    assert len(kept) == len(stored) == 9

    endpoint.gives = None
    assert [wait(other, each)["status"] for each in (run_id, waiting)] == ["done"] * 2
    whole(run_id)
    assert steps(run_id)[:9] == stored, "a stored step changed"
    assert {key: row for key, row in calls(run_id).items() if key in kept} == kept, "a completed call was made again"
    times = asked_for(endpoint, CAFE)
    assert all(times[json.loads(data)["text"]] == 1 for _, data, _ in stored), "a completed call was asked for again"
    assert max(times.values()) <= 2, "more was asked for again than was on its way when the server was killed"

    one.start()
    assert ask(one, f"/runs/{run_id}")["status"] == "done"
    assert asked_for(endpoint, CAFE) == times


@pytest.mark.postgres
def test_a_server_that_was_only_asleep_writes_nothing_once_another_goes_on(
    pair: tuple[Server, Server], endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease(monkeypatch, 4)
    one, other = pair
    endpoint.gives = 9
    one.start(), other.start()
    run_id = start(one)
    assert wait(one, run_id, steps=9)["status"] == "running"
    one.send(signal.SIGSTOP)
    endpoint.gives = 9 + 15 + 5  # what the sleeper asked for lies before its door, and the other server has some
    assert wait(other, run_id, steps=12)["status"] == "running"
    one.send(signal.SIGCONT)
    until_logged(one, f"another server works on run {run_id}")
    endpoint.gives = None
    assert wait(other, run_id)["status"] == "done"
    whole(run_id)
    assert ask(one, f"/runs/{run_id}")["status"] == "done"
    assert "another server works" not in log(other)
    assert "nobody foresaw" not in log(one) + log(other)


@pytest.mark.postgres
def test_a_server_that_opens_while_another_works_does_not_touch_its_run(pair: tuple[Server, Server], endpoint: Endpoint) -> None:
    """Not even one that DBOS does not know of, as every run that is put before the queue is open."""
    one, other = pair
    one.command = [sys.executable, "-c", NEVER_OPENS]
    endpoint.gives = 9
    one.start()
    run_id, waiting = start(one), start(one, samples=1, prompt="In line behind it.")
    assert wait(one, run_id, steps=9)["status"] == "running"
    other.start()
    until_open(other)
    time.sleep(2)  # what it wants to take up, it has begun with
    endpoint.gives = None
    assert [wait(one, each)["status"] for each in (run_id, waiting)] == ["done"] * 2
    whole(run_id)
    for prompt in (CAFE, "In line behind it."):
        assert set(asked_for(endpoint, prompt).values()) == {1}


def asked_for(endpoint: Endpoint, prompt: str) -> Counter[str]:
    """How often for each answer."""
    return Counter("".join(endpoint.says(body)) for body in endpoint.asked if body["messages"][-1]["content"] == prompt)


def until_open(server: Server) -> None:
    """Until its queue has taken a run."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        run_id = start(server, samples=1, prompt="Is it open?")
        if rows("SELECT 1 FROM dbos.workflow_status WHERE workflow_uuid = :id", id=f"run-{run_id}"):
            return
        time.sleep(0.2)
    raise AssertionError("the queue was never opened:\n" + log(server))


def log(server: Server) -> str:
    return "".join(file.read_text() for file in server.data.glob("*.log*"))


def until_logged(server: Server, words: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while words not in log(server):
        assert time.monotonic() < deadline, f"never said: {words}"
        time.sleep(0.1)


# With the embedded model itself


@pytest.fixture
def own_engine(home: Path, weights_file: Path) -> Path:
    """An engine that no other test uses: it may be killed. Gives the folder it is described in."""
    place = catalogue.weights(catalogue.find(catalogue.DEFAULT))
    place.parent.mkdir(parents=True)
    place.symlink_to(weights_file.resolve())
    return home / "cache" / "engine"


def kill_engine(folder: Path) -> None:
    (note,) = folder.glob("*/engine.json")
    with contextlib.suppress(ProcessLookupError):  # it had ended by itself
        os.kill(json.loads(note.read_text())["pid"], signal.SIGKILL)


@pytest.mark.long
def test_the_program_and_its_engine_killed_the_run_finishes_and_no_completed_call_is_made_again(own_engine: Path, server: Server) -> None:
    server.start()
    run_id = start(server, max_tokens=8)
    assert wait(server, run_id, steps=5)["status"] == "running"
    server.kill()
    kill_engine(own_engine)
    kept, stored = calls(run_id), steps(run_id)
    assert 5 <= len(stored) <= len(kept) < 24
    died = time.time()

    server.start()
    run = wait(server, run_id)
    assert (run["status"], run["message"]) == ("done", "")
    whole(run_id)
    assert steps(run_id)[: len(stored)] == stored
    after = calls(run_id)
    assert {key: row for key, row in after.items() if key in kept} == kept
    assert len({key for key in after if key not in kept}) == 24 - len(kept)
    assert time.time() > died


@pytest.mark.long
def test_the_engine_killed_in_the_middle_the_run_goes_on(own_engine: Path, server: Server) -> None:
    server.start()
    run_id = start(server, max_tokens=8)
    assert wait(server, run_id, steps=3)["status"] == "running"
    kept = calls(run_id)
    kill_engine(own_engine)
    run = wait(server, run_id)
    assert (run["status"], run["message"]) == ("done", "")
    whole(run_id)
    assert {key: row for key, row in calls(run_id).items() if key in kept} == kept


@pytest.mark.long
def test_killed_six_times_in_any_order_it_ends_with_each_call_made_once(own_engine: Path, server: Server) -> None:
    """The server, its engine, or both at once, at moments that hang on the machine."""
    server.start()
    run_id = start(server, max_tokens=16)
    kept: dict[str, tuple[Any, ...]] = {}
    stored: list[tuple[int, str, str]] = []
    for victims in ("server", "engine", "both", "engine", "both", "server"):
        run = wait(server, run_id, steps=len(stored) + 1)
        if run["status"] != "running":
            break
        if victims != "engine":
            server.kill()
        if victims != "server" and list(own_engine.glob("*/engine.json")):
            kill_engine(own_engine)
        found, seen = calls(run_id), steps(run_id)
        assert {key: found[key] for key in kept} == kept, "a completed call was made again"
        assert seen[: len(stored)] == stored, "a stored step changed"
        kept, stored = found, seen
        if not server.running:
            server.start()
    run = wait(server, run_id)
    assert (run["status"], run["message"]) == ("done", "")
    whole(run_id)
    assert {key: row for key, row in calls(run_id).items() if key in kept} == kept


def test_a_cancelled_run_frees_the_engines_slots(own_engine: Path, server: Server) -> None:
    server.start()
    run_id = start(server, max_tokens=400, prompt="Write a very long story.")
    wait_for_work = time.monotonic() + PATIENCE
    while not busy_slots(own_engine) and time.monotonic() < wait_for_work:
        time.sleep(0.05)
    server.post(f"/runs/{run_id}/cancel")
    assert wait(server, run_id)["status"] == "cancelled"
    deadline = time.monotonic() + 30
    while busy_slots(own_engine) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not busy_slots(own_engine)


def busy_slots(folder: Path) -> int:
    """Of all the addresses the engine serves."""
    busy = 0
    for note in folder.glob("*/engine.json"):
        told = json.loads(note.read_text())
        if not psutil.pid_exists(told["pid"]):
            continue
        for address in told["addresses"].values():
            request = urllib.request.Request(f"{address}/slots", headers={"Authorization": "Bearer fluency-lab"})
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                busy += sum(slot["is_processing"] for slot in json.loads(answer.read()))
    return busy
