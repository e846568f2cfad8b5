"""How fast a host is asked: it tells, by refusing, and is asked more slowly; by answering, and is asked faster again.

    429, 503 or 529; “overloaded” inside a stream      half as many calls at once, and none for as long as it says
    an answer                                           a little more than one call at once more, for all that stand in line

One pace for each host, for all runs and pages of this process, in whichever event loop they live (AIMD, as TCP does it).
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

MOST_AT_ONCE = 16
LOOK_EVERY = 0.02
"""Seconds between looks of who stands in line: tasks of several event loops wait for one another."""
_BEGIN = 1.0
"""Seconds to wait where nobody says how long; doubled from time to time."""
_LONGEST = 30.0


class Pace:
    """Of one host."""

    def __init__(self, at_once: float = MOST_AT_ONCE) -> None:
        self.at_once = at_once
        self._lock = threading.Lock()
        self._working = 0
        self._until = 0.0
        self._slowed = 0.0
        self._refusals = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until it is one's turn, and have it."""
        while (left := self._enter()) > 0:  # noqa: ASYNC110  (no event reaches the tasks of another event loop)
            await asyncio.sleep(min(left, 0.25))
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1

    @property
    def open(self) -> bool:
        """Nobody is asked to wait."""
        return time.monotonic() >= self._until

    def _enter(self) -> float:
        """Seconds until the next look; 0 where one may go."""
        with self._lock:
            left = self._until - time.monotonic()
            if left <= 0 and self._working < max(1, int(self.at_once)):
                self._working += 1
                return 0.0
            return max(left, LOOK_EVERY)

    def answered(self) -> None:
        with self._lock:
            self._refusals = 0
            self.at_once = min(MOST_AT_ONCE, self.at_once + 1 / max(1.0, self.at_once))

    def refused(self, wait: float | None, most: float = float("inf")) -> tuple[float, float]:
        """It said: not now. Calls made together are refused together, and slow it down once.

        Gives the seconds from now to the next turn, and by how many this refusal puts it off. By more than `most` it is not put off:
        whoever asked gives up, and others need not wait for that.
        """
        with self._lock:
            now = time.monotonic()
            if now >= self._slowed:
                self.at_once = max(1.0, min(self.at_once, float(self._working or 1)) / 2)
                self._refusals += 1
            more = min(_LONGEST, _BEGIN * 2.0 ** min(self._refusals - 1, 6))
            seconds = max(wait, more / 20) if wait is not None else more
            before, after = max(self._until, now), max(self._until, now + seconds)
            if after - before <= most:
                self._until = self._slowed = after
            return after - now, after - before


@cache
def pace_of(host: str) -> Pace:
    return Pace()
