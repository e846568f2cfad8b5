"""What the practice spec's version answered as it is and with one fault after the other, recorded on a real model. `mutants.json`

    recorded_mutants().conditions.model        ->  "SmolLM2 135M Instruct"
    recorded_mutants().products                ->  ("", "no instructions", "half the instructions", ...)

`tools/record_mutants.py` makes it anew.
"""

import json
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _parse
from fluencylab.curriculum.practice_product import FOLDER
from fluencylab.curriculum.schema import Content
from fluencylab.errors import ContentError
from fluencylab.figures.figure import Conditions

FILE = "mutants.json"
AS_IT_IS = ""
"""The name of the product without a fault."""


class RecordedAnswers(Content):
    """What one product answered to one conversation, draw by draw. `cut_off`: whether the output limit ended it."""

    product: str
    conversation: str
    texts: tuple[str, ...] = Field(min_length=1)
    cut_off: tuple[bool, ...]

    @model_validator(mode="after")
    def _each_told(self) -> "RecordedAnswers":
        if len(self.texts) != len(self.cut_off):
            raise ValueError("each text must say whether it was cut off")
        return self


class RecordedMutants(Content):
    conditions: Conditions
    answers: tuple[RecordedAnswers, ...]

    @cached_property
    def products(self) -> tuple[str, ...]:
        """In the order in which they were asked, the one without a fault first."""
        return tuple(dict.fromkeys(one.product for one in self.answers))

    @cached_property
    def conversations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.conversation for one in self.answers))

    @cached_property
    def of(self) -> dict[tuple[str, str], RecordedAnswers]:
        """By product and conversation."""
        return {(one.product, one.conversation): one for one in self.answers}

    @cached_property
    def draws(self) -> int:
        """Of the product as it is."""
        return len(self.of[AS_IT_IS, self.conversations[0]].texts)

    @model_validator(mode="after")
    def _whole(self) -> "RecordedMutants":
        if len(self.of) != len(self.answers) or set(self.of) != {(name, one) for name in self.products for one in self.conversations}:
            raise ValueError("each product must answer each conversation once")
        if self.products[:1] != (AS_IT_IS,):
            raise ValueError("the product as it is must be there, and stand first")
        return self

    def written(self) -> str:
        """As the file holds it: a line for each conversation of each product, so that a change can be read."""
        lines = (json.dumps(one.model_dump(mode="json"), ensure_ascii=False) for one in self.answers)
        conditions = json.dumps(self.conditions.model_dump(mode="json"), ensure_ascii=False)
        return f'{{"conditions": {conditions}, "answers": [\n' + ",\n".join(lines) + "\n]}\n"


@cache
def recorded_mutants(folder: Path = CONTENT) -> RecordedMutants:
    """Read once a process. Raises ContentError, which names the file."""
    file = folder / FOLDER / FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{file} is missing.", "Restore it, or record it anew: python -m tools.record_mutants.") from None
    except json.JSONDecodeError as error:
        raise ContentError(f"{file} is not valid JSON: {error}.", "Record it anew: python -m tools.record_mutants.") from None
    return _parse(RecordedMutants, found, file)
