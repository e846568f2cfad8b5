"""What became of the questions of a proposal: answered, by whom; not for us; or to be asked although the page speaks of it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.workbench.proposal_questions import QUESTIONS
from fluencylab.workbench.proposal_reading import Reading

Settled = Literal["answered", "not for us", "to ask"]
LONGEST_NOTE, LONGEST_NAME = 2_000, 80
SLUGS = frozenset(one.slug for one in QUESTIONS)


class Answer(BaseModel):
    """`by`: who said it; empty where nobody is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Settled
    note: str = Field("", max_length=LONGEST_NOTE)
    by: str = Field("", max_length=LONGEST_NAME)


def answers(kept: Mapping[str, Any]) -> dict[str, Answer]:
    """Of what a row holds, by question; one that this version does not ask is left out."""
    return {slug: Answer.model_validate(one) for slug, one in kept.items() if slug in SLUGS}


def is_open(reading: Reading, answer: Answer | None) -> bool:
    """Is it still to be asked?"""
    return reading.state != "said" if answer is None else answer.state == "to ask"
