"""An evaluation while it runs: the last outputs that came, and those being written."""

from collections.abc import Sequence
from dataclasses import dataclass

from fluencylab.instruments.base import Step
from fluencylab.instruments.evaluation import Params, asked, call_name
from fluencylab.web.lab_page import LabPage, further

SHOWN = 3


@dataclass(frozen=True)
class Coming:
    """`latest`: the outputs that came last; `writing`: the calls whose answers are next."""

    latest: list[str]
    writing: list[str]


class EvaluationPage(LabPage):
    def parts(self, params: Params, steps: Sequence[Step]) -> Coming:
        outputs = [step.data for step in steps if step.kind == "output"]
        if len(outputs) >= len(params.cases) * params.draws:
            return Coming([], [])
        came = {(one["case"], one["draw"]) for one in outputs}
        writing = (call_name(case, draw) for case, draw in asked(params) if (case.number, draw) not in came)
        return Coming([str(one["text"]) for one in outputs[-SHOWN:]], [name for name, _ in zip(writing, range(SHOWN), strict=False)])

    def conditions(self, params: Params) -> list[str]:
        draws = [f"{params.draws} answers to each case"] if params.draws > 1 else []
        content = params.content
        looked_up = [f"given {content.retrieval.says}"] if content.retrieval else []
        tools = [f"may call {', '.join(one.name for one in content.tools)}"] if content.tools else []
        held = ["held to a schema"] if content.json_schema else []
        return [f"temperature {content.temperature:g}", *further({"max_tokens": content.max_tokens}), *looked_up, *tools, *held, *draws]


PAGE = EvaluationPage("evaluation")
