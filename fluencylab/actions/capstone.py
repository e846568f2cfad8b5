"""The acts of the capstone: begin, try configurations, hand in each part, buy probes, keep the memo as it is typed, end.

The parts are taken in their order; each is handed in once, and judged at once by what was recorded of the product. What a sitting
remembers beside that lies with the learner:

capstone/SITTING         {"runs": [{"chosen": {KNOB: LEVEL}, "run": ID}], "look": ID, "probes": {PROBE: ID}, "marked": {…}}
capstone/SITTING/memo    the words of the memo, as they are typed
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from fluencylab import clock
from fluencylab.actions import drafts
from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.runs import ALIVE, add_run, fresh_seed, steps_of
from fluencylab.actions.study import first_form
from fluencylab.curriculum.capstone import FAULTS, MINUTES, MOST_TESTS, RUNS, CapstoneProduct, Knobs, Probe, Setup, find_capstone
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.base import Step
from fluencylab.practice.capstone.configure import Configured, configure
from fluencylab.practice.capstone.draw import draw
from fluencylab.practice.capstone.faults import judge_faults
from fluencylab.practice.capstone.memo import judge_memo
from fluencylab.practice.capstone.proposal import judge_proposal
from fluencylab.practice.capstone.spec import SpecJudged, judge_spec
from fluencylab.practice.capstone.total import PARTS, total
from fluencylab.practice.checkers import wrong
from fluencylab.practice.kinds.capstone import CAPSTONE
from fluencylab.runs.queue import RunQueue
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import CapstoneSitting, Run

INSTRUMENT = "capstone"
LOOKED_AT = 4
"""Answers of the broken product that are seen before anything is bought."""
LONGEST = 4_000
"""Characters of a memo: 200 words are far fewer."""
LATE = f"It came after the {MINUTES} minutes, so it counts 0. In time it would have been {{would:.0f}} of 100."
LEFT = "You went on without it, so it counts 0."
TITLES = {"configure": "Configure", "spec": "Acceptance tests", "faults": "Two faults", "proposal": "The second draft", "memo": "The memo"}
BEGIN = "The page Capstone says what it is, and begins one."


# What was handed in of each part


class _Answer(BaseModel):
    """`left`: the learner went on without it."""

    model_config = ConfigDict(strict=True, frozen=True)

    left: bool = False


class ConfigureAnswer(_Answer):
    chosen: dict[Knobs, str] = {}


class SpecAnswer(_Answer):
    tests: list[str] = []


class FaultsAnswer(_Answer):
    """`named`: cause -> the probe that shows it. `bought`: in their order."""

    named: dict[str, str] = {}
    bought: list[str] = []


class ProposalAnswer(_Answer):
    """`objections`: sentence -> reason."""

    objections: dict[str, str] = {}
    picked: str = ""


class MemoAnswer(_Answer):
    """`statements`: each -> what it is said to be."""

    ruling: str = ""
    statements: dict[str, str] = {}
    words: str = ""


ANSWERS: dict[str, type[_Answer]] = {
    "configure": ConfigureAnswer,
    "spec": SpecAnswer,
    "faults": FaultsAnswer,
    "proposal": ProposalAnswer,
    "memo": MemoAnswer,
}


class Share(BaseModel):
    """What a part was worth, and why. `would`: what it would have been, of one that came late."""

    model_config = ConfigDict(frozen=True)

    score: float
    why: str
    at: datetime
    would: float | None = None


A = TypeVar("A", bound=_Answer)


# Where a sitting stands


class Marked(BaseModel):
    """What is filled in and not handed in yet. `named`: cause -> probe; one that no probe shows has none."""

    chosen: dict[Knobs, str] = {}
    named: dict[str, str] = {}


class _Tried(BaseModel):
    chosen: dict[Knobs, str]
    run: str


class _Kept(BaseModel):
    """What a sitting remembers."""

    runs: list[_Tried] = []
    look: str = ""
    probes: dict[str, str] = {}
    marked: Marked = Marked()


class TriedOut(NamedTuple):
    """A configuration, on the cases shown."""

    chosen: dict[Knobs, str]
    run: Run
    steps: list[Step]


class Bought(NamedTuple):
    """A probe that was bought. One that reads the prompt has no run."""

    probe: Probe
    run: Run | None
    steps: list[Step]

    @property
    def paid(self) -> bool:
        """Did it give something, or may it still?"""
        return self.run is None or self.run.status in ALIVE


class SittingState(NamedTuple):
    """A sitting and all that belongs to it."""

    row: CapstoneSitting
    of: CapstoneProduct
    tried: list[TriedOut]
    look: TriedOut | None
    bought: list[Bought]
    marked: Marked
    words: str
    """Of the memo, as far as they are typed."""

    @property
    def part(self) -> str:
        """The one that is open; empty where none is left, or the sitting was ended."""
        return "" if self.row.ended else next((one for one in PARTS if one not in self.row.shares), "")

    @property
    def until(self) -> datetime:
        return until(self.row)

    @property
    def runs_left(self) -> int:
        return RUNS - sum(one.run.status in ALIVE for one in self.tried)

    @property
    def spent(self) -> int:
        """Minutes of the budget for probes."""
        return sum(one.probe.minutes for one in self.bought if one.paid)

    def share(self, part: str) -> Share | None:
        found = self.row.shares.get(part)
        return Share.model_validate(found) if found else None

    def configured(self) -> Configured | None:
        """What the configuration that was handed in reached on the hidden cases; None where there is none that the product knows."""
        given = answer(self.row, ConfigureAnswer)
        try:
            return None if given is None or given.left else configure(self.of, given.chosen)
        except BadInput:
            return None

    def spec(self) -> SpecJudged | None:
        """What the tests that were handed in stop; None where there are none that the product knows."""
        given = answer(self.row, SpecAnswer)
        try:
            return None if given is None or given.left else judge_spec(self.of, given.tests)
        except BadInput:
            return None


def also_measured(now: SittingState) -> tuple[str, ...]:
    """What was right of the cases shown, run by run: figures that a memo may cite, too."""
    found = []
    for one in now.tried:
        if one.run.status == "done":
            told = [step.data for step in one.steps if step.kind == "answer"]
            right = sum(not wrong(now.of.checks, str(data["text"]), now.of.shown[data["case"]].expect) for data in told)
            found.append(f"{right} of {len(told)}")
    return tuple(dict.fromkeys(found))


def until(row: CapstoneSitting) -> datetime:
    return row.begun + timedelta(minutes=MINUTES)


def minutes_left(row: CapstoneSitting, now: datetime) -> int:
    """Rounded up, so that the last one is told as one; at most all of them, whatever a clock says, and none once it is ended."""
    return 0 if row.ended else max(0, min(MINUTES, -int(-(until(row) - now).total_seconds() // 60)))


def answer(row: CapstoneSitting, kind: type[A]) -> A | None:
    """What was handed in of a part; None before."""
    part = next(name for name, known in ANSWERS.items() if known is kind)
    found = row.answers.get(part)
    return None if found is None else kind.model_validate(found)


async def open_sitting(session: Session, learner: str) -> CapstoneSitting | None:
    """The one that was begun and not ended. There is one at most."""
    return next((row for row in await queries.capstone_sittings(session, learner) if row.ended is None), None)


async def load(session: Session, row: CapstoneSitting) -> SittingState:
    """Raises NotFound where the lab has its product no longer."""
    of = find_capstone(row.product)
    if of is None:
        raise NotFound(
            "The product of this sitting is not in this lab any more.", "What was scored is kept. End the sitting on the page Capstone."
        )
    kept = await _remembered(session, row)
    tried = [found for one in kept.runs if (found := await _watched(session, one.chosen, one.run))]
    bought = []
    for slug, run_id in kept.probes.items():
        probe = of.probe(slug)
        run = await queries.run(session, run_id) if run_id else None
        if probe and (run or probe.reads):
            bought.append(Bought(probe, run, await steps_of(session, run) if run else []))
    typed = await queries.draft(session, row.learner_id, memo_draft(row))
    look = await _watched(session, {}, kept.look) if kept.look else None
    return SittingState(row, of, tried, look, bought, kept.marked, typed.text if typed else "")


async def _watched(session: Session, chosen: dict[Knobs, str], run_id: str) -> TriedOut | None:
    run = await queries.run(session, run_id)
    return TriedOut(chosen, run, await steps_of(session, run)) if run else None


def _name(row: CapstoneSitting) -> str:
    return CAPSTONE.key(row.id)


def memo_draft(row: CapstoneSitting) -> str:
    return f"{_name(row)}/memo"


async def _remembered(session: Session, row: CapstoneSitting) -> _Kept:
    """Nothing, where a file brought back something that is none of ours."""
    try:
        return _Kept.model_validate(await recall(session, row.learner_id, _name(row)))
    except ValidationError:
        return _Kept()


async def _remember(session: Session, row: CapstoneSitting, **fresh: Any) -> None:
    kept = (await _remembered(session, row)).model_copy(update=fresh)
    await remember(session, row.learner_id, _name(row), kept.model_dump(mode="json"))


# Acts


async def begin(store: Store, learner: str) -> str:
    """Its id. An open sitting is gone on with. Who takes part in a study begins with the form that the study says."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        rows = await queries.capstone_sittings(session, learner)
        if rows and rows[-1].ended is None:
            return rows[-1].id
        seed = fresh_seed()
        product = draw(seed, [row.product for row in rows], await first_form(session, learner) or "A")
        if product is None:
            raise BadInput(
                "You have seen every product of the capstone.",
                "A product seen before would show memory, not transfer. Your scores stay here.",
            )
        row = CapstoneSitting(
            id=uuid.uuid4().hex,
            learner_id=learner,
            product=product,
            ordinal=len(rows) + 1,
            seed=seed,
            begun=clock.now(),
            answers={},
            shares={},
        )
        session.add(row)
        return row.id


