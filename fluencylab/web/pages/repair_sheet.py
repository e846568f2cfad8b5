"""How a run of a repair is shown: the visible cases with their answers, or the hidden ones as counts and two rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fluencylab.curriculum.repairs import Repair
from fluencylab.instruments.base import Step
from fluencylab.instruments.repair import Params
from fluencylab.web.lab_page import LabPage, Prompt, further
from fluencylab.web.pages.repair_run import Hidden, Row, hidden, visible


@dataclass(frozen=True)
class Parts:
    """The visible cases, or the hidden ones; or both, or none."""

    repair: Repair
    visible: list[Row]
    hidden: Hidden | None


class Page(LabPage):
    lede = "A prompt is asked every case of a repair, with several seeds each."

    def parts(self, params: Any, steps: Sequence[Step]) -> Parts:
        shown = visible(params, steps) if "visible" in params.groups else []
        return Parts(params.exercise, shown, hidden(params, steps) if "hidden" in params.groups else None)

    def prompts(self, params: Any) -> list[Prompt]:
        return [Prompt(params.prompt or params.exercise.prompt)]

    def conditions(self, params: Any) -> list[str]:
        return settings(params)


def settings(params: Params) -> list[str]:
    repair = params.exercise
    seeds = f"{len(repair.seeds)} seeds for each case"
    return [f"temperature {repair.temperature:g}", seeds, *further({"max_tokens": repair.max_tokens}), "95 % Wilson intervals"]


PAGE = Page("repair")
