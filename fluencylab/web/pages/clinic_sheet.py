"""A spec being tested, while it runs: which broken product is asked now, and the last outputs that came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fluencylab.instruments.base import Step
from fluencylab.instruments.clinic import HEALTHY, STEP, Params, arms
from fluencylab.text.numerals import counted
from fluencylab.web.lab_page import LabPage, further

SHOWN = 3


@dataclass(frozen=True)
class ClinicComing:
    """`now`: the product that is asked; `done` of `of` products have been."""

    now: str
    done: int
    of: int
    latest: list[str]


class ClinicPage(LabPage):
    def parts(self, params: Params, steps: Sequence[Step]) -> ClinicComing:
        outputs = [step.data for step in steps if step.kind == STEP]
        came = Counter(str(step.data.get("mutant", HEALTHY)) for step in steps)
        names = [arm.name for arm in arms(params)]
        wanted = {arm.name: len(arm.params.cases) * arm.params.draws for arm in arms(params)}
        going = [name for name in names if came[name] < wanted[name]]
        now = (going[0] or "the product as it is") if going else ""
        return ClinicComing(now, len(names) - len(going), len(names), [str(one["text"]) for one in outputs[-SHOWN:]])

    def conditions(self, params: Params) -> list[str]:
        draws = [f"{params.draws} answers of the product as it is to each case"] if params.draws > 1 else []
        faults = counted(len(params.mutants), "product with one fault", "products with one fault each")
        return [f"temperature {params.content.temperature:g}", *further({"max_tokens": params.content.max_tokens}), faults, *draws]


PAGE = ClinicPage("clinic")
