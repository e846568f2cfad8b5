"""A reading in pieces of a screen: beside its words stand figures that answer to the hand."""

from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from fluencylab.curriculum.figures import FigureText, RunNow, figure_texts, recording, sections
from fluencylab.curriculum.schema import Concept
from fluencylab.figures.figure import Conditions, Control, Drawn
from fluencylab.instruments import figures
from fluencylab.web.render import markdown


class ShownFigure(NamedTuple):
    """A figure as the page shows it. `href`: where the same is done for real."""

    id: str
    title: str
    drawn: Drawn
    controls: tuple[Control, ...]
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    href: str
    act: str
    conditions: str


class ShownBeat(NamedTuple):
    words: Markup
    figure: ShownFigure | None


class ShownSection(NamedTuple):
    beats: tuple[ShownBeat, ...]


def reading_of(concept: Concept) -> tuple[ShownSection, ...]:
    return _reading(concept.slug, concept.reading, with_figures=not concept.pack)


@cache
def _reading(slug: str, words: str, *, with_figures: bool) -> tuple[ShownSection, ...]:
    texts = {one.name: one for one in figure_texts(slug)} if with_figures else {}
    return tuple(
        ShownSection(
            tuple(
                ShownBeat(markdown(beat.words, 1), _shown(slug, texts[beat.figure]) if beat.figure in texts else None)
                for beat in section.beats
            )
        )
        for section in sections(words)
    )


def _shown(concept: str, text: FigureText) -> ShownFigure:
    worked = figures.worked(concept, text.name)
    return ShownFigure(
        id=f"figure-{text.name}",
        title=text.title,
        drawn=figures.drawn(concept, text.name),
        controls=worked.controls,
        head=worked.head,
        rows=worked.rows,
        href=run_href(text.run),
        act=text.run.says,
        conditions=conditions_line(recording(concept, text.name).conditions),
    )


def run_href(run: RunNow) -> str:
    if run.mission:
        return f"/missions/{run.mission}"
    given = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in run.params.items()}
    return f"/labs/{run.lab}" + (f"?{urlencode(given)}" if given else "")


def conditions_line(of: Conditions) -> str:
    """“Recorded on SmolLM2 135M, 29 November 2026: 40 calls, temperature 1.”"""
    year, month, day = of.date.split("-")
    whose = "" if of.sha256 == "unknown" else f" ({of.sha256})"
    counted = f"{of.calls:,} {of.what if of.calls > 1 else of.what.removesuffix('s')}"
    return f"Recorded on {of.model}{whose}, {int(day)} {MONTHS[int(month) - 1]} {year}: {counted}, {of.settings}."


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
