"""Checks of a field that several instruments have, and which field was at fault.

    _chosen = field_validator("parts", mode="before")(at_least_one)

A check of the whole form says which of its fields it speaks of:

    with field_at_fault("data"):
        _ = self.task        # ValueError: it has 3 different labels
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError


def at_least_one(given: object) -> object:
    """Nothing ticked is told in words, before a length is looked at."""
    if not given:
        raise ValueError("choose at least one")
    return given


class FieldError(ValueError):
    """A ValueError of a check that sees the whole form. `field`: whose value is at fault."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


@contextlib.contextmanager
def field_at_fault(name: str) -> Iterator[None]:
    """What is refused within is refused because of this field."""
    try:
        yield
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError(name, str(error)) from error


def first_refusal(error: ValidationError) -> tuple[str, str]:
    """The field at fault, "" where several do not go together; and why, in words that end a sentence."""
    first = error.errors()[0]
    raised = first.get("ctx", {}).get("error")
    field = raised.field if isinstance(raised, FieldError) else str(first["loc"][0]) if first["loc"] else ""
    return field, _why(first)


WHYS = {
    "string_too_long": "it has {length:,} characters, and at most {max_length:,} fit",
    "string_too_short": "it is too short: at least {min_length} characters are needed",
    "too_short": "choose at least one",
    "literal_error": "it is none of {expected}",
    "bool_parsing": "it is neither yes nor no",
    "too_long": "it has {actual_length:,} entries, and at most {max_length:,} fit",
    "greater_than": "it must be more than {gt:g}",
    "greater_than_equal": "it must be at least {ge:g}",
    "less_than": "it must be less than {lt:g}",
    "less_than_equal": "it must be at most {le:g}",
    "string_pattern_mismatch": "it does not have the form that is asked for",
    "int_parsing": "it is not a whole number",
    "int_from_float": "it is not a whole number",
    "float_parsing": "it is not a number",
    "finite_number": "it is not a number",
}
"""What pydantic says in a programmer's words, by the kind of its error."""


def _why(error: Any) -> str:
    known = WHYS.get(error["type"])
    if error["type"] == "string_too_short" and not error["input"]:
        return "it is empty"
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    length = len(error["input"]) if isinstance(error["input"], str) else 0
    why = (known or WHYS["string_pattern_mismatch"]).format(length=length, **error.get("ctx", {}))
    return f"“{error['input']}”{why.removeprefix('it')}" if why.startswith("it ") and _is_short_entry(error) else why


def _is_short_entry(error: Any) -> bool:
    """Is it one of several that were typed, and short enough to be repeated?"""
    return (
        any(isinstance(place, int) for place in error["loc"])
        and isinstance(error["input"], str | int | float)
        and len(str(error["input"])) <= 40
    )
