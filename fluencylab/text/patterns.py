"""A learner's own regular expression: refused in words, and never waited for.

    found(r"order Q-\\d{4}", "Your order q-4733 is late.")  ->  True
    found(r"(a|aa)+$", "a" * 40 + "!")                     ->  LabError: a pattern can need longer than the model did

Python's own `re` cannot be stopped: one pattern with a repetition inside a repetition would hold up every page of the lab.
"""

import importlib
import math
import re

from fluencylab.errors import BadInput

PATIENCE = 0.25
"""Seconds for one answer. Patterns that end at all take a thousandth of it."""
MOST_REPEATS = 10_000
"""Of all {n} in a pattern, multiplied: it is unrolled before it is looked for."""


def checked(given: str) -> str:
    """The pattern as it was given. Raises ValueError in words."""
    counts = [int(number) for pair in re.findall(r"\{(\d*),?(\d*)\}", given) for number in pair if number]
    if math.prod(max(1, count) for count in counts) > MOST_REPEATS:
        raise ValueError(f"its repetitions multiply to more than {MOST_REPEATS:,}")
    regex = importlib.import_module("regex")
    try:
        regex.compile(given, regex.IGNORECASE)
    except regex.error as error:
        raise ValueError(f"this is not a regular expression: {error}") from None
    except RecursionError:
        raise ValueError("things in it lie too deep in one another") from None
    return given


def found(pattern: str, text: str) -> bool:
    """Does a `checked` pattern stand in the text, whatever the capitals? Raises BadInput when looking for it does not come to an end."""
    regex = importlib.import_module("regex")
    try:
        return regex.search(pattern, text, regex.IGNORECASE, timeout=PATIENCE) is not None
    except TimeoutError:
        raise BadInput(
            f"The pattern {pattern[:60]} does not come to an end on an answer.",
            "A repetition inside a repetition does that, such as (a|aa)+ or (.*)*: write it without the inner one.",
        ) from None
