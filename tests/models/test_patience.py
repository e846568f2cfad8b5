"""“Not now” is waited for and told, at one pace for each host; an account that is empty is not; and nobody waits for ever."""

import asyncio
import time
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from odd_endpoint import Habits, Odd, odd

from fluencylab import clock
from fluencylab.errors import AnswerCutOff, LabError, ModelRefused, ModelUnavailable
from fluencylab.models import catalogue, pacing
from fluencylab.models.client import Client
from fluencylab.models.pacing import MOST_AT_ONCE, Pace
from fluencylab.models.patience import passes, wait_of
from fluencylab.models.refusals import Refusal
from fluencylab.models.transport import Limits

from .conftest import SSE, Fake, ask, event

SOON = {"Retry-After": "0.05"}


def client(there: Odd, patience: float = 5) -> Client:
    return Client(catalogue.endpoint(there.address, "m"), limits=Limits(2, 2, 5, patience=patience))


@pytest.mark.parametrize("status", [429, 503, 529, 502, 408])
async def test_a_refusal_that_passes_is_waited_for_and_told(status: int) -> None:
    with odd(Habits(busy=((status, SOON, "Too many requests"),) * 2)) as there:
        asking, told = client(there), list[str]()
        asking.patience.told = told.append
        assert (await asking.complete(ask("hello"))).state == "answered"
        await asking.close()
    assert len(there.asked) == 3 and there.asked[0] == there.asked[2]
    assert told[0].startswith("m asks to wait 0.1 s") and str(status) in told[0] and told[-1] == ""


async def test_a_run_of_many_calls_goes_on_through_every_seventh_refusal() -> None:
    habits = Habits(busy_at=(7, 14, 15, 16, 21))
    with odd(habits) as there:
        asking = client(there, 20)
        answers = await asyncio.gather(*(asking.complete(ask("hello"), repetition=n) for n in range(30)))
        await asking.close()
    assert all(one.state == "answered" for one in answers) and len(there.asked) == 30 + len(habits.busy_at)


async def test_it_is_not_asked_again_before_the_time_it_named() -> None:
    with odd(Habits(busy=((429, {"Retry-After": "1"}, "slow down"),))) as there:
        asking = client(there)
        began = time.monotonic()
        await asyncio.gather(*(asking.complete(ask("hello"), repetition=n) for n in range(3)))
        await asking.close()
    assert time.monotonic() - began >= 0.95
    assert asking.patience.waited == pytest.approx(1, abs=0.1), "what is waited for together is counted once"


async def test_more_than_a_run_waits_is_said_at_once_with_how_long_it_is() -> None:
    with odd(Habits(busy=((429, {"Retry-After": "7200"}, "Daily limit reached"),))) as there:
        asking = client(there)
        with pytest.raises(ModelUnavailable, match=r"120 minutes more \(429: Daily limit reached\)") as caught:
            await asking.complete(ask("hello"))
        await asking.close()
    assert "limits of your account" in caught.value.fix and len(there.asked) == 1


async def test_refusals_without_an_end_end_when_patience_does() -> None:
    with odd(Habits(busy=((429, SOON, "slow down"),) * 500)) as there:
        asking = client(there, 0.4)
        with pytest.raises(ModelUnavailable, match="slow down"):
            await asyncio.wait_for(asking.complete(ask("hello")), 10)
        await asking.close()
    assert len(there.asked) < 30


@pytest.mark.parametrize(
    "words",
    ["You exceeded your current quota, please check your plan and billing details.", "Insufficient Balance", "credit balance is too low"],
)
async def test_an_empty_account_is_not_waited_for(words: str) -> None:
    with odd(Habits(busy=((429, SOON, words),))) as there:
        asking = client(there)
        with pytest.raises(ModelRefused, match="asks to be paid first"):
            await asking.complete(ask("hello"))
        await asking.close()
    assert len(there.asked) == 1


async def test_a_call_can_be_given_up_while_it_waits() -> None:
    with odd(Habits(busy=((429, {"Retry-After": "4"}, "slow down"),))) as there:
        asking = client(there)
        task = asyncio.create_task(asking.complete(ask("hello")))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asking.close()
    assert len(there.asked) == 1


OVERLOAD = b'data: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n'


