"""What is true of the practice product, counted: how often it fails and how, what each check is worth, what version 2 changes.

practice_facts(practice_product())["fails@1"]   ->  38

As everywhere in the workbench a check is asked whether an answer may go out: its TPR is the share it passes of the answers that people
pass, its TNR the share it fails of those that people fail.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from fluencylab import stats
from fluencylab.curriculum.practice_product import Check, Conversation, PracticeProduct
from fluencylab.curriculum.schema import FACT
from fluencylab.memo import once

FIRST = 20
"""What is read before anything is counted."""
DOUBT = 0.05
"""So seldom would a fault stay unseen among the first, were it in more than `unseen_at_most@first` of all answers."""
BAR = 0.80
"""What the 95 % lower bounds of TPR and TNR both have to reach before a check is counted."""

MINE = {
    "my_modes_found": "failure modes that are among the learner's piles (`practice_piles.py`)",
    "my_piles_wrong": "piles of which most answers show no one mode",
    "my_counted@says-how-it-goes-on": "1 where the learner counts this check, else 0",
    "my_counted@judge": "1 where the judge is counted on the labels of all conversations, else 0",
    "my_counted@judge-at-hand": "1 where the judge was counted on the labels at hand, else 0",
    "my_read_first": "answers among the first twenty that the learner passed or failed",
    "my_right": "things in the mission itself that the learner put where they belong",
    "my_bound_claims": "numbers in the memo that are bound to a measurement",
    "my_bare_numbers": "numbers in the memo that are bound to nothing",
    "my_owned_assumptions": "assumptions in the memo that have an owner",
    "my_mutants_stopped": "of the recorded mutants that are really worse, those that the learner's spec stops",
    "my_false_alarms": "of the recorded draws of the product as it is, those that the spec stops",
}
"""What the missions ask of what a learner did, by the name under which a grade's condition reads it; the workbench counts it."""
_PLACE = re.compile(rf"\{{({FACT})(?::(%|,|\.\d+f))?\}}")

Verdicts = Mapping[str, bool]
"""Pass or fail by conversation."""


@once
def practice_facts(product: PracticeProduct) -> dict[str, float]:
    """Every fact that the course may ask to be foretold."""
    return dict(_facts(product))


def told(text: str, facts: Mapping[str, float]) -> str:
    """A text with its numbers in place: {fails@1} is 38, {fail_rate@1:%} is 32 %. Raises KeyError where there is no such fact."""
    return _PLACE.sub(lambda place: _number(facts[place[1]], place[2] or ""), text)


def _number(value: float, form: str) -> str:
    if form == "%":
        return f"{100 * value:.0f} %"
    return (f"{value:{form}}" if form.startswith(".") else f"{round(value):{form}}").replace("-", "−")


def truth(product: PracticeProduct, version: int = 1) -> Verdicts:
    return {one.id: not one.answered(version).modes for one in product.conversations}


def checked(product: PracticeProduct, passes: Callable[[str], bool], version: int = 1) -> Verdicts:
    return {one.id: passes(one.answered(version).output) for one in product.conversations}


def judged(product: PracticeProduct) -> Verdicts:
    return {one.conversation: one.passed for one in product.verdicts}


def fixed(product: PracticeProduct) -> tuple[Conversation, ...]:
    return tuple(one for one in product.conversations if one.fails and not one.fails_2)


def broken(product: PracticeProduct) -> tuple[Conversation, ...]:
    return tuple(one for one in product.conversations if one.fails_2 and not one.fails)


