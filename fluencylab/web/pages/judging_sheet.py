"""A judge at work: the last verdicts that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.instruments.judging import VERDICT, Params
from fluencylab.web.lab_page import LabPage

SHOWN = 4
SAYS = {True: "passes", False: "fails", None: "cannot be told"}


class Came(NamedTuple):
    said: str
    why: str


@dataclass(frozen=True)
class Coming:
    latest: list[Came]


class JudgingSheet(LabPage):
    def parts(self, params: Params, steps: Sequence[Step]) -> Coming:
        told = [step.data for step in steps if step.kind == VERDICT][-SHOWN:]
        return Coming([Came(SAYS[one.get("passed")], str(one.get("why", ""))) for one in told])

    def conditions(self, params: Params) -> list[str]:
        quoted = [f"{len(params.judge.examples)} examples"] if params.judge.examples else []
        return ["temperature 0", *quoted]


PAGE = JudgingSheet("judging")
