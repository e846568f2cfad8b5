"""Meetings as typed data: `content/meetings/*.toml`. An engineer proposes or reports; three rounds of questions, then a decision.

index.toml      their order; and what an answer may leave open, each with the question that asks for it; every meeting offers five of these
<slug>.toml     who speaks, what is claimed, four questions a round with what is answered, and the decision
"""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _in_order, _many
from fluencylab.curriculum.schema import Capability, Condition, Content, Decision, Run, Slug, Text
from fluencylab.errors import ContentError

Heard = Literal["good", "worrying", "empty"]
HEARD: tuple[Heard, ...] = get_args(Heard)
NOTHING = "nothing"
"""Beside the facts that may be missing: none is."""
ROUNDS, ASKED, OFFERED = 3, 4, 5
FOLLOW_UP = 2
"""Minutes that it costs to ask for a fact that is missing."""
FOLDER = "meetings"


class MissingFact(Content):
    """What an answer may leave open. `asks`: how one asks for it; `beside`: what is said where the answer did not lack it."""

    slug: Slug
    name: Text
    asks: Text
    beside: Text


class Asked(Content):
    """A question, and what is answered. `also`: other words by which it is known when somebody asks in their own.

    `told`: what comes when one asks for the fact that was missing; `learned`: a line of the notes, once everything is known.
    """

    id: Slug
    asks: Text
    also: Text
    minutes: int = Field(ge=2, le=8)
    says: Text
    hears: Heard
    lacks: Slug = NOTHING
    told: str = ""
    why: Text
    learned: Text

    @model_validator(mode="after")
    def _good_lacks_nothing(self) -> "Asked":
        if (self.hears == "good") != (self.lacks == NOTHING):
            raise ValueError("a good answer lacks nothing, and every other lacks something")
        if (self.lacks != NOTHING) != bool(self.told.strip()):
            raise ValueError("`told` is what comes when one asks for the fact that is missing")
        return self


class Round(Content):
    about: Text
    asks: tuple[Asked, ...] = Field(min_length=ASKED, max_length=ASKED)


class Engineer(Content):
    """`short`: the name they go by; `role` as it stands on an invitation."""

    name: Text
    short: Text
    role: Text


class LiveCheck(Content):
    """The claim, tried on the model in use while everybody waits. `proof` must hold there, or the meeting is not shown."""

    title: Text
    gives: Text
    minutes: int = Field(ge=2, le=8)
    run: Run
    proof: tuple[Condition, ...] = Field(min_length=1)
    means: Text = Field(description="What it says of the claim")


class Meeting(Content):
    """One rehearsal. `clock`: minutes it has; `facts`: what may be missing, offered after each answer."""

    slug: Slug
    title: Text
    concept: Slug
    trade: Text
    minutes: int = Field(ge=6, le=9)
    capability: Capability
    clock: int = Field(20, ge=12, le=30)
    engineer: Engineer
    situation: Text
    opens: Text
    facts: tuple[Slug, ...] = Field(min_length=OFFERED, max_length=OFFERED)
    rounds: tuple[Round, ...] = Field(min_length=ROUNDS, max_length=ROUNDS)
    check: LiveCheck | None = None
    decide: Decision
    conclude: Text

    @model_validator(mode="after")
    def _can_be_held(self) -> "Meeting":
        every = [one for each in self.rounds for one in each.asks]
        if len({one.id for one in every}) < len(every):
            raise ValueError("two questions share an id")
        if len(set(self.facts)) < len(self.facts) or not {one.lacks for one in every} <= {*self.facts, NOTHING}:
            raise ValueError("`facts` are five, and every fact that an answer lacks is among them")
        if sum(min(one.minutes for one in each.asks) + FOLLOW_UP for each in self.rounds) > self.clock:
            raise ValueError("the shortest questions do not fit into the meeting's time")
        return self

    def asked(self, number: int, id: str) -> Asked | None:
        """`number`: of the round, from 1."""
        return next((one for one in self.rounds[number - 1].asks if one.id == id), None)


@cache
def missing_facts(folder: Path = CONTENT) -> tuple[MissingFact, ...]:
    return _many(MissingFact, folder / FOLDER / "index.toml", "facts")


@cache
def meetings(folder: Path = CONTENT) -> tuple[Meeting, ...]:
    """Read once a process, in the order of `index.toml`. Raises ContentError, which names the file."""
    known = {one.slug for one in missing_facts(folder)}
    found = _in_order(Meeting, folder / FOLDER, "meetings", "A meeting")
    for one in found:
        if unknown := set(one.facts) - known:
            raise ContentError(f"{FOLDER}/{one.slug}.toml names {', '.join(sorted(unknown))}.", "index.toml says which facts there are.")
    return found


def find_meeting(slug: str) -> Meeting | None:
    return next((one for one in meetings() if one.slug == slug), None)
