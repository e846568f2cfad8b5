"""What a version of a product asks, and how: messages with their variables, settings, and the parts that not every product has.

    Version.of("Answer from the text.\\n{{passages}}", "{{question}}", retrieval=Retrieval(documents=(1,)))

Never changed once it is kept.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from fluencylab.errors import BadInput
from fluencylab.models.types import Message
from fluencylab.workbench.retrieval import PASSAGES, Retrieval
from fluencylab.workbench.schemas import oversized, schema_error
from fluencylab.workbench.template import variables

LONGEST = 100_000
"""Characters of all its messages together."""


class Version(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[Message, ...] = Field(min_length=1, max_length=40)
    temperature: float = Field(0.0, ge=0, le=2)
    max_tokens: int = Field(200, ge=1, le=4096)
    model: str = Field("", max_length=200, description="Which of the models it runs on; empty for the one in use")
    json_schema: dict[str, JsonValue] | None = Field(None, description="What each answer must match, held to where the endpoint can")
    retrieval: Retrieval | None = Field(None, description="What it looks up before it answers; none for a version that does not")

    @field_validator("json_schema")
    @classmethod
    def _a_schema(cls, given: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
        if given is not None and (wrong := oversized(given) or schema_error(given)):
            raise ValueError(wrong)
        return given

    @model_validator(mode="after")
    def _not_too_long(self) -> "Version":
        if sum(len(one.content) for one in self.messages) > LONGEST:
            raise ValueError(f"the messages hold more than {LONGEST:,} characters together")
        return self

    @model_validator(mode="after")
    def _given_what_it_finds(self) -> "Version":
        if self.retrieval and PASSAGES not in _variables(self.messages):
            raise ValueError(f"it looks things up, and no message says where what it finds stands: write {{{{{PASSAGES}}}}} there")
        return self

    @classmethod
    def of(cls, system: str, user: str, temperature: float = 0.0, max_tokens: int = 200, **parts: Any) -> "Version":
        """The usual form: instructions, if there are any, and what a customer sends. `parts`: model, json_schema, retrieval."""
        told = [Message(role="system", content=system)] if system.strip() else []
        return cls(messages=(*told, Message(role="user", content=user)), temperature=temperature, max_tokens=max_tokens, **parts)

    @property
    def needs(self) -> tuple[str, ...]:
        """The variables that each case must bring. Raises BadInput for messages that are no template."""
        told = variables(self.messages)
        if self.retrieval is None:
            return told
        searched = variables([Message(role="user", content=self.retrieval.query)])
        return tuple(dict.fromkeys([*(name for name in told if name != PASSAGES), *searched]))

    def part(self, role: str) -> str:
        return "\n\n".join(one.content for one in self.messages if one.role == role)


def _variables(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """None where the messages are no template: that is said when the version is kept, in a sentence of its own."""
    try:
        return variables(messages)
    except BadInput:
        return (PASSAGES,)
