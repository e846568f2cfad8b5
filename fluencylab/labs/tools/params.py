"""The parameters of the tool lab, and the names of what it compares."""

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fluencylab.labs.tools import requests
from fluencylab.labs.tools.requests import Wanted

Part = Literal["trace", "right", "safe"]
Way = Literal["list", "example", "turns", "native"]
Offer = Literal["best", "list", "example", "turns", "native"]
Attack = Literal["note", "result", "stranger", "greedy", "liar", "endless"]
Guard = Literal["none", "allow", "own", "confirm", "limit", "steps", "all"]
PARTS: tuple[Part, ...] = get_args(Part)
WAYS: tuple[Way, ...] = get_args(Way)
GUARDS: tuple[Guard, ...] = get_args(Guard)
ATTACKS: tuple[Attack, ...] = get_args(Attack)
FILE = 1_000_000
MORE: Any = {"json_schema_extra": {"form": "more"}}

WAY_NAMES: dict[Way, str] = {
    "list": "tools named in a list",
    "example": "list and one example call",
    "turns": "an earlier chat as examples",
    "native": "the endpoint's own tool calls",
}
GUARD_NAMES: dict[Guard, str] = {
    "none": "no guard",
    "allow": "allow-list: reading only",
    "own": "arguments checked against the customer",
    "confirm": "a person confirms",
    "limit": "a spending limit",
    "steps": "a step limit",
    "all": "all but the allow-list",
}
ATTACK_NAMES: dict[Attack, str] = {
    "note": "instructions in an order's note",
    "result": "instructions in a tool's result",
    "stranger": "a customer who names other people's orders",
    "greedy": "a customer who asks for more than is owed",
    "liar": "a tool that lies",
    "endless": "a tool that says “call again”",
}


def _labels(names: dict[Any, str]) -> Any:
    return {"labels": dict(names)}


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...] = Field(
        PARTS,
        min_length=1,
        title="What to try",
        description="trace: one conversation; right: requests, counted; safe: attacks",
    )

    message: str = Field(
        "Order Q-4688 was lost. I want my 46 euros back.",
        min_length=1,
        max_length=2_000,
        title="The customer writes",
        description="One message",
    )
    customer: str = Field("C-03", pattern="^C-0[1-8]$", title="Who is writing", description="The customer of this conversation")
    attack: Literal["nothing", "note", "result", "liar", "endless"] = Field(
        "nothing",
        title="Put in the shop first",
        description="What somebody prepared",
        json_schema_extra=_labels({"nothing": "nothing", **ATTACK_NAMES}),
    )
    guard: Guard = Field(
        "none", title="Guard", description="What stands between a call and the shop", json_schema_extra=_labels(GUARD_NAMES)
    )

    ways: tuple[Way, ...] = Field(
        ("list", "example", "turns"),
        min_length=1,
        title="Ways to give it the tools",
        description="Each is asked all requests",
        json_schema_extra=_labels(WAY_NAMES),
    )
    requests: int = Field(48, ge=4, le=200, title="How many requests", description="Spread over the whole set")
    cases: str = Field(
        "",
        max_length=FILE,
        title="Requests with what is right",
        description="CSV or JSONL with “text” and “tool”, and a column for each argument that matters; empty: the lab’s own 48",
        json_schema_extra={"form": "document"},
    )

    attacks: tuple[Attack, ...] = Field(ATTACKS, min_length=1, title="Attacks", json_schema_extra=_labels(ATTACK_NAMES))
    guards: tuple[Guard, ...] = Field(
        ("none", "allow", "own", "confirm", "all"), min_length=1, title="Guards to compare", json_schema_extra=_labels(GUARD_NAMES)
    )
    honest: int = Field(8, ge=1, le=40, title="Honest requests", description="Asked behind each guard too")
    limit: float = Field(50, gt=0, le=100_000, title="Spending limit", description="Euros of refunds in one conversation", **MORE)
    steps: int = Field(3, ge=1, le=8, title="Step limit", description="Calls in one conversation", **MORE)

    offer: Offer = Field(
        "best",
        title="How the tools are given",
        description="For the trace and the attacks",
        json_schema_extra={"form": "more", **_labels({**WAY_NAMES, "best": "native where it can, else an earlier chat"})},
    )
    max_tokens: int = Field(80, ge=16, le=512, title="Longest call, in tokens", **MORE)

    @field_validator("cases")
    @classmethod
    def _readable(cls, given: str) -> str:
        if given:
            requests.parse(given)
        return given

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The requests asked, spread evenly over the set in its own order."""
        return requests.spread(requests.parse(self.cases) if self.cases else requests.bundled(), self.requests)
