"""A learner who is right so often, and does what the map says: all content once at most, and the reviews that fall due.

    diligent(0.9, seed=9)  ->  Reached(hours=5.8, days=18, solid=30, missing=())

Exercises take the minutes that they say, and an item of a review what a sitting reckons. An exercise of which every cell is solid is left.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from fluencylab.actions.review import MOST, SECONDS
from fluencylab.curriculum.loader import track
from fluencylab.practice.items import Choice, Item
from fluencylab.practice.kinds import REPAIR
from fluencylab.practice.variants import first_choice, pick, usable
from fluencylab.progress.ledger import Ledger
from fluencylab.progress.mastery import CAPABILITIES, state
from fluencylab.progress.review import Skill, due

from .players import START, Random, Shown, Whole, exercises, names, new_ledger, row
from .players import review as shown_in_review

EVERY, MINUTES = 2, 40
"""Days between two sittings, and the minutes of one."""
FOUR = tuple(Choice(str(number), str(number), "") for number in range(4))
LONGEST = 400
PRACTICE = 5
"""Questions on one cell, asked for from its page on the map."""


class Reached(NamedTuple):
    hours: float
    days: int
    solid: int
    missing: tuple[Skill, ...]


class Diligent:
    def __init__(self, right: float, seed: int, forms: int = 0) -> None:
        self._dice, self._share, self._seed = random.Random(seed), right, seed
        self.ledger: Ledger = new_ledger()
        self.minutes, self._day, self._number = 0.0, 0, 0
        self._left = [*exercises(Random(seed), 0, seed), *_repairs()]
        self._forms: dict[Skill, int] = {}
        self._most = forms
        self._seen: dict[Skill, dict[str, datetime]] = {}
        self._cells = [(concept.slug, capability) for concept in track().concepts for capability in CAPABILITIES]

    def go(self, most: float) -> Reached:
        while self.missing() and self.minutes < most * 60 and self._day < LONGEST:
            self._sit()
            self._day += EVERY
        return Reached(self.minutes / 60, self._day, len(self._cells) - len(self.missing()), tuple(self.missing()))

    def missing(self) -> list[Skill]:
        return [cell for cell in self._cells if not self._solid(cell)]

    def _solid(self, cell: Skill) -> bool:
        tally = self.ledger.tallies.get(cell)
        return tally is not None and state(self.ledger.belief.estimate(*cell), tally.n, tally.deterministic) == "solid"

    def _sit(self) -> None:
        until = self.minutes + MINUTES
        today = (START + timedelta(days=self._day)).date()
        for skill in due(self.ledger.recall.held, today)[:MOST]:
            self._answer(skill)
        while self.minutes < until and (one := next((one for one in self._left if self._wanted(one)), None)):
            self._do(one)
        for skill in self.missing():
            for _ in range(PRACTICE):
                if self.minutes < until and not self._solid(skill):
                    self._answer(skill, True)
        near = {concept for concept, _ in self.missing()}
        while self.minutes < until and (one := next((one for one in self._left if one.concept in near), None)):
            self._do(one)

    def _do(self, one: Whole) -> None:
        self._left.remove(one)
        self._show(list(one.shown))
        self.minutes += one.minutes

    def _answer(self, skill: Skill, fresh: bool = False) -> None:
        if item := self._item(skill, fresh):
            self._show([shown_in_review(Random(1), item, self._number)])
            self.minutes += SECONDS / 60

    def _wanted(self, one: Whole) -> bool:
        return any(not self._solid((shown.concept, shown.capability)) for shown in one.shown)

    def _item(self, skill: Skill, only_fresh: bool) -> Item | None:
        concept = track().concept(skill[0])
        items = usable(concept, skill[1], self.ledger.recall.done) if concept else []
        seen = self._seen.setdefault(skill, {})
        fresh = [one for one in items if one.id not in seen]
        new = [one for one in fresh if (skill[0], one.id) not in names()]
        if not new and self._forms.get(skill, 0) < self._most:
            self._forms[skill] = number = self._forms.get(skill, 0) + 1
            return Item(f"form/{number}", *skill, "", "", FOUR, "1")
        printed = {one.id for one in items if (met := names().get((skill[0], one.id))) and met.printed}
        item = pick(first_choice(items, seen, printed) or (fresh if only_fresh else items), seen, self._number)
        if item:
            seen[item.id] = START + timedelta(days=self._day)
        return item

    def _show(self, shown: list[Shown]) -> None:
        first = True
        for one in shown:
            parts = {"decide": 3 if len(shown) == 2 else 1, "diagnose": 3}.get(one.stage, 1)
            hits = [self._dice.random() < self._share for _ in range(parts)]
            score = sum(hits) / parts
            if one.stage == "diagnose" and not hits[0]:
                score = 0.0
            if one.stage == "twin":
                score = float(first and hits[0])
            marks = None
            if one.stage == "decide":
                first, marks = hits[0], 2 if hits[0] else -2
            self._number += 1
            made = START + timedelta(days=self._day, seconds=self._number)
            self.ledger.add([row(one._replace(score=score), self._number, made)._replace(marks=marks)])


def _repairs() -> Iterator[Whole]:
    for one in REPAIR.every():
        shown = Shown(
            one.concept, "debugging", one.key, REPAIR.passes, "", REPAIR.words(one.of), 1.0, REPAIR.chances(one.of)[REPAIR.passes]
        )
        yield Whole(one.concept, one.key, one.minutes, (shown,))


def diligent(right: float, seed: int, most: float = 14, forms: int = 0) -> Reached:
    """`most`: hours; `forms`: new variants that each cell has beyond what the content holds today."""
    return Diligent(right, seed, forms).go(most)
