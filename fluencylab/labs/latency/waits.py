"""Waits as numbers: one timed call, lines through many of them, and which promises they keep. Pure.

    first word  =  a + b × prompt tokens  + the wait for other callers
    whole       =  first word + answer tokens ÷ tokens per second

Both are fitted to measured calls by medians (Theil 1950, Sen 1968), so that one stalled call does not bend the line.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from fluencylab.stats import percentile

READER = 250
"""Words a minute of a calm reader: the mean for English prose is 238 (Brysbaert 2019)."""
TOGETHER = 3.0
"""Seconds within which calls of one wave begin; of a wave that was broken off and gone on with, only the larger half counts."""
CLOSE = 0.15
"""A promise kept or missed by less than this share is too close to call; more, where the rule errs by more."""


class Sample(NamedTuple):
    """One timed call. `at`: what was varied (tokens, or calls at once); times in milliseconds."""

    part: str
    at: int
    i: int
    wave: int
    prompt: int
    cached: int
    written: int
    connect: float
    queue: float
    reading: float
    ttft: float
    ttlt: float
    tps: float
    began: float
    busy: bool
    told: bool
    """Did the engine tell how long it read?"""
    thinking: float = 0.0
    """From its first thought to its first word, in ms"""


def sample(data: dict[str, Any]) -> Sample:
    """From a step's data. An endpoint that does not tell how long it read has no queue: all until the first token is reading."""
    timing, usage = data["timing"], data["usage"]
    told = timing["engine"].get("prompt_ms", 0)
    ttft, connect = timing["ttft_ms"], timing["connect_ms"]
    first = timing.get("thought_ms") or ttft  # of anything it wrote, be it thought or answer
    reading = told if 0 < told <= first else first - connect
    return Sample(
        part=data["part"],
        at=data["at"],
        i=data["i"],
        wave=data.get("wave", 0),
        prompt=usage["prompt"],
        cached=max(usage["cached"], int(timing["engine"].get("cache_n", 0))),
        written=usage["completion"],
        connect=connect,
        queue=max(0.0, first - reading - connect),
        reading=reading,
        ttft=ttft,
        ttlt=timing["ttlt_ms"],
        tps=timing["tps"],
        began=timing["began"],
        busy=0 < timing["threads"] < timing["calm_threads"],
        told=0 < told <= first,
        thinking=ttft - first,
    )


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


class Line(NamedTuple):
    start: float
    slope: float

    def at(self, x: float) -> float:
        return self.start + self.slope * x


def line(points: Sequence[tuple[float, float]]) -> Line:
    """The median slope through all pairs of points, and the median height. Never below zero. One x only: a flat line."""
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 != x1]
    slope = max(0.0, median(slopes)) if slopes else 0.0
    return Line(max(0.0, median([y - slope * x for x, y in points])), slope)


def concurrent_calls(samples: Iterable[Sample]) -> list[Sample]:
    """Of each wave the calls that were really made at once: a run that was broken off asks only for what was missing."""
    waves: dict[tuple[int, int], list[Sample]] = {}
    for one in samples:
        waves.setdefault((one.at, one.wave), []).append(one)
    kept: list[Sample] = []
    for wave in waves.values():
        ordered = sorted(wave, key=lambda one: one.began)
        groups: list[list[Sample]] = [[one for one in ordered if 0 <= one.began - first.began <= TOGETHER] for first in ordered]
        largest: list[Sample] = max(groups, key=len)
        kept += largest
    return kept


class Slo(NamedTuple):
    """What users bear, in seconds: until the first word, until the whole answer."""

    first: float
    whole: float


class Chance(NamedTuple):
    """One combination and its waits in seconds. Verdicts: "keeps", "close" or "misses". `streamed` needs the first word in time,
    `waited` the whole answer, for until then nothing is shown; both need the whole answer within the promise for it.
    """

    prompt: int
    answer: int
    load: int
    first: float
    last: float
    streamed: str
    waited: str


class LatencyModel(NamedTuple):
    """How long a call takes here, fitted to what was measured. `loads`: calls at once -> (extra wait in ms, share of the speed left)."""

    reading: Line
    tps: float
    loads: dict[int, tuple[float, float]]
    error: float
    """The middle share by which the rule misses a measured whole wait"""

    def first(self, prompt: float, load: int = 1) -> float:
        return self.reading.at(prompt) + self.loads.get(load, (0.0, 1.0))[0]

    def last(self, prompt: float, answer: float, load: int = 1) -> float:
        return self.first(prompt, load) + 1000 * answer / (self.tps * self.loads.get(load, (0.0, 1.0))[1])

    def longest(self, promise: Slo, load: int = 1) -> int | None:
        """The longest prompt whose first word still comes in time; None where length does not matter."""
        if self.reading.slope <= 0:
            return None
        return max(0, int((promise.first * 1000 - self.first(0, load)) / self.reading.slope))

    def chance(self, prompt: int, answer: int, load: int, promise: Slo) -> Chance:
        first, last = self.first(prompt, load) / 1000, self.last(prompt, answer, load) / 1000
        kept, whole = verdict(first, promise.first, self.error), verdict(last, promise.whole, self.error)
        waited = max(verdict(last, promise.first, self.error), whole, key=ORDER.index)
        return Chance(prompt, answer, load, first, last, max(kept, whole, key=ORDER.index), waited)


ORDER = ("keeps", "close", "misses")


def verdict(seconds: float, limit: float, error: float) -> str:
    margin = max(CLOSE, error)
    if abs(seconds - limit) <= margin * limit:
        return "close"
    return "keeps" if seconds < limit else "misses"


def rule(samples: Sequence[Sample]) -> LatencyModel | None:
    """Fitted to every call that was alone and read its whole prompt. None before there are two."""
    alone = [one for one in samples if one.part in ("call", "prompt", "answer") and one.tps > 0]
    if len(alone) < 2:
        return None
    reading = line([(one.prompt, one.ttft) for one in alone])
    tps = median([one.tps for one in alone])
    loads: dict[int, tuple[float, float]] = {}
    load = [one for one in samples if one.part == "load"]
    least = min((one.at for one in load), default=0)
    quiet = [one for one in load if one.at == least]
    for at in sorted({one.at for one in load}):
        there = [one for one in load if one.at == at]
        speeds = [one.tps for one in there if one.tps > 0], [one.tps for one in quiet if one.tps > 0]
        share = median(speeds[0]) / median(speeds[1]) if all(speeds) else 1.0
        extra = percentile([one.ttft for one in there], 0.95) - median([one.ttft for one in quiet])
        loads[at] = (max(0.0, extra), min(1.0, share)) if at > least else (0.0, 1.0)
    plain = LatencyModel(reading, tps, loads, 0.0)
    missed = [abs(plain.last(one.prompt, one.written - 1) - one.ttlt) / one.ttlt for one in alone if one.ttlt]
    return plain._replace(error=median(missed))
