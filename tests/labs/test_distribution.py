"""Re-weighing the next-token distribution: the arithmetic, the same arithmetic on the page, and what the engine really draws from."""

import json
import math
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare
from script_fixture import Scripts

from fluencylab.errors import ModelRefused
from fluencylab.labs.sampling.distribution import BIN, HEAD, Distribution
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY
from fluencylab.models.types import Alternative, Message, Request

settings.register_profile("distribution", deadline=None)
settings.load_profile("distribution")
PROMPT = "Write the first sentence of a novel set in Lagos."
CHOICES = [
    {"temperature": 1.0},
    {"temperature": 0.5},
    {"temperature": 1.6},
    {"temperature": 0.8, "top_k": 5},
    {"temperature": 1.0, "top_p": 0.8},
    {"temperature": 1.3, "min_p": 0.05},
    {"temperature": 0.7, "top_k": 40, "top_p": 0.9, "min_p": 0.02},
]


def vocabulary(logits: list[float]) -> Distribution:
    """A whole distribution: the softmax of these numbers."""
    best = max(logits)
    total = math.log(math.fsum(math.exp(x - best) for x in logits)) + best
    return Distribution.of([Alternative(f"t{i}", x - total) for i, x in enumerate(logits)])


def long_tailed(seed: int, size: int = 3000) -> Distribution:
    rng = random.Random(seed)
    return vocabulary([rng.gauss(0, 3) for _ in range(size)])


small = st.lists(st.floats(-12, 12), min_size=2, max_size=60).map(vocabulary)
large = st.integers(0, 50).map(long_tailed)
distributions = st.one_of(small, large)
temperatures = st.floats(0.05, 2)
filters = st.fixed_dictionaries({"top_k": st.integers(0, 80), "top_p": st.floats(0.01, 1), "min_p": st.floats(0, 1)})


@given(distributions, temperatures, filters)
def test_the_shares_and_the_tail_together_are_one(made: Distribution, temperature: float, cuts: dict[str, Any]) -> None:
    assert math.isclose(math.fsum(share for share, _ in made.weighed(temperature, **cuts)), 1, abs_tol=1e-9)
    assert math.fsum(kept.share for kept in made.reweigh(temperature, **cuts)) <= 1 + 1e-9


@given(distributions, temperatures, filters)
def test_a_likelier_token_stays_likelier(made: Distribution, temperature: float, cuts: dict[str, Any]) -> None:
    shares = [kept.share for kept in made.reweigh(temperature, **cuts)]
    assert shares == sorted(shares, reverse=True)


@given(distributions, temperatures, filters)
def test_the_filters_always_leave_a_token(made: Distribution, temperature: float, cuts: dict[str, Any]) -> None:
    assert made.kept(**cuts) >= 1
    assert made.reweigh(temperature, **cuts)[0].share > 0


@given(distributions, filters)
def test_at_zero_the_likeliest_has_all_of_it(made: Distribution, cuts: dict[str, Any]) -> None:
    shares = [kept.share for kept in made.reweigh(0, **cuts)]
    assert shares[0] == 1 and not any(shares[1:])
    assert made.entropy(0, **cuts) == 0


@given(distributions)
def test_at_one_nothing_is_re_weighed(made: Distribution) -> None:
    for kept, (_, logprob) in zip(made.reweigh(1), made.head, strict=True):
        assert math.isclose(kept.share, math.exp(logprob), rel_tol=1e-3, abs_tol=1e-6)


@given(distributions, temperatures, temperatures, filters)
def test_a_higher_temperature_is_never_surer(made: Distribution, one: float, other: float, cuts: dict[str, Any]) -> None:
    low, high = sorted((one, other))
    assert made.entropy(low, **cuts) <= made.entropy(high, **cuts) + 1e-9


@given(distributions, st.integers(1, 80))
def test_top_k_keeps_k(made: Distribution, k: int) -> None:
    assert made.kept(top_k=k) == min(k, made.kept())


@given(distributions, st.floats(0.01, 0.99))
def test_top_p_keeps_the_fewest_that_reach_it(made: Distribution, p: float) -> None:
    each = [math.exp(logprob) for logprob, n in [*((lp, 1) for _, lp in made.head), *made.tail] for _ in range(n)]
    n, goal = made.kept(top_p=p), p * math.fsum(each)
    assert math.fsum(each[:n]) >= goal - 1e-9
    assert math.fsum(each[: n - 1]) < goal + 1e-9


@settings(max_examples=30)
@given(st.integers(0, 1000), st.floats(1, 2))
def test_the_histogram_of_the_tail_errs_by_less_than_it_promises(seed: int, temperature: float) -> None:
    rng = random.Random(seed)
    logits = [rng.gauss(0, 3) for _ in range(4000)]
    made = vocabulary(logits)
    best = max(logits)
    exact = sorted((math.exp((x - best) / temperature) for x in logits), reverse=True)
    tail = sum(exact[HEAD:]) / sum(exact)
    told = math.fsum(share for share, _ in made.weighed(temperature, 0, 1, 0)[HEAD:])
    assert len(made.tail) < 4000 * BIN * 10
    assert abs(told - tail) <= 1e-4 * tail


def test_a_model_without_probabilities_is_told_so() -> None:
    with pytest.raises(ModelRefused, match="no probabilities"):
        Distribution.of([])


def test_a_few_alternatives_are_not_taken_for_all() -> None:
    told = Distribution.of([Alternative("a", math.log(0.5)), Alternative("b", math.log(0.2))])
    assert not told.whole
    assert told.reweigh()[0].share == pytest.approx(0.5 / 0.7, abs=1e-4)


