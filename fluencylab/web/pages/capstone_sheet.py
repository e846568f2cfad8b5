"""A run of the capstone on a page: the cases with their answers, right or wrong by code; no setting is named, for one may be the fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.curriculum.capstone import CapstoneCase
from fluencylab.instruments.base import Step
from fluencylab.instruments.capstone import Params, plan
from fluencylab.practice.checkers import wrong
from fluencylab.web.lab_page import LabPage


class Answer(NamedTuple):
    """One answer's place. `call`: the id of the one that is to fill it; `wrong`: why, empty where it is right."""

    call: str
    text: str | None
    wrong: str


class Row(NamedTuple):
    case: CapstoneCase
    answers: list[Answer]


@dataclass(frozen=True)
class Parts:
    """`right` of those `given`; `tokens`: what a call read and wrote on average, nought before the first."""

    rows: list[Row]
    right: int
    given: int
    tokens: float


def parts(params: Params, steps: Sequence[Step]) -> Parts:
    answered = {(step.data["case"], step.data["draw"]): step.data for step in steps if step.kind == "answer"}
    rows = [Row(case, []) for case in params.cases]
    for call in plan(params):
        case, draw = call.about["case"], call.about["draw"]
        found = answered.get((case, draw))
        text = None if found is None else str(found["text"])
        why = "" if text is None else wrong(params.of.checks, text, params.cases[case].expect)
        rows[case].answers.append(Answer(call.request.call_id(), text, why))
    given = [one for row in rows for one in row.answers if one.text is not None]
    return Parts(rows, sum(not one.wrong for one in given), len(given), _tokens(list(answered.values())))


def _tokens(answered: Sequence[Any]) -> float:
    told = [data["usage"]["prompt"] + data["usage"]["completion"] for data in answered]
    return round(sum(told) / len(told), 1) if told else 0.0


class Page(LabPage):
    lede = "A product of the capstone is asked its cases."

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        return parts(params, steps)

    def conditions(self, params: Any) -> list[str]:
        n = len(params.cases) * params.draws
        return [f"{n} answers", f"seeds from {params.seed}"]


PAGE = Page("capstone")