async def _open(session: Session, learner: str, part: str) -> SittingState:
    """The open sitting with this part open, and no other act of this learner until the commit."""
    await queries.lock_learner(session, learner)
    row = await open_sitting(session, learner)
    if row is None:
        raise BadInput("There is no capstone under way: it was ended, perhaps in another tab.", BEGIN)
    now = await load(session, row)
    if part in row.shares:
        raise BadInput(
            f"The part “{TITLES[part]}” was handed in already, perhaps in another tab.", "What it was worth stands on its page now."
        )
    if now.part != part:
        raise BadInput(
            f"The part “{TITLES[part]}” is not open yet.", f"Hand in “{TITLES[now.part]}” first: the parts build on one another."
        )
    return now


def _hand_in(now: SittingState, given: _Answer, score: float, why: str) -> None:
    """Written once. What comes late counts 0, and says what it would have been."""
    at, part = clock.now(), now.part
    late = at > now.until and not given.left
    share = Share(
        score=0 if late else score, why=f"{why} {LATE.format(would=score * 100)}" if late else why, at=at, would=score if late else None
    )
    now.row.answers = {**now.row.answers, part: given.model_dump(mode="json")}
    now.row.shares = {**now.row.shares, part: share.model_dump(mode="json")}
    if not now.part:
        _close(now.row)


