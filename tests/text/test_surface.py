"""What an answer says on its surface: its numbers, in the forms people write."""

import pytest

from fluencylab.text.surface import number, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,250.50 euros", [1250.5]),
        ("1.250,50 euros", [1250.5]),
        ("The score is 0.125.", [0.125]),
        ("It fell by -5 points", [-5]),
        ("It fell to −5,5 °C", [-5.5]),
        ("$-3", [-3]),
        ("Q-4821", [4821]),
        ("3-5 days", [3, 5]),
        ("- 40 euros", [40]),
        ("٤٠", [40]),
        ("none", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, found: list[float]) -> None:
    assert numbers(text) == found


def test_one_number_said_twice_is_one() -> None:
    assert number("40 euros, that is 40") == 40
    assert number("40 of 50") is None and number("none") is None
