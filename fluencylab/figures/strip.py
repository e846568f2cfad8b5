"""A strip of tokens, as the model reads or writes them, each on its own ground; and a text that the model wrote or reads."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node


class Piece(NamedTuple):
    """`tone`: "plain" as it stands, "now" the one that is spoken of, "quiet" not yet reached, "gone" cut away, "mark" set apart.

    `sets`: a click on it sets that control to its value of that number.
    """

    text: str
    tone: Literal["plain", "now", "quiet", "gone", "mark"] = "plain"
    sets: tuple[str, int] | None = None


def strip(pieces: Sequence[Piece], label: str = "", *, direction: Literal["ltr", "rtl"] = "ltr") -> Node:
    tokens = [node("span", f"fig-token tone-{one.tone}", said=_seen(one.text), data_set=_sets(one.sets)) for one in pieces]
    return _labelled(label, node("p", "fig-strip fig-model", *tokens, dir=direction, holds=True))


def text(words: str, label: str = "", *, tone: Literal["measured", "quiet", "gone"] = "measured") -> Node:
    """What the model wrote or reads, whole; room is kept for the longest."""
    return _labelled(label, node("div", f"fig-text fig-model tone-{tone}", node("span", said=words, holds=True)))


def stack(*parts: Node) -> Node:
    """One under another."""
    return node("div", "fig-stack", *parts)


def _labelled(label: str, inner: Node) -> Node:
    return node("div", "fig-part", node("p", "fig-name", said=label), inner) if label else inner


def _sets(target: tuple[str, int] | None) -> str | None:
    return f"{target[0]}:{target[1]}" if target else None


def _seen(token: str) -> str:
    """A line break is shown as a sign, or a token that is one would be nothing."""
    return token.replace("\n", "⏎")
