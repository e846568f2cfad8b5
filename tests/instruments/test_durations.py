"""Times of one sentence share a unit, and a speed that nobody measured is not told."""

import pytest

from fluencylab.instruments.durations import at_speed, roughly, times


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [
        ((85, 230), ["85 ms", "230 ms"]),
        ((85, 2_300), ["0.1 s", "2.3 s"]),
        ((22_915, 272_000), ["0.4 min", "4.5 min"]),
        ((22_915, 80_000), ["22.9 s", "80.0 s"]),
        ((), []),
    ],
)
def test_all_times_of_a_sentence_are_in_the_unit_of_the_longest(milliseconds: tuple[float, ...], told: list[str]) -> None:
    assert times(*milliseconds) == told


def test_an_answer_in_one_piece_has_no_speed_and_a_slow_one_is_not_rounded_to_none() -> None:
    assert [at_speed(80, speed) for speed in (0, 0.4, 3.2, 31.4)] == [
        "80 tokens",
        "80 tokens, 0.4 a second",
        "80 tokens, 3 a second",
        "80 tokens, 31 a second",
    ]
    assert at_speed(1, 0) == "1 token"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 s"), (64.4, "64 s"), (119, "119 s"), (120, "2 min"), (767, "13 min"), (34_200, "9.5 h")]
)
def test_what_takes_minutes_is_said_in_minutes_and_hours_in_hours(seconds: float, told: str) -> None:
    """Of a training it said “about 767 s left”, of a spec “about 570 min left”."""
    assert roughly(seconds) == told
