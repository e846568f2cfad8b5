"""Training on the fine-tuning lab's page: the loss curve, what was made, answers before and after, and one at every strength. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.labs.finetuning import lora_scale, tuning
from fluencylab.labs.finetuning.params import Params
from fluencylab.models import adapters, training
from fluencylab.text.written import moment
from fluencylab.web.lab_page import Prompt

FIELDS = {
    "train": ("examples", "recorded", "rounds", "rank", "learning_rate", "seed"),
    "ask": ("ask", "adapter", "max_tokens"),
}
"""What of the form belongs to each of these views."""
KINDS = {"trained": "Trained, word for word", "reworded": "The same facts in other words", "unrelated": "What it knew before"}


class AdapterOption(NamedTuple):
    value: str
    label: str


class YourAdapter(NamedTuple):
    """An adapter that was trained here."""

    sha256: str
    name: str
    made: str
    how: adapters.How


@dataclass(frozen=True)
class TrainingForm:
    """What the form needs: is the extra here, and which adapters are there?"""

    can_train: bool
    train_command: str
    adapter_options: list[AdapterOption]
    yours: list[YourAdapter]


def training_form() -> TrainingForm:
    mine = adapters.yours()
    bundled = AdapterOption("", f"the one in the package, {len(adapters.bundled().how.examples)} examples")
    return TrainingForm(
        can_train=training.installed(),
        train_command=training.COMMAND,
        adapter_options=[bundled, *(AdapterOption(one.sha256[:16], f"{one.name}, {moment(one.made)}") for one in mine)],
        yours=[YourAdapter(one.sha256, one.name, moment(one.made), one.how) for one in mine],
    )


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


Dot = tuple[float, float]
"""(x, y) in per cent of the curve's box"""


class LossCurve(NamedTuple):
    """Where each step's dot stands, in a box whose height is `top`, the greatest loss rounded up; and the lines between them."""

    top: int
    dots: list[Dot]
    lines: list[tuple[Dot, Dot]]


class ChangedAnswers(NamedTuple):
    """Questions of one kind, before and after; how many answers changed, and how many were right afterwards."""

    name: str
    rows: Sequence[Mapping[str, Any]]
    changed: int
    right: int


@dataclass(frozen=True)
class Trained:
    """The sheet of a training, at any moment of it. `begun` and `made`: as they were told; `most`: steps in all."""

    begun: Mapping[str, Any] | None
    recorded: bool
    curve: LossCurve
    losses: list[float]
    numbered: list[list[str]]
    most: int
    made: Mapping[str, Any] | None
    day: str
    kinds: list[ChangedAnswers]
    asking: int
    questions: int
    command: str = training.COMMAND


def trained(params: Params, steps: Sequence[Step]) -> Trained:
    begun = next((step.data for step in steps if step.kind == "begun"), None)
    made = next((step.data for step in reversed(steps) if step.kind == "trained"), None)
    losses = tuning.losses(steps)
    most = next((step.data["of"] for step in steps if step.kind == "loss"), 0)
    return Trained(
        begun=begun,
        recorded=bool(begun and begun["recorded"]),
        curve=curve(losses, len(losses) if made else most),
        losses=losses,
        numbered=[[str(place), f"{loss:.4f}"] for place, loss in enumerate(losses, 1)],
        most=most,
        made=made,
        day=moment(datetime.fromisoformat(made["made"])) if made else "",
        kinds=[
            ChangedAnswers(name, rows, sum(row["changed"] for row in rows), sum(row["right_after"] for row in rows))
            for kind, name in KINDS.items()
            if (rows := [row for row in tuning.pairs(steps) if row["kind"] == kind])
        ],
        asking=sum(step.kind == "answered" for step in steps),
        questions=2 * len(tuning.questions(params)),
    )


def curve(losses: Sequence[float], most: int) -> LossCurve:
    top = max(1, -int(-max(losses, default=0) // 1))
    across = max(most, len(losses), 2) - 1
    dots = [(round(1.5 + 97 * place / across, 2), round(95 - 90 * min(loss, top) / top, 2)) for place, loss in enumerate(losses)]
    return LossCurve(top, dots, list(pairwise(dots)))


@dataclass(frozen=True)
class Strong:
    """The sheet of one question at every strength. `whole`: all are there; `chosen`: the place of 1; `data`: what the slider shows."""

    rows: Sequence[Mapping[str, Any]]
    whole: bool
    chosen: int
    data: list[tuple[float, str]]


def strong(steps: Sequence[Step]) -> Strong:
    rows = lora_scale.rows(steps)
    return Strong(
        rows=rows,
        whole=len(rows) == len(lora_scale.STRENGTHS),
        chosen=next((place for place, row in enumerate(rows) if row["strength"] == 1), 0),
        data=[(row["strength"], row["text"].strip()) for row in rows],
    )
