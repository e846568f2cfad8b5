"""What a version of a product asks, and how: messages with their variables, and settings. Never changed once it is kept."""

from difflib import SequenceMatcher
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fluencylab.models.types import Message

LONGEST = 100_000
"""Characters of all its messages together."""


class Version(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[Message, ...] = Field(min_length=1, max_length=40)
    temperature: float = Field(0.0, ge=0, le=2)
    max_tokens: int = Field(200, ge=1, le=4096)

    @model_validator(mode="after")
    def _not_too_long(self) -> "Version":
        if sum(len(one.content) for one in self.messages) > LONGEST:
            raise ValueError(f"the messages hold more than {LONGEST:,} characters together")
        return self

    @classmethod
    def of(cls, system: str, user: str, temperature: float = 0.0, max_tokens: int = 200) -> "Version":
        """The usual form: instructions, if there are any, and what a customer sends."""
        told = [Message(role="system", content=system)] if system.strip() else []
        return cls(messages=(*told, Message(role="user", content=user)), temperature=temperature, max_tokens=max_tokens)

    def part(self, role: str) -> str:
        return "\n\n".join(one.content for one in self.messages if one.role == role)


class Piece(NamedTuple):
    """Words that stand in one version or in both. `where`: both, before, after."""

    where: str
    text: str


def changed(before: str, after: str) -> list[Piece]:
    """A diff by words.

    changed("Be brief.", "Be very brief.")  ->  [both "Be ", after "very ", both "brief."]
    """
    old, new = _words(before), _words(after)
    found: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("both", "".join(old[i:j])))
            continue
        found += [Piece(where, "".join(words)) for where, words in (("before", old[i:j]), ("after", new[k:m])) if words]
    return found


def _words(text: str) -> list[str]:
    """Each word with the blanks behind it."""
    words: list[str] = []
    for piece in text.splitlines(keepends=True):
        rest = piece
        while rest:
            end = next((i for i, letter in enumerate(rest) if letter.isspace()), len(rest))
            end = next((i for i in range(end, len(rest)) if not rest[i].isspace()), len(rest))
            words.append(rest[:end])
            rest = rest[end:]
    return words
