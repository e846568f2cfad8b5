"""What so many cases can see, held against scipy's binomial distribution, and whether a reference names what it names."""

import pytest
from scipy.stats import binom

from fluencylab.workbench.mentions import mentions, named
from fluencylab.workbench.spec_power import ALARMS, MOST, SIZES, cases_for, sees, takes

POWER = 0.8


@pytest.mark.parametrize("healthy", [0.5, 0.8, 0.95, 0.99])
@pytest.mark.parametrize("n", SIZES[::3])
def test_the_bar_is_the_highest_that_leaves_a_good_product_alone(n: int, healthy: float) -> None:
    found = sees(n, healthy)
    assert found.alarms == pytest.approx(binom.cdf(found.wanted - 1, n, healthy), abs=1e-9) and found.alarms <= ALARMS
    assert found.wanted == n or binom.cdf(found.wanted, n, healthy) > ALARMS
    if found.drop is not None:
        assert binom.cdf(found.wanted - 1, n, healthy - found.drop) >= POWER
        assert binom.cdf(found.wanted - 1, n, healthy - found.drop + 0.005) < POWER
    else:
        assert not found.wanted


@pytest.mark.parametrize(("drop", "healthy"), [(0.3, 0.95), (0.1, 0.95), (0.1, 0.8), (0.05, 0.99)])
def test_so_many_cases_see_a_drop_and_fewer_do_not(drop: float, healthy: float) -> None:
    def seen(n: int) -> bool:
        return bool(binom.cdf(sees(n, healthy).wanted - 1, n, healthy - drop) >= POWER)

    n = cases_for(drop, healthy)
    assert n is not None and all(seen(each) for each in range(n, n + 12)) and not seen(n - 1)


def test_what_no_number_of_cases_can_do_is_said() -> None:
    assert cases_for(0.3, 0.2) is None and cases_for(0.001, 0.5) is None and MOST == 2_000
    assert sees(1, 0.5).says == "With 1 case, every bar stops a product that passes 50\u00a0% too often. Take more cases."
    assert "a drop of 21 points or more is seen in 80 of 100 tries" in sees(20, 0.95).says
    assert takes(0.95) == "Cases it takes to see a drop: 12 for 30 points, 21 for 20 points, 59 for 10 points, 191 for 5 points."


def test_a_reference_names_figures_hours_and_names_but_no_first_word() -> None:
    reference = "Offers Tuesday 10 November 09:40. Reception confirms, with Dr Amiri."
    assert named(reference) == {"tuesday", "10", "november", "9:40", "amiri"}
    assert mentions("On 2026-11-10 at 9:40 with Dr. AMIRI", reference) == (3, 5)
    assert mentions("Anything", "It says so.") == (0, 0)
