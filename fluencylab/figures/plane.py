"""A plane: points with names, as on a map, where near means alike; and lines between some of them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node, percent


class Point(NamedTuple):
    """`x`, `y`: 0 to 1, from the left and from the top. `tone`: "now" is the one that is spoken of, "near" its neighbours."""

    x: float
    y: float
    label: str
    tone: Literal["plain", "now", "near", "quiet"] = "plain"
    sets: tuple[str, int] | None = None


def plane(points: Sequence[Point], lines: Sequence[tuple[Point, Point]] = (), *, size: Literal["small", "large"] = "large") -> Node:
    """A point of tone "now" and its neighbours keep their names; of the others the names step back; one without a label is a dot alone."""
    threads = [node("line", "fig-thread", x1=percent(a.x), y1=percent(a.y), x2=percent(b.x), y2=percent(b.y)) for a, b in lines]
    marks = [mark for one in points for mark in _point(one)]
    group = node("g", "", *threads) if threads else node("g")
    return node("svg", f"fig-plane fig-plane-{size}", group, node("g", "", *marks), aria_hidden="true", focusable="false")


def _point(one: Point) -> tuple[Node, Node]:
    sets = f"{one.sets[0]}:{one.sets[1]}" if one.sets else None
    dot = node("circle", f"fig-point tone-{one.tone}", cx=percent(one.x), cy=percent(one.y), r=7 if one.tone == "now" else 5, data_set=sets)
    right = one.x > 0.6
    name = node(
        "text",
        f"fig-point-name tone-{one.tone}",
        x=percent(one.x),
        y=percent(one.y),
        dx=-10 if right else 10,
        dy=-12 if one.tone == "now" else 4,
        text_anchor="end" if right else "start",
        said=one.label,
        data_set=sets,
    )
    return dot, name
