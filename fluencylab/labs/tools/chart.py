"""The tool lab: how often a call is right, by the way the tools were given; and each guard by both its numbers, one under the other."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group
from fluencylab.charts.rates import Row, chart
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.tools import attacks, rates
from fluencylab.labs.tools.params import GUARDS, WAYS
from fluencylab.stats import Measure

SHORT = {
    "list": "a list of tools",
    "example": "list, one example",
    "turns": "a chat as example",
    "native": "native calls",
    "none": "no guard",
    "allow": "reading only",
    "own": "own orders only",
    "confirm": "a person confirms",
    "limit": "spending limit",
    "steps": "step limit",
    "all": "all but reading only",
}
"""What fits beside a chart on a small screen."""
COUNTED = {"valid": "valid call", "right_tool": "right tool", "right_arguments": "right in every argument"}


def charts(result: Result) -> list[Chart]:
    drawn = (_rates(result.measures), _guards(result.measures))
    return [one for one in drawn if one]


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    """The lab has a sheet of its own."""
    return []


def _rates(measures: dict[str, Measure]) -> Chart | None:
    ways = [way for way in WAYS if f"valid@{way}" in measures]
    rows: list[Row] = [
        (way, what, measures[f"{fact}@{way}"]) for way in ways for fact, what in COUNTED.items() if f"{fact}@{way}" in measures
    ]
    changes: list[Row] = [(way, "right tool, against the first", measures[f"gain@{way}"]) for way in ways[1:]]
    return chart("How often the call is right", rows, rates.says(measures), SHORT, changes) if rows else None


def _guards(measures: dict[str, Measure]) -> Chart | None:
    rows: list[Row] = []
    for guard in GUARDS:
        told = (("damaged", "attacks did damage"), ("blocked_right", "right calls blocked"))
        rows += [(guard, what, measures[name]) for fact, what in told if (name := f"{fact}@{guard}") in measures and measures[name].n]
    return chart("Damage, and what it costs honest people", rows, attacks.says(measures), SHORT) if rows else None
