"""Small statistics, against scipy and by hand."""

import math

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
