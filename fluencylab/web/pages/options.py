"""What is chosen from on a page: lettered options, each answered once one was picked, and the options of a select."""

from collections.abc import Iterable
from typing import NamedTuple

LETTERS = "ABCDEFGH"


class OptionCard(NamedTuple):
    """One option of a decision. `id`: what is sent when it is picked."""

    id: str | int
    letter: str
    text: str


class OptionAnswer(NamedTuple):
    """What is said of an option afterwards."""

    verdict: str
    text: str


class SelectOption(NamedTuple):
    value: str
    label: str
    says: str = ""


def lettered(options: Iterable[tuple[str | int, str]]) -> list[OptionCard]:
    """`options`: (id, text), in the order they are shown."""
    return [OptionCard(id, letter, text) for letter, (id, text) in zip(LETTERS, options, strict=False)]
