"""What a paired test sees, against simulation and against the test itself."""

import random

import pytest
from scipy import stats as scipy

from fluencylab.stats import mcnemar
from fluencylab.workbench.power import SIZES, _fewest, cases_for, power, says, slider, smallest_drop


@pytest.mark.parametrize("changed", [*range(40), 137, 500])
def test_the_fewest_broken_cases_are_those_at_which_mcnemar_turns(changed: int) -> None:
    fewest = _fewest(changed)
    turning = next((broken for broken in range(changed // 2, changed + 1) if mcnemar(broken, changed - broken) < 0.05), None)
    assert fewest == turning


@pytest.mark.parametrize(("n", "drop", "churn"), [(20, 0.3, 0.0), (20, 0.3, 0.05), (50, 0.15, 0.02), (100, 0.1, 0.05)])
def test_the_power_is_that_of_a_simulation(n: int, drop: float, churn: float) -> None:
    rng, rounds = random.Random(1), 3000
    seen = 0
    for _ in range(rounds):
        fates = [rng.random() for _ in range(n)]
        broken = sum(fate < drop + churn for fate in fates)
        fixed = sum(drop + churn <= fate < drop + 2 * churn for fate in fates)
        seen += broken > fixed and mcnemar(fixed, broken) < 0.05
    assert power(n, drop, churn) == pytest.approx(seen / rounds, abs=0.025)


def test_without_churn_it_is_one_binomial_sum() -> None:
    assert power(20, 0.35, 0) == pytest.approx(scipy.binom.sf(5, 20, 0.35), abs=1e-9)
    assert power(5, 1, 0) == 0 and power(6, 1, 0) == 1


@pytest.mark.parametrize("n", [10, 20, 100])
def test_the_smallest_drop_is_seen_and_one_below_is_not(n: int) -> None:
    drop = smallest_drop(n)
    assert drop is not None and power(n, drop) >= 0.8 > power(n, drop - 0.001)


@pytest.mark.parametrize("drop", [0.3, 0.1, 0.05])
def test_so_many_cases_see_a_drop_and_a_few_less_do_not(drop: float) -> None:
    n = cases_for(drop)
    assert n is not None and all(power(more, drop) >= 0.8 for more in range(n, n + 10))
    assert power(n - 1, drop) < 0.8


@pytest.mark.parametrize("n", [501, 700, 1000])
@pytest.mark.parametrize("churn", [0.0, 0.02])
def test_beyond_500_cases_a_normal_distribution_says_what_the_exact_sum_says(n: int, churn: float, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = smallest_drop(n, churn)
    monkeypatch.setattr("fluencylab.workbench.power.EXACT", n)
    exact = smallest_drop(n, churn)
    assert soon is not None and exact == pytest.approx(soon, abs=0.002)


@pytest.mark.parametrize("n", [2_500, 10_000])
def test_thousands_of_cases_see_small_drops(n: int) -> None:
    drop = smallest_drop(n)
    assert drop is not None and drop < 0.02 and says(n, drop).startswith(f"With {n:,} cases this test sees a drop of")


def test_what_no_number_of_cases_shows() -> None:
    assert smallest_drop(5) is None and cases_for(0.001) is None
    assert says(5, None).startswith("With 5 cases no drop is seen reliably")
    with pytest.raises(ValueError, match="no more than all cases"):
        power(20, 0.9, 0.1)


def test_the_slider_falls_and_speaks() -> None:
    stops = slider()
    drops = [stop.drop for stop in stops]
    assert [stop.n for stop in stops] == list(SIZES)
    assert drops == sorted(drops, key=lambda drop: -(drop or 0))
    assert stops[2].says == "With 20 cases this test sees a drop of 41 points or more in 80 of 100 tries; a smaller one it may miss."
