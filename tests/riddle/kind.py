"""Riddles: guess, then read why."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept, Content, Option, Slug
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.items import Choice, Item
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.telling import Said, option


class Riddle(Content):
    slug: Slug
    title: str
    asks: str
    options: tuple[Option, ...]
    best: str


FIRST = Riddle(
    slug="which-window",
    title="Which window?",
    asks="It is full, and lets nothing in. <b>What is it?</b>",
    options=(
        Option(id="context", text="A context window", answer="What is over is cut."),
        Option(id="shop", text="A shop window", answer="It has a door beside it."),
        Option(id="browser", text="A browser window", answer="It scrolls."),
        Option(id="rose", text="A rose window", answer="It lets light in."),
    ),
    best="context",
)
SECOND = FIRST.model_copy(update={"slug": "which-tree", "title": "Which tree?", "asks": "It never grows."})


class RiddleKind(Kind[Riddle]):
    name, title, plural = "riddle", "Riddle", "riddles"
    prefix, base = "riddle/", "/riddles"
    begin = "Guess it"
    place = "concept"
    heading = "Riddles"
    says = "No run, no number."
    stages = ("guess", "explain")
    where: ClassVar = {"explain": "read why"}
    parts: ClassVar = {"guess": "your guess", "explain": "your explanation", "turned": "a riddle turned round"}
    guesses: ClassVar = {"guess": 1 / 4}

    def __init__(self) -> None:
        self.content = [FIRST, SECOND]

    def every(self) -> Iterator[Exercise[Riddle]]:
        concept = track().concepts[0].slug
        return (Exercise(self, one.slug, one.title, concept, 2, ("debugging",), one) for one in self.content)

    def find(self, slug: str) -> Exercise[Riddle] | None:
        return next((one for one in self.every() if one.slug == slug), None)

    def words(self, of: Riddle) -> str:
        return content_hash(of)

    def chances(self, of: Riddle) -> dict[str, float]:
        return {"guess": 1 / len(of.options)}

    def retell(self, of: Riddle, stage: str, answer: Mapping[str, Any]) -> Said:
        if stage == "explain":
            return "Why?", (answer["text"],)
        return of.asks, (option(((one.id, one.text) for one in of.options), answer.get("picked")),)

    def items(self, concept: Concept) -> Iterator[Item]:
        for one in self.every():
            if one.concept == concept.slug:
                choices = tuple(Choice(each.id, each.text, each.answer) for each in one.of.options)
                yield Item(f"turned/{one.slug}", concept.slug, "debugging", one.of.asks, "Which?", choices, one.of.best, one.key)

    def met(self, item: Item) -> list[tuple[str, str]]:
        form, _, slug = item.id.partition("/")
        return [(self.key(slug), "guess")] if form == "turned" else []


RIDDLE = RiddleKind()
