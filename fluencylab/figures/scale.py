"""A scale: two groups of things on one line from 0 to 1, and a threshold that the reader moves between them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node, percent


class Spot(NamedTuple):
    """`at`: where it stands, 0 to 1. `tone`: "right" or "wrong" is how the threshold judges it."""

    at: float
    tone: Literal["right", "wrong"]


def scale(rows: Sequence[tuple[str, Sequence[Spot]]], threshold: float, sets: str = "", *, ends: tuple[str, str] = ("0", "1")) -> Node:
    """`rows`: each a group with its name. `sets`: the control that is dragged with the line; its values lie evenly from 0 to 1."""
    return node(
        "div",
        "fig-part",
        *(_group(name, spots, threshold, sets) for name, spots in rows),
        node("div", "fig-ends", node("span", "fig-note", said=ends[0]), node("span", "fig-note", said=ends[1])),
    )


def _group(name: str, spots: Sequence[Spot], threshold: float, sets: str) -> Node:
    """Spots that would lie on one another are moved up, in the order they come."""
    seen: dict[int, int] = {}
    marks: list[Node] = []
    for one in spots:
        place = round(one.at * 40)
        seen[place] = seen.get(place, 0) + 1
        marks.append(node("circle", f"fig-spot tone-{one.tone}", cx=percent(one.at), cy=max(6, 66 - 10 * seen[place]), r=4.5))
    at = percent(threshold)
    axis = node("line", "fig-axis", x1=0, x2="100%", y1=62, y2=62)
    limit = node("line", "fig-threshold", x1=at, x2=at, y1=0, y2=68)
    line = node("svg", "fig-scale", axis, node("g", "", *marks), limit, aria_hidden="true", focusable="false", data_drag=sets or None)
    return node("div", "fig-group", node("p", "fig-name", said=name), line)
