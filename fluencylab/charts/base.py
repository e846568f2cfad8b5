"""What a chart is, and what a sheet of answers is, for every instrument.

A chart never stands alone: it has the sentence that says what it shows, and its data as a table.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from pydantic import BaseModel

from fluencylab.instruments.base import Result, Step


class Table(BaseModel):
    caption: str
    head: list[str]
    rows: list[list[str]]


class Chart(BaseModel):
    """`spec`: Vega-Lite without colours or sizes, which the page's theme gives."""

    sentence: str
    spec: dict[str, Any]
    table: Table


class Answer(BaseModel):
    """One answer's place on the sheet: its text, or empty while it is waited for. `call`: the id of the one that is to fill it."""

    call: str
    text: str | None = None


class Group(BaseModel):
    """Answers that belong together, with a heading and a line that counts."""

    title: str
    subtitle: str
    answers: list[Answer]


class Drawing(Protocol):
    """The shape of a module in `charts/`."""

    def charts(self, result: Result) -> list[Chart]: ...

    def groups(self, params: Any, steps: Iterable[Step]) -> list[Group]: ...
