"""What is done when an endpoint says “not now”: wait as long as it asks, tell who watches, and go on; up to a limit.

429, Retry-After: 20      “Big model asks to wait 20 s (Too many requests); then it goes on.”
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

from fluencylab import clock
from fluencylab.errors import LabError, ModelUnavailable
from fluencylab.models import dialect
from fluencylab.models.catalogue import Entry
from fluencylab.models.exchange import Lost
from fluencylab.models.pacing import pace_of
from fluencylab.models.refusals import NotTaken, Refusal

T = TypeVar("T")
RETRIES = 2
PAUSE = 0.2
"""Seconds before who hung up is asked again."""
CROWDED = 5
"""Times that a call to our engine is made again because those beside it filled the window that all of them share."""
MOST_REFUSALS = 40
"""Of one call, while others go through."""
PASSING = (408, 425, 429, 502, 503, 504, 529)
"""Statuses that say: not now."""
_OVERLOAD = re.compile(r"overload|rate.?limit|too many requests|capacity|try again|temporarily|busy|loading", re.IGNORECASE)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|sec\w*|m|min\w*|h|hours?)\b", re.IGNORECASE)
_AGAIN = re.compile(rf"(?:again|retry|wait)\D{{0,30}}((?:{_SPAN.pattern}\s*)+)", re.IGNORECASE)


class CannotNow(Exception):
    """Refused for a reason that passes. `wait`: the seconds it asked for, None where it did not say."""

    def __init__(self, refusal: Refusal, wait: float | None) -> None:
        super().__init__(refusal.words)
        self.refusal, self.wait = refusal, wait


class Patience:
    """Of one client, and so of one run. `most`: seconds that it waits in all."""

    def __init__(self, entry: Entry, most: float, *, engine: bool) -> None:
        self.name, self.most = entry.name, most
        self.told: Callable[[str], None] | None = None
        """Called with a sentence while it waits, and with "" when it goes on"""
        self.waited = 0.0
        self._waiting = False
        self._limits = _limits(entry)
        self._pace = None if engine else pace_of(urlsplit(entry.base_url).netloc)
        if self._pace:
            self._pace.limit(entry.requests_a_minute, entry.tokens_a_minute)

    async def until_answered(self, call: Callable[[], Awaitable[T]], restarted: Callable[[], None] = lambda: None, tokens: int = 0) -> T:
        """What `call` gives. It is made again after CannotNow, after Lost before the first word, and after a failure of the server's.

        `tokens`: about how many it takes.

        Raises Lost or NotTaken when that did not help, ModelUnavailable when there is no more patience.
        """
        lost_times = refusals = crowded = 0
        while True:
            try:
                async with self._pace.turn(tokens, self._waits_for) if self._pace else nullcontext():
                    answer = await call()
            except CannotNow as no:
                refusals += 1
                self._put_off(no, refusals)
                continue
            except (Lost, NotTaken) as failed:
                passed = isinstance(failed, Lost) and (self._pace is None or not (failed.begun or failed.lasting))
                passed = passed or (isinstance(failed, NotTaken) and self._pace is not None and _stumbled(failed.refusal))
                if self._pace is None and isinstance(failed, NotTaken) and _crowded(failed.refusal) and crowded < CROWDED:
                    crowded += 1
                    await asyncio.sleep(random.uniform(0, PAUSE * 2**crowded))  # not all at the same moment again
                    restarted()
                    continue
                lost_times += 1
                if not passed or lost_times > RETRIES:
                    raise
                await asyncio.sleep(PAUSE * lost_times)  # an engine that was killed takes a moment to be gone
                restarted()
            else:
                self._goes_on()
                return answer

    def spend(self, seconds: float) -> bool:
        """It was waited for in vain: is there patience left for the next call?"""
        self.waited += seconds
        return self.waited <= self.most

    def _put_off(self, no: CannotNow, times: int) -> None:
        """The pace lets nobody through until it may be asked again."""
        assert self._pace
        seconds, more = self._pace.refused(no.wait, self.most - self.waited)
        if times > MOST_REFUSALS or self.waited + more > self.most:
            raise self._no_patience(no, seconds) from None
        self.waited += more
        if self.told and (more > 0.5 or not self._waiting):
            self._waiting = True
            self.told(f"{self.name} asks to wait {_plainly(seconds)}{_because(no.refusal)}; then it goes on.")

    def heard(self, headers: Mapping[str, str]) -> None:
        """An answer may say that there is no other one for a while."""
        self.hold(used_up(headers, surely=True) or 0.0)

    def hold(self, seconds: float) -> None:
        if self._pace and seconds > 0:
            self._pace.hold(seconds)

    def took(self, tokens: int, guessed: int) -> None:
        if self._pace:
            self._pace.used(tokens, guessed)

    def _waits_for(self, seconds: float, why: str) -> None:
        if not why or self._waiting or not self.told:
            return
        self._waiting = True
        if why == "limit":
            self.told(f"{self.name} is sent at most {self._limits} a minute, as you set it, so this takes longer.")
        else:
            self.told(f"{self.name} says that its limit is used up, and is asked again in {_plainly(seconds)}.")

    def _goes_on(self) -> None:
        if self._pace:
            self._pace.answered()
        if self._waiting and self._pace and self._pace.open:  # answers to calls made before still come in
            self._waiting = False
            if self.told:
                self.told("")

    def _no_patience(self, no: CannotNow, seconds: float) -> LabError:
        asks = f"asks to wait {_plainly(seconds)} more" if seconds else "takes no more calls now"
        return ModelUnavailable(
            f"{self.name} {asks}{_because(no.refusal)}, and {_plainly(self.most)} is how long a run waits in all.",
            "Try again later with fewer calls, or look at the limits of your account.",
        )


def _limits(entry: Entry) -> str:
    told = [(entry.requests_a_minute, "calls"), (entry.tokens_a_minute, "tokens")]
    return " and ".join(f"{most:,} {what}" for most, what in told if most)


def _stumbled(no: Refusal) -> bool:
    """The server failed, and not because of what it was sent: some answer 500 where a chat template fails."""
    return no.status == 500 and not dialect.names_a_parameter(no.told)


def _crowded(no: Refusal) -> bool:
    """llama.cpp's word for calls that did not fit into its window together; for one that is too long alone it has another."""
    return "Context size has been exceeded" in no.words


