"""What was marked of a proposal, graded: the sentences that do not hold, and why each does not. Pure.

    judge(proposal, {"sum": "uncounted"})         half for the sentences (F1), half for those whose reason is right as well
    judge(proposal, {})                           no objection: right where the proposal is sound, and only there

Objecting to everything fails for want of precision; approving everything is right as often as proposals are sound, one in four.
"""

from collections.abc import Mapping
from typing import Protocol

from fluencylab.curriculum.proposals import OFFERED, Proposal, Sentence, why_nots
from fluencylab.errors import BadInput
from fluencylab.practice.card_marks import Marks, drawn
from fluencylab.practice.verdict import Verdict

SOUND = 1 / 4
"""Share of the proposals that are sound: what approving all of them earns."""


class Marked(Protocol):
    """What can be marked so: a proposal, and that of a capstone."""

    @property
    def sentences(self) -> tuple[Sentence, ...]: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...
    @property
    def flaws(self) -> dict[str, str]: ...


def marks(of: Marked, objections: Mapping[str, str]) -> Marks:
    return Marks(len(objections.keys() & of.flaws.keys()), len(objections), len(of.flaws))


def reasoned(of: Marked, objections: Mapping[str, str]) -> Marks:
    """As `marks`, where only those count whose reason is right."""
    return Marks(len(objections.items() & of.flaws.items()), len(objections), len(of.flaws))


def judge(of: Marked, objections: Mapping[str, str]) -> Verdict:
    """`objections`: sentence -> reason. Raises BadInput for what is no answer."""
    if not objections.keys() <= {one.id for one in of.sentences} or not set(objections.values()) <= set(of.reasons):
        raise BadInput("This proposal has no such sentence or reason.", "Mark sentences as they stand on the page.")
    read = ", ".join(f"{number(of, one)}: {why_nots()[why]}" for one, why in objections.items()) or "no objection"
    found = marks(of, objections)
    if not of.flaws:
        why = "You had no objection, and it is sound." if not objections else f"It is sound, and you objected to {_n(found.marked)}."
        return Verdict(score=float(not objections), read=read, why=why)
    right = reasoned(of, objections)
    besides = found.marked - found.hits
    tail = f"; {_n(besides)} you marked hold{'s' if besides == 1 else ''}" if besides else ""
    reasons = f", {right.hits} for the right reason" if found.hits else ""
    why = f"You found {found.hits} of {_n(found.deciding)} that do not hold{reasons}{tail}."
    return Verdict(score=(found.score + right.score) / 2, read=read, why=why)


def number(of: Marked, id: str) -> int:
    """As the page counts its sentences, from 1."""
    return 1 + next(at for at, one in enumerate(of.sentences) if one.id == id)


def _n(n: int) -> str:
    return f"{n} sentence{'' if n == 1 else 's'}"


def chance(of: Proposal) -> float:
    """What the best blind guess earns: of a sound one to approve it, else so many sentences drawn as pay best, each with a reason drawn."""
    if of.sound:
        return SOUND
    every, flawed = len(of.sentences), len(of.flaws)
    return max(drawn(every, flawed, n) for n in range(1, every + 1)) * (1 + 1 / OFFERED) / 2
