"""How an exercise is laid out for one attempt, and whether it proves itself on a run.

A mission passes on a run when its conditions hold, its accepted exemplar is graded right, its refused one wrong, and what the
learner is asked to have seen is really there.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from fluencylab.curriculum.schema import Case, Content, Mission, Prediction
from fluencylab.memo import once
from fluencylab.practice import graders
from fluencylab.stats import Measure

T = TypeVar("T")


class Trial(NamedTuple):
    passed: bool
    why: str


def stage(stages: Sequence[str], shown: set[str], run_status: str = "") -> str:
    """Where an attempt stands, from the evidence it has: the first stage not shown yet, or "done"."""
    for name in stages:
        if name == "run" and run_status != "done":
            return "run"
        if name != "run" and name not in shown:
            return name
    return "done"


def shuffled(items: Sequence[T], seed: int, salt: str) -> list[T]:
    """The same order for the same attempt; another one for the next."""
    order = list(items)
    random.Random(f"{seed}/{salt}").shuffle(order)
    return order


def first_seed(learner: str, key: str) -> int:
    """Of an exercise whose options are shown before there is an attempt at it: the attempt that is then made takes it over."""
    return random.Random(f"{learner}/{key}").randint(1, 10_000)


@once
def content_hash(exercise: Content) -> str:
    """Changes when a word of it does."""
    return short_hash(exercise.model_dump_json())


DECISION = {"question": True, "best": True, "twin": {"change", "best"}}
ASKED: dict[type[Content], dict[str, Any]] = {
    Mission: {"slug": True, "situation": True, "predict": True, "run": True, "seen": {"question"}, "decide": DECISION},
    Case: {"slug": True, "situation": True, "decide": DECISION},
}


@once
def asked_hash(exercise: Mission | Case) -> str:
    """Changes when what is asked does, or what is best: evidence of a question holds, however its options are worded or explained."""
    return short_hash(exercise.model_dump_json(include=ASKED[type(exercise)]))


@once
def proof_hash(mission: Mission) -> str:
    """Changes when what is run or graded does: a proof is of settings, numbers and conditions, not of the words around them."""
    asked = [one.model_dump(mode="json", exclude={"label", "unit", "help"}) for one in mission.predict]
    sights = [one.holds for one in mission.seen.sights]
    parts = [mission.run.model_dump(mode="json"), asked, sights, mission.proof, mission.exemplar.model_dump()]
    return short_hash(json.dumps([mission.slug, *parts], sort_keys=True))


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class GradedPrediction(NamedTuple):
    """What was said beside what was measured, with its 95 % interval, in the learner's unit; no number where the run stopped before it."""

    fact: str
    said: float
    measured: float | None
    low: float | None
    high: float | None
    score: float | None
    why: str

    @property
    def right(self) -> bool:
        return self.score == 1


def predictions(mission: Mission, values: Mapping[str, float], measures: Mapping[str, Measure]) -> list[GradedPrediction]:
    return [graded_prediction(asked, values[asked.fact], measures.get(asked.fact)) for asked in mission.predict]


def graded_prediction(prediction: Prediction, said: float, measure: Measure | None) -> GradedPrediction:
    if measure is None:
        return GradedPrediction(prediction.fact, said, None, None, None, None, "The run stopped before this was measured.")
    measured, low, high = (number * prediction.scale for number in (measure.value, measure.low, measure.high))
    verdict = graders.prediction(prediction, said, measure.value, measure.low, measure.high)
    return GradedPrediction(prediction.fact, said, measured, low, high, verdict.score, verdict.why)


def kept_predictions(answer: Mapping[str, Any], mission: Mission, measures: Mapping[str, Measure]) -> list[GradedPrediction]:
    """As they were graded with the run's end. Evidence of before schema 0003 kept the numbers alone; they are held against its run."""
    if "graded" in answer:
        return [GradedPrediction(**one) for one in answer["graded"]]
    return predictions(mission, answer["values"], measures)


def trial(mission: Mission, measures: Mapping[str, Measure]) -> Trial:
    """Did the exercise prove itself on this run?"""
    facts = {name: measure.value for name, measure in measures.items()}
    for condition in mission.proof:
        if not graders.holds(condition, facts):
            return Trial(False, f"“{condition}” did not hold")
    if not all(one.right for one in predictions(mission, mission.exemplar.accept, measures)):
        return Trial(False, "the prediction that should be accepted was refused")
    if all(one.right for one in predictions(mission, mission.exemplar.refuse, measures)):
        return Trial(False, "the prediction that should be refused was accepted")
    right = graders.true_sight(mission.seen, facts)
    if right >= len(mission.seen.sights) or not mission.seen.sights[right].holds:
        return Trial(False, "none of the things to be seen was there")
    return Trial(True, "")
