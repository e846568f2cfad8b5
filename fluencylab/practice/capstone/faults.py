"""The third part: two faults at once, named, each by a probe that was bought and shows it. Pure.

judge_faults(of, {"no-examples": "read-prompt", "cut-short": "longer"}, ["read-prompt", "longer"])
    ->  Named(right=2, shown=2, spent=25, score=1.0, …)
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from fluencylab.curriculum.capstone import FAULTS, CapstoneProduct
from fluencylab.errors import BadInput

CAUSE, PROOF = 0.25, 0.25
"""Earned by each planted cause that is named, and by a probe beside it that shows it."""


class Named(NamedTuple):
    """`right`: causes named that are planted; `shown`: those of them beside a probe that shows them; `spent`: minutes."""

    right: int
    shown: int
    spent: int
    score: float
    why: str


def judge_faults(of: CapstoneProduct, named: Mapping[str, str], bought: Sequence[str]) -> Named:
    """`named`: cause -> the probe that shows it, or nothing. Raises BadInput for what is no answer."""
    spent = minutes(of, bought)
    if len(named) != FAULTS or not set(named) <= {one.id for one in of.fault.causes}:
        raise BadInput(f"Exactly {FAULTS} causes are asked for.", "Name two of the six, each with the probe that shows it.")
    if unbought := [probe for probe in named.values() if probe and probe not in bought]:
        raise BadInput(f"The probe “{_title(of, unbought[0])}” was not bought.", "Name a probe that you bought, or none.")
    right = [one for one in of.planted if one.id in named]
    shown = [one for one in right if named[one.id] in one.proof]
    return Named(len(right), len(shown), spent, CAUSE * len(right) + PROOF * len(shown), _why(of, len(right), len(shown), spent))


def minutes(of: CapstoneProduct, bought: Collection[str]) -> int:
    """What so many probes cost together. Raises BadInput for one that is not there, and for more than the budget."""
    known = {one.slug: one.minutes for one in of.fault.probes}
    if not set(bought) <= set(known):
        raise BadInput("There is no such probe.", "Buy probes as they stand on the page.")
    spent = sum(known[slug] for slug in set(bought))
    if spent > of.fault.budget:
        raise BadInput(f"That would be {spent} minutes, and there are {of.fault.budget}.", "Name the causes by what you have seen.")
    return spent


def _title(of: CapstoneProduct, slug: str) -> str:
    found = of.probe(slug)
    return found.title if found else slug


def _why(of: CapstoneProduct, right: int, shown: int, spent: int) -> str:
    tail = f"You spent {spent} of {of.fault.budget} minutes."
    if not right:
        return f"Neither cause you named is one of the two. {tail}"
    proved = (
        "its probe shows it" if right == shown == 1 else "their probes show both" if shown == FAULTS else f"a probe shows {shown or 'none'}"
    )
    return f"You named {right} of the {FAULTS} faults, and {proved}. {tail}"
