"""Missions: predict, run, say what was seen, decide, and decide again with one fact changed."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.schema import Concept, Mission, Prediction
from fluencylab.packs.full_track import full_track
from fluencylab.practice.chance import of_prediction
from fluencylab.practice.exercises import asked_hash
from fluencylab.practice.items import Item, Met
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import NOT_BEGUN, Exercise, Kind
from fluencylab.practice.kinds.telling import Said, Weighed


class MissionKind(Kind[Mission]):
    name, title, plural = "mission", "Mission", "missions"
    prefix, base = "", "/missions"
    begin = "Begin the mission"
    place = "concept"
    heading = "Missions"
    all_at_base = True
    says = "Predict, run, compare, decide. Do the first before you read: a wrong guess now makes the reading stick."
    runs = True
    stages = ("predict", "run", "see", "decide", "twin")
    where: ClassVar = {"predict": NOT_BEGUN, "run": "ready to run", "see": "say what you saw", "twin": "one fact has changed"}
    parts: ClassVar = {"predict": "your prediction", "compare": "your prediction", "see": "what you saw", **decision.PARTS}
    told_later = ("predict",)
    forecasts = ("compare", "predict")
    pairs: ClassVar = decision.PAIRS
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
        return asked_hash(of)

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

    def weighed(self, of: Mission, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        return decision.weighed(of.decide, stage, answer, score)

    def items(self, concept: Concept) -> Iterator[Item]:
        for mission in concept.missions:
            yield from decision.items(mission, concept, self.key(mission.slug))

    def met(self, item: Item) -> list[tuple[str, str]]:
        form, _, slug = item.id.partition("/")
        return [(self.key(slug), form)] if form in decision.FORMS else []

    def first_shown(self, item: Item) -> Met | None:
        return decision.first_shown(self, item)


def _value(prediction: Prediction, value: float) -> str:
    return f"{value:g}{' ' if prediction.unit else ''}{prediction.unit}"


MISSION = MissionKind()
