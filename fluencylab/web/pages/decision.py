"""A decision and its twin on a page: its options in this attempt's order, what is said of each afterwards, and what the pair counts for."""

from collections.abc import Mapping
from dataclasses import dataclass

from fluencylab.curriculum.schema import Decision
from fluencylab.practice import exercises
from fluencylab.store.tables import Evidence
from fluencylab.web.pages.options import OptionAnswer, OptionCard, lettered

BEST, NOT_BEST = "The best choice here.", "Not the best here."
PAIR = {
    (True, True): "Both decisions are right, before the fact and after it. Each counts as right on the map.",
    (True, False): "The first decision was right, this one is not. The map counts the pair, and a pair is right only when both are.",
    (False, True): "This decision is right, the first one was not. The map counts the pair, and a pair is right only when both are.",
    (False, False): "Neither decision was the best one, so the map counts neither as right.",
}


@dataclass(frozen=True)
class DecisionCards:
    """A decision's options, with their answers once they were answered; the same for its twin.

    `first`: how the first decision was, for the line it folds to. `pair`: what both together count for, once both are made.
    """

    options: list[OptionCard]
    picked: str | None
    answers: dict[str, OptionAnswer] | None
    best: str
    first: str
    twin_picked: str | None
    twin_answers: dict[str, OptionAnswer] | None
    twin_best: str
    pair: str


def decision(asked: Decision, shown: Mapping[str, Evidence], seed: int) -> DecisionCards:
    first, second = shown.get("decide"), shown.get("twin")
    own = {option.id: option.answer for option in asked.options}
    picked, again = (row.answer["picked"] if row else None for row in (first, second))
    return DecisionCards(
        options=lettered((option.id, option.text) for option in exercises.shuffled(asked.options, seed, "options")),
        picked=picked,
        answers=_answers(own, asked.best) if first else None,
        best=asked.best,
        first="the best one" if picked == asked.best else "not the best one",
        twin_picked=again,
        twin_answers=_answers(asked.twin.answers, asked.twin.best) if second else None,
        twin_best=asked.twin.best,
        pair=PAIR[picked == asked.best, again == asked.twin.best] if second else "",
    )


def _answers(texts: dict[str, str], best: str) -> dict[str, OptionAnswer]:
    return {id: OptionAnswer(BEST if id == best else NOT_BEST, text) for id, text in texts.items()}
