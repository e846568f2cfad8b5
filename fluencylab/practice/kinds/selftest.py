"""The self-test: one exercise of seven questions. Each answer keeps its claim or its situation, so evidence needs no content to be told."""

from collections.abc import Iterator
from typing import ClassVar

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.full_track import full_track
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.items import Choice, Item, Met
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.review import REVIEW

WHOLE = "self-test"
MINUTES = 25
"""What a sitting takes, told wherever it is offered."""


class SelfTestKind(Kind[None]):
    name, title, plural = "selftest", "Self-test", "self-tests"
    prefix, base = WHOLE, "/self-test"
    begin = "Take the self-test"
    parts: ClassVar = {
        "application": "a situation",
        "claim": "a claim",
        "text": "your own words",
        "again": "your own words, second try",
        "mark": "the words you marked",
        "contrast": "two claims",
    }
    guesses: ClassVar = {"claim": 1 / 2, "application": 1 / 3}

    def key(self, slug: str = "") -> str:
        return WHOLE

    def slug(self, key: str) -> str | None:
        return "" if key == WHOLE else None

    def href(self, slug: str = "") -> str:
        return self.base

    def every(self) -> Iterator[Exercise[None]]:
        yield Exercise(self, "", self.title, "", MINUTES, (), None)

    def find(self, slug: str) -> Exercise[None] | None:
        return next(self.every())

    def cells(self) -> set[tuple[str, str]]:
        return {(concept.slug, "vocabulary") for concept in track().concepts if concept.selftest}

    def items(self, concept: Concept) -> Iterator[Item]:
        yield from _contrasts(concept)
        yield from _applications(concept)

    def met(self, item: Item) -> list[tuple[str, str]]:
        """Whoever judged one claim of a pair was told about the other, here and in a review."""
        match item.id.split("/"):
            case ["contrast", idea, number, half]:
                other = f"contrast/{idea}/{number}/{'false' if half == 'true' else 'true'}"
                asked = [(self.key(), f"{idea}-{number}-{one}") for one in ("true", "false")]
                return [(REVIEW.of_skill(item.concept, item.capability), other), *asked]
            case ["application", number]:
                return [(self.key(), f"application-{number}")]
        return []

    def first_shown(self, item: Item) -> Met | None:
        """Whoever judged one half of a pair was shown the other: both are one thing asked."""
        concept = full_track().concept(item.concept)
        test = concept.selftest if concept else None
        match item.id.split("/"):
            case ["contrast", slug, number, _] if test:
                return Met((content_hash(next(idea for idea in test.ideas if idea.slug == slug).contrasts[int(number) - 1]),))
            case ["application", number] if test:
                return Met((content_hash(test.applications[int(number) - 1]),))
        return None


def _contrasts(concept: Concept) -> Iterator[Item]:
    """Half of a pair, to be judged: side by side the pair would give itself away by its words."""
    for idea in concept.selftest.ideas if concept.selftest else ():
        for number, pair in enumerate(idea.contrasts, start=1):
            for half, claim in (("true", pair.true), ("false", pair.false)):
                so = Choice("so", "Yes, it is so.", idea.says if half == "true" else pair.why)
                not_so = Choice("not", "No, it is not so.", pair.why if half == "true" else f"{pair.why} What is so: “{pair.true}”")
                best = "so" if half == "true" else "not"
                said = f"Somebody says:\n\n> {claim}"
                yield Item(f"contrast/{idea.slug}/{number}/{half}", concept.slug, "vocabulary", said, "Is it so?", (so, not_so), best)


def _applications(concept: Concept) -> Iterator[Item]:
    """A product situation."""
    for number, one in enumerate(concept.selftest.applications if concept.selftest else (), start=1):
        options = tuple(Choice(option.id, option.text, option.answer) for option in one.options)
        yield Item(f"application/{number}", concept.slug, "decisions", one.situation, "What do you do?", options, one.best)


SELF_TEST = SelfTestKind()
