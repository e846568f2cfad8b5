"""A sitting of the capstone on its page: five parts, one of them open, those before it folded to what they were worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from fluencylab.actions import capstone as acts
from fluencylab.actions.capstone import (
    TITLES,
    ConfigureAnswer,
    FaultsAnswer,
    MemoAnswer,
    ProposalAnswer,
    SittingState,
    SpecAnswer,
    minutes_left,
)
from fluencylab.curriculum.capstone import FAULTS, MOST_TESTS, RUNS, CapstoneProduct, Cause, Knob, Knobs, Probe
from fluencylab.curriculum.capstone_recorded import recorded
from fluencylab.curriculum.proposals import why_nots
from fluencylab.instruments import capstone as instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.instruments.capstone import Params, prompt
from fluencylab.instruments.durations import roughly
from fluencylab.models import catalogue
from fluencylab.models.types import Message
from fluencylab.practice.capstone.answers import answers
from fluencylab.practice.capstone.configure import Configured, configure
from fluencylab.practice.capstone.memo import figures, right_ruling
from fluencylab.practice.capstone.spec import SpecJudged, judge_spec, worse
from fluencylab.practice.capstone.total import PARTS, WEIGHTS
from fluencylab.practice.exercises import shuffled
from fluencylab.runs.feed import ENDED
from fluencylab.text.numerals import percent
from fluencylab.text.written import day
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.capstone import of_hundred
from fluencylab.web.pages.capstone_sheet import parts as shown_parts
from fluencylab.web.pages.options import OptionAnswer, OptionCard, SelectOption, lettered
from fluencylab.web.pages.proposal import SentenceShown
from fluencylab.web.pages.sheet import sheet

MEANS = {
    "configure": "To set a model up by measuring it, within what it may cost.",
    "spec": "To write down what must hold, so that a worse version is stopped before customers meet it.",
    "faults": "To find out what broke when more than one thing did, and show it to an engineer.",
    "proposal": "To read a mended proposal for what it still does not show.",
    "memo": "To decide by the lower end of what was measured, and keep apart what nobody measured.",
}
HOLDS = {"measured": "measured here", "open": "nobody measured it", "against": "speaks against"}
BEST, NOT_BEST = "The best choice here.", "Not the best here."


class PartShown(NamedTuple):
    """`state`: done, open, or later; of one that is done, `score` and what it is worth, of 100, and what is said of it."""

    slug: str
    title: str
    number: int
    weight: int
    state: str
    score: int
    says: str
    left_out: bool
    means: str


class LevelShown(NamedTuple):
    id: str
    text: str
    picked: bool


class KnobShown(NamedTuple):
    slug: str
    title: str
    levels: list[LevelShown]


class TriedShown(NamedTuple):
    """A configuration that was run on the cases shown. `over`: more tokens than the brief allows."""

    number: int
    levels: list[str]
    sheet: Sheet
    right: int
    given: int
    tokens: float
    over: bool


class Reached(NamedTuple):
    """A configuration with what it reached on the hidden cases."""

    levels: str
    says: str


class ConfigureShown(NamedTuple):
    """`yours`, `best`: once it was handed in."""

    knobs: list[KnobShown]
    tried: list[TriedShown]
    runs_left: int
    run_says: str
    yours: Reached | None
    best: Reached | None


class TestShown(NamedTuple):
    """`number`: its column in the table, of one that was picked; nought for the others."""

    slug: str
    says: str
    number: int
    reference: bool


class MutantShown(NamedTuple):
    """`really`: is it worse by more than chance? `stopped`: by each of the tests that were picked; `reference`: by those of an expert?"""

    says: str
    really: bool
    stopped: list[bool]
    reference: bool


class SpecShown(NamedTuple):
    tests: list[TestShown]
    picked: list[TestShown]
    mutants: list[MutantShown]
    alarms: list[bool]
    best: str


class ProbeShown(NamedTuple):
    """`prompt`: what a probe that reads shows."""

    probe: Probe
    sheet: Sheet | None
    prompt: Sequence[Message]
    says: str


class OfferedProbe(NamedTuple):
    """`shut`: why it cannot be bought now, or ""."""

    probe: Probe
    shut: str


class CauseShown(NamedTuple):
    """`picked`: what its select sends. Once the causes were named: `verdict` and `told`."""

    id: str
    text: str
    picked: str
    planted: bool
    named: bool
    verdict: str
    told: str


class FaultsShown(NamedTuple):
    """`ready`: was the product looked at? `showing`: what may be said to have shown a cause."""

    look: Sheet | None
    ready: bool
    bought: list[ProbeShown]
    offered: list[OfferedProbe]
    left: int
    causes: list[CauseShown]
    showing: list[SelectOption]
    path: list[Probe]


class ProposalShown(NamedTuple):
    sentences: list[SentenceShown]
    reasons: list[SelectOption]
    options: list[OptionCard]
    picked: str | None
    answers: dict[str, OptionAnswer] | None


class StatementShown(NamedTuple):
    id: str
    text: str
    said: str
    holds: str
    right: bool
    why: str


class MemoShown(NamedTuple):
    """`rate`: what the learner's own configuration reached, in a sentence; `figures`: the numbers that may be written."""

    rate: str
    figures: tuple[str, ...]
    rulings: list[OptionCard]
    picked: str | None
    answers: dict[str, OptionAnswer] | None
    best: str
    statements: list[StatementShown]
    marks: list[SelectOption]
    words: str


