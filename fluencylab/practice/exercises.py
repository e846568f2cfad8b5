"""How an exercise is laid out for one attempt, and whether it proves itself on a run.

A mission passes on a run when its conditions hold, its accepted exemplar is graded right, its refused one wrong, and what the
learner is asked to have seen is really there.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from fluencylab.curriculum.schema import Content, Mission
from fluencylab.practice import graders
from fluencylab.practice.verdict import Verdict
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


def content_hash(exercise: Content) -> str:
    """Changes when a word of the exercise does: a proof of other words is no proof."""
    return hashlib.sha256(exercise.model_dump_json().encode()).hexdigest()[:16]


def predictions(mission: Mission, values: dict[str, float], measures: Mapping[str, Measure]) -> list[Verdict]:
    verdicts = []
    for asked in mission.predict:
        measure = measures.get(asked.fact)
        if measure is None:
            verdicts.append(Verdict(score=None, read=f"{values[asked.fact]:g}", why="The run stopped before this was measured."))
        else:
            verdicts.append(graders.prediction(asked, values[asked.fact], measure.value, measure.low, measure.high))
    return verdicts


def trial(mission: Mission, measures: Mapping[str, Measure]) -> Trial:
    """Did the exercise prove itself on this run?"""
    facts = {name: measure.value for name, measure in measures.items()}
    for condition in mission.proof:
        if not graders.holds(condition, facts):
            return Trial(False, f"“{condition}” did not hold")
    if not all(verdict.right for verdict in predictions(mission, mission.exemplar.accept, measures)):
        return Trial(False, "the prediction that should be accepted was refused")
    if all(verdict.right for verdict in predictions(mission, mission.exemplar.refuse, measures)):
        return Trial(False, "the prediction that should be refused was accepted")
    right = graders.true_sight(mission.seen, facts)
    if right >= len(mission.seen.sights) or not mission.seen.sights[right].holds:
        return Trial(False, "none of the things to be seen was there")
    return Trial(True, "")
