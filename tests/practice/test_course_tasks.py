"""The tasks of the practice course: what is right of them follows from the product, and guessing does not pass them."""

import random

import pytest

from fluencylab.actions.kinds.course import ACTS, accepted, refused
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.practice_facts import practice_facts
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.practice import course_tasks
from fluencylab.practice.course import CourseMission, course
from fluencylab.practice.course_tasks import chance, facts_of_sorting, held, sorting

PRODUCT = practice_product()
BY_SLUG = {one.slug: one for one in course()}
SORTED = [one for one in course() if sorting(one)]


def test_there_are_six_and_each_proves_itself() -> None:
    assert [one.task for one in course()] == ["read", "checks", "rules", "changes", "memo", "spec"]
    assert list(ACTS.problems(track())) == []


@pytest.mark.parametrize("mission", course(), ids=lambda one: one.slug)
def test_what_is_to_be_accepted_holds_in_every_grade_and_what_is_to_be_refused_does_not(mission: CourseMission) -> None:
    assert held(mission, accepted(mission)) == [True] * len(mission.grades)
    assert not all(held(mission, refused(mission)))


def test_a_proof_that_no_longer_holds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fluencylab.actions.kinds.course.accepted", refused)
    assert len(list(ACTS.problems(track()))) == 6


def test_no_brace_is_left_in_a_text_and_a_figure_stands_in_its_place() -> None:
    whole = "".join(one.model_dump_json(exclude={"predict", "grades", "proved_by"}) for one in course())
    assert "@" not in whole and "120 answers" in whole


def test_which_changes_are_fixed_or_broken_is_what_the_product_says_and_all_that_changed_the_verdict_are_asked() -> None:
    items = {one.id: one.best for one in sorting(BY_SLUG["fixes-and-breaks"])}
    facts = practice_facts(PRODUCT)
    assert list(items.values()).count("fixed") == facts["fixed"] and list(items.values()).count("broken") == facts["broken"]
    assert list(items.values()).count("same") == course_tasks.UNCHANGED
    for name, best in items.items():
        one = PRODUCT.by_id[name]
        assert best == {(True, False): "fixed", (False, True): "broken"}.get((one.fails, one.fails_2), "same")
    assert len({tuple(part.text for part in one.parts) for one in sorting(BY_SLUG["fixes-and-breaks"])}) == len(items)


def test_each_disagreement_is_asked_with_what_both_readers_said_and_its_rule_is_right() -> None:
    items = [one for one in sorting(BY_SLUG["align-a-judge"]) if not one.id.startswith("counted/")]
    assert len(items) == practice_facts(PRODUCT)["disagree"]
    for one in items:
        rule = PRODUCT.readers.rules[int(one.best.removeprefix("rule-")) - 1]
        assert one.id in rule.settles
        assert {part.text for part in one.parts} >= {label.note for label in PRODUCT.labels if label.conversation == one.id}


def test_the_judge_is_counted_where_both_lower_ends_reach_the_bar() -> None:
    mission = BY_SLUG["align-a-judge"]
    best = {one.id: one.best for one in sorting(mission)}
    assert (best["counted/judge-at-hand"], best["counted/judge"]) == ("look", "count")
    wrong = facts_of_sorting(mission, best | {"counted/judge-at-hand": "count"})
    assert (wrong["my_counted@judge-at-hand"], wrong["my_right"]) == (1.0, 6.0)
    assert held(mission, wrong).count(False) == 1


def test_one_wrong_of_six_is_let_through_and_two_are_not() -> None:
    mission = BY_SLUG["align-a-judge"]
    said = {one.id: one.best for one in sorting(mission)}
    for name, passes in (("aq-012", True), ("aq-016", False)):
        said[name] = "rule-5"
        assert all(held(mission, facts_of_sorting(mission, said))) == passes


@pytest.mark.long
@pytest.mark.parametrize("mission", SORTED, ids=lambda one: one.slug)
def test_what_guessing_reaches_is_what_guessing_reaches(mission: CourseMission) -> None:
    drawn, items, n = random.Random(1), sorting(mission), 20_000
    hits = 0
    for _ in range(n):
        said = {one.id: drawn.choice(one.options).id for one in items}
        hits += all(held(mission, facts_of_sorting(mission, said)))
    assert abs(hits / n - chance(mission)) < 0.004
