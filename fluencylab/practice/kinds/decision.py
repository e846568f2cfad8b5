"""What a mission and a case have in common: a decision, made again with one fact changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from fluencylab.curriculum.schema import Case, Concept, Decision, Mission
from fluencylab.practice.items import Choice, Item
from fluencylab.practice.kinds.telling import Said, option

PARTS = {"decide": "your decision", "twin": "one fact changed"}
GUESSES = {"decide": 1 / 3, "twin": 1 / 2}
FORMS = ("decide", "twin")


def chances(decision: Decision) -> dict[str, float]:
    """The twin's best is always another option, so one fewer is left to guess among."""
    return {"decide": 1 / len(decision.options), "twin": 1 / (len(decision.options) - 1)}


def retell(decision: Decision, stage: str, answer: Mapping[str, Any]) -> Said:
    question = decision.twin.change if stage == "twin" else decision.question
    return question, (option(((one.id, one.text) for one in decision.options), answer.get("picked")),)


def items(exercise: Mission | Case, concept: Concept, key: str) -> Iterator[Item]:
    """The decision as it was, and with one fact changed. They come once the exercise is done: a review must not give it away."""
    asked, at = exercise.decide, exercise.slug
    first = tuple(Choice(one.id, one.text, one.answer) for one in asked.options)
    second = tuple(Choice(one.id, one.text, asked.twin.answers[one.id]) for one in asked.options)
    changed = f"{exercise.situation}\n\n**One fact is different.** {asked.twin.change}"
    yield Item(f"decide/{at}", concept.slug, "decisions", exercise.situation, asked.question, first, asked.best, key)
    yield Item(f"twin/{at}", concept.slug, "decisions", changed, asked.question, second, asked.twin.best, key)
