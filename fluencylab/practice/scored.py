"""Every choice a learner is scored on, as plain values: what is asked, what can be chosen, and what is right.

    ScoredItem("mission-decide/which-locker", "mission-decide", "tokens-and-temperature", "Locker …", {"zero": …}, ("zero",))

`fluency content items` prints them, and `practice/guessing.py` tries to tell the key without the question.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from fluencylab.curriculum.capstone import CapstoneProduct, capstones
from fluencylab.curriculum.meetings import NOTHING, Meeting, meetings
from fluencylab.curriculum.model_cards import CardDrill, drills
from fluencylab.curriculum.proposals import Proposal, proposals, why_nots
from fluencylab.curriculum.schema import Case, Concept, Decision, Goal, Mission, Reason
from fluencylab.practice import graders
from fluencylab.practice import meetings as at_the_table
from fluencylab.practice.course import CONCEPT, CourseMission, course
from fluencylab.practice.faults import ResolvedCase, causes
from fluencylab.practice.items import Item
from fluencylab.practice.kinds import DIAGNOSIS
from fluencylab.practice.kinds.proposal import page
from fluencylab.practice.variants import bank

TOLD_ABOVE = {
    "decide", "twin", "application", "contrast", "fault", "practice-decide", "practice-twin", "heard", "lacks", "table-decide",
    "table-twin", "page-decide", "page-twin", "objection",
}  # fmt: skip
"""Forms of review items that are an exercise's own question again."""

CAPSTONE = "capstone"
"""Begins the name under which the items of a trade's products are guessed."""
HOLDS = {
    "measured": "Which were measured here?",
    "open": "Which has nobody measured?",
    "against": "Against which does a measurement speak?",
}
"""How a statement of a memo may hold, each asked in a sentence."""
DRAWN = "-drawn"
"""Ends the kind of items whose figures code draws: their keys are right equally often, and many of them would make the others look fair."""


class ScoredItem(NamedTuple):
    """`options`: id -> text; `key`: the ids that are right. A claim has its opposite for its other option."""

    id: str
    kind: str
    concept: str
    stem: str
    options: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def chance(self) -> float:
        return len(self.key) / len(self.options)

    def as_data(self) -> dict[str, object]:
        return self._asdict() | {"key": self.key[0] if len(self.key) == 1 else list(self.key)}


def scored_items(concepts: Iterable[Concept], goals: Iterable[Goal] = ()) -> Iterator[ScoredItem]:
    """Of these concepts, in their order; then of the capstone, which is of none. `goals`: products whose number is to be chosen."""
    asked: set[str] = set()
    for concept in concepts:
        for mission in concept.missions:
            yield from _mission(mission, concept.slug)
        for case in concept.cases:
            yield from _case(case, concept.slug)
        if concept.slug == CONCEPT:
            yield from (item for mission in course() for item in _practice(mission, concept.slug))
        yield from (item for drill in drills() if drill.concept == concept.slug for item in _card(drill))
        yield from (item for one in meetings() if one.concept == concept.slug for item in _meeting(one))
        yield from (item for one in proposals() if one.concept == concept.slug for item in _proposal(one))
        yield from _self_test(concept)
        for exercise in DIAGNOSIS.every():
            if exercise.concept == concept.slug:
                yield from (item for item in _diagnosis(exercise.of) if item.id not in asked)
                asked.add(f"diagnosis-fix/{exercise.of.fault.slug}")
        yield from (_review(one) for one in bank(concept) if one.form not in TOLD_ABOVE)
        if concept.slug == "evaluation-metrics":
            for goal in goals:
                yield from _decision(goal.decide, "goal", goal.slug, concept.slug, goal.situation)
    yield from (item for one in capstones() for item in of_capstone(one))


def _decision(asked: Decision, kind: str, slug: str, concept: str, situation: str) -> Iterator[ScoredItem]:
    options = {option.id: option.text for option in asked.options}
    changed = f"{situation}\n\n{asked.twin.change}\n\n{asked.asked_again}"
    yield ScoredItem(f"{kind}-decide/{slug}", f"{kind}-decide", concept, f"{situation}\n\n{asked.question}", options, (asked.best,))
    yield ScoredItem(f"{kind}-twin/{slug}", f"{kind}-twin", concept, changed, options, (asked.twin.best,))