def _plainly(seconds: float) -> str:
    return f"{seconds:.0f} s" if 0.95 <= seconds < 120 else f"{max(seconds, 0.1):.1f} s" if seconds < 1 else f"{seconds / 60:,.0f} minutes"


def _because(no: Refusal) -> str:
    return f" ({no.status}: {no.words})" if no.words else f" ({no.status})"


def passes(no: Refusal) -> bool:
    """Is this a refusal that passes? Inside a stream an overload may carry no status, or 500."""
    return not no.spent and (no.status in PASSING or (no.status in (200, 500) and bool(_OVERLOAD.search(no.words))))


def wait_of(headers: Mapping[str, str], words: str = "") -> float | None:
    """Seconds it asks to wait: `Retry-After` (seconds or a date), `retry-after-ms`, when a used-up limit is whole again, its words."""
    found = _number(headers.get("retry-after-ms"), 0.001)
    found = found if found is not None else _after(headers.get("retry-after"))
    if found is None:
        found = used_up(headers)
    if found is None and (told := _AGAIN.search(_spaced(words))):
        found = _span(told[1])
    return None if found is None else max(0.0, found)


def used_up(headers: Mapping[str, str], *, surely: bool = False) -> float | None:
    """Seconds until a limit that is used up is whole again; None where none is. `surely`: where nothing says what is left, none is."""
    resets = [_reset(headers, name, surely) for name in ("requests", "tokens", "input-tokens", "output-tokens", "")]
    return max((one for one in resets if one is not None), default=None)


def _after(told: str | None) -> float | None:
    if not told:
        return None
    number = _number(told, 1.0)
    if number is not None:
        return number
    try:
        when = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return _span(told) or None
    return _until(when)


def _until(when: datetime) -> float:
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (when - clock.now()).total_seconds()


def _reset(headers: Mapping[str, str], of: str, surely: bool) -> float | None:
    """When a limit is whole again, if it is used up: `x-ratelimit-reset-tokens: 6m0s`, or a date, or seconds (since 1970)."""
    tail = f"-{of}" if of else ""
    for begin, end in (("x-ratelimit-", tail), ("anthropic-ratelimit" + tail + "-", ""), ("ratelimit-", tail)):
        left = headers.get(f"{begin}remaining{end}")
        told = headers.get(f"{begin}reset{end}")
        if told is None or (left is None and surely) or (left is not None and _number(left, 1.0) != 0):
            continue
        number = _number(told, 1.0)
        if number is not None:
            number = number / 1000 if number > 1e11 else number
            return number - clock.now().timestamp() if number > 1e9 else number
        try:
            return _until(datetime.fromisoformat(told))
        except ValueError:
            return _span(told)
    return None


def _number(told: str | None, unit: float) -> float | None:
    try:
        return float(told) * unit if told and re.fullmatch(r"\s*\d+(\.\d+)?\s*", told) else None
    except ValueError:
        return None


def _span(told: str) -> float | None:
    """“6m0s”, “1.5 s”, “20 minutes”: seconds."""
    found = _SPAN.findall(_spaced(told))
    return sum(float(number) * _unit(unit.lower()) for number, unit in found) or None


def _unit(word: str) -> float:
    return 0.001 if word in ("ms", "millisecond", "milliseconds") else {"s": 1.0, "m": 60.0, "h": 3600.0}[word[0]]


def _spaced(told: str) -> str:
    return re.sub(r"(?<=[a-z])(?=\d)", " ", told)
