"""What timed calls add up to: facts by name, each with its interval over the repetitions, and the sentences that say them. Pure.

Ratios are taken repetition by repetition, between calls that were neighbours in time: what slows the machine slows both.
"""

from collections.abc import Callable, Iterable, Sequence

from fluencylab.instruments.durations import times
from fluencylab.labs.latency.waits import Sample, concurrent_calls, line, median, sample
from fluencylab.stats import Measure, estimate, exactly, mean, percentile


def samples(timed: Iterable[dict[str, object]]) -> list[Sample]:
    """Whatever came to its first token; of a wave, what was made together."""
    found = [one for one in map(sample, timed) if one.ttft > 0]
    return [one for one in found if one.part != "load"] + concurrent_calls(one for one in found if one.part == "load")


def _measure(values: Sequence[float]) -> Measure:
    return estimate(values, median, rounds=400)


def _ratio(name: str, what: str, over: Sequence[Sample], under: Sequence[Sample]) -> dict[str, Measure]:
    """How many times as much: by repetition, each pair being neighbours in time."""
    below = {one.i: getattr(one, what) for one in under}
    pairs = [getattr(one, what) / below[one.i] for one in over if below.get(one.i)]
    return {name: _measure(pairs)} if pairs else {}


def _levels(there: Sequence[Sample]) -> dict[int, list[Sample]]:
    return {at: [one for one in there if one.at == at] for at in sorted({one.at for one in there})}


def call(there: Sequence[Sample]) -> dict[str, Measure]:
    thought = {"thought_ms": _measure([one.ttft - one.thinking for one in there])} if any(one.thinking for one in there) else {}
    return thought | {
        "ttft_ms": _measure([one.ttft for one in there]),
        "tps": _measure([one.tps for one in there]),
        "ttlt_ms": _measure([one.ttlt for one in there]),
        "blank_share": _measure([one.ttft / one.ttlt for one in there]),
    }


def prompt(there: Sequence[Sample]) -> dict[str, Measure]:
    levels = _levels(there)
    found: dict[str, Measure] = {}
    for at, level in levels.items():
        found[f"ttft_ms@{at}"] = _measure([one.ttft for one in level])
        found[f"reading_share@{at}"] = _measure([one.ttft / one.ttlt for one in level])
    shortest, longest = levels[min(levels)], levels[max(levels)]
    found |= _ratio("ttft_growth", "ttft", longest, shortest)
    found |= _ratio("tps_kept", "tps", longest, shortest)
    slopes = [1000 * line([(one.prompt, one.ttft) for one in there if one.i == i]).slope for i in sorted({one.i for one in there})]
    return found | {"prefill_per_1000": _measure(slopes)}


def answer(there: Sequence[Sample]) -> dict[str, Measure]:
    levels = _levels(there)
    found: dict[str, Measure] = {}
    for at, level in levels.items():
        found[f"ttlt_ms@{at}"] = _measure([one.ttlt for one in level])
        found[f"blank_share@{at}"] = _measure([one.ttft / one.ttlt for one in level])
    shortest, longest = levels[min(levels)], levels[max(levels)]
    found |= _ratio("ttlt_growth", "ttlt", longest, shortest)
    found |= _ratio("ttft_kept", "ttft", longest, shortest)
    missed = [one for i in range(len(there)) if (one := _missed(there[i], [*there[:i], *there[i + 1 :]])) is not None]
    return found | ({"rule_error": _measure(missed)} if missed else {})


def _missed(one: Sample, others: Sequence[Sample]) -> float | None:
    """By which share TTFT + tokens ÷ TPS, taken from the other calls, misses this call's TTLT."""
    speeds = [other.tps for other in others if other.tps > 0]
    if not speeds:
        return None
    expected = median([other.ttft for other in others]) + 1000 * (one.written - 1) / median(speeds)
    return abs(expected - one.ttlt) / one.ttlt


