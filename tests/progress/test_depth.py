"""The depth guard says something only where more of the same would earn little."""

from typing import NamedTuple

import pytest

from fluencylab.progress.depth import advice
from fluencylab.progress.mastery import CAPABILITIES, State


class Cell(NamedTuple):
    concept: str
    capability: str
    state: State = "none"
    mean: float = 0.5


def cells(solid: str = "", due: str = "", emerging: str = "") -> list[Cell]:
    """Named as "tokens decisions, windows vocabulary"; the rest has no evidence."""
    lists: dict[State, str] = {"solid": solid, "due": due, "emerging": emerging}
    states = {name: state for state, names in lists.items() for name in names.split(", ")}
    named = [(concept, capability) for concept in ("tokens", "windows") for capability in CAPABILITIES]
    return [Cell(*one, states.get(" ".join(one), "none")) for one in named]


DOABLE = {("tokens", "vocabulary"), ("tokens", "decisions"), ("windows", "vocabulary"), ("windows", "decisions")}


def test_a_concept_in_which_nothing_is_solid_says_nothing() -> None:
    assert advice(cells(emerging="tokens decisions"), "tokens", DOABLE, {"read": 19, "apply": 0}) is None
    assert advice(cells(), "tokens", DOABLE, {"read": 60, "apply": 45}) is None


@pytest.mark.parametrize(
    ("known", "pays"),
    [
        (cells("tokens decisions"), ("tokens", "vocabulary")),
        (cells("tokens decisions", due="windows decisions"), ("windows", "decisions")),
        (cells("tokens decisions, tokens vocabulary"), ("windows", "vocabulary")),
        (cells(", ".join(" ".join(one) for one in DOABLE)), None),
    ],
    ids=["the same concept first", "what is due before all", "then the next concept", "nothing left"],
)
def test_what_is_solid_points_to_what_pays_more(known: list[Cell], pays: tuple[str, str] | None) -> None:
    found = advice(known, "tokens", DOABLE, {})
    assert found
    assert found.pays == pays
    assert "decisions" in found.solid


def test_much_reading_beside_little_doing_is_said_once_it_is_much() -> None:
    found = advice(cells(), "tokens", DOABLE, {"read": 15, "beyond": 10, "apply": 5})
    assert found
    assert (found.read, found.applied, found.solid) == (25, 5, ())
