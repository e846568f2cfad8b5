"""A yes-or-no task with known answers: our 80 messages to Quillby, or a table of one's own.

    text,label                                     text,label,score        with what a classifier of one's own gave, from 0 to 1
    The lamp arrived broken.,complaint             Where is it?,ok,0.12
    Do you have it in green?,question

Ours is sorted by the question "Is this message a complaint or a question?". Asked "Is this a complaint, yes or no?", SmolLM2-135M ranks
the complaints below the rest (AUC 0.32); asked for the name of the kind, above it (0.85).
"""

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from fluencylab.instruments import labelled, testset
from fluencylab.instruments.fields import FieldError
from fluencylab.instruments.labelled import BUNDLED, Labelled
from fluencylab.labs.metrics.positive_label import sure
from fluencylab.text.folding import fold

SHOWN = 2
"""Examples of each label in front of a message, out of one's own table."""
LETTERS = 3
"""Labels that share so many first letters share their first token, and the odds cannot tell them apart."""


class Scored(NamedTuple):
    """A message, whether it is one to be found, and how sure a classifier is that it is: 0..1, None before it was asked."""

    text: str
    found: bool
    score: float | None = None


class Task(NamedTuple):
    """`labels`: the one to be found first."""

    question: str
    labels: tuple[str, str]
    examples: tuple[Labelled, ...]
    rows: tuple[Scored, ...]

    @property
    def scored(self) -> bool:
        return self.rows[0].score is not None

    @property
    def why_hard(self) -> str:
        """Why no odds can be read from one token; "" where they can."""
        alike = len({label.casefold()[:LETTERS] for label in self.labels}) == 1
        return "both labels begin alike, and one token cannot tell them apart" if alike else ""


@cache
def bundled() -> Task:
    """80 messages, half of them complaints; every third or fourth is a hard one."""
    about = tomllib.loads((BUNDLED / "complaints.toml").read_text(encoding="utf-8"))
    rows = labelled.parse((BUNDLED / "complaints.csv").read_text(encoding="utf-8"))
    examples = tuple(Labelled(one["text"], one["label"]) for one in about["examples"])
    return _task(about["question"], about["positive"], examples, rows)


def task(data: str, question: str, positive: str) -> Task:
    """Ours, or the table's. Raises ValueError, in words that end a sentence, for a table that holds no such task."""
    if not data.strip():
        ours = bundled()
        return ours._replace(question=question.strip() or ours.question)
    labels = Counter(row.label for row in labelled.parse(data))
    if len(labels) != 2:
        raise ValueError(f"it has {len(labels)} different labels; a matrix of four fields needs two")
    positive = _to_find(list(labels), positive.strip())
    asked = question.strip() or f"Is this message {' or '.join(labels)}?"
    scores = _scores(testset.rows(data))
    if scores:
        made = _task(asked, positive, (), labelled.parse(data))
        return made._replace(rows=tuple(row._replace(score=score) for row, score in zip(made.rows, scores, strict=True)))
    own = labelled.bundle(data, asked, {}, SHOWN)
    return _task(asked, positive, own.examples, own.messages)


def _to_find(labels: Sequence[str], named: str) -> str:
    """Raises FieldError where neither the learner nor the words of the labels say which."""
    found = next((label for label in labels if fold(label) == fold(named)), None) if named else sure(labels)
    if found is None and named:
        raise FieldError("positive", f"“{named}” is none of its labels: {' and '.join(labels)}")
    if found is None:
        raise FieldError(
            "positive", f"which of “{labels[0]}” and “{labels[1]}” is to be found? Nothing in the table tells; name one of them"
        )
    return found


def _task(question: str, positive: str, examples: tuple[Labelled, ...], rows: Sequence[Labelled]) -> Task:
    other = next(row.label for row in rows if row.label != positive)
    return Task(question, (positive, other), examples, tuple(Scored(row.text, row.label == positive) for row in rows))


def _scores(rows: Sequence[dict[str, Any]]) -> list[float]:
    """The column of scores; none where there is no such column."""
    if "score" not in rows[0]:
        return []
    try:
        found = [float(str(row["score"]).replace(",", ".")) for row in rows]
    except ValueError:
        raise ValueError("each “score” must be a number from 0 to 1; leave the column out to have the model give one") from None
    if not all(0 <= score <= 1 for score in found):
        raise ValueError("each “score” must lie between 0 and 1")
    return found


def draw(task: Task, n: int, seed: int) -> tuple[Scored, ...]:
    if task.scored:
        return task.rows
    rows = [Labelled(row.text, task.labels[not row.found]) for row in task.rows]
    return tuple(Scored(row.text, row.label == task.labels[0]) for row in labelled.draw(rows, n, seed))
