"""A matrix: rows by columns, each cell with a number and a ground that is the darker the more it holds."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node


class Cell(NamedTuple):
    """`share`: how dark, 0 to 1. `tone`: "measured" as a rule; "right" and "wrong" where a cell is a verdict; "now" is spoken of."""

    text: str
    share: float = 0.0
    tone: Literal["measured", "right", "wrong", "quiet"] = "measured"
    now: bool = False
    sets: tuple[str, int] | None = None


STEPS = 5


def matrix(corner: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]) -> Node:
    """`corner`: what rows and columns are, "Temperature"."""
    head = node("tr", "", node("th", said=corner, scope="col"), *(node("th", said=name, scope="col") for name in columns))
    body = [node("tr", "", node("th", said=name, scope="row"), *(_cell(one) for one in cells)) for name, cells in rows]
    return node("table", "fig-matrix", node("thead", "", head), node("tbody", "", *body))


def _cell(cell: Cell) -> Node:
    dark = round(max(0.0, min(1.0, cell.share)) * STEPS)
    style = f"tone-{cell.tone} dark-{dark}" + (" is-now" if cell.now else "")
    return node("td", style, said=cell.text, data_set=f"{cell.sets[0]}:{cell.sets[1]}" if cell.sets else None)
