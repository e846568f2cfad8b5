"""What was shown on a product never seen: a capstone that was ended, as the report and a certificate tell it. Pure.

told([first, latest])   ->  "41 of 100 points on a railway's lost property, then 72 on a farm's boxes: …"
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from fluencylab.curriculum.capstone import Form
from fluencylab.text.written import day

ONE = "One capstone makes no before and after; the second is on another product of another trade."
UNKNOWN = "How much of such a change is chance nobody has measured yet, and whoever does a thing twice is better at it the second time."


class Transfer(NamedTuple):
    """`score`: share of the points that can be reached, from 0 to 1; `parts`: the same of each part, by its name as a page says it."""

    title: str
    trade: str
    form: Form
    on: date
    score: float
    parts: dict[str, float]

    @property
    def points(self) -> int:
        return round(100 * self.score)

    @property
    def name(self) -> str:
        return f"A product never seen: {self.title} (form {self.form})"

    @property
    def conditions(self) -> str:
        parts = ", ".join(f"{name} {round(100 * share)}" for name, share in self.parts.items())
        return f"{day(self.on)} · {self.trade} · {parts}"


def ends(every: Sequence[Transfer]) -> list[Transfer]:
    """The first and the latest: a before and an after."""
    return [*every[:1], *every[1:][-1:]]


def told(every: Sequence[Transfer]) -> str:
    """Before and after in words, and what they do not say; empty where no capstone was ended."""
    shown = ends(every)
    if not shown:
        return ""
    first = shown[0]
    if len(shown) == 1:
        return f"{first.points} of 100 points on “{first.title}”. {ONE}"
    change = shown[1].points - first.points
    return f"{first.points} of 100 points on “{first.title}”, then {shown[1].points} on “{shown[1].title}”: {change:+d} points. {UNKNOWN}"
