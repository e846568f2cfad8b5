"""What the cost lab is asked: a task with known answers, the ways to do it, what tokens cost, and which two steps a route joins."""

from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from fluencylab.instruments import labelled
from fluencylab.instruments.fields import field_at_fault
from fluencylab.instruments.labelled import Bundle, Labelled
from fluencylab.labs.cost import strategies as ways
from fluencylab.labs.cost.strategies import LETTERS, ODDS, Strategy
from fluencylab.models.types import Request

MORE: JsonDict = {"form": "more"}


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    strategies: tuple[Strategy, ...] = Field(
        ("zero", "few", "schema", "context", "odds", "more"), min_length=1, title="Strategies", description="Ways to ask for the same label"
    )
    messages: int = Field(24, ge=4, le=200, title="Messages", description="How many are asked, as many of each label as there are")
    examples: int = Field(1, ge=1, le=2, title="Examples for each label", description="Shown by few-shot, vote and odds")
    draws: int = Field(3, ge=2, le=15, title="Draws of a vote", description="Each is a call, and is paid")
    price_in: float = Field(
        1.0, ge=0, le=10_000, allow_inf_nan=False, title="Price of a million tokens read",
        description="In dollars; 1 is a round number, no quote",
    )  # fmt: skip
    price_out: float = Field(
        4.0, ge=0, le=10_000, allow_inf_nan=False, title="Price of a million tokens written",
        description="In dollars; 4 is a round number, no quote",
    )  # fmt: skip
    data: str = Field(
        "",
        max_length=1_000_000,
        title="Your own messages",
        description="CSV with the columns text and label, or JSON lines; empty takes our 72 support messages",
        json_schema_extra={"form": "document"},
    )
    question: str = Field("", max_length=500, title="Your question", description="What the label answers", json_schema_extra=MORE)
    definitions: tuple[str, ...] = Field(
        (), max_length=12, title="What your labels mean", description="One in each line, label: meaning; the strategy “context” needs it",
        json_schema_extra=MORE,
    )  # fmt: skip
    cheap: Strategy = Field("odds", title="Route: first step", description="Answers when it is sure enough", json_schema_extra=MORE)
    costly: Strategy = Field("more", title="Route: second step", description="Answers when the first is unsure", json_schema_extra=MORE)
    times: float = Field(
        1.0, ge=0.1, le=1000, allow_inf_nan=False, title="A token of the second step costs",
        description="times a token of the first: a larger model’s price",
        json_schema_extra=MORE,
    )  # fmt: skip
    seed: int = Field(1, ge=0, le=2**31, title="Seed", description="Which messages are asked, and the draws", json_schema_extra=MORE)

    @field_validator("strategies", mode="before")
    @classmethod
    def _at_least_one(cls, given: object) -> object:
        if not given:
            raise ValueError("choose at least one way to ask")
        return given

    @field_validator("data")
    @classmethod
    def _a_table(cls, given: str) -> str:
        if given.strip():
            labelled.parse(given)
        return given

    @field_validator("definitions")
    @classmethod
    def _label_and_meaning(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [line for line in given if ":" not in line]
        if unknown:
            raise ValueError(f"“{unknown[0][:40]}” is no definition: write label: meaning")
        return given

    @model_validator(mode="after")
    def _a_task(self) -> "Params":
        with field_at_fault("data"):  # labels with too few rows
            _ = self.task
        return self

    @cached_property
    def task(self) -> Bundle:
        ours = labelled.support()
        if not self.data.strip():
            return ours._replace(question=self.question.strip() or ours.question)
        given = {label.strip(): meaning.strip() for label, _, meaning in (line.partition(":") for line in self.definitions)}
        shown = self.examples * (2 if "more" in self.strategies else 1)
        return labelled.bundle(self.data, self.question.strip() or "Which label fits this message?", given, shown)

    def request(self, strategy: str, text: str, draw: int = 0, logprobs: bool = True) -> Request:
        return ways.request(self.task, strategy, text, self.shown(strategy), self.seed + draw, logprobs)

    def shown(self, strategy: str) -> tuple[Labelled, ...]:
        """The examples put in front of the message."""
        if strategy not in ("few", "vote", *ODDS):
            return ()
        each = self.examples * (2 if strategy == "more" else 1)
        return self.task.examples[: each * len(self.task.labels)]

    @property
    def possible(self) -> dict[str, str]:
        """Each strategy, and why it is left out: "" where it is not."""
        return {strategy: self._why_not(strategy) for strategy in dict.fromkeys(self.strategies)}

    def _why_not(self, strategy: str) -> str:
        labels = self.task.labels
        if strategy == "context" and not all(self.task.definitions.values()):
            return "it needs a line for each label that says what it means"
        if strategy in ODDS and len({label.casefold()[:LETTERS] for label in labels}) < len(labels):
            return "two labels begin alike, and it tells them apart by their beginning"
        return ""

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(strategy for strategy, why in self.possible.items() if not why)

    @cached_property
    def drawn(self) -> list[Labelled]:
        return labelled.draw(self.task.messages, self.messages, self.seed)
