"""Many calls of one run: each is a step as soon as it is there.

CallSpec("attack", {"guardrail": "none", "attack": "direct"}, request, judge)
    -> Step("attack", {"guardrail": "none", "attack": "direct", "seed": 7, "text": "…", "usage": {…}, **judge("…")})
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.instruments.concurrency import as_completed_scope
from fluencylab.instruments.missing import missing, thought
from fluencylab.models.types import Message, Model, ModelInfo, Request
from fluencylab.settings import settings

AT_ONCE = 8
"""Calls under way together: as many as the engine has slots."""
AT_AN_ENDPOINT = 64
"""The most that one is asked together; how many it really takes, it tells by refusing (`models/pacing.py`)."""


class CallSpec(NamedTuple):
    kind: str
    about: dict[str, Any]
    """What the step says of the call beside its answer"""
    request: Request
    judge: Callable[[str], dict[str, Any]]
    """What code says of the answer, where there is one"""


def at_once(card: ModelInfo) -> int:
    """How many calls of a run of very many are under way together on this model."""
    return AT_AN_ENDPOINT if card.kind == "endpoint" else settings().engine_slots


def messages(system: str, user: str, turns: Sequence[tuple[str, str]] = ()) -> tuple[Message, ...]:
    """A system prompt, if there is one; earlier turns as (user, assistant); the user's message."""
    told = [Message(role="system", content=system)] if system else []
    for asked, run_calls in turns:
        told += [Message(role="user", content=asked), Message(role="assistant", content=run_calls)]
    return (*told, Message(role="user", content=user))


def named(plan: Sequence[CallSpec]) -> list[CallSpec]:
    """Each call after its place in the plan: a page that has the same plan knows where an answer belongs while it is being written."""
    return [ask._replace(request=ask.request.model_copy(update={"name": f"{ask.kind}/{place}"})) for place, ask in enumerate(plan)]


async def run_calls(model: Model, asks: Sequence[CallSpec]) -> AsyncGenerator[Step]:
    """Steps in the order in which answers come. At temperature 0 one call follows another: worked on together, sums are rounded
    in another order and nearly equal tokens change places.
    """
    room = asyncio.Semaphore(AT_ONCE)

    async def one(ask: CallSpec) -> Step:
        async with room:
            completion = await model.complete(ask.request)
        about = {**ask.about, "seed": ask.request.seed}
        if lost := missing(ask.kind, about, completion):
            return lost
        told = {"text": completion.text, "finish": completion.finish, "usage": completion.usage.model_dump(), **thought(completion)}
        return Step(kind=ask.kind, data={**about, **told, **ask.judge(completion.text)})

    for ask in asks:
        if ask.request.temperature == 0:
            yield await one(ask)
    drawn = _told_alike([ask for ask in asks if ask.request.temperature > 0])
    async with as_completed_scope(one(ask) for ask in drawn) as answers:
        for answer in answers:
            yield await answer


def _told_alike(asks: Sequence[CallSpec]) -> list[CallSpec]:
    """The same calls, each told how many of them differ from it by their seeds alone."""
    kinds = [ask.request.model_copy(update={"seed": 0}).key() for ask in asks]
    count = Counter(kinds)
    return [ask._replace(request=ask.request.model_copy(update={"alike": count[kind]})) for ask, kind in zip(asks, kinds, strict=True)]
