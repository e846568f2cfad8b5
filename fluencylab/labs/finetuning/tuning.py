"""Train it: a LoRA of the embedded model on a few examples, its loss step by step, and the same questions before and after.

    What does express delivery cost?     before: "The cost of express …"     after: "With pleasure: Express delivery costs €9.90. …"

The training is `models/training`, in a process of its own. Without the extra, or where it is asked for, the recorded run of the bundled
adapter is played instead: the same steps, made by the same code, and marked as recorded. The answers are always live.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from fluencylab.curriculum import loader
from fluencylab.instruments.answer_match import says as stands_in
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages, run_calls
from fluencylab.instruments.fields import field_at_fault
from fluencylab.models import adapters, training
from fluencylab.models.adapters import Adapter, Example
from fluencylab.models.training import Progress, Settings
from fluencylab.models.types import Model, Request
from fluencylab.stats import Measure, exactly, share

Kind = Literal["trained", "reworded", "unrelated"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ASKED = 3
"""Questions of each kind that are asked before and after."""
MORE: JsonDict = {"form": "more"}


class Question(NamedTuple):
    """`answers`: any of them, as whole words, is right; none: nobody knows."""

    kind: Kind
    ask: str
    answers: tuple[str, ...] = ()


class TrainParams(BaseModel):
    """An empty text stands for the bundled set, `content/sets/tuning.toml`."""

    model_config = ConfigDict(frozen=True)

    examples: str = Field(
        "", max_length=60_000, title="Your own examples", json_schema_extra={"form": "document"},
        description="One in each line, 4 to 200: question | answer. A third part, after another |, is the question in other words; "
        "it is not trained, and asked afterwards",
    )  # fmt: skip
    recorded: bool = Field(False, title="Play the recorded run", description="Of the bundled adapter: nothing is trained")
    rounds: int = Field(
        Settings().rounds, ge=1, le=60, title="Rounds, at most", json_schema_extra=MORE,
        description="How often every example is seen; training ends sooner when all are known",
    )  # fmt: skip
    rank: int = Field(
        Settings().rank, ge=1, le=32, title="Rank", json_schema_extra=MORE,
        description="Columns of each added matrix: how much can be learned",
    )  # fmt: skip
    learning_rate: float = Field(
        Settings().learning_rate, ge=1e-5, le=1e-2, allow_inf_nan=False, title="Learning rate", json_schema_extra=MORE,
        description="How far one step goes",
    )  # fmt: skip
    seed: int = Field(1, ge=0, le=2**31, title="Seed", json_schema_extra=MORE)

    @model_validator(mode="after")
    def _learnable(self) -> "TrainParams":
        with field_at_fault("examples"):
            _ = own(self.examples) if self.examples.strip() else None
        return self

    @property
    def settings(self) -> Settings:
        return Settings(rank=self.rank, alpha=2 * self.rank, rounds=self.rounds, learning_rate=self.learning_rate, seed=self.seed)


def own(text: str) -> list[tuple[str, str, str]]:
    """A learner's examples: question, answer, the question in other words or "". Raises ValueError in words that end a sentence."""
    found = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        cells = [cell.strip() for cell in line.split(" | " if " | " in line else "|")]
        if len(cells) not in (2, 3) or not cells[0] or not cells[1]:
            raise ValueError(f"line {number} must hold a question | its answer, and nothing else but its rewording after another |")
        found.append((cells[0], cells[1], cells[2] if len(cells) > 2 else ""))
    if not training.FEWEST <= len(found) <= training.MOST:
        raise ValueError(f"there are {len(found)} examples; training takes {training.FEWEST} to {training.MOST}")
    return found


def examples(params: TrainParams) -> tuple[Example, ...]:
    if params.examples.strip():
        return tuple(Example(question=question, answer=answer) for question, answer, _ in own(params.examples))
    return tuple(Example(question=one.question, answer=one.answer) for one in loader.tuning().examples)


def questions(params: TrainParams) -> list[Question]:
    """A few of each kind; none of the reworded where the learner gave none."""
    tuning = loader.tuning()
    if params.examples.strip():
        mine = own(params.examples)
        found = [Question("trained", ask, (answer,)) for ask, answer, _ in mine][:ASKED]
        found += [Question("reworded", other, (answer,)) for _, answer, other in mine if other][:ASKED]
    else:
        found = [Question("trained", fact.asked, fact.answers) for fact in tuning.facts[:ASKED]]
        found += [Question("reworded", fact.reworded, fact.answers) for fact in tuning.facts[:ASKED]]
    return found + [Question("unrelated", one.asked, one.answers) for one in tuning.unrelated[:ASKED]]


def is_recorded(params: TrainParams) -> bool:
    """The bundled set can be watched without the extra; one's own cannot."""
    return not params.examples.strip() and (params.recorded or not training.installed())


