"""`fluency check`: content that points nowhere is named."""

from datetime import date, timedelta

import pytest

from fluencylab.actions.kinds.repair import problems as repair_problems
from fluencylab.actions.repairs import proof
from fluencylab.check import outdated, problems
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.model_cards import ModelCard, drills
from fluencylab.curriculum.repairs import repairs
from fluencylab.curriculum.schema import Lately, Mission, Track, months_after
from fluencylab.models import catalogue


def broken(**changes: object) -> list[str]:
    """The problems of the real track with its first mission changed."""
    concept = track().concepts[0]
    mission: Mission = concept.missions[0].model_copy(update=changes)
    changed = concept.model_copy(update={"missions": (mission, *concept.missions[1:])})
    return list(problems(Track(concepts=(changed, *track().concepts[1:]))))


def test_the_real_content_points_nowhere_wrong() -> None:
    assert list(problems(track())) == []


def test_a_lab_that_is_not_there_is_named() -> None:
    concept = track().concepts[0].model_copy(update={"labs": ("nothing",)})
    assert any("nothing" in problem for problem in problems(Track(concepts=(concept,))))


def test_a_mission_on_no_instrument_is_named() -> None:
    mission = track().concepts[0].missions[0]
    (problem,) = broken(run=mission.run.model_copy(update={"instrument": "nothing"}))
    assert mission.slug in problem and "nothing" in problem


def test_a_parameter_the_instrument_refuses_is_named() -> None:
    mission = track().concepts[0].missions[0]
    (problem,) = broken(run=mission.run.model_copy(update={"params": {"samples": 1000}}))
    assert mission.slug in problem and "samples" in problem


def test_a_fact_the_run_does_not_measure_is_named() -> None:
    mission = track().concepts[0].missions[0]
    found = broken(proof=("nowhere@7 > 1", *mission.proof))
    assert len(found) == 1 and "nowhere@7" in found[0] and "the proof" in found[0]


def test_the_repairs_point_nowhere_wrong_and_are_proved_on_the_embedded_model() -> None:
    known = repairs()
    assert list(repair_problems(track(), known)) == []
    shown = {repair.slug: proof(repair, catalogue.find(catalogue.DEFAULT).card().sha256) for repair in known.repairs}
    assert [slug for slug, found in shown.items() if found is None or not found.shown] == []
    assert len(shown) >= 12 and len({repair.concept for repair in known.repairs}) >= 8


def test_a_repair_that_gives_its_hidden_cases_away_is_named() -> None:
    known = repairs()
    first = known.repairs[0]
    told = "\n".join(case.text for case in first.hidden)
    fix = first.reference.model_copy(update={"prompt": told + "{message}"})
    lost = first.model_copy(update={"reference": fix, "concept": "nothing"})
    found = list(repair_problems(track(), known.model_copy(update={"repairs": (lost,)})))
    assert len(found) == 2 and "nothing" in found[0] and "hidden messages" in found[1]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 29), 1, date(2026, 12, 29)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2026, 12, 1), 36, date(2029, 12, 1)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_what_is_older_than_its_own_date_allows_is_listed_from_the_day_after() -> None:
    concept = track().concepts[0]
    assert concept.about
    note = Lately(title="Knobs", text="Some are refused.", seen=("a page, 2026-11",), looked_up=date(2026, 11, 29), months=3)
    dated = {"true_as_of": date(2026, 11, 23), "months": 6, "lately": (note,)}
    some = [concept.model_copy(update={"about": concept.about.model_copy(update=dated)})]
    assert list(outdated(some, date(2027, 2, 28))) == []
    (first,) = outdated(some, date(2027, 3, 1))
    assert "Knobs" in first and "29 November 2026" in first and "28 February 2027" in first
    assert len(list(outdated(some, date(2027, 5, 23)))) == 1
    both = list(outdated(some, date(2027, 5, 24)))
    assert len(both) == 2 and "true as of 23 November 2026" in both[0]


def test_a_model_card_may_be_as_old_as_the_words_of_its_concept() -> None:
    drill = next(one for one in drills() if one.card.sources)
    concept = next(one for one in track().concepts if one.slug == drill.concept)
    assert concept.about and drill.card.looked_up
    long = [
        concept.model_copy(update={"about": concept.about.model_copy(update={"months": 6, "true_as_of": date(2099, 1, 1), "lately": ()})})
    ]
    until = months_after(drill.card.looked_up, 6)
    assert list(outdated(long, until, [drill])) == []
    (said,) = outdated(long, until + timedelta(days=1), [drill])
    assert drill.slug in said and drill.card.name in said and drill.card.true_as_of in said


def test_an_invented_card_does_not_grow_old() -> None:
    invented = [one for one in drills() if one.card.invented]
    assert invented and not any(one.card.looked_up for one in invented)
    assert not [one for one in outdated(track().concepts, date(2099, 1, 1), invented) if "card of" in one]


def test_a_card_whose_source_has_no_month_is_refused() -> None:
    card = next(one.card for one in drills() if one.card.sources).model_dump()
    with pytest.raises(ValueError, match="in which month"):
        ModelCard.model_validate(card | {"sources": [card["sources"][0] | {"date": "last summer"}]})


def test_a_concept_without_words_is_not_out_of_date() -> None:
    assert list(outdated([track().concepts[0].closed()], date(2099, 1, 1))) == []
