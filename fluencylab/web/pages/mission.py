"""A mission's page: the loop, drawn from the attempt wherever it was left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.kinds.mission import standing, verified
from fluencylab.actions.missions import AttemptState
from fluencylab.curriculum.schema import Concept, Mission, Prediction, Sight
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Result
from fluencylab.models import catalogue
from fluencylab.practice import exercises, graders
from fluencylab.practice.exercises import GradedPrediction
from fluencylab.web.lab_page import Prompt, Sheet
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.decision import DecisionCards, decision
from fluencylab.web.pages.lab import run_says
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.options import OptionAnswer, OptionCard, lettered
from fluencylab.web.pages.results import Beside
from fluencylab.web.pages.sheet import sheet

LABELS = ("Predict", "Run", "Compare", "Explain", "Decide")
STEP_OF = {"predict": 0, "run": 1, "see": 2, "decide": 4, "twin": 4, "done": 5}
CERTAINTY = {1: "not sure", 2: "fairly sure", 3: "very sure"}
SHOWN, NOT_SHOWN = "This is what the run shows.", "The run does not show this."


class PredictionRow(NamedTuple):
    """One prediction beside its measurement, in the learner's unit."""

    asked: Prediction
    predicted: float
    measured: float | None
    low: float | None
    high: float | None
    says: str
    right: bool


@dataclass(frozen=True)
class Seen:
    """What was seen, every sight answered, and the mark the predictions earned: `marks` in a sentence, empty without any."""

    right: bool
    picked: int
    true: int
    cards: list[OptionCard]
    answers: dict[int, OptionAnswer]
    predicted: bool
    marks: str
    says: str


@dataclass(frozen=True)
class MissionPage:
    """Context of `mission.html`."""

    concept: Concept
    mission: Mission
    number: int
    of: int
    stage: str
    step: int
    verified: str
    run_says: str
    prompts: list[Prompt]
    asked: Any
    """The parameters of its run"""
    certainty: str
    rows: list[PredictionRow]
    """Both empty before the prediction"""
    sheet: Sheet | None
    sights: list[tuple[int, Sight]]
    seen: Seen | None
    decision: DecisionCards
    next: Next | None
    changed: Sequence[str]
    """On the map, by this exercise: a line a cell, once it is done"""
    beside: Beside
    labels: tuple[str, ...] = LABELS


def mission_page(
    concept: Concept, mission: Mission, going: AttemptState, comes: Next | None, changed: Sequence[str] = (), beside: Beside = Beside()
) -> MissionPage:
    """`comes`: what to do after it, and `changed`: on the map, once it is done."""
    proof = standing(mission, catalogue.current().sha256)
    params = instrument(mission.run.instrument).Params.model_validate(mission.run.params)
    seed = going.attempt.seed if going.attempt else 0
    predicted = going.shown.get("predict")
    sights = exercises.shuffled(list(enumerate(mission.seen.sights)), seed, "sights")
    return MissionPage(
        concept=concept,
        mission=mission,
        number=concept.missions.index(mission) + 1,
        of=len(concept.missions),
        stage=going.stage,
        step=STEP_OF[going.stage],
        verified=verified(proof),
        run_says=run_says(mission.run.instrument, params),
        prompts=lab_pages()[mission.run.instrument].prompts(params),
        asked=params,
        certainty=CERTAINTY[predicted.certainty or 1] if predicted else "",
        rows=prediction_rows(mission, going) if predicted else [],
        sheet=sheet(going.run, going.steps, compact=True) if going.run else None,
        sights=sights,
        seen=what_was_seen(mission, going, going.result, sights) if "see" in going.shown and going.result else None,
        decision=decision(mission.decide, going.shown, seed),
        next=comes,
        changed=changed,
        beside=beside,
    )


def prediction_rows(mission: Mission, going: AttemptState) -> list[PredictionRow]:
    if going.result is None or going.stage == "run":
        values = going.shown["predict"].answer["values"]
        return [PredictionRow(asked, values[asked.fact], None, None, None, "", False) for asked in mission.predict]
    compared = going.shown.get("compare") or going.shown["predict"]
    graded = {one.fact: one for one in exercises.kept_predictions(compared.answer, mission, going.result.measures)}
    return [_row(asked, graded[asked.fact]) for asked in mission.predict if asked.fact in graded]


def _row(prediction: Prediction, one: GradedPrediction) -> PredictionRow:
    measured, low, high = (None if number is None else round(number, 1) for number in (one.measured, one.low, one.high))
    return PredictionRow(prediction, one.said, measured, low, high, one.why, one.right)


def what_was_seen(mission: Mission, going: AttemptState, result: Result, sights: list[tuple[int, Sight]]) -> Seen:
    picked = going.shown["see"].answer["picked"]
    right = graders.true_sight(mission.seen, result.facts())
    true = min(right, len(mission.seen.sights) - 1)
    compared = going.shown["compare"]
    return Seen(
        right=picked == right,
        picked=picked,
        true=true,
        cards=lettered((index, sight.text) for index, sight in sights),
        answers={index: OptionAnswer(SHOWN if index == true else NOT_SHOWN, sight.answer) for index, sight in sights},
        predicted=compared.score == 1,
        marks=marks_say(compared.marks),
        says="" if compared.marks is None else certainty_says(compared.score == 1, compared.certainty or 1),
    )


def marks_say(marks: int | None) -> str:
    """With their sign; empty where none were earned or lost."""
    if marks is None:
        return ""
    return f"{marks:+d}".replace("-", "−").replace("+0", "0") + (" mark" if abs(marks) == 1 else " marks")


def certainty_says(right: bool, certainty: int) -> str:
    """What to take from how sure one was."""
    if right:
        return "You may trust this one more." if certainty == 1 else "Your certainty fits."
    if certainty == 1:
        return "A wrong prediction costs nothing where you said “not sure”."
    if certainty == 2:
        return "A wrong prediction costs nothing where you say “not sure”."
    return "A surprise like this is worth more than a right guess: it shows where your picture of the model differs from the model."
