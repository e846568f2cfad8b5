"""Model cards, and the drills on them: read what a card says and does not say, foretell, run the claim, decide, and again after an edit.

    drills()[0].card.lines[3]     ->  CardLine(id="window", name="Context", text="8,192 tokens, for what goes in and what comes out.")
    drills()[0].decisive          ->  ("window",)        the lines that decide it; empty where the card is silent
    drills()[0].ask               ->  ""                 where it is silent: the question that goes to whoever makes the model

Each drill is a file of `content/model-cards/`, in the order of `order.toml`. What a card says is said in our own words, with where and when
it was read; a card of no real model is marked as invented. A drill is a mission with a card in front of it.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _one, _toml
from fluencylab.curriculum.schema import Content, Mission, Option, Slug, Source, Text, Variant

FOLDER = "model-cards"


class CardLine(Content):
    """One line of a card. `why`: what it says about the decision at hand, told once the lines were marked."""

    id: Slug
    name: Text
    text: Text
    why: Text


class ModelCard(Content):
    """`kind`: what sort of model it is. `invented`: of no real model, but as such cards are; else `sources` say where it was read."""

    name: Text
    kind: Text
    true_as_of: Text
    invented: bool = False
    sources: tuple[Source, ...] = ()
    lines: tuple[CardLine, ...] = Field(min_length=8, max_length=14)

    @model_validator(mode="after")
    def _stands_on_something(self) -> "ModelCard":
        if len({one.id for one in self.lines}) != len(self.lines):
            raise ValueError("two lines share an id")
        if self.invented == bool(self.sources):
            raise ValueError("a card has sources, or is marked as invented")
        if any(not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", one.date) for one in self.sources):
            raise ValueError("a source of a card says in which month it was looked up: 2026-08")
        return self

    @property
    def looked_up(self) -> date | None:
        """The first day of the month in which the oldest of its sources was looked up; None of an invented card, which cannot grow old."""
        return min((date.fromisoformat(f"{one.date}-01") for one in self.sources), default=None)

    def line(self, id: str) -> CardLine:
        return next(one for one in self.lines if one.id == id)


class Edit(Content):
    """The one line that is another in the twin."""

    line: Slug
    text: Text


class CardDrill(Mission):
    concept: Slug
    card: ModelCard
    needs: Text = Field(description="What is looked for in the card, as a question")
    decisive: tuple[Slug, ...] = Field((), max_length=4, description="Empty where the card is silent")
    questions: tuple[Option, ...] = Field(min_length=4, max_length=4, description="To send, if the card is silent")
    ask: str = Field("", description="Of the questions, the one whose answer would decide; empty where the card is not silent")
    edit: Edit
    variant: Variant

    @model_validator(mode="before")
    @classmethod
    def _twin_is_the_edit(cls, given: Any) -> Any:
        """What changes in the twin is the edited line, so it is written once."""
        if not isinstance(given, dict) or "edit" not in given:
            return given
        edit = Edit.model_validate(given["edit"])
        names = {one["id"]: one["name"] for one in given["card"]["lines"]}
        change = f"The card was edited. Its line **{names.get(edit.line, edit.line)}** now reads: “{edit.text.strip()}”"
        return given | {"decide": given["decide"] | {"twin": given["decide"]["twin"] | {"change": change}}}

    @model_validator(mode="after")
    def _lines_are_there(self) -> "CardDrill":
        ids = {one.id for one in self.card.lines}
        if not {*self.decisive, self.edit.line} <= ids:
            raise ValueError("`decisive` and `edit` must name lines of the card")
        asks = {one.id for one in self.questions}
        if len(asks) != len(self.questions) or (self.ask and self.ask not in asks):
            raise ValueError("`ask` must be one of the questions' ids, and no two may be alike")
        if self.silent == bool(self.decisive):
            raise ValueError("a card has lines that decide, or is silent and has a question to ask")
        return self

    @property
    def silent(self) -> bool:
        return bool(self.ask)


@cache
def drills(folder: Path = CONTENT) -> tuple[CardDrill, ...]:
    """All of them, in the order in which they are offered; read once a process. Raises ContentError, which names the file."""
    here = folder / FOLDER
    return tuple(_one(CardDrill, here / f"{slug}.toml") for slug in _toml(here / "order.toml")["order"])


def find_drill(slug: str) -> CardDrill | None:
    return next((one for one in drills() if one.slug == slug), None)
