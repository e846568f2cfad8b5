"""What the metrics lab is asked: a classifier and what its errors cost, answers beside their references, and a judge beside your marks."""

from functools import cached_property
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from fluencylab.instruments.fields import at_least_one, field_at_fault
from fluencylab.labs.metrics import judging, overlap, yes_no
from fluencylab.labs.metrics.judging import Check, Plan
from fluencylab.labs.metrics.yes_no import Scored, Task

Part = Literal["confusion", "overlap", "judge"]
PARTS: tuple[Part, ...] = get_args(Part)
MORE: JsonDict = {"form": "more"}
LABELS: JsonDict = {
    "labels": {
        "marks": "marks, beside yours",
        "again": "the two words in the other order",
        "swap": "two answers that change places",
        "length": "a short and a long answer",
    }
}


class Params(BaseModel):
    """Empty texts stand for ours, which are in `content/sets`."""

    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...] = Field(("confusion",), min_length=1, title="What to measure")

    messages: int = Field(40, ge=4, le=200, title="Messages", description="How many are sorted, as many of each kind as there are")
    data: str = Field(
        "",
        max_length=1_000_000,
        title="Your own messages",
        description="CSV with text and label (two labels), and score where your classifier gave one; empty takes our 80",
        json_schema_extra={"form": "document"},
    )
    question: str = Field("", max_length=500, title="Your question", description="What the label answers", json_schema_extra=MORE)
    positive: str = Field(
        "",
        max_length=40,
        title="The label to find",
        description="One of your two; needed where their words do not tell, as 1 and 0 or yes and no do",
        json_schema_extra=MORE,
    )
    base: float = Field(
        10, gt=0, lt=100, allow_inf_nan=False, title="To be found, of 100",
        description="In your product: the base rate. In our set it is 50",
    )  # fmt: skip
    cost_alarm: float = Field(
        1, ge=0, le=1e6, allow_inf_nan=False, title="A false alarm costs, in €", description="Somebody looks at it for nothing"
    )
    cost_miss: float = Field(
        10, ge=0, le=1e6, allow_inf_nan=False, title="A miss costs, in €", description="Nobody looks at what should have been found"
    )

    texts: str = Field(
        "",
        max_length=1_000_000,
        title="Your own answers",
        description="CSV with text (the answer), reference and right (yes or no), at most 60 rows; empty takes our eight questions",
        json_schema_extra={"form": "document"},
    )
    ask: bool = Field(True, title="Have the model answer the eight questions too", description="From a note that holds the fact")
    max_tokens: int = Field(30, ge=1, le=200, title="Longest answer, in tokens", json_schema_extra=MORE)

    checks: tuple[Check, ...] = Field(judging.CHECKS, min_length=1, title="What is asked of the judge", json_schema_extra=LABELS)
    instruction: str = Field(
        "You check the answers of a shop's support. Is this a good answer?",
        min_length=1, max_length=2000, title="What the judge is told", description="“Answer with one word: good or bad.” is added",
    )  # fmt: skip
    marks: tuple[str, ...] = Field((), max_length=40, title="Your marks", description="name:send or name:stop; empty takes ours")
    marked: str = Field(
        "",
        max_length=1_000_000,
        title="Answers your team has marked",
        description="CSV with asked, text and mark (send or stop), at most 40 rows; they stand in place of ours",
        json_schema_extra={"form": "document"},
    )
    seed: int = Field(1, ge=0, le=2**31, title="Seed", description="Which messages are drawn", json_schema_extra=MORE)

    _chosen = field_validator("parts", "checks", mode="before")(at_least_one)

    @model_validator(mode="after")
    def _readable(self) -> "Params":
        if "confusion" in self.parts:
            with field_at_fault("data"):
                _ = self.task
        if "overlap" in self.parts:
            with field_at_fault("texts"):
                overlap.texts(self.texts)
        if "judge" in self.parts:
            with field_at_fault("marked" if self.marked.strip() else "marks"):
                _ = self.plan
        return self

    @property
    def plan(self) -> Plan:
        """Marks of the twenty say nothing of a table of one's own."""
        own = self.marked.strip()
        return Plan(judging.outputs(own), {} if own else judging.read_marks(self.marks), self.checks, self.instruction.strip())

    @cached_property
    def task(self) -> Task:
        return yes_no.task(self.data, self.question, self.positive)

    @cached_property
    def drawn(self) -> tuple[Scored, ...]:
        """The messages of this run; those of a table with scores are all taken."""
        return yes_no.draw(self.task, self.messages, self.seed)
