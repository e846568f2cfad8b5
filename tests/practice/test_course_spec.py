"""The spec of the practice course against recorded mutants: worked out as the spec's own page does, and not passed by guessing."""

import random

import pytest

from fluencylab.curriculum.practice_mutants import AS_IT_IS, RecordedMutants, recorded_mutants
from fluencylab.curriculum.practice_spec import practice_spec
from fluencylab.practice import recorded_mutants as recorded
from fluencylab.practice.course import course
from fluencylab.practice.course_facts import mutant_facts
from fluencylab.practice.course_spec import MOST_TESTS, TRIED, run_spec
from fluencylab.practice.course_tasks import chance, held
from fluencylab.practice.spec_tests import shipped, spec_tests
from fluencylab.workbench.mutants import FAULTS, mutants

SPEC = course()[-1]
KNOWN = recorded_mutants()


def test_every_fault_that_fits_the_version_is_recorded_on_the_same_conversations() -> None:
    assert KNOWN.products == (AS_IT_IS, *(one.fault.name for one in mutants(recorded.version())))
    assert KNOWN.draws == 3 and len(KNOWN.conversations) >= 20
    assert sum(len(one.texts) for one in KNOWN.answers) == KNOWN.conditions.calls


def test_the_file_is_as_it_is_written() -> None:
    assert RecordedMutants.model_validate_json(KNOWN.written()) == KNOWN


def test_a_recording_in_which_an_answer_is_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="each product must answer each conversation once"):
        RecordedMutants(conditions=KNOWN.conditions, answers=KNOWN.answers[:-1])


def test_the_output_limit_shows_in_the_recorded_texts() -> None:
    """An independent look at the data: what may write a quarter wrote less of every conversation, and was mostly cut off."""
    pairs = [(KNOWN.of[AS_IT_IS, id].texts[0], KNOWN.of["output limit", id]) for id in KNOWN.conversations]
    assert all(len(short.texts[0]) <= len(whole) for whole, short in pairs)
    assert sum(short.cut_off[0] for _, short in pairs) > len(pairs) / 2


def test_what_is_worse_is_told_by_the_figures_and_names_of_the_right_answers() -> None:
    worse = recorded.worse()
    assert practice_spec().reference.check["kind"] == "mentions"
    for one in worse.values():
        assert one.comparison and one.really == (one.comparison.p < 0.05 and one.comparison.change.high < 0)
    assert sum(bool(one.really) for one in worse.values()) == mutant_facts()["faults@worse"]


def test_a_spec_of_the_shipped_tests_does_what_the_facts_say() -> None:
    found = recorded.outcomes(shipped())
    stops = [name for name, one in recorded.worse().items() if one.really and any(each.stopped for each in found[name].values())]
    assert len(stops) == mutant_facts()["stops@spec"] < mutant_facts()["faults@worse"]


def test_a_mutant_that_is_not_worse_counts_neither_way() -> None:
    ran = run_spec(SPEC.accept)
    assert set(ran.score.not_worse) == {name for name, one in ran.worse.items() if not one.really}
    assert ran.score.score.n == mutant_facts()["faults@worse"] == ran.facts["my_mutants_stopped"]


def test_who_ticks_what_sounds_strict_stops_the_product_as_it_is() -> None:
    strict = [one.slug for one in spec_tests() if one.least == 100]
    ran = run_spec(strict[:MOST_TESTS])
    assert ran.alarm.value == 1 and not all(held(SPEC, ran.facts))


def test_a_spec_is_tried_on_some_faults_and_the_others_are_left_for_the_end() -> None:
    some, every = run_spec(["ends"], TRIED), run_spec(["ends"])
    assert set(some.stopped) == set(TRIED) < set(every.stopped)
    really = [bool(every.worse[name].really) for name in TRIED]
    assert any(really) and not all(really), "one learns on them what counts"
    assert any(one.really for name, one in every.worse.items() if name not in TRIED)


def test_what_a_patient_gets_is_an_answer_of_that_mutant_beside_that_of_today() -> None:
    for name in recorded.faults():
        got = recorded.got(name)
        assert got and got.broken in KNOWN.of[name, got.conversation.id].texts and got.today != got.broken
        assert recorded.FAULT[name] == next(one.says for one in FAULTS if one.name == name)


def test_specs_drawn_blindly_pass_more_seldom_than_is_taken_off() -> None:
    drawn, n = random.Random(2), 600
    every = [one.slug for one in spec_tests()]
    hits = sum(all(held(SPEC, run_spec(drawn.sample(every, drawn.randint(1, MOST_TESTS))).facts)) for _ in range(n))
    assert 0 < hits / n < chance(SPEC) / 2