@dataclass(frozen=True)
class CapstoneSittingPage:
    """Context of `capstone_sitting.html`. `part`: the open one, empty once the sitting was ended."""

    of: CapstoneProduct
    ordinal: int
    part: str
    ended: bool
    step: int
    labels: tuple[str, ...]
    parts: list[PartShown]
    minutes_left: int
    late: bool
    until: str
    """As an ISO time, for the script that counts down."""
    runs_now: bool
    other_model: str
    """Where the model in use is not the one that was recorded."""
    conditions: str
    """Of the recording."""
    configure: ConfigureShown | None
    spec: SpecShown | None
    faults: FaultsShown | None
    proposal: ProposalShown | None
    memo: MemoShown | None
    score: int
    others: bool
    """Was another capstone ended, too?"""
    most_tests: int = MOST_TESTS
    runs: int = RUNS
    faults_n: int = FAULTS
    longest: int = acts.LONGEST


def sitting_page(now: SittingState, at: datetime, others: bool) -> CapstoneSittingPage:
    seen = [part for part in PARTS if part == now.part or part in now.row.shares]
    runs = [one.run for one in [*now.tried, *([now.look] if now.look else [])]] + [one.run for one in now.bought if one.run]
    left = minutes_left(now.row, at)
    return CapstoneSittingPage(
        of=now.of,
        ordinal=now.row.ordinal,
        part=now.part,
        ended=now.row.ended is not None,
        step=PARTS.index(now.part) if now.part else len(PARTS),
        labels=tuple(TITLES.values()),
        parts=[_part(now, slug) for slug in PARTS],
        minutes_left=left,
        late=left == 0 and now.row.ended is None,
        until=now.until.isoformat(),
        runs_now=any(run.status not in ENDED for run in runs),
        other_model=_other_model(now.of),
        conditions=_conditions(now.of),
        configure=_configure(now) if "configure" in seen else None,
        spec=_spec(now) if "spec" in seen else None,
        faults=_faults(now) if "faults" in seen else None,
        proposal=_proposal(now) if "proposal" in seen else None,
        memo=_memo(now) if "memo" in seen else None,
        score=of_hundred(now.row.score or 0.0),
        others=others,
    )


def _part(now: SittingState, slug: str) -> PartShown:
    share = now.share(slug)
    given = now.row.answers.get(slug, {})
    state = "done" if share else "open" if slug == now.part else "later"
    says = share.why if share else "It was not handed in, so it counts 0." if now.row.ended else ""
    left = bool(given.get("left")) or (now.row.ended is not None and share is None)
    score = of_hundred(share.score) if share else 0
    return PartShown(slug, TITLES[slug], PARTS.index(slug) + 1, round(100 * WEIGHTS[slug]), state, score, says, left, MEANS[slug])


def _other_model(of: CapstoneProduct) -> str:
    known = recorded(of.slug).conditions
    mine = catalogue.current()
    if mine.sha256 and mine.sha256.startswith(known.sha256):
        return ""
    return (
        f"What you run here runs on {mine.name}. What you hand in is judged by what {known.model} answered on {_day(known.date)}: "
        "so it is the same for everybody, and a configuration that is good on your model may be worse there."
    )


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _conditions(of: CapstoneProduct) -> str:
    known = recorded(of.slug).conditions
    return f"{known.model} · sha256 {known.sha256} · {known.settings} · {_day(known.date)} · fluencylab {known.version}"


# 1, the configuration


