"""The spec that the practice product has to begin with: a version for a small model, sentences with tests, and a reference.

practice_spec().requirements[0].tests[0].name   ->  "At most 40 words"
"""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from fluencylab.curriculum.loader import CONTENT, _one
from fluencylab.curriculum.practice_product import FOLDER, Version
from fluencylab.curriculum.schema import Content, Text


class NamedCheck(Content):
    """A check with what it is called. `check`: as the workbench keeps it."""

    name: Text
    check: dict[str, Any]


class PracticeTest(NamedCheck):
    least: int = Field(ge=1, le=100)


class PracticeRequirement(Content):
    text: Text
    tests: tuple[PracticeTest, ...] = ()


class PracticeSpec(Content):
    """`cases`: on how many of those held back each test is made. `further`: checks that are there, and in no test."""

    cases: int = Field(ge=1, le=60)
    version: Version
    reference: NamedCheck
    further: tuple[NamedCheck, ...] = ()
    requirements: tuple[PracticeRequirement, ...] = Field(min_length=1)


@cache
def practice_spec(folder: Path = CONTENT) -> PracticeSpec:
    """Read once a process. Raises ContentError, which names the file."""
    return _one(PracticeSpec, folder / FOLDER / "spec.toml")
