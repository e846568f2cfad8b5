"""Large evaluations on a server in a process of its own: start one, wait for so many outputs, read what is stored."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_fixture import PATIENCE
from server_fixture import Server
from sqlalchemy import create_engine, text


@dataclass
class Evaluated:
    status: str
    message: str
    outputs: list[dict[str, Any]]
    """In the order in which they were stored"""

    @property
    def texts(self) -> dict[int, str]:
        return {one["case"]: one["text"] for one in self.outputs}

    def first(self, many: int) -> list[int]:
        return [one["case"] for one in self.outputs[:many]]


def start_evaluation(server: Server, calls: int) -> str:
    cases = [{"number": number, "inputs": {"question": f"question {number}"}} for number in range(1, calls + 1)]
    content = {"messages": [{"role": "user", "content": "{{question}}"}], "temperature": 0, "max_tokens": 20}
    return str(ask(server, "/runs", {"instrument": "evaluation", "params": {"content": content, "cases": cases}})["id"])


def ask(server: Server, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.url(path), data, {"Content-Type": "application/json", "Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def progress(server: Server, run: str) -> tuple[str, str, int]:
    """Status, message, and how many steps are stored; read from outside, so that no page is asked."""
    engine = create_engine(f"sqlite:///{server.data / 'lab.sqlite'}")
    with engine.connect() as connection:
        status, message = connection.execute(text("SELECT status, message FROM runs WHERE id = :run"), {"run": run}).one()
        done = connection.execute(text("SELECT count(*) FROM steps WHERE run_id = :run"), {"run": run}).scalar_one()
    engine.dispose()
    return str(status), str(message), int(done)


def evaluated(server: Server, run: str, steps: int = 0) -> Evaluated:
    """As soon as it has ended, or so many steps are stored."""
    deadline = time.monotonic() + 4 * PATIENCE
    while time.monotonic() < deadline:
        status, message, done = progress(server, run)
        if status in ("done", "failed", "cancelled") or (steps and done >= steps):
            return Evaluated(status, message, _outputs(server, run))
        time.sleep(0.05)
    raise AssertionError(f"the run is {status} with {done} steps: {message}")


def _outputs(server: Server, run: str) -> list[dict[str, Any]]:
    engine = create_engine(f"sqlite:///{server.data / 'lab.sqlite'}")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT data FROM steps WHERE run_id = :run AND kind = 'output' ORDER BY seq"), {"run": run})
        outputs = [json.loads(data) if isinstance(data, str) else data for (data,) in found]
    engine.dispose()
    return outputs


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
