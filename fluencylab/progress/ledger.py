"""What the evidence of one learner adds up to: a fold over its pieces, oldest first, that can always go on from where it stands.

What was shown in a pack is counted apart, pack by pack: nothing that a pack asks moves what is believed of the ten concepts, so they say
the same whichever packs are on. Of a pack that is off or gone nothing is counted, and nothing is lost.

Every piece is weighed before it counts. A second go at the same item counts a quarter of the first, a third a quarter of that, because
its answer was shown; so does an item that was answered with help, and both together still less.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from fluencylab.curriculum.schema import pack_of
from fluencylab.practice.kinds import chance
from fluencylab.progress.mastery import Belief, Observation
from fluencylab.progress.review import Recall

REPEAT_WEIGHT = 0.25
"""What a further go at the same item is worth beside the one before it."""
HELPED = 0.5
TOO_LITTLE = 0.01
"""Below this weight nothing is folded: so the thousandth go at one item costs nothing and says nothing."""
EXACT, JUDGED = 0.01, 0.15
"""How often a grader is wrong. Code compares with the key; a slip of the hand is left. A model may judge only past a kappa of 0.70:
where right and wrong are equally common kappa is 1 - 2 errors, so it errs in at most 15 of 100."""


class EvidenceRow(NamedTuple):
    """One row of evidence, without its answer. `sha256`: of the model it was measured on; `chance`: what guessing would have reached."""

    id: str
    made: datetime
    concept: str
    capability: str
    exercise: str
    stage: str
    variant: str
    content: str
    score: float | None
    certainty: int | None
    marks: int | None
    grader: str
    help: str
    sha256: str | None
    chance: float | None

    @property
    def item(self) -> tuple[str, ...]:
        """What was asked. Where its words and their variant are known, it is the same item wherever it is asked."""
        return (self.variant, self.content) if self.variant and self.content else (self.exercise, self.stage, self.variant, self.content)


def deterministic(grader: str) -> bool:
    """Graders that are code have a name that begins with "rules"."""
    return grader.startswith("rules")


def weight(before: int, help: str) -> float:
    """`before`: goes at the same item before this one."""
    return REPEAT_WEIGHT**before * (HELPED if help else 1)


class Tally:
    """What is counted of one cell."""

    def __init__(self) -> None:
        self.n = 0
        self.deterministic = 0
        self.last: datetime | None = None
        self.contents: dict[str, str] = {}
        """Exercise -> hash of the words that were last answered; the newest exercise last."""
        self.sha256 = ""
        """Of the model its latest run was made on."""

    def add(self, piece: EvidenceRow, first: bool) -> None:
        self.n += first
        self.deterministic += first and deterministic(piece.grader)
        self.last = piece.made
        if piece.content:
            self.contents.pop(piece.exercise, None)
            self.contents[piece.exercise] = piece.content
        self.sha256 = piece.sha256 or self.sha256


class Ledger:
    """The running sum. `count` and `last` say which pieces it holds: all up to and including the last, in the order (made, id)."""

    def __init__(self, concepts: Sequence[str], chances: Mapping[tuple[str, str], float]) -> None:
        """`concepts`: ours and those of the packs that are on.

        `chances`: (exercise, stage) -> what guessing reaches (`kinds.chances`), for pieces that do not say it themselves.
        """
        self._chances = chances
        self.recall = Recall()
        packs = dict.fromkeys(map(pack_of, concepts))
        self.beliefs = {pack: Belief([one for one in concepts if pack_of(one) == pack]) for pack in ("", *packs)}
        """By pack; ours under the empty name."""
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.sureness: dict[int, tuple[int, int]] = {}
        """Certainty -> (right, of so many)."""
        self.count = 0
        self.last: tuple[datetime, str] | None = None
        self.counted: dict[str, float] = {}
        """Id of a graded piece -> what it counts, 0 to 1."""
        self._goes: dict[tuple[str, ...], int] = {}

    @property
    def belief(self) -> Belief:
        """Of the ten."""
        return self.beliefs[""]

    def knows(self, concept: str) -> bool:
        return concept in self.beliefs.get(pack_of(concept), self.belief).concepts

    def belief_of(self, concept: str) -> Belief:
        return self.beliefs[pack_of(concept)]

    def add(self, pieces: list[EvidenceRow]) -> None:
        """Pieces newer than the last one, oldest first."""
        shown: dict[str, list[Observation]] = {pack: [] for pack in self.beliefs}
        for piece in pieces:
            self.count += 1
            self.last = (piece.made, piece.id)
            pack = pack_of(piece.concept)
            if pack not in self.beliefs:
                continue
            self.recall.add(piece)
            if piece.score is not None:
                shown[pack] += self._count(piece, piece.score)
        self.beliefs = {pack: belief.fold(shown[pack]) if shown[pack] else belief for pack, belief in self.beliefs.items()}

    def _count(self, piece: EvidenceRow, score: float) -> list[Observation]:
        if piece.certainty is not None and not pack_of(piece.concept):
            right, of = self.sureness.get(piece.certainty, (0, 0))
            self.sureness[piece.certainty] = right + (piece.marks > 0 if piece.marks is not None else score == 1), of + 1
        cell = (piece.concept, piece.capability)
        if cell not in self.belief_of(piece.concept):
            return []
        before = self._goes.get(piece.item, 0)
        self._goes[piece.item] = before + 1
        self.tallies.setdefault(cell, Tally()).add(piece, before == 0)
        counts = self.counted[piece.id] = weight(before, piece.help)
        if counts < TOO_LITTLE:
            return []
        guessed = piece.chance if piece.chance is not None else chance(self._chances, piece.exercise, piece.stage)
        error = EXACT if deterministic(piece.grader) else JUDGED
        return [Observation(*cell, score, guessed, error, counts)]
