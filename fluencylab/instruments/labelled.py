"""Texts with known labels: the bundled support messages, or your own as CSV or JSON lines.

    text,label
    "Where is my parcel?",delivery            or, one in each line:  {"text": "Where is my parcel?", "label": "delivery"}

Whatever is wrong with a file becomes one sentence that names the line; a `ValueError`, so that a form can say it beside its field.
"""

import csv
import io
import json
import random
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from fluencylab.curriculum.loader import CONTENT

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
MOST_LABELS = 12
LONGEST = 4_000
"""Letters of one text."""
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
    """Rows in the order of the file. Raises ValueError with a sentence for anything that is not such a table."""
    if len(given.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise ValueError(f"the table is larger than {MOST_BYTES // 1_000_000} MB")
    if "\0" in given:
        raise ValueError("this is not text; save the table as CSV in UTF-8")
    given = given.removeprefix("\ufeff").strip()
    rows = list(_jsonl(given) if given.startswith("{") else _csv(given)) if given else []
    if not rows:
        raise ValueError("there is no row in it yet")
    _few_labels(rows)
    return tuple(rows)


def _csv(given: str) -> Iterable[Labelled]:
    head = given.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(given, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if "text" not in names or "label" not in names:
            raise ValueError("its first line must name the columns “text” and “label”")
        text, label = names.index("text"), names.index("label")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) <= max(text, label):
                raise ValueError(f"line {reader.line_num} has {len(cells)} of the {len(names)} columns; put text with commas in quotes")
            yield _row(cells[text], cells[label], reader.line_num)
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is not CSV ({error})") from None


def _jsonl(given: str) -> Iterable[Labelled]:
    for number, line in enumerate(given.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise ValueError(f"line {number} is not JSON") from None
        if not isinstance(found, dict) or not isinstance(found.get("text"), str) or not isinstance(found.get("label"), str):
            raise ValueError(f"line {number} needs “text” and “label”, both in quotes")
        yield _row(found["text"], found["label"], number)


def _row(text: str, label: str, line: int) -> Labelled:
    text, label = text.strip(), " ".join(label.split())
    if not text or not label:
        raise ValueError(f"line {line} has no {'label' if text else 'text'}")
    if len(text) > LONGEST or len(label) > LONGEST_LABEL:
        raise ValueError(f"line {line} has a {'label' if len(label) > LONGEST_LABEL else 'text'} that is too long")
    if any(ord(letter) < 32 and letter not in "\n\t\r" for letter in text + label):
        raise ValueError(f"line {line} holds control characters; save the table as CSV in UTF-8")
    return Labelled(text, label)


def _few_labels(rows: Sequence[Labelled]) -> None:
    if len(rows) > MOST_ROWS:
        raise ValueError(f"it has {len(rows):,} rows; {MOST_ROWS:,} are the most")
    labels = {row.label for row in rows}
    if len(labels) < 2 or len(labels) > MOST_LABELS:
        different = "label" if len(labels) == 1 else "labels"
        raise ValueError(f"it has {len(labels)} different {different}; from 2 to {MOST_LABELS} can be compared")
    if len({label.casefold() for label in labels}) < len(labels):
        raise ValueError("two labels differ only in capitals")


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
