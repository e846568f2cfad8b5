"""What the evidence of one learner adds up to: a fold over its pieces, oldest first, that can always go on from where it stands.

What was shown in a pack is counted apart, pack by pack: nothing that a pack asks moves what is believed of the ten concepts, so they say
the same whichever packs are on. Of a pack that is off or gone nothing is counted, and nothing is lost.

Every piece is weighed before it counts. A second go at the same item counts a quarter of the first, a third a quarter of that, because
its answer was shown: wherever its words are shown again, in a review as in its exercise. What can be read on a page before it is asked is
such a second go from the first. An item that was answered with help counts half. A number that was foretold counts for how sure one may be
of oneself, and in no cell.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from fluencylab.curriculum.schema import pack_of
from fluencylab.practice import kinds
from fluencylab.practice.items import Met
from fluencylab.progress.mastery import RIGHT, Belief, Observation
from fluencylab.progress.review import Recall

Names = Mapping[tuple[str, str], Met]
"""(concept, id of a review item) -> where its words are shown."""

REPEAT_WEIGHT = 0.25
"""What a further go at the same item is worth beside the one before it."""
REMEMBERED = 0.5
"""How often it is right by memory alone, whatever is known: like guessing, that is taken off."""
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
    def review(self) -> bool:
        return kinds.REVIEW.slug(self.exercise) is not None

    @property
    def right(self) -> bool:
        return (self.score or 0) >= RIGHT


class Sieve:
    """Which pieces count in a cell, and what each of them asked; pieces come in the order in which they were made."""

    def __init__(self, names: Names) -> None:
        self._names, self._forecasts, self._pairs = names, kinds.forecasts(), kinds.pairs()
        self._right: dict[tuple[str, str], bool] = {}
        """(exercise, stage) that begins a pair -> was the latest right?"""

    def forecast(self, piece: EvidenceRow) -> bool:
        return piece.stage in self._forecasts

    def asked(self, piece: EvidenceRow) -> Met | None:
        """None where it counts in no cell: not graded, a forecast, or the second of a pair that was lost, and counted, with its first."""
        if piece.score is None or self.forecast(piece):
            return None
        if piece.stage in self._pairs.values():
            self._right[piece.exercise, piece.stage] = piece.marks > 0 if piece.marks is not None else piece.score == 1
        first = self._pairs.get(piece.stage)
        if first and piece.score == 0 and not self._right.get((piece.exercise, first), True):
            return None
        if piece.review:
            return self._names.get((piece.concept, piece.variant)) or Met((piece.concept, piece.variant, piece.content))
        named = piece.variant and piece.content
        return Met((piece.content,)) if named else Met((piece.exercise, piece.stage, piece.content))

    def counted(self, pieces: Iterable[EvidenceRow]) -> Iterator[tuple[EvidenceRow, Met]]:
        return ((piece, met) for piece in pieces if (met := self.asked(piece)))


def days(moment: datetime) -> int:
    """The number of its (UTC) day: what is said of a cell changes by time once a day, at most."""
    return moment.astimezone(UTC).date().toordinal()


def deterministic(grader: str) -> bool:
    """Graders that are code have a name that begins with "rules"."""
    return grader.startswith("rules")


def weight(before: int, help: str) -> float:
    """`before`: times the same item was shown before this one."""
    return REPEAT_WEIGHT**before * (HELPED if help else 1)


class Tally:
    """What is counted of one cell."""

    def __init__(self) -> None:
        self.n = 0
        self.right: dict[tuple[str, ...], bool] = {}
        """What was asked -> was the latest answer to it right? As `progress/telling.py` counts."""
        self.deterministic = 0
        self.last: datetime | None = None
        self.contents: dict[str, str] = {}
        """Exercise -> hash of the words that were last answered; the newest exercise last."""
        self.sha256 = ""
        """Of the model its latest run was made on."""

    def add(self, piece: EvidenceRow, name: tuple[str, ...], first: bool) -> None:
        self.n += first
        self.right[name] = piece.right
        self.deterministic += first and deterministic(piece.grader)
        self.last = piece.made
        if piece.content:
            self.contents.pop(piece.exercise, None)
            self.contents[piece.exercise] = piece.content
        self.sha256 = piece.sha256 or self.sha256


class Ledger:
    """The running sum. `count` and `last` say which pieces it holds: all up to and including the last, in the order (made, id)."""

    def __init__(self, concepts: Sequence[str], chances: Mapping[tuple[str, str], float], names: Names | None = None) -> None:
        """`concepts`: ours and those of the packs that are on.

        `chances`: (exercise, stage) -> what guessing reaches (`kinds.chances`), for pieces that do not say it themselves.
        """
        self._chances, self._sieve = chances, Sieve(names or {})
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
            if not self._sieve.forecast(piece):
                self.recall.add(piece)
            if piece.score is not None:
                self._know(piece, piece.score)
                if met := self._sieve.asked(piece):
                    shown[pack] += self._count(piece, piece.score, met)
        self.beliefs = {pack: belief.fold(shown[pack]) if shown[pack] else belief for pack, belief in self.beliefs.items()}

    def _know(self, piece: EvidenceRow, score: float) -> None:
        if piece.certainty is not None and not pack_of(piece.concept):
            right, of = self.sureness.get(piece.certainty, (0, 0))
            self.sureness[piece.certainty] = right + (piece.marks > 0 if piece.marks is not None else score == 1), of + 1

    def _count(self, piece: EvidenceRow, score: float, met: Met) -> list[Observation]:
        cell = (piece.concept, piece.capability)
        if cell not in self.belief_of(piece.concept):
            return []
        before = self._goes.get(met.name, 0)
        self._goes[met.name] = before + 1
        self.tallies.setdefault(cell, Tally()).add(piece, met.name, before == 0)
        counts = self.counted[piece.id] = weight(before + met.printed, piece.help)
        if counts < TOO_LITTLE:
            return []
        guessed = piece.chance if piece.chance is not None else kinds.chance(self._chances, piece.exercise, piece.stage)
        if before + met.printed:
            guessed = max(guessed, REMEMBERED)
        error = EXACT if deterministic(piece.grader) else JUDGED
        fresh = before == 0 and not piece.review
        return [Observation(*cell, score, guessed, error, counts, fresh, days(piece.made))]
