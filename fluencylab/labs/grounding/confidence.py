"""Does it know that it does not know? Two signs of sureness beside what was right, and what answering less would bring.

    all 59 answers given: 13 of 59 right             the surer half alone: 12 of 30

The first sign is the mean probability of the tokens it wrote, its own odds for its words. The second, self-consistency, asks again,
with chance let in, and counts how often the same comes back. Neither is what the model says about itself.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.models.types import Token
from fluencylab.stats import Measure, mean, share, spread

SIGNS = ("mean_token_probability", "self_consistency")
COVERAGES = (25, 50, 75, 100)
BINS = ((0.0, 0.4), (0.4, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 1.0))


class ScoredAnswer(NamedTuple):
    """One answer. `mean_token_probability`: None where the model gives no log-probabilities.
    `self_consistency`: None where it was not asked again."""

    ask: str
    text: str
    verdict: str
    real: bool
    mean_token_probability: float | None
    self_consistency: float | None

    @property
    def right(self) -> bool:
        return self.verdict == "right"

    def by(self, sign: str) -> float | None:
        return self.self_consistency if sign == "self_consistency" else self.mean_token_probability


class Bin(NamedTuple):
    """Answers of like sureness: what was claimed, on average, and how often it was right."""

    claimed: float
    right: Measure


def mean_token_probability(tokens: Sequence[Token]) -> float | None:
    """The geometric mean of the probabilities of the tokens written, 0 to 1; None where none is known."""
    known = [token.logprob for token in tokens if token.logprob is not None and token.text.strip()]
    return math.exp(mean(known)) if known else None


def pairs(answers: Sequence[Mapping[str, Any]], draws: Sequence[Mapping[str, Any]]) -> list[ScoredAnswer]:
    """Every bare answer that claims something, with its signs. What declined to answer is not among them."""
    again: dict[int, list[float]] = {}
    for one in draws:
        again.setdefault(one["i"], []).append(float(one["same"]))
    consistency = {i: mean(same) for i, same in again.items()}
    claims = [one for one in answers if one["condition"] == "bare" and one["verdict"] in ("right", "wrong")]
    return [
        ScoredAnswer(one["ask"], one["text"], one["verdict"], one["real"], one["mean_token_probability"], consistency.get(one["i"]))
        for one in claims
    ]


def at_least(rows: Sequence[ScoredAnswer], sign: str, threshold: float) -> list[ScoredAnswer]:
    """Those that would be answered: at least this sure."""
    return [row for row in rows if (row.by(sign) or 0.0) >= threshold]


def covered(rows: Sequence[ScoredAnswer], sign: str, coverage: int) -> Measure:
    """The share that is right among the surest `coverage` per cent; of equals, those in the order asked."""
    order = sorted(rows, key=lambda row: -(row.by(sign) or 0.0))
    kept = order[: max(1, round(len(order) * coverage / 100))]
    return share(sum(row.right for row in kept), len(kept))


def auroc(rows: Sequence[ScoredAnswer], sign: str) -> Measure | None:
    """How often a right answer is surer than a wrong one, of all such pairs; half a point for a tie. 0.5 is chance."""
    right, wrong = ([row.by(sign) or 0.0 for row in rows if row.right is good] for good in (True, False))
    if not right or not wrong:
        return None
    won = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong) / (len(right) * len(wrong))
    half = 1.96 * math.sqrt(max(won * (1 - won), 0.01) / min(len(right), len(wrong)))
    return Measure(value=won, low=max(0.0, won - half), high=min(1.0, won + half), n=len(rows))


def bins(rows: Sequence[ScoredAnswer], sign: str) -> list[Bin]:
    """The reliability diagram; empty bins are left out."""
    groups = [[row for row in rows if low <= (row.by(sign) or 0.0) < high + (high == 1.0)] for low, high in BINS]
    return [Bin(mean([row.by(sign) or 0.0 for row in some]), share(sum(row.right for row in some), len(some))) for some in groups if some]


def facts(asked_again: bool) -> list[str]:
    signs = SIGNS if asked_again else SIGNS[:1]
    return [f"selective_accuracy@{c}@{sign}" for sign in signs for c in COVERAGES] + ["sure_right", "sure_wrong", "overconfidence"]


def measures(rows: Sequence[ScoredAnswer]) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for sign in SIGNS:
        if not rows or any(row.by(sign) is None for row in rows):
            continue
        found |= {f"selective_accuracy@{c}@{sign}": covered(rows, sign, c) for c in COVERAGES}
        if rank := auroc(rows, sign):
            found[f"auroc@{sign}"] = rank
        for good, name in ((True, "right"), (False, "wrong")):
            some = [row.by(sign) or 0.0 for row in rows if row.right is good]
            suffix = "" if sign == "mean_token_probability" else "@self_consistency"
            found[f"sure_{name}{suffix}"] = spread(some)
        claimed = mean([row.by(sign) or 0.0 for row in rows])
        right = share(sum(row.right for row in rows), len(rows))
        if sign == "mean_token_probability":
            found["overconfidence"] = Measure(value=claimed - right.value, low=claimed - right.high, high=claimed - right.low, n=len(rows))
    return found
