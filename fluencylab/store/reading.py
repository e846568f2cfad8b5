"""What a page asks the database for in several places, it asks for once.

    @read_once
    async def learner(session, learner_id): ...

In a session that only reads (`Store.read`) the answer is held for as long as the session is; in any other it is asked for anew.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

P = ParamSpec("P")
T = TypeVar("T")
_HELD = "read once"


def only_reads(session: AsyncSession) -> None:
    session.info[_HELD] = {}


def read_once(ask: Callable[Concatenate[AsyncSession, P], Awaitable[T]]) -> Callable[Concatenate[AsyncSession, P], Awaitable[T]]:
    """What is given must have a hash, and nobody may change what is returned."""

    @wraps(ask)
    async def asked(session: AsyncSession, /, *given: P.args, **named: P.kwargs) -> T:
        held = session.info.get(_HELD)
        if held is None:
            return await ask(session, *given, **named)
        key = (ask, given, *sorted(named.items()))
        if key not in held:
            held[key] = await ask(session, *given, **named)
        found: T = held[key]
        return found

    return asked
