"""Which of a few labels does an answer come to? Read from the whole of it, with what it denies; where it comes to none, or to two, None.

    "This answer is not good."                good | bad     bad, for what is not good is bad
    "A clearer answer is B."                  A | B          B: the first A is an article
    "A and B are equal.", "Good? No."                        None
    "I don't know."                           yes | no       None: in “know” there is no “no”
    "**B**. A is longer, but hides the fee."  A | B          B: a verdict that stands alone counts before its explanation
    '{"verdict": "B"}', "Verdict: B"          A | B          B

An answer is read clause by clause. What denies is told by the commonest words for “not” in fifteen languages; in a script whose words for
it are not known here (`KNOWN`), only a label that stands alone is read.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fluencylab.instruments.clauses import VERDICTS, Clause, clauses
from fluencylab.text.folding import fold


class Reading(NamedTuple):
    """Of one clause: which labels it says are right, and which it denies. `even`: it says that they are alike."""

    right: frozenset[int] = frozenset()
    denied: frozenset[int] = frozenset()
    even: bool = False


def read_verdict(text: str, labels: Sequence[str], opposite: Mapping[str, str] | None = None) -> str | None:
    """One of `labels`; None where the answer names none, denies what it names, leaves it open, or comes to several.

    `opposite`: what an answer means that denies a label and affirms none, where that is sure: {"good": "bad"}.
    """
    if (found := _in_json(text, labels)) is not None:
        return found or None
    letters = all(len(label) == 1 for label in labels)
    said = list(clauses(text, labels))
    readings = [(clause, _read(clause, letters, labels)) for clause in said]
    number = _decided(readings)
    if number is not None:
        return labels[number]
    denied = {one for _, reading in readings for one in reading.denied}
    sure = not any(reading.right or reading.even or (clause.asked and clause.labels) for clause, reading in readings)
    return (opposite or {}).get(labels[denied.pop()]) if len(denied) == 1 and sure else None


def _decided(readings: Sequence[tuple[Clause, Reading]]) -> int | None:
    """What is marked as the verdict counts before what stands alone, and that before what is said in passing. Two of one rank: none."""
    marked = {one for clause, reading in readings if clause.marked for one in reading.right}
    alone = {one for clause, reading in readings if clause.alone for one in reading.right}
    if marked or alone:
        return next(iter(marked or alone)) if len(marked | alone) == 1 else None
    if any(reading.even or clause.marked or (clause.asked and clause.labels) for clause, reading in readings):
        return None
    right = {one for _, reading in readings for one in reading.right}
    denied = {one for _, reading in readings for one in reading.denied}
    return next(iter(right)) if len(right) == 1 and not right & denied else None


def _read(clause: Clause, letters: bool, labels: Sequence[str]) -> Reading:
    named = tuple(dict.fromkeys(clause.labels))
    if clause.asked or clause.open or not clause.known or (clause.heading and not clause.only):
        return Reading()
    if clause.denies:
        return Reading(denied=frozenset(named))
    if letters and clause.even:
        return Reading(even=True)
    if len(named) == 2 and clause.compares:
        better, worse = reversed(named) if clause.against else named
        judged = not letters or clause.judges or clause.against
        return Reading(frozenset({better}), frozenset({worse})) if judged else Reading()
    if letters and len(named) == 1 and clause.against:
        return Reading(denied=frozenset(named))
    if letters and len(named) > 1:
        return Reading(even=True)
    if len(named) == 1 and not clause.alone and (not clause.judges if letters else labels[named[0]].casefold() in ("yes", "no", "none")):
        return Reading()
    return Reading(frozenset(named))


def _in_json(text: str, labels: Sequence[str]) -> str | None:
    """The label in the last JSON object; "" where it holds none, or several. None where there is no object."""
    for given in _objects(text):
        told = {str(key).casefold(): value for key, value in given.items()}
        values = [value for key, value in told.items() if key in VERDICTS] or list(told.values())
        found = {label for value in values for label in labels if isinstance(value, str) and fold(value.strip(" .*")) == fold(label)}
        return found.pop() if len(found) == 1 else ""
    return None


def _objects(text: str) -> Iterator[dict[str, object]]:
    """The last first."""
    for start in [match.start() for match in re.finditer(r"\{", text)][-20:][::-1]:
        try:
            given, _ = json.JSONDecoder().raw_decode(text[start:])
        except (ValueError, RecursionError):
            continue
        if isinstance(given, dict):
            yield given
