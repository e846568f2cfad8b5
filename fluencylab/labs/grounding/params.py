"""What the grounding lab is asked: which things, under which conditions, how often again, and which notes to explain."""

from functools import cached_property
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from fluencylab.instruments.fields import at_least_one, field_at_fault
from fluencylab.labs.grounding import fact_questions, faithfulness
from fluencylab.labs.grounding.fact_questions import Thing
from fluencylab.labs.grounding.faithfulness import Note

Part = Literal["count", "know", "why"]
PARTS: tuple[Part, ...] = get_args(Part)
Condition = Literal["bare", "told", "context", "gap"]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
NAMES: dict[str, str] = {
    "bare": "the question alone",
    "told": "told to say so",
    "context": "with the passage",
    "gap": "passage without it",
}
MORE: JsonDict = {"form": "more"}


class Params(BaseModel):
    """An empty text stands for ours, which is in `content/sets`."""

    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...] = Field(("count",), min_length=1, title="What to measure")
    questions: int = Field(12, ge=4, le=200, title="Questions", description="Half about real things, half about invented ones")
    conditions: tuple[Condition, ...] = Field(CONDITIONS, min_length=1, title="Asked", description="Each is one call for each question")
    unanswerable: float = Field(
        20, ge=0, le=100, allow_inf_nan=False, title="Unanswerable, of 100",
        description="In your product: questions nothing you give the model answers",
    )  # fmt: skip
    data: str = Field(
        "",
        max_length=1_000_000,
        title="Your own questions",
        description="CSV with text, answer (empty: it has none), holds and lacks (passages), known (no: only the passage has it)",
        json_schema_extra={"form": "document"},
    )
    again: int = Field(3, ge=0, le=8, title="Asked again", description="How often each question is asked again, with chance let in")
    temperature: float = Field(
        0.8, gt=0, le=2, allow_inf_nan=False, title="Temperature of those", json_schema_extra=MORE, description="The first answer is at 0"
    )
    notes: int = Field(6, ge=1, le=40, title="Notes", description="Each is asked, explained, asked for its sureness, and asked again")
    instruction: str = Field(
        "If you don't know, say: I don't know.",
        min_length=1, max_length=500, title="What it is told", description="Added to the system prompt when told so",
        json_schema_extra=MORE,
    )  # fmt: skip
    max_tokens: int = Field(20, ge=4, le=200, title="Longest answer, in tokens", json_schema_extra=MORE)
    seed: int = Field(1, ge=0, le=2**31, title="Seed", description="Which questions are drawn, and the draws", json_schema_extra=MORE)

    _chosen = field_validator("parts", "conditions", mode="before")(at_least_one)

    @model_validator(mode="after")
    def _readable(self) -> "Params":
        with field_at_fault("data"):
            _ = self.drawn
        return self

    @cached_property
    def drawn(self) -> list[Thing]:
        return fact_questions.draw(
            fact_questions.own(self.data) if self.data.strip() else fact_questions.bundled(), self.questions, self.seed
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """The conditions of this run; sureness is measured on the question alone."""
        wanted = self.conditions if "count" in self.parts else ()
        return tuple(one for one in CONDITIONS if one in wanted or (one == "bare" and "know" in self.parts))

    @property
    def explained(self) -> list[Note]:
        return faithfulness.draw(self.notes, self.seed)