def _mission(mission: Mission, concept: str) -> Iterator[ScoredItem]:
    sights = {str(number): sight.text for number, sight in enumerate(mission.seen.sights)}
    stem = f"{mission.situation}\n\n{mission.seen.question}"
    yield ScoredItem(f"mission-see/{mission.slug}", "mission-see", concept, stem, sights, (str(_expected(mission)),))
    yield from _decision(mission.decide, "mission", mission.slug, concept, mission.situation)


def _practice(mission: CourseMission, concept: str) -> Iterator[ScoredItem]:
    """What is sorted is told by code, and its options are the same for every item."""
    found = {option.id: option.text for option in mission.find.options}
    stem = f"{mission.situation}\n\n{mission.find.question}"
    yield ScoredItem(f"practice-found/{mission.slug}", "practice-found", concept, stem, found, (mission.find.best,))
    yield from _decision(mission.decide, "practice", mission.slug, concept, mission.situation)


def _card(drill: CardDrill) -> Iterator[ScoredItem]:
    """Its lines, or where it is silent its questions; then what a mission has."""
    card = "\n".join(f"- {line.name}: {line.text}" for line in drill.card.lines)
    situation = f"{drill.situation}\n\n{card}"
    if drill.silent:
        asks = {one.id: one.text for one in drill.questions}
        yield ScoredItem(f"card-ask/{drill.slug}", "card-ask", drill.concept, f"{situation}\n\n{drill.needs}", asks, (drill.ask,))
    else:
        lines = {line.id: f"{line.name}: {line.text}" for line in drill.card.lines}
        stem = f"{drill.situation}\n\n{drill.needs}"
        yield ScoredItem(f"card-lines/{drill.slug}", "card-lines", drill.concept, stem, lines, drill.decisive)
    sights = {str(number): sight.text for number, sight in enumerate(drill.seen.sights)}
    yield ScoredItem(
        f"card-see/{drill.slug}", "card-see", drill.concept, f"{drill.situation}\n\n{drill.seen.question}", sights, (str(_expected(drill)),)
    )
    yield from _decision(drill.decide, "card", drill.slug, drill.concept, situation)


def _meeting(of: Meeting) -> Iterator[ScoredItem]:
    """Each answer: what kind it is; and where it lacks something, what. That nothing is missing goes with the good ones."""
    missing = {one.slug: one.asks for one in at_the_table.facts(of)} | {NOTHING: at_the_table.NOTHING_IS}
    for asked in (one for each in of.rounds for one in each.asks):
        stem, name = f"{of.situation}\n\n{asked.asks}\n\n{asked.says}", f"{of.slug}.{asked.id}"
        yield ScoredItem(f"meeting-heard/{name}", "meeting-heard", of.concept, stem, at_the_table.NAMES, (asked.hears,))
        if asked.lacks != NOTHING:
            yield ScoredItem(f"meeting-lacks/{name}", "meeting-lacks", of.concept, stem, missing, (asked.lacks,))
    yield from _decision(of.decide, "meeting", of.slug, of.concept, of.situation)


def _proposal(of: Proposal) -> Iterator[ScoredItem]:
    """Its sentences, where some do not hold; why each of these does not; and the decision."""
    texts = {one.id: one.text for one in of.sentences}
    if of.flaws:
        stem = f"{of.situation}\n\nWhich sentences do not hold?"
        yield ScoredItem(f"proposal-lines/{of.slug}", "proposal-lines", of.concept, stem, texts, tuple(of.flaws))
    reasons = {slug: why_nots()[slug] for slug in of.reasons}
    for id, reason in of.flaws.items():
        stem = f"{of.situation}\n\n> {texts[id]}\n\nWhy does this sentence not hold?"
        yield ScoredItem(f"proposal-why/{of.slug}.{id}", "proposal-why", of.concept, stem, reasons, (reason,))
    yield from _decision(of.decide, "proposal", of.slug, of.concept, page(of))


def of_capstone(of: CapstoneProduct) -> Iterator[ScoredItem]:
    """The two causes; the decision; and of the memo's statements those that were measured, those that nobody did, those that are not so.

    By trade: what one product of a trade gives away is not learned from the other.
    """
    trade = f"{CAPSTONE}-{'-'.join(of.trade.lower().split())}"
    causes = {one.id: one.text for one in of.fault.causes}
    yield ScoredItem(f"capstone-cause/{of.slug}", "capstone-cause", trade, of.fault.complaint, causes, of.fault.planted)
    part = of.proposal
    lines = "\n".join(f"{number}. {one.text}" for number, one in enumerate(part.sentences, start=1))
    options = {one.id: one.text for one in part.options}
    yield ScoredItem(f"capstone-decide/{of.slug}", "capstone-decide", trade, f"{part.earlier}\n\n{lines}", options, (part.best,))
    texts = {one.id: one.text for one in of.memo.statements}
    for mark, asked in HOLDS.items():
        key = tuple(one.id for one in of.memo.statements if one.holds == mark)
        if key:
            yield ScoredItem(f"capstone-statement/{of.slug}.{mark}", "capstone-statement", trade, f"{of.brief}\n\n{asked}", texts, key)


