"""Drills on model cards on the model in use: does their content fit, and does a claim that is run come out as the drill says?"""

from collections.abc import Iterator

from fluencylab.actions.kinds.mission import MissionActs
from fluencylab.curriculum.model_cards import CardDrill
from fluencylab.curriculum.schema import Track
from fluencylab.packs.fitting import problems
from fluencylab.practice import card_marks
from fluencylab.practice.kinds import MODEL_CARD


class ModelCardActs(MissionActs[CardDrill]):
    book = "model_cards"

    def problems(self, track: Track) -> Iterator[str]:
        for one in self.kind.every():
            if track.concept(one.concept) is None:
                yield f"{one.key}: there is no concept called {one.concept}."
            yield from (f"{one.key}: {problem}" for problem in problems(one.of))
            yield from (f"{one.key}: {problem}" for problem in _graded_wrongly(one.of))


def _graded_wrongly(of: CardDrill) -> Iterator[str]:
    """What is right must be accepted; all lines together, and silence where the card speaks, must not."""
    right = card_marks.judge(of, () if of.silent else of.decisive, of.ask)
    if right.score != 1:
        yield "what should be accepted of the card was refused."
    every = card_marks.judge(of, [line.id for line in of.card.lines], "")
    wrong = [card_marks.judge(of, (), one.id) for one in of.questions if one.id != of.ask]
    if any(verdict.score for verdict in (every, *wrong)):
        yield "what should be refused of the card was accepted."


ACTS = ModelCardActs(MODEL_CARD)
