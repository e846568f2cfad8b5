"""Decision cases: argue a decision, then make it again with one fact changed."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.schema import Case, Concept
from fluencylab.packs.full_track import full_track
from fluencylab.practice.exercises import asked_hash
from fluencylab.practice.items import Item, Met
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import NOT_BEGUN, Exercise, Kind
from fluencylab.practice.kinds.telling import Said, Weighed


class CaseKind(Kind[Case]):
    name, title, plural = "case", "Decision case", "cases"
    prefix, base = "", "/cases"
    begin = "Open the case"
    place = "concept"
    heading = "Decision cases"
    all_at_base = True
    says = "No run, only an argument. Then one fact changes, and the best answer with it."
    stages = ("decide", "twin")
    where: ClassVar = {"decide": NOT_BEGUN, "twin": "one fact has changed"}
    parts: ClassVar = decision.PARTS
    pairs: ClassVar = decision.PAIRS
    guesses: ClassVar = decision.GUESSES

    def every(self) -> Iterator[Exercise[Case]]:
        return (self._one(concept, case) for concept in full_track().concepts for case in concept.cases)

    def find(self, slug: str) -> Exercise[Case] | None:
        found = full_track().case(slug)
        return self._one(*found) if found else None

    def _one(self, concept: Concept, of: Case) -> Exercise[Case]:
        return Exercise(self, of.slug, of.title, concept.slug, of.minutes, ("decisions",), of, of.trade)

    def words(self, of: Case) -> str:
        return asked_hash(of)

    def chances(self, of: Case) -> dict[str, float]:
        """Argued: the mean of an option, two reasons and a flip, each guessed."""
        argued = (1 / len(of.decide.options) + 2 / len(of.reasons) + 1 / len(of.flips)) / 3
        return decision.chances(of.decide) | {"decide": argued}

    def retell(self, of: Case, stage: str, answer: Mapping[str, Any]) -> Said:
        asked, said = decision.retell(of.decide, stage, answer)
        because = [f"Because: {reason.text}" for reason in of.reasons if reason.id in answer.get("reasons", ())]
        flips = [f"What would change it: {flip.text}" for flip in of.flips if flip.id == answer.get("flip")]
        return asked, (*said, *because, *flips)

    def weighed(self, of: Case, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        return decision.weighed(of.decide, stage, answer, score)

    def items(self, concept: Concept) -> Iterator[Item]:
        for case in concept.cases:
            yield from decision.items(case, concept, self.key(case.slug))

    def met(self, item: Item) -> list[tuple[str, str]]:
        form, _, slug = item.id.partition("/")
        return [(self.key(slug), form)] if form in decision.FORMS else []

    def first_shown(self, item: Item) -> Met | None:
        return decision.first_shown(self, item)


CASE = CaseKind()
