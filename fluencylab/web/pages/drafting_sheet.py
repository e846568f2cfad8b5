"""A model at work on drafts: the last questions that came, and those being written."""

from collections.abc import Sequence
from dataclasses import dataclass

from fluencylab.instruments.base import Step
from fluencylab.instruments.drafting import DRAFT, Params, call_name
from fluencylab.web.lab_page import LabPage

SHOWN = 4


@dataclass(frozen=True)
class Coming:
    """`latest`: the questions that came last; `writing`: the calls whose drafts are next."""

    latest: list[str]
    writing: list[str]


class DraftingSheet(LabPage):
    def parts(self, params: Params, steps: Sequence[Step]) -> Coming:
        drafts = [step.data for step in steps if step.kind == DRAFT]
        came = {step.data.get("passage") for step in steps}
        writing = (call_name(one) for one in params.passages if one.id not in came)
        return Coming(
            [str(one["question"] or one["fault"]) for one in drafts[-SHOWN:]],
            [name for name, _ in zip(writing, range(SHOWN), strict=False)],
        )

    def conditions(self, params: Params) -> list[str]:
        return ["temperature 0", "passages of up to 80 words"]


PAGE = DraftingSheet("drafting")
