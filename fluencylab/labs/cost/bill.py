"""From tokens to a month's bill, and which assumption moves it most. Pure; `static/static/lab.js` does the same arithmetic on the page.

130 tokens read at $1 a million, 2 written at $4, 5 % asked again  ->  $0.000145 a call
6 messages a user and 2,000 users a month                          ->  $1.74 a month
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

MILLION = 1_000_000
LARGEST = 1e12


class Assumption(BaseModel):
    """What is put into a bill: the value expected, and how low and how high it may turn out."""

    model_config = ConfigDict(frozen=True)

    low: float = Field(ge=0, le=LARGEST, allow_inf_nan=False)
    expected: float = Field(ge=0, le=LARGEST, allow_inf_nan=False)
    high: float = Field(ge=0, le=LARGEST, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> "Assumption":
        if not self.low <= self.expected <= self.high:
            raise ValueError("low, expected and high must stand in this order")
        return self


NAMES: dict[str, str] = {
    "users": "active users a month",
    "messages": "messages a user, a month",
    "read": "tokens read a message",
    "written": "tokens written a message",
    "price_in": "price of a million tokens read",
    "price_out": "price of a million tokens written",
    "again": "asked again, per cent",
}


class Bill(NamedTuple):
    call: float
    user: float
    month: float


class Bar(NamedTuple):
    """One assumption at its low and at its high, all others as expected: the month's bill at both ends."""

    name: str
    low: float
    high: float

    @property
    def swing(self) -> float:
        return self.high - self.low


def bill(values: Mapping[str, float]) -> Bill:
    tokens = values["read"] * values["price_in"] + values["written"] * values["price_out"]
    call = tokens / MILLION * (1 + values["again"] / 100)
    user = call * values["messages"]
    return Bill(call, user, user * values["users"])


def expected(assumed: Mapping[str, Assumption]) -> Bill:
    return bill({name: one.expected for name, one in assumed.items()})


def span(assumed: Mapping[str, Assumption]) -> tuple[float, float]:
    """The month's bill with every assumption at its lowest, and with every one at its highest."""
    low, high = (bill({name: getattr(one, end) for name, one in assumed.items()}).month for end in ("low", "high"))
    return low, high


def sensitivity(assumed: Mapping[str, Assumption]) -> list[Bar]:
    """One bar for each assumption, the widest first: a tornado."""
    middle = {name: one.expected for name, one in assumed.items()}
    bars = [Bar(name, *(bill(middle | {name: end}).month for end in (one.low, one.high))) for name, one in assumed.items()]
    return sorted(bars, key=lambda bar: -bar.swing)


def places(bars: Sequence[Bar], middle: float) -> list[tuple[float, float]]:
    """Where each bar begins and how wide it is, in per cent of a scale that holds them all and the expected bill."""
    top = max([bar.high for bar in bars] + [middle]) or 1.0
    return [(100 * bar.low / top, 100 * bar.swing / top) for bar in bars]
