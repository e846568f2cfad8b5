"""The latency instrument: in a world where each token has its price, and on the real engine."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from fluencylab.charts import drawing_of
from fluencylab.instruments.base import Step
from fluencylab.labs.latency import instrument as latency
from fluencylab.labs.latency import wait_facts, waits
from fluencylab.labs.latency.instrument import Params
from fluencylab.labs.latency.page import PAGE as lab_page
from fluencylab.labs.latency.waits import Sample, Slo
from fluencylab.models.client import Client
from fluencylab.models.recorded import Recorded
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Completion, Request, Timing, Token, Usage

READ, WRITE = 5.0, 20.0
"""Milliseconds a token, in the world of these tests"""


def world(queue: Callable[[int], float] = lambda call: 0.0) -> Callable[[Request, int], Completion]:
    """Reads 5 ms a token, less what it read before, and writes 20 ms a token. `queue`: how long the nth call waits."""
    seen: list[list[str]] = []

    def answer(request: Request, repetition: int) -> Completion:
        words = " ".join(message.content for message in request.messages).split()
        cached = max((common(words, old) for old in seen), default=0)
        seen.append(words)
        first = 10 + queue(len(seen)) + READ * (len(words) - cached)
        moments = [first + WRITE * i for i in range(request.max_tokens)]
        return Completion(
            text="word " * request.max_tokens,
            tokens=tuple(Token("word ") for _ in moments),
            usage=Usage(prompt=len(words), completion=len(moments), cached=cached),
            timing=Timing(ttft_ms=first, ttlt_ms=moments[-1], tps=1000 / WRITE, arrivals=tuple(moments), began=100.0),
        )

    return answer


def common(one: list[str], other: list[str]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


async def steps(model: Any, **params: Any) -> list[Step]:
    return [step async for step in latency.run(model, Params.model_validate(params))]


async def test_every_fact_that_is_promised_is_measured() -> None:
    params = Params(repetitions=2)
    model = Scripted(world())
    observed = [step async for step in latency.run(model, params)]
    assert set(latency.conclude(observed).facts()) == set(latency.fact_names(params))
    assert len(model.calls) == latency.calls(params) == len(observed)


async def test_each_clock_is_pushed_by_its_own_cause() -> None:
    observed = await steps(Scripted(world()), parts=["prompt", "answer"], prompt_tokens=[100, 1000], answer_tokens=[10, 40], repetitions=2)
    facts = latency.conclude(observed).facts()
    assert facts["ttft_growth"] > 6
    assert facts["tps_kept"] == facts["ttft_kept"] == 1
    assert 2 < facts["ttlt_growth"] < 4
    assert facts["prefill_per_1000"] == pytest.approx(1000 * READ)
    assert facts["rule_error"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("repetitions", [1, 2, 3, 4])
async def test_a_time_of_the_sentence_is_the_time_of_its_bar(repetitions: int) -> None:
    """An even number of calls has no call in the middle; the times that two bars tell come from the same calls as the sentence's."""
    late = Scripted(world(lambda call: 400.0 * call))
    params = Params(parts=("call", "load"), repetitions=repetitions, concurrency=(1, 3))
    observed = [step async for step in latency.run(late, params)]
    (bar,) = lab_page.parts(params, observed).lanes[0].lanes
    result = latency.conclude(observed)
    assert f"the last after {bar.total_says}" in result.says
    assert bar.waiting + bar.reading + bar.writing == pytest.approx(result.facts()["ttlt_ms"])
    assert bar.waiting + bar.reading == pytest.approx(result.facts()["ttft_ms"])
    assert len({part.split()[1] for part in [*bar.parts_say.split(" · "), bar.total_says]}) == 1, "one unit"


async def test_a_number_in_front_makes_the_rules_behind_it_new() -> None:
    facts = latency.conclude(await steps(Scripted(world()), parts=["cache"], cache_tokens=400)).facts()
    assert facts["cached_share@start"] == 0
    assert facts["cached_share@end"] > 0.9
    assert facts["cache_gain"] > 0.8


async def test_a_queue_is_seen_in_the_slow_calls() -> None:
    model = Scripted(world(lambda call: 100.0 * max(0, call - 4)))
    result = latency.conclude(await steps(model, parts=["load"], concurrency=[1, 10], repetitions=3))
    facts = result.facts()
    assert facts["p95_ttft@10"] > 1.5 * facts["p50_ttft@10"]
    assert facts["served_soon@1"] == 1 and facts["served_soon@10"] < 0.5
    assert facts["p95_growth"] == pytest.approx(facts["p95_ttft@10"] / facts["p50_ttft@1"])
    assert "10 calls at once" in result.says


