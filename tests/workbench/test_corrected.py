"""Rogan and Gladen's rate, against a table worked out by hand and by simulation."""

import random

import pytest

from fluencylab.workbench.corrected import corrected

from .test_agreement import table


def outputs(passed: int, failed: int) -> dict[str, list[bool]]:
    return {str(i): [i < passed] for i in range(passed + failed)}


@pytest.mark.parametrize(
    ("cells", "passed", "failed", "rate"),
    [
        ((90, 10, 70, 30), 80, 20, 0.5 / 0.6),  # (0.8 + 0.7 − 1) / (0.9 + 0.7 − 1)
        ((50, 0, 50, 0), 80, 20, 0.8),  # no error: nothing to correct
        ((80, 20, 90, 10), 10, 90, 0.0),  # all it passes may be its errors
        ((80, 20, 90, 10), 45, 55, 0.5),  # 0.35 / 0.7
        ((70, 30, 95, 5), 90, 10, 1.0),  # more than a judge that misses so many could pass
    ],
)
def test_the_rate_is_that_of_the_formula(cells: tuple[int, int, int, int], passed: int, failed: int, rate: float) -> None:
    found = corrected(table(*cells), outputs(passed, failed))
    assert found.rate is not None
    assert found.rate.value == pytest.approx(rate)
    assert found.rate.low <= found.rate.value <= found.rate.high and found.rate.n == 100
    assert found.raw.told == f"{passed} of 100"


def test_it_is_the_same_each_time_and_said() -> None:
    found = corrected(table(90, 10, 70, 30), outputs(80, 20))
    assert found == corrected(table(90, 10, 70, 30), outputs(80, 20))
    assert found.says.startswith(
        "It passes 80\u00a0% (71 to 87\u00a0%, 80 of 100). Corrected for its errors on 200 labels, the rate is 83\u00a0%, and lies between "
    )


@pytest.mark.parametrize("cells", [(50, 50, 50, 50), (3, 7, 2, 8), (10, 90, 10, 90)])
def test_a_judge_no_better_than_chance_is_refused(cells: tuple[int, int, int, int]) -> None:
    found = corrected(table(*cells), outputs(80, 20))
    assert (found.rate is None) == (cells[0] / (cells[0] + cells[1]) + cells[2] / (cells[2] + cells[3]) <= 1)
    if found.rate is None:
        assert found.says.startswith("It cannot be corrected: it passes")


def test_what_is_missing_is_said() -> None:
    assert "no output that people fail is labelled" in corrected(table(9, 1, 0, 0), outputs(8, 2)).says
    assert corrected(table(9, 1, 5, 1), {}).says == "There is no output to count."


def test_few_labels_leave_the_rate_open() -> None:
    found = corrected(table(2, 1, 1, 1), outputs(30, 10))
    assert found.rate is not None and (found.rate.low, found.rate.high) == (0, 1)
    assert "the rate may be anything" in found.says


def test_a_judge_right_on_ten_of_ten_is_not_taken_for_one_that_cannot_err() -> None:
    few, many = (corrected(table(n, 0, n, 0), outputs(80, 20)).rate for n in (10, 1000))
    assert few is not None and many is not None
    assert few.high - few.low > many.high - many.low + 0.05


@pytest.mark.parametrize(("truth", "tpr", "tnr", "labels"), [(0.7, 0.9, 0.8, 60), (0.9, 0.95, 0.9, 40)])
def test_the_interval_holds_the_truth(truth: float, tpr: float, tnr: float, labels: int) -> None:
    rng, held, rounds = random.Random(2), 0, 60
    for _ in range(rounds):
        good = [rng.random() < truth for _ in range(labels)]
        said = [rng.random() < (tpr if each else 1 - tnr) for each in good]
        pairs = list(zip(said, good, strict=True))
        judge = table(pairs.count((True, True)), pairs.count((False, True)), pairs.count((False, False)), pairs.count((True, False)))
        passes = {str(i): [rng.random() < (tpr if rng.random() < truth else 1 - tnr)] for i in range(100)}
        found = corrected(judge, passes).rate
        held += found is not None and found.low <= truth <= found.high
    assert held >= 0.92 * rounds
