"""What Quillby's assistant can be asked, and every setting of it that can be wrong.

A field with a fault in it is an ordinary value: a window too small, a rule that was forgotten, an index that was built in June.
"""

import json
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fluencylab.text.patterns import checked

SYSTEM = (
    "You are the support assistant of Quillby, an online shop for household goods and stationery. "
    "Answer the customer in one short sentence, from the help article."
)
TURN = re.compile(r"^(customer|assistant): (.+)$", re.DOTALL)
Look = Literal["answers", "rule", "prompt", "search", "tokens", "trace"]


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    question: str = Field("Within how many days can I send items back?", min_length=1, max_length=4000, description="What is asked")
    look: Look = Field(
        "answers",
        title="Look at",
        description="What to read of it",
        json_schema_extra={
            "labels": {
                "answers": "its answers",
                "rule": "its marks beside those of a rule",
                "prompt": "the text the model reads",
                "search": "what the search found",
                "tokens": "the tokens of one call",
                "trace": "one call, from end to end",
            }
        },
    )
    samples: int = Field(4, ge=1, le=12, description="Answers asked for")
    system: str = Field(SYSTEM, max_length=8000, description="The system prompt")
    notice: str = Field("", max_length=2000, description="What stands in the system prompt behind the document")
    history: tuple[str, ...] = Field((), description="What was said before, a turn a line: “customer: …” or “assistant: …”")
    examples: tuple[str, ...] = Field((), description="Worked examples in front of it, written like the history")
    retrieval: bool = Field(True, description="Search the help centre for each question")
    query: Literal["question", "chat"] = Field("question", description="What the search is asked with")
    held: tuple[str, ...] = Field((), description="Sentences of the index that are not the help centre's own: “return-period/1 | …”")
    indexed: str = Field("2026-11-01", description="When the index was built")
    given: str = Field("", max_length=4000, description="A document handed over by hand, instead of the search")
    window: int = Field(0, ge=0, le=100_000, description="Tokens kept of the prompt, the newest first; 0 keeps all")
    template: bool = Field(True, description="Put the model's chat template around the messages")
    temperature: float = Field(0.2, ge=0, le=2, description="How freely it writes, 0 to 2")
    max_tokens: int = Field(28, ge=1, le=256, description="Longest answer, in tokens")
    arguments: str = Field("", max_length=4000, description="A JSON schema the answer must match: the arguments of the tool")
    tool: str = Field("", max_length=60, description="The tool of the shop that is called with the answer")
    marking: tuple[str, ...] = Field((), description="Answers of the assistant that are to be marked, instead of asking it")
    marker: Literal["model", "rule"] = Field("model", description="Who marks them")
    good: str = Field("", max_length=500, description="A right answer contains this (a regular expression)")
    bad: str = Field("", max_length=500, description="A right answer does not contain this")
    seed: int = Field(1, ge=0, le=2**31, description="The first seed; each further answer takes the next one")

    _patterns = field_validator("good", "bad")(checked)

    @field_validator("history", "examples")
    @classmethod
    def _turns(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if any(TURN.match(line) is None for line in given):
            raise ValueError("each line begins with “customer: ” or “assistant: ”")
        return given

    @field_validator("held")
    @classmethod
    def _named(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if any(" | " not in line for line in given):
            raise ValueError("each line is “article/sentence | text”")
        return given

    @field_validator("arguments")
    @classmethod
    def _is_schema(cls, given: str) -> str:
        try:
            if given and not isinstance(json.loads(given), dict):
                raise ValueError
        except (ValueError, RecursionError):
            raise ValueError("this is not a JSON object") from None
        return given

    @property
    def schema_object(self) -> dict[str, Any] | None:
        return json.loads(self.arguments) if self.arguments else None
