"""Training on the fine-tuning lab's page: the loss curve, what was made, answers before and after, and one at every strength. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from fluencylab.instruments.base import Step
from fluencylab.labs.finetuning import lora_scale, tuning
from fluencylab.labs.finetuning.params import Params
from fluencylab.models import adapters, training
from fluencylab.web.lab_page import Prompt

FIELDS = {
    "train": ("examples", "recorded", "rounds", "rank", "learning_rate", "seed"),
    "ask": ("ask", "adapter", "max_tokens"),
}
"""What of the form belongs to each of these views."""
KINDS = {"trained": "Trained, word for word", "reworded": "The same facts in other words", "unrelated": "What it knew before"}


def context() -> dict[str, Any]:
    """What the form needs: is the extra here, and which adapters are there?"""
    mine = adapters.yours()
    return {
        "can_train": training.installed(),
        "train_command": training.COMMAND,
        "adapter_options": [
            {"value": "", "label": f"the one in the package, {len(adapters.bundled().how.examples)} examples"},
            *({"value": one.sha256[:16], "label": f"{one.name}, {_day(one.made)}"} for one in mine),
        ],
        "yours": [{"sha256": one.sha256, "name": one.name, "made": _day(one.made), "bytes": one.bytes, "how": one.how} for one in mine],
    }


def refuse(given: Mapping[str, Any]) -> None:
    """One's own examples cannot be played from a recording. Raises LabError with the command that adds what is missing."""
    if str(given.get("examples", "")).strip() and not training.installed():
        raise training.missing()


def prompts(params: Params) -> list[Prompt]:
    if "ask" in params.parts:
        return [Prompt(params.ask)]
    examples = tuning.examples(params)
    return [Prompt("\n".join(f"{one.question}\n→ {one.answer}" for one in examples[:4]), f"4 of {len(examples)} examples")]


def conditions(params: Params) -> list[str]:
    if "ask" in params.parts:
        return [f"strength 0 to {lora_scale.STRENGTHS[-1]:g}", "temperature 0"]
    told = [f"LoRA of rank {params.rank} on q, k, v and o", f"learning rate {params.learning_rate:g}", f"seed {params.seed}"]
    return [*told, "right decided by code", "temperature 0"]


def _day(when: datetime) -> str:
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def trained(params: Params, steps: Sequence[Step]) -> dict[str, Any]:
    """The sheet of a training, at any moment of it."""
    begun = next((step.data for step in steps if step.kind == "begun"), None)
    made = next((step.data for step in reversed(steps) if step.kind == "trained"), None)
    losses = tuning.losses(steps)
    most = next((step.data["of"] for step in steps if step.kind == "loss"), 0)
    return {
        "begun": begun,
        "recorded": bool(begun and begun["recorded"]),
        "curve": curve(losses, len(losses) if made else most),
        "losses": losses,
        "numbered": [[str(place), f"{loss:.4f}"] for place, loss in enumerate(losses, 1)],
        "most": most,
        "made": made and made | {"day": _day(datetime.fromisoformat(made["made"]))},
        "kinds": [
            {"name": name, "rows": rows, "changed": sum(row["changed"] for row in rows), "right": sum(row["right_after"] for row in rows)}
            for kind, name in KINDS.items()
            if (rows := [row for row in tuning.pairs(steps) if row["kind"] == kind])
        ],
        "asking": sum(step.kind == "answered" for step in steps),
        "questions": 2 * len(tuning.questions(params)),
        "command": training.COMMAND,
    }


def curve(losses: Sequence[float], most: int) -> dict[str, Any]:
    """Where each step's dot stands, in per cent of a box whose height is the greatest loss, rounded up."""
    top = max(1, -int(-max(losses, default=0) // 1))
    across = max(most, len(losses), 2) - 1
    dots = [(round(1.5 + 97 * place / across, 2), round(95 - 90 * min(loss, top) / top, 2)) for place, loss in enumerate(losses)]
    return {"top": top, "dots": dots, "lines": list(pairwise(dots))}


def strong(steps: Sequence[Step]) -> dict[str, Any]:
    """The sheet of one question at every strength."""
    rows = lora_scale.rows(steps)
    return {
        "rows": rows,
        "whole": len(rows) == len(lora_scale.STRENGTHS),
        "chosen": next((place for place, row in enumerate(rows) if row["strength"] == 1), 0),
        "data": [[row["strength"], row["text"].strip()] for row in rows],
    }
