"""Acceptance tests on answers that were recorded: what each does to every product, and which of them stop the product as it is. Pure.

    outcomes(tests, told, 12, ("", "no examples"))["no examples"]["labels"].stopped     ->  True
    alarms(tests, told, 12, draws=2)                                                    ->  [(), ("labels",)]

Of the product as it is every draw counts; of a mutant the first, as somebody would have it who tests once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from fluencylab.workbench import clinic
from fluencylab.workbench.clinic import Told
from fluencylab.workbench.frozen_spec import FrozenSpec, FrozenTest
from fluencylab.workbench.spec import Outcome


class AcceptanceTest(Protocol):
    """`check`: as the workbench keeps it; `least`: the share that must pass, in percent."""

    @property
    def slug(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def check(self) -> Mapping[str, Any]: ...
    @property
    def least(self) -> int: ...


def frozen(tests: Sequence[AcceptanceTest], cases: int) -> FrozenSpec:
    """Every test on all of the cases, which are numbered from 1."""
    found = (
        FrozenTest(
            id=one.slug, check_id=one.slug, check_name=one.says, rule=dict(one.check), least=one.least, part="held back", cases=cases
        )
        for one in tests
    )  # fmt: skip
    return FrozenSpec(tests=tuple(found), held_back=tuple(range(1, cases + 1)))


def outcomes(tests: Sequence[AcceptanceTest], told: Told, cases: int, products: Sequence[str]) -> dict[str, dict[str, Outcome]]:
    """Product -> test -> what it does to it."""
    spec, without = frozen(tests, cases), clinic.blind(told)
    return {name: clinic.outcomes(spec, told, name, 0, without) for name in products}


def alarms(tests: Sequence[AcceptanceTest], told: Told, cases: int, draws: int) -> list[tuple[str, ...]]:
    """Of each draw of the product as it is, the tests that stop it."""
    spec, without = frozen(tests, cases), clinic.blind(told)
    drawn = [clinic.outcomes(spec, told, clinic.HEALTHY, draw, without) for draw in range(draws)]
    return [tuple(slug for slug, one in found.items() if one.stopped) for found in drawn]