async def test_the_rule_says_which_promise_is_kept() -> None:
    asked = {"parts": ["prompt", "answer", "load"], "concurrency": [1, 4], "prompt_tokens": [100, 1000]}
    observed = await steps(Scripted(world()), **asked)
    rule = waits.rule(wait_facts.samples(step.data for step in observed))
    assert rule and rule.reading.slope == pytest.approx(READ) and rule.tps == pytest.approx(50)
    assert rule.error < 0.02
    assert rule.longest(Slo(1, 10)) == pytest.approx(198, abs=3)
    chance = rule.chance(100, 100, 1, Slo(1, 10))
    assert [chance.first, chance.last] == pytest.approx([0.51, 2.51])
    assert (chance.streamed, chance.waited) == ("keeps", "misses")
    assert rule.chance(1000, 10, 1, Slo(1, 10)).streamed == "misses"
    assert waits.verdict(1.1, 1, 0) == "close"


async def test_a_time_is_the_recorded_one_and_never_measured_again() -> None:
    class Kept:
        def __init__(self) -> None:
            self.calls: dict[tuple[str, str], Completion] = {}

        async def get(self, call: str, key: str) -> Completion | None:
            return self.calls.get((call, key))

        async def put(self, call: str, key: str, completion: Completion) -> None:
            self.calls[call, key] = completion

    memory = Kept()
    params = Params(parts=("call", "load"), concurrency=(1, 3), repetitions=2)
    first = [step async for step in latency.run(Recorded(Scripted(world()), memory), params)]
    again = [step async for step in latency.run(Recorded(Scripted(lambda r, n: world(lambda c: 9e9)(r, n)), memory), params)]
    assert sorted(map(str, first)) == sorted(map(str, again))
    assert Params.model_validate(params.model_dump(mode="json")).salt == params.salt


def test_of_a_wave_that_was_broken_off_only_what_was_made_together_counts() -> None:
    def call(i: int, began: float) -> Sample:
        return Sample("load", 5, i, 0, 50, 0, 8, 1, 0, 100, 100, 200, 50, began, False, True)

    kept = waits.concurrent_calls([call(0, 10), call(1, 10.1), call(2, 10.2), call(3, 95), call(4, 95.1)])
    assert [one.i for one in kept] == [0, 1, 2]


async def test_an_endpoint_that_sends_all_at_once_and_counts_nothing_is_measured_as_far_as_it_goes() -> None:
    blunt = Completion(text="all", tokens=(Token("all"),), timing=Timing(ttft_ms=50, ttlt_ms=50, arrivals=(50.0,)))
    facts = latency.conclude(await steps(Scripted(lambda r, n: blunt), repetitions=1)).facts()
    assert facts["blank_share"] == 1 and facts["tps"] == 0
    silent = Completion(text="")
    assert latency.conclude(await steps(Scripted(lambda r, n: silent), repetitions=1)).measures == {}
    assert latency.conclude([]).says == ""


async def test_a_stopped_run_leaves_no_call_behind() -> None:
    watched = latency.run(Scripted(world(), delay=0.01), Params(parts=("load",), concurrency=(6,)))
    await anext(watched)
    await anext(watched)
    await watched.aclose()
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": ""},
        {"prompt": "word " * 200_000},
        {"parts": []},
        {"prompt_tokens": [0]},
        {"answer_tokens": [1]},
        {"concurrency": [65]},
        {"concurrency": ["many"]},
        {"repetitions": 0},
    ],
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(wrong)


async def test_each_chart_has_a_sentence_and_a_table() -> None:
    result = latency.conclude(await steps(Scripted(world(lambda call: 3.0 * call)), repetitions=2))
    charts = drawing_of("latency").charts(result)
    assert [chart.spec["encoding"]["x"]["title"] for chart in charts] == ["tokens of prompt", "tokens of answer", "calls at once"]
    assert all(chart.sentence.endswith(".") and len(chart.table.rows) == 3 for chart in charts)


async def test_the_real_engine_reads_first_and_finds_a_beginning_again(model: Client) -> None:
    observed = await steps(model, parts=["prompt", "cache"], prompt_tokens=[50, 120], cache_tokens=90, max_tokens=2, repetitions=1)
    facts = latency.conclude(observed).facts()
    read = [step.data["usage"]["prompt"] for step in observed if step.data["part"] == "prompt"]
    assert read == [pytest.approx(50, rel=0.25), pytest.approx(120, rel=0.25)]
    assert facts["ttft_growth"] > 0, "on an idle machine about 2; how much is the machine's affair, not a test's"
    assert facts["cached_share@end"] > 0.7 > 0.3 > facts["cached_share@start"]
    timing = observed[0].data["timing"]
    assert timing["engine"]["prompt_ms"] > 0 and 0 < timing["threads"] <= timing["calm_threads"]