def _close(row: CapstoneSitting) -> None:
    row.ended = clock.now()
    row.score = total({part: float(row.shares[part]["score"]) if part in row.shares else 0.0 for part in PARTS})


def chosen_of(of: CapstoneProduct, given: Mapping[Knobs, str]) -> Setup:
    """Raises BadInput where a knob is not set, or stands where it has no level."""
    try:
        return of.setup(dict(given))
    except ValueError as error:
        raise BadInput(f"This is no configuration yet: {error}.", "Choose one level in each of the four rows.") from None


async def try_configuration(store: Store, queue: RunQueue, learner: str, chosen: Mapping[Knobs, str]) -> None:
    """Ask the model in use the cases shown. What was tried already is not run again, unless it was stopped or failed."""
    async with store.begin() as session:
        now = await _open(session, learner, "configure")
        setup = chosen_of(now.of, chosen)
        await _remember(session, now.row, marked=now.marked.model_copy(update={"chosen": dict(chosen)}))
        if any(one.chosen == chosen and one.run.status in ALIVE for one in now.tried):
            return
        if now.runs_left < 1:
            raise BadInput(f"You have run {RUNS} configurations, and that is all there is time for.", "Hand in one, tried or not.")
        fresh = _add_run(session, learner, now, setup)
        await session.flush()
        kept = (await _remembered(session, now.row)).runs
        await _remember(session, now.row, runs=[*kept, _Tried(chosen=dict(chosen), run=fresh.id)])
    await queue.put(fresh.id)


