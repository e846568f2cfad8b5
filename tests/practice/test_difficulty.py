"""How hard an exercise of the bench is: from what was declared and measured, and never so that the list gives a cause away."""

import pytest

from fluencylab.curriculum import proofs
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.bench_list import Group, bench_list
from fluencylab.curriculum.repairs import repairs
from fluencylab.models import catalogue
from fluencylab.practice import difficulty, faults
from fluencylab.practice.faults import ResolvedCase

EMBEDDED = catalogue.find(catalogue.DEFAULT).card().sha256


def page() -> proofs.Page:
    return next(iter(proofs.pages(EMBEDDED)))


def laid(slug: str) -> ResolvedCase:
    found = faults.resolve_case(slug)
    assert found
    return found


def level(slug: str) -> int:
    return difficulty.of_case(laid(slug), page().faults[slug]).level


def test_a_case_is_harder_where_an_expert_needs_longer_or_chance_muddles_what_is_seen() -> None:
    assert level("twice-as-fast") == 1, "five minutes, never right with the fault, always right without it"
    assert level("fourteen-not-thirty") == 2, "two probes"
    assert level("half-a-price") == 2, "five minutes, but at times wrong without the fault, too"


def test_a_repair_is_easier_beside_a_worked_example_and_harder_where_the_bar_leaves_little_room() -> None:
    clerk, call, handbook = (
        repairs().get(slug) for slug in ("the-clerk-who-writes-letters", "the-call-that-never-came", "the-whole-handbook")
    )
    assert clerk and call and handbook
    proved = page().repairs
    assert difficulty.of_repair(clerk, True, proved[clerk.slug]).level == 1
    assert difficulty.of_repair(handbook, False, proved[handbook.slug]).level == 2
    assert difficulty.of_repair(call, False, proved[call.slug]).level == 3
    assert difficulty.of_repair(call, False, None).level == 2, "nobody measured it on this model"


@pytest.mark.parametrize("group", bench_list().groups, ids=lambda group: group.slug)
def test_neither_a_group_nor_a_difficulty_gives_a_cause_away(group: Group) -> None:
    found: dict[int, set[str]] = {}
    for one in group.exercises:
        if bench().case(one.slug):
            found.setdefault(level(one.slug), set()).add(laid(one.slug).fault.slug)
    assert all(len(causes) > 1 for causes in found.values()), found
