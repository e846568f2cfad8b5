"""A product as a lab is filled in from it: its open cases, its prompt, its documents, its prices, what was read of its outputs.

    fill(product)  ->  Filled({"prompt": "Where is my parcel?"}, took=("The message is that of case 1.",))

Cases held back are not in it, so no lab can show one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class OpenCase(NamedTuple):
    """`text`: what the customer sends, as the latest version asks it. `system`: the instructions, filled from this case."""

    number: int
    text: str
    system: str
    reference: str
    tags: tuple[str, ...]


class ReadOutput(NamedTuple):
    """An output of an open case that the learner said pass or fail of."""

    asked: str
    answer: str
    reference: str
    passed: bool


class ProductDocument(NamedTuple):
    title: str
    text: str


@dataclass(frozen=True)
class ProductData:
    """`version`: the latest, 0 where there is none; `before`: the instructions of the one before it, filled from the first case."""

    name: str
    cases: tuple[OpenCase, ...] = ()
    held_back: int = 0
    version: int = 0
    before: str = ""
    max_tokens: int = 0
    documents: tuple[ProductDocument, ...] = ()
    read: tuple[ReadOutput, ...] = ()
    volume: int = 0
    price_in: float = 0.0
    price_out: float = 0.0
    tokens_in: float | None = None
    """What a call of its latest measured evaluation read, on average; None where nothing was measured"""
    tokens_out: float | None = None

    @property
    def system(self) -> str:
        """The instructions of the latest version, filled from the first case."""
        return self.cases[0].system if self.cases else ""


class Filled(NamedTuple):
    """`values`: field of the form -> what stands in it. `took`: what was taken, a sentence each; `lacks`: what the product has not."""

    values: Mapping[str, str]
    took: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