def _expected(mission: Mission) -> int:
    """What is there to be seen where the mission proves itself: the sight of which most holds, by the accepted exemplar and the proof.

    Of a fact that only the proof names, a number that fits the proof is taken; of a fact that neither names, it is likelier that it
    differs than that it does not. The last sight, which is there for all else, is never it.
    """
    facts: dict[str, float] = {}
    for condition in mission.proof:
        named, sign, than = condition.split()
        if _is_number(than):
            facts[named] = float(than) + {">": 0.01, "<": -0.01}.get(sign[0], 0)
    facts |= {asked.fact: mission.exemplar.accept[asked.fact] / asked.scale for asked in mission.predict}
    held = [sum(_so(one, mission, facts) for one in sight.holds) / len(sight.holds) for sight in mission.seen.sights if sight.holds]
    return held.index(max(held))


def _is_number(side: str) -> bool:
    """Of a condition's right side, which is else a fact."""
    return side[0].isdigit() or side[0] == "-"


def _so(condition: str, mission: Mission, facts: Mapping[str, float]) -> float:
    named, sign, than = condition.split()
    known = named in facts and (_is_number(than) or than in facts)
    if known or condition in mission.proof:
        return float(condition in mission.proof or graders.holds(condition, facts))
    return 0.5 if sign in ("<", ">") else 0.25


def _case(case: Case, concept: str) -> Iterator[ScoredItem]:
    yield from _decision(case.decide, "case", case.slug, concept, case.situation)
    stem = f"{case.situation}\n\n{case.decide.question}"
    yield _reasons(case.reasons, case.slug, concept, stem)
    flips = {flip.id: flip.text for flip in case.flips}
    yield ScoredItem(f"case-flip/{case.slug}", "case-flip", concept, stem, flips, tuple(flip.id for flip in case.flips if flip.flips))


def _reasons(reasons: Iterable[Reason], slug: str, concept: str, stem: str) -> ScoredItem:
    texts = {reason.id: reason.text for reason in reasons}
    return ScoredItem(f"case-why/{slug}", "case-why", concept, stem, texts, tuple(reason.id for reason in reasons if reason.carries))


def _self_test(concept: Concept) -> Iterator[ScoredItem]:
    if concept.selftest is None:
        return
    for number, one in enumerate(concept.selftest.applications, start=1):
        options = {option.id: option.text for option in one.options}
        yield ScoredItem(f"situation/{concept.slug}/{number}", "situation", concept.slug, one.situation, options, (one.best,))
    for idea in concept.selftest.ideas:
        for number, pair in enumerate(idea.contrasts, start=1):
            claims = {"true": pair.true, "false": pair.false}
            yield ScoredItem(f"claim/{concept.slug}/{idea.slug}/{number}", "claim", concept.slug, "Which is so?", claims, ("true",))


def _diagnosis(of: ResolvedCase) -> Iterator[ScoredItem]:
    told = f"{of.scenario.situation} {of.case.complaint}"
    named = {choice.id: choice.text for choice in causes(of, 0)}
    yield ScoredItem(f"diagnosis-cause/{of.case.slug}", "diagnosis-cause", of.case.concept, told, named, (of.fault.slug,))
    fixes = {fix.id: fix.text for fix in of.fault.fixes}
    yield ScoredItem(f"diagnosis-fix/{of.fault.slug}", "diagnosis-fix", of.case.concept, of.fault.explain, fixes, (of.fault.best,))


def _review(item: Item) -> ScoredItem:
    kind = f"review-{item.form}{DRAWN if item.drawn else ''}"
    named = f"{kind}/{item.concept}/{item.id.partition('/')[2]}"
    stem = f"{item.situation}\n\n{item.question}".strip()
    return ScoredItem(named, kind, item.concept, stem, {one.id: one.text for one in item.options}, (item.best,))