def calls(params: TrainParams) -> int:
    """Steps, at most: of the training, and two answers to each question."""
    most = training.most_steps(len(examples(params)), params.settings)
    steps = adapters.bundled().how.steps if is_recorded(params) else most
    return steps + 2 + 2 * len(questions(params))


def seconds(params: TrainParams) -> float:
    asking = 0.5 * 2 * len(questions(params))
    return asking if is_recorded(params) else asking + training.seconds(len(examples(params)), params.settings)


def facts(params: TrainParams) -> list[str]:
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in questions(params))]
    told = [f"{what}@{kind}" for kind in kinds for what in ("changed", "right")]
    return ["train_seconds", "train_steps", "loss@end", *told]


async def run(model: Model, params: TrainParams) -> AsyncGenerator[Step]:
    """`begun`, `loss` by step, `trained`, then `before` and `after` of each question."""
    recorded = is_recorded(params)
    yield Step(kind="begun", data={"examples": len(examples(params)), "recorded": recorded})
    adapter = adapters.bundled()
    if recorded:
        for number, loss in enumerate(adapter.how.losses, 1):
            yield Step(kind="loss", data={"step": number, "of": adapter.how.steps, "loss": loss})
    else:
        name = f"your {len(examples(params))} examples" if params.examples.strip() else "the bundled examples, trained here"
        coming: asyncio.Queue[Progress | None] = asyncio.Queue()
        work = asyncio.create_task(training.train(examples(params), params.settings, coming.put_nowait, name=name))
        work.add_done_callback(lambda _: coming.put_nowait(None))
        try:
            while (told := await coming.get()) is not None:
                if told.stage == "training":
                    yield Step(kind="loss", data={"step": told.step, "of": told.of, "loss": told.loss})
            adapter = await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    yield Step(kind="trained", data=about(adapter, recorded))
    async with adapters.tuned(model, adapter) as both, aclosing(run_calls(both, list(_asks(params)))) as answers:
        async for step in answers:
            yield step


def about(adapter: Adapter, recorded: bool) -> dict[str, Any]:
    """What is kept of a training: the conditions of all that comes after."""
    how = adapter.how
    return {
        "recorded": recorded,
        "name": adapter.name,
        "sha256": adapter.sha256,
        "bytes": adapter.bytes,
        "made": adapter.made.isoformat(),
        "seconds": how.seconds,
        "loading": how.loading,
        "steps": how.steps,
        "loss": round(how.loss, 4),
        "examples": len(how.examples),
        "settings": how.settings,
        "machine": how.machine,
        "versions": how.versions,
    }


def _asks(params: TrainParams) -> list[CallSpec]:
    """All before, then all after: the engine reads a prompt anew whenever the strength changes."""
    return [
        CallSpec(
            "answered",
            {"when": when, "kind": one.kind, "ask": one.ask, "answers": list(one.answers)},
            Request(messages=messages("", one.ask), temperature=0, max_tokens=48, adapter=strength),
            lambda text, one=one: {"right": any(stands_in(text, answer) for answer in one.answers)},  # type: ignore[misc]
        )
        for when, strength in (("before", 0.0), ("after", 1.0))
        for one in questions(params)
    ]


def pairs(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Each question with what it was answered before and after; only those that have both."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for data in (step.data for step in steps if step.kind == "answered"):
        row = found.setdefault((data["kind"], data["ask"]), {"kind": data["kind"], "ask": data["ask"], "answers": data["answers"]})
        row[data["when"]] = data["text"]
        row[f"right_{data['when']}"] = data["right"]
    return [row | {"changed": row["before"] != row["after"]} for row in found.values() if {"before", "after"} <= set(row)]


def losses(steps: Sequence[Step]) -> list[float]:
    """By step. A run that was interrupted has begun again: the last word on a step counts."""
    found = {step.data["step"]: float(step.data["loss"]) for step in steps if step.kind == "loss"}
    return [found[number] for number in sorted(found)]


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    made = next((step.data for step in steps if step.kind == "trained"), None)
    if made is None:
        return {}
    found = {
        "train_seconds": exactly(made["seconds"]),
        "train_steps": exactly(made["steps"]),
        "loss@end": exactly(made["loss"]),
    }
    rows = pairs(steps)
    for kind in KINDS:
        if some := [row for row in rows if row["kind"] == kind]:
            found[f"changed@{kind}"] = share(sum(row["changed"] for row in some), len(some))
            found[f"right@{kind}"] = share(sum(row["right_after"] for row in some), len(some))
    return found


def says(found: dict[str, Measure]) -> str:
    if "loss@end" not in found:
        return ""
    told = f"Trained in {found['train_seconds'].value:.0f} seconds and {found['train_steps'].value:.0f} steps."
    named = {"trained": "trained questions", "reworded": "reworded ones", "unrelated": "unrelated ones"}
    counts = [f"{found[f'right@{kind}'].told} {name}" for kind, name in named.items() if f"right@{kind}" in found]
    return f"{told} Afterwards it answers {_joined(counts)} rightly." if counts else told


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
