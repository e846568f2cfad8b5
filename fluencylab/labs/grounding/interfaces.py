"""The same answers behind four interfaces: what users would be told wrongly, per 1,000 questions, at one's own share of unanswerable ones.

    of 1,000 questions, 200 unanswerable     bare  647 wrong      with sources  247 wrong      with a check  0 wrong, 520 left open

Nothing is asked for this. Answerable are the questions about real things, unanswerable those about invented ones.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.stats import Measure, wilson

NAMES = {"bare": "bare", "sources": "with sources", "abstain": "with abstention", "check": "with a check step"}
HOW = {
    "bare": "every answer is shown as it came",
    "sources": "a passage is given, and shown; if nothing fits, another passage is",
    "abstain": "bare, and only answers above the line of sureness are shown",
    "check": "with sources, and code withholds an answer whose words do not stand in the passage",
}
NEEDS = {"bare": ("bare",), "sources": ("context", "gap"), "abstain": ("bare",), "check": ("context", "gap")}
LINE = 0.6
"""Where the line of sureness lies until it is moved."""


class Outcomes(NamedTuple):
    """Per 1,000 questions: told wrongly, told rightly, left open. Each interval adds the ends of two rates, so it is wide."""

    wrong: Measure
    right: Measure
    open: Measure


def of(answers: Sequence[Mapping[str, Any]], interface: str, unanswerable: float, line: float = LINE) -> Outcomes | None:
    """`unanswerable`: the share of such questions, 0 to 1. None where the run holds no such answers."""
    known = [_outcome(one, interface, line) for one in answers if one["real"] and one["condition"] == NEEDS[interface][0]]
    unknown = [_outcome(one, interface, line) for one in answers if not one["real"] and one["condition"] == NEEDS[interface][-1]]
    if (
        not known
        or not unknown
        or (interface == "abstain" and any(one["mean_token_probability"] is None for one in answers if one["condition"] == "bare"))
    ):
        return None
    parts = ((1 - unanswerable, known), (unanswerable, unknown))
    return Outcomes(*(_per_thousand(parts, name) for name in ("wrong", "right", "open")))


def _per_thousand(parts: Sequence[tuple[float, Sequence[str]]], name: str) -> Measure:
    value = sum(weight * some.count(name) / len(some) for weight, some in parts)
    ends = [(weight, wilson(some.count(name), len(some))) for weight, some in parts]
    low, high = (sum(weight * end[side] for weight, end in ends) for side in (0, 1))
    return Measure(value=1000 * value, low=1000 * min(low, value), high=1000 * max(high, value), n=sum(len(some) for _, some in parts))


def _outcome(one: Mapping[str, Any], interface: str, line: float) -> str:
    held = (interface == "abstain" and (one["mean_token_probability"] or 0.0) < line) or (interface == "check" and not one["backed"])
    return "open" if held or one["verdict"] in ("abstained", "beside") else str(one["verdict"])


def every(answers: Sequence[Mapping[str, Any]], unanswerable: float, line: float = LINE) -> dict[str, Outcomes]:
    found = {interface: of(answers, interface, unanswerable, line) for interface in NAMES}
    return {interface: told for interface, told in found.items() if told is not None}


def measures(answers: Sequence[Mapping[str, Any]], unanswerable: float) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for interface, told in every(answers, unanswerable).items():
        found[f"told_wrong@{interface}"] = told.wrong
        found[f"left_open@{interface}"] = told.open
    return found
