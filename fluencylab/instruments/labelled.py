"""Texts with known labels: the bundled support messages, or your own as CSV or JSON lines.

    text,label
    "Where is my parcel?",delivery            or, one in each line:  {"text": "Where is my parcel?", "label": "delivery"}

The table is read by `testset.rows`, which believes nothing of it.
"""

import random
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments import testset

MOST_LABELS = 12
LONGEST_LABEL = 40
BUNDLED = CONTENT / "sets"


class Labelled(NamedTuple):
    text: str
    label: str


class Bundle(NamedTuple):
    """A task with known answers. `definitions`: what each label means. `examples`: not among the messages."""

    question: str
    definitions: dict[str, str]
    examples: tuple[Labelled, ...]
    messages: tuple[Labelled, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.definitions)


@cache
def support() -> Bundle:
    """72 support messages from ten trades and 60 countries, in four labels; every fourth or fifth is a hard one."""
    about = tomllib.loads((BUNDLED / "support-messages.toml").read_text(encoding="utf-8"))
    examples = tuple(Labelled(one["text"], one["label"]) for one in about["examples"])
    messages = parse((BUNDLED / "support-messages.csv").read_text(encoding="utf-8"))
    return Bundle(about["question"], about["definitions"], examples, messages)


def parse(given: str) -> tuple[Labelled, ...]:
    """Rows in the order of the file. Raises ValueError, in words that end a sentence, for anything that is not such a table."""
    rows = testset.rows(given)
    if any(row.get("label") in (None, "") for row in rows):
        raise ValueError("each row needs a “text” and, in a column of its own, its right “label”")
    found = tuple(Labelled(row["text"], " ".join(str(row["label"]).split())) for row in rows)
    labels = {row.label for row in found}
    if not 2 <= len(labels) <= MOST_LABELS:
        different = "label" if len(labels) == 1 else "labels"
        raise ValueError(f"it has {len(labels)} different {different}; from 2 to {MOST_LABELS} can be compared")
    if any(len(label) > LONGEST_LABEL for label in labels):
        raise ValueError(f"one of its labels is longer than {LONGEST_LABEL} letters")
    if len({label.casefold() for label in labels}) < len(labels):
        raise ValueError("two of its labels differ only in capitals")
    return found


def bundle(given: str, question: str, definitions: dict[str, str], examples: int) -> Bundle:
    """Your own rows as a task: the first `examples` rows of each label are set aside to be shown to the model, the others are asked."""
    rows = parse(given)
    labels = dict.fromkeys(row.label for row in rows)
    kept = [row for label in labels for row in [row for row in rows if row.label == label][:examples]]
    asked = tuple(row for row in rows if row not in kept)
    without = [label for label in labels if label not in {row.label for row in asked}]
    if without:
        raise ValueError(f"“{without[0]}” needs at least {examples + 1} rows: {examples} to show as examples, the others to ask")
    return Bundle(question, {label: definitions.get(label, "") for label in labels}, tuple(_in_turns(kept)), asked)


def draw(rows: Sequence[Labelled], n: int, seed: int) -> list[Labelled]:
    """`n` of them, as many of each label as there are, in an order of their own; the same for the same seed."""
    order = list(rows)
    rng = random.Random(seed)
    rng.shuffle(order)
    chosen = _in_turns(order)[:n]
    rng.shuffle(chosen)
    return chosen


def _in_turns(rows: Sequence[Labelled]) -> list[Labelled]:
    """One of each label, then another of each."""
    by_label: dict[str, list[Labelled]] = {}
    for row in rows:
        by_label.setdefault(row.label, []).append(row)
    longest = max(map(len, by_label.values()), default=0)
    return [group[i] for i in range(longest) for group in by_label.values() if i < len(group)]
