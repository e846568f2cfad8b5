"""The figures of a concept, worked out from their recordings by the labs that recorded them.

A figure's module lies in its lab's folder: `labs/sampling/figures/temperature_bars.py` for `temperature-bars`.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from pydantic import ValidationError

from fluencylab import labs
from fluencylab.curriculum.figures import PLACED, FigureText, figure_texts, recording
from fluencylab.curriculum.loader import CONTENT
from fluencylab.curriculum.schema import Concept, Track
from fluencylab.errors import ContentError, LabError
from fluencylab.figures.figure import Drawn, Figure, Worked, draw, work_out
from fluencylab.labs.lab import part


def module(text: FigureText) -> Figure:
    lab = labs.found().labs.get(text.lab)
    name = f"figures.{text.name.replace('-', '_')}"
    found = part(lab, name) if lab and part(lab, "figures") else None
    if found is None:
        raise ContentError(f"The figure “{text.name}” has no module {name} in the lab “{text.lab}”.", "Write it, or name another lab.")
    return cast(Figure, found)


class Whole(NamedTuple):
    worked: Worked
    drawn: Drawn


def worked(concept: str, name: str, folder: Path = CONTENT) -> Worked:
    return whole(concept, name, folder).worked


def drawn(concept: str, name: str, folder: Path = CONTENT) -> Drawn:
    return whole(concept, name, folder).drawn


@cache
def whole(concept: str, text_name: str, folder: Path = CONTENT) -> Whole:
    """A figure with all its states, drawn. Raises ContentError where the recording does not fit it, or its states not one another."""
    text = next((one for one in figure_texts(concept, folder) if one.name == text_name), None)
    if text is None:
        raise ContentError(
            f"{concept}: the reading places the figure “{text_name}”, which figures.toml does not name.", "Mend one of the two."
        )
    try:
        made = work_out(module(text), recording(concept, text_name, folder).data)
        return Whole(made, draw(made))
    except (ValidationError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise ContentError(
            f"{concept}: the recording of “{text_name}” does not fit the figure: {told}.",
            f"Make it anew: python -m tools.figures --only {concept}/{text_name}",
        ) from error


def problems(whole: Track, folder: Path = CONTENT) -> Iterator[str]:
    """What is wrong with the figures of the readings, one sentence each."""
    for concept in whole.concepts:
        yield from _problems(concept, whole, folder)


def _problems(concept: Concept, whole: Track, folder: Path) -> Iterator[str]:
    texts = {one.name: one for one in figure_texts(concept.slug, folder)}
    placed = PLACED.findall(concept.reading)
    yield from (f"{concept.slug}: the figure “{name}” stands nowhere in the reading." for name in texts if name not in placed)
    yield from (f"{concept.slug}: the figure “{name}” stands twice in the reading." for name in set(placed) if placed.count(name) > 1)
    for name in placed:
        try:
            worked(concept.slug, name, folder)
        except LabError as error:
            yield f"{error.message} {error.fix}"
    for text in texts.values():
        if text.run.mission and whole.mission(text.run.mission) is None:
            yield f"{concept.slug}: the figure “{text.name}” leads to the mission “{text.run.mission}”, which does not exist."
        if text.run.lab and text.run.lab not in labs.found().labs:
            yield f"{concept.slug}: the figure “{text.name}” leads to the lab “{text.run.lab}”, which does not exist."
