"""What a picture is made of: nested elements, the same in every state but for their attributes and words.

A list may be longer in one state than in another: what is not there is hidden. What changes from state to state becomes columns:
(number of the element, attribute, its different values, which of them each state has). The page's script needs nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from fluencylab.figures import words

WORDS = "words"
"""The column of an element's words."""
Column = tuple[int, str, list[str | None], list[int]]


class Node(NamedTuple):
    """`inner`: elements, or words. `holds`: room is kept for the longest that any state puts here."""

    tag: str
    attributes: Mapping[str, str]
    inner: "tuple[Node, ...] | str" = ""
    holds: bool = False


def node(tag: str, style: str = "", *inner: "Node", said: str = "", holds: bool = False, **attributes: object) -> Node:
    """`style`: its classes. An attribute that is None is left out; `stroke_width` is written stroke-width."""
    given = {"class": style or None} | {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return Node(tag, {name: str(value) for name, value in given.items() if value is not None}, inner or said, holds)


def percent(share: float) -> str:
    """A length or a place as a share of what it stands in: 0.125 is 12.5%."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


class Merged(NamedTuple):
    """One element through all states: None where a state has none."""

    number: int
    seen: list[Node | None]
    inner: "list[Merged]"


def merge(states: Sequence[Node]) -> Merged:
    return _merge(list(states), iter(range(1_000_000)))


def _merge(seen: list[Node | None], numbers: Iterator[int]) -> Merged:
    number = next(numbers)
    tags = {one.tag for one in seen if one}
    if len(tags) != 1:
        raise ValueError(f"one and the same place of a figure is {' and '.join(sorted(tags))}")
    lists = [one.inner if one and not isinstance(one.inner, str) else () for one in seen]
    longest = max(map(len, lists))
    return Merged(number, seen, [_merge([some[i] if i < len(some) else None for some in lists], numbers) for i in range(longest)])


def columns(merged: Merged) -> list[Column]:
    found: list[Column] = []
    for name in _names(merged):
        values = [_value(one, name) for one in merged.seen]
        different = list(dict.fromkeys(values))
        if len(different) > 1:
            found.append((merged.number, name, different, [different.index(value) for value in values]))
    return found + [column for one in merged.inner for column in columns(one)]


def _names(merged: Merged) -> list[str]:
    names = dict.fromkeys(name for one in merged.seen if one for name in one.attributes)
    return [*names, *([] if merged.inner else [WORDS]), *(["hidden"] if None in merged.seen and "hidden" not in names else [])]


def _value(one: Node | None, name: str) -> str | None:
    if one is None:
        return "" if name == "hidden" else None
    if name == WORDS:
        return one.inner if isinstance(one.inner, str) else ""
    return one.attributes.get(name)


def html(merged: Merged, at: int) -> Markup:
    """The picture of one state. Elements that change carry their number as `data-n`."""
    return _html(merged, at, {number for number, *_ in columns(merged)})


def _html(merged: Merged, at: int, changing: set[int]) -> Markup:
    here = merged.seen[at]
    shape = here or next(one for one in merged.seen if one)
    attributes = dict(here.attributes) if here else {"hidden": ""}
    if merged.number in changing:
        attributes["data-n"] = str(merged.number)
    inside = Markup("").join(_html(one, at, changing) for one in merged.inner) if merged.inner else words.html(_words(here))
    told = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
    made = Markup("<{0}{1}>{2}</{0}>").format(shape.tag, told, inside)
    return _with_room(made, merged) if shape.holds else made


def _with_room(made: Markup, merged: Merged) -> Markup:
    """Beside it, unseen, the longest that any state puts here: nothing below it moves."""
    longest = max((one for one in merged.seen if one), key=_length)
    return Markup('<{0} class="fig-room">{1}{2}</{0}>').format("span" if made.startswith("<span") else "div", made, ghost(longest))


def ghost(one: Node) -> Markup:
    """What takes its place on the page and is neither seen nor said."""
    style = f"{one.attributes.get('class', '')} fig-ghost".strip()
    return still(one._replace(attributes={"class": style, "aria-hidden": "true"}, holds=False))


def still(one: Node) -> Markup:
    """As it stands in one state, with nothing that could change or be clicked."""
    told = Markup("").join(Markup(' {}="{}"').format(k, v) for k, v in one.attributes.items() if not k.startswith("data-"))
    inside = words.html(one.inner) if isinstance(one.inner, str) else Markup("").join(map(still, one.inner))
    return Markup("<{0}{1}>{2}</{0}>").format(one.tag, told, inside)


def _length(one: Node) -> int:
    return len(one.inner) if isinstance(one.inner, str) else sum(map(_length, one.inner))


def _words(one: Node | None) -> str:
    return one.inner if one and isinstance(one.inner, str) else ""


def script_safe(told: str) -> Markup:
    """JSON as it may stand in a script element, where no markup is read but its end."""
    return Markup(told.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))
