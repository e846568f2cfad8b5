"""A tape: pieces of text one under another, as they go into a window of so many tokens, and a line that shows how full it is."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.figures.nodes import Node, node, percent
from fluencylab.figures.strip import stack

Tone = Literal["kept", "gone", "mark"]


class Page(NamedTuple):
    """`tone`: "kept" is read, "gone" is not, "mark" is what it is about. `sets`: the control a click on it sets, and to which value."""

    label: str
    text: str
    tokens: int
    tone: Tone = "kept"
    sets: tuple[str, int] | None = None


def tape(pages: Sequence[Page], window: int, *, room: int = 0, dense: bool = False) -> Node:
    """`window`: how many tokens there is place for. `room`: of these, how many are kept free for the answer. `dense`: one line a page."""
    rows = [_page(one) for one in pages]
    return stack(_gauge(pages, window, room), node("ol", "fig-tape fig-tape-dense" if dense else "fig-tape", *rows, holds=True))


def _page(one: Page) -> Node:
    return node(
        "li",
        f"fig-page tone-{one.tone}",
        node("span", "fig-name", said=one.label),
        node("span", "fig-model fig-page-text", said=one.text),
        node("span", "fig-note", said=str(one.tokens)),
        data_set=f"{one.sets[0]}:{one.sets[1]}" if one.sets else None,
    )


def _gauge(pages: Sequence[Page], window: int, room: int) -> Node:
    """What is read, in tokens, on a line as long as all of it or as the window, whichever is longer."""
    read = [one.tokens if one.tone != "gone" else 0 for one in pages]
    whole = max(window, sum(one.tokens for one in pages) + room)
    marks: list[Node] = []
    at = 0
    for one, tokens in zip(pages, read, strict=True):
        marks.append(node("rect", f"fig-segment tone-{one.tone}", x=percent(at / whole), width=percent(tokens / whole), y=8, height=16))
        at += tokens
    marks = [node("g", "", *marks)]
    if room:
        marks.append(node("rect", "fig-segment tone-room", x=percent((window - room) / whole), width=percent(room / whole), y=8, height=16))
    end = percent(window / whole)
    marks.append(node("line", "fig-limit", x1=end, x2=end, y1=2, y2=30))
    line = node("svg", "fig-gauge", *marks, aria_hidden="true", focusable="false")
    told = f"{sum(read)} of {window - room} tokens" + (f", and {room} kept for the answer" if room else "")
    return node("div", "fig-part", line, node("p", "fig-note", said=told))
