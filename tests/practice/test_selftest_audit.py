"""The grader of free text is as good as we say: on the half of the marked answers that its authors have not read."""

from typing import Any

import pytest

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Attack, Marked
from fluencylab.practice.selftest_audit import LABELS, audit, published
from fluencylab.stats import kappa

ATTACKS = {"negation", "misconception", "keywords", "injection", "copied", "off_topic", "turn"}


AIMS = {"wrong_passed": 0.03, "right_failed": 0.02, "unsure": 0.18, "right_contradicted": 0.01}
RIGHT_PASSED = 0.80
MOST_PARTS_PASSED = 0.35
"""So many answers that say only a part pass as a whole; there is no aim, but it should not grow unseen."""


def half(name: str) -> dict[str, Any]:
    measured: dict[str, Any] = audit()["halves"][name]
    return measured


@pytest.fixture(scope="module")
def test_half() -> dict[str, Any]:
    return half("test")


def test_the_sets_are_large_enough_and_half_was_never_used() -> None:
    marked, attacks = loader.marked(), loader.attacks()
    everything: list[Marked | Attack] = [*marked, *attacks]
    assert len(everything) >= 1000
    assert len({answer.id for answer in everything}) == len(everything)
    assert all(sum(answer.question == number for answer in everything) >= 140 for number in range(1, 8))
    assert all(sum(attack.attack == kind for attack in attacks) >= 20 for kind in ATTACKS)
    assert sum(answer.split == "test" for answer in everything) >= 380
    assert not [answer.id for answer in everything if answer.split == "test" and answer.id.startswith("t")], "templates are for tuning"


@pytest.mark.parametrize("name", ["tune", "test"])
def test_the_aims_are_met_on_either_half(name: str) -> None:
    """One of them was never read, neither to write a rule nor to learn a weight."""
    rates = half(name)["rates"]
    assert all(rates[kind]["value"] <= most for kind, most in AIMS.items())
    assert rates["right_passed"]["value"] >= RIGHT_PASSED


def test_the_aims_are_met_on_what_others_wrote() -> None:
    """210 right answers and 210 wrong ones of seven kinds, by people who had seen neither rules nor marks."""
    given, rates = loader.unseen(), audit()["unseen"]["rates"]
    assert sum(one.right for one in given) == sum(not one.right for one in given) == 210
    assert all(sum(one.question == number for one in given) == 60 for number in range(1, 8))
    assert len({one.kind for one in given if not one.right}) == 7
    assert all(rates[kind]["value"] <= most for kind, most in AIMS.items())
    assert rates["right_passed"]["value"] >= RIGHT_PASSED


def test_of_answers_that_say_a_part_it_is_told_which(test_half: dict[str, Any]) -> None:
    parts = test_half["partials"]
    assert parts["passed_whole"]["n"] >= 60
    assert parts["passed_whole"]["value"] <= MOST_PARTS_PASSED
    assert parts["held_found"]["value"] >= 0.85
    assert parts["lacking_found"]["value"] <= 0.20


def test_agreement_with_the_marks(test_half: dict[str, Any]) -> None:
    assert test_half["kappa"]["value"] >= 0.55


def test_what_is_found_is_there(test_half: dict[str, Any]) -> None:
    assert test_half["coverage_ideas"]["value"] >= 0.60
    assert test_half["precision_found"]["value"] >= 0.88


def test_attacks_do_not_pass(test_half: dict[str, Any]) -> None:
    assert set(test_half["wrong_accepts"]) == ATTACKS
    assert all(share["value"] * share["n"] <= max(2, 0.05 * share["n"]) for share in test_half["wrong_accepts"].values())


def test_right_answers_in_plain_english_are_not_turned_away(test_half: dict[str, Any]) -> None:
    assert test_half["right_plain"]["value"] >= 0.85
    assert test_half["right_plain_ideas"]["value"] >= 0.85


def test_the_audit_says_whose_marks_and_which_rules() -> None:
    figures = audit()
    assert figures["labels"] == LABELS == "author-marked; no independent human marks yet"
    assert figures["rules"].startswith("selftest-")
    assert figures["sets"]["test"]["marked"] == sum(answer.split == "test" for answer in loader.marked())


def test_the_figures_beside_every_grade_are_those_of_these_rules_and_these_marks() -> None:
    """When this fails: python tools/selftest_figures.py"""
    assert loader.figures() == published()


def test_kappa_as_worked_out_by_hand() -> None:
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: agreed .70, by chance .5 * .6 + .5 * .4 = .50, so kappa is .40."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "a")] * 3) == 0
    with pytest.raises(ValueError):
        kappa([])
