"""The figures of a reading: which there are (`figures.toml`), what each was recorded from, and where the text places them.

::figure temperature-bars        a line of its own in reading.md, below the words that the figure stands beside
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, JsonValue, ValidationError, model_validator

from fluencylab.curriculum.loader import CONTENT, _many
from fluencylab.curriculum.schema import Content, Slug, Text
from fluencylab.errors import ContentError
from fluencylab.figures.figure import Recording

PLACED = re.compile(r"^::figure ([a-z0-9-]+)$", re.MULTILINE)
SECTION = re.compile(r"^(?=## )", re.MULTILINE)


class RunNow(Content):
    """Where the reader does the same for real: a mission, or a lab with its form filled in."""

    says: Text = Field(description="The words of the link: “Run it on twelve prompts”")
    mission: str = ""
    lab: str = ""
    params: dict[str, JsonValue] = Field({}, description="Of the lab's form, by the names of its `Params`")

    @model_validator(mode="after")
    def _one_place(self) -> "RunNow":
        if bool(self.mission) == bool(self.lab):
            raise ValueError("names a mission or a lab, and not both")
        return self


class FigureText(Content):
    """What is said of a figure. `lab`: the folder in labs/ that has its module, `figures/<name>.py`."""

    name: Slug
    lab: str
    title: Text = Field(description="What there is to see, in a few words")
    run: RunNow


class Beat(NamedTuple):
    """A piece of a reading: its words, and the name of the figure beside them; "" where there is none."""

    words: str
    figure: str


class Section(NamedTuple):
    """From one heading to the next."""

    beats: tuple[Beat, ...]


def sections(reading: str) -> tuple[Section, ...]:
    """A reading in pieces of a screen. What stands above a `::figure` line, back to the one before, is what the figure stands beside."""
    return tuple(Section(_beats(part)) for part in SECTION.split(reading) if part.strip())


def _beats(part: str) -> tuple[Beat, ...]:
    texts = PLACED.split(part)
    placed = [Beat(words.strip(), name) for words, name in zip(texts[::2], [*texts[1::2], ""], strict=True)]
    return tuple(beat for beat in placed if beat.words or beat.figure)


@cache
def figure_texts(concept: str, folder: Path = CONTENT) -> tuple[FigureText, ...]:
    """The figures of a concept of ours; a pack's has none."""
    file = folder / "concepts" / concept / "figures.toml"
    return _many(FigureText, file, "figures") if file.is_file() else ()


@cache
def recording(concept: str, name: str, folder: Path = CONTENT) -> Recording:
    file = recording_file(concept, name, folder)
    again = f"Make it: python -m tools.figures --only {concept}/{name}"
    try:
        return Recording.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ContentError(f"{file} is missing.", again) from None
    except (json.JSONDecodeError, ValidationError) as error:
        where = error.errors()[0] if isinstance(error, ValidationError) else {"loc": ("the file",), "msg": "is not JSON"}
        raise ContentError(f"{file}: {'.'.join(map(str, where['loc']))}: {where['msg']}.", again) from None


def recording_file(concept: str, name: str, folder: Path = CONTENT) -> Path:
    return folder / "concepts" / concept / "figures" / f"{name}.json"