def load(there: Sequence[Sample]) -> dict[str, Measure]:
    levels = _levels(there)
    fewest, most = min(levels), max(levels)
    alone = median([one.ttft for one in levels[fewest]])
    speed = median([one.tps for one in levels[fewest]]) or 1.0
    found: dict[str, Measure] = {}
    for at, level in levels.items():
        waits = [one.ttft for one in level]
        found[f"p50_ttft@{at}"] = _measure(waits)
        found[f"p95_ttft@{at}"] = estimate(waits, _p95, rounds=400)
        found[f"speed_share@{at}"] = _measure([one.tps / speed for one in level])
        soon = [float(one.ttft <= 2 * alone) for one in level]
        found[f"served_soon@{at}"] = exactly(mean(soon), len(soon))
    growths = [one.ttft / alone for one in levels[most]]
    found["p95_growth"] = estimate(growths, _p95, rounds=400)
    many, one_by_one = _throughput(levels[most]), _throughput(levels[fewest])
    gain = many / one_by_one if one_by_one else 0.0
    return found | {"throughput_gain": exactly(gain, len(levels[most]))}


def _p95(values: Sequence[float]) -> float:
    return percentile(values, 0.95)


def _throughput(level: Sequence[Sample]) -> float:
    """Tokens written a second, all callers together: a wave lasts as long as its longest call."""
    lasted = sum(max(one.ttlt for one in level if one.wave == wave) for wave in {one.wave for one in level})
    return 1000 * sum(one.written for one in level) / lasted if lasted else 0.0


def cache(there: Sequence[Sample]) -> dict[str, Measure]:
    """The first call with the shared beginning (i = -1) only fills the cache."""
    cold = [one for one in there if one.at == 0]
    warm = [one for one in there if one.at == 1 and one.i >= 0]
    if not cold or not warm:
        return {}
    found = {"cached_share@start": _measure([one.cached / max(1, one.prompt) for one in cold])}
    found["cached_share@end"] = _measure([one.cached / max(1, one.prompt) for one in warm])
    first = {one.i: one.ttft for one in cold}
    return found | {"cache_gain": _measure([1 - one.ttft / first[one.i] for one in warm if first.get(one.i)])}


FACTS: dict[str, Callable[[Sequence[Sample]], dict[str, Measure]]] = {
    "call": call,
    "prompt": prompt,
    "answer": answer,
    "load": load,
    "cache": cache,
}


def says(measures: dict[str, Measure]) -> dict[str, str]:
    """One sentence for each part that was measured."""
    value = {name: measure.value for name, measure in measures.items()}
    told: dict[str, str] = {}
    if "ttft_ms" in value:
        first, last = times(value["ttft_ms"], value["ttlt_ms"])
        told["call"] = (
            f"The first word came after {first}, the last after {last}: "
            f"{_percent(value['blank_share'])} of the wait passed before there was anything to read."
        )
    if "thought_ms" in value:
        told["call"] = f"It began to think after {times(value['thought_ms'])[0]}. {told['call']}"
    if "ttft_growth" in value and (longer := _times(value, "reading_share")):
        told["prompt"] = f"A prompt {longer} times as long made the first word come {value['ttft_growth']:.2g} times as late."
    elif "ttft_growth" in value:
        at = _levels_of(value, "reading_share")[0]
        told["prompt"] = f"{_percent(value[f'reading_share@{at}'])} of the wait was over when the first word came."
    if "ttlt_growth" in value and (longer := _times(value, "ttlt_ms")):
        told["answer"] = f"An answer {longer} times as long took {value['ttlt_growth']:.2g} times as long in all."
    if "p95_growth" in value:
        most, late = max(_levels_of(value, "p95_ttft")), value["p95_growth"]
        told["load"] = f"With {most} calls at once, the slowest first words came {late:.2g} times as late as alone."
    if "cache_gain" in value:
        gain = _percent(max(0.0, value["cache_gain"]))
        told["cache"] = f"A beginning that was read before saved {gain} of the wait for the first word."
    return told


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def _levels_of(names: Iterable[str], kind: str) -> list[int]:
    return sorted(int(name.partition("@")[2]) for name in names if name.startswith(f"{kind}@"))


def _times(names: Iterable[str], kind: str) -> str:
    """How many times the shortest the longest is; empty where there is one length only."""
    sizes = _levels_of(names, kind)
    return f"{sizes[-1] / sizes[0]:.2g}" if len(sizes) > 1 else ""
