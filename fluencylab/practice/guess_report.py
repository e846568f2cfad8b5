"""What guessing earns, kind by kind and all together: the ranker of words, and the rule of thumb that fits best. Pure.

Held to the bars are kinds with 30 items or more, and all of them together: with fewer a few lucky guesses move the share by ten points.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.practice import tells
from fluencylab.practice.guessing import Guess, guesses
from fluencylab.practice.scored import DRAWN, ScoredItem
from fluencylab.stats import Measure, estimate, mean

RANKER_BAR, RULE_BAR = 0.10, 0.12
"""Over chance, at most."""
ENOUGH = 30
ALL = "all together"


class Guessed(NamedTuple):
    """`over`: of the ranker, `rule_over`: of the best rule, each over chance. `worst`: guessed right, the surest first."""

    kind: str
    n: int
    accuracy: float
    chance: float
    over: Measure
    rule: str
    rule_over: Measure
    worst: tuple[Guess, ...]

    @property
    def counts(self) -> bool:
        return self.n >= ENOUGH

    @property
    def holds(self) -> bool:
        return self.over.value <= RANKER_BAR and self.rule_over.value <= RULE_BAR

    def as_data(self, worst: int) -> dict[str, object]:
        named = [{"id": one.item.id, "certainty": round(one.certainty, 3), "words": list(one.words)} for one in self.worst[:worst]]
        kept = {name: value for name, value in self._asdict().items() if name not in ("worst", "over", "rule_over")}
        measured = {"over": self.over.model_dump(), "rule_over": self.rule_over.model_dump()}
        return {**kept, **measured, "counts": self.counts, "holds": self.holds, "worst": named}


def report(items: Sequence[ScoredItem]) -> list[Guessed]:
    """All together first, less what code draws, then the kinds in the order in which they come."""
    kinds = dict.fromkeys(item.kind for item in items)
    written = [item for item in items if not item.kind.endswith(DRAWN)]
    return [guessed(ALL, written or items), *(guessed(kind, [item for item in items if item.kind == kind]) for kind in kinds)]


def guessed(kind: str, items: Sequence[ScoredItem]) -> Guessed:
    """Raises ValueError for no items."""
    found = guesses(items)
    earned = {name: tells.over(items, mark) for name, mark in tells.rules().items()}
    rule = max(earned, key=lambda name: mean(earned[name]))
    worst = sorted((one for one in found if one.over > 0), key=lambda one: -one.certainty / one.item.chance)
    return Guessed(
        kind,
        len(items),
        mean([one.earned for one in found]),
        mean([item.chance for item in items]),
        estimate([one.over for one in found]),
        rule,
        estimate(earned[rule]),
        tuple(worst),
    )
