"""A drill on a model card on its page: a document whose lines are marked, then the loop of a mission; and the list of all cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.kinds import acts
from fluencylab.actions.missions import AttemptState
from fluencylab.curriculum.model_cards import CardDrill, CardLine, ModelCard, drills
from fluencylab.curriculum.schema import Concept, Option
from fluencylab.instruments import instrument
from fluencylab.practice import card_marks, exercises
from fluencylab.practice.card_marks import Marks
from fluencylab.practice.kinds import MODEL_CARD
from fluencylab.store.tables import Evidence
from fluencylab.web.lab_page import Prompt, Sheet
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.decision import DecisionCards, decision
from fluencylab.web.pages.lab import run_says
from fluencylab.web.pages.mission import CERTAINTY, PredictionRow, Seen, prediction_rows, what_was_seen
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.results import Beside
from fluencylab.web.pages.sheet import sheet

LABELS = ("Read", "Predict", "Run", "Explain", "Decide", "One line changes")
STEP_OF = {"mark": 0, "predict": 1, "run": 2, "see": 3, "decide": 4, "twin": 5, "done": 6}


class LineShown(NamedTuple):
    """One line of the card. `marked`: by the learner; `decides`: told once it was marked; `was`: the words before the edit, in the twin."""

    line: CardLine
    marked: bool
    decides: bool
    now: str


@dataclass(frozen=True)
class Marked:
    """What was said of the card, answered. `asked`: the question that would be sent, where it was said to be silent."""

    right: bool
    says: str
    marks: Marks
    asked: Option | None
    best: Option | None
    others: list[Option]


@dataclass(frozen=True)
class ModelCardPage:
    """Context of `model_card.html`."""

    concept: Concept
    mission: CardDrill
    card: ModelCard
    number: int
    of: int
    stage: str
    step: int
    verified: str
    run_says: str
    prompts: list[Prompt]
    asked: Any
    """The parameters of its run"""
    lines: list[LineShown]
    questions: Sequence[Option]
    marked: Marked | None
    certainty: str
    rows: list[PredictionRow]
    sheet: Sheet | None
    sights: list[tuple[int, Any]]
    seen: Seen | None
    decision: DecisionCards
    next: Next | None
    changed: Sequence[str]
    beside: Beside
    labels: tuple[str, ...] = LABELS


def model_card_page(
    concept: Concept, drill: CardDrill, going: AttemptState, comes: Next | None, changed: Sequence[str], beside: Beside
) -> ModelCardPage:
    """`comes`: what to do after it, and `changed`: on the map, once it is done."""
    params = instrument(drill.run.instrument).Params.model_validate(drill.run.params)
    seed = going.attempt.seed if going.attempt else 0
    predicted = going.shown.get("predict")
    sights = exercises.shuffled(list(enumerate(drill.seen.sights)), seed, "sights")
    return ModelCardPage(
        concept=concept,
        mission=drill,
        card=drill.card,
        number=drills().index(drill) + 1,
        of=len(drills()),
        stage=going.stage,
        step=STEP_OF[going.stage],
        verified=acts(MODEL_CARD).proof_says(drill),
        run_says=run_says(drill.run.instrument, params),
        prompts=lab_pages()[drill.run.instrument].prompts(params),
        asked=params,
        lines=_lines(drill, going.stage, going.shown),
        questions=exercises.shuffled(drill.questions, seed, "questions"),
        marked=_marked(drill, going.shown["mark"]) if "mark" in going.shown else None,
        certainty=CERTAINTY[predicted.certainty or 1] if predicted else "",
        rows=prediction_rows(drill, going) if predicted else [],
        sheet=sheet(going.run, going.steps, compact=True) if going.run else None,
        sights=sights,
        seen=what_was_seen(drill, going, going.result, sights) if "see" in going.shown and going.result else None,
        decision=decision(drill.decide, going.shown, seed),
        next=comes,
        changed=changed,
        beside=beside,
    )


def _lines(drill: CardDrill, stage: str, shown: Mapping[str, Evidence]) -> list[LineShown]:
    answer: Mapping[str, Any] = shown["mark"].answer if "mark" in shown else {}
    edited = drill.edit if stage in ("twin", "done") else None
    return [
        LineShown(
            one,
            one.id in answer.get("lines", ()),
            bool(answer) and one.id in drill.decisive,
            edited.text if edited and edited.line == one.id else "",
        )
        for one in drill.card.lines
    ]


def _marked(drill: CardDrill, shown: Evidence) -> Marked:
    lines, ask = shown.answer.get("lines", []), shown.answer.get("ask", "")
    by_id = {one.id: one for one in drill.questions}
    best = by_id.get(drill.ask)
    asked = by_id.get(ask)
    others = [one for one in drill.questions if one not in (asked, best)]
    return Marked(shown.score == 1, shown.why, card_marks.marks(drill, lines), asked, best, others if drill.silent else [])
