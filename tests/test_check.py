"""`fluency check`: content that points nowhere is named."""

from fluencylab.actions.kinds.repair import problems as repair_problems
from fluencylab.actions.repairs import proof
from fluencylab.check import problems
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import repairs
from fluencylab.curriculum.schema import Mission, Track
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
    assert len(found) == 2 and "nothing" in found[0] and "hidden cases" in found[1]
