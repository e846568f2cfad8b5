"""The engine’s calls share one window, and what did not fit beside the others is asked again; so is a call that its end cut off."""

import asyncio

import pytest

from fluencylab.errors import CallRefused
from fluencylab.models import catalogue, patience
from fluencylab.models.exchange import Lost
from fluencylab.models.patience import CROWDED, Patience
from fluencylab.models.refusals import NotTaken, Refusal


def refused(words: str) -> NotTaken:
    return NotTaken(Refusal(500, words), CallRefused(words))


async def test_a_call_that_did_not_fit_beside_the_others_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE", 0.001)
    tries, voided = [], []

    async def call() -> str:
        tries.append(1)
        if len(tries) <= CROWDED:
            raise refused("Context size has been exceeded.")
        return "It opens at nine."

    waiting = Patience(catalogue.find(catalogue.DEFAULT), 60, engine=True)
    assert await waiting.until_answered(call, lambda: voided.append(1)) == "It opens at nine."
    assert len(voided) == CROWDED


async def test_one_that_is_too_long_alone_is_refused_at_once() -> None:
    tries = []

    async def call() -> str:
        tries.append(1)
        raise refused("the request exceeds the available context size, try increasing it")

    with pytest.raises(NotTaken):
        await Patience(catalogue.find(catalogue.DEFAULT), 60, engine=True).until_answered(call)
    assert len(tries) == 1


async def test_an_engine_that_was_killed_has_a_moment_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process whose connections are closed already may still count as alive: who asks at once is sent there again."""
    monkeypatch.setattr(patience, "PAUSE", 0.05)
    loop = asyncio.get_running_loop()
    gone = loop.time() + 0.05

    async def call() -> str:
        if loop.time() < gone:
            raise Lost("All connection attempts failed")
        return "answered"

    assert await Patience(catalogue.find(catalogue.DEFAULT), 60, engine=True).until_answered(call) == "answered"
