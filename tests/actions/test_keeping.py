"""What a lab's form keeps: nothing that was given is lost, and nobody else's is seen."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fluencylab.actions import keeping
from fluencylab.actions.runs import the_learner
from fluencylab.store.engine import Store


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with Store() as opened:
        yield opened


async def read(store: Store, learner: str, lab: str = "metrics") -> dict[str, str]:
    async with store.read() as session:
        return await keeping.kept(session, learner, lab)


async def test_two_tabs_at_once_lose_no_mark(store: Store) -> None:
    learner = await the_learner(store)
    await asyncio.gather(*(keeping.keep(store, learner, "metrics", {f"mark-{i}": "send"}) for i in range(8)))
    assert await read(store, learner) == {f"mark-{i}": "send" for i in range(8)}


async def test_an_empty_value_takes_one_out_and_a_lab_sees_its_own_only(store: Store) -> None:
    learner = await the_learner(store)
    await keeping.keep(store, learner, "metrics", {"a": "send", "b": "stop"})
    assert await keeping.keep(store, learner, "metrics", {"a": "", "b": "send"}) == {"b": "send"}
    assert await read(store, learner, "cost") == {}
