"""Checks of a field that several instruments have: `_chosen = field_validator("parts", mode="before")(at_least_one)`."""


def at_least_one(given: object) -> object:
    """Nothing ticked is told in words, before a length is looked at."""
    if not given:
        raise ValueError("choose at least one")
    return given
