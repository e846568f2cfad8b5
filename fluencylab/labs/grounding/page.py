"""The grounding lab's page: three things to measure on one form, and a desk that makes products of the answers without a new call.

/labs/grounding?run=A&line=0.6&sign=mean_token_probability&unanswerable=20#desk
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.runs import fresh_seed
from fluencylab.charts.base import Chart
from fluencylab.instruments.base import Step
from fluencylab.labs.grounding import chart as drawing
from fluencylab.labs.grounding import confidence, faithfulness, hallucination_rate, interfaces
from fluencylab.labs.grounding import instrument as grounding
from fluencylab.labs.grounding.confidence import ScoredAnswer
from fluencylab.labs.grounding.faithfulness import Tested
from fluencylab.labs.grounding.interfaces import Outcomes
from fluencylab.labs.grounding.params import NAMES, Params, Part
from fluencylab.models.types import Request
from fluencylab.web.form import Form, number
from fluencylab.web.lab_page import PageRequest, Prompt, RunView, Try, ViewsForm, ViewsPage

LABELS: dict[Part, str] = {"count": "Provoke and count", "know": "Does it know?", "why": "Ask it why"}
SETS: dict[Part, tuple[str, ...]] = {
    "count": ("questions", "conditions", "instruction", "data", "max_tokens"),
    "know": ("questions", "again", "temperature", "data", "max_tokens"),
    "why": ("notes",),
}
UNREAD = "in a language the rule cannot read"
VERDICTS = {
    True: {"right": "right", "wrong": "wrong", "abstained": "did not say", "beside": "beside the question", "unread": UNREAD},
    False: {
        "right": "right, by the passage",
        "wrong": "made up",
        "abstained": "did not say",
        "beside": "repeats the passage",
        "unread": UNREAD,
    },
}
SIGNS = {"mean_token_probability": "its own odds", "self_consistency": "agreement when asked again"}
FIRST = 6
"""Questions shown open on a sheet; the others are under a fold."""


class ThingAnswer(NamedTuple):
    condition: str
    text: str
    verdict: str
    says: str


class Thing(NamedTuple):
    """A question with its answers under every condition."""

    i: int
    ask: str
    real: bool
    answers: list[ThingAnswer]


class Reason(NamedTuple):
    """An answer from a note, the reason given for it, and its test. `without` and `control`: asked again, one sentence taken away."""

    ask: str
    sentences: list[str]
    answer: str
    right: bool
    mean_token_probability: float | None
    because: str
    named: int | None
    sure: str
    stated: float | None
    without: Mapping[str, Any]
    control: Mapping[str, Any]
    verdict: str


class Face(NamedTuple):
    """One run behind an interface, per 1,000 questions."""

    slug: str
    name: str
    how: str
    told: Outcomes


@dataclass(frozen=True)
class Parts:
    """`again`: further answers, by question. `squares`: what each sign of sureness claims. `unsure`: the model does not tell its odds."""

    things: list[Thing]
    again: dict[int, list[str]]
    squares: list[Chart]
    unsure: bool
    faces: list[Face]
    reasons: list[Reason]
    first: int = FIRST


class DeskRow(NamedTuple):
    """An answer with its sureness. `shown`: it is at least as sure as the line."""

    ask: str
    text: str
    right: bool
    mean_token_probability: float | None
    self_consistency: float | None
    shown: bool


@dataclass(frozen=True)
class Desk:
    """What a line of sureness and a share of unanswerable questions make of a run's answers. `data`: the answers, for the script."""

    line: float
    sign: str
    signs: list[tuple[str, str]]
    unanswerable: float
    rows: list[DeskRow]
    kept: int
    right: int
    of: int
    all_right: int
    faces: list[Face]
    lacks: list[str]
    data: list[list[Any]]


@dataclass(frozen=True)
class Own:
    """`names`: what the conditions are called."""

    names: Mapping[str, str]
    desk: Desk | None


