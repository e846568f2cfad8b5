"""What is shown of a cell of the map, in words: so many right of so many asked, never a bare percentage."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from fluencylab.progress.ledger import EvidenceRow, Names, Sieve
from fluencylab.progress.mastery import ENOUGH, State

Answers = Mapping[tuple[str, ...], bool]
"""What was asked -> was the latest answer to it right?"""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
FAR = 8
"""From so many missing answers on, their number says nothing to a reader."""


class Rights(NamedTuple):
    """Of the different tasks that were asked, those whose latest answer was right."""

    right: int = 0
    of: int = 0


def latest(rows: Iterable[EvidenceRow], names: Names) -> Mapping[tuple[str, str], Answers]:
    """(concept, capability) -> the latest answers there, from evidence in the order in which it was made."""
    found: dict[tuple[str, str], dict[tuple[str, ...], bool]] = {}
    for row, met in Sieve(names).counted(rows):
        found.setdefault((row.concept, row.capability), {})[met.name] = row.right
    return found


def rights(answers: Answers) -> Rights:
    return Rights(sum(answers.values()), len(answers))


def number(n: int) -> str:
    return NUMBERS[n] if 0 <= n < len(NUMBERS) else str(n)


def right_of(shown: Rights) -> str:
    """As "2 of 3 right"."""
    return f"{shown.right} of {shown.of} right"


def to_be_sure(state: State, n: int, missing: int) -> str:
    """What is missing until a cell is solid. `n`: different tasks shown; `missing`: right answers to new ones."""
    if state == "solid":
        return "It is solid."
    if state == "due":
        return "It is due again."
    if n < ENOUGH:
        left = number(ENOUGH - n).capitalize()
        return f"{left} more {'task' if n == ENOUGH - 1 else 'tasks'} of this kind, and the map says where you stand."
    if missing >= FAR:
        return "More tasks of this kind are needed to be sure."
    return f"{number(missing).capitalize()} more right {'answer' if missing == 1 else 'answers'} to new tasks to be sure."


class Change(NamedTuple):
    """What one exercise did to one cell. `here`: what was right in it; `met`: was all of it asked before? `kind`: what it is called."""

    concept: str
    capability: str
    before: Rights
    after: Rights
    here: Rights
    met: bool
    sure: str
    kind: str = "exercise"


def changed(change: Change) -> str:
    """From what to what, and why: "Context windows, decisions: 2 of 3 right now, 1 of 1 before. …"."""
    then = f", {change.before.right} of {change.before.of} before" if change.before.of else ""
    said = [f"{change.concept}, {change.capability}: {right_of(change.after)} now{then}."]
    if change.here != change.after:
        said.append(f"In this {change.kind} {change.here.right} of {change.here.of}.")
    if change.met:
        said.append("You had met its tasks before, so they count little.")
    return " ".join([*said, change.sure])


def changed_much(changes: list[Change]) -> str:
    """The same where an exercise reaches over many cells."""
    right, of = sum(one.here.right for one in changes), sum(one.here.of for one in changes)
    new = sum(not one.before.of for one in changes)
    first = f" {number(new).capitalize()} of them had nothing before." if new else ""
    return f"The map has something new in {number(len(changes))} of its cells: {right} of {of} right.{first}"