def _configure(now: SittingState) -> ConfigureShown:
    given = acts.answer(now.row, ConfigureAnswer)
    picked = given.chosen if given else now.marked.chosen or now.of.defaults
    of, known = now.of, answers(now.of)
    yours = best = None
    if given:
        judged = now.configured()
        yours = _reached(of, given.chosen, judged) if judged else None
        chosen, _ = known.best()
        best = _reached(of, chosen, configure(of, chosen)) if chosen else None
    params = Params(product=of.slug, setup=of.setup(of.defaults))
    return ConfigureShown(
        knobs=[_knob(knob, picked.get(knob.slug, "")) for knob in of.knobs],
        tried=[_tried(now, number, one) for number, one in enumerate(now.tried, start=1)],
        runs_left=now.runs_left,
        run_says=f"Run it on the {len(params.cases)} cases, about {roughly(about_seconds(instrument, params))}",
        yours=yours,
        best=best,
    )


def _knob(knob: Knob, picked: str) -> KnobShown:
    return KnobShown(knob.slug, knob.title, [LevelShown(one.id, one.text, one.id == picked) for one in knob.levels])


def _levels(of: CapstoneProduct, chosen: Mapping[Knobs, str]) -> list[str]:
    return [f"{knob.title}: {level.text}" for knob in of.knobs if (level := of.level(knob.slug, chosen.get(knob.slug, "")))]


def _tried(now: SittingState, number: int, one: acts.TriedOut) -> TriedShown:
    found = shown_parts(Params.model_validate(one.run.params), one.steps)
    return TriedShown(
        number=number,
        levels=_levels(now.of, one.chosen),
        sheet=sheet(one.run, one.steps, compact=True),
        right=found.right,
        given=found.given,
        tokens=found.tokens,
        over=found.tokens > now.of.most_tokens,
    )


def _reached(of: CapstoneProduct, chosen: Mapping[Knobs, str], found: Configured) -> Reached:
    says = f"{found.right} of {found.of} hidden answers right ({percent(found.rate.value)}), {found.tokens:.0f} tokens a call"
    return Reached("; ".join(_levels(of, chosen)), says)


# 2, the tests


def _spec(now: SittingState) -> SpecShown:
    of, given = now.of.spec, acts.answer(now.row, SpecAnswer)
    judged = now.spec() if given else None
    tests = list(given.tests) if given else []
    order = shuffled(of.tests, now.row.seed, "tests")
    shown = [
        TestShown(one.slug, one.says, tests.index(one.slug) + 1 if one.slug in tests else 0, bool(given) and one.slug in of.reference)
        for one in order
    ]
    picked = sorted((one for one in shown if one.number), key=lambda one: one.number)
    best = judge_spec(now.of, of.reference) if given else None
    return SpecShown(
        tests=shown,
        picked=picked,
        mutants=_mutants(now.of, picked, judged, best) if best else [],
        alarms=[any(one.slug in row for row in judged.alarms) for one in picked] if judged else [],
        best=_spec_best(now.of, best) if best else "",
    )


def _mutants(of: CapstoneProduct, picked: Sequence[TestShown], judged: SpecJudged | None, best: SpecJudged) -> list[MutantShown]:
    found = worse(of)
    return [
        MutantShown(
            one.says,
            found[one.name].really is True,
            [test.slug in judged.stopped[one.name] for test in picked] if judged else [],
            bool(best.stopped[one.name]),
        )
        for one in of.spec.mutants
    ]


def _spec_best(of: CapstoneProduct, best: SpecJudged) -> str:
    says = "; ".join(f"“{one.says.rstrip('.')}”" for one in of.spec.tests if one.slug in of.spec.reference)
    stop = f"{best.caught} of the {best.really}, and {best.alarmed} of {len(best.alarms)} tries with the healthy one"
    return f"An expert writes {says}. Together they stop {stop}."


# 3, the faults


def _faults(now: SittingState) -> FaultsShown:
    of, given = now.of.fault, acts.answer(now.row, FaultsAnswer)
    named = given.named if given else now.marked.named
    bought = [_bought(now, one) for one in now.bought]
    left = of.budget - now.spent
    paid = {one.probe.slug for one in now.bought if one.paid}
    ready = now.look is not None and now.look.run.status == "done"
    return FaultsShown(
        look=sheet(now.look.run, now.look.steps, compact=True) if now.look else None,
        ready=ready,
        bought=bought,
        offered=[
            OfferedProbe(one, f"{one.minutes} minutes, and {left} are left" if one.minutes > left else "")
            for one in of.probes
            if one.slug not in paid
        ],
        left=left,
        causes=[_cause(now.of, one, named, given) for one in shuffled(of.causes, now.row.seed, "causes")],
        showing=[SelectOption(one.probe.slug, one.probe.title) for one in now.bought if one.paid],
        path=[probe for slug in of.path if (probe := now.of.probe(slug))] if given else [],
    )


