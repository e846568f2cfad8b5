"""Proposals as typed data: `content/proposals/*.toml`. One page that wants a yes: sentences of which some do not hold, or none.

index.toml      their order; and the reasons why a sentence may not hold, of which every proposal offers six
<slug>.toml     who proposes, sentence by sentence, what can be tried on the model, and the decision

What can be tried is the run of a mission, with that mission's proof; its twin is the same page with sentences edited, mended or broken.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _in_order, _many, track
from fluencylab.curriculum.model_cards import Edit
from fluencylab.curriculum.schema import Capability, Content, Decision, Mission, Slug, Text
from fluencylab.errors import ContentError

FOLDER = "proposals"
OFFERED = 6
RUNS = 2
"""Of what can be tried, so many may be."""


class WhyNot(Content):
    """A reason why a sentence does not hold."""

    slug: Slug
    text: Text


class Sentence(Content):
    """`reason`: why it does not hold; empty where it does. `why`: told once the page was marked."""

    id: Slug
    text: Text
    why: Text
    reason: str = ""


class Experiment(Content):
    """The run of a mission, tried before anybody decides. `means`: what it says of the proposal."""

    mission: Slug
    title: Text
    gives: Text
    means: Text

    @property
    def of(self) -> Mission:
        return next(one for concept in track().concepts for one in concept.missions if one.slug == self.mission)


class Proposal(Content):
    slug: Slug
    title: Text
    about: Literal["architecture", "metric", "model choice", "trade-off"]
    concept: Slug
    trade: Text
    minutes: int = Field(ge=6, le=9)
    capability: Capability
    by: Text
    situation: Text
    sentences: tuple[Sentence, ...] = Field(min_length=12, max_length=16)
    reasons: tuple[Slug, ...] = Field(min_length=OFFERED, max_length=OFFERED)
    experiments: tuple[Experiment, ...] = Field(min_length=RUNS + 1, max_length=4)
    edits: tuple[Edit, ...] = Field(min_length=1, max_length=4)
    decide: Decision
    conclude: Text

    @model_validator(mode="before")
    @classmethod
    def _twin_is_the_edits(cls, given: Any) -> Any:
        """What changes in the twin are the edited sentences, so they are written once."""
        if not isinstance(given, dict) or "edits" not in given:
            return given
        edits = [Edit.model_validate(one) for one in given["edits"]]
        numbers = {one["id"]: number for number, one in enumerate(given["sentences"], start=1)}
        lines = [f"- Sentence {numbers.get(one.line, one.line)}: “{one.text.strip()}”" for one in edits]
        change = "A new draft comes back. It is the same page, but for this:\n\n" + "\n".join(lines)
        return given | {"decide": given["decide"] | {"twin": given["decide"]["twin"] | {"change": change}}}

    @model_validator(mode="after")
    def _can_be_judged(self) -> "Proposal":
        ids = {one.id for one in self.sentences}
        if len(ids) < len(self.sentences) or not {one.line for one in self.edits} <= ids:
            raise ValueError("no two sentences share an id, and `edits` name sentences")
        if len(self.flaws) not in (0, 2, 3, 4):
            raise ValueError("two to four sentences do not hold, or none")
        if len(set(self.reasons)) < OFFERED or not set(self.flaws.values()) <= set(self.reasons):
            raise ValueError("`reasons` are six, and every reason why a sentence does not hold is among them")
        return self

    @property
    def flaws(self) -> dict[str, str]:
        """Sentence that does not hold -> why."""
        return {one.id: one.reason for one in self.sentences if one.reason}

    @property
    def sound(self) -> bool:
        return not self.flaws

    def experiment(self, mission: str) -> Experiment | None:
        return next((one for one in self.experiments if one.mission == mission), None)


@cache
def why_nots(folder: Path = CONTENT) -> dict[str, str]:
    """Slug -> words, of every reason there is."""
    return {one.slug: one.text for one in _many(WhyNot, folder / FOLDER / "index.toml", "reasons")}


@cache
def proposals(folder: Path = CONTENT) -> tuple[Proposal, ...]:
    """Read once a process, in the order of `index.toml`. Raises ContentError, which names the file."""
    found = _in_order(Proposal, folder / FOLDER, "proposals", "A proposal")
    for one in found:
        if unknown := set(one.reasons) - set(why_nots(folder)):
            raise ContentError(f"{FOLDER}/{one.slug}.toml names {', '.join(sorted(unknown))}.", "index.toml says which reasons there are.")
    return found


def find_proposal(slug: str) -> Proposal | None:
    return next((one for one in proposals() if one.slug == slug), None)
