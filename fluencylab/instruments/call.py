"""One call: what was sent, what came back, and where the time went.

"Write one sentence that welcomes a new customer to a bank."  -> first token after 60 ms, last after 400 ms.
"""

from collections.abc import AsyncGenerator, Iterable
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.durations import times
from fluencylab.instruments.missing import says, told
from fluencylab.models.types import Message, Model, Request, Timing
from fluencylab.stats import exactly

TITLE = "One call"


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    prompt: str = Field(
        "Write one friendly sentence that welcomes a new customer to a small bank.",
        min_length=1,
        max_length=20_000,
        description="What the model is asked",
    )
    system: str = Field("", max_length=20_000, description="Instructions put in front of it (the system prompt)")
    temperature: float = Field(0.7, ge=0, le=2, description="0 always takes the likeliest token; higher spreads the choice")
    max_tokens: int = Field(80, ge=1, le=2048, description="Longest answer, in tokens")
    seed: int = Field(1, ge=0, le=2**31, description="The same seed draws the same answer")
    CALL: ClassVar = "call"
    """The name of its one call."""


def request(params: Params) -> Request:
    messages = [Message(role="user", content=params.prompt)]
    if params.system:
        messages.insert(0, Message(role="system", content=params.system))
    return Request(
        messages=tuple(messages), temperature=params.temperature, max_tokens=params.max_tokens, seed=params.seed, name=params.CALL
    )


def calls(params: Params) -> int:
    return 1


def fact_names(params: Params) -> list[str]:
    return ["ttft_ms", "tps", "ttlt_ms", "prompt_tokens", "completion_tokens"]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    completion = await model.complete(request(params))
    kept = completion.model_dump(mode="json", include={"text", "usage", "timing", "sent"})
    yield Step(kind="call", data={**kept, **told(completion)})


def conclude(steps: Iterable[Step]) -> Result:
    for step in steps:
        if step.kind == "call" and step.data.get("state", "answered") != "answered":
            return Result(measures={}, says=says([step], 1))
        if step.kind == "call":
            timing = Timing.model_validate(step.data["timing"])
            numbers = {
                "ttft_ms": timing.ttft_ms,
                "tps": timing.tps,
                "ttlt_ms": timing.ttlt_ms,
                "prompt_tokens": step.data["usage"]["prompt"],
                "completion_tokens": step.data["usage"]["completion"],
            }
            measures = {name: exactly(value) for name, value in numbers.items()}
            thought = f"It began to think after {timing.thought_ms:.0f} ms. " if timing.thought_ms else ""
            first, last = times(timing.ttft_ms, timing.ttlt_ms)
            words = f"The first word came after {first} and the last after {last}."
            return Result(measures=measures, says=thought + words)
    return Result(measures={})
