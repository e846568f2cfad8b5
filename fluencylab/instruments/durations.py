"""Times and speeds in words: all times of one sentence in one unit, and no speed where none was measured.

times(850, 2300)        ["0.9 s", "2.3 s"]
times(85, 230)          ["85 ms", "230 ms"]
roughly(64), roughly(767), roughly(9000)     "64 s", "13 min", "2.5 h"    how long something will take
at_speed(80, 0)         "80 tokens"            an answer that came in one piece has no speed
at_speed(80, 0.4)       "80 tokens, 0.4 a second"
"""


def times(*milliseconds: float) -> list[str]:
    """The longest decides: milliseconds below a second, seconds below two minutes, minutes above."""
    longest = max(milliseconds, default=0)
    if longest < 1_000:
        return [f"{one:.0f} ms" for one in milliseconds]
    return [f"{one / 1_000:.1f} s" if longest < 120_000 else f"{one / 60_000:.1f} min" for one in milliseconds]


def roughly(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def at_speed(tokens: int, a_second: float) -> str:
    counted = f"{tokens:,} token{'s' * (tokens != 1)}"
    if a_second <= 0:
        return counted
    return f"{counted}, {a_second:.0f} a second" if a_second >= 9.5 else f"{counted}, {a_second:.1g} a second"
