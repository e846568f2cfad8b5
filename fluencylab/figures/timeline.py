"""A timeline: lanes of calls, each with stretches of waiting, reading and writing, and clocks that stop at a moment."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node, percent


class Stretch(NamedTuple):
    """In seconds from the beginning."""

    begin: float
    end: float
    tone: Literal["wait", "read", "write", "hidden"]


class Clock(NamedTuple):
    """A moment that somebody waits for: TTFT, TTLT."""

    label: str
    at: float


class Lane(NamedTuple):
    label: str
    stretches: tuple[Stretch, ...]
    note: str
    clocks: tuple[Clock, ...] = ()


def timeline(lanes: Sequence[Lane], longest: float, sets: str = "") -> Node:
    """`longest`: seconds that the whole width stands for, the same in every state. `sets`: the control that a drag along a lane sets."""
    key = node("ul", "fig-key", *(node("li", f"tone-{tone}", said=said) for tone, said in _named(lanes)))
    return node("div", "fig-part", key, node("div", "fig-lanes", *(_lane(one, longest, sets) for one in lanes), holds=True))


NAMES = {"wait": "waiting for a turn", "read": "reading the prompt", "write": "writing", "hidden": "written, not shown yet"}


def _named(lanes: Sequence[Lane]) -> list[tuple[str, str]]:
    used = {stretch.tone for lane in lanes for stretch in lane.stretches}
    return [(tone, said) for tone, said in NAMES.items() if tone in used]


def _lane(lane: Lane, longest: float, sets: str) -> Node:
    def place(seconds: float) -> str:
        return percent(min(1.0, seconds / longest))

    marks: list[Node] = []
    clocks: list[Node] = []
    for one in lane.stretches:
        width = percent(min(1.0, max(0.0, one.end - one.begin) / longest))
        marks.append(node("rect", f"fig-stretch tone-{one.tone}", x=place(one.begin), width=width, y=12, height=16, rx=2))
    for clock in lane.clocks:
        at = place(clock.at)
        anchor = "end" if clock.at > 0.8 * longest else "start"
        clocks.append(node("line", "fig-clock", x1=at, x2=at, y1=4, y2=36))
        clocks.append(node("text", "fig-clock-name", x=at, y=47, text_anchor=anchor, said=clock.label))
    style = "fig-lane with-clocks" if lane.clocks else "fig-lane"
    axis = node("line", "fig-axis", x1=0, x2="100%", y1=20, y2=20)
    line = node(
        "svg", style, axis, node("g", "", *marks), node("g", "", *clocks), aria_hidden="true", focusable="false", data_drag=sets or None
    )
    head = node("p", "fig-lane-head", node("span", "fig-name", said=lane.label), node("span", "fig-note", said=lane.note))
    return node("div", "fig-group", head, line)
