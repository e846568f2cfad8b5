"""A mission's page: the loop, drawn from the attempt wherever it was left."""

from typing import Any, NamedTuple

from fluencylab.actions.missions import AttemptState
from fluencylab.check import standing
from fluencylab.curriculum.schema import Concept, Decision, Mission, Prediction, Sight
from fluencylab.instruments import instrument
from fluencylab.models import catalogue
from fluencylab.practice import exercises, graders
from fluencylab.practice.exercises import GradedPrediction
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.concept import verified
from fluencylab.web.pages.lab import run_says
from fluencylab.web.pages.sheet import sheet

LABELS = ("Predict", "Run", "Compare", "Explain", "Decide")
STEP_OF = {"predict": 0, "run": 1, "see": 2, "decide": 4, "twin": 4, "done": 5}
CERTAINTY = {1: "not sure", 2: "fairly sure", 3: "very sure"}
BEST, NOT_BEST = "The best choice here.", "Not the best here."
SHOWN, NOT_SHOWN = "This is what the run shows.", "The run does not show this."


class Row(NamedTuple):
    """One prediction beside its measurement, in the learner's unit."""

    asked: Prediction
    predicted: float
    measured: float | None
    low: float | None
    high: float | None
    says: str
    right: bool


def mission_page(concept: Concept, mission: Mission, going: AttemptState) -> dict[str, Any]:
    proof = standing(mission, catalogue.current().card().sha256)
    context: dict[str, Any] = {
        "concept": concept,
        "mission": mission,
        "number": concept.missions.index(mission) + 1,
        "of": len(concept.missions),
        "stage": going.stage,
        "labels": LABELS,
        "step": STEP_OF[going.stage],
        "verified": verified(proof),
        "run": going.run,
    }
    lab = instrument(mission.run.instrument)
    params = lab.Params.model_validate(mission.run.params)
    context["run_says"] = run_says(mission.run.instrument, params)
    context["prompts"] = lab_pages()[mission.run.instrument].prompts(params)
    context["asked"] = params
    seed = going.attempt.seed if going.attempt else 0
    if "predict" in going.shown:
        context["certainty"] = CERTAINTY[going.shown["predict"].certainty or 1]
        context["rows"] = _rows(mission, going)
    if going.run is not None:
        context |= sheet(going.run, going.steps)
    context["sights"] = exercises.shuffled(list(enumerate(mission.seen.sights)), seed, "sights")
    if "see" in going.shown and going.result:
        context |= _seen(mission, going, context["sights"])
    context["decision"] = decision(mission.decide, going.shown, seed)
    return context


def _rows(mission: Mission, going: AttemptState) -> list[Row]:
    if going.result is None or going.stage == "run":
        values = going.shown["predict"].answer["values"]
        return [Row(asked, values[asked.fact], None, None, None, "", False) for asked in mission.predict]
    compared = going.shown.get("compare") or going.shown["predict"]
    graded = {one.fact: one for one in exercises.kept_predictions(compared.answer, mission, going.result.measures)}
    return [_row(asked, graded[asked.fact]) for asked in mission.predict if asked.fact in graded]


def _row(asked: Prediction, one: GradedPrediction) -> Row:
    measured, low, high = (None if number is None else round(number, 1) for number in (one.measured, one.low, one.high))
    return Row(asked, one.said, measured, low, high, one.why, one.right)


def _seen(mission: Mission, going: AttemptState, sights: list[tuple[int, Sight]]) -> dict[str, Any]:
    """What was seen, every sight answered, and the mark the predictions earned. `told`: picked or true, so shown at once."""
    assert going.result is not None
    picked = going.shown["see"].answer["picked"]
    right = graders.true_sight(mission.seen, going.result.facts())
    true = min(right, len(mission.seen.sights) - 1)
    compared = going.shown["compare"]
    return {
        "seen_right": picked == right,
        "seen_picked": picked,
        "seen_true": true,
        "seen_options": [
            {"id": index, "letter": "ABCDEF"[i], "text": sight.text, "told": index in (picked, true)}
            for i, (index, sight) in enumerate(sights)
        ],
        "seen_answers": {index: {"verdict": SHOWN if index == true else NOT_SHOWN, "text": sight.answer} for index, sight in sights},
        "marks": compared.marks,
        "prediction_right": compared.score == 1,
    }


def decision(asked: Decision, shown: dict[str, Any], seed: int) -> dict[str, Any]:
    """Options in this attempt's order, with their answers once they were answered; the same for the twin."""
    options = [
        {"id": option.id, "letter": "ABCDE"[i], "text": option.text}
        for i, option in enumerate(exercises.shuffled(asked.options, seed, "options"))
    ]
    first, second = shown.get("decide"), shown.get("twin")
    own = {option.id: option.answer for option in asked.options}
    return {
        "options": options,
        "picked": first.answer["picked"] if first else None,
        "answers": _answers(own, asked.best) if first else None,
        "best": asked.best,
        "twin_picked": second.answer["picked"] if second else None,
        "twin_answers": _answers(asked.twin.answers, asked.twin.best) if second else None,
        "twin_best": asked.twin.best,
    }


def _answers(texts: dict[str, str], best: str) -> dict[str, dict[str, str]]:
    return {id: {"verdict": BEST if id == best else NOT_BEST, "text": text} for id, text in texts.items()}
