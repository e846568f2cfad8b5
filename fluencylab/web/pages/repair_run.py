"""A repair's run in rows: what each visible case was answered, and of the hidden ones how many, of which kind, and two rates."""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.actions.repairs import proof, told
from fluencylab.curriculum.repairs import Repair, RepairCase
from fluencylab.instruments.base import Step
from fluencylab.instruments.repair import Params, by, plan, whole
from fluencylab.practice import repairs as rules
from fluencylab.practice.repairs import CaseAnswer, Judged
from fluencylab.stats import Measure, share


class Answer(NamedTuple):
    """One answer's place. `call`: the id of the one that is to fill it; `wrong`: why, empty where it is right."""

    call: str
    start: str
    text: str | None
    wrong: str


class Row(NamedTuple):
    case: RepairCase
    answers: list[Answer]


class Rate(NamedTuple):
    """One prompt on the hidden cases."""

    label: str
    measure: Measure
    hits: int
    note: str = ""


class Hidden(NamedTuple):
    judged: Judged
    strip: list[str]
    """For each answer to come: right, wrong or open."""
    original: Rate | None
    yours: Rate
    verdict: str
    passed: bool


def visible(params: Params, steps: Sequence[Step]) -> list[Row]:
    repair = params.exercise
    answered = {(step.data["case"], step.data["nth"]): step for step in by(steps, "yours", "visible")}
    mine = [ask for ask in plan(params) if (ask.about["by"], ask.about["group"]) == ("yours", "visible")]
    calls = {(ask.about["case"], ask.about["nth"]): ask.request.call_id() for ask in mine}
    return [
        Row(case, [_answer(repair, number, calls[number, nth], answered.get((number, nth))) for nth in range(len(repair.seeds))])
        for number, case in enumerate(repair.visible)
    ]


def _answer(repair: Repair, number: int, call: str, step: Step | None) -> Answer:
    if step is None:
        return Answer(call, "", None, "")
    return Answer(call, step.data["start"], step.data["text"], rules.wrong(repair, CaseAnswer("visible", number, whole(step))))


def hidden(params: Params, steps: Sequence[Step]) -> Hidden:
    repair = params.exercise
    mine = told(steps)
    judged = rules.judge(repair, mine)
    right = [rules.wrong(repair, one) == "" for one in mine if one.group == "hidden"]
    wanted = len(repair.hidden) * len(repair.seeds)
    strip = ["right" if one else "wrong" for one in right] + ["open"] * (wanted - len(right))
    verdict = rules.verdict(repair, judged)
    yours = Rate("yours", judged.rate, judged.hits)
    return Hidden(judged, strip, _original(params, steps), yours, verdict.why, verdict.right)


def _original(params: Params, steps: Sequence[Step]) -> Rate | None:
    """Measured in this run, or when the exercise was proved on these weights with the same seeds."""
    if params.original:
        judged = rules.judge(params.exercise, told(steps, "original"))
        return Rate("the original", judged.rate, judged.hits, "measured in this run") if judged.n else None
    proved = proof(params.exercise)
    return Rate("the original", share(*proved.original), proved.original[0], "measured when the exercise was proved") if proved else None
