"""What a product of the capstone answered with every setup, as recorded, and what its checks say of it. Pure.

    answers(of).count(of.healthy)               ->  20, of 24
    answers(of).right(of.healthy)[3]            ->  [True, False]       case 3, two draws
    answers(of).worse(of.broken).says           ->  "Worse by more than chance: 9 broken and 0 fixed of 12 cases, …"

Cases are numbered from 1, as in the workbench.
"""

import json
from collections.abc import Mapping
from itertools import product as every_one_of
from typing import Any

from fluencylab.curriculum.capstone import CapstoneProduct, Knobs, Setup
from fluencylab.curriculum.capstone_recorded import Recorded, RecordedSetup, recorded, setup_key
from fluencylab.curriculum.schema import Slug
from fluencylab.errors import ContentError
from fluencylab.memo import once
from fluencylab.models.types import LENGTHS
from fluencylab.practice.checkers import wrong
from fluencylab.stats import mean
from fluencylab.workbench import clinic
from fluencylab.workbench.checks import REFERENCE, for_case, judged, read_check
from fluencylab.workbench.clinic import Worse
from fluencylab.workbench.output import Output

CUT_OFF = next(iter(LENGTHS))
BY = "by the product's own checks"


class Answers:
    """Of one product. What a check said of a setup is worked out once."""

    def __init__(self, of: CapstoneProduct, kept: Recorded) -> None:
        self.of, self.kept = of, kept
        self._best: tuple[dict[Knobs, Slug], float] | None = None
        self._right: dict[str, dict[int, list[bool]]] = {}
        self._said: dict[tuple[str, str], dict[int, list[bool | None]]] = {}

    def holds(self, setup: Setup) -> bool:
        return setup_key(setup) in self.kept.of

    def answered(self, setup: Setup) -> RecordedSetup:
        """Raises ContentError where nothing is recorded of it."""
        found = self.kept.of.get(setup_key(setup))
        if found is None:
            raise ContentError(
                f"The capstone's product {self.of.slug} was never recorded with these settings: {setup_key(setup)}.",
                f"Record it: python -m tools.record_capstone {self.of.slug}.",
            )
        return found

    def right(self, setup: Setup) -> dict[int, list[bool]]:
        """Case -> whether each draw is right, by the product's own checks."""
        key = setup_key(setup)
        if key not in self._right:
            rows = zip(self.of.hidden, self.answered(setup).texts, strict=True)
            checks = self.of.checks
            self._right[key] = {n: [not wrong(checks, text, case.expect) for text in row] for n, (case, row) in enumerate(rows, start=1)}
        return self._right[key]

    def count(self, setup: Setup) -> int:
        return sum(map(sum, self.right(setup).values()))

    def asked(self, setup: Setup) -> int:
        return sum(map(len, self.right(setup).values()))

    def rate(self, setup: Setup) -> float:
        return mean([float(one) for draws in self.right(setup).values() for one in draws])

    def worse(self, setup: Setup) -> Worse:
        """Than the product as it should be, case by case."""
        return clinic.worse(self.right(self.of.healthy), self.right(setup), BY)

    def said(self, setup: Setup, rule: Mapping[str, Any]) -> dict[int, list[bool | None]]:
        """Case -> what an acceptance test's check says of each draw."""
        key = (setup_key(setup), json.dumps(rule, sort_keys=True))
        if key not in self._said:
            check, found = read_check(dict(rule)), {}
            recorded_ = self.answered(setup)
            rows = zip(self.of.hidden, recorded_.texts, recorded_.cut_off, strict=True)
            for n, (case, texts, cuts) in enumerate(rows, start=1):
                mine = for_case(check, {"message": case.text, REFERENCE: case.expect})
                drawn = (Output(text=text, finish=CUT_OFF if cut else "stop") for text, cut in zip(texts, cuts, strict=True))
                found[n] = [judged(mine, output).passed for output in drawn]
            self._said[key] = found
        return self._said[key]

    def best(self) -> tuple[dict[Knobs, Slug], float]:
        """The configuration with the highest rate among those that keep to the limit, and its rate."""
        if self._best is None:
            grid = [(chosen, self.of.setup(chosen)) for chosen in grid_of(self.of)]
            within = [(chosen, self.rate(setup)) for chosen, setup in grid if self.answered(setup).tokens <= self.of.most_tokens]
            self._best = max(within, key=lambda one: one[1], default=({}, 0.0))
        return self._best


def grid_of(of: CapstoneProduct) -> list[dict[Knobs, Slug]]:
    """Every position of the four knobs."""
    levels = [[(knob.slug, level.id) for level in knob.levels] for knob in of.knobs]
    return [dict(one) for one in every_one_of(*levels)]


@once
def answers(of: CapstoneProduct) -> Answers:
    """Raises ContentError where its recording is missing or cannot be read."""
    return Answers(of, recorded(of.slug))
