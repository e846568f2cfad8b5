"""How fast a host is asked: it tells, by refusing, and is asked more slowly; by answering, and is asked faster again.

    429, 503 or 529; “overloaded” inside a stream      half as many calls at once, and none for as long as it says
    an answer                                           one call at once more; after a first refusal, a little more than one for all
                                                        that stand in line
    an answer with x-ratelimit-remaining-…: 0           none until that limit is whole again
    60 calls, or 40,000 tokens a minute, as you set     one after another, evenly: never more than that in any minute

One pace for each host, for all runs and pages of this process, in whichever event loop they live (AIMD, as TCP does it).
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache

MOST_AT_ONCE = 64
AT_FIRST = 16
LOOK_EVERY = 0.25
"""Seconds between looks of who stands in line and was not woken."""
TELL_FROM = 0.5
"""Seconds of waiting from which it is told."""
LONGEST_HOLD = 60.0
"""Seconds to wait at most for a limit that an answer says is used up: it may be whole, or free for one call, sooner."""
_BEGIN = 1.0
"""Seconds to wait where nobody says how long; doubled from time to time."""
_LONGEST = 30.0
Told = Callable[[float, str], None]
"""Seconds that are waited, and why: “limit” (yours), “used up” (theirs, as they say), or "" (it said: not now)."""


class Pace:
    """Of one host."""

    def __init__(self, at_once: float = AT_FIRST) -> None:
        self.at_once = at_once
        self.requests_a_minute = self.tokens_a_minute = 0
        """As the user set them; 0 for none."""
        self._lock = threading.Lock()
        self._line: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._working = 0
        self._until = self._held = 0.0
        self._next_request = self._next_tokens = 0.0
        self._slowed = 0.0
        self._refusals = 0
        self._never_refused = True

    @asynccontextmanager
    async def turn(self, tokens: int = 0, told: Told = lambda seconds, why: None) -> AsyncIterator[None]:
        """Wait until it is one's turn, and have it. `tokens`: about how many the call takes. `told`: of a wait that is longer."""
        while True:
            left, why, timed = self._enter(tokens)
            if not left:
                break
            if timed and left > TELL_FROM:
                told(left, why)
            await self._in_line(min(left, LOOK_EVERY))
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1
            self._wake()

    @property
    def open(self) -> bool:
        """Nobody is asked to wait."""
        now = time.monotonic()
        return now >= max(self._until, self._held) and not (self._limited and self._line)

    @property
    def _limited(self) -> bool:
        return bool(self.requests_a_minute or self.tokens_a_minute)

    def _enter(self, tokens: int) -> tuple[float, str, bool]:
        """Seconds until the next look, 0 where one may go; why; and whether it is for a time that one waits."""
        with self._lock:
            now = time.monotonic()
            waits = [(self._until - now, ""), (self._held - now, "used up")]
            if self.requests_a_minute:
                waits.append((self._next_request - now, "limit"))
            if self.tokens_a_minute:
                waits.append((self._next_tokens - now, "limit"))
            left, why = max(waits)
            if left > 0:
                return left, why, True
            if self._working >= max(1, int(self.at_once)):
                return LOOK_EVERY, "", False
            self._working += 1
            if self.requests_a_minute:
                self._next_request = max(now, self._next_request) + 60 / self.requests_a_minute
            if self.tokens_a_minute:
                self._next_tokens = max(now, self._next_tokens) + tokens * 60 / self.tokens_a_minute
            return 0.0, "", False

    async def _in_line(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        me = (loop, loop.create_future())
        self._line.append(me)
        with suppress(TimeoutError):
            try:
                async with asyncio.timeout(seconds):
                    await me[1]
            finally:
                with suppress(ValueError):
                    self._line.remove(me)

    def _wake(self) -> None:
        """As many of those in line as may go, whichever event loop they wait in."""
        for _ in range(max(1, int(self.at_once)) - self._working):
            try:
                loop, waits = self._line.popleft()
            except IndexError:
                return
            with suppress(RuntimeError):  # its loop is closed
                loop.call_soon_threadsafe(_let_go, waits)

    def limit(self, requests_a_minute: int, tokens_a_minute: int) -> None:
        self.requests_a_minute, self.tokens_a_minute = requests_a_minute, tokens_a_minute

    def answered(self) -> None:
        with self._lock:
            self._refusals = 0
            self.at_once = min(MOST_AT_ONCE, self.at_once + (1 if self._never_refused else 1 / max(1.0, self.at_once)))
        self._wake()

    def used(self, tokens: int, guessed: int) -> None:
        """What a call really took is known now."""
        if self.tokens_a_minute:
            with self._lock:
                self._next_tokens += (tokens - guessed) * 60 / self.tokens_a_minute

    def hold(self, seconds: float) -> None:
        """An answer said that a limit is used up, and when it is whole again."""
        with self._lock:
            self._held = max(self._held, time.monotonic() + min(seconds, LONGEST_HOLD))

    def refused(self, wait: float | None, most: float = float("inf")) -> tuple[float, float]:
        """It said: not now. Calls made together are refused together, and slow it down once.

        Gives the seconds from now to the next turn, and by how many this refusal puts it off. By more than `most` it is not put off:
        whoever asked gives up, and others need not wait for that.
        """
        with self._lock:
            now = time.monotonic()
            self._never_refused = False
            if now >= self._slowed:
                self.at_once = max(1.0, min(self.at_once, float(self._working or 1)) / 2)
                self._refusals += 1
            more = min(_LONGEST, _BEGIN * 2.0 ** min(self._refusals - 1, 6))
            seconds = max(wait, more / 20) if wait is not None else more
            before, after = max(self._until, now), max(self._until, now + seconds)
            if after - before <= most:
                self._until = self._slowed = after
            return after - now, after - before


def _let_go(waits: "asyncio.Future[None]") -> None:
    if not waits.done():
        waits.set_result(None)


@cache
def pace_of(host: str) -> Pace:
    return Pace()