def _facts(product: PracticeProduct) -> Iterator[tuple[str, float]]:
    every, people = product.conversations, truth(product)
    yield "conversations", len(every)
    yield "modes", len(product.modes)
    yield "monthly", product.about.monthly
    for cost in product.about.costs:
        yield f"pounds@{cost.slug}", cost.pounds
    for version in (1, 2):
        failing = [one for one in every if one.answered(version).modes]
        yield f"fails@{version}", len(failing)
        yield f"fail_rate@{version}", len(failing) / len(every)
    for mode in product.modes:
        count = sum(mode.slug in one.modes for one in every)
        yield f"count@{mode.slug}", count
        for end, share in zip(("low", "high"), stats.wilson(count, len(every)), strict=True):
            yield f"monthly_{end}@{mode.slug}", round(share * product.about.monthly, -1)
    yield "labelled", len(product.settled)
    yield "fails@first", sum(one.fails for one in every[:FIRST])
    yield "modes@first", len({mode for one in every[:FIRST] for mode in one.modes})
    yield "unseen_at_most@first", 1 - DOUBT ** (1 / FIRST)
    yield from _metric(product)
    for check in product.checks.checks:
        yield from _worth(product, check)
    yield from _agreement("judge", judged(product), people)
    yield from _agreement("judge@hand", judged(product), product.settled)
    yield from _readers(product)
    yield "fixed", len(fixed(product))
    yield "broken", len(broken(product))
    yield "broken@must_not_break", sum(one.must_not_break for one in broken(product))
    yield "chance@change", stats.mcnemar(len(fixed(product)), len(broken(product)))


def _metric(product: PracticeProduct) -> Iterator[tuple[str, float]]:
    for version in (1, 2):
        said = checked(product, product.checks.metric.check.passes, version)
        people = truth(product, version)
        yield f"resolved@{version}", sum(said.values())
        yield f"resolved_rate@{version}", _share(said.values())
        yield f"resolved_rate@sound@{version}", _share(said[name] for name, passed in people.items() if passed)
        yield f"resolved_rate@failing@{version}", _share(said[name] for name, passed in people.items() if not passed)
    first = checked(product, product.checks.metric.check.passes)
    yield "resolved_rate@wrongly_confirmed", _share(first[one.id] for one in product.conversations if "confirms-a-change" in one.modes)


def _worth(product: PracticeProduct, check: Check) -> Iterator[tuple[str, float]]:
    """Of a check: against all that people fail, and against the one mode it was written for."""
    said = checked(product, check.check.passes)
    free = {one.id: check.aims not in one.modes for one in product.conversations}
    caught = _failed(said, free)
    yield from _agreement(check.slug, said, truth(product))
    yield f"caught@{check.slug}", caught
    yield f"caught_low@{check.slug}", stats.wilson(caught, len(free) - sum(free.values()))[0]
    yield f"false_alarms@{check.slug}", sum(free.values()) - _passed(said, free)


def _agreement(name: str, said: Verdicts, people: Verdicts) -> Iterator[tuple[str, float]]:
    """Of verdicts against people's, over the conversations that people judged."""
    passing, failing = sum(people.values()), len(people) - sum(people.values())
    right, caught = _passed(said, people), _failed(said, people)
    yield f"passed@{name}", sum(said[one] for one in people)
    yield f"pass_rate@{name}", _share(said[one] for one in people)
    yield f"passing@{name}", passing
    yield f"failing@{name}", failing
    yield f"right_passes@{name}", right
    yield f"right_fails@{name}", caught
    yield f"tpr@{name}", right / passing
    yield f"tnr@{name}", caught / failing
    yield f"tpr_low@{name}", stats.wilson(right, passing)[0]
    yield f"tnr_low@{name}", stats.wilson(caught, failing)[0]
    yield f"perfect_low@{name}", stats.wilson(failing, failing)[0]
    yield f"kappa@{name}", stats.kappa([(str(said[one]), str(passed)) for one, passed in people.items()])


def _readers(product: PracticeProduct) -> Iterator[tuple[str, float]]:
    first, second = ({one.conversation: one.passed for one in product.labels if one.reader == r.slug} for r in product.readers.readers)
    both = [(first[name], second[name]) for name in first if name in second]
    yield "read_each", len(first)
    yield "read_by_both", len(both)
    yield "disagree", sum(one != other for one, other in both)
    yield "kappa@readers", stats.kappa([(str(one), str(other)) for one, other in both])


def _passed(said: Verdicts, people: Verdicts) -> int:
    return sum(said[name] for name, passed in people.items() if passed)


def _failed(said: Verdicts, people: Verdicts) -> int:
    return sum(not said[name] for name, passed in people.items() if not passed)


def _share(values: Iterable[bool]) -> float:
    return stats.mean([float(one) for one in values])
