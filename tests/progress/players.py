"""Players who know nothing, over all content there is: what they answer is graded as an exercise would grade it, and becomes evidence.

    play(Longest(), rounds=2)  ->  the cells that were solid at any moment on the way

A round is one sitting of the self-test, every mission, case and diagnosis, and every review item there is; nothing is hidden, nothing runs.
What a run would have measured is taken from the mission's own exemplar.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple, Protocol

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.meetings import NOTHING, Meeting, meetings
from fluencylab.curriculum.model_cards import CardDrill, drills
from fluencylab.curriculum.proposals import Proposal, proposals, why_nots
from fluencylab.curriculum.schema import Case, Concept, Decision, Mission, Prediction
from fluencylab.practice import card_marks, course_spec, course_tasks, faults, graders, kinds, sitting, variants
from fluencylab.practice import meetings as at_the_table
from fluencylab.practice import proposals as on_the_page
from fluencylab.practice.course import CONCEPT, CourseMission, course
from fluencylab.practice.course_facts import course_facts
from fluencylab.practice.exercises import asked_hash, shuffled
from fluencylab.practice.items import Item
from fluencylab.practice.kinds.selftest import MINUTES
from fluencylab.practice.spec_tests import spec_tests
from fluencylab.progress.ledger import EvidenceRow, Ledger, Names
from fluencylab.progress.mastery import state

START = datetime(2026, 1, 5, tzinfo=UTC)


class Player(Protocol):
    certainty: int

    def option(self, question: str, texts: Sequence[str]) -> int: ...

    def number(self, asked: Prediction) -> float: ...


class Shown(NamedTuple):
    concept: str
    capability: str
    exercise: str
    stage: str
    variant: str
    content: str
    score: float | None
    chance: float | None = None


def play(player: Player, rounds: int = 2, seed: int = 1) -> dict[tuple[str, str], str]:
    """Cells that were solid at some moment, each with the exercise after which."""
    ledger = new_ledger()
    found: dict[tuple[str, str], str] = {}
    for number, shown in enumerate(shown for round_ in range(rounds) for shown in game(player, round_, seed)):
        if isinstance(player, Scoring):
            shown = shown._replace(score=player.score(shown))
        ledger.add([row(shown, number, START + timedelta(minutes=number), player.certainty)])
        cell = (shown.concept, shown.capability)
        tally = ledger.tallies.get(cell)
        if tally and cell not in found and state(ledger.belief.estimate(*cell), tally.n, tally.deterministic) == "solid":
            found[cell] = f"{shown.exercise} {shown.stage}"
    return found


def game(player: Player, round_: int, seed: int) -> Iterator[Shown]:
    sitting_, *rest = exercises(player, round_, seed)
    yield from sitting_.shown
    for concept in track().concepts:
        for exercise in rest:
            if exercise.concept == concept.slug:
                yield from exercise.shown
        for item in variants.bank(concept):
            yield review(player, item, 100 * seed + round_)


class Whole(NamedTuple):
    """An exercise from its first stage to its last. `concept`: empty for the self-test."""

    concept: str
    key: str
    minutes: int
    shown: tuple[Shown, ...]


def exercises(player: Player, round_: int, seed: int) -> Iterator[Whole]:
    """The self-test first, then concept by concept."""
    yield Whole("", kinds.SELF_TEST.key(), MINUTES, tuple(_self_test(player, round_, seed)))
    at = 100 * seed + round_
    for concept in track().concepts:
        for mission in concept.missions:
            yield Whole(concept.slug, mission.slug, mission.minutes, tuple(_mission(player, concept, mission, at)))
        for case in concept.cases:
            yield Whole(concept.slug, case.slug, case.minutes, tuple(_case(player, concept, case, at)))
        for practised in course() if concept.slug == CONCEPT else ():
            yield Whole(CONCEPT, kinds.COURSE.key(practised.slug), practised.minutes, tuple(_practised(player, practised, at)))
        for drill in (one for one in drills() if one.concept == concept.slug):
            key = kinds.MODEL_CARD.key(drill.slug)
            yield Whole(concept.slug, key, drill.minutes, tuple(_read_card(player, drill, at)))
        for held in (one for one in meetings() if one.concept == concept.slug):
            yield Whole(concept.slug, kinds.MEETING.key(held.slug), held.minutes, tuple(_meeting(player, held, at)))
        for read in (one for one in proposals() if one.concept == concept.slug):
            yield Whole(concept.slug, kinds.PROPOSAL.key(read.slug), read.minutes, tuple(_proposal(player, read, at)))
        for fault in bench().of(concept.slug):
            yield Whole(concept.slug, f"debug/{fault.slug}", fault.minutes, tuple(_diagnosis(player, concept, fault.slug, at)))


def review(player: Player, item: Item, seed: int) -> Shown:
    laid = item.laid_out(seed)
    picked = laid[player.option(f"{item.situation} {item.question}", [one.text for one in laid])]
    exercise = kinds.REVIEW.of_skill(item.concept, item.capability)
    fields = (item.concept, item.capability, exercise, f"item-{item.form}", item.id, item.content)
    return Shown(*fields, float(picked.id == item.best), 1 / len(laid))


def row(shown: Shown, number: int, made: datetime, certainty: int = 2) -> EvidenceRow:
    fields = shown._asdict() | {"certainty": certainty, "marks": None, "grader": "rules-1", "help": "", "sha256": None}
    return EvidenceRow(id=f"{number:08}", made=made, **fields)


@cache
def names() -> Names:
    """As `actions/progress.py` makes them."""
    items = (item for concept in track().concepts for item in variants.ever_asked(concept))
    return {(item.concept, item.id): met for item in items if (met := kinds.first_shown(item))}


def new_ledger() -> Ledger:
    return Ledger([concept.slug for concept in track().concepts], kinds.chances(), names())


def _self_test(player: Player, round_: int, seed: int) -> Iterator[Shown]:
    for asked in sitting.plan(track().concepts, seed, round_, seed + round_):
        for claim in asked.claims:
            said = player.option(claim.text, ["true", "not true"]) == 0
            score = sitting.judge_claim(claim, said).score
            yield Shown(asked.concept, "vocabulary", "self-test", f"{asked.number}.claim.{claim.idea}", claim.variant, claim.content, score)
        picked = asked.options[player.option(asked.application.situation, [option.text for option in asked.options])].id
        score = sitting.judge_application(asked, picked).score
        yield Shown(asked.concept, "decisions", "self-test", f"{asked.number}.application", asked.variant, asked.content, score)


def _read_card(player: Player, drill: CardDrill, seed: int) -> Iterator[Shown]:
    """As the page asks it: the lines decide, or one of four questions is sent. Whoever says that they do marks two of them."""
    words, lines = kinds.MODEL_CARD.words(drill), list(drill.card.lines)
    asks = shuffled(drill.questions, seed, "questions")
    said = player.option(drill.needs, ["It says so. The lines I marked decide it.", *(one.text for one in asks)])
    marked: list[str] = []
    if said == 0:
        for _ in range(2):
            marked.append(lines.pop(player.option(drill.needs, [f"{one.name}: {one.text}" for one in lines])).id)
    score = card_marks.judge(drill, marked, asks[said - 1].id if said else "").score
    key = kinds.MODEL_CARD.key(drill.slug)
    yield Shown(drill.concept, drill.capability, key, "mark", "", words, score)
    yield from _looped(player, drill.concept, drill, key, words, seed)


def _mission(player: Player, concept: Concept, mission: Mission, seed: int) -> Iterator[Shown]:
    yield from _looped(player, concept.slug, mission, mission.slug, asked_hash(mission), seed)


def _looped(player: Player, concept: str, mission: Mission, key: str, words: str, seed: int) -> Iterator[Shown]:
    """From the prediction to the twin."""
    truth = mission.exemplar.accept
    facts = {asked.fact: truth[asked.fact] / asked.scale for asked in mission.predict}
    verdicts = [graders.prediction(asked, player.number(asked), *[facts[asked.fact]] * 3) for asked in mission.predict]
    yield Shown(concept, mission.capability, key, "compare", "", words, graders.both(verdicts))
    sights = shuffled(list(enumerate(mission.seen.sights)), seed, "sights")
    seen = sights[player.option(mission.seen.question, [sight.text for _, sight in sights])][0]
    if graders.true_sight(mission.seen, facts) < len(mission.seen.sights):
        yield Shown(concept, mission.capability, key, "see", "", words, graders.seen(mission.seen, seen, facts).score)
    first, second = _decide(player, mission.situation, mission.decide, seed)
    pair = graders.both([graders.decision(mission.decide, first), graders.twin(mission.decide, second)])
    yield Shown(concept, "decisions", key, "decide", "", words, graders.decision(mission.decide, first).score)
    yield Shown(concept, "decisions", key, "twin", "", words, pair)


def _practised(player: Player, mission: CourseMission, seed: int) -> Iterator[Shown]:
    """What lies on the workbench they do not do: they hand in a memo with numbers in the right form, and no piles."""
    key, words = kinds.COURSE.key(mission.slug), kinds.COURSE.words(mission)
    facts = course_facts()
    exact = [graders.prediction(asked, player.number(asked), *[facts[asked.fact]] * 3) for asked in mission.predict]
    yield Shown(CONCEPT, mission.capability, key, "compare", "", words, graders.both(exact))
    done = course_tasks.held(mission, _task(player, mission, seed))
    yield Shown(CONCEPT, mission.capability, key, "do", "", words, float(all(done)))
    options = shuffled(mission.find.options, seed, "found")
    picked = options[player.option(mission.find.question, [one.text for one in options])].id
    yield Shown(CONCEPT, mission.capability, key, "found", "", words, float(picked == mission.find.best))
    first, second = _decide(player, mission.situation, mission.decide, seed)
    pair = graders.both([graders.decision(mission.decide, first), graders.twin(mission.decide, second)])
    yield Shown(CONCEPT, "decisions", key, "decide", "", words, graders.decision(mission.decide, first).score)
    yield Shown(CONCEPT, "decisions", key, "twin", "", words, pair)


def _task(player: Player, mission: CourseMission, seed: int) -> Mapping[str, float]:
    if items := course_tasks.sorting(mission):
        picked = {one.id: one.options[player.option(one.asks, [each.text for each in one.options])].id for one in items}
        return course_tasks.facts_of_sorting(mission, picked)
    if mission.task == "spec":
        left, chosen = shuffled(spec_tests(), seed, "tests"), list[str]()
        for _ in range(course_spec.MOST_TESTS):
            chosen.append(left.pop(player.option(mission.acts[0].does, [one.says for one in left])).slug)
        return course_spec.run_spec(chosen).facts
    return {"my_bound_claims": 3, "my_bare_numbers": 0, "my_owned_assumptions": 1, "my_modes_found": 0, "my_piles_wrong": 0}


def _meeting(player: Player, of: Meeting, seed: int) -> Iterator[Shown]:
    """A question in each round, and what is said of its answer."""
    key, words = kinds.MEETING.key(of.slug), kinds.MEETING.words(of)
    for number, each in enumerate(of.rounds, start=1):
        laid = shuffled(each.asks, seed, f"round-{number}")
        asked = laid[player.option(of.opens, [one.asks for one in laid])]
        hears = list(at_the_table.NAMES)[player.option(asked.says, list(at_the_table.NAMES.values()))]
        missing = {one.slug: one.asks for one in shuffled(at_the_table.facts(of), seed, "facts")} | {NOTHING: at_the_table.NOTHING_IS}
        lacks = list(missing)[player.option(asked.says, list(missing.values()))]
        score = at_the_table.judge(asked, hears, lacks, of.facts).score
        yield Shown(of.concept, of.capability, key, f"{number}.heard", "", words, score)
    first, second = _decide(player, of.situation, of.decide, seed)
    pair = graders.both([graders.decision(of.decide, first), graders.twin(of.decide, second)])
    yield Shown(of.concept, "decisions", key, "decide", "", words, graders.decision(of.decide, first).score)
    yield Shown(of.concept, "decisions", key, "twin", "", words, pair)


def _proposal(player: Player, of: Proposal, seed: int) -> Iterator[Shown]:
    """No objection, or to two sentences, each with a reason."""
    key, words, left = kinds.PROPOSAL.key(of.slug), kinds.PROPOSAL.words(of), list(of.sentences)
    reasons, objections = shuffled(of.reasons, seed, "reasons"), dict[str, str]()
    if player.option(of.situation, ["I object to the sentences I marked.", "I have no objection."]) == 0:
        for _ in range(2):
            marked = left.pop(player.option(of.situation, [one.text for one in left]))
            objections[marked.id] = reasons[player.option(marked.text, [why_nots()[one] for one in reasons])]
    yield Shown(of.concept, of.capability, key, "mark", "", words, on_the_page.judge(of, objections).score)
    first, second = _decide(player, of.situation, of.decide, seed)
    pair = graders.both([graders.decision(of.decide, first), graders.twin(of.decide, second)])
    yield Shown(of.concept, "decisions", key, "decide", "", words, graders.decision(of.decide, first).score)
    yield Shown(of.concept, "decisions", key, "twin", "", words, pair)


def _case(player: Player, concept: Concept, case: Case, seed: int) -> Iterator[Shown]:
    words = asked_hash(case)
    first, second = _decide(player, case.situation, case.decide, seed)
    reasons = shuffled(case.reasons, seed, "reasons")
    one = player.option(case.decide.question, [reason.text for reason in reasons])
    others = [reason for reason in reasons if reason is not reasons[one]]
    other = others[player.option(case.decide.question, [reason.text for reason in others])]
    flips = shuffled(case.flips, seed, "flips")
    flip = flips[player.option(case.decide.question, [flip.text for flip in flips])]
    judged = [
        graders.decision(case.decide, first),
        graders.reasons(case.reasons, [reasons[one].id, other.id]),
        graders.flip(case.flips, flip.id),
    ]
    yield Shown(concept.slug, "decisions", case.slug, "decide", "", words, sum(verdict.score or 0 for verdict in judged) / 3)
    yield Shown(concept.slug, "decisions", case.slug, "twin", "", words, graders.both([judged[0], graders.twin(case.decide, second)]))


def _diagnosis(player: Player, concept: Concept, slug: str, seed: int) -> Iterator[Shown]:
    """One probe is bought, and named as the evidence; then a cause, then a fix."""
    case = faults.resolve_case(slug)
    assert case is not None
    told, words = f"{case.scenario.situation} {case.case.complaint}", faults.words_hash(case)
    probes = [one for one in faults.probes(case) if not one.other_model]
    bought = probes[player.option(told, [one.title for one in probes])].slug
    causes, fixes = faults.causes(case, seed), faults.fixes(case, seed)
    cause = causes[player.option(told, [one.text for one in causes])].id
    found = faults.judge(case, cause, bought, [bought])
    yield Shown(concept.slug, "debugging", f"debug/{slug}", "diagnose", "", words, found.score, 1 / len(causes))
    fix = fixes[player.option(case.fault.cause, [one.text for one in fixes])].id
    yield Shown(concept.slug, "debugging", f"debug/{slug}", "fix", "", words, float(fix == case.fault.best), 1 / len(fixes))


def _decide(player: Player, situation: str, asked: Decision, seed: int) -> tuple[str, str]:
    """The option, and the one after a fact has changed: who has read the rules picks another one then."""
    options = shuffled(asked.options, seed, "options")
    first = options[player.option(f"{situation} {asked.question}", [option.text for option in options])]
    left = [option for option in options if option is not first]
    second = left[player.option(f"{situation} {asked.twin.change}", [option.text for option in left])]
    return first.id, second.id


# Who plays


class Longest:
    """The longest option; the middle of every slider."""

    certainty = 2

    def option(self, question: str, texts: Sequence[str]) -> int:
        return max(range(len(texts)), key=lambda i: len(texts[i]))

    def number(self, asked: Prediction) -> float:
        return (asked.low + asked.high) / 2


class Shortest(Longest):
    def option(self, question: str, texts: Sequence[str]) -> int:
        return min(range(len(texts)), key=lambda i: len(texts[i]))


class Position(Longest):
    """Always the same place: of the options, and of the slider."""

    def __init__(self, place: int) -> None:
        self._place = place

    def option(self, question: str, texts: Sequence[str]) -> int:
        return min(self._place, len(texts) - 1)

    def number(self, asked: Prediction) -> float:
        return asked.low + self._place / 3 * (asked.high - asked.low)


class Echo(Longest):
    """The option that repeats most words of the question: keywords, without a thought."""

    def option(self, question: str, texts: Sequence[str]) -> int:
        words = set(_words(question))
        return max(range(len(texts)), key=lambda i: (len(words & set(_words(texts[i]))), i))


def _words(text: str) -> list[str]:
    return [word.strip(".,;:?!“”\"'()").lower() for word in text.split() if len(word) > 3]


class Random:
    """Random everywhere, and very sure of it."""

    certainty = 3

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def option(self, question: str, texts: Sequence[str]) -> int:
        return self._dice.randrange(len(texts))

    def number(self, asked: Prediction) -> float:
        return self._dice.uniform(asked.low, asked.high)


class Question(NamedTuple):
    text: str
    options: tuple[str, ...]
    right: int


def questions() -> Iterator[Question]:
    """A claim of each question of the self-test, the claim's other half, and a situation, as one would put them to somebody else."""
    for asked in sitting.plan(track().concepts, 1, 0, 1):
        claim = asked.claims[0]
        for text, true in ((claim.text, claim.true), (claim.other, not claim.true)):
            yield Question(f"Is this claim true?\n{text}", ("true", "not true"), 0 if true else 1)
        right = next(i for i, option in enumerate(asked.options) if option.id == asked.application.best)
        yield Question(asked.application.situation, tuple(option.text for option in asked.options), right)


class Scoring(Random):
    """Whose score is drawn, and not read from an answer."""

    def score(self, shown: Shown) -> float | None:
        raise NotImplementedError


class Measured(Scoring):
    """Somebody whose rates were measured: right so often of claims, and so often of anything with more options."""

    certainty = 3

    def __init__(self, seed: int, rates: dict[bool, float]) -> None:
        super().__init__(seed)
        self._rates, self._more = rates, random.Random(seed)

    def score(self, shown: Shown) -> float | None:
        """Instead of the answer's own score: right by the rate of such items."""
        claim = ".claim." in shown.stage or shown.stage == "item-contrast"
        return None if shown.score is None else float(self._more.random() < self._rates[claim])
