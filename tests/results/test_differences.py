"""Differences of measures, against published tables and scipy; and which method is taken when."""

import random

import numpy
import pytest
from scipy import stats as scipy_stats

from fluencylab.instruments.base import Result, Step
from fluencylab.results.differences import Difference, difference, shared
from fluencylab.results.observations import observations
from fluencylab.results.words import value
from fluencylab.stats import Measure, apart, bootstrap_apart, estimate, exactly, mean, median, share, spread
from fluencylab.stats import difference as newcombe

NEWCOMBE_1998 = [  # Newcombe 1998, Table II, method 10: a of m, b of n, and the interval of a/m less b/n
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (10, 10, 0, 20, 0.6791, 1.0),
    (5, 56, 0, 29, -0.0381, 0.1926),
]


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), NEWCOMBE_1998)
def test_the_difference_of_two_shares_is_newcombes_tenth(a: int, m: int, b: int, n: int, low: float, high: float) -> None:
    assert apart(share(b, n), share(a, m)) == pytest.approx((low, high), abs=6e-5)
    assert apart(share(b, n), share(a, m)) == pytest.approx(newcombe((b, n), (a, m)), abs=1e-12)


def test_the_difference_of_medians_agrees_with_scipy() -> None:
    rng = random.Random(5)
    before, after = [rng.gammavariate(4, 1) for _ in range(60)], [rng.gammavariate(4, 1.4) for _ in range(50)]
    theirs = scipy_stats.bootstrap(
        (after, before), lambda a, b, axis: numpy.median(a, axis=axis) - numpy.median(b, axis=axis), method="percentile", rng=1
    ).confidence_interval
    assert bootstrap_apart(before, after, median, rounds=4000) == pytest.approx((theirs.low, theirs.high), abs=0.12)


class Lab:
    """Counts which answers are right, and how long they took."""

    def conclude(self, steps: list[Step]) -> Result:
        rows = [step.data for step in steps]
        took = [float(row["s"]) for row in rows]
        return Result(
            measures={
                "right": share(sum(row["right"] for row in rows), len(rows)),
                "seconds": spread(took),
                "median": estimate(took, median),
            }
        )


def run(rights: list[int], times: list[float] | None = None, case: str = "case {}") -> list[Step]:
    took = times or [1.0] * len(rights)
    return [Step(kind="answer", data={"ask": case.format(i), "right": bool(r), "s": took[i]}) for i, r in enumerate(rights)]


def of(name: str, first: list[Step], second: list[Step]) -> Difference:
    lab = Lab()
    one, two = lab.conclude(first), lab.conclude(second)
    seen = [observations(lab, steps, result) for steps, result in ((first, one), (second, two))]  # type: ignore[arg-type]
    return difference(name, one.measures[name], two.measures[name], seen[0].get(name), seen[1].get(name))


def test_the_same_cases_are_compared_in_pairs_and_others_are_not() -> None:
    before, after = [1] * 10 + [0] * 10, [1] * 19 + [0]
    pairs = of("right", run(before), run(after))
    assert "20 cases, asked in both: 9 better and 0 worse" in pairs.method and pairs.p == pytest.approx(scipy_stats.binomtest(0, 9).pvalue)
    others = of("right", run(before), run(after, case="other {}"))
    assert others.p is None and others.low == pytest.approx(newcombe((10, 20), (19, 20))[0])
    assert pairs.low and others.low and pairs.low > 0 and pairs.says.startswith("Probably higher in B, by")


def test_a_draw_repeated_is_no_case_of_its_own() -> None:
    assert of("right", run([1, 0] * 6, case="same"), run([0, 1] * 6, case="same")).p is None


def test_times_that_only_know_their_range_are_compared_by_what_was_observed() -> None:
    slow, fast = [2.0 + i / 10 for i in range(12)], [1.0 + i / 10 for i in range(12)]
    found = of("seconds", run([1] * 12, slow), run([1] * 12, fast))
    assert found.clear and found.change == pytest.approx(-1) and found.says == "Probably lower in B, by 1."
    assert of("median", run([1] * 12, slow), run([1] * 12, fast, case="o {}")).clear
    alone = difference("seconds", spread(slow), spread(fast), None, None)
    assert alone.low is None and "smallest and the largest" in alone.says


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (share(11, 24), share(13, 24), "Cannot be told apart with 24 answers each: a difference under 27 points would not show."),
        (share(1, 24), share(13, 12 + 12), "Probably higher in B, by 25 to 68 points."),
        (exactly(3), exactly(5), "Higher in B, by 2. Counted or worked out, not estimated."),
        (exactly(3), exactly(3), "The same in both."),
        (share(1, 1), share(0, 1), "Measured once: one measurement does not tell what the next would give."),
        (share(0, 0), share(3, 4), "Not measured in both runs: nothing to compare."),
    ],
)
def test_each_difference_is_a_sentence(first: Measure, second: Measure, says: str) -> None:
    assert difference("x", first, second, None, None).says == says


def test_what_a_measure_is_made_of_is_only_taken_where_it_adds_up() -> None:
    class Odd(Lab):
        def conclude(self, steps: list[Step]) -> Result:
            whole = super().conclude(steps)
            return Result(
                measures=whole.measures
                | {"right": share(len(steps) // 2, len(steps)), "seconds": spread([9.0, *(s.data["s"] for s in steps)])}
            )

    steps = run([1, 1, 1, 0])
    assert set(observations(Odd(), steps, Odd().conclude(steps))) == {"median"}  # type: ignore[arg-type]


def test_the_lone_variant_of_each_run_goes_with_the_others() -> None:
    one, two = {"a@0.2": share(1, 2), "n": share(1, 2)}, {"a@1": share(1, 2), "n": share(1, 2), "b@1": share(1, 2)}
    assert shared(one, two) == [("n", "n", "n"), ("a, 0.2 against 1", "a@0.2", "a@1")]
    assert shared({"a@1": share(1, 2), "a@2": share(1, 2)}, {"a@3": share(1, 2)}) == []


def test_a_share_is_told_in_per_cent_and_all_else_as_it_is() -> None:
    assert (value(share(6, 24)), value(exactly(1234)), value(estimate([0.5, 0.25], mean))) == ("25 %", "1,234", "0.375")
