"""An evaluation whose calls are made by workers of a Ray cluster: the same results, no call twice, also when a worker is killed."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from host_fixture import Host
from large_fixture import Evaluated, evaluated, start_evaluation, wait_until
from server_fixture import Server

from fluencylab.errors import PartMissing
from fluencylab.models import catalogue, on_ray
from fluencylab.models.client import Client

THERE = importlib.util.find_spec("ray") is not None
CALLS = 400
needed = pytest.mark.skipif(not THERE and not os.environ.get("FLUENCY_REQUIRE_RAY"), reason="Ray is not installed")


class Cluster:
    def __init__(self) -> None:
        script = Path(__file__).parents[1] / "ray_cluster.py"
        given = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=given,
        )  # fmt: skip
        self.address, self.workers = "", 0
        while not self.address:
            line = self._read()
            if line.count(":") == 1 and line.endswith(" 2"):
                self.address = line.split()[0]

    def _read(self) -> str:
        assert self._process.stdout and self._process.stderr
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read()[-2000:]
        return line.strip()

    def kill_one(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("kill\n")
        self._process.stdin.flush()
        while self._read() != "1":
            pass

    def close(self) -> None:
        self._process.communicate(timeout=120)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    yield cluster
    cluster.close()


@needed
@pytest.mark.long
def test_workers_give_the_same_results_and_one_may_be_killed_in_the_middle(home: Path, host: Host, cluster: Cluster) -> None:
    here = whole(Server(home / "data").start())
    assert set(host.answered.values()) == {1} and len(host.answered) == CALLS
    host.asked.clear()
    host.answered.clear()
    server = Server(home / "ray", FLUENCY_RAY=cluster.address)
    server.data.mkdir()
    (server.data / "models.json").write_text(host.listed())
    server.start()
    try:
        host.gives = 150
        run = start_evaluation(server, CALLS)
        evaluated(server, run, 150)
        wait_until(lambda: host.now == 64)
        asked = host.asked.copy()
        cluster.kill_one()
        wait_until(lambda: 0 < host.lost == sum((host.asked - asked).values()))
        host.gives = None
        there = evaluated(server, run)
        assert there.status == "done", there.message
        assert there.texts == here.texts
        assert set(host.answered.values()) == {1} and len(host.answered) == CALLS, "no call was answered twice"
        again = {question for question, times in host.asked.items() if times > 1}
        assert len(again) == host.lost < 64, "asked again is what had no answer when its worker died"
    finally:
        server.stop()


def whole(server: Server) -> Evaluated:
    try:
        return evaluated(server, start_evaluation(server, CALLS))
    finally:
        server.stop()


@needed
async def test_the_embedded_model_is_asked_where_its_engine_is() -> None:
    model = Client(catalogue.find("smollm2-135m"))
    assert await on_ray.spread(model) is model


async def test_where_ray_is_asked_for_and_not_there_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PartMissing, match="FLUENCY_RAY asks for Ray") as missing:
        await on_ray.spread(Client(catalogue.endpoint("http://127.0.0.1:9/v1", "m")))
    assert "pip install ray" in missing.value.fix