# The page does the same


def cases(n: int = 60) -> list[dict[str, Any]]:
    rng = random.Random(7)
    made = []
    for i in range(n):
        distribution = long_tailed(i) if i % 2 else vocabulary([rng.gauss(0, 4) for _ in range(rng.randint(2, 40))])
        chosen = {
            "temperature": rng.choice([0.0, 0.3, 1.0, rng.uniform(0.05, 2)]),
            "top_k": rng.choice([0, 1, rng.randint(1, 600)]),
            "top_p": rng.choice([1.0, rng.uniform(0.01, 1)]),
            "min_p": rng.choice([0.0, rng.uniform(0, 0.5)]),
        }
        made.append({"distribution": distribution.model_dump(mode="json"), "settings": chosen})
    return made


@pytest.mark.page
def test_the_page_weighs_as_the_server_does(scripts: Scripts) -> None:
    asked = cases()
    table = [(case["distribution"], case["settings"]) for case in asked]
    told = [scripts.call("/static/labs/sampling/reweigh.js", name, table) for name in ("shares", "entropy", "kept")]
    for case, page_shares, entropy, kept in zip(asked, *told, strict=True):
        distribution, chosen = Distribution.model_validate(case["distribution"]), case["settings"]
        shares = distribution.weighed(chosen["temperature"], chosen["top_k"], chosen["top_p"], chosen["min_p"])
        assert [n for _, n in page_shares] == [n for _, n in shares]
        assert [share for share, _ in page_shares] == pytest.approx([share for share, _ in shares], abs=1e-12)
        assert entropy == pytest.approx(distribution.entropy(**chosen), abs=1e-9)
        assert kept == distribution.kept(chosen["top_k"], chosen["top_p"], chosen["min_p"])


# The engine does the same


@pytest.fixture
async def wire(model: Client) -> AsyncIterator[httpx2.AsyncClient]:
    """The engine's own interface, under the lab's client."""
    address = (await model.base_url()).removesuffix("/v1")
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=60) as wire:
        yield wire


async def raw(model: Client) -> Distribution:
    request = Request(messages=(Message(role="user", content=PROMPT),), max_tokens=1, temperature=0, top_logprobs=1_000_000)
    return Distribution.of((await model.complete(request)).tokens[0].alternatives)


PLAIN = {"n_predict": 1, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "typical_p": 1.0, "repeat_penalty": 1.0, "cache_prompt": True}


async def completion(wire: httpx2.AsyncClient, prompt: str, **settings: Any) -> dict[str, Any]:
    answer = await wire.post("/completion", json=PLAIN | {"prompt": prompt} | settings)
    answer.raise_for_status()
    told: dict[str, Any] = json.loads(answer.content)
    return told


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda chosen: "-".join(f"{k}{v}" for k, v in chosen.items()))
async def test_the_bars_are_what_the_engine_samples_from(model: Client, wire: httpx2.AsyncClient, chosen: dict[str, Any]) -> None:
    ours = (await raw(model)).reweigh(**chosen)
    prompt = await model.render((Message(role="user", content=PROMPT),))
    told = await completion(wire, prompt, **chosen, seed=1, n_probs=20, post_sampling_probs=True)
    theirs = {row["token"]: row["prob"] for row in told["completion_probabilities"][0]["top_probs"]}
    left = {kept.text: kept.share for kept in ours if kept.share > 0}
    assert len(theirs) >= min(len(left), 5)
    for text, share in theirs.items():
        if share > 0:
            assert left.get(text, 0.0) == pytest.approx(share, abs=0.004), f"{text!r}: the page says {left.get(text)}, the engine {share}"


AT_ONCE = 8
"""Answers to one request, as many as the engine has slots: the prompt is read once, and answer i is drawn with seed + i."""


async def test_answers_to_one_request_are_those_of_the_seeds_that_follow(model: Client, wire: httpx2.AsyncClient) -> None:
    prompt = await model.render((Message(role="user", content=PROMPT),))
    together = json.loads((await wire.post("/completion", json=PLAIN | {"prompt": prompt, "seed": 40, "n_cmpl": AT_ONCE})).content)
    alone = [await completion(wire, prompt, seed=40 + i) for i in range(AT_ONCE)]
    assert [answer["content"] for answer in together] == [answer["content"] for answer in alone]


@pytest.mark.long
@pytest.mark.slow
async def test_two_thousand_real_draws_fall_as_the_bars_say(model: Client, wire: httpx2.AsyncClient) -> None:
    """Fixed seeds, so the draws are the same each time on one machine; elsewhere the test is wrong once in a million."""
    chosen: dict[str, Any] = {"temperature": 0.8, "top_k": 12}
    draws = 2000
    shares = {kept.text: kept.share for kept in (await raw(model)).reweigh(**chosen) if kept.share > 0}
    prompt = await model.render((Message(role="user", content=PROMPT),))
    counts: Counter[str] = Counter()
    for seed in range(0, draws, AT_ONCE):
        answer = await wire.post("/completion", json=PLAIN | chosen | {"prompt": prompt, "seed": seed, "n_cmpl": AT_ONCE})
        counts.update(told["content"] for told in answer.raise_for_status().json())
    assert sum(counts.values()) == draws
    assert set(counts) <= set(shares)
    texts = [text for text, share in shares.items() if share * draws >= 5]
    seen, expected = [counts[text] for text in texts], [shares[text] * draws for text in texts]
    if len(texts) < len(shares):
        seen, expected = [*seen, draws - sum(seen)], [*expected, draws - sum(expected)]
    assert chisquare(seen, [value * draws / sum(expected) for value in expected]).pvalue > 1e-6
