"""The grader of free text is as good as we say: on the half of the marked answers that its authors have not read."""

from typing import Any

import pytest

from fluencylab.curriculum import loader
from fluencylab.practice.selftest_audit import LABELS, audit, published
from fluencylab.stats import kappa

ATTACKS = {"negation", "misconception", "keywords", "injection", "copied", "off_topic"}


@pytest.fixture(scope="module")
def test_half() -> dict[str, Any]:
    half: dict[str, Any] = audit()["halves"]["test"]
    return half


def test_the_sets_are_large_enough_and_evenly_cut() -> None:
    marked, attacks = loader.marked(), loader.attacks()
    assert len(marked) >= 350
    assert all(sum(answer.question == number for answer in marked) >= 50 for number in range(1, 8))
    assert all(sum(attack.attack == kind for attack in attacks) >= 20 for kind in ATTACKS)
    assert abs(sum(answer.split == "test" for answer in marked) * 2 - len(marked)) <= 7


def test_agreement_with_the_marks(test_half: dict[str, Any]) -> None:
    assert test_half["kappa"]["value"] >= 0.60


def test_what_is_found_is_there(test_half: dict[str, Any]) -> None:
    assert test_half["coverage_ideas"]["value"] >= 0.60
    assert test_half["precision_found"]["value"] >= 0.92


def test_attacks_do_not_pass(test_half: dict[str, Any]) -> None:
    assert set(test_half["wrong_accepts"]) == ATTACKS
    assert all(share["value"] <= 0.05 for share in test_half["wrong_accepts"].values())


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
