"""Bars and rates: one row each, with a word at its left and a number at its right."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node, percent
from fluencylab.stats import share


class Bar(NamedTuple):
    """`share`: its length, 0 to 1. `tone`: "measured" stands out, "quiet" steps back. `model`: the label is the model's own word."""

    label: str
    share: float
    note: str
    tone: Literal["measured", "quiet"] = "measured"
    model: bool = True


class Rate(NamedTuple):
    """A measured share with its 95 % interval: an orange dot on a line from 0 to 1."""

    label: str
    share: float
    low: float
    high: float
    note: str
    tone: Literal["measured", "quiet"] = "measured"


def rate_of(label: str, hits: int, n: int, *, stands_out: bool = True) -> Rate:
    """`hits` of `n` as a rate: its interval is worked out here, and its note says both numbers."""
    one = share(hits, n)
    return Rate(label, one.value, one.low, one.high, f"{hits} of {n}", "measured" if stands_out else "quiet")


def bars(rows: Sequence[Bar]) -> Node:
    return node("div", "fig-bars", *(_row(one.label, one.note, one.tone, _length(one), model=one.model) for one in rows))


def rates(rows: Sequence[Rate]) -> Node:
    return node("div", "fig-bars", *(_row(one.label, one.note, one.tone, _dot(one), model=False) for one in rows))


def _row(label: str, note: str, tone: str, line: Node, *, model: bool) -> Node:
    name = node("span", "fig-label fig-model" if model else "fig-label", said=label)
    return node("div", f"fig-row tone-{tone}", name, line, node("span", "fig-note", said=note))


def _length(bar: Bar) -> Node:
    return _line(node("rect", "fig-bar", x=0, y=3, height=14, width=percent(bar.share), rx=2))


def _dot(rate: Rate) -> Node:
    return _line(
        node("line", "fig-axis", x1=0, x2="100%", y1=10, y2=10),
        node("rect", "fig-interval", x=percent(rate.low), width=percent(rate.high - rate.low), y=6, height=8, rx=4),
        node("circle", "fig-dot", cx=percent(rate.share), cy=10, r=6),
    )


def _line(*marks: Node) -> Node:
    return node("svg", "fig-line", *marks, aria_hidden="true", focusable="false")
