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
from fluencylab.workbench.tools import MOST as MOST_TOOLS
from fluencylab.workbench.tools import Tool

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

    tools: tuple[Tool, ...] = Field((), max_length=MOST_TOOLS, description="What it may call, with what each call answers")

    @field_validator("tools")
    @classmethod
    def _told_apart(cls, given: tuple[Tool, ...]) -> tuple[Tool, ...]:
        if len({one.name for one in given}) < len(given):
            raise ValueError("two of its tools have one name")
        return given

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
    def of(
        cls, system: str, user: str, temperature: float = 0.0, max_tokens: int = 200, turns: tuple[Message, ...] = (), **parts: Any
    ) -> "Version":
        """The usual form: instructions, if there are any, turns that show how to answer, and what a customer sends.

        `parts`: model, json_schema, retrieval, tools.
        """
        told = [Message(role="system", content=system)] if system.strip() else []
        messages = (*told, *turns, Message(role="user", content=user))
        return cls(messages=messages, temperature=temperature, max_tokens=max_tokens, **parts)

    @property
    def needs(self) -> tuple[str, ...]:
        """The variables that each case must bring. Raises BadInput for messages that are no template."""
        told = [*variables(self.messages), *(name for one in self.tools for name in one.needs)]
        if self.retrieval is not None:
            searched = variables([Message(role="user", content=self.retrieval.query)])
            told = [*(name for name in told if name != PASSAGES), *searched]
        return tuple(dict.fromkeys(told))

    @property
    def instructions(self) -> str:
        """Of the form: what stands in front of everything, where it begins with that."""
        return self.messages[0].content if self.messages[0].role == "system" and len(self.messages) > 1 else ""

    @property
    def shown(self) -> tuple[Message, ...]:
        """Of the form: the turns between the instructions and the last message, which show how to answer."""
        return self.messages[1 if self.instructions else 0 : -1]

    @property
    def sent(self) -> str:
        """Of the form: the last message, which a customer sends."""
        return self.messages[-1].content

    def part(self, role: str) -> str:
        return "\n\n".join(one.content for one in self.messages if one.role == role)


def _variables(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """None where the messages are no template: that is said when the version is kept, in a sentence of its own."""
    try:
        return variables(messages)
    except BadInput:
        return (PASSAGES,)
