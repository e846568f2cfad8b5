"""A check held against people: by hand, by published figures, and by simulation."""

import math
import random

import numpy as np
import pytest
from scipy import stats as scipy

from fluencylab.stats import share, wilson
from fluencylab.workbench.agreement import Agreement, agreement, readers


def table(tp: int, fn: int, tn: int, fp: int, bar: float = 0.8) -> Agreement:
    cells = [(True, True)] * tp + [(False, True)] * fn + [(False, False)] * tn + [(True, False)] * fp
    return agreement({str(i): v for i, (v, _) in enumerate(cells)}, {str(i): label for i, (_, label) in enumerate(cells)}, bar)


def test_its_figures_are_those_of_the_table() -> None:
    found = table(45, 5, 16, 4)
    assert (found.true_passes, found.false_fails, found.true_fails, found.false_passes, found.n) == (45, 5, 16, 4, 70)
    assert (found.tpr, found.tnr, found.agree, found.constant) == (share(45, 50), share(16, 20), share(61, 70), share(50, 70))
    theirs = scipy.binomtest(45, 50).proportion_ci(0.95, method="wilson")
    assert (found.tpr.low, found.tpr.high) == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize("cells", [(20_000, 5_000, 15_000, 10_000), (700, 60, 150, 90), (900, 10, 60, 30)])
def test_kappa_and_its_interval_are_those_of_the_delta_method(cells: tuple[int, int, int, int]) -> None:
    """The first is the usual example with a kappa of 0.4. The variance is worked out again by differences, over the cells' covariance."""
    n, found = sum(cells), table(*cells).kappa
    p = np.array(cells) / n

    def beyond(tp: float, fn: float, tn: float, fp: float) -> float:
        chance = (tp + fn) * (tp + fp) + (tn + fp) * (tn + fn)
        return (tp + tn - chance) / (1 - chance)

    slope = np.array([(beyond(*(p + step)) - beyond(*(p - step))) / 2e-6 for step in np.eye(4) * 1e-6])
    error = math.sqrt(slope @ (np.diag(p) - np.outer(p, p)) @ slope / n)
    assert found.value == pytest.approx(beyond(*p))
    assert (found.low, found.high) == pytest.approx((found.value - 1.96 * error, found.value + 1.96 * error), abs=0.006)


def test_agreement_of_all_keeps_a_width() -> None:
    found = table(12, 0, 3, 0).kappa
    assert found.value == 1 == found.high and 0.4 < found.low < 0.8
    assert table(12, 0, 0, 0).kappa.value == 0


@pytest.mark.parametrize(
    ("cells", "counted", "needed"),
    [
        ((60, 2, 40, 1), True, (0, 0)),
        ((16, 0, 16, 0), True, (0, 0)),
        ((15, 0, 16, 0), False, (1, 0)),
        ((16, 0, 9, 0), False, (0, 7)),
        ((60, 2, 9, 1), False, (0, 52)),
        ((16, 0, 0, 0), False, (0, 16)),
        ((60, 2, 8, 2), False, (0, None)),
        ((3, 7, 2, 5), False, (None, None)),
        ((0, 0, 0, 0), False, (16, 16)),
    ],
)
def test_it_counts_only_where_both_lower_ends_reach_the_bar(
    cells: tuple[int, int, int, int], counted: bool, needed: tuple[int | None, int | None]
) -> None:
    found = table(*cells)
    assert (found.counted, found.needed) == (counted, needed)
    assert found.counted == (found.tpr.low >= 0.8 and found.tnr.low >= 0.8)


@pytest.mark.parametrize(("hits", "n"), [(9, 10), (18, 20), (11, 12), (15, 15), (170, 200)])
def test_so_many_more_labels_are_enough_and_one_fewer_is_not(hits: int, n: int) -> None:
    more = table(hits, n - hits, 20, 0).needed.passes
    assert more
    for total, enough in ((n + more, True), (n + more - 1, False)):
        assert (wilson(hits / n * total, total)[0] >= 0.8) is enough


def test_the_bar_is_the_learners_own() -> None:
    assert not table(20, 2, 20, 2).counted and table(20, 2, 20, 2, bar=0.7).counted


def test_it_is_said_in_words() -> None:
    assert table(60, 2, 9, 1).says == (
        "It does not count yet: of 62 outputs that people pass it passes 97\u00a0% (89 to 99\u00a0%, 60 of 62), "
        "and of 10 outputs that people fail it fails 90\u00a0% (60 to 98\u00a0%, 9 of 10). Both lower ends have to reach 80\u00a0%. "
        "About 52 more outputs that people fail would settle it, if it goes on like this. "
        "It agrees with people on 69 of 72; always saying pass would agree on 62 of 72. Beyond chance, kappa is 0.83 (0.60 to 0.99)."
    )
    assert (
        table(60, 2, 40, 1).says.startswith("It counts: of 62 outputs") and "Both lower ends reach 80\u00a0%." in table(60, 2, 40, 1).says
    )
    hopeless = table(60, 2, 8, 2).says
    assert (
        "More labels will not change that while it is as often wrong as now, of those that people fail: change the check itself."
        in hopeless
    )
    assert "no output that people fail is labelled" in table(16, 0, 0, 0).says
    assert table(0, 0, 0, 0).says == "There is no label to hold it against, so it does not count yet."


def test_what_it_could_not_tell_is_left_out_and_said() -> None:
    found = agreement({"1": True, "2": None, "3": False, "x": True}, {"1": True, "2": True, "3": False, "y": True})
    assert (found.n, found.untold) == (2, 1)
    assert found.says.endswith("1 output of which it could not tell is not counted.")


def test_two_readers() -> None:
    one = {str(i): i < 15 for i in range(20)}
    other = {str(i): i < 13 for i in range(25)}
    found = readers(one, other, "Ana", "Ben")
    assert (found.agree, found.disagreed) == (share(18, 20), ("13", "14"))
    assert found.says == (
        "Ana and Ben give 18 of 20 outputs the same mark; beyond chance, kappa is 0.76 (0.37 to 1.00). "
        "Read the 2 outputs they differ on together, and write the rule down, before either is trusted."
    )
    assert readers({"1": True}, {"1": True}).says.endswith("So few outputs say little yet.")
    assert readers({"1": True}, {"2": True}, "Ana", "Ben").says == "Ana and Ben have no output in common yet."


@pytest.mark.parametrize(("prevalence", "tpr", "tnr"), [(0.7, 0.9, 0.9), (0.9, 0.95, 0.8), (0.7, 0.99, 0.97), (0.6, 0.6, 0.5)])
def test_the_interval_of_kappa_holds_the_truth(prevalence: float, tpr: float, tnr: float) -> None:
    both_pass, both_fail = prevalence * tpr, (1 - prevalence) * tnr
    says_pass = both_pass + (1 - prevalence) * (1 - tnr)
    chance = prevalence * says_pass + (1 - prevalence) * (1 - says_pass)
    truth = (both_pass + both_fail - chance) / (1 - chance)
    rng, held = random.Random(1), 0
    for _ in range(400):
        labels = {str(i): rng.random() < prevalence for i in range(30)}
        verdicts = {i: rng.random() < (tpr if label else 1 - tnr) for i, label in labels.items()}
        found = agreement(verdicts, labels).kappa
        held += found.low <= truth <= found.high
    assert held >= 0.92 * 400
