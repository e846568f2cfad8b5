"""One sitting of the self-test: which variants are asked, how they are judged, what they say to learn first. Pure rules.

    plan(track().concepts, base=7, ordinal=0, seed=7)[0].claims[0]
        Claim(idea="next-token", variant="next-token-2-false", true=False, text="A probability of 60 % says how likely that ...", ...)

Each pair of near-identical claims is shown as one claim, to be judged true or false. A later sitting shows the other pairs, then the
other halves of the same pairs; nothing comes twice before the bank is used up.
"""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from fluencylab.curriculum.schema import Application, Concept, Contrast, Idea, Importance, Option, SelfTestQuestion
from fluencylab.errors import BadInput
from fluencylab.practice import graders
from fluencylab.practice.exercises import content_hash, shuffled
from fluencylab.practice.verdict import Verdict

APPLICATION = "application"
Stage = Literal["write", "check", "answered"]
Level = Literal["firm", "partly", "open"]
Change = Literal["gained", "lost", "kept", "still", "new"]

COST = {(True, 3): 0.0, (True, 2): 0.0, (True, 1): 0.4, (False, 1): 0.8, (False, 2): 0.9, (False, 3): 1.0}
"""(right, certainty) -> how weak that shows the idea to be. Right by a guess is not firm; sure and wrong is weakest."""
APPLICATION_COUNTS = 2
"""Claims that a situation counts for: it cannot be passed by words alone."""


class Claim(NamedTuple):
    """One half of a contrast. `other` is its near-identical twin, shown with the answer."""

    idea: str
    variant: str
    text: str
    true: bool
    other: str
    why: str
    content: str


class SittingQuestion(NamedTuple):
    """One question of the seven as this sitting asks it."""

    number: int
    concept: str
    question: SelfTestQuestion
    claims: tuple[Claim, ...]
    application: Application
    options: tuple[Option, ...]
    variant: str
    content: str

    @property
    def items(self) -> int:
        return len(self.claims) + 1


class Outcome(NamedTuple):
    """One scored item: a claim, under its idea's slug, or the situation, under `APPLICATION`."""

    item: str
    right: bool
    certainty: int


class Priority(NamedTuple):
    concept: str
    why: str
    """Why it matters for this learner's product."""
    weight: int
    weakness: float
    """0 firm ... 1 all of it wrong and believed."""
    level: Level


def plan(concepts: Iterable[Concept], base: int, ordinal: int, seed: int) -> tuple[SittingQuestion, ...]:
    """The seven questions of a learner's sitting number `ordinal`, from 0. `base`: the seed of their first sitting; `seed`: of this one."""
    with_test = [(concept.slug, concept.selftest) for concept in concepts if concept.selftest]
    return tuple(_ask(slug, test, base, ordinal, seed) for slug, test in sorted(with_test, key=lambda pair: pair[1].number))


def _ask(concept: str, test: SelfTestQuestion, base: int, ordinal: int, seed: int) -> SittingQuestion:
    salt = f"question {test.number}"
    claims = [_claim(idea, place, len(test.ideas), base, ordinal, salt) for place, idea in enumerate(test.ideas)]
    order = shuffled(range(len(test.applications)), base, f"{salt} applications")
    chosen = order[ordinal % len(order)]
    application = test.applications[chosen]
    options = tuple(shuffled(application.options, seed, f"{salt} options"))
    mixed = tuple(shuffled(claims, seed, f"{salt} claims"))
    return SittingQuestion(
        test.number, concept, test, mixed, application, options, f"{APPLICATION}-{chosen + 1}", content_hash(application)
    )


def _claim(idea: Idea, place: int, ideas: int, base: int, ordinal: int, salt: str) -> Claim:
    lap, slot = divmod(ordinal, len(idea.contrasts))
    index = shuffled(range(len(idea.contrasts)), base, f"{salt} {idea.slug}")[slot]
    true = _truths(ideas, base, f"{salt} truths {slot}")[place] ^ bool(lap % 2)
    return _half(idea.slug, idea.contrasts[index], index, true)


def _truths(ideas: int, base: int, salt: str) -> list[bool]:
    """As many true claims as false ones, give or take one: who always says the same is right half the time."""
    half = ideas // 2 + (random.Random(f"{base}/{salt}").randrange(2) if ideas % 2 else 0)
    return shuffled([place < half for place in range(ideas)], base, salt)


def _half(idea: str, contrast: Contrast, index: int, true: bool) -> Claim:
    text, other = (contrast.true, contrast.false) if true else (contrast.false, contrast.true)
    variant = f"{idea}-{index + 1}-{'true' if true else 'false'}"
    return Claim(idea, variant, text, true, other, contrast.why, content_hash(contrast))


# Where a sitting stands


def stage(number: int, shown: Collection[str]) -> Stage:
    """Where a question stands, from the stages that have evidence."""
    if f"{number}.{APPLICATION}" in shown:
        return "answered"
    return "check" if f"{number}.text" in shown else "write"


def first_open(asked: Sequence[SittingQuestion], shown: Collection[str]) -> int | None:
    """The number of the first question that is not answered; None when all are."""
    return next((question.number for question in asked if stage(question.number, shown) != "answered"), None)


# Judging


def judge_claim(claim: Claim, said: bool) -> Verdict:
    return Verdict(score=float(said == claim.true), read="true" if said else "false", why=claim.why)


def judge_application(asked: SittingQuestion, picked: str) -> Verdict:
    return graders.choice(asked.options, asked.application.best, picked)


def marked_words(text: str, words: str) -> tuple[int, int]:
    """Where the words stand in the text, whatever the spaces and capitals. Raises `BadInput` when they do not."""
    wanted = words.split()
    places, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        places.append((word.casefold(), at, at + len(word)))
        at += len(word)
    for i in range(len(places) - len(wanted) + 1) if wanted else ():
        if all(mine.casefold() in place[0] for mine, place in zip(wanted, places[i:], strict=False)):
            return places[i][1], places[i + len(wanted) - 1][2]
    raise BadInput("These words do not stand in your answer.", "Copy them from it as they are, or say that you did not say it.")


# What it says to learn first


def weakness(outcomes: Iterable[Outcome]) -> float:
    """0 when all was right and at least fairly sure, 1 when all was wrong and very sure. Of nothing: 1."""
    cost = [(COST[o.right, o.certainty], APPLICATION_COUNTS if o.item == APPLICATION else 1) for o in outcomes]
    return sum(c * n for c, n in cost) / sum(n for _, n in cost) if cost else 1.0


def level(outcomes: Sequence[Outcome]) -> Level:
    found = weakness(outcomes)
    return "firm" if found == 0 else "partly" if found < 0.5 else "open"


def priorities(outcomes: Mapping[str, Sequence[Outcome]], importance: Mapping[str, Importance]) -> tuple[Priority, ...]:
    """The concepts that are not firm, the most pressing first: importance times weakness. Equal ones keep their order."""
    found = [Priority(c, importance[c].why, importance[c].weight, weakness(shown), level(shown)) for c, shown in outcomes.items()]
    return tuple(sorted((p for p in found if p.level != "firm"), key=lambda p: (-p.weight * p.weakness, -p.weight)))


def change(before: Outcome | None, after: Outcome) -> Change:
    if before is None:
        return "new"
    if before.right == after.right:
        return "kept" if after.right else "still"
    return "gained" if after.right else "lost"
