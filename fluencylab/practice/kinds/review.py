"""Reviews: one item for a skill that begins to fade. Each answer keeps its item, so evidence needs no content to be told."""

from collections.abc import Iterator
from typing import ClassVar

from fluencylab.practice.items import Item, Met
from fluencylab.practice.kinds.base import Exercise, Kind

STAGE = "item-"
"""Evidence of an item has this stage, with the item's form behind it."""


class ReviewKind(Kind[None]):
    """Its slug is the skill: "latency/decisions"."""

    name, title, plural = "review", "Review", "reviews"
    prefix, base = "review/", "/review"
    begin = "Review"
    printed: ClassVar = {"said": "a word in a sentence", "gap": "a sentence for a word", "misuse": "a word misused"}
    """Forms whose sentences stand on their concept's page."""
    parts: ClassVar = {**printed, "meeting": "a word in a meeting", "screen": "a number on a screen", "spec": "a sentence of a spec"}
    """Of items made from the vocabulary; what a kind turns into items, it names itself."""

    def of_skill(self, concept: str, capability: str) -> str:
        """The key of the reviews of one skill."""
        return self.key(f"{concept}/{capability}")

    def skill(self, key: str) -> tuple[str, str]:
        concept, _, capability = key.removeprefix(self.prefix).partition("/")
        return concept, capability

    def href(self, slug: str) -> str:
        return self.base

    def first_shown(self, item: Item) -> Met | None:
        """The words of a concept stand on its page, each with its sentence and the habit; a gap is asked of the same sentence."""
        form, _, slug = item.id.partition("/")
        return Met((item.concept, {"gap": "said"}.get(form, form), slug), True) if form in self.printed else None

    def every(self) -> Iterator[Exercise[None]]:
        """None: what is due is asked, and nothing else."""
        yield from ()

    def find(self, slug: str) -> Exercise[None] | None:
        return Exercise(self, slug, self.title, self.skill(self.key(slug))[0], 1, (), None)


REVIEW = ReviewKind()
