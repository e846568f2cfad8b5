"""What the context lab can be asked, and the texts it brings along (`bundled.toml`)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from fluencylab.instruments.token_window import Policy

Part = Literal["tape", "forgetting", "needle", "languages"]
MORE: JsonDict = {"form": "more"}


@cache
def bundled() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("bundled.toml").read_text(encoding="utf-8"))


SYSTEM = "You answer guests of the hotel Casa Azul in Cartagena. Be brief and friendly. Never promise a refund."
HISTORY = """\
user: Good morning. My booking is number 4471.
assistant: Good morning. Thank you, I have noted that.
user: Is breakfast included?
assistant: Yes, breakfast is served from seven to ten in the room on the ground floor.
user: Can I bring my dog?
assistant: Small dogs are welcome. Please keep them on a lead in the lobby and on the stairs.
user: How far is the beach?
assistant: The beach is a short walk away. Follow the path behind the church down to the water."""
DOCUMENT = """\
House rules. Rooms are ready from three in the afternoon and must be left by eleven. \
The gate is locked at midnight; your room key opens it. \
Towels for the beach lie in the basket beside the stairs. Please do not take the white ones. \
The kitchen on the roof may be used by all guests until nine in the evening. \
In case of fire, leave by the stairs and meet at the fountain. Lost keys are replaced against a fee. \
Parcels are kept at the desk for two weeks."""


SHOWS = "tape: what fits; forgetting: what a growing chat loses; needle: what is found in a long text; languages: their tokens"


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...] = Field(
        ("tape",),
        min_length=1,
        title="What to measure",
        description=SHOWS,
    )
    window: int = Field(200, ge=0, le=2_000_000, title="Window, in tokens", description="0 is the model's own")
    room: int = Field(24, ge=1, le=4096, title="Room for the answer", description="Tokens kept free for the answer")
    policies: tuple[Policy, ...] = Field(
        ("error", "drop", "keep", "summary"), min_length=1, title="When it is full", description="What to do with more than fits"
    )
    ask: bool = Field(True, title="Ask the model", description="Have the summary written, send what each policy leaves, show the answers")

    system: str = Field(SYSTEM, max_length=100_000, title="System prompt", description="Instructions in front of everything")
    history: str = Field(
        HISTORY, max_length=400_000, title="The conversation so far", description="One turn a line, beginning with user: or assistant:"
    )
    document: str = Field(
        DOCUMENT, max_length=900_000, title="Document", description="What the question is about", json_schema_extra={"form": "documents"}
    )
    copies: int = Field(1, ge=0, le=1000, title="Copies of the document", description="How many such pages are sent")
    question: str = Field("What is the number of my booking?", max_length=20_000, title="Question", description="What is asked now")

    facts: int = Field(3, ge=1, le=10, title="Facts", description="Forgetting: how many conversations, each with a fact of its own")
    turns: int = Field(6, ge=1, le=12, title="Turns", description="Forgetting: how long each conversation grows")
    pinned: bool = Field(False, title="Pin the fact", description="Forgetting: also write the fact into the system prompt")
    summary_prompt: str = Field(
        "Summarise this conversation in two sentences.",
        min_length=1,
        max_length=2000,
        title="How to summarise",
        description="What the model is told when it is to summarise",
        json_schema_extra=MORE,
    )
    summary_tokens: int = Field(48, ge=8, le=512, title="Length of a summary", description="In tokens, at most", json_schema_extra=MORE)

    lengths: tuple[int, ...] = Field(
        (150, 450), min_length=1, max_length=6, title="Lengths", description="Needle: tokens of the text it is hidden in"
    )
    positions: tuple[int, ...] = Field(
        (0, 50, 100), min_length=1, max_length=11, title="Positions", description="Needle: how deep it is hidden, in per cent"
    )
    trials: int = Field(3, ge=1, le=20, title="Trials", description="Needle: at each length and position")
    haystack: str = Field(
        "",
        max_length=400_000,
        title="Your own text",
        description="Needle: hide it in this text; empty takes ours",
        json_schema_extra={"form": "more documents"},
    )
    needle: str = Field(
        "", max_length=500, title="Your own needle", description="The sentence to hide; empty takes ours", json_schema_extra=MORE
    )
    needle_question: str = Field("", max_length=500, title="What is asked", description="About your needle", json_schema_extra=MORE)
    needle_answer: str = Field(
        "", max_length=100, title="What counts as found", description="Words that must stand in the answer", json_schema_extra=MORE
    )

    sample: str = Field(
        "",
        max_length=100_000,
        title="A text of yours",
        description="Languages: counted beside ours",
        json_schema_extra={"form": "more documents"},
    )
    seed: int = Field(1, ge=0, le=2**31, title="Seed", description="Which numbers are told and hidden", json_schema_extra=MORE)

    @field_validator("lengths")
    @classmethod
    def _of_a_text(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 60 <= length <= 6000 for length in given):
            raise ValueError("lengths lie between 60 and 6,000 tokens")
        return given

    @field_validator("positions")
    @classmethod
    def _within_it(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 0 <= position <= 100 for position in given):
            raise ValueError("positions lie between 0 and 100 per cent")
        return given

    @field_validator("lengths", "positions", "policies", "parts")
    @classmethod
    def _each_once(cls, given: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(given))
