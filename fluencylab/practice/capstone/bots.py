"""What is earned in the capstone without knowing anything: by the largest, the defaults, all, none, chance, or what looks right. Pure.

    earned(of, BOTS["largest of everything"])       ->  0.11        the mean over many tries
    earned(of, ranker(of, others))                  ->  0.19        learned from the options of other products

Each of them takes part in all five parts. A product on which one of them earns more than `BAR` tests something else than what was learned.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from fluencylab.curriculum.capstone import FAULTS, MOST_TESTS, CapstoneProduct, Knobs
from fluencylab.curriculum.schema import Slug
from fluencylab.practice.capstone.handed_in import HandedIn, scores
from fluencylab.practice.capstone.memo import MARKS
from fluencylab.practice.capstone.total import total
from fluencylab.practice.guessing import Ranker, features
from fluencylab.practice.scored import HOLDS, ScoredItem, of_capstone
from fluencylab.practice.tells import rules
from fluencylab.stats import mean

BAR = 0.3
SEEDS = 200
MARKED = 3
"""Of the sentences of a proposal, and of the acceptance tests: how many a bot takes that takes the likeliest."""
Bot = Callable[[CapstoneProduct, Random], HandedIn]
Mark = Callable[[str], float]


def earned(of: CapstoneProduct, bot: Bot, seeds: int = SEEDS) -> float:
    return mean([total(scores(of, bot(of, Random(seed)))) for seed in range(seeds)])


def by_chance(of: CapstoneProduct, rng: Random) -> HandedIn:
    levels = {knob.slug: rng.choice(knob.levels).id for knob in of.knobs}
    tests = rng.sample([one.slug for one in of.spec.tests], rng.randint(1, MOST_TESTS))
    bought = _within(of, _mixed([one.slug for one in of.fault.probes], rng))
    marked = rng.sample(of.proposal.sentences, rng.randint(0, len(of.proposal.sentences)))
    objections = {one.id: rng.choice(of.proposal.reasons) for one in marked}
    statements = {one.id: rng.choice(MARKS) for one in of.memo.statements}
    return HandedIn(levels, tests, *_named(of, bought, rng), objections, _option(of, rng), rng.choice(of.memo.rulings).id, statements)


def mark_all(of: CapstoneProduct, rng: Random) -> HandedIn:
    """Whatever can be ticked is ticked; a statement is always said to be measured."""
    levels = {knob.slug: rng.choice(knob.levels).id for knob in of.knobs}
    tests = rng.sample([one.slug for one in of.spec.tests], MOST_TESTS)
    bought = _within(of, [one.slug for one in sorted(of.fault.probes, key=lambda one: one.minutes)])
    objections = dict.fromkeys((one.id for one in of.proposal.sentences), rng.choice(of.proposal.reasons))
    return HandedIn(levels, tests, *_named(of, bought, rng), objections, _option(of, rng), _boldest(of), _all(of, "measured"))


def mark_none(of: CapstoneProduct, rng: Random) -> HandedIn:
    """The least of everything: the smallest levels, one test, no probe, no objection, the most careful ruling; nothing was measured."""
    levels = {knob.slug: knob.levels[0].id for knob in of.knobs}
    tests = [rng.choice(of.spec.tests).slug]
    return HandedIn(levels, tests, *_named(of, [], rng), {}, _option(of, rng), _most_careful(of), _all(of, "open"))


def largest(of: CapstoneProduct, rng: Random) -> HandedIn:
    """The largest levels, the strictest tests, the dearest probes, the boldest ruling."""
    levels = {knob.slug: knob.levels[-1].id for knob in of.knobs}
    tests = [one.slug for one in sorted(of.spec.tests, key=lambda one: -one.least)[:MOST_TESTS]]
    bought = _within(of, [one.slug for one in sorted(of.fault.probes, key=lambda one: -one.minutes)])
    objections = {one.id: rng.choice(of.proposal.reasons) for one in of.proposal.sentences}
    return HandedIn(levels, tests, *_named(of, bought, rng), objections, _option(of, rng), _boldest(of), _all(of, "measured"))


def defaults(of: CapstoneProduct, rng: Random) -> HandedIn:
    """What the product comes with, the first of each list, no objection, the ruling in the middle."""
    tests = [one.slug for one in of.spec.tests[:MOST_TESTS]]
    bought = _within(of, [one.slug for one in of.fault.probes])
    middle = sorted(of.memo.rulings, key=lambda one: one.least)[len(of.memo.rulings) // 2].id
    return HandedIn(of.defaults, tests, *_named(of, bought, rng), {}, of.proposal.options[0].id, middle, _all(of, "against"))


BOTS: dict[str, Bot] = {
    "by chance": by_chance,
    "mark all": mark_all,
    "mark none": mark_none,
    "largest of everything": largest,
    "defaults": defaults,
}


class Taste(NamedTuple):
    """What looks right to a bot that goes by words: a score of a text as an option, as a flaw, and as each of the marks of a statement."""

    option: Mark
    flaw: Mark
    holds: Mapping[str, Mark]


def by_words(taste: Taste) -> Bot:
    """Takes what looks most right, and cites figures by rote. Where texts look alike it draws."""

    def bot(of: CapstoneProduct, rng: Random) -> HandedIn:
        levels: dict[Knobs, Slug] = {}
        for knob in of.knobs:
            levels[knob.slug] = _top({one.id: one.text for one in knob.levels}, taste.option, rng)[0]
        tests = _top({one.slug: one.says for one in of.spec.tests}, taste.option, rng)[:MARKED]
        bought = _within(of, _top({one.slug: f"{one.title}: {one.gives}" for one in of.fault.probes}, taste.option, rng))
        causes = _top({one.id: one.text for one in of.fault.causes}, taste.option, rng)[:FAULTS]
        named = {one: bought[at] if at < len(bought) else "" for at, one in enumerate(causes)}
        flaws = _top({one.id: one.text for one in of.proposal.sentences}, taste.flaw, rng)[:MARKED]
        objections = {one: rng.choice(of.proposal.reasons) for one in flaws}
        picked = _top({one.id: one.text for one in of.proposal.options}, taste.option, rng)[0]
        ruling = _top({one.id: one.text for one in of.memo.rulings}, taste.option, rng)[0]
        statements = {one.id: _sorted_as(one.text, taste, rng) for one in of.memo.statements}
        return HandedIn(levels, tests, named, bought, objections, picked, ruling, statements, cites=True)

    return bot


def rules_of_thumb() -> dict[str, Bot]:
    """A bot for each: it takes the longest, the one with the most figures, the one with the fewest hedges …

    A statement with the most of it is said to be measured, one with the least to be open.
    """
    return {
        name: by_words(Taste(mark, mark, {"measured": mark, "open": _less(mark), "against": lambda text: 0}))
        for name, mark in rules().items()
    }


def ranker(of: CapstoneProduct, others: Iterable[CapstoneProduct], items: Sequence[ScoredItem] = ()) -> Bot:
    """Learned from the keys of products of other trades, and of other exercises (`items`), and of nothing of this one."""
    elsewhere = [item for one in others if one.trade != of.trade for item in of_capstone(one)]
    options = [one for one in elsewhere if one.kind != "capstone-statement"] + [one for one in items if len(one.key) == 1]
    flaws = [one for one in items if one.kind == "proposal-lines"] + _flaws(one for one in others if one.trade != of.trade)
    told = {mark: [one for one in elsewhere if one.kind == "capstone-statement" and one.id.endswith(f".{mark}")] for mark in HOLDS}
    return by_words(Taste(_learned(options), _learned(flaws), {mark: _learned(mine) for mark, mine in told.items()}))


def _flaws(of: Iterable[CapstoneProduct]) -> list[ScoredItem]:
    found = []
    for one in of:
        texts = {each.id: each.text for each in one.proposal.sentences}
        if one.proposal.flaws:
            found.append(ScoredItem(one.slug, "capstone-lines", one.trade, "", texts, tuple(one.proposal.flaws)))
    return found


def _learned(items: Sequence[ScoredItem]) -> Mark:
    learned = Ranker(items)
    return lambda text: round(sum(map(learned.weight, features(text))), 9)


def _less(mark: Mark) -> Mark:
    return lambda text: -mark(text)


def _top(texts: Mapping[str, str], mark: Mark, rng: Random) -> list[str]:
    """The ids, the likeliest first; those that look alike in any order."""
    return sorted(_mixed(list(texts), rng), key=lambda id: -mark(texts[id]))


def _sorted_as(text: str, taste: Taste, rng: Random) -> str:
    return max(_mixed(list(MARKS), rng), key=lambda mark: taste.holds[mark](text))


def _mixed(ids: list[str], rng: Random) -> list[str]:
    return rng.sample(ids, len(ids))


def _within(of: CapstoneProduct, wanted: Sequence[str]) -> list[str]:
    """As many of these probes, in this order, as there is money for."""
    minutes, bought = {one.slug: one.minutes for one in of.fault.probes}, list[str]()
    for slug in wanted:
        if sum(minutes[one] for one in bought) + minutes[slug] <= of.fault.budget:
            bought.append(slug)
    return bought


def _named(of: CapstoneProduct, bought: list[str], rng: Random) -> tuple[dict[str, str], list[str]]:
    """Two causes drawn, each with a bought probe drawn."""
    causes = rng.sample([one.id for one in of.fault.causes], FAULTS)
    return {one: rng.choice(bought) if bought else "" for one in causes}, bought


def _option(of: CapstoneProduct, rng: Random) -> str:
    return rng.choice(of.proposal.options).id


def _boldest(of: CapstoneProduct) -> str:
    return max(of.memo.rulings, key=lambda one: one.least).id


def _most_careful(of: CapstoneProduct) -> str:
    return min(of.memo.rulings, key=lambda one: one.least).id


def _all(of: CapstoneProduct, mark: str) -> dict[str, str]:
    return {one.id: mark for one in of.memo.statements}
