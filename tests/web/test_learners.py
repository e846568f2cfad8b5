"""The three learners that pages are looked at with: what they did is there, and none of it lies ahead of the clock."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from lab_fixture import Endpoint
from learners import Learner, MovedClock, as_embedded, follows, live, moved_clock

from fluencylab import clock
from fluencylab.actions.progress import fluency
from fluencylab.actions.standing import path
from fluencylab.web.pages.next_step import newcomer

from .conftest import Web, opened


@pytest.fixture
def time() -> Iterator[MovedClock]:
    with moved_clock() as moved:
        yield moved


@pytest.fixture
async def as_it_comes(tables: None, endpoint: Endpoint, home: Path, time: MovedClock) -> AsyncIterator[Web]:
    """A lab whose model passes for the embedded one."""
    endpoint.says = follows
    (home / "data" / "models.json").write_text(as_embedded(endpoint.listed()))
    async with opened() as web:
        yield web


async def lived(web: Web, time: MovedClock, name: str) -> Learner:
    return await live(name, web.app, web.client, time)


async def test_who_did_nothing_is_a_newcomer(as_it_comes: Web, time: MovedClock) -> None:
    you = await lived(as_it_comes, time, "nothing")
    async with you.lab.store.read() as session:
        assert await newcomer(session, you.lab.learner)


@pytest.mark.slow
async def test_an_hour_shows_much_and_nothing_solid(as_it_comes: Web, time: MovedClock) -> None:
    you = await lived(as_it_comes, time, "hour")
    async with you.lab.store.read() as session:
        found, on = await fluency(session, you.lab.learner, clock.now()), await path(session, you.lab.learner, clock.now())
    assert {"emerging"} <= {cell.state for cell in found.cells} <= {"none", "emerging"}
    assert len(on.done) >= 6
    assert on.begun == {}
