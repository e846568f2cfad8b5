"""Missions: predict, run, say what was seen, decide, and decide again with one fact changed."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.schema import Concept, Mission, Prediction
from fluencylab.packs.full_track import full_track
from fluencylab.practice.chance import of_prediction
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.items import Choice, Item
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import NOT_BEGUN, Exercise, Kind
from fluencylab.practice.kinds.telling import Said


class MissionKind(Kind[Mission]):
    name, title, plural = "mission", "Mission", "missions"
    prefix, base = "", "/missions"
    begin = "Begin the mission"
    place = "concept"
    heading = "Missions"
    says = "Predict, run, compare, decide. Do the first before you read: a wrong guess now makes the reading stick."
    runs = True
    stages = ("predict", "run", "see", "decide", "twin")
    where: ClassVar = {"predict": NOT_BEGUN, "run": "ready to run", "see": "say what you saw", "twin": "one fact has changed"}
    parts: ClassVar = {"predict": "your prediction", "compare": "your prediction", "see": "what you saw", **decision.PARTS}
    told_later = ("predict",)
    verdict = "compare"
    guesses: ClassVar = decision.GUESSES

    def every(self) -> Iterator[Exercise[Mission]]:
        return self.of_concepts(full_track().concepts)

    def of_concepts(self, concepts: Iterable[Concept]) -> Iterator[Exercise[Mission]]:
        return (self._one(concept, mission) for concept in concepts for mission in concept.missions)

    def find(self, slug: str) -> Exercise[Mission] | None:
        found = full_track().mission(slug)
        return self._one(*found) if found else None

    def _one(self, concept: Concept, of: Mission) -> Exercise[Mission]:
        gives = tuple(dict.fromkeys((of.capability, "decisions")))
        return Exercise(self, of.slug, of.title, concept.slug, of.minutes, gives, of, of.trade)

    def words(self, of: Mission) -> str:
        return content_hash(of)

    def chances(self, of: Mission) -> dict[str, float]:
        """Predictions as if the exemplar's numbers had been measured."""
        exact = [(asked, of.exemplar.accept[asked.fact] / asked.scale) for asked in of.predict]
        predicted = math.prod(of_prediction(asked, value, value, value) for asked, value in exact)
        return {"compare": predicted, "see": 1 / len(of.seen.sights), **decision.chances(of.decide)}

    def retell(self, of: Mission, stage: str, answer: Mapping[str, Any]) -> Said:
        if stage in ("predict", "compare"):
            values = {one["fact"]: one["said"] for one in answer["graded"]} if "graded" in answer else answer.get("values", {})
            return "What do you expect?", tuple(
                f"{asked.label}: {_value(asked, values[asked.fact])}" for asked in of.predict if asked.fact in values
            )
        if stage == "see":
            picked = answer.get("picked")
            sights = dict(enumerate(of.seen.sights))
            return of.seen.question, (sights[picked].text if picked in sights else str(picked),)
        return decision.retell(of.decide, stage, answer)

    def items(self, concept: Concept) -> Iterator[Item]:
        for mission in concept.missions:
            yield from decision.items(mission, concept, self.key(mission.slug))
        for mission in concept.missions:
            yield from _predictions(mission, concept, self.key(mission.slug))

    def met(self, item: Item) -> list[tuple[str, str]]:
        match item.id.split("/"):
            case [form, slug] if form in decision.FORMS:
                return [(self.key(slug), form)]
            case ["predict", slug, _]:
                return [(self.key(slug), "compare")]
        return []


def _predictions(mission: Mission, concept: Concept, key: str) -> Iterator[Item]:
    """A number of the run: what does the model do? Not where the numbers lie too near each other to be told apart."""
    given = mission.run.params
    for number, asked in enumerate(mission.predict, start=1):
        right, wrong = mission.exemplar.accept[asked.fact], mission.exemplar.refuse[asked.fact]
        if "prompt" not in given or _near(asked, right, wrong) or asked.label.startswith("The same"):
            continue
        third = _third(asked, right, wrong)
        values = [right, wrong, *([] if _near(asked, third, right) or _near(asked, third, wrong) else [third])]
        near = f"It comes out near {_value(asked, right)} on the installed model."
        why = f"{near} {_first(mission.explain)}"
        options = tuple(Choice(f"{value:g}", _value(asked, value), why if value == right else near) for value in values)
        said = f"The mission “{mission.title}” gave this to the model."
        item = Item(f"predict/{mission.slug}/{number}", concept.slug, mission.capability, said, asked.label, options, f"{right:g}", key)
        yield item._replace(prompt=str(given["prompt"]), begins=str(given.get("prefix") or ""))


def _near(prediction: Prediction, one: float, other: float) -> bool:
    return abs(one - other) <= max(2 * prediction.tolerance, prediction.step)


def _third(prediction: Prediction, right: float, wrong: float) -> float:
    """A third number, as far from both as the scale allows."""
    places = [prediction.low, prediction.high, (prediction.low + prediction.high) / 2, (right + wrong) / 2]
    steps = [prediction.low + round((place - prediction.low) / prediction.step) * prediction.step for place in places]
    return max(steps, key=lambda place: min(abs(place - right), abs(place - wrong)))


def _first(text: str) -> str:
    return text.strip().split("\n\n")[0]


def _value(prediction: Prediction, value: float) -> str:
    return f"{value:g}{' ' if prediction.unit else ''}{prediction.unit}"


MISSION = MissionKind()
