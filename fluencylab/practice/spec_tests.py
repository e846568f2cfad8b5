"""The acceptance tests that may be put into the spec of the practice course, and those of the practice spec as it comes.

spec_tests()[0].says    ->  "At least 85 of 100 answers have at most 40 words."
"""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from fluencylab.curriculum.loader import CONTENT, _many
from fluencylab.curriculum.practice_product import FOLDER
from fluencylab.curriculum.practice_spec import practice_spec
from fluencylab.curriculum.schema import Content, Slug, Text

FILE = "exercises.toml"


class SpecTest(Content):
    """`check`: as the workbench keeps it; `least`: the share that must pass, in percent."""

    slug: Slug
    says: Text
    check: dict[str, Any]
    least: int = Field(ge=1, le=100)


@cache
def spec_tests(folder: Path = CONTENT) -> tuple[SpecTest, ...]:
    return _many(SpecTest, folder / FOLDER / FILE, "tests")


def shipped() -> list[SpecTest]:
    """The tests of the practice spec as it comes."""
    tests = [test for sentence in practice_spec().requirements for test in sentence.tests]
    return [SpecTest(slug=f"shipped-{n}", says=one.name, check=one.check, least=one.least) for n, one in enumerate(tests, start=1)]
