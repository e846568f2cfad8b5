"""How well does a check or a judge agree with people? Only one that does may be counted.

    found = agreement({"1": True, "2": True}, {"1": True, "2": False})       what it said of each output, and what a person said
    found.tpr        of the outputs that people pass, how many it passes
    found.tnr        of the outputs that people fail, how many it fails
    found.counted    do the lower ends of both intervals reach the bar?
    found.needed     how many more labels of which kind would settle it

Agreement alone says little: where 90 of 100 outputs are good, passing everything agrees with people on 90. So the best constant guess
stands beside it, and kappa takes it out.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fluencylab.stats import Z95, Measure, kappa, share, wilson
from fluencylab.text.numerals import counted, percent, rate

BAR = 0.8
"""What the lower 95 % bounds of both rates have to reach."""
_MOST_LABELS = 2000
"""Beyond so many of one kind, more labels are no way to settle it."""


class Needed(NamedTuple):
    """How many more labels would carry the lower bounds over the bar, if it goes on as it does. None: no number would."""

    passes: int | None
    fails: int | None


class Agreement(NamedTuple):
    true_passes: int
    false_fails: int
    """It fails what people pass"""
    true_fails: int
    false_passes: int
    """It passes what people fail"""
    untold: int
    """Labelled outputs of which it could not tell"""
    tpr: Measure
    tnr: Measure
    agree: Measure
    kappa: Measure
    constant: Measure
    """What always giving the commoner mark would agree on"""
    bar: float
    needed: Needed

    @property
    def n(self) -> int:
        return self.agree.n

    @property
    def counted(self) -> bool:
        return self.needed == (0, 0)

    @property
    def verdict(self) -> str:
        """Does it count, and if not, what would settle it?"""
        return _verdict(self)

    @property
    def beside(self) -> str:
        """How it compares with always saying the same, and of how many outputs it could not tell."""
        return " ".join(filter(None, (_beside(self), _untold(self))))

    @property
    def says(self) -> str:
        return f"{self.verdict} {self.beside}".strip()


class Readers(NamedTuple):
    """Two people over the same outputs."""

    agree: Measure
    kappa: Measure
    disagreed: tuple[str, ...]
    says: str


def agreement(verdicts: Mapping[str, bool | None], labels: Mapping[str, bool], bar: float = BAR) -> Agreement:
    """Both by the id of the output; what only one of them has is left out. `labels` must not be those the check was written by."""
    both = [(verdicts[output], label) for output, label in labels.items() if output in verdicts]
    cells = Counter(both)
    tp, fn, tn, fp = cells[True, True], cells[False, True], cells[False, False], cells[True, False]
    n, tpr, tnr = tp + fn + tn + fp, share(tp, tp + fn), share(tn, tn + fp)
    return Agreement(
        true_passes=tp,
        false_fails=fn,
        true_fails=tn,
        false_passes=fp,
        untold=len(both) - n,
        tpr=tpr,
        tnr=tnr,
        agree=share(tp + tn, n),
        kappa=_kappa([(verdict, label) for verdict, label in both if verdict is not None]),
        constant=share(max(tp + fn, tn + fp), n),
        bar=bar,
        needed=Needed(_needed(tpr, bar), _needed(tnr, bar)),
    )


def readers(one: Mapping[str, bool], other: Mapping[str, bool], first: str = "One reader", second: str = "the other") -> Readers:
    """`first`, `second`: what the two are called in the sentence."""
    both = [(output, mark, other[output]) for output, mark in one.items() if output in other]
    pairs = [(mark, theirs) for _, mark, theirs in both]
    disagreed = tuple(output for output, mark, theirs in both if mark != theirs)
    agree, beyond = share(len(both) - len(disagreed), len(both)), _kappa(pairs)
    return Readers(agree, beyond, disagreed, _readers(agree, beyond, len(disagreed), f"{first} and {second}"))


def _kappa(pairs: Sequence[tuple[bool, bool]]) -> Measure:
    """Cohen's kappa; its interval by Fleiss, Cohen and Everitt (1969) with half a case added to each cell.

    The half keeps a width where all agree. With 15 to 100 simulated labels this held the truth in 93 to 99 of 100, a bootstrap in 41 to 95.
    """
    if not pairs:
        return Measure(value=0, low=-1, high=1, n=0)
    value = kappa([(str(one), str(other)) for one, other in pairs])
    cells = Counter(pairs)
    n = len(pairs) + 2.0
    p = {(one, other): (cells[one, other] + 0.5) / n for one in (True, False) for other in (True, False)}
    ones = {mark: p[mark, True] + p[mark, False] for mark in (True, False)}
    others = {mark: p[True, mark] + p[False, mark] for mark in (True, False)}
    agreed, chance = p[True, True] + p[False, False], ones[True] * others[True] + ones[False] * others[False]
    centre = (agreed - chance) / (1 - chance)
    same = math.fsum(p[mark, mark] * (1 - (ones[mark] + others[mark]) * (1 - centre)) ** 2 for mark in (True, False))
    apart = (1 - centre) ** 2 * math.fsum(p[mark, not mark] * (others[mark] + ones[not mark]) ** 2 for mark in (True, False))
    variance = (same + apart - (centre - chance * (1 - centre)) ** 2) / n / (1 - chance) ** 2
    half = Z95 * math.sqrt(max(0.0, variance))
    return Measure(value=value, low=max(-1.0, min(value, centre - half)), high=min(1.0, max(value, centre + half)), n=len(pairs))


def _needed(measure: Measure, bar: float) -> int | None:
    """More labels of one kind until Wilson's lower bound reaches the bar at the rate seen so far; without any, at a rate of 1."""
    if measure.n and measure.low >= bar:
        return 0
    rate = measure.value if measure.n else 1.0
    enough = (n for n in range(measure.n + 1, _MOST_LABELS + 1) if wilson(rate * n, n)[0] >= bar)
    found = next(enough, None) if rate > bar else None
    return None if found is None else found - measure.n


