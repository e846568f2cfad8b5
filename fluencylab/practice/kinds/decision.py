"""What a mission and a case have in common: a decision, made again with one fact changed, and in other forms when it is reviewed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fluencylab.curriculum.schema import Case, Concept, Decision, Mission
from fluencylab.practice.items import Choice, Item, Met
from fluencylab.practice.kinds.base import Kind
from fluencylab.practice.kinds.telling import Said, Weighed, option

GUESSES = {"decide": 1 / 3, "twin": 1 / 2}
FORMS = ("decide", "twin")
"""Of review items that ask in the exercise's own words."""
OTHER = "variant"
"""Of those that ask in another form."""
PARTS = {"decide": "your decision", "twin": "one fact changed", OTHER: "a decision in another form"}
PAIRS = {"twin": "decide"}


def chances(decision: Decision) -> dict[str, float]:
    """The twin's best is always another option, so one fewer is left to guess among."""
    return {"decide": 1 / len(decision.options), "twin": 1 / (len(decision.options) - 1)}


def retell(decision: Decision, stage: str, answer: Mapping[str, Any]) -> Said:
    question = decision.twin.change if stage == "twin" else decision.question
    return question, (option(((one.id, one.text) for one in decision.options), answer.get("picked")),)


def weighed(decision: Decision, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
    """The second choice earns for the pair: both right, or nothing."""
    if stage != "twin":
        return None
    if score == 1:
        return Weighed("Right both times.", "The two choices count as a pair, and the pair is right.")
    if answer.get("picked") == decision.twin.best:
        return Weighed(
            "Right after the change.", "Your first choice was not. The two count as a pair, so this one earns nothing by itself."
        )
    return Weighed("Not right after the change.", "The two choices count as a pair, so the pair is not right.")


def first_shown(kind: Kind[Any], item: Item) -> Met | None:
    """A review asks them as the exercise did."""
    form, _, slug = item.id.partition("/")
    found = kind.find(slug) if form in FORMS else None
    return Met((found.key, form, kind.words(found.of))) if found else None


def in_other_forms(items: Sequence[Item]) -> list[Item]:
    """Less the decisions in their own words, as they were and with one fact changed, of which there are other forms."""
    elsewhere = {item.needs for item in items if item.form == OTHER}
    return [item for item in items if item.form not in FORMS or item.needs not in elsewhere]


def items(exercise: Mission | Case, concept: Concept, key: str) -> Iterator[Item]:
    """The decision as it was, with one fact changed, and in its other forms. They come once the exercise is done: a review must not give
    it away."""
    asked, at = exercise.decide, exercise.slug
    first = tuple(Choice(one.id, one.text, one.answer) for one in asked.options)
    second = tuple(Choice(one.id, one.text, asked.twin.answers[one.id]) for one in asked.options)
    told_first = "\n\n".join(filter(None, (exercise.situation, asked.facts)))
    still = exercise.situation if asked.twin.question else told_first
    changed = f"{still}\n\n**One fact is different.** {asked.twin.change}"
    yield Item(f"decide/{at}", concept.slug, "decisions", told_first, asked.asked, first, asked.best, key)
    yield Item(f"twin/{at}", concept.slug, "decisions", changed, asked.asked_again, second, asked.twin.best, key)
    for other in (one for one in concept.variants if one.of == at):
        told = tuple(Choice(one.id, one.text, one.answer) for one in other.options)
        yield Item(f"{OTHER}/{other.slug}", concept.slug, "decisions", other.situation, other.question, told, other.best, key)
