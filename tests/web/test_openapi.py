"""Every route of a real server, sent what its OpenAPI description allows and what it does not: never an answer of 500 or above."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.errors import FailedHealthCheck, Unsatisfiable
from lab_fixture import Endpoint
from schemathesis import GenerationMode
from server_fixture import Server

EXAMPLES = 10
"""Of each kind for each route. The model answers at once, so that the runs they start end at once."""


LONGEST_ADDRESS = 50_000
"""A longer one uvicorn refuses before any code of ours sees it, by closing the connection."""


@pytest.fixture
def server(home: Path, endpoint: Endpoint) -> Iterator[Server]:
    server = Server(home / "data").start()
    yield server
    server.stop()


@pytest.mark.long
def test_no_route_answers_whatever_it_is_sent_with_a_server_error(server: Server) -> None:
    schema = schemathesis.openapi.from_url(server.url("/openapi.json"))
    asked: list[str] = []
    troubles: list[str] = []

    def send(case: Any) -> None:
        asked.append(f"{case.method} {case.path}")
        if len(case.as_curl_command()) > LONGEST_ADDRESS:
            return
        answer = case.call()
        if answer.status_code >= 500:
            troubles.append(f"{answer.status_code}: {case.as_curl_command()}: {answer.text[:200]}"[:2000])

    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            options = examples(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=[check for check in HealthCheck if check is not HealthCheck.filter_too_much],
            )
            with contextlib.suppress(Unsatisfiable, FailedHealthCheck):  # where any text will do, nothing can be asked wrongly
                options(given(operation.as_strategy(generation_mode=mode))(send))()  # type: ignore[no-untyped-call]
    assert not troubles, "\n".join(troubles)
    routes = {f"{method.upper()} {path}" for path, methods in schema.raw_schema["paths"].items() for method in methods}
    assert set(asked) == routes
