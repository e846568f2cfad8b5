"""The page of the capstone before a sitting: what it is, what it shows, how long it takes; and what was scored, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fluencylab.actions.capstone import TITLES, minutes_left
from fluencylab.curriculum.capstone import MINUTES, capstones, find_capstone
from fluencylab.practice.capstone.total import PARTS, WEIGHTS
from fluencylab.store.tables import CapstoneSitting
from fluencylab.text.numerals import counted
from fluencylab.text.written import day

DOES = {
    "configure": "Four settings and a limit on tokens. You run up to four configurations and hand in one, judged on cases you do not see.",
    "spec": "You pick up to five tests. They should stop products that are really worse, and let the good one pass.",
    "faults": "Something broke, and it is two things. You buy probes from a small budget, and name both causes with what shows them.",
    "proposal": "Somebody wants your yes, for the second time. You mark what still does not hold, and answer.",
    "memo": "You decide, say what was measured and what nobody measured, and write it down with figures that were measured here.",
}


class PartAhead(NamedTuple):
    """`weight`: of 100."""

    title: str
    does: str
    weight: int


class SittingLine(NamedTuple):
    """One that was ended. `shares`: of 100, in the order of the parts."""

    label: str
    product: str
    when: str
    score: int
    shares: list[int]
    href: str


@dataclass(frozen=True)
class CapstonePage:
    """Context of `capstone.html`. `minutes_left`: of the sitting that is under way; `change`: from the first score to the last."""

    parts: list[PartAhead]
    minutes: int
    under_way: bool
    gone: bool
    """The lab has its product no longer."""
    minutes_left: int
    lines: list[SittingLine]
    change: str
    seen: int
    products: int
    can_begin: bool
    heads: Sequence[str] = tuple(TITLES.values())


def capstone_page(rows: Sequence[CapstoneSitting], now: datetime) -> CapstonePage:
    going = next((row for row in rows if row.ended is None), None)
    lines = lines_of(rows)
    seen, products = len({row.product for row in rows}), len(capstones())
    return CapstonePage(
        parts=[PartAhead(TITLES[part], DOES[part], round(100 * WEIGHTS[part])) for part in PARTS],
        minutes=MINUTES,
        under_way=going is not None,
        gone=going is not None and find_capstone(going.product) is None,
        minutes_left=minutes_left(going, now) if going else 0,
        lines=lines,
        change=change(lines),
        seen=seen,
        products=products,
        can_begin=any(one.slug not in {row.product for row in rows} for one in capstones()),
    )


def of_hundred(share: float) -> int:
    return round(100 * share)


def lines_of(rows: Sequence[CapstoneSitting]) -> list[SittingLine]:
    """Those that were ended."""
    return [_line(row) for row in rows if row.ended is not None]


def _line(row: CapstoneSitting) -> SittingLine:
    of = find_capstone(row.product)
    shares = [of_hundred(float(row.shares.get(part, {}).get("score", 0))) for part in PARTS]
    label = "First" if row.ordinal == 1 else f"Sitting {row.ordinal}"
    title = of.title if of else "A product that this lab has no longer"
    return SittingLine(label, title, day(row.begun), of_hundred(row.score or 0.0), shares, f"/capstone/sitting/{row.ordinal}")


def change(lines: Sequence[SittingLine]) -> str:
    """From the first score to the last, in a sentence; empty where there are not two."""
    if len(lines) < 2:
        return ""
    first, last = lines[0], lines[-1]
    more = last.score - first.score
    if abs(more) < 1:
        return (
            f"Your first capstone and your last one came to the same: {counted(first.score, 'point')} of 100, on two products that differ."
        )
    return (
        f"From {first.score} to {last.score} of 100 on two products that differ: {abs(more)} {'more' if more > 0 else 'fewer'}. "
        "It is one sitting each: read it as a direction, and not as a measurement of you."
    )
