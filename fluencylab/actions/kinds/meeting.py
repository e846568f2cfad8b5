"""Meetings on the model in use: a rehearsal proves itself by code; one with a live check only where its claim can be tried there."""

from collections.abc import Callable, Iterator
from typing import Any

from fluencylab.actions.kinds.base import Proving
from fluencylab.actions.kinds.live_check import tried
from fluencylab.curriculum import proofs
from fluencylab.curriculum.meetings import NOTHING, Meeting
from fluencylab.curriculum.proofs import Proved
from fluencylab.curriculum.schema import Track
from fluencylab.instruments import instrument, instruments
from fluencylab.instruments.base import Instrument, own_card
from fluencylab.models import catalogue
from fluencylab.models.types import Model, ModelInfo
from fluencylab.practice import meetings as rules
from fluencylab.practice.exercises import short_hash
from fluencylab.practice.kinds import MEETING

AT_MOST = 0.55
"""Of the answers of a meeting, what somebody may get right who says the same of each."""


class MeetingActs(Proving[Meeting]):
    book = "meetings"

    def why_hidden(self, of: Meeting, card: ModelInfo | None = None) -> str:
        """One whose claim nobody has tried on this model is shown; one where it came out otherwise is not."""
        proof = standing(of, (card or catalogue.current()).sha256)
        if of.check is None or proof.shown or not proof.trials:
            return ""
        return f"Its claim could be tried in only {proof.passed} of {proof.trials} runs on this model: {proof.why}."

    def problems(self, track: Track) -> Iterator[str]:
        for one in self.kind.every():
            of: Meeting = one.of
            if track.concept(of.concept) is None:
                yield f"{one.key}: there is no concept called {of.concept}."
            yield from (f"{one.key}: {wrong}." for wrong in faults(of))

    def trials(self, asked: int) -> int:
        return asked

    async def prove(self, model: Model, of: Meeting, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> Proved:
        """By code alone, once; with a live check as often as is asked, each time with another seed."""
        wrong = list(faults(of))
        times = asked if of.check else 1
        found = [wrong[0] if wrong else await _tried(model, of, 1 + 1000 * turn) for turn in range(times)]
        for _ in range(asked):
            advance()
        return Proved(of.slug, proof_hash(of), found.count(""), times, next(filter(None, found), ""))

    def instrument(self, of: Meeting) -> Instrument | None:
        return instrument(of.check.run.instrument) if of.check else None


ACTS = MeetingActs(MEETING)


def standing(of: Meeting, sha256: str) -> Proved:
    """Its proof on these weights; no trials where there is none for what it runs."""
    lab = ACTS.instrument(of)
    own = own_card(lab) if lab else None
    for page in proofs.pages(own.sha256 if own else sha256):
        found = page.meetings.get(of.slug)
        if found and found.content == proof_hash(of):
            return found
    return Proved(of.slug, proof_hash(of), 0, 0)


def proof_hash(of: Meeting) -> str:
    """Changes when what is run or graded does."""
    graded = [(one.id, one.hears, one.lacks, one.minutes) for each in of.rounds for one in each.asks]
    run = of.check.model_dump(mode="json", include={"run", "proof", "minutes"}) if of.check else None
    return short_hash(repr([of.slug, of.clock, of.facts, graded, of.decide.best, of.decide.twin.best, run]))


async def _tried(model: Model, of: Meeting, seed: int) -> str:
    """Why the check did not come out as it must; empty where it did."""
    if of.check is None:
        return ""
    return await tried(model, of.check.run, of.check.proof, seed)


def faults(of: Meeting) -> Iterator[str]:
    """What keeps a meeting from telling who hears well from who does not, in words; and what of its check points nowhere."""
    every = [(number, one) for number, each in enumerate(of.rounds, start=1) for one in each.asks]
    if any(rules.judge(one, one.hears, one.lacks, of.facts).score != 1 for _, one in every):
        yield "what should be heard is not taken for right"
    said = [(hears, lacks) for hears in rules.NAMES for lacks in (*of.facts, NOTHING)]
    best = max(sum(rules.judge(one, *same, of.facts).score or 0 for _, one in every) / len(every) for same in said)
    if best > AT_MOST:
        yield f"who says the same of every answer is right in {best:.0%}"
    if any(rules.matched(of, number, one.asks) != one.id for number, one in every):
        yield "a question in its own words is taken for another"
    if of.check and of.check.run.instrument not in instruments():
        yield f"there is no lab called {of.check.run.instrument}"
