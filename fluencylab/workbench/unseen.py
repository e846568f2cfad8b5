"""How much more to read? Of the outputs read, none in the last k showed a kind of failure that was new: what may still be hiding.

    found = unseen(40, 30)
    found.hidden      0 to 10 %: at most so many of the outputs not read hold a kind of failure nobody has seen
    found.says

If a share q of all outputs showed something new, k in a row without it would come with a chance of (1 − q)^k. The q at which that is 5 %
is the upper bound: exactly 1 − 0.05^(1/k), about 3/k ("the rule of three", Hanley and Lippman-Hand 1983). It holds for outputs that are
read in random order, and it is a share of outputs, not of kinds: a rare kind is rare whether or not it has a name.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fluencylab.stats import Measure
from fluencylab.text.numerals import counted, percent

DOUBT = 0.05
ENOUGH = 0.05
"""The share that may hide at which reading on is seldom worth it."""


class Unseen(NamedTuple):
    read: int
    since: int
    """Outputs read since the last one that showed something new"""
    hidden: Measure
    """Share of the outputs not read that may show something new: 0, and up to its bound; n is `since`"""
    more: int
    """Outputs without anything new that would bring the bound down to `enough`; 0 where it is there"""
    says: str


def unseen(read: int, since: int, enough: float = ENOUGH) -> Unseen:
    high = bound(since)
    more = max(0, to_read(enough) - since)
    return Unseen(read, since, Measure(value=0, low=0, high=high, n=since), more, _says(read, since, high, more, enough))


def bound(since: int) -> float:
    """The largest share that k outputs in a row without it leave at 5 %. After none, anything is possible."""
    return float(1 - DOUBT ** (1 / since)) if since else 1.0


def to_read(share: float) -> int:
    """How many outputs in a row without anything new bring the bound down to a share."""
    return math.ceil(math.log(DOUBT) / math.log1p(-share))


def since_new(kinds: Sequence[Iterable[str]]) -> int:
    """How many outputs were read after the last that showed a kind for the first time. `kinds`: of each output, in the order of reading."""
    known: set[str] = set()
    last = 0
    for place, shown in enumerate(kinds, start=1):
        if new := set(shown) - known:
            known |= new
            last = place
    return len(kinds) - last


def _says(read: int, since: int, high: float, more: int, enough: float) -> str:
    if not read:
        return "Nothing is read yet, so any failure may be hiding."
    if not since:
        return f"The last of {counted(read, 'output')} still showed something new: read on."
    rows = f"the last {since} of {read} outputs read" if since > 1 else f"the last of {read} outputs read"
    told = f"Nothing new in {rows}: up to {percent(high)} of the rest may still show a kind of failure that you have not seen."
    if not more:
        return f"{told} That is {percent(enough)} or less, and reading on will seldom pay."
    return f"{told} {counted(more, 'more output')} without anything new would bring that down to {percent(enough)}."
