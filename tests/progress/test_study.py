"""The study's places and codes, what one person hands in, and what is found where there is an effect, where none, where too few."""

import random
from collections import Counter

import pytest
from pydantic import ValidationError

from fluencylab.errors import BadInput
from fluencylab.progress.study import FORMS, Place, StudyRecord, StudySitting, analyse, places, read_code, shown_by


def record(place: Place, before: float, after: float | None, **more: object) -> StudyRecord:
    other = next(form for form in FORMS if form != place.first)
    sat = [(place.first, before, 0)] + ([(other, after, 42)] if after is not None else [])
    sittings = tuple(
        StudySitting(form=form, product=f"p-{form.lower()}", score=min(1, max(0, score or 0)), parts={}, day=day, minutes=50)
        for form, score, day in sat
    )
    told = {"code": place.code, "lab": "0.2.0", "models": (), "sittings": sittings, "solid": 0, "applied_minutes": 0} | more
    return StudyRecord.model_validate(told)


def people(gain: float, seed: int, n: int = 40) -> list[StudyRecord]:
    """Everybody gains by what they know of the first form; those with the course by `gain` besides."""
    rng, found = random.Random(seed), []
    for place in places(n, seed):
        before = rng.gauss(0.4, 0.12)
        found.append(record(place, before, before + 0.05 + rng.gauss(0, 0.1) + (gain if place.group == "course" else 0)))
    return found


def test_groups_and_forms_are_crossed_and_even_wherever_it_stops() -> None:
    for n in (40, 41, 8, 11):
        counted = Counter((one.group, one.first) for one in places(n, 7))
        assert max(counted.values()) - min(counted.values()) <= 1
    assert places(40, 7) == places(40, 7) != places(40, 8)


@pytest.mark.parametrize("people", [0, 7, 401])
def test_a_study_of_too_few_or_too_many_is_refused(people: int) -> None:
    with pytest.raises(BadInput, match="8 to 400"):
        places(people, 1)


def test_a_code_reads_back_and_a_slip_of_the_pen_is_seen() -> None:
    for place in places(120, 3):
        assert read_code(f" {place.code} ") == place
        slipped = place.code.replace("P", "P1", 1)
        with pytest.raises(BadInput, match="no code of a study"):
            read_code(slipped)
    for other in ("", "P01", "P01-course-C-0000", "x" * 500, "P01-course-A-0000"):
        with pytest.raises(BadInput):
            read_code(other)


def test_a_gain_is_found_and_none_is_not_made_up() -> None:
    found = [analyse(people(0.15, seed)) for seed in range(20)]
    assert sum(one.change is not None and one.change.low > 0 for one in found) >= 18
    nothing = [analyse(people(0, seed)) for seed in range(30)]
    assert sum(one.change is not None and one.change.low > 0 for one in nothing) <= 3
    assert all("no gain was shown" in one.says for one in nothing if one.change and one.change.low <= 0)


def test_what_is_left_out_is_told_with_its_reason() -> None:
    every = people(0.1, 5)
    alone = record(places(40, 5)[0], 0.5, None)
    wrong = every[1].model_copy(update={"sittings": tuple(reversed(every[1].sittings))})
    none = every[2].model_copy(update={"sittings": ()})
    found = analyse([alone, wrong, none, *every[3:]])
    assert list(found.left_out.values()) == ["there is no second form", "it began with the other form", "no capstone was ended"]
    assert sum(one.n for one in found.groups.values()) == 37


def test_too_few_say_so_and_a_code_twice_is_refused() -> None:
    assert "Too few" in analyse([]).says
    one = people(0.1, 5)[0]
    with pytest.raises(BadInput, match="more than once"):
        analyse([one, one])


def test_forty_people_see_what_the_plan_says_they_see() -> None:
    """At the smallest difference that is told, about 80 of 100 studies find it."""
    gain = shown_by(40, 0.1)
    found = [analyse(people(gain, seed)) for seed in range(40)]
    assert 0.68 <= sum(one.change is not None and one.change.low > 0 for one in found) / 40 <= 0.95


def test_nothing_but_numbers_under_a_code_fits_into_a_record() -> None:
    whole = people(0.1, 5)[0].model_dump()
    for told in (
        {"name": "Ada"},
        {"sittings": [{**whole["sittings"][0], "memo": "my words"}]},
        {"sittings": [{**whole["sittings"][0], "product": "Our Bank"}]},
    ):
        with pytest.raises(ValidationError):
            StudyRecord.model_validate(whole | told)
