"""Drills on model cards: mark the lines that decide, foretell, run the claim, say what was seen, decide, and decide after one edit."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.model_cards import CardDrill, drills, find_drill
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import card_marks
from fluencylab.practice.exercises import DECISION, short_hash
from fluencylab.practice.items import Choice, Item, Met
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import NOT_BEGUN, Exercise, Kind
from fluencylab.practice.kinds.mission import MISSION
from fluencylab.practice.kinds.telling import Said, Weighed

OTHER = "card-variant"
"""Of review items that ask about another card."""
ASKED: dict[str, Any] = {
    "slug": True, "situation": True, "card": {"lines": {"__all__": {"id", "text"}}}, "needs": True, "decisive": True, "ask": True,
    "predict": True, "run": True, "seen": {"question"}, "decide": DECISION,
}  # fmt: skip


class ModelCardKind(Kind[CardDrill]):
    name, title, plural = "model-card", "Model card", "model-cards"
    prefix, base = "model-card/", "/cards"
    begin = "Read the card"
    place = "concept"
    heading = "Model cards"
    says = "Read what a model's card says and where it is silent, foretell, run the claim, decide. Then one line is edited."
    all_at_base = True
    runs = True
    stages = ("mark", "predict", "run", "see", "decide", "twin")
    where: ClassVar = {
        "mark": NOT_BEGUN,
        "predict": "say what you expect",
        "run": "ready to run",
        "see": "say what you saw",
        "twin": "one line was edited",
    }
    parts: ClassVar = {
        "mark": "the lines you marked",
        **{word: MISSION.parts[word] for word in ("predict", "compare", "see")},
        **decision.PARTS,
        OTHER: "a decision on another card",
    }
    told_later = ("predict",)
    forecasts = ("compare", "predict")
    pairs: ClassVar = decision.PAIRS
    verdict = "compare"
    guesses: ClassVar = {"mark": 1 / 4, **decision.GUESSES}

    def about(self, of: CardDrill) -> str:
        return f"{of.card.name}, {of.card.kind}"

    def every(self) -> Iterator[Exercise[CardDrill]]:
        return map(self._one, drills())

    def find(self, slug: str) -> Exercise[CardDrill] | None:
        found = find_drill(slug)
        return self._one(found) if found else None

    def _one(self, of: CardDrill) -> Exercise[CardDrill]:
        gives = tuple(dict.fromkeys((of.capability, "decisions")))
        return Exercise(self, of.slug, of.title, of.concept, of.minutes, gives, of, of.trade)

    def words(self, of: CardDrill) -> str:
        return short_hash(of.model_dump_json(include=ASKED))

    def chances(self, of: CardDrill) -> dict[str, float]:
        return {"mark": card_marks.chance(of), **MISSION.chances(of)}

    def retell(self, of: CardDrill, stage: str, answer: Mapping[str, Any]) -> Said:
        if stage != "mark":
            return MISSION.retell(of, stage, answer)
        asked = next((one.text for one in of.questions if one.id == answer.get("ask")), "")
        if asked:
            return of.needs, (f"The card is silent. I would ask: {asked}",)
        return of.needs, tuple(f"{one.name}: {one.text}" for one in of.card.lines if one.id in answer.get("lines", ()))

    def weighed(self, of: CardDrill, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        return decision.weighed(of.decide, stage, answer, score)

    def items(self, concept: Concept) -> Iterator[Item]:
        """A decision on another card, once the drill is done. Its own decision is not asked again: without the card it would be another."""
        for of in drills():
            other = of.variant
            if of.concept == concept.slug:
                told = tuple(Choice(one.id, one.text, one.answer) for one in other.options)
                key = self.key(of.slug)
                yield Item(f"{OTHER}/{other.slug}", concept.slug, "decisions", other.situation, other.question, told, other.best, key)

    def met(self, item: Item) -> list[tuple[str, str]]:
        return []

    def first_shown(self, item: Item) -> Met | None:
        return None


MODEL_CARD = ModelCardKind()
