"""What a spec does to broken products, worked out of verdicts that are written down here."""

import pytest

from fluencylab.stats import Measure
from fluencylab.workbench import clinic
from fluencylab.workbench.frozen_spec import FrozenSpec, FrozenTest

CASES = tuple(range(1, 13))
GOOD: dict[int, list[bool | None]] = {case: [True] for case in CASES}
BAD: dict[int, list[bool | None]] = {case: [False] for case in CASES}


def a_test(id: str = "t", least: int = 90, cases: int = 10) -> FrozenTest:
    rule = {"kind": "contains", "values": ["x"], "how": "all"}
    return FrozenTest(id=id, check_id="c", check_name="holds x", rule=rule, least=least, part="held back", cases=cases)


SPEC = FrozenSpec(tests=(a_test(),), held_back=CASES)


def test_a_test_is_made_on_the_cases_it_asks_for_and_what_cannot_be_told_has_not_passed() -> None:
    last_two_bad = GOOD | {11: [False], 12: [False]}
    untold = GOOD | {1: [None], 2: [None]}
    told: clinic.Told = {"t": {"": GOOD, "beyond": last_two_bad, "untold": untold, "bad": BAD}}
    assert [clinic.outcomes(SPEC, told, name)["t"].stopped for name in told["t"]] == [False, False, True, True]


def test_a_product_that_was_not_asked_and_a_check_that_can_tell_nothing_say_nothing() -> None:
    told: clinic.Told = {"t": {"": GOOD, "half": {case: [True] for case in CASES[:5]}}}
    assert clinic.outcomes(SPEC, told, "half")["t"].stopped is None and clinic.outcomes(SPEC, told, "none")["t"].stopped is None
    nothing: clinic.Told = {"t": {"": {case: [None] for case in CASES}}}
    assert clinic.blind(nothing) == {"t"} and clinic.blind(told) == set()
    outcome = clinic.outcomes(SPEC, nothing, "", without=clinic.blind(nothing))["t"]
    assert outcome.stopped is None and "can tell of no output" in outcome.why


def test_each_draw_of_the_healthy_product_is_stopped_or_not_and_chance_is_told_beside_it() -> None:
    draws = {case: [True, case > 3] for case in CASES}
    told: clinic.Told = {"t": {"": {case: list(each) for case, each in draws.items()}}}
    assert clinic.alarms(SPEC, told, 2) == [False, True]
    (chance,) = clinic.chances(SPEC, told).values()
    assert chance == pytest.approx(0.4557, abs=1e-3), "fewer than 9 of 10 at 85 %"
    says = clinic.says_alarms([False, True], Measure(value=0.5, low=0.1, high=0.9, n=2, kind="share"), (chance, chance))
    assert "Of 2 draws of the product as it is, the spec would have stopped 1" in says and "about 46 of 100 tries" in says
    assert clinic.between([0.1, 0.2]) == pytest.approx((0.2, 0.3)) and clinic.between([0.9, 0.8])[1] == 1.0


def test_several_checks_are_one_that_passes_where_all_do() -> None:
    assert clinic.together([{1: [True], 2: [True], 3: [None]}, {1: [True], 2: [False], 3: [True]}]) == {1: [True], 2: [False], 3: [None]}
    assert clinic.together([{3: [None]}, {3: [False]}]) == {3: [False]} and clinic.together([]) == {}


def test_a_mutant_is_worse_only_by_more_than_chance_and_people_or_checks_may_show_it() -> None:
    assert clinic.worse(GOOD, BAD, "by x").says == "Worse by more than chance: 12 broken and 0 fixed of 12 cases, by x."
    few = clinic.worse(GOOD, GOOD | {1: [False]}, "by x")
    assert few.really is False and few.says.startswith("Not shown to be worse: 1 broken and 0 fixed")
    assert clinic.worse(BAD, GOOD, "by x").really is False, "better is not worse"
    none = clinic.worse({}, BAD, "by x")
    assert none.really is None
    assert clinic.either(none, few) is few and clinic.either(few, clinic.worse(GOOD, BAD, "by y")).really
    assert clinic.either(none, none) is clinic.UNKNOWN


def test_the_output_shown_is_one_that_was_good_and_is_bad_now() -> None:
    texts = {1: ("a", "a"), 2: ("a", "b"), 3: ("a", "c"), 4: ("a", "d")}
    assert clinic.example({2: [False], 3: [True], 4: [True]}, {2: [False], 3: [False], 4: [True]}, texts) == 3
    assert clinic.example({}, {}, texts) == 2 and clinic.example({}, {}, {1: ("a", "a")}) is None


def test_advice_names_the_check_that_sees_a_survivor_best_and_a_test_that_would_have_stopped_it() -> None:
    half = {case: [case % 2 == 0] for case in CASES}
    found = clinic.advice({"sees “half”": (GOOD, half), "sees all": (GOOD, BAD), "sees nothing": (GOOD, GOOD)}, 40, {"sees all": 10})
    assert found.check == "sees all" and "Your spec asks for 10 %." in found.says and "in 100 of 100 tries" in found.says
    lone = clinic.advice({"sees “half”": (GOOD, half)}, 40, {})
    assert lone.says.startswith("Your check “sees ‘half’” sees it") and lone.cases == 10
    assert clinic.advice({"sees “half”": (GOOD, half)}, 3, {}).least == 0, "three cases leave no bar between the two"
    assert clinic.advice({"sees nothing": (GOOD, GOOD)}, 40, {}) == clinic.Advice("", 0, 0, clinic.advice({}, 40, {}).says)
