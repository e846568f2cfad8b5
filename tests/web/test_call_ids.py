"""A model call has one id: the place on the page that waits for its answer, the wire that tells of it, and the store that keeps it."""

import re
from typing import Any

import pytest
from lab_fixture import Endpoint, rows

from fluencylab.instruments import repair
from fluencylab.models.types import Message, Request

from .conftest import HTML, Web

SHOWN_LIVE: dict[str, tuple[str, dict[str, Any]]] = {
    "one call": ("call", {}),
    "an answer, token by token": ("sampling", {"parts": ["write"]}),
    "answers at two temperatures": ("sampling", {"parts": ["again"], "temperatures": [0, 1.3], "samples": 3}),
    "two prompts": ("prompting", {"parts": ["compare"], "samples": 1}),
    "a repair's cases": ("repair", {"groups": ["visible"]}),
    "the assistant": ("assistant", {"samples": 3}),
}


@pytest.mark.long
@pytest.mark.parametrize("name", SHOWN_LIVE)
async def test_the_page_the_wire_and_the_store_call_it_the_same(web: Web, endpoint: Endpoint, name: str) -> None:
    instrument, params = SHOWN_LIVE[name]
    endpoint.gives, endpoint.delay = 0, 0.1
    run_id = (await web.client.post("/runs", json={"instrument": instrument, "params": params})).json()["id"]
    waiting = set(re.findall(r'data-call="([^"]+)"', (await web.client.get(f"/runs/{run_id}/sheet", headers=HTML)).text))
    endpoint.gives = None
    told = set()
    async for events in web.lab.feed.watch(run_id):
        told |= {answer["call"] for event in events if event.kind == "partial" for answer in event.data["answers"]}
    kept = {id for (id,) in rows("SELECT id FROM calls WHERE run_id = :run", run=run_id)}
    assert told and waiting == kept >= told


def test_calls_that_share_seed_and_temperature_are_told_apart() -> None:
    """So they are in a repair, where two prompts are asked the same: each answer has its own place."""
    plan = repair.plan(repair.Params(prompt="Only the number. {message}", original=True))
    assert len({ask.request.call_id() for ask in plan}) == len(plan) > len({ask.request.seed for ask in plan})


def test_an_id_says_what_is_asked_where_the_call_has_no_name() -> None:
    asked = Request(messages=(Message(role="user", content="Hello"),))
    other = asked.model_copy(update={"messages": (Message(role="user", content="Goodbye"),)})
    named = asked.model_copy(update={"name": "answer/0"})
    assert len({asked.call_id(), asked.call_id(1), other.call_id(), named.call_id()}) == 4
    assert named.call_id() == "answer/0" and named.key() == asked.key(), "the name is not asked"
