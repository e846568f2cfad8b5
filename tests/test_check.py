"""`fluency check`: content that points nowhere is named."""

from fluencylab.check import problems
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Mission, Track


def broken(**changes: object) -> list[str]:
    """The problems of the real track with its first mission changed."""
    concept = track().concepts[0]
    mission: Mission = concept.missions[0].model_copy(update=changes)
    changed = concept.model_copy(update={"missions": (mission, *concept.missions[1:])})
    return list(problems(Track(concepts=(changed, *track().concepts[1:]))))


def test_the_real_content_points_nowhere_wrong() -> None:
    assert list(problems(track())) == []


def test_a_lab_that_is_not_there_is_named() -> None:
    concept = track().concepts[0].model_copy(update={"lab": "nothing"})
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
