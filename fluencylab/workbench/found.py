"""What was found in a file that a learner brought: rows with named columns, or a prompt, and a sentence for each thing that was left out.

A case is drafted from a row by the role of each column (`bring_in.drafts`); a role is guessed, and the learner may change it.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Role = Literal["input", "reference", "tags", "must_not_break", "held_back", "output", "label", "note", "trace", "ignore"]
Row = dict[str, str]


class Column(NamedTuple):
    """`samples`: up to three values that differ; `filled`: in how many rows it holds anything."""

    name: str
    role: Role
    samples: tuple[str, ...]
    filled: int


class Found(NamedTuple):
    """What a file holds.

    `kind`: "table", "jsonl", "chat", "promptfoo", "inspect", "cases", "openai-evals", "langfuse", "phoenix",
    "otlp", "prompt" or "document".
    `rows`: every value as text, by the name of its column; `places`: where each row stands, "cases.xlsx, row 7".
    `messages`: a prompt that was found, as role and template with {{variables}}; else empty. `settings`: what stood beside it of those that
    a version has: temperature, max_tokens, json_schema, and the model by the name it has in that tool.
    """

    kind: str
    says: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    places: tuple[str, ...]
    messages: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = MappingProxyType({})


class CaseDraft(NamedTuple):
    """A case to be accepted, changed or thrown away. `label`: what a person said of the output, None where nobody did."""

    inputs: dict[str, str]
    reference: str
    tags: tuple[str, ...]
    must_not_break: bool
    source: str
    output: str
    label: bool | None
    note: str
    held_back: bool | None = None
    """None: that is decided when it is kept"""


SENTENCES = {
    "nan": ("1 value that is not a number (NaN) was left empty.", "{:,} values that are not numbers (NaN) were left empty."),
    "twice": (
        "1 value stood under a name that its object has twice; it is kept under a numbered name.",
        "{:,} values stood under names that their objects have twice; they are kept under numbered names.",
    ),
    "control": (
        "1 character that cannot be shown or kept was left out.",
        "{:,} characters that cannot be shown or kept were left out.",
    ),
    "empty": ("1 empty row was left out.", "{:,} empty rows were left out."),
    "thinking": ("1 passage of a model's thinking was left out.", "{:,} passages of a model's thinking were left out."),
    "tools": (
        "The definitions of tools were left out in 1 conversation; the calls of them stand in it.",
        "The definitions of tools were left out in {:,} conversations; the calls of them stand in these.",
    ),
    "media": (
        "1 picture, sound or file is only named in the text.",
        "{:,} pictures, sounds or files are only named in the text.",
    ),
    "cut": ("1 long result of a tool was shortened.", "{:,} long results of tools were shortened."),
    "silent": (
        "1 trace holds no question and no answer and was left out.",
        "{:,} traces hold no question and no answer and were left out.",
    ),
}


class Tally(Counter[str]):
    """Counts what is left out or changed while a file is read; each becomes one sentence."""

    def notes(self) -> tuple[str, ...]:
        return tuple(one if self[what] == 1 else many.format(self[what]) for what, (one, many) in SENTENCES.items() if self[what])


def count(number: int, what: str) -> str:
    """3 rows, 1 row."""
    return f"{number:,} {what if number == 1 else what + 's'}"