def _bought(now: SittingState, one: acts.Bought) -> ProbeShown:
    if one.run is None:
        return ProbeShown(one.probe, None, prompt(now.of, now.of.broken, now.of.shown[0].text), f"{one.probe.minutes} minutes.")
    drawn = sheet(one.run, one.steps, compact=True)
    found = shown_parts(Params.model_validate(one.run.params), one.steps)
    told = f" {found.right} of {found.given} right, {found.tokens:.0f} tokens a call." if one.run.status == "done" else ""
    says = f"{one.probe.minutes} minutes.{told}"
    return ProbeShown(one.probe, drawn, (), says)


def _cause(of: CapstoneProduct, one: Cause, named: Mapping[str, str], given: FaultsAnswer | None) -> CauseShown:
    is_named, planted = one.id in named, one.id in of.fault.planted
    picked = f"{one.id}:{named[one.id]}" if is_named else ""
    if given is None:
        return CauseShown(one.id, one.text, picked, False, is_named, "", "")
    shown = is_named and named[one.id] in one.proof
    verdict = {
        (True, True): "Broken, and you named it. " + ("Your probe shows it." if shown else "The probe you named does not show it."),
        (True, False): "Broken, and not named.",
        (False, True): "Named, and it is as it should be.",
        (False, False): "",
    }[planted, is_named]
    return CauseShown(one.id, one.text, picked, planted, is_named, verdict, one.told if planted or is_named else "")


# 4, the proposal


def _proposal(now: SittingState) -> ProposalShown:
    of, given = now.of.proposal, acts.answer(now.row, ProposalAnswer)
    said = given.objections if given else {}
    sentences = []
    for one in of.sentences:
        picked = said.get(one.id, "")
        words = (why_nots().get(picked, ""), why_nots().get(one.reason, "")) if given else ("", "")
        sentences.append(SentenceShown(one, picked, *words, ""))
    own = {one.id: OptionAnswer(BEST if one.id == of.best else NOT_BEST, one.answer) for one in of.options}
    return ProposalShown(
        sentences=sentences,
        reasons=[SelectOption(slug, why_nots()[slug]) for slug in shuffled(of.reasons, now.row.seed, "reasons")],
        options=lettered((one.id, one.text) for one in shuffled(of.options, now.row.seed, "options")),
        picked=given.picked if given else None,
        answers=own if given else None,
    )


# 5, the memo


def _memo(now: SittingState) -> MemoShown:
    of, given = now.of.memo, acts.answer(now.row, MemoAnswer)
    configured = now.configured()
    best = right_ruling(now.of, configured)
    own = {
        one.id: OptionAnswer("This is what the lower end allows." if one.id == best.id else "The lower end does not allow it.", one.answer)
        for one in of.rulings
    }
    said = given.statements if given else {}
    return MemoShown(
        rate=_rate(configured),
        figures=tuple(dict.fromkeys(figures(now.of, configured, now.spec(), acts.also_measured(now)))),
        rulings=lettered((one.id, one.text) for one in of.rulings),
        picked=given.ruling if given else None,
        answers=own if given else None,
        best=best.id,
        statements=[
            StatementShown(
                one.id,
                one.text,
                HOLDS.get(said.get(one.id, ""), ""),
                HOLDS[one.holds] if given else "",
                said.get(one.id) == one.holds,
                one.why if given else "",
            )
            for one in shuffled(of.statements, now.row.seed, "statements")
        ],
        marks=[SelectOption(slug, words) for slug, words in HOLDS.items()],
        words=given.words if given else now.words,
    )


def _rate(found: Configured | None) -> str:
    if found is None:
        return (
            "You handed in no configuration, so nothing was measured of it. What the numbers allow is what would hold whatever they were."
        )
    over = " It costs more than the brief allows, so it cannot be released." if found.over else ""
    return (
        f"Your configuration answered {found.right} of {found.of} hidden questions right: {percent(found.rate.value)}, "
        f"and with 80 % certainty between {percent(found.rate.low)} and {percent(found.rate.high)}.{over}"
    )