def _add_run(session: Session, learner: str, now: SittingState, setup: Setup, **more: Any) -> Run:
    params = {"product": now.of.slug, "setup": setup.model_dump(), "group": "shown", "seed": now.row.seed, **more}
    return add_run(session, learner, INSTRUMENT, params)


async def hand_in_configuration(store: Store, learner: str, chosen: Mapping[Knobs, str]) -> None:
    async with store.begin() as session:
        now = await _open(session, learner, "configure")
        chosen_of(now.of, chosen)
        found = configure(now.of, chosen)
        _hand_in(now, ConfigureAnswer(chosen=dict(chosen)), found.score, found.why)


async def hand_in_tests(store: Store, learner: str, tests: Sequence[str]) -> None:
    async with store.begin() as session:
        now = await _open(session, learner, "spec")
        if not tests:
            raise BadInput("No test is ticked yet.", f"Tick between one and {MOST_TESTS}, or go on without this part.")
        if len(set(tests)) > MOST_TESTS:
            raise BadInput(f"You ticked {len(set(tests))} tests, and at most {MOST_TESTS} may run before each release.", "Take some away.")
        found = judge_spec(now.of, tests)
        _hand_in(now, SpecAnswer(tests=list(tests)), found.score, found.why)


async def look(store: Store, queue: RunQueue, learner: str) -> None:
    """Ask the broken product four times. Asked twice, it stays with the run that is there, unless that one was stopped or failed."""
    async with store.begin() as session:
        now = await _open(session, learner, "faults")
        if now.look and now.look.run.status in ALIVE:
            return
        fresh = _add_run(session, learner, now, now.of.broken, first=LOOKED_AT, draws=1)
        await session.flush()
        await _remember(session, now.row, look=fresh.id)
    await queue.put(fresh.id)


async def buy(store: Store, queue: RunQueue, learner: str, slug: str, named: Mapping[str, str]) -> None:
    """A probe, run live within the budget; bought twice, it costs once. `named`: what is filled in so far, which is kept."""
    async with store.begin() as session:
        now = await _open(session, learner, "faults")
        probe = now.of.probe(slug)
        if probe is None:
            raise NotFound("There is no such probe here.", "Choose one from the list.")
        await _remember(session, now.row, marked=now.marked.model_copy(update={"named": _checked(now, named)}))
        had = next((one for one in now.bought if one.probe.slug == slug), None)
        if had and had.paid:
            return
        if not now.look or now.look.run.status != "done":
            raise BadInput("Look at its answers first.", "They are where every diagnosis begins.")
        left = now.of.fault.budget - now.spent
        if probe.minutes > left:
            raise BadInput(f"This probe takes {probe.minutes} minutes, and {left} are left.", "Take a shorter one, or name the causes.")
        run = None if probe.reads else _add_run(session, learner, now, now.of.probed(probe))
        await session.flush()
        kept = (await _remembered(session, now.row)).probes
        await _remember(session, now.row, probes={**kept, slug: run.id if run else ""})
    if run:
        await queue.put(run.id)


def _checked(now: SittingState, named: Mapping[str, str]) -> dict[str, str]:
    """Cause -> probe, of those there are. A probe that was not bought shows nothing."""
    causes, bought = {one.id for one in now.of.fault.causes}, {one.probe.slug for one in now.bought if one.paid}
    if not named.keys() <= causes or not set(named.values()) <= {"", *bought}:
        raise BadInput("There is no such cause here, or no such probe was bought.", "Choose from the lists on the page.")
    return dict(named)


