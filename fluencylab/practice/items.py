"""A review item: one question with its options, as it is asked, kept with its answer, and told again."""

from typing import Any, NamedTuple

from fluencylab.practice.exercises import short_hash, shuffled

OPTIONS = 4
"""Of one item, at most."""


class Choice(NamedTuple):
    id: str
    text: str
    answer: str


class Met(NamedTuple):
    """What was asked, by a name that is the same wherever its words are shown. `printed`: it can be read before it is ever asked."""

    name: tuple[str, ...]
    printed: bool = False


class Item(NamedTuple):
    """One question. `id` is the same wherever it is asked. `situation`, `question` and the options are Markdown.

    `prompt`: what a model was given, word for word; `begins`: the start of its answer. `needs`: the exercise to be done first.
    """

    id: str
    concept: str
    capability: str
    situation: str
    question: str
    options: tuple[Choice, ...]
    best: str
    needs: str = ""
    prompt: str = ""
    begins: str = ""

    @property
    def form(self) -> str:
        """The word its id begins with: said, gap, contrast, twin ..."""
        return self.id.split("/")[0]

    @property
    def drawn(self) -> bool:
        """Code drew its figures, and can draw others: it is asked when what was written is used up."""
        return self.form == "reading" or self.id.startswith("screen/drawn/")

    @property
    def content(self) -> str:
        """Changes when a word does."""
        return short_hash(repr(self))

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Item":
        """From what `_asdict` made, through JSON."""
        return cls(**stored | {"options": tuple(Choice(**choice) for choice in stored["options"])})

    def laid_out(self, seed: int) -> list[Choice]:
        return shuffled(self.options, seed, self.id)
