"""A measured number that a memo may rest on: what it is, how sure, and under which conditions it came."""

import hashlib
import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from fluencylab.stats import Measure
from fluencylab.text.numerals import percent, points, rate, within

Id = Annotated[str, StringConstraints(pattern=r"^[\w.:/-]+$", max_length=120)]
Unit = Literal["share", "rate", "points", "seconds", "dollars", "number"]
"""share: so many of n, as counted; rate: estimated, as a corrected one is; points: the difference of two rates."""
_DIGEST = 12
_SPACE = "\u00a0"
"""Between a figure and its unit."""
_BLANKS = re.compile(r"[ \t\r\n]+")


class Measurement(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Id
    name: str
    """What was measured, in words: "cases that version 3 passes" """
    measure: Measure
    unit: Unit = "share"
    conditions: str = ""
    """Model, file, settings, seed, n, day: what has to be the same for it to come out again"""

    @property
    def digest(self) -> str:
        """Changes with the number, its interval, its n or its conditions."""
        told = self.model_dump(exclude={"name"})
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_DIGEST]

    @property
    def shown(self) -> str:
        """With its interval and how many it rests on: `71 % (59 to 80 %, 48 of 68)`."""
        measure = self.measure
        if self.unit == "share" and measure.n and abs(measure.value * measure.n - measure.hits) < 1e-6:
            return rate(measure)
        value, low, high = (self._figure(each) for each in (measure.value, measure.low, measure.high))
        if measure.low == measure.high:
            return value
        span = within(measure) if self.unit in ("share", "rate") else f"{low.partition(_SPACE)[0]} to {high}"
        return f"{value} ({span}, n = {measure.n:,})" if measure.n else f"{value} ({span}, assumed)"

    @property
    def told(self) -> str:
        """On one line, with what was measured and its conditions, as it stands at the end of a memo."""
        return _BLANKS.sub(" ", f"{self.name}: {self.shown}. {self.conditions}").strip()

    def _figure(self, value: float) -> str:
        match self.unit:
            case "share" | "rate":
                return percent(value)
            case "points":
                return points(value)
            case "seconds":
                return f"{value:,.3g}{_SPACE}s"
            case "dollars":
                return f"${value:,.2f}" if abs(value) >= 1 else f"${value:.2g}"
            case "number":
                return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