async def hand_in_faults(store: Store, learner: str, named: Mapping[str, str]) -> None:
    """What is filled in stays where it is refused."""
    async with store.begin() as session:
        now = await _open(session, learner, "faults")
        given = _checked(now, named)
        await _remember(session, now.row, marked=now.marked.model_copy(update={"named": given}))
    if len(given) != FAULTS:
        raise BadInput(f"You named {len(given)} of the six causes; two are broken.", "Name two, each with the probe that shows it.")
    async with store.begin() as session:
        now = await _open(session, learner, "faults")
        bought = [one.probe.slug for one in now.bought if one.paid]
        found = judge_faults(now.of, _checked(now, named), bought)
        _hand_in(now, FaultsAnswer(named=dict(named), bought=bought), found.score, found.why)


async def hand_in_proposal(store: Store, learner: str, objections: Mapping[str, str], objects: bool, picked: str) -> None:
    """`objects`: whether it is said that something does not hold."""
    async with store.begin() as session:
        now = await _open(session, learner, "proposal")
        if objects and not objections:
            raise BadInput(
                "Nothing is marked yet.", "Give a reason at each sentence that does not hold, or say that you have no objection."
            )
        if objections and not objects:
            raise BadInput("You marked sentences, and said that you have no objection.", "Take the marks away, or say that you object.")
        if picked not in {one.id for one in now.of.proposal.options}:
            raise BadInput("You have not said yet what you answer.", "Choose one of the answers under the page.")
        found = judge_proposal(now.of, objections, picked)
        _hand_in(now, ProposalAnswer(objections=dict(objections), picked=picked), found.score or 0.0, found.why)


async def keep_memo(store: Store, learner: str, text: str, clear: bool = False) -> drafts.Saved:
    text = drafts.fitting(text, "the memo", LONGEST, "Shorten it: 200 words are enough.")
    async with store.begin() as session:
        now = await _open(session, learner, "memo")
        return await drafts.save(session, learner, memo_draft(now.row), text, clear)


async def hand_in_memo(store: Store, learner: str, ruling: str, statements: Mapping[str, str], words: str) -> None:
    """The last part: with it the sitting ends. The words are kept where it is refused."""
    words = drafts.plain(words)
    await keep_memo(store, learner, words)
    async with store.begin() as session:
        now = await _open(session, learner, "memo")
        if ruling not in {one.id for one in now.of.memo.rulings}:
            raise BadInput("The memo does not say yet what you decide.", "Choose one of the three rulings.")
        if left := sum(one.id not in statements for one in now.of.memo.statements):
            raise BadInput(f"{left} of the statements {'is' if left == 1 else 'are'} not judged yet.", "Say of each what was measured.")
        if not words.strip():
            raise BadInput("The memo has no words of yours yet.", "Write 40 to 200 words, with at least two of the figures listed.")
        found = judge_memo(now.of, ruling, statements, words, now.configured(), now.spec(), also_measured(now))
        _hand_in(now, MemoAnswer(ruling=ruling, statements=dict(statements), words=words), found.score, found.why)
        await drafts.drop(session, learner, memo_draft(now.row))


async def leave_out(store: Store, learner: str, part: str) -> None:
    """Go on without a part: it counts 0, and the next one opens."""
    if part not in PARTS:
        raise NotFound("The capstone has no such part.", "Go on from where the page stands now.")
    async with store.begin() as session:
        now = await _open(session, learner, part)
        _hand_in(now, ANSWERS[part](left=True), 0.0, LEFT)


async def end(store: Store, learner: str) -> str:
    """Parts that were not handed in count 0. Ended twice, it stays as it was ended first. Gives the slug of its product."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        rows = await queries.capstone_sittings(session, learner)
        if not rows:
            raise BadInput("There is no capstone under way.", BEGIN)
        if rows[-1].ended is None:
            _close(rows[-1])
        return rows[-1].product


def knobs(named: Mapping[str, str]) -> dict[Knobs, str]:
    """Fields of a form, as a configuration: those that say nothing are left out."""
    return {cast(Knobs, name): level for name, level in named.items() if level}
