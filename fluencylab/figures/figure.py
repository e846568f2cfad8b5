"""A figure: its recording, its controls, and a pure function from both to a state. Here all its states are worked out, once.

A figure is a module: `Data`, `HEAD`, `controls(data)`, `state(data, **chosen)` and `record(model)`; `docs/writing-a-figure.md` shows one.
"""

import itertools
import json
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from fluencylab.figures import nodes, words
from fluencylab.figures.nodes import Node

MOST_STATES = 300


class Control(NamedTuple):
    """What a reader may set. `shown`: each value as the sentence shows it; `told`: as a voice says it; `first`: which it begins with."""

    name: str
    label: str
    values: tuple[Any, ...]
    shown: tuple[str, ...]
    told: tuple[str, ...]
    kind: Literal["slide", "pick", "switch"]
    first: int = 0


def slide(name: str, label: str, values: Sequence[Any], shown: Callable[[Any], str] = str, *, unit: str = "", first: int = 0) -> Control:
    """A quantity on a scale. `unit`: said after the value where it stands alone, "tokens"."""
    texts = tuple(shown(value) for value in values)
    return Control(name, label, tuple(values), texts, tuple(f"{text} {unit}".strip() for text in texts), "slide", first)


def pick(name: str, label: str, values: Sequence[Any], shown: Callable[[Any], str] = str, *, first: int = 0) -> Control:
    """One of a few."""
    texts = tuple(shown(value) for value in values)
    return Control(name, label, tuple(values), texts, texts, "pick", first)


def switch(name: str, label: str, *, off: str = "off", on: str = "on", first: bool = False) -> Control:
    """Off or on; its values are False and True."""
    return Control(name, label, (False, True), (off, on), (off, on), "switch", int(first))


class State(NamedTuple):
    """`says`: what it means, in a sentence whose dials are the controls. `row`: its cells of the table, after those of the controls."""

    says: str
    row: tuple[str, ...]
    picture: Node


class Conditions(BaseModel):
    """Under which conditions a recording was made: without them its numbers mean nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    sha256: str = Field(min_length=1)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    settings: str = Field(min_length=1, description="In words: “temperature 0, one call at a time”")
    calls: int = Field(ge=1)
    what: str = Field("calls", min_length=1, description="What was counted, where no call was answered: “texts”, “questions”")
    version: str = Field(min_length=1)


class Recording(BaseModel):
    """The file of a figure: `content/concepts/<concept>/figures/<name>.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conditions: Conditions
    data: dict[str, Any]


class Recorded(NamedTuple):
    """What `record` gives back: how many calls of the model, under which settings, in words. `card`: of what else was asked.

    `what` says what was counted where that is no answered call: texts that were only cut, questions put to a search.
    """

    data: BaseModel
    settings: str
    calls: int
    card: Any = None
    what: str = "calls"


class Figure(Protocol):
    """The shape of a figure's module."""

    @property
    def Data(self) -> type[BaseModel]: ...

    @property
    def HEAD(self) -> tuple[str, ...]:
        """What the table's columns are called, after those of the controls."""
        ...

    def controls(self, data: Any) -> tuple[Control, ...]: ...

    def state(self, data: Any, **chosen: Any) -> State: ...

    async def record(self, model: Any) -> Recorded: ...


class Worked(NamedTuple):
    """A figure with all its states. `chosen`: of each state, which value of each control it has."""

    controls: tuple[Control, ...]
    chosen: list[tuple[int, ...]]
    states: list[State]
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @property
    def first(self) -> int:
        return self.chosen.index(tuple(control.first for control in self.controls))

    def said(self, at: int) -> str:
        """The sentence of a state, as a voice says it."""
        shown = {control.name: control.shown[i] for control, i in zip(self.controls, self.chosen[at], strict=True)}
        return words.plain(self.states[at].says, shown)


def work_out(figure: Figure, data: dict[str, Any]) -> Worked:
    """Raises ValueError where the recording does not fit the figure, or a state is not whole."""
    given = figure.Data.model_validate(data)
    controls = figure.controls(given)
    if math.prod(len(control.values) for control in controls) > MOST_STATES:
        raise ValueError(f"a figure has at most {MOST_STATES} states")
    chosen = list(itertools.product(*(range(len(control.values)) for control in controls)))
    states = [figure.state(given, **_values(controls, which)) for which in chosen]
    rows = [(*(c.shown[i] for c, i in zip(controls, which, strict=True)), *s.row) for which, s in zip(chosen, states, strict=True)]
    worked = Worked(controls, chosen, states, (*(control.label for control in controls), *figure.HEAD), rows)
    _whole(worked)
    return worked


def _values(controls: Sequence[Control], which: Sequence[int]) -> dict[str, Any]:
    return {control.name: control.values[i] for control, i in zip(controls, which, strict=True)}


def _whole(worked: Worked) -> None:
    """Every state says something and has its row, and the sentence has the same dials in each."""
    for at, row in enumerate(worked.rows):
        if not worked.said(at).strip():
            raise ValueError(f"state {row} has no sentence")
        if len(row) != len(worked.head):
            raise ValueError(f"state {row} has {len(row)} cells under {len(worked.head)} heads")
    orders = {tuple(words.dials(state.says)) for state in worked.states}
    if len(orders) > 1:
        raise ValueError("the sentence has other dials in some states: " + " / ".join(map(str, sorted(orders))))
    if unknown := set(next(iter(orders))) - {control.name for control in worked.controls}:
        raise ValueError(f"the sentence has dials that no control has: {', '.join(sorted(unknown))}")


class Drawn(NamedTuple):
    """A worked figure as the page needs it: its first state drawn, and what changes, for the script. `longest`: room is kept for it."""

    sentence: Markup
    longest: Markup
    picture: Markup
    states: Markup


def draw(worked: Worked) -> Drawn:
    sentence = nodes.merge([_sentence(worked, at) for at in range(len(worked.states))])
    picture = nodes.merge([state.picture for state in worked.states])
    changes = {
        "controls": [
            {"name": one.name, "shown": one.shown, "told": one.told, "label": one.label, "first": one.first} for one in worked.controls
        ],
        "sentence": nodes.columns(sentence),
        "picture": nodes.columns(picture),
    }
    told = json.dumps(changes, ensure_ascii=False, separators=(",", ":"))
    longest = max(range(len(worked.states)), key=lambda at: len(worked.said(at)))
    return Drawn(
        nodes.html(sentence, worked.first),
        nodes.ghost(_sentence(worked, longest)),
        nodes.html(picture, worked.first),
        nodes.script_safe(told),
    )


def _sentence(worked: Worked, at: int) -> Node:
    says = worked.states[at].says
    shown = {control.name: control.shown[i] for control, i in zip(worked.controls, worked.chosen[at], strict=True)}
    parts = [nodes.node("span", said=piece) for piece in words.pieces(says)]
    knobs = [nodes.node("b", "fig-dial", said=shown[name], data_dial=name) for name in words.dials(says)]
    inner = [one for pair in itertools.zip_longest(parts, knobs) for one in pair if one]
    return nodes.node("p", "fig-says", *inner)
