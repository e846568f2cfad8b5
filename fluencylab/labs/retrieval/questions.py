"""Questions whose short answer is known, over documents: ours about Quillby's help centre, or a learner's own.

    How long is a gift card valid?        3 years       gift-card-validity
    How many people work at Quillby?      -             in no article

Ours are `content/sets/rag-questions.toml`. One's own are lines, "question | answer; another way to say it | title of its document".
"""

import random
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments.answer_match import plain
from fluencylab.instruments.search import Document


class Question(NamedTuple):
    """`answers`: any of them, as whole words, is right; none where no document answers. `documents`: the ids of those that hold one,
    empty where any document may."""

    ask: str
    answers: tuple[str, ...]
    documents: tuple[str, ...] = ()


@cache
def bundled() -> tuple[Question, ...]:
    return tuple(Question(one["ask"], tuple(one.get("answers", ())), tuple(one.get("articles", ()))) for one in _told())


def absent() -> list[tuple[Question, tuple[str, ...]]]:
    """Ours that no article answers, each with words that an answer would need and that stand in no article."""
    return [(Question(one["ask"], ()), tuple(one["never"])) for one in _told() if "answers" not in one]


@cache
def _told() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((CONTENT / "sets" / "rag-questions.toml").read_text(encoding="utf-8"))["questions"]
    return rows


def own(given: str, documents: Sequence[Document]) -> tuple[Question, ...]:
    """One in each line. Raises ValueError in words."""
    titles = {plain(one.title): one.id for one in documents}
    return tuple(_line(line.strip(), titles) for line in given.splitlines() if line.strip())


def _line(line: str, titles: dict[str, str]) -> Question:
    ask, _, rest = line.partition("|")
    answers, _, title = rest.partition("|")
    if not plain(ask):
        raise ValueError(f"“{line[:60]}” has no question before the “|”")
    if title.strip() and plain(title) not in titles:
        raise ValueError(f"“{line[:60]}” names “{title.strip()[:40]}”, and no document has that title")
    told = tuple(one.strip() for one in answers.split(";") if plain(one))
    return Question(ask.strip(), told, (titles[plain(title)],) if title.strip() else ())


def draw(questions: Sequence[Question], answered: int, absent: int, seed: int) -> list[Question]:
    """So many with an answer and so many without, or as many as there are; the same for the same seed."""
    rng = random.Random(seed)
    drawn: list[Question] = []
    for some, n in (([one for one in questions if one.answers], answered), ([one for one in questions if not one.answers], absent)):
        drawn += rng.sample(some, min(n, len(some)))
    rng.shuffle(drawn)
    return drawn
