"""What is done in a mission of the practice course on recorded data, and how code counts it. Pure.

    sorting(mission)                                   each item with its options, of which one is right
    facts_of_sorting(mission, {"aq-016": "weekday"})   ->  {"my_right": 1.0, ...}

The facts go under the names of `practice_facts.MINE`, which the grades of `course.toml` ask for.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from fluencylab.curriculum.practice_facts import BAR, practice_facts, told
from fluencylab.curriculum.practice_mutants import recorded_mutants
from fluencylab.curriculum.practice_product import Check, Conversation, PracticeProduct, practice_product
from fluencylab.practice import graders
from fluencylab.practice.course import CourseMission
from fluencylab.stats import binomial

UNCHANGED = 2
"""Answers that are worded anew and neither fixed nor broken, put among those that are."""


class SortOption(NamedTuple):
    id: str
    text: str


class Piece(NamedTuple):
    """A part of an item, as it is shown: what it is, and its words. `voice`: what went into the product, or what came out of it."""

    name: str
    text: str
    voice: Literal["", "given", "answer"] = ""


class SortItem(NamedTuple):
    """One thing to say something of. `why`: shown once it was said."""

    id: str
    title: str
    parts: tuple[Piece, ...]
    asks: str
    options: tuple[SortOption, ...]
    best: str
    why: str


def sorting(mission: CourseMission) -> tuple[SortItem, ...]:
    """Empty for a mission in which nothing is sorted."""
    made = SORTED.get(mission.task)
    return made(practice_product()) if made else ()


def facts_of_sorting(mission: CourseMission, said: Mapping[str, str]) -> dict[str, float]:
    items = sorting(mission)
    asked = [one for one in items if not one.id.startswith(COUNTS)]
    facts = {"my_right": float(sum(said.get(one.id) == one.best for one in asked))}
    for one in items:
        if one.id.startswith(COUNTS) or mission.task == "checks":
            facts[f"my_counted@{one.id.removeprefix(COUNTS)}"] = float(said.get(one.id) == COUNT.id)
    return facts


def counted_over(mission: CourseMission) -> int:
    """The conversations over which what a mission speaks of was counted."""
    return len(recorded_mutants().conversations if mission.task == "spec" else practice_product().conversations)


def held(mission: CourseMission, facts: Mapping[str, float]) -> list[bool]:
    """Grade by grade; one that asks for what was not counted does not hold."""
    return [one.condition.split()[0] in facts and graders.holds(one.condition, facts) for one in mission.grades]


def chance(mission: CourseMission) -> float:
    """What guessing reaches of the task. Of things to be sorted it is counted; of the others it is set, and rather too high.

    Of 3,000 specs of one to six tests drawn blindly 8 in 100 pass. Who takes those that say “no” or “every” passes with 3 in 10.
    """
    items = sorting(mission)
    if not items:
        return {"spec": 0.3, "memo": 0.5}.get(mission.task, 0.05)
    asked = [one for one in items if not one.id.startswith(COUNTS)]
    need = next(int(one.condition.split()[-1]) for one in mission.grades if one.condition.startswith("my_right"))
    hit = 1 / len(asked[0].options)
    right = math.fsum(binomial(len(asked), hits, hit) for hits in range(need, len(asked) + 1))
    return right * math.prod(1 / len(one.options) for one in items if one.id.startswith(COUNTS))


# A check that looks right

COUNT = SortOption("count", "Count it: its verdicts may stand in for reading.")
_LABEL = SortOption("label", "Look at it, and label more failed answers of its kind before it counts.")
_REWRITE = SortOption("rewrite", "Write it anew: it finds a part of what it was written for.")
_DROP = SortOption("drop", "Drop it: it does not find what it was written for.")
_WORTH = {"good": _LABEL, "looks right": _DROP, "half": _REWRITE}
_LOOK = SortOption("look", "Look at it, and do not count it: one of its two lower ends misses the bar.")
COUNTS = "counted/"
"""Begins the id of an item that asks whether a judge is counted."""


def _checks(product: PracticeProduct) -> tuple[SortItem, ...]:
    facts = practice_facts(product)
    return tuple(
        SortItem(
            one.slug,
            one.name,
            (Piece("What it asks", one.says), *_counts(product, one)),
            "What becomes of it?",
            (COUNT, _LABEL, _REWRITE, _DROP),
            _WORTH[one.worth].id,
            told(one.lesson, facts),
        )
        for one in product.checks.checks
    )


def _counts(product: PracticeProduct, check: Check) -> tuple[Piece, Piece]:
    """Against the fault that it was written for, and against all that people said."""
    mode = next(one for one in product.modes if one.slug == check.aims)
    aimed = f"“{mode.name}”: {{caught@{check.slug}}} of {{count@{mode.slug}}} caught, which may come from a check that catches "
    aimed += f"{{caught_low@{check.slug}:%}} of them; false alarms: {{false_alarms@{check.slug}}}."
    people = f"Passes {{right_passes@{check.slug}}} of {{passing@{check.slug}}} that people pass, fails {{right_fails@{check.slug}}} of "
    people += f"{{failing@{check.slug}}} that people fail; kappa {{kappa@{check.slug}:.2f}}."
    facts = practice_facts(product)
    return Piece("Written for", told(aimed, facts)), Piece("Against people", told(people, facts))


# Two readers, and a judge


def _rules(product: PracticeProduct) -> tuple[SortItem, ...]:
    rules = tuple(SortOption(f"rule-{number}", rule.says) for number, rule in enumerate(product.readers.rules, start=1))
    settled = {name: number for number, rule in enumerate(product.readers.rules, start=1) for name in rule.settles}
    readers = {one.slug: one.name for one in product.readers.readers}
    items = []
    for name in sorted(settled):
        notes = [one for one in product.labels if one.conversation == name]
        said = tuple(Piece(f"{readers[one.reader]}, {'pass' if one.passed else 'fail'}", one.note) for one in notes)
        rule = product.readers.rules[settled[name] - 1]
        why = f"{rule.gap} With the rule the answer {'passes' if rule.passed else 'fails'}."
        items.append(
            SortItem(name, _title(name), (*_shown(product.by_id[name]), *said),
                     "Which rule settles it?", rules, f"rule-{settled[name]}", why)
        )  # fmt: skip
    return (*items, _judge(product, "judge@hand", "judge-at-hand", "labels at hand"), _judge(product, "judge", "judge", "labels of all"))


def _judge(product: PracticeProduct, name: str, as_fact: str, where: str) -> SortItem:
    facts = practice_facts(product)
    parts = tuple(
        Piece(what, told(f"{{{right}@{name}}} of {{{of}@{name}}}; the lower end of the 95 % interval is {{{low}@{name}:%}}", facts))
        for what, right, of, low in (
            ("Passes, of those that people pass", "right_passes", "passing", "tpr_low"),
            ("Fails, of those that people fail", "right_fails", "failing", "tnr_low"),
        )
    )
    counts = min(facts[f"tpr_low@{name}"], facts[f"tnr_low@{name}"]) >= BAR
    why = "Both lower ends reach the bar." if counts else "It misses one of the two bars, so it may be looked at and is not counted."
    id, best = f"{COUNTS}{as_fact}", (COUNT if counts else _LOOK).id
    return SortItem(id, f"The judge on the {where}", parts, "Is it counted?", (COUNT, _LOOK), best, why)


# Fixed, broken, the same

_CHANGES = (
    SortOption("fixed", "Fixed: the first should not have gone out, the second may."),
    SortOption("broken", "Broken: the first may go out, the second should not."),
    SortOption("same", "The same: worded anew, and neither better nor worse."),
)


def _changes(product: PracticeProduct) -> tuple[SortItem, ...]:
    changed = [one for one in product.conversations if one.output != one.output_2]
    alike = sorted((one for one in changed if _change(one) == "same"), key=lambda one: len(one.output))[:UNCHANGED]
    return tuple(
        SortItem(
            one.id,
            f"{_title(one.id)}{', must not break' if one.must_not_break else ''}",
            (*_asked(one), Piece("Version 1", one.output, "answer"), Piece("Version 2", one.output_2, "answer")),
            "What has the change done here?",
            _CHANGES,
            _change(one),
            _faults(product, one) or "Both may go out.",
        )
        for one in changed
        if _change(one) != "same" or one in alike
    )


def _title(id: str) -> str:
    return f"Conversation {id.partition('-')[2].lstrip('0')}"


def _faults(product: PracticeProduct, one: Conversation) -> str:
    """What is wrong with either version's answer, with the words that show it."""
    names = {mode.slug: mode.name for mode in product.modes}
    both = (("Version 1", one.modes), ("Version 2", one.modes_2))
    return " ".join(f"{which}: “{names[mode]}”, shown by “{words}”." for which, modes in both for mode, words in modes.items())


def _change(one: Conversation) -> str:
    if one.fails == one.fails_2:
        return "same"
    return "fixed" if one.fails else "broken"


def _asked(one: Conversation) -> tuple[Piece, ...]:
    return Piece("The patient", one.inputs["message"], "given"), Piece(f"Records, on {one.inputs['today']}", one.inputs["records"], "given")


def _shown(one: Conversation) -> tuple[Piece, ...]:
    return (*_asked(one), Piece("The answer", one.output, "answer"))


SORTED: dict[str, Callable[[PracticeProduct], tuple[SortItem, ...]]] = {"checks": _checks, "rules": _rules, "changes": _changes}
