"""When evidence no longer speaks for the present: other words, another model, or a subject that was brought up to date since. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from fluencylab.progress.ledger import Tally
from fluencylab.text.written import day

ANOTHER_MODEL = "Your latest run for it was made on another model than the one installed now."
"""Only a run on the present model renews this; no review does."""


class Present(NamedTuple):
    """What is installed now. `contents`: exercise -> hash of its words; `sha256`: of the model's file, empty where nobody can know."""

    contents: Mapping[str, str]
    sha256: str
    true_as_of: Mapping[str, date]
    """By concept."""


def expired(concept: str, tally: Tally, present: Present) -> str:
    """Why what was shown last should be shown anew, as one sentence; empty where it still holds. One fresh piece renews it."""
    if tally.last is None:
        return ""
    as_of = present.true_as_of.get(concept)
    if as_of and tally.last.date() < as_of:
        return f"What it teaches was brought up to date on {day(as_of)}, after your latest answer."
    if tally.sha256 and present.sha256 and tally.sha256 != present.sha256:
        return ANOTHER_MODEL
    exercise, words = next(reversed(tally.contents.items()), ("", ""))
    if present.contents.get(exercise, words) != words:
        return "The exercise of your latest answer was worded anew since."
    return ""
