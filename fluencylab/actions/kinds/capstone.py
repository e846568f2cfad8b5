"""Products of the capstone, proved: by code that an expert passes and no bot does, and on the model that what was recorded still holds."""

from collections.abc import Callable, Iterator
from typing import Any

from fluencylab.actions.capstone_recording import asked as asked_of
from fluencylab.actions.capstone_recording import record, setups
from fluencylab.actions.kinds.base import Proving
from fluencylab.curriculum.capstone import CapstoneProduct, Setup
from fluencylab.curriculum.capstone_recorded import Recorded, RecordedSetup
from fluencylab.curriculum.proofs import ProvedCapstone
from fluencylab.curriculum.proposals import why_nots
from fluencylab.curriculum.schema import Track
from fluencylab.errors import LabError
from fluencylab.models.types import Model
from fluencylab.practice.capstone import bots
from fluencylab.practice.capstone.answers import Answers, answers
from fluencylab.practice.capstone.configure import configure
from fluencylab.practice.capstone.handed_in import expert, scores
from fluencylab.practice.capstone.total import total
from fluencylab.practice.exercises import short_hash
from fluencylab.practice.kinds import CAPSTONE
from fluencylab.stats import difference
from fluencylab.workbench.checks import read_check

ENOUGH = 0.8
"""Of what an expert hands in: each part, and all of them."""
TRIES = 40
"""Of each bot, so that the content is checked at once; the tests ask for more."""
OTHER_SEEDS = 100_000


class CapstoneActs(Proving[CapstoneProduct]):
    book = "capstones"

    def problems(self, track: Track) -> Iterator[str]:
        for one in self.kind.every():
            yield from (f"{one.key}: {wrong}." for wrong in faults(one.of))

    async def prove(
        self, model: Model, of: CapstoneProduct, asked: int, advance: Callable[[], None], known: dict[Any, Any]
    ) -> ProvedCapstone:
        """The healthy product, what it comes with and each fault, asked again with other seeds than those recorded."""
        wrong = next(faults(of), "")
        live = {} if wrong else await _live(model, of)
        advance()
        return ProvedCapstone(of.slug, proof_hash(of), live, wrong or _moved(live))


ACTS = CapstoneActs(CAPSTONE)


def proof_hash(of: CapstoneProduct) -> str:
    """Changes when anything of it does."""
    return short_hash(of.model_dump_json())


def shown_live(of: CapstoneProduct) -> dict[str, Setup]:
    """What is asked again: the setups on which the parts rest."""
    return {"healthy": of.healthy, "defaults": of.setup(of.defaults)} | {one.id: of.healthy.changed(one.set) for one in of.planted}


async def _live(model: Model, of: CapstoneProduct) -> dict[str, tuple[int, int, int]]:
    wanted = shown_live(of)
    then, again = answers(of), await record(model, of, wanted.values(), _unsaid, 1 + OTHER_SEEDS)
    now = Answers(of, Recorded(conditions=then.kept.conditions, asked=then.kept.asked, setups=tuple(again)))
    return {name: (now.count(setup), now.asked(setup), then.count(setup)) for name, setup in wanted.items()}


def _unsaid(one: RecordedSetup) -> None:
    """Nobody waits for a line."""


def _moved(live: dict[str, tuple[int, int, int]]) -> str:
    """Which rate is another than was recorded, by more than chance, or which is no worse than the healthy one; empty where all holds."""
    for name, (right, of, then) in live.items():
        low, high = difference((then, of), (right, of))
        if not low <= 0 <= high:
            return f"{name}: {right} of {of} right, and {then} when it was recorded"
    well = live["healthy"][0]
    return next((f"{name} is not worse than healthy" for name, (right, *_) in live.items() if name != "healthy" and right >= well), "")


def faults(of: CapstoneProduct) -> Iterator[str]:
    """What keeps a product from telling who can do it from who cannot, one clause each."""
    try:
        known = answers(of)
        for test in of.spec.tests:
            read_check(dict(test.check))
    except LabError as error:
        yield f"{error}".rstrip(".")
        return
    if missing := [one for one in setups(of) if not known.holds(one)]:
        yield f"{len(missing)} of its setups were never recorded: python -m tools.record_capstone {of.slug}"
        return
    if known.kept.asked != asked_of(of):
        yield f"it was recorded in other words: python -m tools.record_capstone {of.slug}"
        return
    yield from _an_expert_passes(of)
    yield from _nobody_else_does(of)
    yield from _the_faults_are_two(of, known)
    yield from _statements(of)


def _an_expert_passes(of: CapstoneProduct) -> Iterator[str]:
    found = scores(of, expert(of))
    yield from (f"what an expert hands in earns {score:.2f} in the part {part}" for part, score in found.items() if score < ENOUGH)
    if total(found) < ENOUGH:
        yield f"what an expert hands in earns {total(found):.2f} in all"


def _nobody_else_does(of: CapstoneProduct) -> Iterator[str]:
    everything = {knob.slug: knob.levels[-1].id for knob in of.knobs}
    if (score := configure(of, everything).score) > bots.BAR:
        yield f"the largest of every setting earns {score:.2f}"
    for name, bot in bots.BOTS.items():
        if (score := bots.earned(of, bot, TRIES)) > bots.BAR:
            yield f"the bot “{name}” earns {score:.2f} in all"


def _the_faults_are_two(of: CapstoneProduct, known: Answers) -> Iterator[str]:
    """Each alone makes it worse, and so do both; so healing one alone does not bring it back. What shows a fault changes what is seen."""
    one, other = of.planted
    if one.set.keys() & other.set.keys():
        yield "the two faults set the same setting"
    for cause in of.planted:
        if not known.worse(of.healthy.changed(cause.set)).really:
            yield f"the fault {cause.id} alone is not shown to be worse"
        if not set(cause.proof) & set(of.fault.path):
            yield f"an expert's path shows nothing of the fault {cause.id}"
    if not known.worse(of.broken).really:
        yield "both faults together are not shown to be worse"
    broken = known.answered(of.broken).texts
    for slug in dict.fromkeys(slug for cause in of.planted for slug in cause.proof):
        probe = of.probe(slug)
        if probe and not probe.reads and known.answered(of.probed(probe)).texts == broken:
            yield f"the probe {slug} shows a fault, and changes no answer"
    if sum(probe.minutes for probe in of.fault.probes) <= of.fault.budget:
        yield "there is money for every probe"


def _statements(of: CapstoneProduct) -> Iterator[str]:
    for mark in ("measured", "open", "against"):
        if sum(one.holds == mark for one in of.memo.statements) < 2:
            yield f"fewer than two of the memo's statements are {mark}"
    if unknown := set(of.proposal.reasons) - set(why_nots()):
        yield f"the proposal offers reasons that nobody knows: {', '.join(sorted(unknown))}"
