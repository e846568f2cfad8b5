"""Checks of a field that several instruments have, and which field was at fault.

    _chosen = field_validator("parts", mode="before")(at_least_one)

A check of the whole form says which of its fields it speaks of:

    with field_at_fault("data"):
        _ = self.task        # ValueError: it has 3 different labels
"""

import contextlib
from collections.abc import Iterator

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
    return field, first["msg"].removeprefix("Value error, ")
