"""The engine is shared, watched, started again, and gone when nobody needs it."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from fluencylab.errors import LabError, ModelMissing, ModelUnavailable
from fluencylab.models import catalogue, engine_child
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY, Engine, Note
from fluencylab.models.types import Token
from fluencylab.settings import settings

from .conftest import ask

ROOT = Path(catalogue.__file__).parents[2]

HOLD = """
import asyncio, sys, time
from fluencylab.models import catalogue
from fluencylab.models.engine import Engine
engine = Engine(catalogue.current())
print(asyncio.run(engine.ensure()), flush=True)
time.sleep(60)
"""


def own(home: Path, weights_file: Path) -> catalogue.Entry:
    """The default model in an empty cache: an engine that no other test uses."""
    entry = catalogue.find(catalogue.DEFAULT)
    place = catalogue.weights(entry)
    place.parent.mkdir(parents=True)
    place.symlink_to(weights_file.resolve())
    return entry


def parent(text: str = HOLD) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, env=environment)


def note(home: Path) -> dict[str, Any]:
    (path,) = (home / "cache" / "engine").glob("*/engine.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


async def gone(pid: int, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.long
async def test_two_processes_share_one_engine_and_it_goes_when_both_were_killed(home: Path, weights_file: Path) -> None:
    own(home, weights_file)
    first, second = parent(), parent()
    with first, second:
        assert first.stdout and second.stdout
        addresses = await asyncio.gather(*(asyncio.to_thread(p.stdout.readline) for p in (first, second) if p.stdout))
        pid = note(home)["pid"]
        assert len(set(addresses)) == 1
        first.kill()
        assert not await gone(pid, 2.5), "the second process still holds it"
        second.kill()
        assert await gone(pid, 5)


@pytest.mark.long
async def test_killed_in_the_middle_of_a_call_it_is_started_again_and_the_call_completes(home: Path, weights_file: Path) -> None:
    entry = own(home, weights_file)
    client = Client(entry, Engine(entry))
    seen: list[str] = []
    restarts: list[int] = []
    writing = asyncio.Event()

    def on_token(token: Token) -> None:
        seen.append(token.text)
        if len(seen) == 5:
            writing.set()

    client.on_restart = lambda: (restarts.append(len(seen)), seen.clear())[0]  # type: ignore[func-returns-value]
    request = ask("Count to one hundred.", max_tokens=60, temperature=0)
    task = asyncio.create_task(client.complete(request, on_token=on_token))
    await asyncio.wait_for(writing.wait(), 20)
    psutil.Process(note(home)["pid"]).kill()
    completion = await asyncio.wait_for(task, 30)
    assert completion.finish
    assert "".join(seen) == completion.text
    assert restarts and restarts[0] >= 5
    assert client.engine
    await client.engine.stop()
    await client.close()


@pytest.mark.long
async def test_dead_between_calls_it_is_started_by_the_watcher(home: Path, weights_file: Path) -> None:
    entry = own(home, weights_file)
    engine = Engine(entry)
    await engine.ensure()
    await asyncio.sleep(1.2)
    before = note(home)["pid"]
    psutil.Process(before).kill()
    for _ in range(200):
        await asyncio.sleep(0.05)
        if engine.state().phase == "ready" and note(home)["pid"] != before:
            break
    assert engine.state().phase == "ready"
    assert engine.state().threads >= 1
    await engine.stop()


async def test_a_preferred_port_in_use_is_no_obstacle(home: Path, weights_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("FLUENCY_ENGINE_PORT", str(port))
    settings.cache_clear()
    engine = Engine(own(home, weights_file))
    address = await engine.ensure()
    assert address.startswith("http://127.0.0.1:")
    assert not address.endswith(f":{port}")
    await engine.stop()
    server.close()


async def test_a_web_page_of_somebody_else_cannot_use_it(model: Client) -> None:
    assert model.engine
    http = model._transport.http()
    address = await model.engine.ensure()
    evil = {"Origin": "https://evil.example"}
    simple = await http.post(f"{address}/v1/chat/completions", content=b"{}", headers={**evil, "Content-Type": "text/plain"})
    assert simple.status_code == 401
    asked = {**evil, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = await http.options(f"{address}/v1/chat/completions", headers=asked)
    assert preflight.headers.get("access-control-allow-origin") not in ("*", "https://evil.example")


async def test_without_weights_it_says_what_to_do(home: Path) -> None:
    engine = Engine(catalogue.current())
    assert engine.state().phase == "missing"
    with pytest.raises(ModelMissing, match="not been fetched") as caught:
        await engine.ensure()
    assert caught.value.fix
    engine.release()


async def broken(entry: catalogue.Entry) -> LabError:
    engine = Engine(entry)
    with pytest.raises((ModelMissing, ModelUnavailable)) as caught:
        await engine.ensure()
    state = engine.state()
    assert (state.phase, state.message, state.fix) == ("broken", caught.value.message, caught.value.fix)
    engine.release()
    return caught.value


async def test_a_damaged_file_is_named(home: Path) -> None:
    entry = catalogue.current()
    place = catalogue.weights(entry)
    place.parent.mkdir(parents=True)
    with place.open("wb") as file:
        file.truncate(entry.bytes)
    assert "damaged" in (await broken(entry)).message


async def test_a_file_the_engine_cannot_read_points_to_its_log(home: Path) -> None:
    file = home / "odd.gguf"
    file.write_bytes(b"not a model")
    entry = catalogue.Entry(slug="odd", name="Odd", kind="file", bytes=11, path=file)
    entry = entry.model_copy(update={"sha256": hashlib.sha256(b"not a model").hexdigest()})
    error = await broken(entry)
    assert "could not start" in error.message
    assert str(next((home / "cache" / "engine").glob("odd-*/engine.log"))) in error.fix


async def test_too_little_memory_is_said_before_loading(home: Path) -> None:
    file = home / "huge.gguf"
    with file.open("wb") as sparse:
        sparse.truncate(1 << 42)
    error = await broken(catalogue.Entry(slug="huge", name="Huge", kind="file", bytes=1 << 42, path=file))
    assert "not enough memory" in error.message


def test_a_process_number_used_again_is_not_the_engine() -> None:
    addresses = {"public": "", "address": "", "addresses": {}, "threads": 1, "sha256": ""}
    created = psutil.Process().create_time()
    assert Note(pid=os.getpid(), created=created, **addresses).alive()
    assert not Note(pid=os.getpid(), created=created - 100, **addresses).alive()


# The child's own rules


def test_parents_and_child_know_the_same_word() -> None:
    assert engine_child.KEY == KEY


@pytest.mark.parametrize(("cores", "crowded", "calm"), [(1, 1, 1), (2, 1, 2), (4, 3, 4), (8, 6, 8), (16, 6, 8)])
def test_a_core_stays_free_beside_other_work(cores: int, crowded: int, calm: int) -> None:
    assert engine_child.choose_threads(cores) == (crowded, calm)


def test_a_fixed_count_is_kept() -> None:
    assert engine_child.choose_threads(8, fixed=3) == (3, 3)


def test_calm_comes_after_a_while_and_goes_at_once() -> None:
    load = engine_child.Load()
    for _ in range(4):
        load.judge(0.0)
    assert load.calm
    load.judge(0.3)
    assert load.calm, "a little work changes nothing"
    load.judge(1.0)
    assert not load.calm
    load.judge(0.0)
    assert not load.calm


def test_leases_of_the_dead_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "999999999").write_text("1.0")
    (tmp_path / str(os.getpid())).write_text("1.0")
    assert not engine_child.leased(tmp_path)
    (tmp_path / str(os.getpid())).write_text(repr(psutil.Process().create_time()))
    assert engine_child.leased(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [str(os.getpid())]


def test_the_log_does_not_grow_without_end(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_bytes(b"x" * (engine_child.LOG_LIMIT + 1))
    engine_child.trim(log)
    assert log.stat().st_size == 0
