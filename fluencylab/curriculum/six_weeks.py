"""The core of the course, as `content/six-weeks.toml` has it: how many exercises of which kind, of each concept and of the lab as a whole.

core().each["mission"]   ->  3
"""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fluencylab.curriculum.loader import CONTENT, _parse, _toml
from fluencylab.curriculum.schema import Content

Some = Annotated[int, Field(ge=1, le=50)]


class Core(Content):
    """Kind of exercise -> how many. `reviews`: minutes a week."""

    each: dict[str, Some] = Field(min_length=1)
    whole: dict[str, Some] = Field({})
    self_tests: int = Field(ge=0, le=6)
    reviews: int = Field(ge=0, le=60)


@cache
def core(folder: Path = CONTENT) -> Core:
    """Read once a process. Raises ContentError, which names the file and the field."""
    file = folder / "six-weeks.toml"
    return _parse(Core, _toml(file), file)
