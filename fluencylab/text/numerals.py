"""Numbers as they are written for a reader.

percent(0.714)                      71 %
points(-0.05)                       −5 points
rate(share(48, 68))                 71 % (59 to 80 %, 48 of 68)
counted(1, "case"), counted(2, "case")    "1 case", "2 cases"
"""

from fluencylab.stats import Measure


def percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def points(difference: float) -> str:
    return f"{difference * 100:+.0f}\u00a0points".replace("-", "\u2212")


def within(measure: Measure) -> str:
    """A rate's interval: `58 to 81 %`."""
    return f"{measure.low * 100:.0f} to {percent(measure.high)}"


def rate(measure: Measure) -> str:
    """A rate with its interval and how many it was."""
    return f"{percent(measure.value)} ({within(measure)}, {measure.told})"


def between(low: float, high: float) -> str:
    """The interval of a difference: `between −5 and +42 points`."""
    return f"between {points(low).removesuffix(chr(160) + 'points')} and {points(high)}"


def counted(n: int, noun: str, several: str = "") -> str:
    return f"{n:,} {noun if n == 1 else several or f'{noun}s'}"