class Page(ViewsPage):
    views, sets = LABELS, SETS
    lede = (
        "Ask a real model about things that exist and things that do not. Count what it makes up, see whether its doubt can be used, "
        "and test the reasons it gives."
    )
    tries = (Try("only the question", {"conditions": "bare"}), Try("all four", {"conditions": "bare,told,context,gap"}))

    def own(self, request: PageRequest, drawn: ViewsForm) -> Own:
        return Own(NAMES, desk(request.ended.steps, request.query) if request.ended else None)

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        given = super().params(posted, runs)
        return {**given, "seed": fresh_seed()}

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        rows = grounding.sure(steps)
        signs = [sign for sign in SIGNS if rows and all(row.by(sign) is not None for row in rows)] if "know" in params.parts else []
        sourced = {"context", "gap"} <= set(params.asked)
        return Parts(
            things=_things(steps),
            again=_again(steps),
            squares=[drawing.reliability(confidence.bins(rows, sign), sign) for sign in signs],
            unsure="know" in params.parts and bool(rows) and "mean_token_probability" not in signs,
            faces=_faces(interfaces.every(_answers(steps), params.unanswerable / 100)) if sourced else [],
            reasons=[_reason(one) for one in faithfulness.tested([step.data for step in steps if step.kind == "why"])],
        )

    def prompts(self, params: Params) -> list[Prompt]:
        told = []
        first = next((one.number for one in hallucination_rate.plan(params) if not one.thing.real), 0)
        for call in hallucination_rate.plan(params):
            if call.number == first:
                told.append(Prompt(_sent(hallucination_rate.request(params, call)), NAMES[call.condition]))
        if "why" in params.parts:
            note = params.explained[0]
            told += [
                Prompt(f"{' '.join(note.sentences)}\n\n{note.ask}"),
                Prompt(faithfulness.WHY, "then"),
                Prompt(faithfulness.SURE, "and"),
            ]
        return told

    def conditions(self, params: Params) -> list[str]:
        told = []
        if params.asked:
            real = sum(one.real for one in params.drawn)
            told.append(f"{real} questions about real things, {len(params.drawn) - real} about invented ones")
        if "know" in params.parts and params.again:
            told.append(f"asked again {params.again} times at temperature {params.temperature:g}")
        if "why" in params.parts:
            told.append(f"{len(params.explained)} notes, reasons read by code")
        return [*told, f"seed {params.seed}", "temperature 0"]


PAGE = Page("grounding")


def _sent(request: Request) -> str:
    return "\n".join(f"{message.role}: {message.content}" for message in request.messages)


def _things(steps: Sequence[Step]) -> list[Thing]:
    """What was made up comes first."""
    found: dict[int, Thing] = {}
    for data in (step.data for step in steps if step.kind == "answer"):
        thing = found.setdefault(data["i"], Thing(data["i"], data["ask"], data["real"], []))
        says = VERDICTS[data["real"]][data["verdict"]]
        thing.answers.append(ThingAnswer(NAMES[data["condition"]], data["text"], data["verdict"], says))
    return sorted(found.values(), key=lambda thing: (thing.real, thing.i))


def _again(steps: Sequence[Step]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for step in steps:
        if step.kind == "draw":
            found.setdefault(step.data["i"], []).append(step.data["text"])
    return found


def _reason(one: Tested) -> Reason:
    return Reason(
        ask=one.note["ask"],
        sentences=one.note["sentences"],
        answer=one.note["text"],
        right=one.note["right"],
        mean_token_probability=one.note["mean_token_probability"],
        because=one.because["text"],
        named=one.because["reason"],
        sure=one.sure["text"],
        stated=one.sure["stated"],
        without=one.without,
        control=one.control,
        verdict=one.verdict,
    )


# The desk


def desk(steps: Sequence[Step], query: Mapping[str, str]) -> Desk | None:
    """None where a run has no answers."""
    answers = _answers(steps)
    rows = grounding.sure(steps)
    signs = [sign for sign in SIGNS if rows and all(row.by(sign) is not None for row in rows)]
    if not answers:
        return None
    sign = query["sign"] if query.get("sign") in signs else next(iter(signs), "")
    line = number(query.get("line", ""), interfaces.LINE, 0, 1)
    unanswerable = number(query.get("unanswerable", ""), answers[0]["unanswerable"], 0, 100)
    consistency = {row.ask: row.self_consistency for row in rows}
    by_consistency = [{**one, "mean_token_probability": consistency.get(one["ask"], 0)} for one in answers]
    signed = by_consistency if sign == "self_consistency" else answers
    told = interfaces.every(signed, unanswerable / 100, line)
    kept = confidence.at_least(rows, sign, line) if sign else []
    return Desk(
        line=line,
        sign=sign,
        signs=[(one, SIGNS[one]) for one in signs],
        unanswerable=unanswerable,
        rows=[_row(row, sign, line) for row in sorted(rows, key=lambda row: -(row.by(sign) or 0.0))] if sign else [],
        kept=len(kept),
        right=sum(row.right for row in kept),
        of=len(rows),
        all_right=sum(row.right for row in rows),
        faces=_faces(told),
        lacks=[interfaces.NAMES[name] for name in interfaces.NAMES if name not in told],
        data=[
            [one["condition"], one["real"], one["verdict"], one["backed"], one["mean_token_probability"], consistency.get(one["ask"])]
            for one in answers
        ],
    )


def _answers(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [step.data for step in steps if step.kind == "answer"]


def _faces(told: Mapping[str, Outcomes]) -> list[Face]:
    return [Face(name, interfaces.NAMES[name], interfaces.HOW[name], each) for name, each in told.items()]


def _row(row: ScoredAnswer, sign: str, line: float) -> DeskRow:
    return DeskRow(row.ask, row.text, row.right, row.mean_token_probability, row.self_consistency, (row.by(sign) or 0.0) >= line)
