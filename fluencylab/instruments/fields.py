"""Checks of a field that several instruments have: `_chosen = field_validator("parts", mode="before")(at_least_one)`."""

import re


def at_least_one(given: object) -> object:
    """Nothing ticked is told in words, before a length is looked at."""
    if not given:
        raise ValueError("choose at least one")
    return given


def pattern(given: str) -> str:
    """A regular expression, as it was given."""
    try:
        re.compile(given)
    except re.error as error:
        raise ValueError(f"this is not a regular expression: {error}") from None
    return given
