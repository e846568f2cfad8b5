"""Two versions on the same cases, held against scipy, by hand, and by simulation."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy

from fluencylab.stats import paired, wilson
from fluencylab.workbench.paired import compare, passes, rate


def once(fixed: int, broken: int, kept: int, failed: int) -> tuple[dict[str, list[bool]], dict[str, list[bool]]]:
    """So many cases of each fate, asked once."""
    fates = [(False, True)] * fixed + [(True, False)] * broken + [(True, True)] * kept + [(False, False)] * failed
    return {str(i): [a] for i, (a, _) in enumerate(fates)}, {str(i): [b] for i, (_, b) in enumerate(fates)}


@pytest.mark.parametrize(
    ("fixed", "broken", "kept", "failed"), [(6, 2, 8, 4), (0, 0, 12, 0), (9, 0, 1, 0), (0, 7, 30, 3), (40, 21, 100, 39)]
)
def test_asked_once_it_is_mcnemar_and_bonett_price(fixed: int, broken: int, kept: int, failed: int) -> None:
    found = compare(*once(fixed, broken, kept, failed))
    n = fixed + broken + kept + failed
    assert (len(found.fixed), len(found.broken), len(found.same), found.n) == (fixed, broken, kept + failed, n)
    theirs = scipy.binomtest(fixed, fixed + broken, 0.5).pvalue if fixed + broken else 1.0
    assert found.p == pytest.approx(theirs, abs=1e-12)
    assert (found.change.low, found.change.high) == pytest.approx(paired(fixed, broken, n), abs=1e-12)
    assert found.change.value == pytest.approx((fixed - broken) / n)
    assert (found.before.low, found.before.high) == pytest.approx(wilson(broken + kept, n))
    assert found.after.told == f"{fixed + kept} of {n}"


def test_it_is_said_in_words() -> None:
    assert compare(*once(6, 2, 8, 4), "version 2", "version 3").says == (
        "Version 3 passes 4 more of 20 cases than version 2: 6 fixed, 2 broken. "
        "With 20 cases that may be chance: the difference lies between −9 and +45\u00a0points."
    )
    assert compare(*once(0, 12, 8, 0), "version 2", "version 3").says == (
        "Version 3 passes 12 fewer of 20 cases than version 2: 0 fixed, 12 broken. "
        "That is more than chance would do: the difference lies between −79 and −30\u00a0points."
    )
    assert "passes as many of 20 cases as version 2: 3 fixed, 3 broken." in compare(*once(3, 3, 8, 6), "version 2", "version 3").says
    nothing = compare(*once(0, 0, 20, 0), "version 2", "version 3").says
    assert nothing.startswith(
        "Version 3 and version 2 come to the same on each of 20 cases. With 20 cases a difference can still hide: it lies"
    )
    assert "With 3 cases nothing can be told from chance" in compare(*once(3, 0, 0, 0)).says
    assert compare({"1": [True]}, {"2": [True]}).says.endswith("no case in common, so there is nothing to compare.")


def test_a_case_that_must_not_break_is_said_first() -> None:
    a, b = once(6, 2, 8, 4)
    found = compare(a, b, must_hold={"6", "9"})
    assert found.protected == ("6",)
    assert found.says.startswith("1 case that must not break broke: 6. The second version passes 4 more")


def test_a_case_without_a_verdict_is_left_out_and_said() -> None:
    a, b = once(6, 2, 8, 4)
    found = compare({**a, "x": [True], "y": []}, {**b, "y": [True], "z": [False]})
    assert found.left_out == ("x", "y", "z") and found.n == 20
    assert found.says.endswith("3 cases are left out, because one of the two has no verdict there.")


def test_a_tie_of_draws_does_not_pass() -> None:
    assert passes([True, True, False]) and not passes([True, False]) and not passes([])
    found = compare({"1": [True, False], "2": [True, True]}, {"1": [True, True], "2": [False, True]})
    assert (found.fixed, found.broken, found.change.value) == (("1",), ("2",), 0)


def test_each_case_counts_once_however_often_it_was_asked() -> None:
    found = rate({"1": [True] * 30, "2": [False], "3": []})
    assert (found.value, found.n) == (0.5, 2)
    assert (found.low, found.high) == wilson(1, 2)


def test_more_draws_make_the_interval_narrower_and_the_same_draw_again_does_not_make_up_cases() -> None:
    a, b = once(6, 2, 8, 4)
    single = compare(a, b).change
    repeated = compare({case: draws * 9 for case, draws in a.items()}, {case: draws * 9 for case, draws in b.items()}).change
    assert repeated.value == single.value
    assert 0.8 * (single.high - single.low) < repeated.high - repeated.low < single.high - single.low


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_the_other_way_round_everything_is_turned(fixed: int, broken: int, kept: int, failed: int) -> None:
    a, b = once(fixed, broken, kept, failed)
    there, back = compare(a, b), compare(b, a)
    assert (there.fixed, there.broken, there.p, there.n) == (back.broken, back.fixed, back.p, back.n)
    assert (there.change.low, there.change.high) == pytest.approx((-back.change.high, -back.change.low))


@pytest.mark.parametrize("draws", [1, 3, 5])
@pytest.mark.parametrize("spread", [0.3, 1.0, 4.0])
def test_the_interval_holds_the_truth_in_95_of_100_comparisons(draws: int, spread: float) -> None:
    """Cases from easy to hard, of which the second version makes half easier; 20 of them, 400 times."""
    rng = random.Random(f"{draws} {spread}")
    many = [(p, min(1.0, p + 0.3 * (i % 2))) for i, p in enumerate(rng.betavariate(spread * 0.7, spread * 0.3) for _ in range(40_000))]
    truth = sum(b - a for a, b in many) / len(many)
    held = 0
    for _ in range(400):
        cases = rng.sample(many, 20)
        a = {str(i): [rng.random() < p for _ in range(draws)] for i, (p, _) in enumerate(cases)}
        b = {str(i): [rng.random() < p for _ in range(draws)] for i, (_, p) in enumerate(cases)}
        change = compare(a, b).change
        held += change.low <= truth <= change.high
    assert held >= 0.94 * 400
