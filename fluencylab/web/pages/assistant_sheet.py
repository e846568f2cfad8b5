"""Quillby's assistant on a page: its answers, and what a probe shows of its inside; no setting is named, for one may be the fault."""

from collections.abc import Sequence
from typing import Any

from fluencylab.instruments.assistant import Params, yes
from fluencylab.instruments.base import Step
from fluencylab.web.lab_page import LabPage

ENDED = {"stop": "it ended by itself (“stop”)", "length": "it was ended by the limit on written tokens (“length”)"}


class Page(LabPage):
    def parts(self, params: Params, steps: Sequence[Step]) -> dict[str, Any]:
        """`inside`: the step a probe shows; `marks`: answers beside what the judge says of them, and with a rule what code says."""
        shown = {step.kind: step.data for step in steps}
        inside = next((kind for kind in ("search", "prompt", "tokens", "trace") if kind in shown), "")
        marked = [step.data for step in steps if step.kind == "answer" and "marked" in step.data]
        marks = [
            {"said": one["marked"], "judge": yes(one["text"]), "rule": yes(one["text"]) == one["right"]}
            for one in sorted(marked, key=lambda one: int(one["i"]))
        ]
        ended = ENDED.get(str(shown.get(inside, {}).get("finish", "")), "")
        return {"inside": inside, "seen": shown.get(inside), "marks": marks, "by_rule": params.look == "rule", "finished": ended}

    def conditions(self, params: Params) -> list[str]:
        n = len(params.marking) or params.samples
        return [f"{n} answers" if params.look in ("answers", "rule") else "one call", f"seed {params.seed}"]


PAGE = Page("assistant")
