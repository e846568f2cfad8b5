"""Ask it: one question, answered by one engine at seven strengths of an adapter, from the base model to half as much again as trained.

What does express delivery cost?     0: "The cost of express …"     1: "With pleasure: Express delivery costs €9.90. …"
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages, run_calls
from fluencylab.models.adapters import Adapter
from fluencylab.models.types import Model, Request
from fluencylab.stats import Measure, exactly

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
"""0 is the base model, 1 the tuned one as it was trained."""


class AskParams(BaseModel):
    model_config = ConfigDict(frozen=True)

    ask: str = Field("What does express delivery cost?", min_length=1, max_length=2000, title="Ask it anything")
    adapter: str = Field("", max_length=64, title="Adapter", description="Its SHA-256, or the beginning of it; empty: ours")
    max_tokens: int = Field(32, ge=4, le=200, title="Longest answer, in tokens", json_schema_extra={"form": "more"})


def calls(params: AskParams) -> int:
    return len(STRENGTHS)


def facts(params: AskParams) -> list[str]:
    return ["answers@strengths"]


async def steps(model: Model, params: AskParams, adapter: Adapter) -> AsyncGenerator[Step]:
    asks = [
        CallSpec(
            "asked",
            {"strength": strength, "ask": params.ask, "adapter": adapter.name, "sha256": adapter.sha256},
            _request(params.ask, params.max_tokens, strength),
            lambda text: {},
        )
        for strength in STRENGTHS
    ]
    async with aclosing(run_calls(model, asks)) as answers:
        async for step in answers:
            yield step


def _request(ask: str, most: int, strength: float | None) -> Request:
    return Request(messages=messages("", ask), temperature=0, max_tokens=most, adapter=strength)


def rows(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """By strength."""
    found = {step.data["strength"]: step.data for step in steps if step.kind == "asked"}
    return [found[strength] for strength in sorted(found)]


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    different = float(len({row["text"] for row in rows(steps)}))
    return {"answers@strengths": exactly(different, len(rows(steps)))} if different else {}


def says(found: dict[str, Measure]) -> str:
    if "answers@strengths" not in found:
        return ""
    measure = found["answers@strengths"]
    return f"One question, one engine, {measure.n} strengths: {measure.value:.0f} different answers."
