"""Answers on a sheet, in groups: each distinct one once with how often it came, and of very many the first, so that a page stays short.

6 in sight · a fold with up to 44 more · "The first 50 of 9,412 different answers" and the way to all of them
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.charts.base import Answer, Group

IN_SIGHT = 6
MOST = 50
"""Distinct answers of a group that stand on its page, the fold counted in."""
PLACES = 100
"""Places of answers, come or to come, that are drawn of a group while its run works."""
ANSWERED = 80
"""Of these so many have come, where there are more."""


class DistinctAnswer(NamedTuple):
    """An answer and how often it came, word for word."""

    text: str
    times: int


class Place(NamedTuple):
    """Where an answer stands, or will stand. `again`: the same words came before it."""

    call: str
    text: str | None
    again: bool


@dataclass(frozen=True)
class AnswerGroup:
    """A group as its sheet shows it. `fold`: what the fold with the further answers is called; `left_out`: how many are in no fold."""

    title: str
    subtitle: str
    in_sight: list[DistinctAnswer]
    folded: list[DistinctAnswer]
    fold: str
    left_out: str
    places: list[Place]
    window: str
    """Which of the answers the places are, where they are not all"""


def answer_group(group: Group) -> AnswerGroup:
    counted = Counter(one.text.strip() for one in group.answers if one.text is not None)
    distinct = [DistinctAnswer(text, times) for text, times in counted.items()]
    further, start = len(distinct) - IN_SIGHT, _start(group.answers)
    shown = _places(group.answers[start : start + PLACES])
    many = len(group.answers) > len(shown)
    return AnswerGroup(
        title=group.title,
        subtitle=group.subtitle,
        in_sight=distinct[:IN_SIGHT],
        folded=distinct[IN_SIGHT:MOST],
        fold=f"{further:,} more answer{'s' * (further > 1)}",
        left_out=f"The first {MOST} of {len(distinct):,} different answers." if len(distinct) > MOST else "",
        places=shown,
        window=f"Answers {start + 1:,} to {start + len(shown):,} of {len(group.answers):,}." if many else "",
    )


def _start(answers: Sequence[Answer]) -> int:
    """The first place that is drawn: of very many, so that those that come next are in sight."""
    waiting = next((i for i, one in enumerate(answers) if one.text is None), len(answers))
    return max(0, min(waiting - ANSWERED, len(answers) - PLACES))


def _places(answers: Sequence[Answer]) -> list[Place]:
    seen: set[str] = set()
    places = []
    for one in answers:
        text = None if one.text is None else one.text.strip()
        places.append(Place(one.call, text, text in seen))
        if text is not None:
            seen.add(text)
    return places