def _verdict(found: Agreement) -> str:
    if not found.n:
        return "There is no label to hold it against, so it does not count yet."
    sides = (("pass", "passes", found.tpr, found.needed.passes), ("fail", "fails", found.tnr, found.needed.fails))
    told = [f"of {_outputs(measure.n)} that people {mark} it {marks} {rate(measure)}" for mark, marks, measure, _ in sides if measure.n]
    told += [f"no output that people {mark} is labelled" for mark, _, measure, _ in sides if not measure.n]
    figures = f"{told[0]}, and {told[1]}"
    if found.counted:
        return f"It counts: {figures}. Both lower ends reach {percent(found.bar)}."
    return f"It does not count yet: {figures}. Both lower ends have to reach {percent(found.bar)}. {_settled(found)}"


def _settled(found: Agreement) -> str:
    sides = (("pass", "passes", found.needed.passes), ("fail", "fails", found.needed.fails))
    hopeless = [mark for mark, _, more in sides if more is None]
    if hopeless:
        where = " and of those that they ".join(hopeless)
        return f"More labels will not change that while it is as often wrong as now, of those that people {where}: change the check itself."
    wanted = " and ".join(f"{counted(more, 'more output')} that people {mark}" for mark, _, more in sides if more)
    return f"About {wanted} would settle it, if it goes on like this."


def _beside(found: Agreement) -> str:
    if not found.n:
        return ""
    always = "pass" if found.tpr.n >= found.tnr.n else "fail"
    return (
        f"It agrees with people on {found.agree.told}; always saying {always} would agree on {found.constant.told}. "
        f"Beyond chance, kappa is {_signed(found.kappa)}."
    )


def _untold(found: Agreement) -> str:
    return (
        f"{_outputs(found.untold)} of which it could not tell {'is' if found.untold == 1 else 'are'} not counted." if found.untold else ""
    )


def _readers(agree: Measure, beyond: Measure, apart: int, who: str) -> str:
    if not agree.n:
        return f"{who} have no output in common yet."
    said = f"{who} give {agree.told} outputs the same mark; beyond chance, kappa is {_signed(beyond)}."
    if not apart:
        return f"{said} {'So few outputs say little yet.' if beyond.low < BAR else ''}".strip()
    return f"{said} Read the {counted(apart, 'output')} they differ on together, and write the rule down, before either is trusted."


def _signed(measure: Measure) -> str:
    return f"{measure.value:.2f} ({measure.low:.2f} to {measure.high:.2f})".replace("-", "−")


def _outputs(n: int) -> str:
    return counted(n, "output")
