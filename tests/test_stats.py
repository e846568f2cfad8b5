"""Small statistics, against scipy and by hand."""

import math
import random
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy

from fluencylab import stats

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@given(NUMBERS, st.floats(0, 1))
def test_percentile_lies_within_and_agrees_at_the_ends(values: list[float], share: float) -> None:
    found = stats.percentile(values, share)
    assert min(values) <= found <= max(values) or math.isclose(found, max(values)) or math.isclose(found, min(values))
    assert stats.percentile(values, 0) == min(values)
    assert stats.percentile(values, 1) == max(values)


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (0, 12), (1, 12), (6, 12), (12, 12), (50, 50), (3, 1000)])
def test_wilson_is_scipys(hits: int, n: int) -> None:
    theirs = scipy.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert stats.wilson(hits, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_of_nothing_nothing_is_known() -> None:
    assert stats.wilson(0, 0) == (0, 1)
    for empty in (stats.mean, lambda values: stats.percentile(values, 0.5), stats.entropy):
        with pytest.raises(ValueError, match=r"undefined|at least one"):
            empty([])


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=50))
def test_entropy_is_scipys(weights: list[float]) -> None:
    assert stats.entropy(weights) == pytest.approx(float(scipy.entropy(weights, base=2)), abs=1e-9)


def test_a_bootstrap_is_the_same_each_time_and_holds_the_mean() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 10.0]
    low, high = stats.bootstrap(values)
    assert (low, high) == stats.bootstrap(values)
    assert low < stats.mean(values) < high


@pytest.mark.parametrize(("won", "lost"), [(0, 0), (1, 0), (5, 0), (0, 9), (7, 2), (12, 12), (40, 21)])
def test_mcnemar_is_scipys_exact_test(won: int, lost: int) -> None:
    theirs = scipy.binomtest(won, won + lost, 0.5).pvalue if won + lost else 1.0
    assert stats.mcnemar(won, lost) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize(("won", "lost"), [(240, 261), (1_000, 1_100), (4_500, 5_000)])
def test_mcnemar_of_thousands_is_scipys_too(won: int, lost: int) -> None:
    assert stats.mcnemar(won, lost) == pytest.approx(scipy.binomtest(won, won + lost, 0.5).pvalue, rel=1e-8)


@pytest.mark.parametrize(("won", "lost", "n"), [(40, 10, 200), (30, 28, 200), (5, 60, 150)])
def test_a_paired_interval_is_near_scipys_bootstrap_of_the_differences(won: int, lost: int, n: int) -> None:
    differences = [1.0] * won + [-1.0] * lost + [0.0] * (n - won - lost)
    theirs = scipy.bootstrap((differences,), np.mean, n_resamples=2000, rng=np.random.default_rng(1)).confidence_interval
    assert stats.paired(won, lost, n) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_a_paired_interval_keeps_a_width_where_nothing_changed() -> None:
    low, high = stats.paired(0, 0, 12)
    assert low == -high < 0
    assert stats.paired(0, 0, 0) == (-1, 1)
    assert stats.paired(12, 0, 12)[1] == 1


def test_a_difference_is_that_of_newcombes_own_example() -> None:
    """Newcombe 1998, table II, (a): 56 of 70 less 48 of 80 is 0.2000, from 0.0524 to 0.3339."""
    low, high = stats.difference((48, 80), (56, 70))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_what_a_measure_says_of_a_share() -> None:
    third = stats.share(3, 10)
    assert (third.hits, third.told) == (3, "3 of 10")
    assert stats.exactly(4, 2).model_dump() == {"value": 4, "low": 4, "high": 4, "n": 2}


def test_an_estimate_stands_in_its_interval_and_one_value_alone_is_its_own() -> None:
    found = stats.estimate([1.0, 2.0, 6.0])
    assert found.low < found.value == 3 < found.high and found.n == 3
    assert stats.estimate([7.0], statistics.median).model_dump() == stats.exactly(7).model_dump()
    assert stats.spread([1.0, 2.0, 6.0]) == stats.Measure(value=3, low=1, high=6, n=3, kind="range")
    assert stats.spread([]) == stats.Measure(value=0, low=0, high=1, n=0)


def test_a_gain_is_counted_on_the_same_cases() -> None:
    found = stats.gain([(False, True), (False, True), (True, False), (True, True)])
    assert found.value == 0.25 and (found.low, found.high) == stats.paired(2, 1, 4)


@pytest.mark.parametrize(("n", "k", "p"), [(1, 0, 0.3), (20, 7, 0.5), (5000, 2400, 0.5), (10, 10, 1), (10, 0, 0), (10, 3, 0), (10, 3, 1)])
def test_a_binomial_chance_is_scipys(n: int, k: int, p: float) -> None:
    assert stats.binomial(n, k, p) == pytest.approx(float(scipy.binom.pmf(k, n, p)), rel=1e-8)


def test_the_interval_of_a_mean_of_many_is_the_one_that_is_drawn_anew_and_takes_no_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(7)
    values = [dice.expovariate(0.5) for _ in range(400)]
    drawn, told = stats.estimate(values, rounds=4000), stats.estimate_mean(values)
    width = drawn.high - drawn.low
    assert (told.value, told.n) == (drawn.value, 400)
    assert abs(told.low - drawn.low) < 0.1 * width and abs(told.high - drawn.high) < 0.1 * width
    low, high = scipy.norm.interval(0.95, loc=told.value, scale=scipy.sem(values))
    assert told.low == pytest.approx(low) and told.high == pytest.approx(high)
    assert stats.estimate_mean(values[: stats.FEW]) == stats.estimate(values[: stats.FEW])
    monkeypatch.setattr(stats, "bootstrap", None)
    assert stats.estimate_mean(values * 25).n == 10_000