async def test_an_overload_inside_the_stream_is_waited_for_before_the_first_word_and_cuts_off_after_it(fake: Fake) -> None:
    async def first_time(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(SSE + (OVERLOAD if len(fake.asked) == 1 else event("Hello", finish_reason="stop") + b"data: [DONE]\n\n"))

    fake.handler = first_time
    asking = fake.client(limits=Limits(2, 1, 5, patience=5))
    assert (await asking.complete(ask("hello"))).text == "Hello"
    fake.answers(SSE, event("Hel"), OVERLOAD)
    with pytest.raises(AnswerCutOff):
        await asking.complete(ask("hello"))
    await asking.close()


async def test_a_server_that_stumbles_once_is_asked_again() -> None:
    with odd(Habits(busy=((500, {}, "Internal Server Error"),))) as there:
        asking = client(there)
        assert (await asking.complete(ask("hello"))).state == "answered"
        await asking.close()


def test_a_host_that_refuses_is_asked_half_as_much_and_slowly_more_again() -> None:
    pace = Pace(MOST_AT_ONCE)
    pace._working = MOST_AT_ONCE
    assert pace.refused(0.0)[0] > 0
    assert pace.at_once == MOST_AT_ONCE / 2
    pace.refused(0.0)
    assert pace.at_once == MOST_AT_ONCE / 2, "calls made together are refused together"
    pace.answered()
    assert MOST_AT_ONCE / 2 < pace.at_once < MOST_AT_ONCE / 2 + 0.1
    for _ in range(2000):
        pace.answered()
    assert pace.at_once == MOST_AT_ONCE


def test_one_pace_for_one_host() -> None:
    assert pacing.pace_of("a:1") is pacing.pace_of("a:1") is not pacing.pace_of("b:1")


def later(form: str) -> str:
    """The moment in 30 seconds, in each of the forms in which it is told."""
    moment = clock.now() + timedelta(seconds=30)
    told = {"http": format_datetime(moment, usegmt=True), "iso": moment.isoformat(), "s": str(int(moment.timestamp()))}
    return told[form] if form in told else told["s"] + "000" if form == "ms" else form


@pytest.mark.parametrize(
    ("headers", "words", "seconds"),
    [
        ({"retry-after": "20"}, "", 20),
        ({"retry-after": "1.5"}, "", 1.5),
        ({"retry-after-ms": "250"}, "", 0.25),
        ({"retry-after": "http"}, "", 30),
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}, "", 0),
        ({"retry-after": "soon"}, "", None),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, "", 360),
        ({"x-ratelimit-remaining-requests": "12", "x-ratelimit-reset-requests": "6m0s"}, "", None),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms"}, "", 0.12),
        ({"anthropic-ratelimit-input-tokens-remaining": "0", "anthropic-ratelimit-input-tokens-reset": "iso"}, "", 30),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "ms"}, "", 30),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "s"}, "", 30),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "9"}, "", 9),
        ({}, "Rate limit reached. Please try again in 1m30s.", 90),
        ({}, "Please retry after 20 seconds.", 20),
        ({}, "Please retry in 34.07s.", 34.07),
        ({}, "Too many requests: try again in 1 s.", 1),
        ({}, "no", None),
    ],
    ids=range(18),
)
def test_how_long_it_asks_to_wait(headers: dict[str, str], words: str, seconds: float | None) -> None:
    found = wait_of({name: later(told) for name, told in headers.items()}, words)
    assert found is None if seconds is None else found == pytest.approx(seconds, abs=5 if seconds == 30 else 0.01)


def test_only_what_passes_is_waited_for() -> None:
    assert passes(Refusal(429, "")) and passes(Refusal(200, "Overloaded")) and passes(Refusal(500, "model is loading"))
    assert not passes(Refusal(400, "try again with a smaller value")) and not passes(Refusal(500, "")) and not passes(Refusal(401, "busy"))
    assert not passes(Refusal(429, "insufficient_quota"))


async def test_no_patience_at_all_is_one_sentence() -> None:
    with odd(Habits(busy=((429, {}, "slow down"),) * 9)) as there:
        asking = client(there, 0)
        with pytest.raises(LabError, match="asks to wait"):
            await asking.complete(ask("hello"))
        await asking.close()


@pytest.mark.parametrize("before", [True, False])
def test_no_test_inherits_the_pace_of_an_earlier_one(before: bool) -> None:
    """A port is given out again: whoever listens there next would be asked as slowly, or as fast, as the last one."""
    assert pacing.pace_of("127.0.0.1:9").at_once == pacing.AT_FIRST and pacing.pace_of("127.0.0.1:9").open
    pacing.pace_of("127.0.0.1:9").refused(600.0)
